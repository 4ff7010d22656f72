"""Outcomes by name: unit, direction that counts as better, labels; columns of a researcher's own are allowed."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from simulation.outcomes import OUTCOMES

__all__ = ["Direction", "known"]


class Direction(NamedTuple):
    """What is known of an outcome: unit, direction that counts as better (+1, -1, 0 none) and its labels."""

    unit: str
    sign: int
    labels: dict[str, str]


def known(name: str) -> Direction:
    """Unit, direction and labels of an outcome; a column the model does not know has no direction and its own name."""
    return _directions().get(name, Direction("", 0, {"en": name, "id": name}))


@cache
def _directions() -> dict[str, Direction]:
    return {o.name: Direction(o.unit, o.better, {"en": o.en, "id": o.id}) for o in OUTCOMES}
