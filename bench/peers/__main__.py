"""Measure some peers in this Python: `python -m bench.peers NAME PEOPLE MONTHS REPEATS`; prints one line of JSON, or fails loudly."""

from __future__ import annotations

import json
import sys
import time
import warnings
from importlib import import_module
from importlib.metadata import version

import numpy as np

from bench.peers.task import hold_to_the_model

PEERS = {  # name: (module, distribution, what runs a month)
    "Mesa": ("mesa_objects", "mesa", "step"),
    "AgentPy": ("agentpy_objects", "agentpy", "sim_step"),
    "mesa-frames": ("mesa_frames_polars", "mesa-frames", "step"),
    "Starsim": ("starsim_arrays", "starsim", "run_one_step"),
    "numpy": ("numpy_columns", "numpy", "step"),
    "asnlab's way": ("asnlab_loop", "numba", "step"),
}


def measure(name: str, people: int, months: int, repeats: int) -> dict[str, object]:
    """Least time of some repeats [ns per citizen-month], building not counted; every repeat is held to the exact moments."""
    module, distribution, month = PEERS[name]
    peer = import_module(f"bench.peers.{module}")
    times = []
    for repeat in range(repeats):
        city = peer.build(people, repeat + 1, months)
        run = getattr(city, month)
        start = time.perf_counter()
        for _ in range(months):
            run()
        times.append(time.perf_counter() - start)
        hold_to_the_model(name, peer.trust(city), months)
    return {
        "name": name, "library": distribution, "version": version(distribution), "numpy": np.__version__,
        "people": people, "months": months, "ns": 1e9 * min(times) / (people * months),
    }  # fmt: skip


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    print(json.dumps(measure(sys.argv[1], *map(int, sys.argv[2:5]))))
