"""The ordered logit: statsmodels' numbers where its search comes near, and nothing where there is no top."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.miscmodels.ordinal_model import OrderedModel

from analysis.evaluation.newton import climb
from analysis.evaluation.ordered_logit import fit_ordered_logit


def made_up(seed: int, n: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """Five ordered classes and three regressors."""
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.normal(size=n), rng.integers(0, 2, n), rng.uniform(-1.0, 1.0, n)])
    return np.digitize(x @ [0.8, -0.5, 0.0] + rng.logistic(size=n), [-2.0, -0.5, 0.4, 2.5]), x


@pytest.mark.parametrize("seed", range(3))
def test_agrees_with_statsmodels(seed: int) -> None:
    """Guards: a likelihood of our own that is another one, or errors from another information."""
    classes, x = made_up(seed)
    mine, model = fit_ordered_logit(classes, x), OrderedModel(classes, x, distr="logit")
    theirs = model.fit(method="bfgs", disp=False)
    assert mine is not None
    np.testing.assert_allclose(mine.coefficients, theirs.params[:3], atol=2e-4)
    np.testing.assert_allclose(mine.errors, theirs.bse[:3], rtol=1e-3)
    np.testing.assert_allclose(mine.cuts, model.transform_threshold_params(theirs.params)[1:-1], atol=2e-4)
    steps = np.concatenate([mine.cuts[:1], np.log(np.diff(mine.cuts))])  # as statsmodels has the cuts
    assert model.loglike(np.concatenate([mine.coefficients, steps])) >= theirs.llf - 1e-9


def test_its_slope_is_zero_to_the_last_digits() -> None:
    """Guards: a search that stops early. With two classes the scores of a logit have to vanish: sum x (y - p) = 0."""
    classes, x = made_up(7)
    found = fit_ordered_logit((classes > 2).astype(np.int64), x)
    assert found is not None
    share = 1.0 / (1.0 + np.exp(found.cuts[0] - x @ found.coefficients))
    design = np.column_stack([np.ones(len(x)), x])
    assert np.abs(design.T @ ((classes > 2) - share)).max() < 1e-9


@pytest.mark.parametrize("spoilt", ["all of a group in the last class", "a regressor twice"])
def test_without_a_top_there_is_no_fit(spoilt: str) -> None:
    """Guards: odds ratios of a million, which are the step at which a search gave up."""
    classes, x = made_up(1)
    if spoilt == "a regressor twice":
        x = np.column_stack([x, x[:, 0]])
    else:
        classes = np.where(x[:, 1] == 1, classes.max(), classes)
    assert fit_ordered_logit(classes, x) is None


def test_steps_that_overshoot_are_halved() -> None:
    """Guards the climb far from the top: log(x) - x has it at 1, and whole steps from 3 leave where it is defined."""

    def value(at: np.ndarray) -> float:
        return float(np.log(at[0]) - at[0]) if at[0] > 0.0 else -np.inf

    top = climb(np.array([3.0]), value, lambda at: (1.0 / at - 1.0, np.diag(-1.0 / at**2)))
    assert top is not None and top[0] == pytest.approx(1.0, abs=1e-12)
