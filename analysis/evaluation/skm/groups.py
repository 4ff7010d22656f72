"""Units or years compared on one index, with the number of comparisons taken into account.

Many units and no control of multiplicity make some unit look bad by chance; a league table makes all but one look bad. So each group is
held against the mean of the others (Welch, Holm), pairs are compared where there are few groups (Welch, Holm), and a mixed model
says how much of the variance lies between groups at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.stats import t as student
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.oneway import anova_generic

from analysis.evaluation.random_effect import fit_random_effect

__all__ = ["FEW", "MOST_PAIRED", "Groups", "compare_groups"]

FEW = 30  # respondents below whom a group's interval is marked as rough
MOST_PAIRED = 12  # groups up to which all pairs are compared
ALPHA = 0.05


@dataclass(frozen=True)
class Groups:
    """Groups compared.

    Attributes:
        by: what the groups are (unit, year). table: one row a group with n, index, low, high, difference from the mean of the other
            groups with its interval, p, p_holm, distinguishable. pairs: every pair with difference (second less first), simultaneous
            interval (Bonferroni) and p after Holm; empty for many groups.
        p: Welch's test that all means are equal. between_share: share of the variance between groups (mixed model), None for fewer than
            five groups. single: groups with one respondent, left out. alike: groups in which all gave the same total; a sample without
            spread says little about the spread in its unit, so the pooled spread within all groups is used instead.
    """

    by: str
    table: pd.DataFrame
    pairs: pd.DataFrame
    p: float
    between_share: float | None
    single: tuple[str, ...]
    alike: tuple[str, ...]


def compare_groups(
    values: pd.Series, groups: pd.Series, by: str, level: float = 0.95, mixed: bool = True
) -> Groups | None:
    """Compare the groups of a column.

    Args:
        values: index of each respondent [points]. groups: label of the group each belongs to; missing labels are left out.
        mixed: fit the mixed model for the share between groups.

    Returns:
        None when fewer than two groups have two respondents or more, or nobody differs within them.
    """
    frame = pd.DataFrame({"value": values.to_numpy(dtype=float), "group": groups.to_numpy()}).dropna()
    frame["group"] = frame["group"].map(_label)
    sizes = frame["group"].value_counts()
    single = tuple(sorted(str(g) for g in sizes[sizes < 2].index))
    frame = frame[~frame["group"].isin(single)]
    names = sorted(set(frame["group"]))
    if len(names) < 2:
        return None
    found = frame.groupby("group")["value"].agg(["size", "mean", "var"]).loc[names]
    if float(found["var"].sum()) == 0.0:
        return None
    alike = found["var"] == 0.0
    freedom = found["size"] - 1
    found["var"] = found["var"].mask(alike, (found["var"] * freedom).sum() / freedom.sum())
    variances = found["var"] / found["size"]
    table = pd.DataFrame({"group": names, "n": found["size"].to_numpy(), "index": found["mean"].to_numpy()})
    half = student(freedom).ppf(0.5 + level / 2) * np.sqrt(variances)
    table["low"], table["high"] = table["index"] - half.to_numpy(), table["index"] + half.to_numpy()
    table = table.join(_against_the_others(found["mean"], variances, found["size"], level))
    means, spreads, counts = (found[name].to_numpy(dtype=float) for name in ("mean", "var", "size"))
    p = float(anova_generic(means, spreads, counts, use_var="unequal").pvalue)
    between = _between(frame, names) if mixed else None
    return Groups(by, table, _pairs(found, names), p, between, single, tuple(found.index[alike]))


def _label(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value == int(value) else str(value)


def _against_the_others(means: pd.Series, variances: pd.Series, sizes: pd.Series, level: float) -> pd.DataFrame:
    """Each group less the mean of the other groups: difference, interval, p (Welch-Satterthwaite), p after Holm."""
    m, v, df = (x.to_numpy(dtype=float) for x in (means, variances, sizes - 1))
    others = len(m) - 1
    difference = m - (m.sum() - m) / others
    terms = np.where(np.eye(len(m), dtype=bool), v, v / others**2)
    error = np.sqrt(terms.sum(axis=1))
    freedom = terms.sum(axis=1) ** 2 / (terms**2 / df).sum(axis=1)
    p = 2 * student(freedom).sf(np.abs(difference) / error)
    half = student(freedom).ppf(0.5 + level / 2) * error
    adjusted = multipletests(p, alpha=ALPHA, method="holm")[1]
    return pd.DataFrame(
        {
            "difference": difference,
            "difference_low": difference - half,
            "difference_high": difference + half,
            "p": p,
            "p_holm": adjusted,
            "distinguishable": adjusted < ALPHA,
            "few": sizes.to_numpy() < FEW,
        }
    )


def _pairs(found: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Every pair by Welch's test: p after Holm, intervals that hold together (Bonferroni)."""
    columns = ["first", "second", "difference", "low", "high", "p_adjusted", "distinguishable"]
    if len(names) > MOST_PAIRED:
        return pd.DataFrame(columns=columns)
    pairs = list(combinations(names, 2))
    first, second = (found.loc[list(own)] for own in zip(*pairs, strict=True))
    a, b = (own["var"].to_numpy() / own["size"].to_numpy() for own in (first, second))
    freedom = (a + b) ** 2 / (a**2 / (first["size"].to_numpy() - 1) + b**2 / (second["size"].to_numpy() - 1))
    difference, error = second["mean"].to_numpy() - first["mean"].to_numpy(), np.sqrt(a + b)
    half = student(freedom).ppf(1 - ALPHA / len(pairs) / 2) * error
    table = pd.DataFrame(pairs, columns=columns[:2])
    table["difference"], table["low"], table["high"] = difference, difference - half, difference + half
    table["p_adjusted"] = multipletests(2 * student(freedom).sf(np.abs(difference) / error), method="holm")[1]
    table["distinguishable"] = table["p_adjusted"] < ALPHA
    return table


def _between(frame: pd.DataFrame, names: list[str]) -> float | None:
    if len(names) < 5:
        return None
    intercept = np.ones(len(frame))
    fitted = fit_random_effect(frame["value"], intercept[:, None], intercept, frame["group"])
    return None if fitted is None else fitted.between / (fitted.between + fitted.within)
