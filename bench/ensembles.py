"""Ensembles as they are run: runs a second, what a second worker adds, memory of many runs against few.

A run is a policy with a draw. Each draw settles its own city once for all its policies; that time is inside every figure here.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.clock import FULL, Effort, child, least, peak_memory
from bench.subject import shipped
from simulation.ensembles.ensemble import Ensemble
from simulation.ensembles.store import Store

ALL = shipped().names


def ensemble(scale: float, draws: int, workers: int, months: int, policies: tuple[str, ...]) -> Ensemble:
    """An ensemble of the shipped scenario."""
    scenario = shipped().with_(months=months)
    return Ensemble(scenario, draws=draws, scale=scale, workers=workers, policies=policies, parameters="prior")


def compared(effort: Effort, scale: float, draws: int, policies: tuple[str, ...], repeats: int) -> dict[str, float]:
    """Least time with one worker and with two, one after the other in turn; runs a second of two."""
    draws = max(draws // 2, 1) * 2
    jobs = [ensemble(scale, draws, workers, effort.months, policies) for workers in (1, 2)]
    one, two = least([job.run for job in jobs], repeats)
    return {
        "runs": draws * len(policies),
        "one": one,
        "two": two,
        "rate": draws * len(policies) / two,
        "gain": one / two,
    }


def measure(effort: Effort) -> dict[str, Any]:
    """Small runs, whole cities, memory."""
    repeats = max(effort.repeats // 3, 1)
    few, many = (child("bench.ensembles", str(runs), str(effort.months))[0]["peak"] for runs in effort.runs)
    return {
        "scale": effort.small,
        "months": effort.months,
        "policies": len(ALL),
        "small": compared(effort, effort.small, effort.small_draws, tuple(ALL), repeats),
        "single": compared(effort, effort.small, 4 * effort.small_draws, (shipped().reference,), repeats),
        "whole": compared(effort, effort.scale, effort.draws, tuple(ALL), max(repeats - 1, 1)),
        "peak": {"runs": list(effort.runs), "bytes": [few, many]},
    }


def main(runs: int, months: int) -> None:
    """About so many runs in this process, kept on disk as they finish, and its peak memory as JSON."""
    draws = -(-runs // len(ALL))
    job = ensemble(FULL.small, draws, 2, months, tuple(ALL))
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder)).locked() as store:
        for numbers, rows in job.stream(range(draws)):
            store.add(rows, numbers, ALL, job.seed)
    print(json.dumps({"runs": draws * len(ALL), "peak": peak_memory()}))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
