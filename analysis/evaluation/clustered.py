"""Least squares with errors that fit the design: every cluster counts once, and few or unequal clusters are allowed for."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy.stats import t as student

__all__ = ["Array", "Clustered", "Fit"]

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


class Clustered:
    """Least squares with errors clustered by `groups`, bias-reduced (CR2), and their degrees of freedom.

    CR2 and the Satterthwaite degrees of freedom are those of Bell & McCaffrey (2002) as in Imbens & Kolesár (2016) under
    independent errors: with few or unequal clusters the usual sandwich is too small and G - 1 too many. With every
    cluster of size one this is HC2, and the degrees of freedom see arms of unequal size. Below about four degrees of freedom the
    interval is too wide rather than too narrow (Pustejovsky & Tipton 2018).

    statsmodels has no CR2 (its clustered errors are CR0 and CR1), nor these degrees of freedom; tests compare with its HC2, with the
    closed form for two groups, and with the t-test of the means of equal clusters.

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
        ends = np.append(self.starts[1:], len(codes))
        alone = self.starts[ends - self.starts == 1]
        left = 1.0 - np.einsum("ij,jk,ik->i", self.x[alone], self.bread, self.x[alone])
        self.adjusted[alone] = self.x[alone] * _inverse_roots(left)[:, None]
        for first, end in zip(self.starts, ends, strict=True):
            if end - first == 1:
                continue
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
    return np.asarray((vectors * _inverse_roots(values)) @ vectors.T, dtype=np.float64)


def _inverse_roots(values: Array) -> Array:
    return np.where(values > 1e-8, 1.0 / np.sqrt(np.where(values > 1e-8, values, 1.0)), 0.0)
