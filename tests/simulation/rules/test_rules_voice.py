"""Reports, answers and feedback: balance with the measured share, and no gain without an effect."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.rules import voice

few = settings(max_examples=60, deadline=None)
chances = st.floats(0.01, 0.99)


@few
@given(share=st.floats(0.02, 0.995))
def test_rate_gives_back_the_share_completed(share: float) -> None:
    """Guards: a monthly rate that does not lead to the measured yearly share: simulate the balance, count what is left open."""
    rate = voice.monthly_rate.py_func(share)
    assert 0.0 < rate <= 1.0
    left_open = (1 - rate) / rate  # months of arrivals, after the month's handling
    assert 1 - left_open / 12 == pytest.approx(share, abs=1e-9)


@pytest.mark.parametrize("share", [0.3, 0.92, 0.99])
def test_rate_by_simulation(share: float) -> None:
    """Guards: an error in the algebra of the balance: feed one report a month until nothing changes."""
    rate, waiting = voice.monthly_rate.py_func(share), 0.0
    for _ in range(5000):
        waiting = (waiting + 1.0) * (1 - rate)
    assert 1 - waiting / 12 == pytest.approx(share, abs=1e-6)


@few
@given(rate=chances, capacity=st.floats(0.1, 5), load=st.floats(0.1, 5))
def test_completion_moves_with_people_and_load(rate: float, capacity: float, load: float) -> None:
    """Guards: a chance outside 0-1, or one that falls with more people; at today's practice it is today's rate."""
    done = voice.completion.py_func
    assert done(rate, 1.0, 1.0) == pytest.approx(rate, rel=1e-9)
    assert 0.0 <= done(rate, capacity, load) <= 1.0
    assert done(rate, capacity + 0.1, load) >= done(rate, capacity, load) >= done(rate, capacity, load + 0.1)


def test_completion_by_hand() -> None:
    """Guards: capacity that multiplies the chance: twice the people on a half try twice, 1 - 0.25 = 0.75; no people, no answer."""
    assert voice.completion.py_func(0.5, 2.0, 1.0) == pytest.approx(0.75)
    assert voice.completion.py_func(0.5, 1.0, 2.0) == pytest.approx(1 - 0.5**0.5)
    assert voice.completion.py_func(0.5, 0.0, 1.0) == 0.0
    assert voice.completion.py_func(1.0, 0.5, 9.0) == 1.0


@few
@given(effect=st.floats(-1, 2), money=st.floats(0, 10))
def test_widened_is_neutral_where_it_must_be(effect: float, money: float) -> None:
    """Guards: money that acts without an effect, an effect without money, and access below zero."""
    assert voice.widened.py_func(0.0, money) == 1.0
    assert voice.widened.py_func(effect, 1.0) == 1.0
    assert voice.widened.py_func(effect, money) >= 0.0
    assert voice.widened.py_func(0.5, 2.0) == 1.5
    assert voice.widened.py_func(-0.5, 2.0) == 0.5


def test_relative_rise() -> None:
    """Guards: division by zero in a city where nobody complains, and a lucky month that repairs everything."""
    rise = voice.relative_rise.py_func
    assert rise(0.3, 0.0) == 0.0
    assert rise(0.2, 0.2) == 0.0
    assert rise(0.4, 0.2) == pytest.approx(1.0)
    assert rise(0.0, 0.2) == -1.0
    assert rise(9.0, 0.2) == 3.0


@few
@given(reach=st.floats(0, 1), means=st.floats(-1, 3), yes=st.floats(-1, 1), no=st.floats(-1, 1))
def test_feedback_lies_between_its_two_effects(reach: float, means: float, yes: float, no: float) -> None:
    """Guards: means beyond doubled that count more, and feedback that nobody gave."""
    target = voice.feedback_target.py_func
    low, high = sorted((reach * yes, reach * no))
    assert low - 1e-12 <= target(reach, means, yes, no) <= high + 1e-12
    assert target(0.0, means, yes, no) == 0.0
    assert target(reach, means, 0.0, 0.0) == 0.0
    assert target(reach, 0.0, yes, no) == pytest.approx(reach * no)
    assert target(reach, 1.0, yes, no) == pytest.approx(reach * yes)


@pytest.mark.parametrize("mean", [0.0, 0.3, 3.0, 20.0, 39.9, 40.1, 300.0])
def test_poisson_has_the_mean_and_variance_of_a_poisson(mean: float) -> None:
    """Guards: a seam at 40 where counts jump, and rounding that shifts the mean (standard errors: 4 of them)."""
    rng = np.random.default_rng(11)
    n = 60_000
    counts = np.array(
        [voice.poisson(mean, u, z) for u, z in zip(rng.random(n), rng.standard_normal(n), strict=True)], dtype=float
    )
    assert (counts == np.floor(counts)).all() and (counts >= 0).all()
    assert counts.mean() == pytest.approx(mean, abs=4 * max(mean, 1e-9) ** 0.5 / n**0.5 + 1e-12)
    allowed = 4 * (mean * (1 + 2 * mean) / n) ** 0.5 + 0.09 * (mean > 40)  # rounding a normal adds 1/12
    assert counts.var() == pytest.approx(mean, abs=allowed)


@few
@given(usual=chances, swing=st.floats(0, 4), luck=st.floats(-3, 3))
def test_completion_varies_around_its_level(usual: float, swing: float, luck: float) -> None:
    """Guards: a good year that completes less, a share outside 0-1, and a year that differs where years do not."""
    of_year = voice.completed_in_year.py_func
    assert of_year(usual, 0.0, luck) == pytest.approx(usual)
    assert of_year(usual, swing, 0.0) == pytest.approx(usual)
    assert 0.0 < of_year(usual, swing, luck) < 1.0
    assert of_year(usual, swing, abs(luck)) >= of_year(usual, swing, -abs(luck))


def test_completion_of_a_year_by_hand() -> None:
    """Guards the scale of luck: 0.5 and two logits up are 1 / (1 + exp(-2))."""
    assert voice.completed_in_year.py_func(0.5, 2.0, 1.0) == pytest.approx(1 / (1 + np.exp(-2.0)))
    assert voice.completed_in_year.py_func(1.0, 2.0, -1.0) == 1.0
