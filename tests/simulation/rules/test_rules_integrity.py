"""Integrity and side payments: the rules keep spread, respect limits and move in the stated direction."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.rules import integrity

few = settings(max_examples=60, deadline=None)
finite = st.floats(-4, 4)


@few
@given(value=finite, anchor=finite, norm=finite, weight=st.floats(0, 1), pace=st.floats(0.0, 1.0))
def test_integrity_moves_towards_norm_and_anchor(
    value: float, anchor: float, norm: float, weight: float, pace: float
) -> None:
    """Guards: a step that overshoots the norm, or that moves without a pace."""
    target = weight * norm + (1 - weight) * anchor
    after = integrity.drawn_to_norm.py_func(value, anchor, norm, weight, pace, 0.0, 1.0)
    assert abs(after - target) <= abs(value - target) + 1e-12
    assert integrity.drawn_to_norm.py_func(value, anchor, norm, weight, 0.0, 0.0, 1.0) == value


def test_step_by_hand() -> None:
    """Guards: norm and anchor with their weights exchanged: 0 + 0.1 * (0.25 * 1 + 0.75 * 2 - 0) + 0.2 * 0.5 = 0.275."""
    assert integrity.drawn_to_norm.py_func(0.0, 2.0, 1.0, 0.25, 0.1, 0.2, 0.5) == pytest.approx(0.275)


@pytest.mark.parametrize(("share", "pace"), [(0.1, 0.02), (0.2, 0.04), (0.3, 0.06)])
def test_noise_keeps_the_spread(share: float, pace: float) -> None:
    """Guards: averaging that erases differences between people: after 60 months the wandering part has the variance it started with."""
    rng = np.random.default_rng(5)
    n = 200_000
    anchor = np.sqrt(1 - share) * rng.standard_normal(n)
    value = anchor + np.sqrt(share) * rng.standard_normal(n)
    wander = integrity.wander_sd.py_func(share, pace)
    for _ in range(60):
        value = integrity.drawn_to_norm.py_func(value, anchor, 0.0, 0.0, pace, wander, rng.standard_normal(n))
    assert value.var() == pytest.approx(1.0, abs=0.015)
    assert (value - anchor).var() == pytest.approx(share, abs=0.01)


@few
@given(weight=st.floats(0.0, 0.5), pace=st.floats(0.02, 0.06))
def test_unit_with_a_common_norm_stays_where_it_is(weight: float, pace: float) -> None:
    """Guards: a drift of the mean: anchors stretched by 1 / (1 - w) around the unit's level are a fixed point of the rule."""
    level = 0.7
    own = np.array([-1.0, 0.25, 0.75])
    value, anchor = level + own, level + own / (1 - weight)
    after = integrity.drawn_to_norm.py_func(value, anchor, value.mean(), weight, pace, 0.0, 0.0)
    assert after == pytest.approx(value, abs=1e-12)


@few
@given(
    offset=st.floats(-6, 2), slope=st.floats(0.05, 1.5), z=st.floats(-3, 3), audit=st.floats(-1, 2), a=st.floats(0, 1)
)
def test_payment_chance_is_a_chance_and_falls_with_integrity(
    offset: float, slope: float, z: float, audit: float, a: float
) -> None:
    """Guards: a chance outside 0-1, and honest people who take more."""
    chance = integrity.payment_chance.py_func(offset, slope, z, audit, a, 0.04)
    assert 0.0 < chance < 1.0
    assert integrity.payment_chance.py_func(offset, slope, z + 0.5, audit, a, 0.04) < chance


@few
@given(offset=st.floats(-4, 0), z=st.floats(-2, 2), audit=st.floats(0.05, 1.5), a=st.floats(0.1, 0.9))
def test_audits_act_only_through_their_effect(offset: float, z: float, audit: float, a: float) -> None:
    """Guards: audits that help although their effect is zero, or that cannot hurt although it is negative."""
    chance = integrity.payment_chance.py_func
    usual = chance(offset, 0.5, z, audit, 0.04, 0.04)
    assert chance(offset, 0.5, z, 0.0, a, 0.04) == usual
    assert chance(offset, 0.5, z, audit, a, 0.04) < usual < chance(offset, 0.5, z, -audit, a, 0.04)


def test_full_audit_is_the_whole_effect() -> None:
    """Guards: an effect per percentage point where the trial measured from 4 % to 100 %: the logit falls by 0.48 exactly."""
    before, after = (integrity.payment_chance.py_func(-2.0, 0.5, 0.0, 0.48, a, 0.04) for a in (0.04, 1.0))
    before_logit, after_logit = (math.log(p / (1 - p)) for p in (before, after))
    assert before_logit - after_logit == pytest.approx(0.48, rel=1e-9)
    assert before == pytest.approx(0.1192029, rel=1e-6)


def test_perfect_integrity_takes_nothing() -> None:
    """Guards: a floor of corruption that no honesty reaches."""
    assert integrity.payment_chance.py_func(-1.0, 0.5, 40.0, 0.0, 0.04, 0.04) < 1e-6
