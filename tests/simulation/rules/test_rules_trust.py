"""Trust: surprise without bias, treadmill against lasting effect, and a fast logistic that is close enough."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.rules import trust

few = settings(max_examples=60, deadline=None)
KAPPAS = [0.4, 0.8, 1.0, 1.3, 2.5]
Z = (np.arange(400_000) + 0.5) / 400_000


@pytest.mark.parametrize("kappa", KAPPAS)
@pytest.mark.parametrize("spread", [0.3, 1.0, 1.7])
def test_noise_alone_moves_nothing(kappa: float, spread: float) -> None:
    """Guards: the golden rule for trust: m must be the numerical mean of w(z), on both sides of kappa = 1."""
    from scipy.stats import norm

    z = spread * norm.ppf(Z)
    felt = np.where(z > 0, z, kappa * z).mean()
    assert trust.mean_surprise.py_func(spread, kappa) == pytest.approx(felt, abs=2e-5)


@few
@given(z=st.floats(0.01, 5), kappa=st.floats(0.2, 4))
def test_surprise_weighs_the_bad(z: float, kappa: float) -> None:
    """Guards: kappa on the wrong side."""
    w = trust.surprise.py_func
    assert w(z, kappa) == z
    assert w(-z, kappa) == -kappa * z
    assert w(0.0, kappa) == 0.0
    assert w(-z, 1.0) == -w(z, 1.0)


def test_step_by_hand() -> None:
    """Guards: a term left out: 0.5 + 0.1 * (0.2 * 0.3 + 0.4 * (0.6 - 0.1) - 0.5) = 0.476."""
    assert trust.trust_step.py_func(0.5, 0.1, 0.2, 0.3, 0.4, 0.6, 0.1) == pytest.approx(0.476)


def lasting_trust(b_q: float, b_d: float, step: float, months: int = 400) -> float:
    """Trust state long after service rose by `step`, without noise, kappa = 1."""
    state, expected, lived = 0.0, 0.0, 0.0
    for _ in range(months):
        gap = step - expected
        lived += 0.2 * (step - lived)
        felt = trust.surprise.py_func(gap, 1.0)
        state = trust.trust_step.py_func(state, 0.1, b_q, lived, b_d, felt, 0.0)
        expected += 0.2 * gap
    return float(state)


@few
@given(b_d=st.floats(-0.5, 0.5), step=st.floats(0.1, 1.0), b_q=st.floats(0.05, 0.5))
def test_lasting_trust_needs_lasting_effect(b_d: float, step: float, b_q: float) -> None:
    """Guards: better service that raises trust for good in the treadmill, or does not when b_q > 0."""
    assert lasting_trust(0.0, b_d, step) == pytest.approx(0.0, abs=1e-6)
    assert lasting_trust(b_q, b_d, step) == pytest.approx(b_q * step, abs=1e-6)
    assert lasting_trust(-b_q, b_d, step) == pytest.approx(-b_q * step, abs=1e-6)


def test_fast_trust_is_close_and_never_falls() -> None:
    """Guards: the share of trust, (1 + tanh) / 2, drifting from the logistic by more than 3e-5, or falling between -30 and 30."""
    z = np.linspace(-30, 30, 120_001).astype(np.float32)
    fast = np.array([trust.tanh_half32(value) for value in z])
    true = 1 / (1 + np.exp(-z.astype(float)))
    assert np.abs(0.5 + 0.5 * fast.astype(float) - true).max() < 3e-5
    assert np.diff(fast).min() > -4e-7, "falls by more than roundings of float32"
    assert fast.min() >= -1.0 and fast.max() <= 1.0


def test_fast_trust_is_symmetric_and_float32() -> None:
    """Guards: a bias of the mean, and a float64 that would halve the speed."""
    for value in np.linspace(0, 12, 2_001).astype(np.float32):
        assert trust.tanh_half32(value) == -trust.tanh_half32(-value)
    assert trust.tanh_half32.nopython_signatures[0].return_type.name == "float32"
    assert math.isclose(float(trust.tanh_half32(np.float32(2.0))), math.tanh(1.0), abs_tol=6e-5)
