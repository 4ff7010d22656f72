"""Ordered logit (proportional odds): P(class ≤ j) = logistic(cut j - x b)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from analysis.evaluation.newton import climb

__all__ = ["OrderedLogit", "fit_ordered_logit"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class OrderedLogit:
    """A fit: k coefficients (logarithms of odds ratios), their standard errors, and the cuts between the classes."""

    coefficients: Array
    errors: Array
    cuts: Array


def fit_ordered_logit(classes: NDArray[np.int64], x: Array) -> OrderedLogit | None:
    """Fit by maximum likelihood; errors from the observed information.

    Args:
        classes: n classes 0, 1, … each of which occurs. x: n × k regressors without an intercept.

    Returns:
        None without a highest point: a coefficient that grows for ever as its group is all in the first or the last class, or regressors
        that cannot be told apart.
    """
    likelihood = _Likelihood(classes, x)
    start = np.concatenate([logit(likelihood.shares_below), np.zeros(x.shape[1])])
    top = climb(start, likelihood.value, likelihood.slopes)
    if top is None:
        return None
    errors = np.sqrt(np.diag(np.linalg.inv(-likelihood.slopes(top)[1])))
    cuts = len(likelihood.shares_below)
    return OrderedLogit(top[cuts:], errors[cuts:], top[:cuts])


class _Likelihood:
    """Its logarithm is concave in cuts and coefficients together (Pratt 1981), so Newton's steps find the one top."""

    def __init__(self, classes: NDArray[np.int64], x: Array) -> None:
        count = int(classes.max()) + 1
        self.shares_below = np.cumsum(np.bincount(classes, minlength=count))[:-1] / len(classes)
        places = np.eye(count + 1)[:, 1:-1]  # first and last row: no cut below the first class, none above the last
        self.above = np.column_stack([places[classes + 1], -x])
        self.below = np.column_stack([places[classes], -x])
        self.last, self.first = classes == count - 1, classes == 0

    def _ends(self, parameters: Array) -> tuple[Array, Array]:
        upper = np.where(self.last, np.inf, self.above @ parameters)
        return upper, np.where(self.first, -np.inf, self.below @ parameters)

    def value(self, parameters: Array) -> float:
        upper, lower = self._ends(parameters)
        share = _between(upper, lower)
        return float(np.log(share).sum()) if (share > 0.0).all() else -np.inf

    def slopes(self, parameters: Array) -> tuple[Array, Array]:
        upper, lower = self._ends(parameters)
        share = _between(upper, lower)
        f, g = expit(upper) * expit(-upper), expit(lower) * expit(-lower)  # densities at both ends
        a, b = f / share, g / share
        by_upper = a * (1.0 - 2.0 * expit(upper)) - a * a
        by_lower = -b * (1.0 - 2.0 * expit(lower)) - b * b
        cross = (self.above * (a * b)[:, None]).T @ self.below
        hessian = (self.above * by_upper[:, None]).T @ self.above + (self.below * by_lower[:, None]).T @ self.below
        return self.above.T @ a - self.below.T @ b, hessian + cross + cross.T


def _between(upper: Array, lower: Array) -> Array:
    """logistic(upper) - logistic(lower), in the tail where the difference keeps its digits."""
    flip = lower > 0.0
    share: Array = np.where(flip, expit(-lower) - expit(-upper), expit(upper) - expit(lower))
    return share
