"""The full model on one thread: time per citizen-month, per encounter, against a copy of its columns, and what bounds it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from bench.clock import Effort, least
from bench.subject import ENCOUNTERS, Subject, whole

# Columns of citizens that a month reads or writes for (nearly) everybody. `belief` is left out: only people who think of complaining
# have theirs read, one in some hundreds.
TOUCHED = ("demand", "alpha", "trust", "expected", "lived")
LINE = 64  # bytes that travel together between memory and core
LARGE = 1 << 28  # bytes, more than any cache


def copy_of(columns: list[Any]) -> Callable[[], None]:
    """A function that copies columns into others of their size, as numpy does it."""
    others = [column.copy() for column in columns]

    def action() -> None:
        for other, column in zip(others, columns, strict=True):
            np.copyto(other, column)

    return action


def moved(subject: Subject) -> dict[str, float]:
    """Memory traffic and random numbers of a month, counted from the loops in `simulation.processes.service` [per citizen].

    Everybody: demand and alpha are read, trust is read and written. Visitors: expectation and running experience are read and written, and
    with them the whole line of memory they lie in. Hashes: one for four citizens (who comes), two a visitor, three a respondent.
    """
    demand = subject.engine.state.citizens.demand
    per_line = LINE // 4
    chance = demand[: len(demand) // per_line * per_line].reshape(-1, per_line) / 65536.0
    lines = float((1.0 - np.prod(1.0 - chance, axis=1)).mean())
    asked = subject.rate * subject.engine.city.figures.survey
    return {
        "bytes": 2.0 + 4.0 + 8.0 + 2 * 8.0 * lines,
        "lines": lines,
        "hashes": 0.25 + 2.0 * subject.rate + 3.0 * asked,
        "numbers": 1.0 + 8.0 * subject.rate + 10.0 * asked,
    }


def copy_rate(repeats: int) -> float:
    """Bytes a second that one thread moves when it copies memory that no cache holds; read and written bytes both count."""
    source, target = np.ones(LARGE, dtype=np.uint8), np.zeros(LARGE, dtype=np.uint8)
    (best,) = least([lambda: np.copyto(target, source)], repeats)
    return 2.0 * LARGE / best


def measure(effort: Effort) -> dict[str, Any]:
    """Curve over the rate of encounters, cost of an encounter, and the floor. Times are least times of whole compiled calls."""
    subjects = [whole(effort.scale, rate) for rate in effort.rates]
    usual = subjects[effort.rates.index(ENCOUNTERS)]
    columns = [getattr(usual.engine.state.citizens, name) for name in TOUCHED]
    copies = copy_of(columns)
    actions: list[Callable[[], object]] = [partial(s.months, effort.months) for s in subjects]
    starts: list[Callable[[], object]] = [s.restore for s in subjects]
    *times, floor = least(
        [*actions, lambda: [copies() for _ in range(effort.months)]], effort.repeats, [*starts, usual.restore]
    )
    (settle,) = least(
        [lambda: usual.engine.settle(usual.reference, usual.nature, usual.seed)], max(effort.repeats // 3, 1)
    )
    done = 1e9 / (usual.citizens * effort.months)
    curve = [[s.rate, t * done] for s, t in zip(subjects, times, strict=True)]
    slope, rest = np.polyfit(np.array([x for x, _ in curve]), np.array([y for _, y in curve]), 1)
    return {
        "citizens": usual.citizens,
        "staff": len(usual.engine.city.status),
        "months": effort.months,
        "seconds": times[subjects.index(usual)],
        "settle": settle,
        "ns": times[subjects.index(usual)] * done,
        "curve": curve,
        "encounter": float(slope),
        "everybody": float(rest),
        "floor": floor * done,
        "floor_bytes": sum(column.itemsize for column in columns),
        "copy_rate": copy_rate(effort.repeats),
        "moved": moved(usual),
        "bytes": memory(usual),
    }


def memory(subject: Subject) -> dict[str, float]:
    """Memory of an engine by what it is for [bytes per citizen]."""
    e, n = subject.engine, subject.citizens
    citizens = sum(column.nbytes for column in e.state.citizens)
    scratch = sum(array.nbytes for array in e.work)
    return {
        "of a run": (e.nbytes - e.kept.nbytes) / n,
        "of a run whose start is kept for other policies": e.nbytes / n,
        "citizens": citizens / n,
        "staff and the rest of the state": (e.raw.nbytes - citizens) / n,
        "what months change, kept from the start": e.kept.nbytes / n,
        "scratch": scratch / n,
    }
