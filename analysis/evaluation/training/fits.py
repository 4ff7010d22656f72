"""The few fits that every design uses, each with a standard error and degrees of freedom that suit small samples."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy.stats import t as student
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from analysis.evaluation.random_effect import fit_random_effect

__all__ = ["Clustered", "Fit", "mean", "mixed", "regression", "welch"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Fit:
    """A number with its standard error [units of the outcome], degrees of freedom, and clusters when errors are clustered."""

    value: float
    se: float
    df: float
    clusters: int | None = None

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Two-sided interval from Student's t."""
        half = float(student.ppf(0.5 + level / 2.0, self.df)) * self.se
        return self.value - half, self.value + half

    def p(self, against: float = 0.0) -> float:
        """Two-sided p-value of the value being `against`."""
        return 2.0 * self.one_sided(-abs(self.value - against))

    def one_sided(self, distance: float) -> float:
        """Probability of a distance this low or lower from the truth [same units]."""
        if not (self.se > 0.0 and math.isfinite(self.df)):
            return math.nan
        return float(student.cdf(distance / self.se, self.df))


def mean(y: Array) -> Fit:
    """Mean of independent values."""
    found = DescrStatsW(y)
    return Fit(float(found.mean), float(found.std_mean), len(y) - 1.0)


def welch(treated: Array, control: Array) -> Fit:
    """Difference of two means, variances unequal (Welch 1947)."""
    found = CompareMeans(DescrStatsW(treated), DescrStatsW(control))
    return Fit(float(treated.mean() - control.mean()), float(found.std_meandiff_separatevar), float(found.dof_satt()))


def regression(y: Array, x: pd.DataFrame, of: str, groups: pd.Series | None = None) -> Fit:
    """Least squares with an intercept; the coefficient `of`.

    Errors are HC2 (the same as Welch's for two groups) or, with `groups`, clustered (see `Clustered`).
    """
    x = sm.add_constant(x.astype(float), has_constant="add")
    model = sm.OLS(y, x)
    if groups is None:
        found = model.fit(cov_type="HC2", use_t=True)
        return Fit(float(found.params[of]), float(found.bse[of]), float(found.df_resid))
    pick = np.array([float(name == of) for name in x.columns])
    return Clustered(y, x.to_numpy(), groups).of(pick)


class Clustered:
    """Least squares with errors clustered by `groups`, bias-reduced (CR2), and their degrees of freedom.

    CR2 and the Satterthwaite degrees of freedom are those of Bell & McCaffrey (2002) as in Imbens & Kolesár (2016) under
    independent errors: with few or unequal clusters the usual sandwich is too small and G - 1 too many. With every
    cluster of size one this is HC2.

    Args:
        y: n outcomes. x: n × k regressors, intercept among them. groups: n labels of clusters.
    """

    def __init__(self, y: Array, x: Array, groups: pd.Series) -> None:
        codes = pd.factorize(groups)[0]
        order = np.argsort(codes, kind="stable")
        self.x = x[order]
        self.starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
        found = sm.OLS(y[order], self.x).fit()
        self.coefficients, residuals = np.asarray(found.params), np.asarray(found.resid)
        self.bread = np.linalg.pinv(self.x.T @ self.x)
        self.adjusted = np.empty_like(self.x)  # A_g X_g
        for first, end in zip(self.starts, [*self.starts[1:], len(codes)], strict=True):
            own = self.x[first:end]
            self.adjusted[first:end] = _inverse_root(np.eye(end - first) - own @ self.bread @ own.T) @ own
        self.scores = self._by_cluster(self.adjusted * residuals[:, None])

    def _by_cluster(self, rows: Array) -> Array:
        return np.asarray(np.add.reduceat(rows, self.starts, axis=0), dtype=np.float64)

    def of(self, pick: Array) -> Fit:
        """The combination pick'b of the k coefficients."""
        direction = self.bread @ pick
        variance = float(np.sum((self.scores @ direction) ** 2))
        v = self.adjusted @ direction
        sizes, w = self._by_cluster(v**2), self._by_cluster(self.x * v[:, None])
        # the Gram matrix of the clusters is diag(sizes) - W B W'; its trace and squares need no G × G matrix
        own = np.einsum("gi,ij,gj->g", w, self.bread, w)
        inner = self.bread @ (w.T @ w)
        squares = float(np.sum(sizes**2) - 2.0 * np.sum(sizes * own) + np.trace(inner @ inner))
        df = float(np.sum(sizes - own) ** 2 / squares) if squares > 1e-12 * float(np.sum(sizes**2)) else math.nan
        return Fit(float(pick @ self.coefficients), math.sqrt(variance), df, len(self.starts))


def _inverse_root(matrix: Array) -> Array:
    """Symmetric inverse square root; directions without variance (a cluster with its own coefficient) are left out."""
    values, vectors = np.linalg.eigh(matrix)
    inverse = np.where(values > 1e-8, 1.0 / np.sqrt(np.where(values > 1e-8, values, 1.0)), 0.0)
    return np.asarray((vectors * inverse) @ vectors.T, dtype=np.float64)


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
