"""What one cell cannot show: answers on another scale, the same person twice, one person in two arms, an answer before the complaint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from data.errors import InputError
from data.intake.columns import ANSWERS
from data.intake.personal import quotable
from data.intake.sheets import Sheet

__all__ = ["check_answers", "check_complaints", "check_staff", "check_training"]

OTHER_SCALE = "ask again on the scale of PermenPANRB 14/2017 (1 = not good ... 4 = very good), do not convert"


def check_answers(
    values: Mapping[str, list[float | None]], rows: list[int], columns: Mapping[str, int], sheet: Sheet
) -> None:
    """All answers are 1, 2, 3 or 4; when they are not, the message says what scale the file seems to use.

    Args: values, element -> its answers by row; rows, their numbers in the file; columns, element -> place of its column.
    """
    given = [v for code in ANSWERS for v in values[code] if v is not None]
    if not given:
        return
    low, high = min(given), max(given)
    for place, row in enumerate(rows):
        for code in ANSWERS:
            value = values[code][place]
            if value is None or value in (1.0, 2.0, 3.0, 4.0):
                continue
            where = sheet.place(row, columns[code], ANSWERS[code])
            raise InputError(f"{where}: {quotable(value)}; allowed: 1, 2, 3 or 4{_scale(low, high, given)}")


def _scale(low: float, high: float, given: list[float]) -> str:
    if low < 0 or any(v != int(v) for v in given):
        return "; an answer is one whole number of one respondent, not a mean"
    odd = sum(v not in (1.0, 2.0, 3.0, 4.0) for v in given) / len(given)
    if high > 10 and odd > 0.2:
        return f"; the answers of this file run from {low:g} to {high:g}, as on a scale of 1-100: {OTHER_SCALE}"
    if high in (5.0, 10.0) or (low == 0.0 and high <= 5):
        return f"; the answers of this file run from {low:g} to {high:g}, another scale: {OTHER_SCALE}"
    return ""


def check_training(frame: pd.DataFrame, rows: list[int], columns: Mapping[str, int], sheet: Sheet) -> None:
    """A participant stands once at each occasion of a programme, in one arm."""
    if "group" in frame:
        arms = frame.groupby(["participant"] + (["programme"] if "programme" in frame else []), dropna=False)["group"]
        two = (arms.transform("nunique") > 1).to_numpy()
        if two.any():
            first = int(two.nonzero()[0][0])
            same = frame["participant"].to_numpy() == frame["participant"].iloc[first]
            other = int(((frame["group"] != frame["group"].iloc[first]).to_numpy() & same & two).nonzero()[0][0])
            raise InputError(
                f"{sheet.place(rows[other], columns['group'], 'group')}: '{frame['group'].iloc[other]}', but the same participant is "
                f"'{frame['group'].iloc[first]}' in row {rows[first]}; one person belongs to one arm: keep the arm given at the start"
            )
    keys = [name for name in ("programme", "participant", "occasion", "date") if name in frame]
    what = "the same participant" + (
        " at the same occasion" if len(keys) > 1 and {"occasion", "date"} & set(keys) else ""
    )
    _once(frame.groupby(keys, dropna=False, sort=False).ngroup(), rows, sheet.place, columns["participant"], what)


def check_staff(frame: pd.DataFrame, rows: list[int], columns: Mapping[str, int], sheet: Sheet) -> None:
    """A civil servant stands once in the list."""
    _once(frame["staff"], rows, sheet.place, columns["staff"], "the same person")


def check_complaints(frame: pd.DataFrame, rows: list[int], columns: Mapping[str, int], sheet: Sheet) -> None:
    """A ticket stands once, and no answer comes before its complaint."""
    if "ticket" in frame:
        known = frame["ticket"].notna().to_numpy()
        _once(
            frame.loc[known, "ticket"],
            [r for r, k in zip(rows, known, strict=True) if k],
            sheet.place,
            columns["ticket"],
            "the same ticket",
        )
    early = (frame["answered"] < frame["received"]).to_numpy().nonzero()[0]
    if early.size:
        i = int(early[0])
        raise InputError(
            f"{sheet.place(rows[i], columns['answered'], 'answered')}: {frame['answered'].iloc[i]:%Y-%m-%d} comes before the complaint was "
            f"received ({frame['received'].iloc[i]:%Y-%m-%d}); mend the day, or the order of day and month"
        )


def _once(keys: pd.Series, rows: list[int], place: Any, column: int, what: str) -> None:
    again = keys.duplicated().to_numpy().nonzero()[0]
    if again.size:
        i = int(again[0])
        first = int((keys.to_numpy() == keys.iloc[i]).nonzero()[0][0])
        raise InputError(
            f"{place(rows[i], column)}: {what} as in row {rows[first]}; once is allowed: delete one of the rows"
        )
