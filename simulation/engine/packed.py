"""Three thresholds in one 64-bit number, a field each, so that one subtraction compares luck with all three.

A field has room for a million, so what was reached can be added up without unpacking it.
"""

from __future__ import annotations

import numpy as np

from simulation.engine.compiled import int64, rule

FIELD = 20  # bits of a field
EACH = np.uint64(1 | 1 << FIELD | 1 << 2 * FIELD)  # one in each of the three fields
ABOVE = np.uint64(1 << 16)  # the bit above a 16-bit lane
LOW20 = np.uint64((1 << FIELD) - 1)
ONE = np.uint64(1)


@rule
def pack(lowest: int, middle: int, highest: int) -> np.uint64:
    """Three thresholds in one number. Args: chance x 65536, 0-65535, of staying below each."""
    return np.uint64(lowest) | np.uint64(middle) << np.uint64(FIELD) | np.uint64(highest) << np.uint64(2 * FIELD)


@rule
def reached(thresholds: np.uint64, luck: int) -> np.uint64:
    """One in the field of every threshold that luck reaches. Args: thresholds, packed; luck, a 16-bit lane."""
    return ((np.uint64(luck) * EACH + ABOVE * EACH - thresholds) >> np.uint64(16)) & EACH


@rule
def reached_middle(fields: np.uint64) -> int:
    """1 when the second threshold was reached. Args: fields, of `reached`."""
    return int64((fields >> np.uint64(FIELD)) & ONE)


@rule
def reached_in_all(fields: np.uint64) -> int:
    """Thresholds reached, over all three. Args: fields, of `reached`, added up."""
    return int64((fields & LOW20) + ((fields >> np.uint64(FIELD)) & LOW20) + (fields >> np.uint64(2 * FIELD)))
