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
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from analysis.directions import known
from data.errors import InputError, nearest
from simulation.outcomes import OUTCOMES

__all__ = [
    "DISTINGUISHABLE",
    "KEYS",
    "LIMIT",
    "SHARE",
    "SHOWN",
    "SURVEY_ERROR",
    "SURVEY_N",
    "best",
    "compare",
    "draws_needed",
    "known",
    "trajectories",
]

Array = NDArray[np.float64]

KEYS = ["policy", "draw", "seed", "month"]
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
# Beyond this many draws the answer is "not by simulating more".
LIMIT = 10_000
# Respondents of published surveys of this city (figure F0144: margin 4.8 points at 95 %, a standard error of 2.4 points
# for a share of one half). Mean trust varies less than a yes or no: 2 points is the rounded standard error. Assumed.
SURVEY_N = 440
SURVEY_ERROR = 2.0


class _Sample(NamedTuple):
    """One number for each policy, draw and outcome, shape (policies, draws, outcomes)."""

    policies: list[str]
    outcomes: list[str]
    values: Array
    cost: Array


def compare(outcomes: pd.DataFrame, reference: str, window: int = 12) -> pd.DataFrame:
    """Difference of every policy from the reference policy, outcome by outcome, with its uncertainty.

    Args:
        outcomes: one row per policy, draw, seed and month; one float column per outcome.
        reference: the policy the others are compared with.
        window: months at the end of the horizon that are averaged [months]; the start (first month) never counts.

    Returns:
        One row per policy and outcome: `level` with the central 90 % of draws, `difference` from the reference (same
        draw, same seed) with `low` and `high`, `monte_carlo_error` of the mean difference, `share_better` and
        `probability_best` (ties are split; empty where an outcome has no better direction), `draws` used,
        `draws_needed` more until the difference is `settled` (empty: more than `LIMIT`), `cost_total` and
        `cost_difference` over the horizon [Rp billion].

    Raises:
        InputError: a key column is missing or repeated, a value is no finite number, the reference is missing, or the
            policies do not share the same draws, seeds and months.
    """
    if window < 1:
        raise InputError(f"window: {window} months; at least 1")
    frame = _checked(outcomes, reference)
    sample = _sample(frame, window)
    base = sample.policies.index(reference)
    rows = [
        _row(sample, base, policy, outcome)
        for outcome in range(len(sample.outcomes))
        for policy in [base, *(i for i in range(len(sample.policies)) if i != base)]
    ]
    result = pd.DataFrame(rows)
    result["draws_needed"] = result["draws_needed"].astype("Int64")
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


def trajectories(outcomes: pd.DataFrame, reference: str, names: Iterable[str]) -> pd.DataFrame:
    """Month by month: level and paired difference of the named outcomes, mean and central 90 % of draws.

    Returns:
        Columns policy, outcome, month, level, level_low, level_high, difference, low, high.

    Raises:
        InputError: as `compare`.
    """
    frame = _checked(outcomes, reference)
    wanted = list(names)
    values = frame.groupby(["policy", "draw", "month"], sort=True)[wanted].mean()
    parts = []
    for name in wanted:
        # Rows are policies by months, columns are draws: the reference is subtracted from every policy, draw by draw.
        level = values[name].unstack("draw")
        base = level.xs(reference, level="policy").to_numpy(dtype=np.float64)
        draws = level.shape[1]
        array = level.to_numpy(dtype=np.float64).reshape(-1, len(base), draws)
        table = level.index.to_frame(index=False).assign(outcome=name)
        for columns, part in ((_LEVEL, array), (_DIFFERENCE, array - base)):
            flat = part.reshape(-1, draws)
            low, high = np.nanquantile(flat, INTERVAL, axis=1, method="weibull")
            table = table.assign(**dict(zip(columns, [np.nanmean(flat, axis=1), low, high], strict=True)))
        parts.append(table)
    return pd.concat(parts, ignore_index=True)[["policy", "outcome", "month", *_LEVEL, *_DIFFERENCE]]


@lru_cache(maxsize=1)
def _half_widths() -> Array:
    n = np.arange(2, LIMIT + 1, dtype=np.float64)
    return np.asarray(stats.t.ppf((1 + CONFIDENCE) / 2, n - 1) / np.sqrt(n), dtype=np.float64)


