"""A linear model with one random effect by group, by restricted likelihood (REML): found in one dimension.

    y = x b + z u_g + e,   u_g ~ N(0, between),   e ~ N(0, within)

Given the ratio of the two variances, coefficients and scale have a closed form (generalised least squares). So the restricted
likelihood is a curve in the ratio alone (Harville 1977), and its top is a root of its score.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq

__all__ = ["RandomEffect", "fit_random_effect"]

Array = NDArray[np.float64]
# Ratios times the mean of z'z over groups: from a share between groups of one in a million to all but one in a billion.
RATIOS = np.concatenate([[0.0], np.geomspace(1e-6, 1e9, 61)])


@dataclass(frozen=True)
class RandomEffect:
    """A fit.

    Attributes:
        coefficients: k, of x. covariance: k × k. between, within: variances of the random effect and of the rest.
        likelihood: logarithm of the restricted likelihood at its top, without constants.
    """

    coefficients: Array
    covariance: Array
    between: float
    within: float
    likelihood: float

    @property
    def errors(self) -> Array:
        """Standard errors of the k coefficients."""
        return np.sqrt(np.diag(self.covariance))


def fit_random_effect(y: ArrayLike, x: ArrayLike, z: ArrayLike, groups: ArrayLike) -> RandomEffect | None:
    """Fit by REML. Between is zero where that is likeliest.

    Args:
        y: n outcomes. x: n × k regressors (no intercept is added). z: n, what the random effect is multiplied with: ones for an
            intercept. groups: n labels.

    Returns:
        None when there is nothing to fit: no more rows than coefficients, coefficients that cannot be told apart, nothing left to explain,
        or all of it between groups.
    """
    curve = _Curve(
        np.asarray(y, dtype=np.float64),
        np.asarray(x, dtype=np.float64),
        np.asarray(z, dtype=np.float64),
        pd.factorize(np.asarray(groups))[0],
    )
    if len(curve.y) <= curve.x.shape[1] or np.linalg.matrix_rank(curve.x) < curve.x.shape[1] or not curve.unexplained:
        return None
    return max((curve.at(ratio).fit for ratio in _tops(curve)), key=lambda fit: fit.likelihood, default=None)


def _tops(curve: _Curve) -> list[float]:
    """Ratios at which the restricted likelihood has a top, zero among them; a curve that climbs without end has none there."""
    ratios = RATIOS / float(np.mean(curve.sizes)) if curve.sizes.any() else RATIOS[:1]
    scores = [curve.at(ratio).score for ratio in ratios.tolist()]
    tops = [0.0] if scores[0] <= 0.0 else []
    for i in range(len(ratios) - 1):
        if scores[i] > 0.0 >= scores[i + 1]:
            tops.append(float(brentq(lambda r: curve.at(r).score, ratios[i], ratios[i + 1], xtol=1e-300, rtol=1e-14)))
    return tops


class _Curve:
    """The quantities from which the likelihood at a ratio is computed."""

    def __init__(self, y: Array, x: Array, z: Array, codes: NDArray[Any]) -> None:
        self.y, self.x, self.z, self.codes = y, x, z, codes
        self.count = int(codes.max()) + 1 if len(codes) else 0
        self.sizes = self.by_group(z * z)
        self.known = np.where(self.sizes > 0.0, self.sizes, 1.0)  # a group whose z are all zero has no effect to see
        self.loads = np.column_stack([self.by_group(z * column) for column in x.T])  # z'x of each group
        self.inner = np.column_stack([self.within(column) for column in x.T])
        self.inner_squares = self.inner.T @ self.inner
        self.inner_y, self.load_y = self.within(y), self.by_group(z * y)

    def by_group(self, values: Array) -> Array:
        """Sums of the rows of each group."""
        return np.bincount(self.codes, weights=values, minlength=self.count).astype(np.float64)

    def within(self, values: Array) -> Array:
        """What of the values lies across z in every group: the random effect does not touch it."""
        return np.asarray(values - self.z * (self.by_group(self.z * values) / self.known)[self.codes], dtype=np.float64)

    @property
    def unexplained(self) -> bool:
        """Whether the regressors leave more of the outcomes than rounding."""
        left = self.y - self.x @ np.linalg.lstsq(self.x, self.y, rcond=None)[0]
        return float(left @ left) > 1e-20 * float(self.y @ self.y)

    def at(self, ratio: float) -> _Point:
        """The likelihood where between is `ratio` times within."""
        return _Point(self, ratio)


class _Point:
    """Generalised least squares at one ratio.

    In every group the direction of z has the variance 1 + ratio z'z, all others have 1 [within]. Kept apart, the two parts are added and
    never subtracted, so no digits are lost where one is far larger.
    """

    def __init__(self, curve: _Curve, ratio: float) -> None:
        self.curve, self.ratio = curve, ratio
        self.shrunk = 1.0 / (1.0 + ratio * curve.sizes)
        outer = curve.loads * (self.shrunk / curve.known)[:, None]
        self.information = curve.inner_squares + outer.T @ curve.loads
        self.coefficients = np.linalg.solve(self.information, curve.inner.T @ curve.inner_y + outer.T @ curve.load_y)
        rest = curve.inner_y - curve.inner @ self.coefficients
        self.carried = curve.load_y - curve.loads @ self.coefficients  # z'(y - xb) of each group
        self.left = float(rest @ rest) + float(np.sum(self.shrunk * self.carried**2 / curve.known))
        self.freedom = len(curve.y) - curve.x.shape[1]

    @property
    def score(self) -> float:
        """Slope of the restricted likelihood in the ratio."""
        curve, shrunk = self.curve, self.shrunk
        loads = curve.loads * shrunk[:, None]
        lost = float(np.trace(np.linalg.solve(self.information, loads.T @ loads)))
        explained = self.freedom * float(np.sum((shrunk * self.carried) ** 2)) / self.left
        return float(0.5 * (explained - float(np.sum(shrunk * curve.sizes)) + lost))

    @cached_property
    def fit(self) -> RandomEffect:
        within = self.left / self.freedom
        likelihood = -0.5 * (
            self.freedom * math.log(self.left)
            + float(np.sum(np.log1p(self.ratio * self.curve.sizes)))
            + float(np.linalg.slogdet(self.information)[1])
        )
        covariance = np.asarray(within * np.linalg.inv(self.information), dtype=np.float64)
        return RandomEffect(
            np.asarray(self.coefficients, dtype=np.float64), covariance, self.ratio * within, within, likelihood
        )
