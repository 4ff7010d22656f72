"""Regression-adjusted ABC against cases whose answer is known: a closed form, a brute-force grid, and its own coverage."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from analysis.calibration.method.checks import LEVELS, ecdf_band, experiments, least_tail, simultaneous
from analysis.calibration.method.regression_abc import Amortised, Sample, adjusted, from_line, noisy, to_line

RUNS = 20_000


@pytest.fixture(scope="module")
def gaussian() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Parameters N(0, 1) x 3, five linear summaries with noise, the slopes and the noise's SD."""
    rng = np.random.default_rng(5)
    slopes = rng.normal(size=(3, 5))
    theta = rng.normal(size=(RUNS, 3))
    noise = np.array([0.5, 0.8, 0.3, 1.0, 0.6])
    return theta, theta @ slopes + noise * rng.normal(size=(RUNS, 5)), slopes, noise


def test_linear_gaussian_case_has_its_closed_form_posterior(gaussian: tuple[np.ndarray, ...]) -> None:
    """Guards mean, spread and correlation of posteriors: with normal prior, linear model and normal errors they are known exactly."""
    theta, seen, slopes, noise = gaussian
    error = np.array([0.2, 0.0, 0.4, 0.3, 0.1])
    model = Amortised(theta, seen, error)
    precision = np.eye(3) + slopes @ np.diag(1.0 / (noise**2 + error**2)) @ slopes.T
    exact = np.linalg.inv(precision)
    for observed in (np.zeros(5), np.array([1.0, -0.5, 0.7, 1.5, -1.0])):
        mean = exact @ (slopes @ (observed / (noise**2 + error**2)))
        sample = model.posterior(observed)
        found, sd = sample.moments()
        assert found == pytest.approx(mean, abs=0.08), (found, mean)
        assert sd == pytest.approx(np.sqrt(np.diag(exact)), rel=0.08)
        spread = (sample.line - found).T @ (sample.weight[:, None] * (sample.line - found))
        correlation = spread / np.outer(sd, sd)
        exact_correlation = exact / np.sqrt(np.outer(np.diag(exact), np.diag(exact)))
        assert correlation == pytest.approx(exact_correlation, abs=0.10)


def test_two_parameters_against_a_brute_force_grid() -> None:
    """Guards against a method that is right for normal cases only: a rate and a scale, skewed, one summary nonlinear in both."""
    rng = np.random.default_rng(8)
    place = rng.random((RUNS, 2))
    rate, scale = 0.5 + 4.5 * place[:, 0], 0.3 + 1.7 * place[:, 1]
    runs = np.column_stack([np.log(rate * scale), np.sqrt(rate) - scale]) + 0.15 * rng.normal(size=(RUNS, 2))
    error, observed = np.array([0.1, 0.15]), np.array([0.9, 0.7])
    grid = (np.arange(400) + 0.5) / 400
    a, b = np.meshgrid(0.5 + 4.5 * grid, 0.3 + 1.7 * grid, indexing="ij")
    sd = np.sqrt(0.15**2 + error**2)
    weight = stats.norm.pdf(observed[0], np.log(a * b), sd[0]) * stats.norm.pdf(observed[1], np.sqrt(a) - b, sd[1])
    weight /= weight.sum()
    sample = Amortised(to_line(place), runs, error).posterior(observed)
    values = from_line(sample.line) * [4.5, 1.7] + [0.5, 0.3]
    for j, exact in enumerate((a, b)):
        mean = float((weight * exact).sum())
        spread = float(np.sqrt((weight * (exact - mean) ** 2).sum()))
        found = float(sample.weight @ values[:, j])
        assert found == pytest.approx(mean, abs=0.15 * spread)
        assert float(np.sqrt(sample.weight @ (values[:, j] - found) ** 2)) == pytest.approx(spread, rel=0.12)


