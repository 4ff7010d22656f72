"""Paired comparison of policies: what each changes, how sure that is, and how many more draws would settle it.

Three different uncertainties are kept apart:

- the **interval** (`low`, `high`) is the central 90 % of the draws of the paired difference. A draw is one way the city
  may work, so this is the uncertainty of the answer. More draws do not narrow it; better evidence does.
- the **Monte Carlo error** (`monte_carlo_error`) is the standard error of the mean difference: what is left to chance
  because only so many draws were simulated. More draws do narrow it.
- the **sampling error of a survey** (`SURVEY_ERROR`) is what one city survey could see: a yardstick beside the result.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from analysis.decision.outcome_table import KEYS, Outcomes, OutcomeTable, as_outcome_table
from analysis.presentation.directions import known
from analysis.presentation.words import Words
from data.errors import InputError
from data.notebook import table
from simulation.posterior.parameter_source import DRAWN_FROM

__all__ = [
    "DISTINGUISHABLE",
    "KEYS",
    "LIMIT",
    "SHARE",
    "SHOWN",
    "SURVEY_ERROR",
    "SURVEY_N",
    "Comparison",
    "best",
    "compare",
    "draws_needed",
    "ends",
    "known",
    "spent",
    "trajectories",
]

Array = NDArray[np.float64]

# What figures and reports lead with; the rest is in the annex and the files.
SHOWN = ["competence", "integrity", "side_payments", "satisfaction", "ikm", "trust"]
INTERVAL = (0.05, 0.95)
_LEVEL = ["level", "level_low", "level_high"]
_DIFFERENCE = ["difference", "low", "high"]
CONFIDENCE = 0.95
# Settled: the 95 % confidence half-width of the mean is at most this share of the mean itself (Hoad et al. 2010).
SHARE = 0.5
# Or at most half of the last decimal that tables show: a mean known to be nearly zero needs no more draws.
VISIBLE = 0.005
# Below this probability of being best no policy is called the best.
DISTINGUISHABLE = 0.6
# If more draws than this would be needed, simulating more is no help.
LIMIT = 10_000
# Respondents of published surveys of this city (figure F0144: margin 4.8 points at 95 %, a standard error of 2.4 points
# for a share of one half). Mean trust varies less than a yes or no: 2 points is the rounded standard error. Assumed.
SURVEY_N = 440
SURVEY_ERROR = 2.0
MILLIONS_IN_A_BILLION = 1000  # costs are outcomes in Rp million and compared in Rp billion
MOST_COLUMNS = 6  # of a notebook's table that has none of the leading outcomes


class Comparison(pd.DataFrame):
    """Differences of policies from a reference, as `compare` makes them: a DataFrame that a notebook shows as a table of its answer.

    What is taken out of it (rows, columns, copies) is a plain DataFrame.
    """

    def _repr_html_(self) -> str:
        words = Words("en")
        leading = [name for name in SHOWN if name in set(self["outcome"])] or list(dict.fromkeys(self["outcome"]))[
            :MOST_COLUMNS
        ]
        cells = {(row["policy"], row["outcome"]): row for row in self.to_dict("records")}
        policies = [name for name in dict.fromkeys(self["policy"]) if name != self.attrs["reference"]]
        rows = []
        for policy in policies or [self.attrs["reference"]]:
            numbers = []
            for outcome in leading:
                mean, low, high = (words.difference(cells[policy, outcome][key], outcome) for key in _DIFFERENCE)
                numbers.append(f"{mean} ({low} … {high})")
            rows.append([policy, *numbers])
        heads = ["policy", *(f"{words.short(name)} [{words.difference_unit(name)}]" for name in leading)]
        caption = f"Differences from {self.attrs['reference']}, mean of the last {self.attrs['window']} months"
        source = f"; drawn from {self.attrs[DRAWN_FROM]}" if DRAWN_FROM in self.attrs else ""
        note = f"In brackets what 90 % of {int(self['draws'].max())} draws hold{source}."
        return table(caption, heads, rows, note)


def compare(outcomes: Outcomes, reference: str, window: int = 12) -> Comparison:
    """Difference of every policy from the reference policy, outcome by outcome, with its uncertainty.

    Args:
        outcomes: one row per policy, draw, seed and month; one float column per outcome. A frame, or the path of an
            outcomes.parquet, of which a column at a time is read.
        reference: the policy the others are compared with.
        window: months at the end of the horizon that are averaged [months]; the start (first month) never counts.

    Returns:
        One row per policy and outcome: `level` with the central 90 % of draws, `difference` from the reference (same
        draw, same seed) with `low` and `high`, `monte_carlo_error` of the mean difference, `share_better` and
        `probability_best` (ties are split; empty where an outcome has no better direction), `draws` used,
        `draws_needed` more until the difference is `settled` (empty: more than `LIMIT`), `cost_total` and
        `cost_difference` over the horizon [Rp billion]. What the runs drew their parameters from is in `attrs["drawn_from"]` where the
        frame has it there.

    Raises:
        InputError: a key column is missing or repeated, a value is no finite number, the reference is missing, or the
            policies do not share the same draws, seeds and months.
    """
    if window < 1:
        raise InputError(f"window: {window} months; at least 1")
    runs = as_outcome_table(outcomes, reference)
    base = runs.policies.index(reference)
    order = [base, *(i for i in range(len(runs.policies)) if i != base)]
    cost = _costs(runs)
    rows = []
    for outcome in runs.outcomes:
        values = ends(runs, outcome, window)
        for policy in order:
            found = _row(values, policy, base, outcome)
            money = {"cost_total": cost[policy], "cost_difference": cost[policy] - cost[base]}
            rows.append({"policy": runs.policies[policy], "outcome": outcome, **found, **money})
    result = Comparison(rows)
    result["draws_needed"] = result["draws_needed"].astype("Int64")
    result.attrs.update(reference=reference, window=window)
    if isinstance(outcomes, pd.DataFrame) and DRAWN_FROM in outcomes.attrs:
        result.attrs[DRAWN_FROM] = outcomes.attrs[DRAWN_FROM]
    return result


def best(comparison: pd.DataFrame) -> pd.DataFrame:
    """The policy that is best most often, for each outcome that has a better direction.

    Returns:
        One row per outcome: `policy`, `probability_best`, `distinguishable` (probability at least `DISTINGUISHABLE`),
        `settled` (more draws would hardly change that: score test against `DISTINGUISHABLE`) and `draws_needed`.
    """
    z = float(stats.norm.ppf((1 + CONFIDENCE) / 2))
    spread = DISTINGUISHABLE * (1 - DISTINGUISHABLE)
    rows = []
    for outcome, part in comparison.dropna(subset=["probability_best"]).groupby("outcome", sort=False):
        gain = known(str(outcome)).sign * part["difference"]
        leader = (
            part.assign(gain=gain).sort_values(["probability_best", "gain"], ascending=False, kind="stable").iloc[0]
        )
        distance = abs(float(leader["probability_best"]) - DISTINGUISHABLE)
        total = z * z * spread / distance**2 if distance else np.inf
        more: Any = pd.NA if total > LIMIT else max(0, int(np.ceil(total)) - int(leader["draws"]))
        rows.append(
            {
                "outcome": outcome,
                "policy": leader["policy"],
                "probability_best": float(leader["probability_best"]),
                "distinguishable": bool(leader["probability_best"] >= DISTINGUISHABLE),
                "settled": bool(total <= int(leader["draws"])),
                "draws_needed": more,
            }
        )
    return pd.DataFrame(rows).astype({"draws_needed": "Int64"}) if rows else pd.DataFrame(rows)


def draws_needed(mean: float, sd: float, draws: int, share: float = SHARE, visible: float = VISIBLE) -> int | None:
    """Draws still missing until the 95 % confidence half-width of a mean is at most `share` of the mean, or invisible.

    Args:
        mean: mean of the paired differences so far.
        sd: their standard deviation.
        draws: how many there are.
        share: largest half-width allowed, as a share of the mean.
        visible: half-widths up to this are allowed whatever the mean: no table shows them.

    Returns:
        0 when the mean is settled (also when all differences are the same), None when more than `LIMIT` are needed.
    Source: Hoad, Robinson & Davies (2010), confidence interval method with a stated precision.
    """
    if draws < 2 or not np.isfinite(mean):
        return None
    if sd == 0:
        return 0
    # half[k]: half-width of k + 2 draws in units of sd. It falls with every draw: one search finds the first that fits.
    half = _half_widths()
    first = int(np.searchsorted(-half, -max(share * abs(mean), visible) / sd))
    if first >= half.size:
        return None
    return max(0, first + 2 - draws)


def trajectories(outcomes: Outcomes, reference: str, names: Iterable[str]) -> pd.DataFrame:
    """Month by month: level and paired difference of the named outcomes, mean and central 90 % of draws.

    Returns:
        Columns policy, outcome, month, level, level_low, level_high, difference, low, high.

    Raises:
        InputError: as `compare`.
    """
    runs = as_outcome_table(outcomes, reference)
    parts = []
    for name in names:
        base = runs.by_draw(runs.values(reference, name))
        for policy in runs.policies:
            level = runs.by_draw(runs.values(policy, name))
            part: dict[str, Any] = {"policy": policy, "outcome": name, "month": runs.months}
            for columns, values in ((_LEVEL, level), (_DIFFERENCE, level - base)):
                rows = np.ascontiguousarray(values.T)  # months by draws
                low, high = np.nanquantile(rows, INTERVAL, axis=1, method="weibull")
                part |= dict(zip(columns, [np.nanmean(rows, axis=1), low, high], strict=True))
            parts.append(pd.DataFrame(part))
    return pd.concat(parts, ignore_index=True)[["policy", "outcome", "month", *_LEVEL, *_DIFFERENCE]]


@lru_cache(maxsize=1)
def _half_widths() -> Array:
    n = np.arange(2, LIMIT + 1, dtype=np.float64)
    return np.asarray(stats.t.ppf((1 + CONFIDENCE) / 2, n - 1) / np.sqrt(n), dtype=np.float64)


def _mean(values: Array) -> Array:
    """Mean of each row over the months that have a value: float64 (rows, months) becomes (rows,); not a number where none has."""
    with np.errstate(invalid="ignore"):
        return np.asarray(_sum(values) / np.isfinite(values).sum(axis=1))


def _sum(values: Array) -> Array:
    """Sum of each row over the months that have a value, with what rounding loses carried along (Neumaier 1974).

    Two policies that do the same in another order of months must tie: a plain sum would call one of them better by the last bit.
    """
    total, lost = np.zeros(len(values)), np.zeros(len(values))
    for column in np.where(np.isfinite(values), values, 0.0).T:
        after = total + column
        lost += np.where(np.abs(total) >= np.abs(column), (total - after) + column, (column - after) + total)
        total = after
    return total + lost


def ends(table: OutcomeTable, outcome: str, window: int) -> Array:
    """Mean of the last months of an outcome: float64 (policies, draws)."""
    chosen = np.flatnonzero(table.after_start)[-window:]
    return np.stack([table.by_draw(_mean(table.values(p, outcome)[:, chosen])) for p in table.policies])


def _costs(table: OutcomeTable) -> Array:
    """Cost over the horizon [Rp billion]: float64 (policies,), mean of draws."""
    if "cost" not in table.outcomes:
        return np.full(len(table.policies), np.nan)
    return np.array([spent(table, policy, "cost") for policy in table.policies])


def spent(table: OutcomeTable, policy: str, item: str) -> float:
    """What a policy spends on an item over the horizon [Rp billion], mean of draws."""
    values = table.values(policy, item)[:, table.after_start]
    return float(table.by_draw(_sum(values)).mean()) / MILLIONS_IN_A_BILLION


def _row(values: Array, policy: int, base: int, name: str) -> dict[str, Any]:
    """Numbers of one policy and outcome from its means at the end, float64 (policies, draws)."""
    level = values[policy]
    difference = level - values[base]
    difference = difference[np.isfinite(difference)]
    n = difference.size
    mean = float(difference.mean()) if n else np.nan
    sd = float(difference.std(ddof=1)) if n > 1 else np.nan
    # Rounding alone gives equal differences a spread of about 1e-16, which is not counted as spread.
    if n > 1 and np.ptp(difference) <= 1e-12 * np.abs(difference).max():
        sd = 0.0
    more = draws_needed(mean, sd, n)
    low, high = _central(difference)
    level_low, level_high = _central(level[np.isfinite(level)])
    sign = known(name).sign
    return {
        "unit": known(name).unit,
        "level": float(np.nanmean(level)) if np.isfinite(level).any() else np.nan,
        "level_low": level_low,
        "level_high": level_high,
        "difference": mean,
        "low": low,
        "high": high,
        "monte_carlo_error": sd / np.sqrt(n) if n > 1 else np.nan,
        "share_better": float(np.mean((sign * difference > 0) + 0.5 * (difference == 0))) if sign and n else np.nan,
        "probability_best": _probability_best(values, sign)[policy],
        "draws": n,
        "draws_needed": pd.NA if more is None else more,
        "settled": more == 0,
    }


def _probability_best(values: Array, sign: int) -> Array:
    """Share of draws in which each policy is best; values of shape (policies, draws); equal policies share a draw."""
    complete = values[:, np.isfinite(values).all(axis=0)]
    if not sign or complete.shape[1] == 0:
        return np.full(values.shape[0], np.nan)
    first = sign * complete == (sign * complete).max(axis=0)
    return np.asarray((first / first.sum(axis=0)).mean(axis=1), dtype=np.float64)


def _central(values: Array) -> tuple[float, float]:
    # Weibull positions: a new draw falls inside with probability 0.90 whatever its distribution (from 19 draws on).
    if values.size < 2:
        return np.nan, np.nan
    low, high = np.quantile(values, INTERVAL, method="weibull")
    return float(low), float(high)
