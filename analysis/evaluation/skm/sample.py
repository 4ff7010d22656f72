"""How many respondents a survey needs: the Krejcie and Morgan (1970) rule that SKM prescribes, and what a wanted precision asks."""

from __future__ import annotations

import math

from scipy.stats import t as student

from data.errors import InputError

__all__ = ["CHI_SQUARE", "for_category", "for_precision", "krejcie_morgan", "krejcie_morgan_exact"]

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


def for_precision(spread: float, precision: float, population: int | None = None, level: float = 0.95) -> int:
    """Respondents that give an interval of the index of at most plus or minus `precision`.

    Args:
        spread: standard deviation of respondents' own index [points], from this or an earlier survey.
        precision: half the width of the interval [points]. population: people served, for the finite-population correction.

    Raises:
        InputError: a precision that is not positive, a spread below 0 or a population below 1.
    """
    if not precision > 0.0 or not spread >= 0.0 or (population is not None and population < 1):
        raise InputError(f"precision {precision}, spread {spread}, population {population}: they must be positive")

    def half(n: int) -> float:
        left = 1.0 if population is None else max((population - n) / max(population - 1, 1), 0.0)
        return float(student(n - 1).ppf(0.5 + level / 2.0)) * spread * math.sqrt(left / n)

    low, high = 1, 2  # the half width falls with n: double, then halve
    while half(high) > precision and high < 2**40:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if half(middle) > precision else (low, middle)
    return high if population is None else min(high, population)


def for_category(
    spread: float, distance: float, probability: float = 0.95, population: int | None = None
) -> int | None:
    """Respondents from which the category is right with a probability, when the index lies `distance` points from the nearest cut.

    None when it lies on the cut of an unlimited population: no survey settles that, only to ask everybody.

    Args: spread, population: as for `for_precision`.
    """
    if distance <= 0.0:
        return population
    return for_precision(spread, distance, population, level=2.0 * probability - 1.0)
