"""The same model as plain Mesa objects (`tests/reference`) against the engine, on the same city, with the same result bit for bit."""

from __future__ import annotations

from typing import Any

from bench.clock import Effort, least, seconds
from bench.subject import whole
from simulation.outcomes import NAMES
from tests.reference import columns
from tests.reference.city import ReferenceCity


def measure(effort: Effort) -> dict[str, Any]:
    """Time of a month in both [ns per citizen-month]. Raises AssertionError when their outcomes are not the same bits."""
    scale, months = effort.reference
    subject = whole(scale)
    start = columns.of_engine(subject.engine)
    city = ReferenceCity(subject.engine.city, subject.levers, subject.nature, subject.seed)
    columns.put(city, start)
    took, found = [], []
    for _ in range(months):
        took.append(seconds(city.step))
        found.append(city.observe())
    rows = subject.months(months)
    for month in range(months):
        wanted = dict(zip(NAMES, rows[month].tolist(), strict=True))
        apart = [name for name in NAMES if found[month][name] != wanted[name]]
        assert not apart, f"month {month + 1}: the reference disagrees on {', '.join(apart)}"

    (engine,) = least([lambda: subject.months(months)], 5 * effort.repeats, [subject.restore])
    done = 1e9 / (subject.citizens * months)
    return {
        "citizens": subject.citizens,
        "staff": len(subject.engine.city.status),
        "months": months,
        "objects": min(took) * 1e9 / subject.citizens,
        "engine": engine * done,
    }
