"""The four official categories of service quality (PermenPANRB 14/2017) and where each begins."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from data.errors import InputError

__all__ = ["CATEGORIES", "Category", "category", "category_of_nrr", "cuts"]


@dataclass(frozen=True)
class Category:
    """One of the four official grades, with its lowest index and lowest NRR."""

    letter: Literal["A", "B", "C", "D"]
    lowest_index: float
    lowest_nrr: float


CATEGORIES: tuple[Category, ...] = (
    Category("A", 88.31, 3.5324),
    Category("B", 76.61, 3.0644),
    Category("C", 65.00, 2.60),
    Category("D", 25.00, 1.00),
)


def cuts() -> tuple[float, ...]:
    """Indices at which categories A, B and C begin.

    The table is written with two decimals (76.60 is C, 76.61 is B) and an index is rounded to two, halves up, before it
    is looked up: a category begins half a step below its lowest printed value.
    """
    return tuple(grade.lowest_index - 0.005 for grade in CATEGORIES[:-1])


def category(index: float) -> Category:
    """Official category of an index from 25 to 100.

    Raises:
        InputError: the index lies outside 0 to 100.
    """
    if not 0.0 <= index <= 100.0:
        raise InputError(f"index: {index}; allowed: 25 to 100")
    reached = (grade for grade, cut in zip(CATEGORIES, cuts(), strict=False) if index >= cut - 1e-9)
    return next(reached, CATEGORIES[-1])


def category_of_nrr(nrr: float) -> Category:
    """Official category of a mean answer from 1 to 4 (cut-offs are those of the index over 25, four decimals).

    Raises:
        InputError: the mean lies outside 1 to 4.
    """
    if not 1.0 <= nrr <= 4.0:
        raise InputError(f"NRR: {nrr}; allowed: 1 to 4")
    rounded = math.floor(nrr * 1e4 + 0.5 + 1e-7) / 1e4
    return next(c for c in CATEGORIES if rounded >= c.lowest_nrr)
