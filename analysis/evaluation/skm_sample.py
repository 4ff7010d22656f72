"""How many respondents a survey needs: the Krejcie and Morgan (1970) rule that SKM prescribes."""

from __future__ import annotations

import math

from data.errors import InputError

__all__ = ["CHI_SQUARE", "krejcie_morgan", "krejcie_morgan_exact"]

CHI_SQUARE = 3.841  # one degree of freedom, 95 %


def krejcie_morgan_exact(population: int, share: float = 0.5, margin: float = 0.05) -> float:
    """Sample size before rounding: S = X2 N P Q / (d2 (N - 1) + X2 P Q) [persons].

    Raises:
        InputError: population below 1, share outside (0, 1) or margin outside (0, 1).
    """
    if population < 1:
        raise InputError(f"population: {population}; at least 1 is needed")
    if not 0.0 < share < 1.0 or not 0.0 < margin < 1.0:
        raise InputError(f"share {share}, margin {margin}: both must lie between 0 and 1")
    spread = CHI_SQUARE * share * (1.0 - share)
    return spread * population / (margin**2 * (population - 1) + spread)


def krejcie_morgan(population: int, share: float = 0.5, margin: float = 0.05) -> int:
    """Sample size as the published table prints it: rounded to the nearest person, halves up.

    Example: a unit that served 1,200 people needs 291 respondents.
    """
    return math.floor(krejcie_morgan_exact(population, share, margin) + 0.5)
