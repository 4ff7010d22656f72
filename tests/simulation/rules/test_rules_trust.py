"""Trust: surprise without bias, treadmill against lasting effect."""

from __future__ import annotations

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


@pytest.mark.parametrize("kept", [1.0, 0.9])
@pytest.mark.parametrize(("lasting", "fleeting"), [(1.0, 0.0), (0.0, 1.0)])
def test_slopes_between_people_by_simulation(lasting: float, fleeting: float, kept: float) -> None:
    """Guards the algebra of the cross-section: simulate many people's encounters and regress trust on what they lived through."""
    rng = np.random.default_rng(3)
    lam, r, a, kappa = 0.15, 0.2, 0.3, 1.5
    state, lived, expected = np.zeros((3, 40_000))
    for _ in range(120):
        x = rng.normal(size=40_000)
        gap = x - expected
        lived += r * (x - lived)
        felt = np.where(gap > 0, gap, kappa * gap)
        state += lam * (lasting * lived + fleeting * felt - state)
        expected += a * gap
        state *= kept
    found = np.cov(state, lived)[0, 1] / lived.var()
    if lasting:
        assert trust.slope_of_lasting.py_func(lam, r, kept) == pytest.approx(found, rel=0.02)
    else:
        assert trust.slope_of_surprise.py_func(lam, r, kept, a, kappa) == pytest.approx(found, rel=0.05)
