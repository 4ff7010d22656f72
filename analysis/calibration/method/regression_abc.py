"""Approximate Bayesian computation with regression adjustment, amortised: one table of runs, a posterior for any targets in a moment.

1. Errors of the targets, and what they are allowed to differ from the model by, are added to the table's summaries: a run then looks as a
   published figure would.
2. Each parameter is predicted by a quadratic least-squares fit on all summaries; the predictions are the statistics that matter
   (Fearnhead & Prangle 2012).
3. The nearest runs in those predictions are kept, with Epanechnikov weights.
4. A local linear fit moves them to the observed values (Beaumont et al. 2002); a second fit of the log squared residuals scales what is
   left (Blum & François 2010, in the linear form).

Parameters stand on a scale without bounds: the logit of their place in the prior of the table.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["NEAREST", "Amortised", "Sample", "from_line", "to_line"]

NEAREST = 0.2  # share of the table that is kept; with 0.05 intervals are seen to be narrow in 2,000 fresh runs (docs/calibration.md)
REPEATS = 4  # times that errors are drawn for each run: the spread of a posterior is known better, and runs are dear
LEAST_SHARE = 1e-10  # of the largest eigenvalue; below it statistics are taken to say the same
NARROWEST, WIDEST = 0.2, 5.0  # a residual is scaled by no less and no more


def to_line(place: Any) -> Any:
    """Places in a prior, in (0, 1), on a scale without bounds."""
    p = np.clip(np.asarray(place, dtype=float), 1e-9, 1.0 - 1e-9)
    return np.log(p / (1.0 - p))


def from_line(line: Any) -> Any:
    """Back from `to_line`."""
    return 1.0 / (1.0 + np.exp(-np.asarray(line, dtype=float)))


@dataclass(frozen=True)
class Sample:
    """Weighted draws of a posterior on the scale without bounds.

    Attributes: line, float64 (kept, parameters); weight, float64 (kept,), summing to one; distance, of the farthest run kept [residual SD].
    """

    line: Any
    weight: Any
    distance: float

    def resampled(self, size: int) -> Any:
        """Draws of equal weight, by systematic resampling: float64 (size, parameters)."""
        places = (np.arange(size) + 0.5) / size
        return self.line[np.minimum(np.searchsorted(np.cumsum(self.weight), places), len(self.weight) - 1)]

    def place_of(self, truth: Any) -> Any:
        """Share of the posterior below these values, one a parameter: uniform over repeated experiments."""
        return (self.weight[:, None] * (self.line < np.asarray(truth)[None, :])).sum(axis=0)

    def moments(self) -> tuple[Any, Any]:
        """Mean and SD of each parameter."""
        mean = self.weight @ self.line
        return mean, np.sqrt(self.weight @ (self.line - mean) ** 2)


class Amortised:
    """A table made ready for one set of targets: errors added, parameters predicted.

    Args:
        line: parameters of the runs on a scale without bounds, (runs, parameters).
        summaries: their moments, (runs, moments); error: of target and discrepancy, as `noisy` takes it.
        seed: of the errors; keep: share of the runs kept; repeats: times that errors are drawn for each run;
        labels: whole numbers, one a moment, so that a moment's errors stay the same when others are left out.
    Attributes: predicted (runs, parameters); residual, SD of each parameter about its prediction; r2, share of variance predicted.
    """

    def __init__(
        self,
        line: Any,
        summaries: Any,
        error: Any,
        seed: int = 1,
        keep: float = NEAREST,
        repeats: int = REPEATS,
        labels: Any = None,
    ) -> None:
        self.line = np.tile(np.asarray(line, dtype=float), (repeats, 1))
        seen = noisy(np.tile(np.asarray(summaries, dtype=float), (repeats, 1)), error, seed, labels)
        self._centre, self._spread = seen.mean(axis=0), np.maximum(seen.std(axis=0), 1e-12)
        design = self._design(seen)
        # Normal equations: columns are standardised, and singular values take much longer.
        gram = design.T @ design
        gram[np.diag_indices_from(gram)] += 1e-9 * len(design)
        self._slopes = np.linalg.solve(gram, design.T @ self.line)
        self.predicted = design @ self._slopes
        left = self.line - self.predicted
        self.residual = left.std(axis=0)
        self.r2 = 1.0 - left.var(axis=0) / self.line.var(axis=0)
        self.kept = max(round(keep * len(self.line)), self.line.shape[1] + 2)

    def _design(self, summaries: Any) -> Any:
        """Constant, linear and quadratic terms of the summaries, (runs, terms)."""
        z = (np.atleast_2d(summaries) - self._centre) / self._spread
        rows, columns = np.triu_indices(z.shape[1])
        return np.hstack([np.ones((len(z), 1)), z, z[:, rows] * z[:, columns]])

    def predict(self, observed: Any) -> Any:
        """What the quadratic fit predicts for observed summaries, (parameters,)."""
        return (self._design(observed) @ self._slopes)[0]

    def posterior(self, observed: Any) -> Sample:
        """Posterior for observed summaries, (moments,)."""
        aim = self.predict(observed)
        apart = (self.predicted - aim) / self.residual
        square = np.einsum("ij,ij->i", apart, apart)
        near = np.argpartition(square, self.kept - 1)[: self.kept]
        near.sort()
        far = float(square[near].max())
        weight = np.maximum(1.0 - square[near] / far, 1e-9)
        return Sample(adjusted(apart[near], self.line[near], weight), weight / weight.sum(), far**0.5)


def noisy(summaries: Any, error: Any, seed: int, labels: Any = None) -> Any:
    """Summaries with normal errors added, every column's own part from a stream of its own label.

    Args:
        error: SDs of independent errors, (moments,), or the lower triangular root of the covariance of correlated ones, (moments, moments).
    """
    table = np.array(summaries, dtype=float)
    named = range(table.shape[1]) if labels is None else labels
    root = np.asarray(error, dtype=float)
    root = np.diag(root) if root.ndim == 1 else root
    for source, label in enumerate(named):
        normal = np.random.default_rng([seed, label]).normal(size=len(table))
        # One column after another, in order: a matrix product sums as the processor likes.
        for column in np.flatnonzero(root[:, source]):
            table[:, column] += root[column, source] * normal
    return table


def adjusted(apart: Any, line: Any, weight: Any) -> Any:
    """Parameters of the kept runs moved to where the statistics do not differ from those observed.

    Both fits are linear in all statistics and have the square of the parameter's own: near the ends of its prior a parameter is spread
    wider than in the middle, which a line cannot show.

    Args:
        apart: statistics less the observed ones, (kept, statistics); line: (kept, parameters); weight: (kept,).
    """
    design = np.hstack([np.ones((len(apart), 1)), apart, np.zeros((len(apart), 1))])
    runs = float(weight.sum() ** 2 / (weight**2).sum())
    moved = np.empty_like(line)
    for j in range(line.shape[1]):
        design[:, -1] = apart[:, j] ** 2
        weighted = design * weight[:, None]
        # With fewer targets than parameters statistics depend on each other: the pseudo-inverse does not mind.
        solve = np.linalg.pinv(weighted.T @ design, rcond=LEAST_SHARE, hermitian=True) @ weighted.T
        mean = solve @ line[:, j]
        left = line[:, j] - design @ mean
        spread = solve @ np.log(left**2 + 1e-12)
        ratio = np.clip(np.exp(0.5 * (spread[0] - design @ spread)), NARROWEST, WIDEST)
        # As in a prediction interval: freedom that the terms took, and the fit's own error at the observed place.
        own = float((solve[0] ** 2).sum())
        moved[:, j] = mean[0] + left * ratio * math.sqrt(runs / max(runs - design.shape[1], 1.0) * (1.0 + own))
    return moved
