"""Priors: quantiles against scipy, truncation, centre and words."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from simulation.priors import Prior

few = settings(max_examples=60, deadline=None)
US = [0.001, 0.05, 0.25, 0.5, 0.75, 0.95, 0.999]
LOGIT = math.log(0.75 / 0.25)
CASES = [
    (Prior("normal", 0.4, 0.2), lambda u: stats.norm.ppf(u, 0.4, 0.2)),
    (Prior("lognormal", 9.0, 0.545), lambda u: stats.lognorm.ppf(u, 0.545, scale=9.0)),
    (Prior("logitnormal", 0.75, 0.35), lambda u: 1 / (1 + math.exp(-stats.norm.ppf(u, LOGIT, 0.35)))),
    (Prior("uniform", 0.1, 0.4), lambda u: stats.uniform.ppf(u, 0.1, 0.3)),
    (Prior("loguniform", 0.1, 0.4), lambda u: stats.loguniform.ppf(u, 0.1, 0.4)),
    (Prior("logituniform", 0.1, 0.5), lambda u: 1 / (1 + math.exp((1 - u) * math.log(9.0)))),
    (Prior("halfnormal", 0.25), lambda u: stats.halfnorm.ppf(u, scale=0.25)),
    (Prior("beta", 2, 3), lambda u: stats.beta.ppf(u, 2, 3)),
    (Prior("fixed", 1.7), lambda u: 1.7),
    (Prior("normal", 0.3, 0.15, 0.0), lambda u: stats.truncnorm.ppf(u, -2.0, math.inf, 0.3, 0.15)),
    (Prior("normal", 0.45, 0.2, 0.1, 0.7), lambda u: stats.truncnorm.ppf(u, -1.75, 1.25, 0.45, 0.2)),
]


@pytest.mark.parametrize(("prior", "quantile"), CASES, ids=lambda c: c.words() if isinstance(c, Prior) else "")
@pytest.mark.parametrize("u", US)
def test_value_is_the_quantile(prior: Prior, quantile: Callable[[float], float], u: float) -> None:
    """Guards: a distribution that is not the one the table of parameters names."""
    assert prior.value(u) == pytest.approx(quantile(u), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("family", ["normal", "lognormal", "logitnormal"])
def test_truncation_keeps_the_shape_inside(family: str) -> None:
    """Guards: values clipped to a bound, which would pile up on it: inside the bounds the odds stay those of the whole."""
    whole = Prior(family, 0.4, 0.5)
    cut = Prior(family, 0.4, 0.5, 0.3, 0.6)
    assert cut.value(1e-9) == pytest.approx(0.3, rel=1e-6)
    assert cut.value(1 - 1e-9) == pytest.approx(0.6, rel=1e-6)
    for u in US:
        inside = (whole.cdf(cut.value(u)) - whole.cdf(0.3)) / (whole.cdf(0.6) - whole.cdf(0.3))
        assert inside == pytest.approx(u, abs=1e-9)


@few
@given(
    family=st.sampled_from(["normal", "lognormal", "logitnormal", "uniform", "halfnormal", "beta"]),
    u=st.floats(0.001, 0.99),
)
def test_value_rises_with_u(family: str, u: float) -> None:
    """Guards: an inverse that folds, so that a correlation of two parameters would lose its sign."""
    prior = Prior(family, 0.4, 0.8)
    assert prior.value(u + 0.005) > prior.value(u)


def test_no_spread_is_a_point() -> None:
    """Guards: a division by zero for an estimate without error."""
    assert Prior("normal", 0.4, 0.0).value(0.9) == 0.4
    assert Prior("lognormal", 9.0, 0.0).value(0.1) == 9.0


def test_switch() -> None:
    """Guards: a structural switch with the chance of the other position."""
    switch = Prior("choice", 0.7, 0.0, 0.0, 1.0)
    assert [switch.value(u) for u in (0.1, 0.69, 0.71, 0.9)] == [1.0, 1.0, 0.0, 0.0]
    assert switch.centre() == 1.0 and Prior("choice", 0.3).centre() == 0.0


@pytest.mark.parametrize(("prior", "median"), [(Prior("normal", 0.4, 0.2), 0.4), (Prior("lognormal", 9.0, 0.5), 9.0),
                                               (Prior("logitnormal", 0.75, 0.3), 0.75), (Prior("uniform", 0, 1), 0.5)])  # fmt: skip
def test_centre_is_the_median(prior: Prior, median: float) -> None:
    """Guards: a mean where a median is meant (a lognormal's mean lies above it)."""
    assert prior.centre() == pytest.approx(median)


def test_extreme_uniforms_stay_finite() -> None:
    """Guards: an infinite parameter from a uniform close to an end."""
    for prior, _ in CASES:
        assert math.isfinite(prior.value(1e-17)) and math.isfinite(prior.value(1 - 1e-15))


def test_words() -> None:
    """Guards: bounds or sizes missing from what a reader sees."""
    assert Prior("normal", 0.4, 0.2).words() == "normal(0.4, 0.2)"
    assert Prior("normal", 0.3, 0.15, 0.0).words() == "normal(0.3, 0.15) in [0, inf]"
    assert Prior("halfnormal", 0.25).words() == "halfnormal(0.25)"
    assert Prior("fixed", 2.0).words() == "fixed 2"
    assert Prior("choice", 0.7, 0.0, 0.0, 1.0).words() == "1 with chance 0.7"
