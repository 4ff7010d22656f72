"""What a course adds to competence and to behaviour on the job, how much of it is used, and how the rest fades."""

from __future__ import annotations

from simulation.engine.compiled import rule
from simulation.engine.exact import LN2, exp

LARGEST_TILT = 2.0  # limit of the logarithm of a gain, up or down, beyond which a slope is not extrapolated; assumed
SETTLING = 120.0  # months after which 1/e of what experience adds is still to come; assumed


@rule
def dose(hours: float, half: float, reference: float) -> float:
    """Share of the reference gain that a course of some length gives; 1 at the reference length, levelling off after it.

    g(JP) = (1 - exp(-JP / h)) / (1 - exp(-JP_ref / h)).

    Args:
        hours: length of the course [JP].
        half: hours over which gains level off [JP], > 0; evidence: assumption (training_hours).
        reference: length at which an effect is stated [JP].
    """
    return (1.0 - exp(-hours / half)) / (1.0 - exp(-reference / half))


@rule
def gain(
    delta: float, amount: float, slope: float, lead: float, motivation: float, relevance: float, method: float
) -> float:
    """What one participant learns [staff SD], or does otherwise on the job [SD of rated behaviour]; negative when the programme harms.

    dx = delta * g * exp(-eta * (theta - mean)) * (1 + m) * (1 + r) * (1 + k); every factor is 1 on average in today's practice.

    Args:
        delta: true effect of the programme at the reference length, on learning or on the job [SD].
        amount: g(JP) of `dose`.
        slope: eta, how much less the able gain [per staff SD]; either sign.
        lead: theta - mean theta at the start [staff SD].
        motivation, relevance, method: relative gains.
    Source: see training_effect_mean, aptitude_slope, motivation_gain, relevance, blended_effect in the parameter table.
    """
    tilt = min(max(-slope * lead, -LARGEST_TILT), LARGEST_TILT)
    return delta * amount * exp(tilt) * max(1.0 + motivation, 0.0) * max(1.0 + relevance, 0.0) * max(1.0 + method, 0.0)


@rule
def use_hazard(base: float, follow_up: float, follow_effect: float) -> float:
    """Chance a month that a person stops using what was trained, 0-1, in a domain that the post does not use regularly.

    h = h0 * exp(-f * follow_up).

    Source: Saks & Belcourt (2006), three points (saks2006_*). Class: literature; trainers' estimates.
    """
    return min(base * exp(-follow_effect * follow_up), 1.0)


@rule
def repeated(share: float, courses: int) -> float:
    """Weight of one more course beside those of the same domain that are in use: share^courses.

    So n courses of equal effect do at most 1 / (1 - share) times what one does, and less than n times. Studies measure what one course
    does; that a second one adds as much is nobody's finding.

    Args:
        share: what a further course adds, times the one before, 0-1; courses: in use already.
    Class: assumed (repeat).
    """
    weight = 1.0
    for _ in range(courses):
        weight *= share
    return weight


@rule
def of_users(effect: float, using: float) -> float:
    """What a course does to the behaviour of those who use it, from what it does on average over all who attended.

    Studies compare everybody who was trained with people who were not; whoever does not use the course counts with nothing.

    Args:
        effect: mean over all who attended, users or not; using: share of them who use it, 0-1.
    """
    return effect / using


@rule
def kept_share(half_life: float) -> float:
    """Share of idle trained competence left after a month, 2^(-1/H); exponential forgetting.

    Args:
        half_life: months out of use after which half is gone [months], > 0.
    Source: Tatel & Ackerman (2025), tatel2025_acc, tatel2025_mixed. Class: literature.
    """
    return exp(-LN2 / half_life)


@rule
def faded(idle: float, kept: float, loss: float, exponential: float) -> float:
    """Idle trained competence after one more month out of use [staff SD]; the base that experience built is not touched.

    Either a share is kept (half-life) or a fixed amount is lost until nothing is left (linear, the structural alternative).
    """
    if exponential > 0.5:
        return idle * kept
    return max(idle - loss, 0.0) if idle > 0.0 else min(idle + loss, 0.0)


@rule
def grown(size: float, months: float) -> float:
    """What experience has added after some months in post, E = G (1 - exp(-t / 120)) [staff SD]. Class: assumed."""
    return size * (1.0 - exp(-months / SETTLING))
