"""What is calibrated: nuisance parameters, the range each may take before any target is seen, and the moment that informs it.

A moment is read off a run of today's practice at the scale of a reference table, in the units and by the steps in which its target was
published: an independent poll's share, the users of a service who paid within a year, the waves of one pollster. Moments live on a
scale (natural, logarithm, logit, normal score) on which they answer to their parameter nearly in a straight line.

Before a target is seen a nuisance parameter is uniform between bounds on its own scale. The estimates in `data/estimates/` are not used
as priors here: they rest on the same figures as the targets, and would count them twice.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

from simulation.priors import Prior

__all__ = [
    "MOMENTS",
    "MOMENT_NAMES",
    "NUISANCE",
    "SCALES",
    "UNMOVED",
    "Moment",
    "Nuisance",
    "Scale",
    "moment",
    "nuisance_priors",
]

NORMAL = NormalDist()


@dataclass(frozen=True)
class Scale:
    """A scale for moments: the transformation, its inverse, and its slope (for errors of published values)."""

    name: str
    low: float
    high: float
    to: Callable[[float], float]
    back: Callable[[float], float]
    slope: Callable[[float], float]


def _expit(y: float) -> float:
    return 1.0 / (1.0 + math.exp(-y)) if y > -700.0 else 0.0


SCALES: dict[str, Scale] = {
    s.name: s
    for s in (
        Scale("natural", -math.inf, math.inf, lambda x: x, lambda y: y, lambda x: 1.0),
        Scale("log", 0.0, math.inf, math.log, math.exp, lambda x: 1.0 / x),
        Scale("logit", 0.0, 1.0, lambda p: math.log(p / (1.0 - p)), _expit, lambda p: 1.0 / (p * (1.0 - p))),
        Scale("probit", 0.0, 1.0, NORMAL.inv_cdf, NORMAL.cdf, lambda p: 1.0 / NORMAL.pdf(NORMAL.inv_cdf(p))),
    )
}


@dataclass(frozen=True)
class Moment:
    """One moment: name, unit of a target's value, scale on which it is compared, bounds. The report's texts describe it."""

    name: str
    unit: str
    scale: str
    low: float = -math.inf
    high: float = math.inf

    @property
    def bounds(self) -> tuple[float, float]:
        """The bounds of a value: the moment's own, or those of its scale."""
        scale = SCALES[self.scale]
        return max(self.low, scale.low), min(self.high, scale.high)


MOMENTS: tuple[Moment, ...] = (
    Moment("process_mean", "1-4", "natural", 1.0, 4.0),
    Moment("people_mean", "1-4", "natural", 1.0, 4.0),
    Moment("unit_sd", "index points", "log"),
    Moment("poll_satisfied", "share of users", "probit"),
    Moment("ikm_rise", "index points a year", "natural"),
    Moment("trusting", "share of adults", "logit"),
    Moment("trust_sd", "points", "log"),
    Moment("trust_swing", "logit", "log"),
    Moment("trust_tremor", "logit", "log"),
    Moment("scandal_fall", "logit", "natural"),
    Moment("regained_early", "share of the fall", "natural"),
    Moment("regained_late", "share of the fall", "natural"),
    Moment("report_rate", "reports an adult and month", "log"),
    Moment("complaint_share", "share of reports", "logit"),
    Moment("completed_share", "share of a year's reports", "logit"),
    Moment("paid_civil_registration", "share of users in a year", "logit"),
    Moment("paid_school", "share of users in a year", "logit"),
    Moment("paid_health", "share of users in a year", "logit"),
)
MOMENT_NAMES: tuple[str, ...] = tuple(m.name for m in MOMENTS)


def moment(name: str) -> Moment:
    """The moment of that name. Raises KeyError."""
    return {m.name: m for m in MOMENTS}[name]


@dataclass(frozen=True)
class Nuisance:
    """One parameter that targets may inform: name, prior of the reference table, the moments made for it."""

    name: str
    prior: Prior
    moments: tuple[str, ...]


NUISANCE: tuple[Nuisance, ...] = (
    Nuisance("nrr_process", Prior("uniform", 2.6, 3.95), ("process_mean",)),
    Nuisance("nrr_people", Prior("uniform", 2.6, 3.95), ("people_mean",)),
    Nuisance("unit_spread", Prior("loguniform", 0.5, 6.0), ("unit_sd",)),
    Nuisance("leniency", Prior("uniform", 0.0, 3.5), ("poll_satisfied",)),
    Nuisance("ikm_drift", Prior("uniform", -1.0, 2.5), ("ikm_rise",)),
    Nuisance("trust_level", Prior("logituniform", 0.3, 0.97), ("trusting",)),
    Nuisance("trust_spread", Prior("loguniform", 0.2, 3.0), ("trust_sd",)),
    Nuisance("political_noise_sd", Prior("loguniform", 0.02, 1.0), ("trust_swing", "trust_tremor")),
    Nuisance("political_noise_persistence", Prior("logituniform", 0.3, 0.995), ("trust_tremor", "trust_swing")),
    Nuisance("scandal_size", Prior("loguniform", 0.05, 1.5), ("scandal_fall",)),
    Nuisance("scandal_half_life", Prior("loguniform", 1.0, 48.0), ("regained_early", "regained_late")),
    Nuisance("report_rate", Prior("loguniform", 3e-5, 3e-3), ("report_rate",)),
    Nuisance("complaint_access", Prior("loguniform", 2e-4, 2e-2), ("complaint_share",)),
    Nuisance("completed_share", Prior("logituniform", 0.3, 0.999), ("completed_share",)),
    Nuisance("side_payment_civil_registration", Prior("logituniform", 0.005, 0.6), ("paid_civil_registration",)),
    Nuisance("side_payment_school", Prior("logituniform", 0.005, 0.6), ("paid_school",)),
    Nuisance("side_payment_health", Prior("logituniform", 0.005, 0.6), ("paid_health",)),
)

# Nuisance parameters that no published moment can move, and why: they keep the priors of the registry.
UNMOVED: dict[str, str] = {
    "drift_real": "the index rises alike whether procedures or reporting improved; only a repeated independent poll would tell them apart",
    "nrr_price": "the official level of one element that no score moves: a fact that is put in, not a moment that answers",
    "side_payment_other": "no survey asked users of licensing, social or general offices",
    "scandal_rate": "one scandal in one series says how large it was, not how often scandals come",
}


def nuisance_priors() -> dict[str, Prior]:
    """Prior of each nuisance parameter in a reference table."""
    return {n.name: n.prior for n in NUISANCE}
