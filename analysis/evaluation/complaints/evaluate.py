"""A file of complaints evaluated: how many, how long they took, and what share was answered within the legal time.

Some complaints are still open, and those are the slow ones: leaving them out would flatter. Times to answer are estimated by Kaplan and
Meier, and the share in time among complaints old enough that it is decided. Times are working days (Monday to Friday) without public
holidays unless a list of them is given; the limits are those of PermenPANRB 62/2018 by class (rules.csv R056 to R059).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy.stats import fisher_exact
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from analysis.evaluation.changed_units import changed_units, has_changed
from analysis.evaluation.complaints.limits import TYPES, limits
from analysis.evaluation.complaints.result import ComplaintsResult
from data.arguments import argument
from data.errors import InputError
from data.intake.personal import quotable
from data.rows import row_numbers

__all__ = ["evaluate_complaints", "times_to_answer"]

ALPHA = 0.05
Z_95 = 1.96  # standard errors in half of a 95 % interval
TIE = 1e-12  # rounding of a product of shares
FEW = 10  # complaints below which a unit is not compared: nothing could be told apart


def evaluate_complaints(
    frame: pd.DataFrame, *, until: dt.date | None = None, holidays: Iterable[dt.date] = ()
) -> ComplaintsResult:
    """Evaluate complaints.

    `analysis.evaluation.show(result)` shows it in a notebook.

    Args:
        frame: one row a complaint: received, answered (missing while open), and where known type, channel and unit.
        until: day up to which the file is complete; the last day in it when None. What came later is left out, what was answered later
            counts as open. holidays: public holidays, which are no working days.

    Raises:
        InputError: no rows, no complaint up to `until`, or an unknown type.
    """
    if frame.empty:
        raise InputError("complaints: no rows; at least one row is needed")
    _check_types(frame)
    last = pd.concat([frame["received"], frame["answered"]]).max()
    end = pd.Timestamp(until) if until is not None else last
    frame = frame[frame["received"] <= end].reset_index(drop=True)
    if frame.empty:
        raise InputError(f"complaints: none was received up to {end:%Y-%m-%d}; choose a later {argument('until')}")
    days_off = sorted(set(holidays))
    cases = _cases(frame, end, days_off)
    rows = [_row("all", "all", cases)]
    rows += [_row("type", str(name), own) for name, own in cases.groupby("type")]
    rows += [_row("channel", str(name), own) for name, own in cases.groupby("channel")]
    units = [_row("unit", str(name), own) for name, own in cases.groupby("unit")]
    table = pd.DataFrame([*rows, *_compared(units)])
    untyped = int(frame["type"].isna().sum()) if "type" in frame else len(frame)
    changed = changed_units(frame, _log_rates(cases, frame)) if has_changed(frame) else None
    return ComplaintsResult(
        table, _months(cases, end), times_to_answer(cases), end.date(), untyped, len(days_off), changed
    )


def _log_rates(cases: pd.DataFrame, frame: pd.DataFrame) -> pd.Series:
    """Logarithm of answers a working day of waiting, by unit and period; open complaints wait and are not answered yet.

    Half an answer is added, so that a unit that answered none has a rate (Firth's correction for counts).
    """
    groups = cases.groupby([frame["unit"], frame["period"]])
    rates = (groups["done"].sum() + 0.5) / (groups["days"].sum() + 0.5)
    return rates.map(math.log)


def _check_types(frame: pd.DataFrame) -> None:
    known = frame["type"].isna() | frame["type"].isin(TYPES) if "type" in frame else pd.Series(True, frame.index)
    if not known.all():
        at = int((~known).to_numpy().argmax())
        raise InputError(
            f"complaints: row {row_numbers(frame)[at]}: column 'type': {quotable(frame['type'].iloc[at])}; allowed: {', '.join(TYPES)}"
        )


def _cases(frame: pd.DataFrame, end: pd.Timestamp, holidays: list[dt.date]) -> pd.DataFrame:
    """Complaints with the working days they took or have waited, and whether their time is decided."""
    kinds = frame["type"] if "type" in frame else pd.Series(None, index=frame.index, dtype="object")
    kinds = kinds.where(kinds.notna(), TYPES[0])
    answered = frame["answered"].where(frame["answered"] <= end)
    start = frame["received"].to_numpy().astype("datetime64[D]")
    stop = answered.fillna(end).to_numpy().astype("datetime64[D]")
    off = np.array(holidays, dtype="datetime64[D]")
    cases = pd.DataFrame({"received": frame["received"], "answered": answered, "type": kinds})
    for name in ("channel", "unit"):
        cases[name] = frame[name] if name in frame else pd.Series(None, index=frame.index, dtype="object")
    cases["done"] = answered.notna()
    cases["days"] = np.busday_count(start, stop, holidays=off)
    cases["waited"] = np.busday_count(start, np.datetime64(end, "D"), holidays=off)
    cases["limit"] = kinds.map(limits()).astype(int)
    # Judged by age alone: answered young complaints beside unanswered young ones would count the fast ones only.
    cases["due"] = cases["waited"] > cases["limit"]
    cases["in_time"] = cases["done"] & (cases["days"] <= cases["limit"])
    cases["overdue"] = ~cases["done"] & (cases["days"] > cases["limit"])
    return cases


def _row(scope: str, name: str, cases: pd.DataFrame) -> dict[str, object]:
    due, in_time = int(cases["due"].sum()), int((cases["due"] & cases["in_time"]).sum())
    low, high = proportion_confint(in_time, due, method="wilson") if due else (float("nan"), float("nan"))
    return {
        "scope": scope,
        "name": name,
        "n": len(cases),
        "answered": int(cases["done"].sum()),
        "open": int((~cases["done"]).sum()),
        "overdue": int(cases["overdue"].sum()),
        "due": due,
        "in_time": in_time,
        "share_in_time": in_time / due if due else float("nan"),
        "low": float(low),
        "high": float(high),
        "median_days": _median(cases),
        "p_holm": float("nan"),
        "distinguishable": False,
    }


def _median(cases: pd.DataFrame) -> float:
    """First day by which half were answered (Kaplan-Meier); missing while fewer have been.

    `SurvfuncRight.quantile` waits until more than half were, which is an answer late where a day reaches exactly half.
    """
    if not cases["done"].any():
        return float("nan")
    found = SurvfuncRight(cases["days"].to_numpy(dtype=float), cases["done"].to_numpy(dtype=float))
    half = np.flatnonzero(np.asarray(found.surv_prob) <= 0.5 + TIE)  # a product of shares: half is not always 0.5
    return float(found.surv_times[half[0]]) if half.size else float("nan")


def _compared(units: list[dict[str, object]]) -> list[dict[str, object]]:
    """Units against the rest of the complaints that are due: Fisher's exact test, Holm."""
    judged = [row for row in units if int(str(row["due"])) >= FEW]
    if len(judged) < 2:
        return units
    all_due, all_in_time = (sum(int(str(row[key])) for row in units) for key in ("due", "in_time"))
    p = []
    for row in judged:
        due, in_time = int(str(row["due"])), int(str(row["in_time"]))
        rest = all_due - due, all_in_time - in_time
        p.append(float(fisher_exact([[in_time, due - in_time], [rest[1], rest[0] - rest[1]]]).pvalue))
    for row, adjusted in zip(judged, multipletests(p, method="holm")[1], strict=True):
        row["p_holm"], row["distinguishable"] = float(adjusted), bool(adjusted < ALPHA)
    return units


def _months(cases: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    first = min(cases["received"].min(), end)
    months = pd.period_range(first, end, freq="M")
    received = cases["received"].dt.to_period("M").value_counts().reindex(months, fill_value=0)
    answered = cases["answered"].dropna().dt.to_period("M").value_counts().reindex(months, fill_value=0)
    return pd.DataFrame(
        {
            "month": months.astype(str),
            "received": received.to_numpy(),
            "answered": answered.to_numpy(),
            "open_at_end": (received.cumsum() - answered.cumsum()).to_numpy(),
        }
    )


def times_to_answer(cases: pd.DataFrame) -> pd.DataFrame:
    """Share still open by working days since a complaint came in, by type (Kaplan-Meier, 95 % on the log-log scale).

    Args: cases, with type, days and done.
    """
    parts = []
    for kind in TYPES:
        own = cases[cases["type"] == kind]
        if own.empty:
            continue
        steps = pd.DataFrame({"type": [kind], "days": [0.0], "open": [1.0], "low": [1.0], "high": [1.0]})
        if own["done"].any():
            found = SurvfuncRight(own["days"].to_numpy(dtype=float), own["done"].to_numpy(dtype=float))
            open_, error = np.asarray(found.surv_prob, dtype=float), np.asarray(found.surv_prob_se, dtype=float)
            with np.errstate(divide="ignore", invalid="ignore"):
                half = Z_95 * error / (open_ * np.abs(np.log(open_)))
                low, high = open_ ** np.exp(half), open_ ** np.exp(-half)
            inside = (open_ > 0) & (open_ < 1)
            values = {"type": kind, "days": np.asarray(found.surv_times, dtype=float), "open": open_}
            ends = {"low": np.where(inside, low, open_), "high": np.where(inside, high, open_)}
            steps = pd.concat([steps, pd.DataFrame({**values, **ends})], ignore_index=True)
        last = steps.iloc[[-1]].assign(days=float(max(own["days"].max(), steps["days"].max())))
        parts.append(pd.concat([steps, last], ignore_index=True))
    return pd.concat(parts, ignore_index=True)
