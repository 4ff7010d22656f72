"""A bias-adjusted prior: a published number, the corrections for bias that make it smaller, and the reasoning."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from scipy.stats import norm

from simulation.priors import Prior

__all__ = ["BiasAdjusted", "Shave", "shaved", "step"]


@dataclass(frozen=True)
class Shave:
    """One step from the published number to the prior: a factor and the reason for it."""

    factor: float
    why: str


@dataclass(frozen=True)
class BiasAdjusted:
    """A prior and its reasoning.

    Args:
        mean: mean (normal, beta), median (lognormal), 0 (halfnormal).
        sd: SD (normal, beta), SD of the logarithm (lognormal), scale (halfnormal).
        family: family of the distribution, as in simulation.priors.
        published: evidence id -> the number taken from it; empty when no size was read.
        shaved: factors applied to the published number, with reasons.
        reasoning: how mean and SD follow, in plain words.
    """

    name: str
    mean: float
    sd: float
    unit: str
    published: Mapping[str, float]
    shaved: tuple[Shave, ...]
    reasoning: str
    family: str = "normal"

    @property
    def evidence_class(self) -> str:
        """literature when a published size stands behind it, else assumed."""
        return "literature" if self.published else "assumed"

    def below_zero(self) -> float:
        """Mass of the prior on harm (an effect below zero)."""
        return float(norm.cdf(-self.mean / self.sd)) if self.family == "normal" else 0.0

    def as_prior(self) -> Prior:
        """The same distribution as the registry of the simulation writes it (bounds are the registry's)."""
        if self.family == "beta":
            size = self.mean * (1.0 - self.mean) / self.sd**2 - 1.0
            return Prior("beta", self.mean * size, (1.0 - self.mean) * size, 0.0, 1.0)
        if self.family == "halfnormal":
            return Prior("halfnormal", self.sd)
        return Prior(self.family, self.mean, self.sd)


def step(x: float, step: float) -> float:
    """`x` rounded to a multiple of `step`."""
    return round(round(x / step) * step, 10)


def shaved(value: float, shaves: tuple[Shave, ...]) -> float:
    """`value` times every factor."""
    return value * math.prod(s.factor for s in shaves)
