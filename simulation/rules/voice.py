"""Reports, answers and what the administration learns from them."""

from __future__ import annotations

import math

from simulation.engine.compiled import rule
from simulation.engine.exact import exp, log

MEAN_BELIEF = 0.5  # belief that a complaint helps at the start, to which it returns; assumed
LARGE_MEAN = 40.0  # mean from which a normal number approximates a Poisson one
MOST_COUNTED = 200.0  # largest number that smaller means can give: the chance of more is below 1e-70
LEAST_RISE, LARGEST_RISE = -1.0, 3.0  # of answered complaints against today's; assumed


@rule
def monthly_rate(yearly_share: float) -> float:
    """Chance a month that an open report is completed, from the share completed at the end of a year.

    In balance the reports still open are (1 - rate) / rate months of arrivals, so share = 1 - (1 - rate) / (12 rate).
    """
    return 1.0 / (1.0 + 12.0 * (1.0 - yearly_share))


@rule
def completed_in_year(usual: float, swing: float, luck: float) -> float:
    """Share of a year's reports completed in one year: logit(share) = logit(usual) + swing * luck.

    Args:
        usual: share of a middling year; swing: SD between years [logit]; luck: of the year, N(0, 1).
    Source: F0467, F0468, F0469 (8, 99 and 92 % in three years of one channel). Class: measured.
    """
    odds = usual * exp(swing * luck)
    return odds / (1.0 - usual + odds)


@rule
def completion(rate: float, capacity: float, load: float) -> float:
    """Chance a month that an open report is completed when capacity and load differ from today's.

    1 - (1 - rate)^(capacity / load): twice the people on the same reports try twice.

    Args:
        rate: today's chance; capacity: times today's; load: open reports, times today's.
    """
    return 1.0 - exp(log(1.0 - rate) * capacity / max(load, 1e-9)) if rate < 1.0 else 1.0


@rule
def widened(effect: float, money: float) -> float:
    """Relative change from money spent: 1 + effect * (money - 1), never below zero."""
    return max(1.0 + effect * (money - 1.0), 0.0)


@rule
def relative_rise(now: float, usual: float) -> float:
    """Answered complaints per encounter against today's, minus one, held within -1 and 3; 0 when nobody ever complains."""
    return min(max(now / usual - 1.0, LEAST_RISE), LARGEST_RISE) if usual > 0.0 else 0.0


@rule
def feedback_target(reach: float, means: float, with_means: float, without: float) -> float:
    """What feedback leads to in the behaviour of those who get it [SD of rated behaviour], where the studies measured it.

    Args:
        reach: how far feedback reaches the units, 0-1; means: capacity to act, 0 as today to 1 doubled.
        with_means, without: effect of feedback on performance with and without means to act [SD of rated behaviour].
    Source: kluger1996_d, kluger1996_neg (a third of feedback harms). Class: literature, shaved.
    """
    m = min(max(means, 0.0), 1.0)
    return reach * (m * with_means + (1.0 - m) * without)


@rule
def poisson(mean: float, u: float, z: float) -> float:
    """A Poisson number from a uniform u (small means, by inversion) or a normal z (large means)."""
    if mean > LARGE_MEAN:
        return max(math.floor(mean + math.sqrt(mean) * z + 0.5), 0.0)
    chance = exp(-mean)
    total, k = chance, 0.0
    while u > total and k < MOST_COUNTED:
        k += 1.0
        chance *= mean / k
        total += chance
    return k
