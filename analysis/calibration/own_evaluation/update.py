"""From studies of courses to draws of the effects of courses: by the likelihood of the estimates, in closed form where it exists.

A study of course c at level l finds y = mean_l + (what a university differs by) + u_cl + bias + error, where u_cl are the course's own
deviations: normal with the spread between programmes, alike for all studies of the course, correlated between levels. Given the
spread (and correlation) everything is normal, so that means and deviations follow from the normal-normal rule.

Prior draws are weighted by the likelihood of the estimates. Where few of them carry the weight (fewer than 200 effective draws, or a Pareto
k above 0.7; Vehtari et al. 2024) spreads are drawn by their own likelihood and the rest fresh from the updated normal.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import genpareto

from analysis.calibration.own_evaluation.levels import ANSWERS, CORRELATION, LEVELS, SPREAD, UNIVERSITY
from analysis.calibration.own_evaluation.studies import Study, parameter_of
from data.errors import InputError
from simulation.parameters import Parameters

__all__ = ["FEWEST_EFFECTIVE", "LARGEST_K", "Update", "pareto_k", "surprising", "update"]

Array = NDArray[np.float64]
PRIOR_DRAWS = 4000
FEWEST_EFFECTIVE, LARGEST_K = 200.0, 0.7
TRIES = 100  # draws before a bound is taken itself
SURPRISE = 3.0  # SD of the prior's prediction beyond which a study is named


@dataclass(frozen=True)
class Update:
    """Draws of effects after some studies.

    Attributes: names of the parameters; draws, float64 (draws, names); courses, (course, level) of each deviation; deviations,
    float64 (draws, courses) [SD]; effective, number of prior draws that carry the weight; k, Pareto shape of the weights; fresh, whether
    draws were made fresh; prior, mean and SD of each parameter before.
    """

    names: tuple[str, ...]
    draws: Array
    courses: tuple[tuple[str, str], ...]
    deviations: Array
    effective: float
    k: float
    fresh: bool
    prior: Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class _Model:
    """The linear model of some studies: y = a means + c deviations + bias + noise.

    means, mean_sd: of the prior of the means (k). a: studies × k. c: studies × courses. y, less expected bias; noise, variance of
    error and bias. same: 1 where two deviations are of one course (levels differ off the diagonal). lowest: bound of each mean.
    """

    names: tuple[str, ...]
    means: Array
    mean_sd: Array
    a: Array
    c: Array
    y: Array
    noise: Array
    courses: tuple[tuple[str, str], ...]
    same: Array
    lowest: Array

    def of_deviations(self, spread: float, correlation: float) -> Array:
        """Covariance of the deviations."""
        alike = np.where(np.eye(len(self.courses), dtype=bool), 1.0, self.same * correlation)
        return np.asarray(spread**2 * alike, dtype=np.float64)

    def log_likelihood(self, spread: float, correlation: float, means: Array | None = None) -> float:
        """Of the estimates: at known means, or over their prior."""
        variance = self.c @ self.of_deviations(spread, correlation) @ self.c.T + np.diag(self.noise)
        centre = self.means if means is None else means
        if means is None:
            variance = variance + (self.a * self.mean_sd**2) @ self.a.T
        left = self.y - self.a @ centre
        return float(-0.5 * (np.linalg.slogdet(variance)[1] + left @ np.linalg.solve(variance, left)))

    def conditional(self, spread: float, correlation: float, means: Array | None = None) -> tuple[Array, Array]:
        """Mean and covariance of means and deviations together given the estimates; at known means, of the deviations alone."""
        own = self.of_deviations(spread, correlation)
        if means is None:
            prior = np.zeros((len(self.means) + len(own),) * 2)
            prior[: len(self.means), : len(self.means)] = np.diag(self.mean_sd**2)
            prior[len(self.means) :, len(self.means) :] = own
            design, centre = np.hstack([self.a, self.c]), np.concatenate([self.means, np.zeros(len(own))])
        else:
            prior, design, centre = own, self.c, np.zeros(len(own))
        left = self.y - (design @ centre if means is None else self.a @ means)
        gain = np.linalg.solve(design @ prior @ design.T + np.diag(self.noise), design @ prior).T
        return centre + gain @ left, prior - gain @ design @ prior


def update(parameters: Parameters, studies: Sequence[Study], size: int, seed: int = 1) -> Update:
    """Draws of the effects that the studies speak about.

    Args: parameters, with the priors; studies, at least one; size, draws wanted; seed, of the draws.
    Raises: InputError when the parameters have been taught before: all evaluations are taught at once.
    """
    model = _model(parameters, studies)
    drawn = _prior_draws(parameters, model, seed)
    spreads, correlations = drawn[:, -2], drawn[:, -1]
    log = np.array(
        [model.log_likelihood(s, r, m) for m, s, r in zip(drawn[:, :-2], spreads, correlations, strict=True)]
    )
    weights = _normalised(log)
    effective, k = 1.0 / float(np.sum(weights**2)), pareto_k(log)
    fresh = effective < FEWEST_EFFECTIVE or k > LARGEST_K
    luck = np.random.default_rng([seed, 10])
    if fresh:
        over = np.array([model.log_likelihood(s, r) for s, r in zip(spreads, correlations, strict=True)])
        rows = _resampled(_normalised(over), size)
        known = len(model.means)
        pairs = [_inside(*model.conditional(spreads[i], correlations[i]), model.lowest, luck) for i in rows]
        means, deviations = np.array([p[:known] for p in pairs]), np.array([p[known:] for p in pairs])
    else:
        rows = _resampled(weights, size)
        means = drawn[rows, :-2]
        deviations = np.array(
            [_normal(*model.conditional(spreads[i], correlations[i], drawn[i, :-2]), luck) for i in rows]
        )
    names, columns = list(model.names), list(means.T)
    if model.courses:
        names, columns = [*names, SPREAD], [*columns, spreads[rows]]
    if len({level for _, level in model.courses}) > 1 and CORRELATION in parameters.table:
        names, columns = [*names, CORRELATION], [*columns, correlations[rows]]
    # rows come sorted by weight and spread: paired with other draws they must not be
    order = luck.permutation(size)
    before = dict(zip((*model.names, SPREAD, CORRELATION), drawn.T, strict=True))
    prior = {n: (float(before[n].mean()), float(before[n].std())) for n in names}
    return Update(
        tuple(names), np.column_stack(columns)[order], model.courses, deviations[order], effective, k, fresh, prior
    )


def surprising(parameters: Parameters, studies: Sequence[Study], seed: int = 1) -> list[tuple[Study, float]]:
    """Studies that the prior did not expect, with how many SD of its prediction they lie from its mean."""
    found = []
    for study in studies:
        model = _model(parameters, [study])
        spreads = _prior_draws(parameters, model, seed)[:, -2]
        variance = (
            float(np.mean(spreads**2)) * float((model.c**2).sum())
            + float(model.noise[0])
            + float(model.a[0] ** 2 @ model.mean_sd**2)
        )
        away = float(model.y[0] - model.a[0] @ model.means) / math.sqrt(variance)
        if abs(away) > SURPRISE:
            found.append((study, away))
    return found


def pareto_k(log_weights: Array) -> float:
    """Shape of a generalised Pareto distribution fitted to the largest weights (Vehtari et al. 2024); above 0.7 few draws decide."""
    count = min(len(log_weights) // 5, math.ceil(3.0 * math.sqrt(len(log_weights))))
    weights = np.exp(np.sort(log_weights)[-count - 1 :] - log_weights.max())
    above = weights[1:] - weights[0]
    if not above.max() > 1e-12:  # all alike
        return 0.0
    return float(genpareto.fit(above[above > 0.0], floc=0.0)[0])


def _model(parameters: Parameters, studies: Sequence[Study]) -> _Model:
    names = list(dict.fromkeys(parameter_of(s.level, s.leadership) for s in studies))
    if any(s.university for s in studies):
        names.append(UNIVERSITY)
    for name in [*names, SPREAD]:
        family = parameters.table[name].prior.family
        if family not in (("halfnormal", "fixed") if name == SPREAD else ("normal",)):
            raise InputError(
                f"{name}: {family}; evaluations are taught to the priors, all at once: leave out a posterior that was taught before"
            )
    priors = [parameters.table[name].prior for name in names]
    courses = tuple(dict.fromkeys((s.course, s.level) for s in studies if s.level != ANSWERS))
    a, c = np.zeros((len(studies), len(names))), np.zeros((len(studies), len(courses)))
    for i, study in enumerate(studies):
        share = LEVELS[study.level].share
        unit = math.sqrt(parameters.table[share].value) if share else 1.0
        a[i, names.index(parameter_of(study.level, study.leadership))] = 1.0
        if study.university:
            a[i, names.index(UNIVERSITY)] = unit
        if study.level != ANSWERS:
            c[i, courses.index((study.course, study.level))] = unit
    who = np.array([course for course, _ in courses])
    return _Model(
        tuple(names), np.array([p.a for p in priors]), np.array([p.b for p in priors]), a, c,
        np.array([s.value - s.bias for s in studies]), np.array([s.error**2 + s.bias_sd**2 for s in studies]),
        courses, (who[:, None] == who[None, :]).astype(float), np.array([p.low for p in priors]),
    )  # fmt: skip


def _prior_draws(parameters: Parameters, model: _Model, seed: int) -> Array:
    """Draws of the means, the spread and the correlation (0 where the model has none), (draws, means + 2)."""
    names = [*model.names, SPREAD, *([CORRELATION] if CORRELATION in parameters.table else [])]
    luck = np.random.default_rng([seed, 9])
    places = luck.random((PRIOR_DRAWS, len(names)))
    columns = [
        [parameters.table[name].prior.value(float(u)) for u in column]
        for name, column in zip(names, places.T, strict=True)
    ]
    if CORRELATION not in parameters.table:
        columns.append([0.0] * PRIOR_DRAWS)
    return np.array(columns, dtype=np.float64).T


def _normalised(log: Array) -> Array:
    weights = np.exp(log - log.max())
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def _resampled(weights: Array, size: int) -> NDArray[np.int64]:
    """Rows of equal weight, by systematic resampling."""
    places = (np.arange(size) + 0.5) / size
    return np.minimum(np.searchsorted(np.cumsum(weights), places), len(weights) - 1).astype(np.int64)


def _normal(mean: Array, covariance: Array, luck: np.random.Generator) -> Array:
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(
        mean + vectors @ (np.sqrt(np.maximum(values, 0.0)) * luck.standard_normal(len(mean))), dtype=np.float64
    )


def _inside(mean: Array, covariance: Array, lowest: Array, luck: np.random.Generator) -> Array:
    """The same with means not below their bounds, by drawing again; a bound that is never kept ends as the bound itself."""
    for _ in range(TRIES):
        drawn = _normal(mean, covariance, luck)
        if (drawn[: len(lowest)] >= lowest).all():
            return drawn
    return np.concatenate([np.maximum(drawn[: len(lowest)], lowest), drawn[len(lowest) :]])
