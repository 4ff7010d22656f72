"""What one cell cannot show: answers on another scale, the same person twice, one person in two arms, an answer before the complaint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from data.errors import InputError
from data.intake.columns import ANSWERS
from data.intake.notes import Note, rows_listed
from data.intake.personal import quotable
from data.intake.sheets import Sheet

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["check_answers", "check_complaints", "check_staff", "check_training", "refuse_twice"]

OTHER_SCALE = "ask again on the scale of PermenPANRB 14/2017 (1 = not good ... 4 = very good), do not convert"


def check_answers(frame: pd.DataFrame, columns: Mapping[str, int], sheet: Sheet, notes: list[Note]) -> pd.DataFrame:
    """Questionnaires without a gap, their elements under their names, each with its year where its date says so.

    Args: columns, element -> place of its column; notes, to which the questionnaires that were left out are added.

    Raises:
        InputError: an answer that is not 1, 2, 3 or 4, with the scale the file seems to use; a gap in every questionnaire.
    """
    _refuse_other_scales(frame, columns, sheet)
    missing = frame[list(ANSWERS)].isna()
    gaps = missing.any(axis=1)
    if gaps.all():
        most = str(missing.sum().idxmax())
        first = int(missing[missing[most]].index[0])
        raise InputError(
            f"{sheet.place(first, columns[most], ANSWERS[most])}: empty, and every questionnaire has a gap, "
            f"{int(missing[most].sum())} of {len(frame)} in this column; nine answers are needed, 1 to 4"
        )
    if gaps.any():
        left_out = [int(r) for r in frame.index[gaps]]
        notes.append(Note("gaps", {"count": len(left_out), "rows": rows_listed(left_out), "of": len(frame)}))
        frame = frame[~gaps]
    if "year" not in frame and "date" in frame and frame["date"].notna().any():
        frame = frame.assign(year=frame["date"].dt.year.astype(float))
    return frame.rename(columns=ANSWERS)


def _refuse_other_scales(frame: pd.DataFrame, columns: Mapping[str, int], sheet: Sheet) -> None:
    answers = frame[list(ANSWERS)]
    numbers = [float(v) for v in answers.to_numpy().T.ravel() if v == v]
    wrong = (answers.notna() & ~answers.isin([1.0, 2.0, 3.0, 4.0])).to_numpy()
    if wrong.any():
        row = int(wrong.any(axis=1).argmax())
        code = list(ANSWERS)[int(wrong[row].argmax())]
        where = sheet.place(int(frame.index[row]), columns[code], ANSWERS[code])
        found = quotable(float(answers[code].iloc[row]))
        raise InputError(f"{where}: {found}; allowed: 1, 2, 3 or 4{_scale(min(numbers), max(numbers), numbers)}")


def _scale(low: float, high: float, numbers: list[float]) -> str:
    if low < 0 or any(v != int(v) for v in numbers):
        return "; an answer is one whole number of one respondent, not a mean"
    odd = sum(v not in (1.0, 2.0, 3.0, 4.0) for v in numbers) / len(numbers)
    if high > 10 and odd > 0.2:
        return f"; the answers of this file run from {low:g} to {high:g}, as on a scale of 1-100: {OTHER_SCALE}"
    if high in (5.0, 10.0) or (low == 0.0 and high <= 5):
        return f"; the answers of this file run from {low:g} to {high:g}, another scale: {OTHER_SCALE}"
    return ""


def check_training(frame: pd.DataFrame, columns: Mapping[str, int], sheet: Sheet, notes: list[Note]) -> pd.DataFrame:
    """A participant stands once at each occasion of a programme, in one arm."""
    rows = [int(r) for r in frame.index]
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
    refuse_twice(frame.groupby(keys, dropna=False, sort=False).ngroup(), sheet, columns["participant"], what)
    return frame


def check_staff(frame: pd.DataFrame, columns: Mapping[str, int], sheet: Sheet, notes: list[Note]) -> pd.DataFrame:
    """A civil servant stands once in the list."""
    refuse_twice(frame["staff"], sheet, columns["staff"], "the same person")
    return frame


def check_complaints(frame: pd.DataFrame, columns: Mapping[str, int], sheet: Sheet, notes: list[Note]) -> pd.DataFrame:
    """A ticket stands once, and no answer comes before its complaint."""
    if "ticket" in frame:
        refuse_twice(frame["ticket"].dropna(), sheet, columns["ticket"], "the same ticket")
    early = (frame["answered"] < frame["received"]).to_numpy().nonzero()[0]
    if early.size:
        first = frame.iloc[int(early[0])]
        place = sheet.place(int(frame.index[early[0]]), columns["answered"], "answered")
        raise InputError(
            f"{place}: {first['answered']:%Y-%m-%d} comes before the complaint was received ({first['received']:%Y-%m-%d}); mend the day, "
            "or the order of day and month"
        )
    return frame


def refuse_twice(keys: pd.Series, sheet: Sheet, column: int, what: str) -> None:
    """Raises InputError when a value stands twice.

    Args: keys, one a row, with the row's number in the file as index; column, place of the column; what, "the same person".
    """
    again = keys.duplicated().to_numpy().nonzero()[0]
    if again.size:
        i = int(again[0])
        first = int((keys.to_numpy() == keys.iloc[i]).nonzero()[0][0])
        raise InputError(
            f"{sheet.place(int(keys.index[i]), column)}: {what} as in row {int(keys.index[first])}; once is allowed: delete one of the rows"
        )
