"""How an encounter moves expectation, experience and trust."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from simulation.engine.compiled import rule

LIMIT = np.float32(10.4)
A0, A1 = np.float32(25166.822265625), np.float32(635.8938598632812)
B0, B1, B2 = np.float32(50345.4453125), np.float32(5458.89404296875), np.float32(39.14344024658203)


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
def tanh_half32(z: Any) -> Any:
    """tanh(z / 2) = 2 / (1 + exp(-z)) - 1 in float32, for loops over every citizen: trust on a scale from -1 to 1.

    The odd rational function of degree 5 over 4 with the smallest largest error up to |z| = 10.4, found by Lawson's algorithm; beyond, it
    stays. Only sums, products and one division, so it vectorises and has the same bits on every machine; as a share of trust,
    (1 + tanh) / 2, the largest error is 3e-5 (tested).
    """
    y = LIMIT if z > LIMIT else z  # selects, not min and max, whose care for NaN stops vectors
    y = -LIMIT if y < -LIMIT else y
    q = y * y
    return y * (A0 + q * (A1 + q)) / (B0 + q * (B1 + q * B2))
