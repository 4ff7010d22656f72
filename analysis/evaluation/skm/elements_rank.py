"""The nine elements ranked: which is weakest and how sure that is, and which go with satisfaction as a whole.

Ranks are uncertain even where every mean has a narrow interval, so the respondents (or units) are drawn again and the ranks counted.
The total is the mean of the elements: a regression of it on them fits by construction and says nothing. What can be examined is where
respondents differ (share of the variance of the total) and which element goes with the other eight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import rankdata
from scipy.stats import t as student

from analysis.evaluation.skm.categories import category_of_nrr
from analysis.evaluation.skm.drawn import Drawn
from analysis.evaluation.skm.index import Skm
from analysis.evaluation.skm.structure import FEWEST
from data.skm_elements import CODES, ELEMENTS

__all__ = ["REPEATS", "elements_ranked"]

Matrix = npt.NDArray[np.float64]
REPEATS = 2000
CHUNK = 100  # repeats at a time: bounds memory when there are many different questionnaires
LOW, HIGH = 0.025, 0.975


@dataclass(frozen=True)
class _Moments:
    """Respondents drawn (repeats), sums of answers (repeats x 9) and covariances of the elements (repeats x 9 x 9)."""

    counts: Matrix
    sums: Matrix
    covariances: Matrix


def elements_ranked(answers: pd.DataFrame, survey: Skm, repeats: int = REPEATS, seed: int = 1) -> pd.DataFrame:
    """One row an element, the weakest first.

    Args:
        answers: respondents x nine codes, 1 to 4. survey: its result. repeats: bootstrap samples of respondents, or of units
            where units were drawn.

    Returns:
        code, element, element_en, nrr, standard_error, low, high (95 %, t), index, category; rank (1 weakest), rank_low, rank_high (95 % of
        the samples), probability_weakest, probability_three_weakest; variance_share of the total with its interval, rest_correlation with
        the other eight with its interval, quadrant (priority, keep, apart, maintain), probability_priority. Intervals and
        probabilities are missing for fewer than two respondents, relations for fewer than 30; an element answered alike has no interval.
    """
    matrix = answers[list(CODES)].to_numpy(dtype=float)
    n = len(matrix)
    nrr = matrix.mean(axis=0)
    table = pd.DataFrame(
        {"code": CODES, "element": [e.name for e in ELEMENTS], "element_en": [e.english for e in ELEMENTS]}
    )
    table["nrr"] = nrr
    errors = np.array([survey.element_errors.get(code, np.nan) for code in CODES])
    # equal answers in a sample do not show that everybody would answer so: better no interval than one of zero width
    half = student(max(survey.df, 1.0)).ppf(HIGH) * np.where(errors > 0, errors, np.nan)
    table["standard_error"], table["low"], table["high"] = errors, np.clip(nrr - half, 1, 4), np.clip(nrr + half, 1, 4)
    table["index"] = nrr * 25.0
    table["category"] = [category_of_nrr(float(v)).letter for v in nrr]
    table["rank"] = rankdata(nrr, method="min").astype(int)
    if n > 1:
        resampled = _resampled(matrix, survey.drawn, repeats, seed)
        table = table.join(pd.DataFrame(_ranks(resampled.sums)))
        if n >= FEWEST:
            table = table.join(pd.DataFrame(_drivers(matrix, resampled)))
    return table.sort_values(["nrr", "code"], kind="stable").reset_index(drop=True)


def _resampled(matrix: Matrix, drawn: Drawn | None, repeats: int, seed: int) -> _Moments:
    """Moments of bootstrap samples: of whole units where units were drawn, else of respondents, equal questionnaires together."""
    if drawn is not None and drawn.kind == "units":
        sizes = np.bincount(drawn.codes).astype(float)
        draws = len(sizes)
        chances: Matrix = np.full(draws, 1.0 / draws)
        totals: Matrix = np.zeros((draws, 9))
        products: Matrix = np.zeros((draws, 9, 9))
        np.add.at(totals, drawn.codes, matrix)
        np.add.at(products, drawn.codes, matrix[:, :, None] * matrix[:, None, :])
    else:
        totals, counts = np.unique(matrix, axis=0, return_counts=True)
        sizes, draws, chances = np.ones(len(totals)), int(counts.sum()), counts / counts.sum()
        products = totals[:, :, None] * totals[:, None, :]
    second_sums: Matrix = products.reshape(len(sizes), -1)
    rng = np.random.default_rng(seed)
    found: list[tuple[Matrix, Matrix, Matrix]] = []
    for start in range(0, repeats, CHUNK):
        weights = rng.multinomial(draws, chances, size=min(CHUNK, repeats - start)).astype(float)
        n: Matrix = weights @ sizes
        own: Matrix = weights @ totals
        means = own / n[:, None]
        second = (weights @ second_sums / n[:, None]).reshape(-1, 9, 9)
        found.append((n, own, second - means[:, :, None] * means[:, None, :]))
    return _Moments(*(np.concatenate(part) for part in zip(*found, strict=True)))


def _ranks(sums: Matrix) -> dict[str, npt.NDArray[Any]]:
    ranks = rankdata(sums, method="average", axis=1)
    weakest = sums == sums.min(axis=1, keepdims=True)  # sums of whole numbers: ties are exact, and share
    third = np.sort(sums, axis=1)[:, 2:3]
    below, at = sums < third, sums == third
    three = below + at * (3 - below.sum(axis=1, keepdims=True)) / at.sum(axis=1, keepdims=True)
    return {
        "rank_low": np.quantile(ranks, LOW, axis=0),
        "rank_high": np.quantile(ranks, HIGH, axis=0),
        "probability_weakest": (weakest / weakest.sum(axis=1, keepdims=True)).mean(axis=0),
        "probability_three_weakest": three.mean(axis=0),
    }


def _drivers(matrix: Matrix, resampled: _Moments) -> dict[str, npt.NDArray[Any]]:
    own = np.cov(matrix, rowvar=False, ddof=0)[None]
    share, rest = (values[0] for values in _relations(own))
    shares, rests = _relations(resampled.covariances)
    means, all_means = matrix.mean(axis=0), resampled.sums / resampled.counts[:, None]
    priority = (all_means < all_means.mean(axis=1, keepdims=True)) & (rests > _mean(rests)[:, None])
    low, strong = means < means.mean(), rest > _mean(rest[None])[0]
    return {
        "variance_share": share,
        "variance_share_low": _quantile(shares, LOW),
        "variance_share_high": _quantile(shares, HIGH),
        "rest_correlation": rest,
        "rest_correlation_low": _quantile(rests, LOW),
        "rest_correlation_high": _quantile(rests, HIGH),
        "quadrant": np.select([low & strong, ~low & strong, low & ~strong], ["priority", "keep", "apart"], "maintain"),
        "probability_priority": priority.mean(axis=0),
    }


def _relations(covariances: Matrix) -> tuple[Matrix, Matrix]:
    """Share of each element in the variance of the total, and its correlation with the sum of the other eight."""
    with_total = covariances.sum(axis=2)
    total = with_total.sum(axis=1, keepdims=True)
    own = np.diagonal(covariances, axis1=1, axis2=2)
    rest = np.maximum(total - 2.0 * with_total + own, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(total > 1e-12, with_total / total, np.nan)
        spread = np.sqrt(own * rest)
        return share, np.where(spread > 1e-12, (with_total - own) / spread, np.nan)


def _mean(values: Matrix) -> Matrix:
    known = np.isfinite(values)
    mean: Matrix = np.where(known, values, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return mean


def _quantile(values: Matrix, level: float) -> Matrix:
    columns = [column[np.isfinite(column)] for column in values.T]
    return np.array([np.quantile(column, level) if column.size else np.nan for column in columns])
