"""How an encounter moves expectation, experience and trust."""

from __future__ import annotations

import math

from simulation.engine.compiled import rule


@rule
def surprise(gap: float, aversion: float) -> float:
    """Weighted surprise w(z) [SD]: a good one counts as it is, a bad one times kappa (`aversion`).

    Source: kampen2006 (bad weighs more), essbe5_asym (the opposite): kappa has prior mass on both sides of 1.
    """
    return gap if gap > 0.0 else aversion * gap


@rule
def mean_surprise(spread: float, aversion: float) -> float:
    """Mean of w(z) for z ~ N(0, spread^2): spread * (1 - kappa) / sqrt(2 pi). Subtracted, so that noise alone moves nothing."""
    return spread * (1.0 - aversion) / math.sqrt(2.0 * math.pi)


@rule
def trust_step(
    state: float, learning: float, lasting: float, above: float, fleeting: float, felt: float, usual: float
) -> float:
    """Trust state after an encounter [logit].

    s' = s + lambda * (b_q * (xbar - x_ref) + b_d * (w(x - e) - m) - s).

    Args:
        learning: lambda, weight of one encounter; lasting: b_q; above: xbar - x_ref [SD]; fleeting: b_d.
        felt: w(x - e) [SD]; usual: m, its mean before any policy.
    """
    return state + learning * (lasting * above + fleeting * (felt - usual) - state)
