"""When a card passes.

Sized: the model's median lies between a/2 and 2a, where a is the adjusted effect, and the 90 % intervals differ in width by a factor of
two at most. Nullish (|a| below delta, or zero inside the adjusted interval): |median - a| is at most delta, and the same of the widths.
Upper: the median does not lie above a. Without an interval of the study a sized or nullish card is judged by size alone, marked so and
counted apart. Direction: the model's probability of the sign is reported; it neither passes nor counts. A median that is not known to a
quarter of the tolerance passes nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.calibration.cards.adjusted import Adjusted
from analysis.calibration.cards.card import Card
from simulation.engine.records import Float64s

__all__ = ["DELTA", "FAILED", "IMPRECISE", "PASSED", "REPORTED", "Found", "Verdict", "found", "judged", "tolerance"]

DELTA = {"SD": 0.05, "correlation": 0.05, "points": 1.0, "share": 0.01}  # below it an effect counts as none
FACTOR = 2.0  # that sizes and widths may differ by
PRECISE = 0.25  # of the tolerance that the Monte Carlo error may reach
LEVEL = 0.9
Outcome = Literal["passed", "failed", "imprecise", "reported"]
PASSED, FAILED, IMPRECISE, REPORTED = Outcome.__args__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Found:
    """What the model finds: median and 90 % interval over draws, Monte Carlo error of the median, share of draws above zero, draws."""

    median: float
    low: float
    high: float
    error: float
    above: float
    draws: int

    @property
    def width(self) -> float:
        """Width of the 90 % interval."""
        return self.high - self.low


@dataclass(frozen=True)
class Verdict:
    """Whether a card passes. Attributes: outcome; size, whether the size is right (None where it is not judged); widths, the same of the
    widths; alone, judged by size alone; chance, the model's probability of the published sign (None unless only the direction is read)."""

    outcome: Outcome
    size: bool | None = None
    widths: bool | None = None
    alone: bool = False
    chance: float | None = None


def found(values: Float64s) -> Found:
    """Summary of an effect over draws; the error of a median is that of a normal sample of the same interval. values: float64 (draws,)."""
    low, median, high = np.quantile(values, [(1.0 - LEVEL) / 2.0, 0.5, (1.0 + LEVEL) / 2.0])
    sd = (high - low) / 3.2897
    error = math.sqrt(math.pi / 2.0) * sd / math.sqrt(len(values))
    return Found(float(median), float(low), float(high), float(error), float((values > 0.0).mean()), len(values))


def tolerance(kind: str, unit: str, effect: float) -> float:
    """How far a median may lie from the adjusted effect on the nearer side."""
    if kind == "nullish":
        return DELTA[unit]
    return max(abs(effect) / FACTOR, DELTA[unit]) if kind == "upper" else abs(effect) / FACTOR


def judged(card: Card, should: Adjusted | None, model: Found) -> Verdict:
    """The verdict on a card. should: None where the study printed no size."""
    if card.kind == "direction" or should is None:
        return Verdict(REPORTED, chance=model.above if card.sign == "positive" else 1.0 - model.above)
    alone = should.width is None and card.kind != "upper"
    size = _size(card, should.effect, model.median)
    widths = None if card.kind == "upper" or should.width is None else _alike(should.width, model.width)
    if model.error > PRECISE * tolerance(card.kind, card.unit, should.effect):
        return Verdict(IMPRECISE, size, widths, alone)
    return Verdict(PASSED if size and widths is not False else FAILED, size, widths, alone)


def _size(card: Card, effect: float, median: float) -> bool:
    if card.kind == "nullish":
        return abs(median - effect) <= DELTA[card.unit]
    toward = median * math.copysign(1.0, effect)
    return toward <= abs(effect) if card.kind == "upper" else abs(effect) / FACTOR <= toward <= FACTOR * abs(effect)


def _alike(one: float, other: float) -> bool:
    return one <= FACTOR * other and other <= FACTOR * one
