"""Reliability: known values on Sekadau, behaviour on made data whose answer is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import data
from analysis.evaluation.skm.reliability import alpha, factor_correlation, omega, parallel_analysis
from data.skm_elements import CODES

PROCESS, PEOPLE = ["U1", "U2", "U9"], ["U3", "U5", "U6", "U7", "U8"]


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    """Respondents of Sekadau."""
    return data.load("skm_sekadau_2019")[list(CODES)].astype(float)


def test_sekadau_alphas(answers: pd.DataFrame) -> None:
    """Guards the three published-data alphas, and that the factors are those the data show."""
    assert round(alpha(answers).value, 2) == 0.74
    assert round(alpha(answers[PROCESS]).value, 2) == 0.74
    assert round(alpha(answers[PEOPLE]).value, 2) == 0.85
    # time and product with the procedures are no scale
    assert alpha(answers[["U1", "U2", "U3", "U5", "U9"]]).value < 0.6


def test_sekadau_has_two_factors_that_do_not_correlate(answers: pd.DataFrame) -> None:
    """Guards the claim that one alpha over nine elements hides two factors."""
    assert parallel_analysis(answers, repeats=200).factors == 2
    found = factor_correlation(answers[PROCESS], answers[PEOPLE])
    assert abs(found.observed) < 0.1
    assert found.low < 0 < found.high
    assert abs(found.corrected) > abs(found.observed)


def test_alpha_by_hand() -> None:
    """Guards the formula on numbers worked by hand: two items, covariance 1, variances 2 and 2 -> 2 * 2 / 6."""
    x = np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 2.0], [3.0, 3.0], [3.0, 3.0]])
    c = np.cov(x, rowvar=False)
    assert alpha(x).value == pytest.approx(2 * 2 * c[0, 1] / c.sum())


def test_interval_of_alpha_covers_and_omega_agrees() -> None:
    """Guards the interval: parallel items with alpha 0.8; 300 samples of 60."""
    rng = np.random.default_rng(3)
    inside = []
    for _ in range(300):
        x = rng.normal(size=(60, 1)) + rng.normal(size=(60, 4))  # reliability 4 / 5
        a = alpha(x)
        inside.append(a.low <= 0.8 <= a.high)
    assert 0.91 <= np.mean(inside) <= 0.98
    big = rng.normal(size=(20_000, 1)) + rng.normal(size=(20_000, 4))
    assert omega(big) == pytest.approx(0.8, abs=0.01)
    assert alpha(big).value == pytest.approx(0.8, abs=0.01)


def test_omega_exceeds_alpha_when_loadings_differ() -> None:
    """Guards omega against being alpha under another name."""
    rng = np.random.default_rng(5)
    load = np.array([0.9, 0.9, 0.3, 0.3])
    x = rng.normal(size=(20_000, 1)) * load + rng.normal(size=(20_000, 4)) * np.sqrt(1 - load**2)
    expected = load.sum() ** 2 / (load.sum() ** 2 + (1 - load**2).sum())
    assert omega(x) == pytest.approx(expected, abs=0.01)
    assert alpha(x).value < omega(x) - 0.02


def test_parallel_analysis_of_noise_and_of_one_factor() -> None:
    """Guards against factors in noise."""
    rng = np.random.default_rng(11)
    assert parallel_analysis(rng.normal(size=(200, 6)), repeats=200).factors == 0
    one = rng.normal(size=(200, 1)) + rng.normal(size=(200, 6))
    assert parallel_analysis(one, repeats=200).factors == 1


@pytest.mark.parametrize("bad", [np.ones((10, 3)), np.array([[1.0, np.nan]] * 5), np.ones((2, 3)), np.ones((9, 1))])
def test_impossible_answers_are_refused(bad: np.ndarray) -> None:
    """Guards against an alpha of nan."""
    with pytest.raises(ValueError, match=r"undefined|missing|need at least"):
        alpha(bad)
