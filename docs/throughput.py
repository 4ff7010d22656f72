"""Write the table of what runs cost in docs/scale.md again, from what they cost here: `python -m docs.throughput` (two minutes).

Processor time of one thread, the least of three, so that other work on the machine counts little. Not part of `make docs`: no test could
repeat a time.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from docs.refresh import ROOT, SCENARIO, filled, write

PAGE = ROOT / "docs" / "scale.md"
SCALES = {1.0: 1, 0.1: 6, 0.01: 24}  # share of the city, draws in a measurement
CORES = 320
MILLION = 1_000_000
CITIZENS = {1.0: "1 (a million citizens)"}


def seconds(action: Callable[[], Any], repeats: int = 3) -> float:
    """Least processor time of an action [s]."""
    found = []
    for _ in range(repeats):
        began = time.process_time()
        action()
        found.append(time.process_time() - began)
    return min(found)


def run_seconds(scale: float, draws: int) -> float:
    """Processor time of one run, its share of the settling included [s]."""
    from simulation import Ensemble, Scenario

    ensemble = Ensemble(Scenario.load(ROOT / SCENARIO), draws=draws, scale=scale, workers=1, parameters="prior")
    ensemble.rows(0)  # compiled, and the memory is there
    return seconds(lambda: ensemble.runner.rows_of(range(draws))) / (draws * len(ensemble.policies))


def encode_seconds() -> float:
    """Processor time of making one run part of a chunk [s]."""
    import numpy as np

    from simulation.ensembles.parquet import chunk_bytes
    from simulation.outcomes import NAMES

    rows = np.random.default_rng(1).normal(size=(16, 8, 61, len(NAMES)))
    names = [f"policy_{k}" for k in range(8)]
    return seconds(lambda: chunk_bytes(rows, range(16), names, 1), 20) / 128


def span(total: float) -> str:
    """Seconds in the unit that suits them."""
    for unit, length in (("hours", 3600.0), ("minutes", 60.0)):
        if total >= 1.5 * length:
            return f"{total / length:.0f} {unit}" if total >= 10 * length else f"{total / length:.1f} {unit}"
    return f"{total:.0f} seconds"


def table() -> str:
    """The whole block."""
    encode = encode_seconds()
    lines = [
        f"| share of the city | core time a run | a million runs | on 2 cores | on {CORES} cores |",
        "|---|---|---|---|---|",
    ]
    for scale, draws in SCALES.items():
        one = run_seconds(scale, draws)
        # One process keeps what all the others compute; it cannot be quicker than that.
        many = max(one / CORES, encode) * MILLION
        said = span(many) + (", the asking process is the limit" if encode > one / CORES else "")
        core = f"{one * MILLION / 3600:.2g} core-hours"
        label = CITIZENS.get(scale, f"{scale:g}")
        lines.append(
            f"| {label} | {one * 1000:,.{0 if one >= 0.02 else 1}f} ms | {core} | {span(one * MILLION / 2)} | {said} |"
        )
    kept = f"Keeping a run takes the asking process {encode * 1e6:.0f} µs: at most {round(1 / encode, -2):,.0f} runs a second."
    return "\n".join([*lines, "", kept])


def main() -> int:
    """Measure, and write the page."""
    write(Path(PAGE), filled(PAGE.read_text(encoding="utf-8"), "throughput", table()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
