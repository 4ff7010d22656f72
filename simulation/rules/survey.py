"""An answer of the survey: one more than the thresholds that luck reaches.

The three thresholds of an element at a level of service lie in one 64-bit number, a field each, so that one subtraction compares luck
with all three. A field has room for a million respondents, so what was reached can be added up without unpacking it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.engine.compiled import rule

SCORES = 256  # slices of a latent score between -4 and 4
FIELD = 20  # bits of a field
EACH = np.uint64(1 | 1 << FIELD | 1 << 2 * FIELD)  # one in each of the three fields
ABOVE = np.uint64(1 << 16)  # the bit above a 16-bit lane
LOW20 = np.uint64((1 << FIELD) - 1)


@rule
def score_slice(score: Any) -> Any:
    """Slice of a latent score, for the table of answers."""
    return min(max(int((score + 4.0) * (SCORES / 8.0)), 0), SCORES - 1)


@rule
def packed(lowest: Any, middle: Any, highest: Any) -> Any:
    """Three thresholds in one number. Args: chance x 65536, 0-65535, that the answer is at most 1, 2, 3."""
    return np.uint64(lowest) | np.uint64(middle) << np.uint64(FIELD) | np.uint64(highest) << np.uint64(2 * FIELD)


@rule
def passes(thresholds: Any, luck: Any) -> Any:
    """One in the field of every threshold that luck reaches. Args: thresholds, packed; luck, a 16-bit lane."""
    return ((np.uint64(luck) * EACH + ABOVE * EACH - thresholds) >> np.uint64(16)) & EACH


@rule
def passes_in_all(fields: Any) -> Any:
    """Thresholds reached, summed over the fields of added-up `passes`."""
    return np.int64((fields & LOW20) + ((fields >> np.uint64(FIELD)) & LOW20) + (fields >> np.uint64(2 * FIELD)))
