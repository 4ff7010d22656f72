"""Measure and print the table: `python -m bench`, or some sections only, `python -m bench speed nation`.

Results are kept in results/bench.json, section by section; `python -m bench.write_docs` puts them into docs/performance.md.
`--tiny` runs every piece at a size whose figures say nothing, to see that it runs, and keeps nothing.
"""

from __future__ import annotations

import json
import os
import sys
import time
from importlib import import_module
from typing import Any

from bench.clock import FULL, ROOT, TINY, Effort, machine
from bench.table import rows, show

RESULTS = ROOT / "results" / "bench.json"
SECTIONS = {  # name: module
    "speed": "speed", "mesa": "against_mesa", "ensembles": "ensembles", "first_result": "first_result", "peers": "peer_runs",
    "parts": "parts", "nation": "nation",
}  # fmt: skip
USUAL = [name for name in SECTIONS if name != "nation"]
BUSY = 0.5  # load average from which others use the machine as well


def measure(names: list[str], effort: Effort) -> dict[str, Any]:
    """Results of some sections, with a line on standard error for each."""
    found: dict[str, Any] = {}
    for name in names:
        start = time.perf_counter()
        found[name] = import_module(f"bench.{SECTIONS[name]}").measure(effort)
        print(f"bench: {name} took {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
    return found


def kept() -> dict[str, Any]:
    """Results of earlier measurements, section by section."""
    return dict(json.loads(RESULTS.read_text(encoding="utf-8"))) if RESULTS.exists() else {}


def main(words: list[str]) -> int:
    """Measure, keep, print."""
    tiny = "--tiny" in words
    names = [word for word in words if word != "--tiny"] or USUAL
    unknown = [name for name in names if name not in SECTIONS]
    if unknown:
        print(f"bench: {unknown[0]}: unknown section; allowed: {', '.join(SECTIONS)}", file=sys.stderr)
        return 2
    if os.getloadavg()[0] > BUSY:
        print("bench: the machine is busy; figures will be worse than they could be", file=sys.stderr)
    here = machine()
    found = measure(names, TINY if tiny else FULL)
    if not tiny:
        found = kept() | {"machine": here} | found
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    show(rows(found), verdicts=not tiny)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
