"""The few fits that every design uses, each with a standard error and degrees of freedom that suit small samples."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import statsmodels.api as sm
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from analysis.evaluation.clustered import Array, Clustered, Fit
from analysis.evaluation.random_effect import fit_random_effect

__all__ = ["mean", "mixed", "regression", "welch"]


def mean(y: Array) -> Fit:
    """Mean of independent values."""
    found = DescrStatsW(y)
    return Fit(float(found.mean), float(found.std_mean), len(y) - 1.0)


def welch(treated: Array, control: Array) -> Fit:
    """Difference of two means, variances unequal (Welch 1947)."""
    found = CompareMeans(DescrStatsW(treated), DescrStatsW(control))
    return Fit(float(treated.mean() - control.mean()), float(found.std_meandiff_separatevar), float(found.dof_satt()))


def regression(y: Array, x: pd.DataFrame, of: str, groups: pd.Series | None = None) -> Fit:
    """Least squares with an intercept; the coefficient `of`, with errors as in `Clustered`.

    Args: groups, labels of clusters; None makes every person one, so that small or unequal arms get the degrees of freedom they have.
    """
    x = sm.add_constant(x.astype(float), has_constant="add")
    pick = np.array([float(name == of) for name in x.columns])
    persons = pd.Series(np.arange(len(y)))
    fit = Clustered(y, x.to_numpy(), persons if groups is None else groups).of(pick)
    return fit if groups is not None else replace(fit, clusters=None)


def mixed(y: Array, x: pd.DataFrame, of: str, groups: pd.Series, slope: bool = False) -> Fit | None:
    """Mixed model (REML) with one random effect by group; None when it has no fit.

    Without `slope` groups differ in their level (random intercept). With it they differ in the effect `of`, and each group has an
    intercept of its own, which is fixed: two random effects of few groups are mostly at the edge of what can be (a correlation of one),
    where the error depends on where the search stopped. The degrees of freedom are groups - 1 when the effect varies between groups, as
    it is then estimated from the groups.
    """
    regressors = sm.add_constant(x.astype(float), has_constant="add")
    varies = regressors[of]
    if slope and of != "const":
        levels = pd.get_dummies(groups, prefix="group", dtype=float)
        regressors = regressors.drop(columns="const").join(levels)
    found = fit_random_effect(y, regressors, varies if slope else np.ones(len(y)), groups)
    if found is None:
        return None
    place = list(regressors.columns).index(of)
    count = int(groups.nunique())
    df = float(count - 1 if slope or of == "const" else len(y) - regressors.shape[1] - 1)
    return Fit(float(found.coefficients[place]), float(found.errors[place]), df, count)
