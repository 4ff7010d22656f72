"""How an encounter moves expectation, experience and trust."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from simulation.compiled import rule

HALF, ONE, LIMIT = np.float32(0.5), np.float32(1.0), np.float32(4.8)
A0, A1, A2 = np.float32(135135.0), np.float32(17325.0), np.float32(378.0)
B1, B2, B3 = np.float32(62370.0), np.float32(3150.0), np.float32(28.0)


@rule
def surprise(gap: Any, aversion: Any) -> Any:
    """Weighted surprise w(z) [SD]: a good one counts as it is, a bad one times kappa (`aversion`).

    Source: kampen2006 (bad weighs more), essbe5_asym (the opposite): kappa has prior mass on both sides of 1.
    """
    return gap if gap > 0.0 else aversion * gap


@rule
def mean_surprise(spread: Any, aversion: Any) -> Any:
    """Mean of w(z) for z ~ N(0, spread^2): spread * (1 - kappa) / sqrt(2 pi). Subtracted, so that noise alone moves nothing."""
    return spread * (1.0 - aversion) / math.sqrt(2.0 * math.pi)


@rule
def trust_step(state: Any, learning: Any, lasting: Any, above: Any, fleeting: Any, felt: Any, usual: Any) -> Any:
    """Trust state after an encounter [logit].

    s' = s + lambda * (b_q * (xbar - x_ref) + b_d * (w(x - e) - m) - s).

    Args:
        learning: lambda, weight of one encounter; lasting: b_q; above: xbar - x_ref [SD]; fleeting: b_d.
        felt: w(x - e) [SD]; usual: m, its mean before any policy.
    """
    return state + learning * (lasting * above + fleeting * (felt - usual) - state)


@rule
def logistic32(z: Any) -> Any:
    """1 / (1 + exp(-z)) in float32 by Lambert's continued fraction of tanh(z / 2), for loops over every citizen.

    Only sums, products and one division, so it vectorises and has the same bits on every machine; largest error 4e-5 (tested).
    """
    y = z * HALF
    y = LIMIT if y > LIMIT else y  # selects, not min and max, whose care for NaN stops vectors
    y = -LIMIT if y < -LIMIT else y
    q = y * y
    top = y * (A0 + q * (A1 + q * (A2 + q)))
    bottom = A0 + q * (B1 + q * (B2 + q * B3))
    return HALF + HALF * (top / bottom)
