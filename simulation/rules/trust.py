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
def slope_of_lasting(learning: float, memory: float, kept: float) -> float:
    """Slope of the trust state on the running experience between people, in the long run, that b_q = 1 and b_d = 0 give [SD/SD].

    cov(s, xbar) / var(xbar) = k lambda / (1 - (1 - lambda) (1 - r) k): trust follows the running experience with a lag.

    Args:
        learning: lambda; memory: r, weight of one encounter in the running experience; kept: k, the part of a trust state that
            neighbours leave between two encounters.
    """
    return kept * learning / (1.0 - (1.0 - learning) * (1.0 - memory) * kept)


@rule
def slope_of_surprise(learning: float, memory: float, kept: float, adapting: float, aversion: float) -> float:
    """The same slope when b_q = 0 and b_d = 1: recent surprises are remembered as experience too [SD/SD].

    slope_of_lasting * (2 - r) r / (a + r - a r) * (1 + kappa) / 2; w(z) is its regression on z.

    Args:
        adapting: a, weight of one encounter in the expectation; aversion: kappa; the others as in `slope_of_lasting`.
    """
    remembered = (2.0 - memory) * memory / (adapting + memory - adapting * memory)
    return slope_of_lasting(learning, memory, kept) * remembered * 0.5 * (1.0 + aversion)


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