def _checked(outcomes: pd.DataFrame, reference: str) -> pd.DataFrame:
    """The frame in key order, or an InputError that says why it cannot be compared."""
    missing = [key for key in KEYS if key not in outcomes.columns]
    if missing:
        raise InputError(f"outcomes: no column '{missing[0]}'; the keys are {', '.join(KEYS)}")
    policies = [str(p) for p in outcomes["policy"].unique()]
    if reference not in policies:
        guess = nearest(reference, policies)
        hint = f"; did you mean '{guess}'?" if guess else ""
        listed = ", ".join(sorted(policies))
        raise InputError(f"outcomes: no reference policy '{reference}'; policies are {listed}{hint}")
    frame = outcomes.sort_values(KEYS, kind="stable", ignore_index=True)
    repeated = frame.duplicated(KEYS)
    if repeated.any():
        place = ", ".join(f"{k} {v}" for k, v in frame.loc[repeated, KEYS].iloc[0].items())
        raise InputError(f"outcomes: {place}: found twice; each run has one row a month")
    runs = {str(p): part[["draw", "seed", "month"]].to_numpy() for p, part in frame.groupby("policy", sort=True)}
    for policy, keys in runs.items():
        if not np.array_equal(keys, runs[reference]):
            raise InputError(
                f"outcomes: policy '{policy}' and reference '{reference}' do not share the same draws, seeds and "
                "months; a paired comparison needs every run of both"
            )
    names = [c for c in frame.columns if c not in KEYS]
    for name in names:
        if not pd.api.types.is_numeric_dtype(frame[name]):
            raise InputError(f"outcomes: column '{name}': found {frame[name].dtype}; outcomes are numbers")
    if np.isinf(frame[names].to_numpy(dtype=np.float64)).any():
        column = next(c for c in names if np.isinf(frame[c].to_numpy(dtype=np.float64)).any())
        raise InputError(f"outcomes: column '{column}': infinite value; numbers or empty")
    return frame


def _sample(frame: pd.DataFrame, window: int) -> _Sample:
    names = [c for c in frame.columns if c not in KEYS]
    ordered = [o.name for o in OUTCOMES if o.name in names]
    ordered += [c for c in names if c not in ordered]
    after = frame[frame["month"] > frame["month"].min()] if frame["month"].nunique() > 1 else frame
    months = np.sort(after["month"].unique())[-window:]
    end = after[after["month"].isin(months)]
    cells = end.groupby(["policy", "draw", "seed"])[ordered].mean().groupby(["policy", "draw"]).mean()
    policies = [str(p) for p in cells.index.unique("policy")]
    values = cells.to_numpy(dtype=np.float64).reshape(len(policies), -1, len(ordered))
    cost = np.full(values.shape[:2], np.nan)
    if "cost" in ordered:
        spent = after.groupby(["policy", "draw", "seed"])["cost"].sum().groupby(["policy", "draw"]).mean()
        cost = spent.to_numpy(dtype=np.float64).reshape(values.shape[:2]) / 1000
    return _Sample(policies, ordered, values, cost)


def _row(sample: _Sample, base: int, policy: int, outcome: int) -> dict[str, Any]:
    name = sample.outcomes[outcome]
    level = sample.values[policy, :, outcome]
    difference = level - sample.values[base, :, outcome]
    difference = difference[np.isfinite(difference)]
    n = difference.size
    mean = float(difference.mean()) if n else np.nan
    sd = float(difference.std(ddof=1)) if n > 1 else np.nan
    # Rounding alone gives equal differences a spread of about 1e-16: that is no spread.
    if n > 1 and np.ptp(difference) <= 1e-12 * np.abs(difference).max():
        sd = 0.0
    more = draws_needed(mean, sd, n)
    low, high = _central(difference)
    level_low, level_high = _central(level[np.isfinite(level)])
    sign = known(name).sign
    return {
        "policy": sample.policies[policy],
        "outcome": name,
        "unit": known(name).unit,
        "level": float(np.nanmean(level)) if np.isfinite(level).any() else np.nan,
        "level_low": level_low,
        "level_high": level_high,
        "difference": mean,
        "low": low,
        "high": high,
        "monte_carlo_error": sd / np.sqrt(n) if n > 1 else np.nan,
        "share_better": float(np.mean((sign * difference > 0) + 0.5 * (difference == 0))) if sign and n else np.nan,
        "probability_best": _probability_best(sample.values[:, :, outcome], sign)[policy],
        "draws": n,
        "draws_needed": pd.NA if more is None else more,
        "settled": more == 0,
        "cost_total": float(sample.cost[policy].mean()),
        "cost_difference": float((sample.cost[policy] - sample.cost[base]).mean()),
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
