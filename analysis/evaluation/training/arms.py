"""Who was trained, and from when: read from the columns group, treated or started, with what contradicts itself named."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.evaluation.training.places import ONE, place_of_cell
from data.errors import InputError, nearest
from data.intake.personal import mask, quotable

__all__ = ["refuse_twice", "trained_by_then", "with_arms", "with_shared_controls"]

ARMS = {
    **dict.fromkeys(("trained", "treated", "dilatih", "pelatihan", "yes", "ya", "true", "1", "1.0"), True),
    **dict.fromkeys(("control", "kontrol", "pembanding", "untreated", "no", "tidak", "false", "0", "0.0"), False),
}


def trained_by_then(frame: pd.DataFrame, long: pd.DataFrame, names: tuple[str, ...]) -> tuple[pd.Series, bool]:
    """Trained by then (1.0 or 0.0) at each row, and whether the file says it occasion by occasion."""
    said = [name for name in ("started", "treated", "group") if name in frame]
    if not said:
        return pd.Series(1.0, index=long.index), False
    name = said[0]
    if name == "started":
        return _started(frame, long, names), True
    values = frame[name].reset_index(drop=True)
    words = values.map(lambda value: ARMS.get(str(value).strip().casefold()))
    wrong = np.flatnonzero(words.isna().to_numpy())
    if wrong.size:
        value = values.iloc[wrong[0]]
        near = nearest(str(value), ("trained", "control")) if name == "group" else None
        allowed = "trained or control" if name == "group" else "1 (trained by then) or 0"
        found = "empty" if pd.isna(value) else quotable(value)
        hint = f"; did you mean '{near}'?" if near else ""
        raise InputError(f"{place_of_cell(frame, wrong[0], name)}: {found}; allowed: {allowed}{hint}")
    state = words.astype(float)
    changes = state.groupby([long["programme"], long["participant"]]).nunique() > 1
    return state, name == "treated" and bool(changes.any())


def _started(frame: pd.DataFrame, long: pd.DataFrame, names: tuple[str, ...]) -> pd.Series:
    place = {name: float(number) for number, name in enumerate(names)}
    values = frame["started"].reset_index(drop=True)
    texts = values.map(lambda value: "" if pd.isna(value) else _plain(value))
    wrong = np.flatnonzero(~texts.isin(["", *place]).to_numpy())
    if wrong.size:
        raise InputError(
            f"{place_of_cell(frame, wrong[0], 'started')}: {quotable(texts.iloc[wrong[0]])}; "
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


def with_shared_controls(long: pd.DataFrame) -> pd.DataFrame:
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


def refuse_twice(long: pd.DataFrame, names: tuple[str, ...]) -> None:
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


def with_arms(long: pd.DataFrame, states: bool) -> pd.DataFrame:
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
