"""First-order indices from runs that are there already: how much of an outcome's variance one input explains, or some together.

Each input is turned into normal scores and the outcome is regressed on a natural spline of them. What is reported is the share of variance
explained, adjusted for the terms it took, so that an input without influence has an index about zero; how far above zero chance alone takes
the largest of all inputs is seen by permuting the outcome. No design of its own is needed, and inputs may be correlated: then their indices
overlap. Source: given-data (one-sample) estimation of first-order indices, Plischke, Borgonovo & Smith (2013); Li & Mahadevan (2016).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import stats

__all__ = ["FEWEST", "Known", "Shares", "explained", "explained_together", "known_at"]

Array = npt.NDArray[np.float64]
FEWEST = 30  # draws below which nothing is said
MANY = 200  # draws from which a curve may bend three times; below, once
KNOTS = {False: (-1.2, 0.0, 1.2), True: (-1.6, -0.7, 0.0, 0.7, 1.6)}  # of a natural spline [normal scores]
PERMUTATIONS = 200
CHANCE = 0.95
SAME = 1e-9
NEAR = 1 / 3  # share of draws that stand nearest to a value
FEWEST_NEAR = 20


class Shares(NamedTuple):
    """Shares of variance. Attributes: share, float64 (inputs, outputs), or (outputs,) of a group; floor, what chance reaches in 5 % of
    permutations, for the largest of all inputs or for the group, float64 (outputs,)."""

    share: Array
    floor: Array


class Known(NamedTuple):
    """An outcome as it would be were one input known: mean, low and high (central 90 %), effective number of draws behind it."""

    mean: float
    low: float
    high: float
    draws: float


def explained(inputs: Array, outputs: Array, seed: int = 1) -> Shares:
    """First-order index of every input for every output.

    Args: inputs, float64 (draws, inputs); outputs, float64 (draws, outputs), finite; seed, of the permutations.
    Raises: ValueError for fewer than `FEWEST` draws.
    """
    spaces = [_space(column, len(inputs) >= MANY) for column in _checked(inputs).T]
    centred = outputs - outputs.mean(axis=0)
    share = np.array([_adjusted(space, centred) for space in spaces])
    floor = np.zeros(outputs.shape[1])
    for k in range(outputs.shape[1]):
        chance = _permuted(centred[:, k], seed)
        largest = np.max([_adjusted(space, chance) for space in spaces], axis=0)
        floor[k] = np.quantile(largest, CHANCE)
    return Shares(share, floor)


def explained_together(inputs: Array, outputs: Array, seed: int = 1) -> Shares | None:
    """Share of variance that some inputs explain together, each by a curve that bends once; None where draws are too few for so many.

    Args: as `explained`.
    """
    draws, count = inputs.shape
    if draws < FEWEST or 4 * count > draws:
        return None
    terms = [_scores(column)[:, None] ** np.arange(1, 3) for column in inputs.T]
    space = _orthonormal(np.hstack(terms)) if terms else np.zeros((draws, 0))
    centred = outputs - outputs.mean(axis=0)
    floor = np.array(
        [np.quantile(_adjusted(space, _permuted(column, seed)), CHANCE) for column in centred.T], dtype=np.float64
    )
    return Shares(_adjusted(space, centred), floor)


def known_at(value: float, given: Array, outcome: Array) -> Known | None:
    """The outcome as it would be were an input known to have this value, from draws that are there.

    The nearest third of the draws counts, nearer ones more (Epanechnikov), and each is moved along a weighted straight line to where the
    input has the value: local linear regression adjustment (Beaumont, Zhang & Balding 2002). No run is made again, so what the input does
    beyond a straight line among those draws is left in.

    Args: given, the input, float64 (draws,); outcome, float64 (draws,).
    Returns: None where fewer than 20 draws are near, or the value lies outside the draws by more than a tenth of their SD.
    """
    kept = max(FEWEST_NEAR, round(NEAR * len(given)))
    spread = float(given.std())
    outside = max(float(given.min()) - value, value - float(given.max()), 0.0)
    if kept > len(given) or spread == 0.0 or outside > 0.1 * spread:
        return None
    apart = np.abs(given - value)
    near = np.argsort(apart, kind="stable")[:kept]
    # Half a step farther than the last, so that the last still counts.
    weight = np.maximum(1.0 - (apart[near] / (float(apart[near].max()) * 1.02 or 1.0)) ** 2, 0.0)
    weight /= weight.sum()
    x = given[near] - value
    centre = float(weight @ x)
    variance = float(weight @ (x - centre) ** 2)
    slope = float(weight @ ((x - centre) * outcome[near])) / variance if variance > SAME * spread**2 else 0.0
    moved = outcome[near] - slope * x
    low, high = (_quantile(moved, weight, p) for p in (0.05, 0.95))
    return Known(float(weight @ moved), low, high, float(1.0 / (weight**2).sum()))


def _checked(inputs: Array) -> Array:
    if len(inputs) < FEWEST:
        raise ValueError(f"{len(inputs)} draws; at least {FEWEST} are needed")
    return inputs


def _scores(values: Array) -> Array:
    """Normal scores; draws with the same value share one."""
    return np.asarray(stats.norm.ppf((stats.rankdata(values) - 0.5) / len(values)), dtype=np.float64)


def _space(values: Array, many: bool) -> Array:
    """Orthonormal columns of a natural cubic spline of an input, without the constant: float64 (draws, terms)."""
    z = _scores(values)
    knots = KNOTS[many]
    last, before = knots[-1], knots[-2]

    def bend(knot: float) -> Array:
        return np.asarray((np.maximum(z - knot, 0.0) ** 3 - np.maximum(z - last, 0.0) ** 3) / (last - knot))

    return _orthonormal(np.column_stack([z, *(bend(knot) - bend(before) for knot in knots[:-2])]))


def _orthonormal(terms: Array) -> Array:
    """Orthonormal columns that span the centred terms; terms that say the same count once."""
    vectors, sizes, _ = np.linalg.svd(terms - terms.mean(axis=0), full_matrices=False)
    kept = sizes > SAME * max(float(sizes[0]), SAME) if len(sizes) else np.zeros(0, dtype=bool)
    return np.asarray(vectors[:, kept], dtype=np.float64)


def _adjusted(space: Array, centred: Array) -> Array:
    """Share of the variance of centred outputs that lies in a space, adjusted for its terms: float64 (outputs,)."""
    draws, terms = space.shape
    whole = (centred**2).sum(axis=0)
    share = np.divide(((space.T @ centred) ** 2).sum(axis=0), whole, out=np.zeros_like(whole), where=whole > 0.0)
    return np.asarray(1.0 - (1.0 - share) * (draws - 1) / (draws - 1 - terms), dtype=np.float64)


def _permuted(centred: Array, seed: int) -> Array:
    """The output in other orders, float64 (draws, permutations)."""
    rng = np.random.default_rng(seed)
    return np.column_stack([rng.permutation(centred) for _ in range(PERMUTATIONS)])


def _quantile(values: Array, weight: Array, p: float) -> float:
    """A quantile of weighted values, between their middles."""
    order = np.argsort(values, kind="stable")
    middles = np.cumsum(weight[order]) - 0.5 * weight[order]
    return float(np.interp(p, middles, values[order]))
