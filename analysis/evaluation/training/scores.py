"""A file of training scores in one form, a row for each programme, participant and occasion; errors in the file are reported by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.evaluation.training.arms import refuse_twice, trained_by_then, with_arms, with_shared_controls
from analysis.evaluation.training.occasions import occasion_numbers
from analysis.evaluation.training.places import ASKED, place_of_cell
from data.arguments import argument
from data.errors import InputError, nearest
from data.intake.personal import mask, quotable
from data.rows import row_numbers

__all__ = ["SCORE_COLUMNS", "SELF_REPORTED", "Scores", "read_scores"]

SCORE_COLUMNS = ("test", "supervisor_rating", "readiness", "satisfaction")
"""Outcomes in order of preference: measurements before self-reports."""
SELF_REPORTED = ("readiness", "satisfaction")
SCALES = ((1.0, 4.0), (1.0, 5.0), (1.0, 10.0), (0.0, 100.0))
KNOWN = ("participant", "occasion", "date", "group", "treated", "started", "programme", "unit", "pre", "post", "jp")


@dataclass(frozen=True)
class Scores:
    """Scores of one file.

    Attributes:
        long: one row a programme, participant and occasion: programme, participant, unit, time (0, 1, …), arm (was or
            will be trained), start (time of the first occasion after training began; NaN for controls), y and
            the covariates. People without a programme are controls of every programme and stand in each.
        occasions: names of the occasions in order.
        outcome: the column that was used.
        scale: lowest and highest value possible, None when the column has no known scale.
        covariates: names of the further columns that are adjusted for.
        states: True when the file says at each occasion who had been trained by then.
    """

    long: pd.DataFrame
    occasions: tuple[str, ...]
    outcome: str
    scale: tuple[float, float] | None
    covariates: tuple[str, ...]
    states: bool


def read_scores(
    frame: pd.DataFrame,
    outcome: str | None = None,
    scale: tuple[float, float] | None = None,
    covariates: Sequence[str] = (),
) -> Scores:
    """Put a file in one form.

    Args:
        frame: long (participant, occasion or date, and an outcome) or with `pre` and `post` beside each other; who
            was trained in `group` (trained, control), `treated` (0/1, at each occasion) or `started` (first
            occasion after training began, empty for controls). Without any of the three everybody was trained.
        outcome: column to use; the first of `SCORE_COLUMNS` that has numbers when None.
        scale: lowest and highest possible value; recognised for the four outcomes when None.
        covariates: numeric columns to adjust for.

    Raises:
        InputError: no rows or no outcome; a column that is not there; a cell that is no number or off the scale;
            two rows of one participant at one occasion; one person in two arms. Rows have their numbers in the file
            where `data.intake.read_file` read it, else counted from 1 below the header; participants are never named.
    """
    if frame.empty:
        raise InputError("training scores: no rows; at least one row is needed")
    if "participant" not in frame:
        near = nearest("participant", map(str, frame.columns))
        raise InputError("training scores: column 'participant' is missing" + (f"; is it '{near}'?" if near else ""))
    frame = frame.assign(row=row_numbers(frame)).reset_index(drop=True)
    if {"pre", "post"} & set(frame.columns):
        frame, outcome = _beside_each_other(frame, outcome)
    outcome = _outcome(frame, outcome)
    if ASKED not in frame:
        frame = frame.assign(**{ASKED: outcome})
    y = _numbers(frame, outcome)
    scale = _scale(y, frame, outcome, scale)
    order, names = occasion_numbers(frame)
    long = pd.DataFrame(
        {
            "row": frame["row"].to_numpy(),
            "programme": _texts(frame, "programme"),
            "participant": frame["participant"].astype(str).str.strip().to_numpy(),
            "unit": _texts(frame, "unit"),
            "time": order,
            "y": y.to_numpy(),
            **{name: _numbers(frame, _known(frame, name, "covariate")).to_numpy() for name in covariates},
        }
    )
    long["state"], states = trained_by_then(frame, long, names)
    long = with_shared_controls(long)
    refuse_twice(long, names)
    long = with_arms(long, states)
    return Scores(long.drop(columns=["state"]), names, outcome, scale, tuple(covariates), states)


def _beside_each_other(frame: pd.DataFrame, outcome: str | None) -> tuple[pd.DataFrame, str]:
    """A row a participant with columns pre and post, as two rows; another outcome was asked once, after."""
    test_columns = [name for name in ("pre", "post") if name in frame]
    rest = frame.drop(columns=test_columns)
    if "occasion" in frame:
        raise InputError(
            f"training scores: columns '{test_columns[0]}' and 'occasion'; one of the two forms is allowed"
        )
    if outcome in test_columns:
        what = f"{argument('outcome')}: '{outcome}'"
        raise InputError(
            f"{what} is one of the two scores of a test; leave the outcome out, or say {argument('outcome', 'test')}"
        )
    if outcome not in (None, "test"):
        return rest.drop(columns="date", errors="ignore"), outcome
    parts = [rest.assign(occasion=name, test=frame[name], **{ASKED: name}) for name in test_columns]
    return pd.concat(parts, ignore_index=True), "test"


def _known(frame: pd.DataFrame, name: str, what: str) -> str:
    if name not in frame:
        near = nearest(name, map(str, frame.columns))
        there = [mask(str(c)) for c in frame.select_dtypes("number") if c not in ("row", ASKED)]
        numbers = f"columns of numbers are {', '.join(there)}" if there else "no further column holds numbers"
        hint = f"; did you mean '{mask(near)}'?" if near else f"; {numbers}"
        raise InputError(f"{what}: '{name}' is no column of the scores{hint}")
    return name


def _outcome(frame: pd.DataFrame, outcome: str | None) -> str:
    if outcome is not None:
        return _known(frame, outcome, argument("outcome"))
    found = [name for name in SCORE_COLUMNS if name in frame and frame[name].notna().any()]
    if not found:
        raise InputError(
            f"training scores: no outcome; one of {', '.join(SCORE_COLUMNS)} is needed, or {argument('outcome', 'NAME')}"
        )
    return found[0]


def _texts(frame: pd.DataFrame, name: str) -> pd.Series:
    if name not in frame:
        return pd.Series([""] * len(frame), dtype="object")
    texts = frame[name].astype("object").where(frame[name].notna(), "").astype(str).str.strip()
    return texts.reset_index(drop=True)


def _numbers(frame: pd.DataFrame, name: str) -> pd.Series:
    numbers = pd.to_numeric(frame[name], errors="coerce").astype(float)
    wrong = np.flatnonzero((numbers.isna() & frame[name].notna()).to_numpy() | np.isinf(numbers.to_numpy()))
    if wrong.size:
        value = quotable(frame[name].iloc[wrong[0]])
        raise InputError(f"{place_of_cell(frame, wrong[0], name)}: {value}; allowed: a number")
    return numbers


def _scale(
    y: pd.Series, frame: pd.DataFrame, outcome: str, scale: tuple[float, float] | None
) -> tuple[float, float] | None:
    names = [f"'{name}'" for name in frame[ASKED].unique()]
    columns = f"column{'s' if len(names) > 1 else ''} {' and '.join(names)}"
    if y.notna().sum() == 0:
        raise InputError(f"training scores: {columns}: empty; at least one number is needed")
    low, high = float(y.min()), float(y.max())
    if scale is None:
        if outcome not in SCORE_COLUMNS:
            return None
        if outcome == "test" and high <= 10.0:
            raise InputError(
                f"training scores: {columns}: all values lie between {low:g} and {high:g}; 0 to 100 is expected; "
                f"if the test has another scale, say so: {argument('scale', 0, 10)}"
            )
        scale = (
            (0.0, 100.0) if outcome == "test" else next((s for s in SCALES if s[0] <= low and high <= s[1]), SCALES[-1])
        )
    wrong = np.flatnonzero(((y < scale[0]) | (y > scale[1])).to_numpy())
    if wrong.size:
        place, value = place_of_cell(frame, wrong[0], outcome), quotable(float(y.iloc[wrong[0]]))
        raise InputError(f"{place}: {value}; allowed: {scale[0]:g} to {scale[1]:g}")
    return scale
