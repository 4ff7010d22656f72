"""Whether posteriors can be trusted: simulation-based calibration, coverage, recovery, contraction, and which target informs what.

Fresh runs at known parameters get the errors that published figures have; their posteriors must hold the truth as often as they say.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from analysis.calibration.method.reference_table import Table
from analysis.calibration.method.regression_abc import Amortised, noisy
from simulation.posterior.moments import MOMENT_NAMES
from simulation.posterior.targets import Targets

__all__ = ["LEVELS", "Experiment", "contraction", "ecdf_band", "experiments", "identification", "ready", "simultaneous"]

LEVELS = (0.5, 0.8, 0.9)
GRID = 100


def columns(names: tuple[str, ...]) -> list[int]:
    """Columns of moments in a table."""
    return [MOMENT_NAMES.index(n) for n in names]


def ready(table: Table, targets: Targets, seed: int = 1, rows: int | None = None) -> Amortised:
    """A table made ready for a set of targets. rows: use the first ones only."""
    cut = slice(0, rows)
    used = columns(targets.fitted)
    return Amortised(table.line[cut], table.moments[cut, used], targets.error_root(), seed, labels=used)


def contraction(sample_sd: Any, prior_sd: Any) -> Any:
    """Share of a parameter's spread that the targets took away, on the scale without bounds."""
    return 1.0 - np.asarray(sample_sd) / np.asarray(prior_sd)


@dataclass(frozen=True)
class Experiment:
    """Fresh draws with pseudo-targets, and what their posteriors say of the truth.

    Attributes, all (draws, parameters): truth, mean, sd on the scale without bounds; place, share of the posterior below the truth.
    """

    truth: Any
    mean: Any
    sd: Any
    place: Any

    def coverage(self, level: float) -> Any:
        """Share of central intervals of this level that hold the truth, per parameter."""
        return (np.abs(self.place - 0.5) <= level / 2.0).mean(axis=0)

    def coverage_error(self, level: float) -> float:
        """Monte Carlo error of that share [SD]."""
        return math.sqrt(level * (1.0 - level) / len(self.truth))

    def recovery(self) -> Any:
        """Correlation of posterior means with the truth, per parameter."""
        return np.array([np.corrcoef(self.truth[:, j], self.mean[:, j])[0, 1] for j in range(self.truth.shape[1])])

    def contraction(self) -> Any:
        """Mean contraction over the draws, per parameter (the prior is standard logistic)."""
        return contraction(self.sd.mean(axis=0), math.pi / math.sqrt(3.0))


def experiments(model: Amortised, line: Any, moments: Any, error: Any, seed: int) -> Experiment:
    """Posteriors of fresh runs.

    Args:
        line, moments: true parameters (draws, parameters) and their runs' moments (draws, moments fitted).
        error: of target and discrepancy, as `noisy` takes it; the pseudo-targets carry it. seed: of those errors.
    """
    seen = noisy(moments, error, seed)
    samples = [model.posterior(row) for row in seen]
    told = [s.moments() for s in samples]
    place = np.array([s.place_of(truth) for s, truth in zip(samples, line, strict=True)])
    return Experiment(np.asarray(line), np.array([m for m, _ in told]), np.array([s for _, s in told]), place)


def simultaneous(draws: int, level: float = 0.95, simulated: int = 4000, seed: int = 1) -> float:
    """Pointwise tail that makes a band over the whole ECDF hold with chance `level` (by simulation, Säilynoja et al. 2022).

    For samples of uniform numbers the smallest two-sided binomial tail over a grid is simulated; its quantile is the answer.
    """
    grid = np.arange(1, GRID) / GRID
    ranks = np.sort(np.random.default_rng(seed).random((simulated, draws)), axis=1)
    below = np.array([[np.searchsorted(row, z, side="right") for z in grid] for row in ranks])
    return float(np.quantile(tails(below, draws, grid).min(axis=1), 1.0 - level))


def tails(below: Any, draws: int, grid: Any) -> Any:
    """Two-sided binomial tail of counts below each point of a grid."""
    return 2.0 * np.minimum(stats.binom.cdf(below, draws, grid), stats.binom.sf(below - 1, draws, grid))


def ecdf_band(draws: int, gamma: float) -> tuple[Any, Any, Any]:
    """Grid, and the lowest and highest ECDF of uniform numbers there, at a pointwise tail gamma."""
    grid = np.arange(1, GRID) / GRID
    return (
        grid,
        stats.binom.ppf(gamma / 2.0, draws, grid) / draws,
        stats.binom.ppf(1.0 - gamma / 2.0, draws, grid) / draws,
    )


def least_tail(place: Any) -> float:
    """The smallest two-sided tail of an ECDF of places over the grid."""
    grid = np.arange(1, GRID) / GRID
    below = np.searchsorted(np.sort(place), grid, side="right")
    return float(tails(below, len(place), grid).min())


def identification(table: Table, targets: Targets, rows: int = 8000) -> dict[str, Any]:
    """Which target informs which parameter: contraction with all targets, less contraction without each.

    Returns:
        "all": (parameters,); and per target (parameters,): how much contraction is lost without it.
    """
    prior = math.pi / math.sqrt(3.0)
    model = ready(table, targets, rows=rows)
    everything = contraction(model.posterior(targets.observed()).moments()[1], prior)
    found: dict[str, Any] = {"all": everything}
    for name in targets.fitted:
        if len(targets.fitted) == 1:  # without it nothing is known
            found[name] = everything
            continue
        fewer = targets.without(name)
        sd = ready(table, fewer, rows=rows).posterior(fewer.observed()).moments()[1]
        found[name] = everything - contraction(sd, prior)
    return found
