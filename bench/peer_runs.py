"""Peers on the common small model (`bench/peers`), each in a fresh process of the environment it needs."""

from __future__ import annotations

import sys
from typing import Any

from bench.clock import ROOT, Effort, child

HERE = sys.executable
PEERS_PYTHON = ".venv-bench/requirements/bin/python"
FRAMES_PYTHON = ".venv-bench/mesa-frames/bin/python"  # holds numpy below 2, so it has an environment of its own
MONTHS = 24

# name in the table: (environment, kept as objects or as columns)
WHERE = {
    "Mesa": (PEERS_PYTHON, "objects"),
    "AgentPy": (PEERS_PYTHON, "objects"),
    "mesa-frames": (FRAMES_PYTHON, "columns"),
    "Starsim": (PEERS_PYTHON, "columns"),
    "numpy": (PEERS_PYTHON, "columns"),
    "asnlab's way": (HERE, "columns"),
}


def measure(effort: Effort) -> dict[str, Any]:
    """One entry a peer: what it measured, or why it could not run. A peer that computes another model stops everything."""
    quiet = {"STARSIM_INSTALL_FONTS": "0", "MPLBACKEND": "Agg"}
    found: dict[str, Any] = {}
    for name, (place, kind) in WHERE.items():
        python = place if place == HERE else str(ROOT / place)
        if place != HERE and not (ROOT / place).exists():
            found[name] = {"missing": f"{place.split('/')[1]} is not installed (bench/environment.sh)"}
            continue
        people = effort.objects if kind == "objects" else effort.columns
        repeats = max(effort.repeats // 3, 1)
        words = ("bench.peers", name, str(people), str(min(MONTHS, effort.months)), str(repeats))
        found[name] = child(*words, python=python, environment=quiet)[0] | {"kind": kind}
    return found
