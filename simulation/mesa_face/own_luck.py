"""Luck for a process that a researcher adds: by coordinate like the engine's own, and never on one of its streams.

A number is a function of (luck of the draw, name of the decision, month, kind and row of the agent). Who else draws, in which order and
under which policy changes nothing, so runs stay paired.
"""

from __future__ import annotations

import hashlib
from typing import Any, cast

import numpy as np

from data.errors import InputError
from simulation.engine.draws import G, mix, unit_interval
from simulation.engine.records import Float64s, Int64s, UInt64s

__all__ = ["OWN", "decision_of", "uniform"]

OWN = 1 << 63  # decisions of the engine are small numbers; those of a researcher begin here

# The same equations on whole columns: compiled for one number they would be compiled anew for a column.
_mix: Any = getattr(mix, "py_func", mix)
_unit_interval: Any = getattr(unit_interval, "py_func", unit_interval)


def decision_of(name: str) -> int:
    """The number of a decision by its name, from OWN on. Raises InputError for a name that is no text or empty."""
    if not isinstance(name, str) or not name.strip():
        raise InputError(f"uniform: found {name!r:.60}; a name for the decision is needed, such as 'mentoring'")
    return OWN | int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")


def uniform(luck: int, decision: str, month: int, kinds: Int64s, rows: Int64s) -> Float64s:
    """Uniform numbers in (0, 1), one an agent: float64 (agents,).

    Args: luck, of the draw; decision, its name; month; kinds, codes of the agents' kinds; rows, their rows; both int64 (agents,).
    Raises: InputError for a decision without a name.
    """
    one = np.ones(1, dtype=np.uint64)  # columns wrap around where single numbers would warn
    key: UInt64s = _mix(one * np.uint64(luck) + G)
    for coordinate in (decision_of(decision), month):
        key = _mix(key ^ (one * np.uint64(coordinate) * G))
    for column in (kinds, rows):
        key = _mix(key ^ (column.astype(np.uint64) * G))
    return cast(Float64s, _unit_interval(key))
