"""Learning, use on the job and forgetting: what each rule promises, by hand and by property."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.rules import learning

few = settings(max_examples=60, deadline=None)
hours = st.floats(0.0, 400.0)
halves = st.floats(1.0, 200.0)
effects = st.floats(-1.5, 1.5)
shares = st.floats(0.0, 1.0)


def gain(delta: float, amount: float = 1.0, slope: float = 0.0, lead: float = 0.0, *relative: float) -> float:
    """`gain` with every factor that is not given at its neutral value."""
    return float(learning.gain.py_func(delta, amount, slope, lead, *(relative or (0.0, 0.0, 0.0))))


@few
@given(half=halves, reference=st.floats(1.0, 200.0))
def test_dose_is_one_at_the_reference_length(half: float, reference: float) -> None:
    """Guards: an effect stated at 20 JP that a 20 JP course does not give."""
    assert learning.dose.py_func(reference, half, reference) == pytest.approx(1.0, abs=1e-12)
    assert learning.dose.py_func(0.0, half, reference) == 0.0


@few
@given(short=hours, more=st.floats(0.1, 50.0), half=halves)
def test_dose_rises_ever_more_slowly(short: float, more: float, half: float) -> None:
    """Guards: longer courses that teach less, or every further hour that teaches more than the one before."""
    dose = learning.dose.py_func
    first = dose(short + more, half, 20.0) - dose(short, half, 20.0)
    second = dose(short + 2 * more, half, 20.0) - dose(short + more, half, 20.0)
    assert first >= 0.0
    assert second <= first + 1e-12


def test_dose_by_hand() -> None:
    """Guards: a wrong base or a half-life read as a time constant: (1 - e^-2) / (1 - e^-1) for twice the hours at h = 20."""
    assert learning.dose.py_func(40.0, 20.0, 20.0) == pytest.approx(0.8646647 / 0.6321206, rel=1e-6)
    assert learning.dose.py_func(1e6, 20.0, 20.0) == pytest.approx(1 / 0.6321206, rel=1e-6)


@few
@given(amount=st.floats(0, 2), slope=st.floats(-1, 1), lead=st.floats(-4, 4), other=st.floats(-2, 2))
def test_no_effect_no_gain(amount: float, slope: float, lead: float, other: float) -> None:
    """Guards: a course that teaches although its true effect is zero (the golden rule)."""
    assert gain(0.0, amount, slope, lead, other, other, other) == 0.0


@few
@given(delta=effects, slope=st.floats(-1, 1), lead=st.floats(-4, 4), other=st.floats(-3, 3))
def test_gain_keeps_the_sign_of_the_effect_and_is_symmetric(
    delta: float, slope: float, lead: float, other: float
) -> None:
    """Guards: a floor that turns harm into nothing, or a factor below zero that turns harm into good."""
    good = gain(abs(delta), 1.0, slope, lead, other, other, other)
    harm = gain(-abs(delta), 1.0, slope, lead, other, other, other)
    assert harm == -good
    assert good >= 0.0


@few
@given(delta=st.floats(0.01, 1.5), able=st.floats(-1.5, 1.5))
def test_sign_of_the_slope_decides_who_gains(delta: float, able: float) -> None:
    """Guards: a slope applied with the wrong sign, so that targeting the weak would win for the wrong reason."""
    weak, strong = (gain(delta, 1.0, 0.3, lead) for lead in (able - 0.5, able + 0.5))
    assert weak > strong
    weak, strong = (gain(delta, 1.0, -0.3, lead) for lead in (able - 0.5, able + 0.5))
    assert weak < strong
    assert gain(delta, 1.0, 0.0, able - 0.5) == gain(delta, 1.0, 0.0, able + 0.5)


def test_gain_by_hand() -> None:
    """Guards: a factor that enters twice or not at all: 0.4 * 0.5 * e^-0.2 * 1.1 * 1.2 * 0.95."""
    expected = 0.4 * 0.5 * math.exp(-0.2) * 1.1 * 1.2 * 0.95
    assert gain(0.4, 0.5, 0.2, 1.0, 0.1, 0.2, -0.05) == pytest.approx(expected, rel=1e-12)


def test_gain_of_extreme_leads_stays_finite() -> None:
    """Guards: exp of a far outlier that gives one person the gain of the whole city."""
    assert gain(0.4, 1.0, 5.0, -100.0) == pytest.approx(0.4 * math.exp(2.0))
    assert gain(0.4, 1.0, 5.0, 100.0) == pytest.approx(0.4 * math.exp(-2.0))


@few
@given(base=st.floats(0.001, 1.0), follow=shares, f=st.floats(-1, 1))
def test_hazard_is_a_chance(base: float, follow: float, f: float) -> None:
    """Guards: a chance above one or below zero."""
    assert 0.0 <= learning.use_hazard.py_func(base, follow, f) <= 1.0


@few
@given(base=st.floats(0.01, 0.2), follow=st.floats(0.1, 1.0))
def test_what_lowers_the_hazard(base: float, follow: float) -> None:
    """Guards: follow-up that acts without an effect, or with the wrong sign."""
    hazard = learning.use_hazard.py_func
    assert hazard(base, follow, 0.0) == base
    assert hazard(base, follow, 0.3) < base < hazard(base, follow, -0.3)


def test_hazard_by_hand() -> None:
    """Guards: a log hazard read as a percentage: 0.05 * e^-0.3."""
    assert learning.use_hazard.py_func(0.05, 1.0, 0.3) == pytest.approx(0.05 * math.exp(-0.3), rel=1e-12)


@few
@given(share=shares, courses=st.integers(1, 40))
def test_many_courses_stay_below_the_geometric_sum(share: float, courses: int) -> None:
    """Guards: stacking that decides the answer, or a first course that does not count in full."""
    weights = [learning.repeated.py_func(share, k) for k in range(courses)]
    assert weights[0] == 1.0 and all(a >= b for a, b in itertools.pairwise(weights))
    assert sum(weights) <= courses
    if share < 1.0:
        assert sum(weights) <= 1.0 / (1.0 - share) + 1e-9
    assert weights[-1] == pytest.approx(share ** (courses - 1), abs=1e-12)


@few
@given(half_life=st.floats(0.5, 60.0))
def test_half_is_left_after_a_half_life(half_life: float) -> None:
    """Guards: a half-life used as a time constant (then 37 % would be left)."""
    assert learning.kept_share.py_func(half_life) ** half_life == pytest.approx(0.5, rel=1e-9)


@few
@given(idle=st.floats(-3, 3), kept=shares, loss=st.floats(0.0, 0.5), form=st.sampled_from([0.0, 1.0]))
def test_forgetting_only_fades(idle: float, kept: float, loss: float, form: float) -> None:
    """Guards: idle skill that grows, that crosses zero, or harm that is not forgotten as good is."""
    left = learning.faded.py_func(idle, kept, loss, form)
    assert abs(left) <= abs(idle)
    assert left * idle >= 0.0
    assert left == -learning.faded.py_func(-idle, kept, loss, form)


def test_linear_forgetting_ends_at_zero() -> None:
    """Guards: a linear loss that goes on below zero, and the two forms mixed up: 0.5 less 0.1 a month is gone in five months."""
    idle = 0.5
    for _ in range(3):
        idle = learning.faded.py_func(idle, 0.0, 0.1, 0.0)
    assert idle == pytest.approx(0.2)
    for _ in range(3):
        idle = learning.faded.py_func(idle, 0.0, 0.1, 0.0)
    assert idle == 0.0
    assert learning.faded.py_func(0.5, 0.9, 0.1, 1.0) == pytest.approx(0.45)


@few
@given(size=st.floats(0, 1), early=st.floats(0, 400), more=st.floats(1, 100))
def test_experience_levels_off(size: float, early: float, more: float) -> None:
    """Guards: experience without a limit, which would make old staff win everything."""
    grown = learning.grown.py_func
    assert grown(size, 0.0) == 0.0
    assert grown(size, early) <= grown(size, early + more) <= size
    assert grown(1.0, 120.0) == pytest.approx(1 - math.exp(-1))
