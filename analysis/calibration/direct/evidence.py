"""Effect sizes from the literature turned into priors: what was published, what is shaved off, and why.

Few published effects carry an error and hardly two measure the same thing (earnings, scrap, self-efficacy, missing
cement), so nothing is pooled. Each prior starts from one published number, or from a bracket of two, and every step
away from it is a factor with its reason: a one-group design counts growth that would have come anyway, journals prefer
effects, a study from elsewhere need not hold here, two answers from one respondent agree by habit. Where evidence
shows harm the prior keeps mass below zero. Numbers are rounded to the step they deserve, so that a digit of the
source does not pass for knowledge. `PRIORS` is recomputed from the tables whenever this module is imported; the
registry of the simulation holds the same numbers, and a test compares them.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from scipy.stats import norm

from analysis.calibration.direct.bias_adjusted import BiasAdjusted, Shave, shaved, step
from analysis.calibration.direct.citizen_priors import (
    complaint_to_needs,
    complaint_to_repair,
    complaint_to_responsiveness,
    complaint_to_trust,
    feedback_with_means,
    feedback_without_means,
    forum_effect,
    trust_slope,
)
from analysis.calibration.direct.job_priors import (
    client_effect_mean,
    criterion_to_client,
    job_effect_mean,
    leadership_job_effect,
    leadership_on_output,
    leading_on_results,
)
from analysis.calibration.direct.published import effect, moment
from analysis.calibration.direct.retention import half_life

__all__ = ["PRIORS", "BiasAdjusted", "Shave", "audit_on_logit"]


def training_effect_mean() -> BiasAdjusted:
    """Mean true gain of a programme at the reference hours."""
    top = effect("arthur2003_learning")
    randomised = moment("JOBSII_itt_selfeff") / moment("JOBSII_takeup")
    shaves = (
        Shave(0.80, "few of the 234 samples had a control group: growth and retesting are inside"),
        Shave(0.90, "published studies of training find effects more often than unpublished ones"),
        Shave(0.90, "transport: private firms and military courses abroad to a city's administration"),
    )
    return BiasAdjusted(
        "training_effect_mean",
        step(shaved(top, shaves), 0.05),
        step((top - randomised) / 2.0, 0.05),
        "staff SD",
        {
            "arthur2003_learning": top,
            "JOBSII_itt_selfeff": randomised,
            "lacerenza2017_learning": effect("lacerenza2017_learning"),
        },
        shaves,
        "mean: the meta-analytic gain shaved; SD: half the distance from the one randomised effect at hand, per person "
        "trained, to the unshaved one. Indonesian one-group gains (half an SD to two) are upper bounds and not used",
    )


def training_effect_sd() -> BiasAdjusted:
    """Spread of true effects between programmes: it decides what evaluation is worth."""
    narrow = 0.137  # tau printed in the note of raudenbush1985_re
    wide = effect("kluger1996_d") / float(norm.ppf(1.0 - effect("kluger1996_neg")))
    shaves = (
        Shave(0.5, "half of the spread of 607 published effects is taken for sampling error and other kinds of task"),
    )
    return BiasAdjusted(
        "training_effect_sd",
        0.0,
        step(math.sqrt(narrow * shaved(wide, shaves)), 0.05),
        "staff SD",
        {"raudenbush1985_re": narrow, "kluger1996_neg": wide},
        shaves,
        "scale of a half-normal: between the spread of one intervention repeated (0.14) and that of mixed feedback "
        "interventions of which a third did harm (0.95, halved); their geometric mean",
        "halfnormal",
    )


def aptitude_slope() -> BiasAdjusted:
    """Whether those who know less gain more (positive) or less (negative)."""
    return BiasAdjusted(
        "aptitude_slope",
        0.10,
        0.20,
        "per staff SD",
        {},
        (),
        "no size was read: diminishing returns favour the weak, ability to learn favours the strong (direction in "
        "blume2010_dir); centred near zero, either sign, so needs targeting may be worse than equal targeting",
    )


def skill_half_life() -> BiasAdjusted:
    """Half-life of trained skill out of use."""
    fitted = half_life()
    spread = math.log(24.0 / 4.0) / (2.0 * float(norm.ppf(0.95)))
    return BiasAdjusted(
        "skill_half_life",
        step(fitted.value, 1.0),
        step(spread, 0.005),
        "months",
        {"tatel2025_acc": 6.5, "tatel2025_speed": 13.0, "tatel2025_mixed": 11.0},
        (),
        "weighted geometric mean of the half-loss times by kind of task, to the month; 90 % between 4 and 24 months, "
        "which is the spread between kinds of task and transport to office work",
        "lognormal",
    )


def audit_on_logit() -> tuple[float, float]:
    """Effect of raising the audit chance from 4 % to 100 % on the logit of missing spending, and its error.

    Delta method at the mean share missing of all villages.
    """
    base, change, error = effect("olken_base"), effect("olken_audit"), effect("olken_audit", "se")
    middle = moment("OLK_dist")
    size = math.log(base / (1.0 - base)) - math.log((base + change) / (1.0 - base - change))
    return size, error / (middle * (1.0 - middle))


def audit_effect() -> BiasAdjusted:
    """Audits on the logit of missing money; the transport factor is a parameter of its own."""
    size, error = audit_on_logit()
    return BiasAdjusted(
        "audit_effect",
        step(size, 0.01),
        step(error, 0.01),
        "logit, audit chance 4 % to 100 %",
        {"olken_base": effect("olken_base"), "olken_audit": effect("olken_audit")},
        (),
        "a randomised trial in Indonesian villages, used as it is: the shaving is in audit_transport",
    )


def audit_transport() -> BiasAdjusted:
    """Share of the audit effect that carries from village roads to counters of a city."""
    return BiasAdjusted(
        "audit_transport",
        0.5,
        math.sqrt(0.05),
        "share",
        {},
        (),
        "nobody measured it: Beta(2, 2), nothing and everything both possible and unlikely",
        "beta",
    )


def revision_mean() -> BiasAdjusted:
    """What revising a programme adds on average."""
    return BiasAdjusted(
        "revision_mean",
        0.05,
        0.10,
        "staff SD",
        {},
        (),
        "no study of revised curricula was read; a small gain, and three in ten revisions make it worse on average",
    )


def ethics_effect() -> BiasAdjusted:
    """Ethics training on integrity."""
    most = training_effect_mean().mean / 2.0
    return BiasAdjusted(
        "ethics_effect",
        step(most / 2.0, 0.05),
        step(most / 2.0, 0.05),
        "SD",
        {},
        (),
        "sign from a cluster trial with Ghana's traffic police (felt after 20 months), minimal on average in a "
        "meta-analysis (waples2009), no size read: half-way between nothing and half of other training, zero one SD "
        "away",
    )


_MADE: tuple[Callable[[], BiasAdjusted], ...] = (
    training_effect_mean, training_effect_sd, aptitude_slope, skill_half_life, audit_effect,
    audit_transport, feedback_with_means, feedback_without_means, revision_mean, ethics_effect, trust_slope,
    forum_effect, complaint_to_needs, complaint_to_repair, complaint_to_responsiveness,
    complaint_to_trust, job_effect_mean, client_effect_mean, leadership_job_effect, leading_on_results, leadership_on_output,
    criterion_to_client,
)  # fmt: skip

PRIORS: dict[str, BiasAdjusted] = {prior.name: prior for prior in (make() for make in _MADE)}
