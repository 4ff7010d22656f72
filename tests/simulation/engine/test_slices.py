"""Slices of equal width: where a number falls, and where a slice begins."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.engine.slices import slice_of, start_of


@settings(deadline=None)
@given(part=st.integers(-3 * 1024, 5 * 1024))
def test_a_number_lies_in_its_slice(part: int) -> None:
    """Guards: an edge that is off by one slice, and numbers outside that fall beyond the table."""
    value = part / 1024
    found = slice_of(value, -2.0, 8.0, 48)  # from -2 to 4
    assert 0 <= found < 48
    if -2.0 <= value < 4.0:
        assert start_of(found, -2.0, 8.0) <= value < start_of(found + 1, -2.0, 8.0)
    else:
        assert found == (0 if value < 0 else 47)
