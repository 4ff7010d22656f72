"""How many courses a person may attend in a year."""

from __future__ import annotations

from simulation.engine.compiled import rule


@rule
def fits(booked: float, hours: float, most: float) -> bool:
    """Whether one more course fits into a year. A first course always does, however long it is; nothing follows one that is too long.

    Args:
        booked: length of the courses that a person attends this year already [JP].
        hours: length of one more [JP].
        most: what a person may attend in a year [JP]: 24 for PPPK by regulation, `most_hours` for PNS, who have only a minimum.
    """
    return booked == 0.0 or booked + hours <= most
