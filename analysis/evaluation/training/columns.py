"""A file of training scores put in one form: one row a programme, participant and occasion, with what is wrong in it named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.evaluation.training.occasions import occasion_numbers
from data.arguments import argument
from data.errors import InputError, nearest
from data.intake.personal import mask, quotable
from data.rows import row_numbers

__all__ = ["OUTCOMES", "SELF_REPORTED", "Scores", "place_of", "read_scores"]

OUTCOMES = ("test", "supervisor_rating", "readiness", "satisfaction")
"""Outcomes in the order of preference: what is measured before what is said of oneself."""
SELF_REPORTED = ("readiness", "satisfaction")
SCALES = ((1.0, 4.0), (1.0, 5.0), (1.0, 10.0), (0.0, 100.0))
ARMS = {
    **dict.fromkeys(("trained", "treated", "dilatih", "pelatihan", "yes", "ya", "true", "1", "1.0"), True),
    **dict.fromkeys(("control", "kontrol", "pembanding", "untreated", "no", "tidak", "false", "0", "0.0"), False),
}
KNOWN = ("participant", "occasion", "date", "group", "treated", "started", "programme", "unit", "pre", "post", "jp")
ONE = "all"  # the programme of a file that names none
ASKED = "column of the outcome"  # which column of the file a score comes from


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
        outcome: column to use; the first of `OUTCOMES` that has numbers when None.
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
    long["state"], states = _state(frame, long, names)
    long = _shared_controls(long)
    _refuse_twice(long, names)
    long = _arms(long, states)
    return Scores(long.drop(columns=["state"]), names, outcome, scale, tuple(covariates), states)


def place_of(programme: str) -> str:
    """How an error names a programme; a file that names none has one for all."""
    return "training scores" if programme == ONE else f"programme '{mask(programme)}'"


def _beside_each_other(frame: pd.DataFrame, outcome: str | None) -> tuple[pd.DataFrame, str]:
    """A row a participant with columns pre and post, as two rows; another outcome was asked once, after."""
    given = [name for name in ("pre", "post") if name in frame]
    rest = frame.drop(columns=given)
    if "occasion" in frame:
        raise InputError(f"training scores: columns '{given[0]}' and 'occasion'; one of the two forms is allowed")
    if outcome in given:
        what = f"{argument('outcome')}: '{outcome}'"
        raise InputError(
            f"{what} is one of the two scores of a test; leave the outcome out, or say {argument('outcome', 'test')}"
        )
    if outcome not in (None, "test"):
        return rest.drop(columns="date", errors="ignore"), outcome
    parts = [rest.assign(occasion=name, test=frame[name], **{ASKED: name}) for name in given]
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
    found = [name for name in OUTCOMES if name in frame and frame[name].notna().any()]
    if not found:
        raise InputError(
            f"training scores: no outcome; one of {', '.join(OUTCOMES)} is needed, or {argument('outcome', 'NAME')}"
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
        raise InputError(f"{_place(frame, wrong[0], name)}: {value}; allowed: a number")
    return numbers


def _place(frame: pd.DataFrame, at: int, name: str) -> str:
    """Where a cell stands: its row in the file and its column; scores put one below the other came from pre or post."""
    column = frame[ASKED].iloc[at] if name == "test" and ASKED in frame else name
    return f"training scores: row {int(frame['row'].iloc[at])}: column '{column}'"


def _scale(
    y: pd.Series, frame: pd.DataFrame, outcome: str, scale: tuple[float, float] | None
) -> tuple[float, float] | None:
    names = [f"'{name}'" for name in frame[ASKED].unique()]
    columns = f"column{'s' if len(names) > 1 else ''} {' and '.join(names)}"
    if y.notna().sum() == 0:
        raise InputError(f"training scores: {columns}: empty; at least one number is needed")
    low, high = float(y.min()), float(y.max())
    if scale is None:
        if outcome not in OUTCOMES:
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
        place, value = _place(frame, wrong[0], outcome), quotable(float(y.iloc[wrong[0]]))
        raise InputError(f"{place}: {value}; allowed: {scale[0]:g} to {scale[1]:g}")
    return scale


def _state(frame: pd.DataFrame, long: pd.DataFrame, names: tuple[str, ...]) -> tuple[pd.Series, bool]:
    """Trained by then (1.0 or 0.0) at each row, and whether the file says it occasion by occasion."""
    said = [name for name in ("started", "treated", "group") if name in frame]
    if not said:
        return pd.Series(1.0, index=long.index), False
    name = said[0]
    if name == "started":
        return _started(frame, long, names), True
    given = frame[name].reset_index(drop=True)
    words = given.map(lambda value: ARMS.get(str(value).strip().casefold()))
    wrong = np.flatnonzero(words.isna().to_numpy())
    if wrong.size:
        value = given.iloc[wrong[0]]
        near = nearest(str(value), ("trained", "control")) if name == "group" else None
        allowed = "trained or control" if name == "group" else "1 (trained by then) or 0"
        found = "empty" if pd.isna(value) else quotable(value)
        hint = f"; did you mean '{near}'?" if near else ""
        raise InputError(f"{_place(frame, wrong[0], name)}: {found}; allowed: {allowed}{hint}")
    state = words.astype(float)
    changes = state.groupby([long["programme"], long["participant"]]).nunique() > 1
    return state, name == "treated" and bool(changes.any())


def _started(frame: pd.DataFrame, long: pd.DataFrame, names: tuple[str, ...]) -> pd.Series:
    place = {name: float(number) for number, name in enumerate(names)}
    given = frame["started"].reset_index(drop=True)
    texts = given.map(lambda value: "" if pd.isna(value) else _plain(value))
    wrong = np.flatnonzero(~texts.isin(["", *place]).to_numpy())
    if wrong.size:
        raise InputError(
            f"{_place(frame, wrong[0], 'started')}: {quotable(texts.iloc[wrong[0]])}; "
            f"allowed: one of the occasions ({', '.join(map(mask, names))}), or empty for those never trained"
        )
    start = texts.map(place).astype(float)  # NaN for those never trained
    several = start.fillna(-1.0).groupby([long["programme"], long["participant"]]).transform("nunique") > 1
    if several.any():
        row = int(long.loc[several, "row"].iloc[0])
        raise InputError(f"training scores: row {row}: this participant has two values of 'started'; one is allowed")
    return (long["time"] >= start).astype(float)


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value).strip()


def _shared_controls(long: pd.DataFrame) -> pd.DataFrame:
    """Rows without a programme are controls of every programme."""
    named = sorted(set(long["programme"]) - {""})
    if not named:
        return long.assign(programme=ONE)
    shared = long[long["programme"] == ""]
    if (shared["state"] > 0).any():
        row = int(shared.loc[shared["state"] > 0, "row"].iloc[0])
        raise InputError(f"training scores: row {row}: trained, and no programme; only controls may do without one")
    trained = set(long.loc[long["state"] > 0, "participant"])
    both = shared[shared["participant"].isin(trained)]
    if len(both):
        raise InputError(
            f"training scores: row {int(both['row'].iloc[0])}: a control of every programme who was trained in one; "
            "one person in two arms is not allowed: leave one of the two out"
        )
    return pd.concat(
        [long[long["programme"] != ""], *(shared.assign(programme=name) for name in named)], ignore_index=True
    )


def _refuse_twice(long: pd.DataFrame, names: tuple[str, ...]) -> None:
    keys = ["programme", "participant", "time"]
    twice = long.duplicated(keys, keep=False)
    if not twice.any():
        return
    first = long[twice].iloc[0]
    same = long[(long[keys] == first[keys]).all(axis=1)]
    rows = " and ".join(map(str, same["row"].iloc[:2]))
    if same["state"].nunique() > 1:
        raise InputError(
            f"training scores: rows {rows}: one person in two arms; each belongs to one: leave one row out"
        )
    raise InputError(
        f"training scores: rows {rows}: one participant twice at occasion '{mask(names[int(first['time'])])}'; once is "
        "allowed: keep one row, or name the occasions apart"
    )


def _arms(long: pd.DataFrame, states: bool) -> pd.DataFrame:
    """Arm and start of each participant in each programme."""
    long = long.sort_values(["programme", "participant", "time"], kind="stable", ignore_index=True)
    who = [long["programme"], long["participant"]]
    if states:
        back = long["state"].groupby(who).diff() < 0
        if back.any():
            row = int(long.loc[back, "row"].iloc[0])
            raise InputError(
                f"training scores: row {row}: not trained, after being trained at an earlier occasion; "
                "'treated' means trained by then, so it stays 1"
            )
        long["start"] = long["time"].where(long["state"] > 0).groupby(who).transform("min")
        long["arm"] = long["start"].notna()
        return long
    several = long["state"].groupby(who).transform("nunique") > 1
    if several.any():
        rows = long.loc[several, "row"].iloc[:2].tolist()
        raise InputError(
            f"training scores: rows {rows[0]} and {rows[1]}: one person in two arms (trained and control) of one "
            "programme; each belongs to one"
        )
    long["arm"] = long["state"] > 0
    first = 0.0 if long["time"].max() == 0 else 1.0
    long["start"] = np.where(long["arm"], first, np.nan)
    return long
