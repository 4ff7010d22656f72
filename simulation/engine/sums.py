"""Sums of trust over everybody, in whole numbers: exact in any order, so that the loop becomes vector instructions and threads agree.

Trust counts on a scale from -1 to 1, 2 x share - 1, in units of 2^-17; trust states, which may be larger than one, in units of 2^-15.
So the sums of a block of 8192 people stay below 2^31.
"""

from __future__ import annotations

import numpy as np

from simulation.engine.compiled import rule, spliced
from simulation.engine.exact import tanh_half32
from simulation.engine.records import Float32s, Int64s
from simulation.engine.scratch import TrustSum

TRUST_UNITS, STATE_UNITS = 131072.0, 32768.0  # 2^17, 2^15
TRUST_UNITS32, STATE_UNITS32 = np.float32(TRUST_UNITS), np.float32(STATE_UNITS)
ZERO32, ONE32 = np.float32(0.0), np.float32(1.0)


@spliced
def pull_and_add(
    alpha: Float32s, states: Float32s, keep: np.float32, push: np.float32, mood: np.float32, sums: Int64s
) -> None:
    """Trust states become keep x state + push, and the resulting trust of these people is added to sums (see TrustSum).

    Float32 and integers, loops from zero over slices, sums within 32 bits; spliced, because as a function of its own it takes longer.

    Args: alpha, predispositions; mood, added to everybody's trust.
    """
    total = square = moved = trusting = np.int32(0)
    for i in range(alpha.size):
        state = states[i] * keep + push
        states[i] = state
        z = alpha[i] + state + mood
        trusts = tanh_half32(z)
        fine = trusts * TRUST_UNITS32
        total = np.int32(total + np.int32(fine))
        square = np.int32(square + np.int32(fine * trusts))
        moved = np.int32(moved + np.int32(state * STATE_UNITS32))
        trusting = np.int32(trusting + (z > ZERO32))
    sums[TrustSum.TRUST] += total
    sums[TrustSum.SQUARE] += square
    sums[TrustSum.STATE] += moved
    sums[TrustSum.TRUSTING] += trusting
    sums[TrustSum.ADULTS] += alpha.size


@rule
def mean_trust(total: float, adults: float) -> float:
    """Mean on the scale from -1 to 1 of a sum of trust, or of its square."""
    return total / (TRUST_UNITS * adults)


@rule
def mean_state(total: float, adults: float) -> float:
    """Mean of a sum of trust states [logit]."""
    return total / (STATE_UNITS * adults)
