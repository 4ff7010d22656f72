"""Who is more satisfied: an ordered logit of the respondent's total on sex, age, education and occupation, where the file has them.

The total is ordered but no measure with equal steps, so only its order is used: it is cut into at most seven classes, and the odds of a
higher class are compared (proportional odds). It describes who answered; it does not say why.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import norm
from statsmodels.stats.multitest import multipletests

from analysis.evaluation.ordered_logit import fit_ordered_logit

__all__ = ["FEWEST", "LEAST", "who_is_satisfied"]

FEWEST = 100  # respondents below whom such a model says little
LEAST = 10  # respondents a level needs; smaller levels are put together
CLASSES = 7
OTHER = "other"
SCHOOLING = ("below_slta", "slta", "d1_d2", "d3", "s1_d4", "s2", "s3")


def who_is_satisfied(people: pd.DataFrame, totals: pd.Series) -> pd.DataFrame:
    """Odds ratios of a higher total.

    Args:
        people: any of sex, age, education, occupation; totals: sum or mean of each respondent's answers.

    Returns:
        One row a comparison: characteristic, level (for age: ten years more), reference, n (respondents in the model), left_out (complete
        respondents whose level is too rare to compare, alone and with the other rare ones), odds_ratio, low, high (95 %), p, p_holm.
        Empty when nothing can be compared: fewer than 100 respondents for the model, one level only, or a level whose respondents
        are all in the highest or all in the lowest class.
    """
    columns = ["characteristic", "level", "reference", "n", "left_out", "odds_ratio", "low", "high", "p", "p_holm"]
    known = [
        name
        for name in ("sex", "age", "education", "occupation")
        if name in people and people[name].notna().mean() > 0.5
    ]
    complete = people[known].notna().all(axis=1).to_numpy()
    rows = _common(people.loc[complete, known])
    if not known or len(rows) < FEWEST:
        return pd.DataFrame(columns=columns)
    total = totals[rows.index]
    design, labels = _design(rows)
    classes = pd.qcut(total, CLASSES, labels=False, duplicates="drop")
    if design.shape[1] == 0 or classes.nunique() < 2:
        return pd.DataFrame(columns=columns)
    fitted = fit_ordered_logit(classes.rank(method="dense").to_numpy().astype(np.int64) - 1, design)
    if fitted is None:
        return pd.DataFrame(columns=columns)
    half = float(norm.ppf(0.975)) * fitted.errors
    p = 2.0 * norm.sf(np.abs(fitted.coefficients) / fitted.errors)
    table = pd.DataFrame(labels, columns=columns[:3])
    table["n"], table["left_out"] = len(rows), int(complete.sum()) - len(rows)
    table["odds_ratio"] = np.exp(fitted.coefficients)
    table["low"], table["high"] = np.exp(fitted.coefficients - half), np.exp(fitted.coefficients + half)
    table["p"], table["p_holm"] = p, multipletests(p, method="holm")[1]
    return table


def _common(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with rare levels combined into `other`; rows are left out where `other` is still too rare."""
    named = [name for name in rows.columns if name != "age"]
    while True:
        merged = rows.astype({name: str for name in named})
        for name in named:
            merged[name] = merged[name].where(_count(merged[name]) >= LEAST, OTHER)
        rare = pd.DataFrame({name: _count(merged[name]) < LEAST for name in named}, index=rows.index).any(axis=1)
        if not rare.any():
            return merged
        rows = rows[~rare]


def _count(values: pd.Series) -> pd.Series:
    return values.map(values.value_counts())


def _design(rows: pd.DataFrame) -> tuple[np.ndarray, list[tuple[str, str, str]]]:
    """Columns of the model and what each compares: dummies against the most frequent level, age in tens of years."""
    columns: list[np.ndarray] = []
    labels: list[tuple[str, str, str]] = []
    for name in rows.columns:
        if name == "age":
            if rows[name].nunique() > 1:
                columns.append((rows[name].to_numpy(dtype=float) - float(rows[name].mean())) / 10.0)
                labels.append((name, "10", ""))
            continue
        values = rows[name]
        counts = values.value_counts()
        reference = str(counts.index[0])
        levels = [
            level for level in (*SCHOOLING, *sorted(counts.index)) if level in counts.index and level != reference
        ]
        for level in dict.fromkeys(levels):
            columns.append((values == level).to_numpy(dtype=float))
            labels.append((str(name), level, reference))
    return (np.column_stack(columns) if columns else np.empty((len(rows), 0))), labels
