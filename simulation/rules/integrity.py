"""Integrity of a person, and the chance that an encounter costs a side payment."""

from __future__ import annotations

import math

from simulation.engine.compiled import rule
from simulation.engine.exact import exp


@rule
def drawn_to_norm(
    integrity: float, anchor: float, norm: float, weight: float, pace: float, wander: float, luck: float
) -> float:
    """Integrity next month [SD]: pulled towards a mix of colleagues' norm and own anchor, with noise that keeps the spread.

    i' = i + k * (w * norm + (1 - w) * anchor - i) + wander * luck.

    Args:
        norm: mean integrity of the unit [SD]; anchor: own norm [SD]; weight: w, 0-1; pace: k [per month].
        wander: SD of the monthly noise; luck: a standard normal number.
    """
    return integrity + pace * (weight * norm + (1.0 - weight) * anchor - integrity) + wander * luck


@rule
def wander_sd(share: float, pace: float) -> float:
    """SD of the monthly noise that gives a wandering part of variance `share`: AR(1) with coefficient 1 - k."""
    return math.sqrt(share * (1.0 - (1.0 - pace) ** 2.0))


@rule
def payment_chance(offset: float, slope: float, integrity: float, audit: float, chance: float, usual: float) -> float:
    """Chance that an encounter costs a side payment.

    logit p = offset - b_i * z - b_a * (a - a0) / (1 - a0). A perfectly honest person takes none.

    Args:
        offset: logit of the service's level for average integrity; slope: b_i; integrity: z [SD].
        audit: b_a, the effect of going from today's audits to all files audited, after transport to a city.
        chance: a, chance of an audit; usual: a0, today's.
    Source: Olken (2007), olken_audit: 0.48 (SE 0.24). Class: measured in villages, transported.
    """
    return 1.0 / (1.0 + exp(-(offset - slope * integrity - audit * (chance - usual) / (1.0 - usual))))