def test_posteriors_cover_as_often_as_they_say(gaussian: tuple[np.ndarray, ...]) -> None:
    """Guards the coverage check itself on a case that is right: within four Monte Carlo errors, and ECDFs in their band."""
    theta, seen, _, _ = gaussian
    error = np.full(5, 0.2)
    model = Amortised(theta[300:], seen[300:], error)
    tried = experiments(model, theta[:300], seen[:300], error, seed=3)
    for level in LEVELS:
        assert np.abs(tried.coverage(level) - level).max() < 4.0 * tried.coverage_error(level)
    gamma = simultaneous(300, level=0.99, simulated=1500)
    assert all(least_tail(tried.place[:, j]) >= gamma for j in range(3))
    assert (tried.recovery() > 0.5).all()
    assert (tried.contraction() > 0.3).all()


def test_a_posterior_too_narrow_is_seen(gaussian: tuple[np.ndarray, ...]) -> None:
    """Guards against checks that pass whatever they are given: errors left out of the table make intervals too narrow."""
    theta, seen, _, _ = gaussian
    model = Amortised(theta[300:], seen[300:], np.zeros(5))
    tried = experiments(model, theta[:300], seen[:300], np.full(5, 1.5), seed=3)
    assert (tried.coverage(0.9) < 0.9 - 4.0 * tried.coverage_error(0.9)).any()
    assert min(least_tail(tried.place[:, j]) for j in range(3)) < simultaneous(300, simulated=1500)


def test_the_band_holds_uniform_numbers_nineteen_times_in_twenty() -> None:
    """Guards the simultaneous band: a pointwise one would be left far more often."""
    gamma = simultaneous(200, simulated=2000)
    rng = np.random.default_rng(12)
    left = np.mean([least_tail(rng.random(200)) < gamma for _ in range(1000)])
    assert 0.02 < left < 0.09
    grid, low, high = ecdf_band(200, gamma)
    assert ((low <= grid) & (grid <= high)).all()
    assert 0.06 < (high - low).max() / 2 < 0.14


def test_errors_are_the_same_for_the_same_seed() -> None:
    """Guards reproducibility: the same table and targets give the same posterior."""
    table = np.zeros((50, 2))
    assert (noisy(table, [0.1, 0.2], 4) == noisy(table, [0.1, 0.2], 4)).all()
    assert noisy(table, [0.1, 0.2], 4)[:, 1].std() == pytest.approx(0.2, rel=0.4)


def test_resampled_draws_follow_the_weights() -> None:
    """Guards the draws that are shipped: heavy draws come often, light ones seldom."""
    sample = Sample(np.array([[0.0], [1.0]]), np.array([0.25, 0.75]), 1.0)
    assert sample.resampled(400).mean() == pytest.approx(0.75)
    assert sample.place_of([0.5]) == pytest.approx([0.25])


def test_the_local_fit_is_that_of_statsmodels() -> None:
    """Guards the weighted least squares written out for speed: where nothing is left to scale it moves runs as statsmodels does."""
    rng = np.random.default_rng(2)
    apart, weight = rng.normal(size=(300, 3)), rng.random(300) + 0.1
    line = apart @ [[0.5], [0.2], [-0.3]] + 0.4 * apart[:, :1] ** 2 + rng.normal(size=(300, 1))
    design = np.column_stack([np.ones(300), apart, apart[:, 0] ** 2])
    fit = sm.WLS(line[:, 0], design, weights=weight).fit()
    left = line[:, 0] - design @ fit.params
    spread = sm.WLS(np.log(left**2 + 1e-12), design, weights=weight).fit()
    moved = fit.params[0] + left * np.clip(np.exp(0.5 * (spread.params[0] - spread.fittedvalues)), 0.2, 5.0)
    found = adjusted(apart, line, weight)[:, 0]
    widened = (found - fit.params[0]) / (moved - fit.params[0])
    assert widened == pytest.approx(np.full(300, widened[0]))
    assert 1.0 < widened[0] < 1.1
