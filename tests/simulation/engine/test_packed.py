"""Thresholds packed three in a number: the same answers as comparing one by one."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.engine import packed

LANE = st.integers(0, 65535)


@settings(max_examples=300, deadline=None)
@given(bounds=st.tuples(LANE, LANE, LANE), luck=LANE)
def test_a_threshold_is_reached_from_its_own_value_on(bounds: tuple[int, int, int], luck: int) -> None:
    """Guards: a carry from one field into the next, and a bound that is off by one."""
    low, middle, high = sorted(bounds)
    fields = np.uint64(packed.reached(packed.pack(low, middle, high), luck))
    assert packed.reached_in_all(fields) == sum(luck >= bound for bound in (low, middle, high))
    assert packed.reached_middle(fields) == (luck >= middle)


def test_a_million_respondents_fit() -> None:
    """Guards: sums of answers that run over into the next field."""
    everything = np.uint64(packed.reached(packed.pack(0, 0, 0), 65535))
    assert packed.reached_in_all(everything * np.uint64(1_000_000)) == 3_000_000
