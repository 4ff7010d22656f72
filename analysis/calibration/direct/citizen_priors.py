"""Bias-adjusted priors of what citizens do to service and service to trust: feedback, forums, complaints, trust."""

from __future__ import annotations

import math

from scipy.stats import norm

from analysis.calibration.direct.bias_adjusted import BiasAdjusted, Shave, shaved, step
from analysis.calibration.direct.published import effect, moment

__all__ = [
    "complaint_to_needs",
    "complaint_to_repair",
    "complaint_to_responsiveness",
    "complaint_to_trust",
    "feedback_with_means",
    "feedback_without_means",
    "forum_effect",
    "trust_slope",
]


def feedback_with_means() -> BiasAdjusted:
    """Feedback on the performance of staff who have the means to act."""
    size = effect("kluger1996_d")
    spread = size / float(norm.ppf(1.0 - effect("kluger1996_neg"))) / math.sqrt(2.0)
    shaves = (Shave(0.5, "many laboratory tasks, short horizons, individual feedback"),)
    return BiasAdjusted(
        "feedback_with_means",
        step(shaved(size, shaves), 0.05),
        step(shaved(spread, shaves), 0.05),
        "SD of rated behaviour",
        {"kluger1996_d": size, "kluger1996_neg": effect("kluger1996_neg")},
        shaves,
        "mean halved; SD: the spread that lets a third of interventions harm, half of its variance taken for sampling "
        "error, halved like the mean; harm keeps more than a quarter of the mass",
    )


def feedback_without_means() -> BiasAdjusted:
    """Feedback where staff cannot act on it."""
    harm = effect("rasul2018_inc")
    return BiasAdjusted(
        "feedback_without_means",
        0.0,
        step(abs(harm) * math.sqrt(2.0), 0.05),
        "SD of rated behaviour",
        {"rasul2018_inc": harm},
        (),
        "printed information and monitoring without means did little or backfired; centred on nothing, SD the size of "
        "the harm found in Nigeria's civil service with as much again for transport",
    )


def trust_slope() -> BiasAdjusted:
    """Slope of trust on lived experience between people, before halo."""
    slope, error = moment("ESSBE5_perf_trust"), moment("ESSBE5_perf_trust", "se")
    shaves = (Shave(0.5, "performance and trust come from the same respondent in one interview"),)
    return BiasAdjusted(
        "trust_slope",
        step(shaved(slope, shaves), 0.005),
        step(shaved(error, shaves), 0.0005),
        "SD per SD",
        {"ESSBE5_perf_trust": slope},
        shaves,
        "SD of trust per SD of a general judgement of performance between people, halved here and nowhere else; what is halo, "
        "also of people who were not there, is `halo_share`, and what lasts is `lasting_share`, both unknown. Tunisia's halved "
        "slope (about 0.1 SD per SD of difficulty) is an order of magnitude and carries no SD. High power distance weakens "
        "it (zhang_li2022): no size, not shaved again",
    )


def forum_effect() -> BiasAdjusted:
    """Consultation forums on a unit's integrity and error about what citizens want."""
    middle = moment("OLK_dist")
    size = -(effect("olken_invite") + effect("olken_comment")) / 2.0 / (middle * (1.0 - middle))
    error = effect("olken_invite", "se") / (middle * (1.0 - middle))
    shaves = (
        Shave(0.5, "transport: village road committees to a city's offices"),
        Shave(0.5, "in the trial it worked only where citizens had a private stake (olken_invite_wage)"),
    )
    mean = shaved(size, shaves)
    return BiasAdjusted(
        "forum_effect",
        step(mean, 0.01),
        step(math.hypot(shaved(error, shaves), mean), 0.01),
        "SD",
        {"olken_invite": effect("olken_invite"), "olken_comment": effect("olken_comment")},
        shaves,
        "two arms of one trial on one outcome (the only average taken here), on the logit; SD: the larger error shaved "
        "alike, and the unknown shaving itself; three in ten below zero",
    )


def complaint_to_needs() -> BiasAdjusted:
    """Complaints on the accuracy of the needs analysis."""
    return BiasAdjusted(
        "complaint_to_needs",
        0.05,
        0.10,
        "accuracy",
        {},
        (),
        "nobody measured it; channels are used unequally between areas, so they may bias the analysis as well as "
        "sharpen it",
    )


def complaint_to_repair() -> BiasAdjusted:
    """Answered complaints on repaired procedures."""
    trial = -effect("murali2021")
    rating = moment("attitude_complaints")
    shaves = (Shave(0.5, "complaint handling and rating of the department come from the same employees"),)
    return BiasAdjusted(
        "complaint_to_repair",
        step(math.sqrt(trial * shaved(rating, shaves)), 0.05),
        0.20,
        "elasticity",
        {"murali2021": trial, "attitude_complaints": rating},
        shaves,
        "between a trial of announced phone calls (non-delivery down 8 %) and a halved same-source slope (0.31), "
        "which do not measure the same thing: their geometric mean as a centre, SD 0.20 assumed, a fifth below zero",
    )


def complaint_to_responsiveness() -> BiasAdjusted:
    """Answered complaints on the climate of responsiveness."""
    return BiasAdjusted(
        "complaint_to_responsiveness",
        0.02,
        0.05,
        "SD per relative rise",
        {},
        (),
        "complaints may teach an office to listen or to hide; no size was read",
    )


def complaint_to_trust() -> BiasAdjusted:
    """An answer, against silence, on the trust of the person who complained."""
    return BiasAdjusted(
        "complaint_to_trust",
        0.05,
        0.10,
        "logit an answer",
        {},
        (),
        "engagement improved access but not trust in a systematic review (waddington2019), without sizes read; small, "
        "either sign",
    )
