"""The model with one random effect: statsmodels' numbers where its search is sound, known cases where it has none."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
from statsmodels.regression.mixed_linear_model import MixedLM, MixedLMParams

from analysis.evaluation.random_effect import fit_random_effect
from tests import ROOT


def made_up(between: float, groups: int, people: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Outcomes, treatment and groups whose effects of treatment differ with variance `between`."""
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(groups), people)
    treated = rng.integers(0, 2, group.size).astype(float)
    effect = 0.5 + np.sqrt(between) * rng.normal(size=groups)
    y = 0.2 * group + effect[group] * treated + rng.normal(size=group.size)
    return y, treated, group


@pytest.mark.parametrize("seed", range(5))
def test_random_intercept_agrees_with_statsmodels(seed: int) -> None:
    """Guards: a likelihood of our own that is another one."""
    y, treated, group = made_up(0.3, 12, 20, seed)
    x = np.column_stack([np.ones(y.size), treated])
    mine = fit_random_effect(y, x, np.ones(y.size), group)
    theirs = MixedLM(y, x, groups=group).fit(reml=True)
    assert mine is not None
    np.testing.assert_allclose(mine.coefficients, theirs.fe_params, rtol=1e-4)
    np.testing.assert_allclose(mine.errors, theirs.bse_fe, rtol=1e-3)
    assert mine.between == pytest.approx(float(np.asarray(theirs.cov_re).item()), rel=1e-2)
    assert mine.within == pytest.approx(theirs.scale, rel=1e-3)


@pytest.mark.parametrize("seed", range(3))
def test_random_slope_over_fixed_intercepts_agrees_with_statsmodels(seed: int) -> None:
    """Guards: the estimate over programmes: an intercept a programme, effects that differ at random."""
    y, treated, group = made_up(0.5, 10, 30, seed)
    x = np.column_stack([pd.get_dummies(group).to_numpy(dtype=float), treated])
    mine = fit_random_effect(y, x, treated, group)
    model = MixedLM(y, x, groups=group, exog_re=treated[:, None])
    model.fit(reml=True)  # sets the model up
    assert mine is not None
    # Its search gives up here now and then, so its likelihood is held against ours: at our answer it stands at a top.
    heights = {
        step: model.loglike(
            MixedLMParams.from_components(mine.coefficients, np.array([[step * mine.between / mine.within]]))
        )
        for step in (0.98, 0.999, 1.0, 1.001, 1.02)
    }
    assert max(heights, key=heights.__getitem__) == 1.0
    fixed = model.get_fe_params(np.array([[mine.between / mine.within]]), np.zeros(0))[0]
    np.testing.assert_allclose(mine.coefficients, fixed, rtol=1e-9)


def test_no_spread_between_groups_is_least_squares() -> None:
    """Guards: an edge where a search stops anywhere: then the answer is that of ordinary least squares."""
    rng = np.random.default_rng(4)
    group = np.repeat(np.arange(8), 6)
    y = rng.normal(size=48)
    y -= np.array([y[group == g].mean() for g in range(8)])[group]  # group means all alike
    fit = fit_random_effect(y + 3.0, np.ones((48, 1)), np.ones(48), group)
    assert fit is not None and fit.between == 0.0
    assert fit.coefficients[0] == pytest.approx(3.0)
    assert fit.errors[0] == pytest.approx(y.std(ddof=1) / np.sqrt(48))


@pytest.mark.parametrize(
    ("y", "x"),
    [
        (np.ones(6), np.ones((6, 1))),  # nothing left to explain
        (np.arange(2.0), np.eye(2)),  # no more rows than coefficients
        (np.arange(6.0), np.ones((6, 2))),  # coefficients that cannot be told apart
    ],
)
def test_nothing_to_fit(y: np.ndarray, x: np.ndarray) -> None:
    """Guards: a traceback of linear algebra in place of no estimate."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert fit_random_effect(y, x, np.ones(len(y)), np.arange(len(y)) % 3) is None


SINGULAR = """
from tests.analysis.evaluation.test_random_effect import hard
print(repr(hard()))
"""


def hard() -> tuple[float, float]:
    """Value and error of a fit at which two random effects would be singular."""
    y, treated, group = made_up(1.5, 4, 12, 11)
    x = np.column_stack([pd.get_dummies(group).to_numpy(dtype=float), treated])
    fit = fit_random_effect(y, x, treated, group)
    assert fit is not None
    return float(fit.coefficients[-1]), float(fit.errors[-1])


def test_twelve_digits_are_the_same_on_other_processors() -> None:
    """Guards: a standard error whose third digit was the processor's."""
    here = hard()
    for core in ("Prescott", "Haswell"):
        given = {**os.environ, "OPENBLAS_CORETYPE": core, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", SINGULAR], env=given, cwd=ROOT, capture_output=True, text=True, check=False
        )
        if done.returncode < 0:
            pytest.skip(f"this processor cannot run {core}")
        assert done.returncode == 0, done.stderr
        np.testing.assert_allclose(eval(done.stdout, {}), here, rtol=1e-12)
