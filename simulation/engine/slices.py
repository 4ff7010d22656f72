"""Numbers in slices of equal width: for selections and tables that take no sorting."""

from __future__ import annotations

from simulation.engine.compiled import rule


@rule
def slice_of(value: float, lowest: float, per_unit: float, slices: int) -> int:
    """Slice of a number, 0 from `lowest` on; what is outside goes to the first or the last. per_unit: slices in a unit of the number."""
    return min(max(int((value - lowest) * per_unit), 0), slices - 1)


@rule
def start_of(place: int, lowest: float, per_unit: float) -> float:
    """Where a slice begins."""
    return place / per_unit + lowest
