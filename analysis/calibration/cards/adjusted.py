"""The effect that the city should show: the published value times the factors of its card, with a 90 % interval."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from analysis.calibration.cards.card import Factor
from analysis.calibration.cards.evidence_rows import NORMAL_90, EvidenceRow

__all__ = ["Adjusted", "adjusted"]


@dataclass(frozen=True)
class Adjusted:
    """Effect in the card's unit and its 90 % interval; low and high are None where the study printed no error."""

    effect: float
    low: float | None = None
    high: float | None = None

    @property
    def width(self) -> float | None:
        """Width of the 90 % interval."""
        return None if self.low is None or self.high is None else self.high - self.low

    @property
    def holds_zero(self) -> bool:
        """Whether zero lies in the interval."""
        return self.low is not None and self.high is not None and self.low <= 0.0 <= self.high


def adjusted(row: EvidenceRow, factors: Iterable[Factor]) -> Adjusted | None:
    """Value times factors; None where the row has no value.

    The variance of a product of independent quantities is the product of their second moments less the square of the product of means; the
    interval is that of a normal distribution. A factor's range counts as a normal 90 % range. Without an error of the study there is no
    interval, however wide the factors are.
    """
    if row.value is None:
        return None
    mean, second = row.value, row.value**2 + (row.se or 0.0) ** 2
    for factor in factors:
        sd = 0.0 if factor.low is None or factor.high is None else (factor.high - factor.low) / (2.0 * NORMAL_90)
        mean *= factor.times
        second *= factor.times**2 + sd**2
    if row.se is None:
        return Adjusted(mean)
    half = NORMAL_90 * math.sqrt(max(second - mean**2, 0.0))
    return Adjusted(mean, mean - half, mean + half)
