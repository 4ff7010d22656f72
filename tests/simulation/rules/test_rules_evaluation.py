"""Evaluation designs: what each sees, with what error, and what the office then decides."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.rules import evaluation as ev

few = settings(max_examples=60, deadline=None)
true_gains = st.floats(-1.5, 1.5)


def seen(design: int, true: float) -> float:
    """What a design sees on average, at reaction 0.6, leniency 0.3, validity 0.2 and bias 0.1."""
    return float(ev.seen_mean.py_func(design, true, 0.6, 0.3, 0.2, 0.1))


@few
@given(one=true_gains, other=true_gains)
def test_satisfaction_knows_nothing_of_learning(one: float, other: float) -> None:
    """Guards: a satisfaction sheet that secretly measures learning."""
    assert seen(ev.SATISFACTION, one) == seen(ev.SATISFACTION, other) == 0.6


@few
@given(true=true_gains)
def test_designs_in_order_of_bias(true: float) -> None:
    """Guards: biases on the wrong design: control sees the truth, pre/post too much by its bias, readiness a fifth of it."""
    assert seen(ev.PRE_POST_CONTROL, true) == true
    assert seen(ev.PRE_POST, true) == pytest.approx(true + 0.1)
    assert seen(ev.READINESS, true) == pytest.approx(0.3 + 0.2 * true)


@few
@given(n=st.floats(2, 5000), r=st.floats(0.3, 0.95), design=st.sampled_from([1, 2, 3, 4]))
def test_error_falls_with_the_root_of_the_sample(n: float, r: float, design: int) -> None:
    """Guards: an error that falls with n instead of its root."""
    one, four = ev.seen_error.py_func(design, n, r), ev.seen_error.py_func(design, 4 * n, r)
    assert four == pytest.approx(one / 2)


def test_errors_by_hand() -> None:
    """Guards: a gain score without its factor two, and a control group that costs no precision: r = 0.68, n = 64."""
    change = math.sqrt(0.64)
    assert ev.seen_error.py_func(ev.PRE_POST, 64, 0.68) == pytest.approx(change / 8)
    assert ev.seen_error.py_func(ev.PRE_POST_CONTROL, 64, 0.68) == pytest.approx(change / 8 * math.sqrt(2))
    assert ev.seen_error.py_func(ev.SATISFACTION, 64, 0.68) == pytest.approx(1 / 8)
    assert math.isfinite(ev.seen_error.py_func(ev.PRE_POST_CONTROL, 0, 0.68))


def test_significance_asks_for_two_errors() -> None:
    """Guards: `keep` for a gain that is not significant, or a test of the wrong side."""
    keep = ev.keep.py_func
    assert keep(ev.SIGNIFICANCE, 0.20, 0.10)
    assert not keep(ev.SIGNIFICANCE, 0.19, 0.10)
    assert not keep(ev.SIGNIFICANCE, -0.50, 0.10)
    assert not keep(ev.SIGNIFICANCE, 0.30, 0.20), "a good course with a poor measurement is revised: the paper's rule"


def test_equivalence_revises_only_what_is_shown_to_be_small() -> None:
    """Guards: equivalence that revises for lack of data: 0.10 with an error of 0.10 may still be above 0.20."""
    keep = ev.keep.py_func
    assert keep(ev.EQUIVALENCE, 0.10, 0.10)
    assert not keep(ev.EQUIVALENCE, 0.10, 0.05)
    assert keep(ev.EQUIVALENCE, 0.0, 1.0)


def test_expected_value_shrinks_towards_the_prior() -> None:
    """Guards: a decision on the raw number: without precision the prior (0.40) keeps, with it the measurement decides."""
    keep = ev.keep.py_func
    assert keep(ev.EXPECTED_VALUE, -1.0, 100.0)
    assert not keep(ev.EXPECTED_VALUE, 0.19, 1e-6)
    assert keep(ev.EXPECTED_VALUE, 0.21, 1e-6)
    assert keep(ev.EXPECTED_VALUE, 0.05, 0.25), "half way between 0.40 and 0.05 lies above 0.20"


@few
@given(rule=st.sampled_from([0, 1, 2]), low=st.floats(-1, 1), more=st.floats(0, 1), error=st.floats(0.01, 1))
def test_a_better_measurement_never_hurts_the_programme(rule: int, low: float, more: float, error: float) -> None:
    """Guards: a decision that revises a course because it did better."""
    assert ev.keep.py_func(rule, low + more, error) >= ev.keep.py_func(rule, low, error)


def test_regression_to_the_mean_needs_targeting_and_error() -> None:
    """Guards: a free gain of the pre/post design when nobody was chosen by score, or when the test has no error."""
    rise = ev.regression_to_mean.py_func
    assert rise(0.0, 0.5) == 0.0
    assert rise(1.0, 1.0) == 0.0
    assert rise(1.0, 0.75) == pytest.approx(0.2)
    assert rise(1.0, 0.5) > rise(1.0, 0.8)
