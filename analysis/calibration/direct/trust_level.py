"""Level and spread of trust in local government, from answers in four categories.

National polls of LSI ask for trust in local government: very, fairly, little, not at all. The share that trusts
(very or fairly) is the level. The spread of the predisposition follows from the four shares once it is said where the
answers lie on the scale of the trust probability; that is an assumption, and it sets the scale, so the spread is wide.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.stats import norm

from analysis.calibration.direct.estimates import Estimate, logit
from analysis.calibration.direct.published import figure_parts

__all__ = ["four_category_spread", "shares_with_an_opinion", "trust_level"]

LSI_2023, LSI_2021, POLRI_2023 = "F0259", "F0254", "F0253"
CUTS = (0.2, 0.5, 0.8)  # assumed trust probabilities between not at all | little | fairly | very
CUT_LOG_SD = 0.35  # [log] assumed: outer cuts anywhere between 0.71/0.29 and 0.88/0.12 (one SD)
RESPONDENTS, DESIGN_EFFECT = 1220, 1.5  # LSI does not state n for this item; usual size of a national poll, assumed
TRANSPORT_LOGIT_SD = 0.25  # assumed: nation -> city (about five points)


def shares_with_an_opinion(id_: str) -> tuple[float, float, float, float]:
    """Shares very, fairly, little, not at all among those who answered; they add to 1."""
    very, fairly, little, no = figure_parts(id_)[:4]
    total = very + fairly + little + no
    return very / total, fairly / total, little / total, no / total


def four_category_spread(shares: tuple[float, float, float, float]) -> tuple[float, float]:
    """Mean and SD of a normal logit predisposition behind four answer shares [logit].

    The three cumulative shares give three normal scores z = (cut - mean) / sd: a line through three points,
    fitted by least squares in the scores.
    """
    very, fairly, little, _ = shares
    scores = norm.ppf([1.0 - very - fairly - little, 1.0 - very - fairly, 1.0 - very])
    cuts = np.array([logit(c) for c in CUTS])
    slope, start = np.polyfit(cuts, scores, 1)
    return float(-start / slope), float(1.0 / slope)


def trust_level(place: str) -> list[Estimate]:
    """Share that trusts local government and SD of the logit predisposition. place: the city in a sentence."""
    local = shares_with_an_opinion(LSI_2023)
    level = local[0] + local[1]
    sampling = math.sqrt(DESIGN_EFFECT / (RESPONDENTS * level * (1.0 - level)))
    very, fairly, no = figure_parts(LSI_2021)
    earlier = (very + fairly) / (very + fairly + no)
    between_polls = abs(logit(earlier) - logit(level)) / math.sqrt(2.0) / 2.0  # half of it: another mode and wording
    spread = four_category_spread(local)[1]
    police = four_category_spread(shares_with_an_opinion(POLRI_2023))[1]
    return [
        Estimate(
            "trust_level",
            level,
            math.sqrt(sampling**2 + between_polls**2 + TRANSPORT_LOGIT_SD**2),
            "logitnormal",
            (0.3, 0.97),
            "share very or fairly trusting",
            "measured",
            (LSI_2023, LSI_2021),
            "share very or fairly trusting local government among those with an opinion, LSI 2023; the higher 2021 "
            f"poll (another mode, head of government, three printed categories) enters the spread; no poll of {place} "
            "asks trust, so 0.25 logit is added for transport",
        ),
        Estimate(
            "trust_spread",
            spread,
            math.hypot(CUT_LOG_SD, math.log(police / spread)),
            "lognormal",
            (0.2, 3.0),
            "logit",
            "measured",
            (LSI_2023, POLRI_2023),
            "normal scores of the four answer shares against assumed trust probabilities 0.2, 0.5, 0.8 between the "
            "answers; the scale rests on those cuts and is not identified by the shares, hence 0.35 log, plus the "
            "difference from the same answers on the police",
        ),
    ]
