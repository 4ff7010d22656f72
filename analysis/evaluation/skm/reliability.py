"""Reliability of a scale: Cronbach's alpha with its interval, omega, and the number of factors in the answers.

One alpha over nine elements can hide two factors, so `parallel_analysis` and `factor_correlation` belong beside it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import f as f_distribution

__all__ = [
    "Alpha",
    "FactorCorrelation",
    "ParallelAnalysis",
    "alpha",
    "factor_correlation",
    "omega",
    "parallel_analysis",
]

Answers = pd.DataFrame | npt.NDArray[np.float64]


def _matrix(answers: Answers) -> npt.NDArray[np.float64]:
    values = np.asarray(answers, dtype=float)
    if values.ndim != 2 or values.shape[0] < 3 or values.shape[1] < 2:
        raise ValueError(f"need at least 3 respondents and 2 items, got shape {values.shape}")
    if not np.isfinite(values).all():
        raise ValueError("answers hold missing values; drop or impute those respondents first")
    return values


@dataclass(frozen=True)
class Alpha:
    """Cronbach's alpha with a confidence interval."""

    value: float
    low: float
    high: float
    level: float
    respondents: int
    items: int


def alpha(answers: Answers, level: float = 0.95) -> Alpha:
    """Cronbach's alpha; interval by Feldt (1965): (1 - alpha) / (1 - estimate) is F distributed.

    Args:
        answers: respondents x items, no missing values.
        level: confidence level of the interval.
    Raises:
        ValueError: too few respondents or items, missing values, or no variance at all.
    """
    x = _matrix(answers)
    n, k = x.shape
    total = float(x.sum(axis=1).var(ddof=1))
    if total == 0.0:
        raise ValueError("all respondents have the same total: alpha is undefined")
    value = k / (k - 1) * (1.0 - float(x.var(axis=0, ddof=1).sum()) / total)
    df1, df2, tail = n - 1, (n - 1) * (k - 1), (1.0 - level) / 2.0
    low = 1.0 - (1.0 - value) * float(f_distribution.ppf(1.0 - tail, df1, df2))
    high = 1.0 - (1.0 - value) * float(f_distribution.ppf(tail, df1, df2))
    return Alpha(value, low, high, level, n, k)


def omega(answers: Answers) -> float:
    """McDonald's omega total of one factor: (sum of loadings)^2 over it plus the unique variances.

    The factor is the first principal axis of the correlations (communalities iterated); items with a negative loading
    are a sign that one factor is wrong, and lower omega.
    """
    x = _matrix(answers)
    r: npt.NDArray[np.float64] = np.asarray(np.corrcoef(x, rowvar=False), dtype=float)
    communality: npt.NDArray[np.float64] = 1.0 - 1.0 / np.diag(np.linalg.inv(r))
    loading = np.zeros(x.shape[1])
    for _ in range(200):
        reduced = r.copy()
        np.fill_diagonal(reduced, communality)
        values, vectors = np.linalg.eigh(reduced)
        loading = vectors[:, -1] * math.sqrt(max(values[-1], 0.0))
        updated = np.clip(loading**2, 0.0, 0.995)
        if np.abs(updated - communality).max() < 1e-9:
            break
        communality = updated
    common = float(loading.sum()) ** 2
    return common / (common + float((1.0 - loading**2).sum()))


@dataclass(frozen=True)
class ParallelAnalysis:
    """Eigenvalues of the data beside those of noise of the same size, and the number of factors that beat it."""

    eigenvalues: tuple[float, ...]
    threshold: tuple[float, ...]
    factors: int


def parallel_analysis(answers: Answers, repeats: int = 500, quantile: float = 0.95, seed: int = 1) -> ParallelAnalysis:
    """Horn's parallel analysis by permutation: each column is shuffled, so the marginal answers stay as they are."""
    x = _matrix(answers)
    rng = np.random.default_rng(seed)
    own = np.linalg.eigvalsh(np.corrcoef(x, rowvar=False))[::-1]
    noise = np.array(
        [np.linalg.eigvalsh(np.corrcoef(rng.permuted(x, axis=0), rowvar=False))[::-1] for _ in range(repeats)]
    )
    threshold = np.quantile(noise, quantile, axis=0)
    below = np.flatnonzero(own <= threshold)
    factors = int(below[0]) if below.size else int(own.size)
    return ParallelAnalysis(tuple(map(float, own)), tuple(map(float, threshold)), factors)


@dataclass(frozen=True)
class FactorCorrelation:
    """Correlation of two sum scores, as observed and corrected for unreliability."""

    observed: float
    corrected: float
    low: float
    high: float


def factor_correlation(first: Answers, second: Answers, level: float = 0.95) -> FactorCorrelation:
    """Correlation of two factors from their sum scores, divided by the root of the two alphas.

    The interval (Fisher's z) is for the corrected value, with the alphas taken as known.
    """
    from scipy.stats import norm

    a, b = _matrix(first), _matrix(second)
    observed = float(np.corrcoef(a.sum(axis=1), b.sum(axis=1))[0, 1])
    attenuation = math.sqrt(alpha(a).value * alpha(b).value)
    half = float(norm.ppf(0.5 + level / 2.0)) / math.sqrt(a.shape[0] - 3)
    centre = math.atanh(observed)
    low, high = math.tanh(centre - half) / attenuation, math.tanh(centre + half) / attenuation

    def clip(v: float) -> float:
        return max(-1.0, min(1.0, v))

    return FactorCorrelation(observed, clip(observed / attenuation), clip(low), clip(high))
