"""From an estimate to a decision, and what the policy paper's rule would decide from the same numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.stats import nct
from scipy.stats import t as student
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestIndPower, TTestPower

from analysis.evaluation.clustered import Fit
from analysis.evaluation.training.estimates import Estimate

__all__ = ["EARNED", "LEVEL", "Decision", "Verdict", "equivalence_p", "holm", "needed_per_arm", "power", "verdict"]

LEVEL, WANTED_POWER = 0.05, 0.80
EARNED = ("effective", "no_meaningful_effect", "harmful")
"""Verdicts that are about training; the others are about scores, or about nothing yet."""
Verdict = Literal["effective", "no_meaningful_effect", "cannot_tell", "harmful", "rose", "fell", "unchanged"]
Reason = Literal[
    "", "precision", "level_only", "no_baseline", "models_disagree", "regression", "single_unit", "attrition",
    "trend_before", "lottery_doubtful",
]  # fmt: skip
Holds = Literal["", "parallel", "same_before", "parallel_and_same", "at_cutoff"]


@dataclass(frozen=True)
class Decision:
    """What to conclude about one programme.

    Attributes:
        verdict: effective; no_meaningful_effect (shown to be within ± smallest); cannot_tell; harmful. Of one group without
            others, whatever the cause: rose, fell, unchanged.
        reason: why no more can be said: precision (too few people), level_only (one occasion and no control), no_baseline (one
            occasion of people who chose themselves), models_disagree, regression (the change is no more than low scorers'
            return), single_unit, attrition (those who left decide), trend_before, lottery_doubtful.
        holds_if: what must be true for the verdict to be about training ("" for a randomised trial).
        lowest, highest: ends of the effect that those who left allow [points], NaN when nobody left.
        smallest: smallest effect of interest [points]; needed: people an arm for 80 % power at it, None when no
            number of people would help; needed_units: units an arm instead, where units were assigned.
        equivalence_p: p of the two one-sided tests. p, p_holm: of no effect, alone and over all programmes.
        paper_keeps: the policy paper keeps the programme (significant gain); otherwise curriculum and method are
            adjusted. paper_power: chance that it keeps one that truly has the smallest effect.
    """

    programme: str
    verdict: Verdict
    reason: Reason
    holds_if: Holds
    smallest: float
    needed: int | None
    needed_units: int | None
    lowest: float
    highest: float
    equivalence_p: float
    p: float
    p_holm: float
    paper_keeps: bool
    paper_power: float


def equivalence_p(fit: Fit, smallest: float) -> float:
    """p of two one-sided tests that the effect lies within ± smallest (Schuirmann 1987)."""
    above = fit.one_sided(-(fit.value + smallest))
    below = fit.one_sided(fit.value - smallest)
    return max(above, below)


def power(fit: Fit, effect: float) -> float:
    """Chance of a significant gain (two-sided 5 %, right sign) when the true effect is `effect` [points]."""
    if not (fit.se > 0.0 and math.isfinite(fit.df)):
        return math.nan
    return float(nct.sf(student.ppf(1.0 - LEVEL / 2.0, fit.df), fit.df, effect / fit.se))


def needed_per_arm(estimate: Estimate, smallest: float) -> tuple[int | None, int | None]:
    """People an arm, and units an arm where errors are clustered, for 80 % power at the smallest effect.

    The spread is the one this study had with this model: its error times the root of its people (or units) an arm.
    """
    fit = estimate.fit
    if not (fit.se > 0.0 and smallest > 0.0):
        return None, None
    paired = estimate.n_control == 0
    count = estimate.per_arm
    if fit.clusters and estimate.model != "cohorts":
        count = fit.clusters / (1.0 if paired else 2.0)
    spread = fit.se * math.sqrt(count if paired else count / 2.0)
    solver = TTestPower() if paired else TTestIndPower()
    found = solver.solve_power(effect_size=smallest / spread, alpha=LEVEL, power=WANTED_POWER, alternative="two-sided")
    found = float(np.max(found))
    if not math.isfinite(found):
        return None, None
    if count == estimate.per_arm:
        return max(math.ceil(found), 2), None
    return max(math.ceil(found * estimate.per_arm / count), 2), max(math.ceil(found), 2)


def holm(values: Sequence[float]) -> list[float]:
    """Holm's adjusted p-values; missing ones stay missing and are not counted."""
    array = np.array(values, dtype=float)
    known = np.isfinite(array)
    if known.sum() > 1:  # one needs no adjustment
        array[known] = multipletests(array[known], method="holm")[1]
    return [float(v) for v in array]


def verdict(value: float, p: float, p_equivalence: float) -> Verdict:
    """The verdict from adjusted p-values. Equivalence comes first: a small effect can be sure and still be small."""
    if p_equivalence < LEVEL:
        return "no_meaningful_effect"
    if p < LEVEL:
        return "effective" if value > 0.0 else "harmful"
    return "cannot_tell"
