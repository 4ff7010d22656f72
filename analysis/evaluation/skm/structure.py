"""How many scales the nine answers form, and how reliable each one is.

Alpha over nine elements can look good while two groups of elements hardly go together; then one index hides what each of them says. The
number of factors comes from parallel analysis, loadings from statsmodels (principal axes, oblique rotation).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.evaluation.skm.reliability import (
    Alpha,
    FactorCorrelation,
    ParallelAnalysis,
    alpha,
    factor_correlation,
    omega,
    parallel_analysis,
)
from data.skm_elements import CODES

__all__ = ["FEWEST", "Structure", "structure"]

FEWEST = 30  # respondents below whom correlations of nine answers are mostly noise
SALIENT = 0.3


@dataclass(frozen=True)
class Structure:
    """Scales found in the answers.

    Attributes:
        whole: alpha over all elements that vary. omega: McDonald's omega of one factor.
        parallel: eigenvalues beside those of noise; its `factors` is the number found.
        loadings: one row an element: code, one column a factor, factor (of its largest loading, 0 for none above 0.3); empty for fewer
            than two factors.
        scales: alpha of each factor with two elements or more.
        correlation: of the first two scales, None where there are no two.
        constant: elements that everybody answered alike; they are left out.
    """

    whole: Alpha
    omega: float
    parallel: ParallelAnalysis
    loadings: pd.DataFrame
    scales: dict[int, Alpha]
    correlation: FactorCorrelation | None
    constant: tuple[str, ...]

    def elements(self, factor: int) -> list[str]:
        """Codes of the elements of a factor."""
        return [str(c) for c in self.loadings.loc[self.loadings["factor"] == factor, "code"]]

    def table(self) -> pd.DataFrame:
        """Reliability as a table: scale, elements, alpha, low, high, respondents."""
        rows = [("all", [c for c in CODES if c not in self.constant], self.whole)]
        rows += [(f"factor {f}", self.elements(f), a) for f, a in self.scales.items()]
        return pd.DataFrame(
            [
                {
                    "scale": name,
                    "elements": " ".join(codes),
                    "alpha": a.value,
                    "low": a.low,
                    "high": a.high,
                    "respondents": a.respondents,
                }
                for name, codes, a in rows
            ]
        )


def structure(answers: pd.DataFrame) -> Structure | None:
    """Structure of the answers (respondents x codes); None for fewer than 30 respondents or three elements that vary."""
    varied = [code for code in CODES if answers[code].nunique() > 1]
    x = answers[varied].to_numpy(dtype=float)
    if len(x) < FEWEST or len(varied) < 3 or np.linalg.matrix_rank(np.corrcoef(x, rowvar=False)) < len(varied):
        return None
    parallel = parallel_analysis(x)
    loadings = _loadings(answers[varied], parallel.factors)
    scales, correlation = _scales(answers, loadings)
    constant = tuple(c for c in CODES if c not in varied)
    return Structure(alpha(x), omega(x), parallel, loadings, scales, correlation, constant)


def _loadings(answers: pd.DataFrame, factors: int) -> pd.DataFrame:
    from statsmodels.multivariate.factor import Factor

    if not 2 <= factors <= len(answers.columns) // 2:
        return pd.DataFrame({"code": [], "factor": []})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = Factor(answers.to_numpy(dtype=float), n_factor=factors, method="pa").fit(maxiter=200)
        found.rotate("oblimin")
    loadings = np.asarray(found.loadings, dtype=float)
    loadings = loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    loadings = loadings[:, np.argsort(-(loadings**2).sum(axis=0), kind="stable")]
    largest = np.abs(loadings).argmax(axis=1)
    table = pd.DataFrame({"code": answers.columns, **{f"factor_{i + 1}": loadings[:, i] for i in range(factors)}})
    table["factor"] = np.where(np.abs(loadings).max(axis=1) >= SALIENT, largest + 1, 0)
    return table


def _scales(answers: pd.DataFrame, loadings: pd.DataFrame) -> tuple[dict[int, Alpha], FactorCorrelation | None]:
    members = {f: list(loadings.loc[loadings["factor"] == f, "code"]) for f in sorted(set(loadings["factor"]) - {0})}
    members = {int(f): codes for f, codes in members.items() if len(codes) > 1}
    scales = {f: alpha(answers[codes].to_numpy(dtype=float)) for f, codes in members.items()}
    positive = [f for f, a in scales.items() if a.value > 0]
    if len(positive) < 2:
        return scales, None
    first, second = (answers[members[f]].to_numpy(dtype=float) for f in positive[:2])
    return scales, factor_correlation(first, second)
