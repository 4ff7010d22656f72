"""One cell of a user's file as a number, a word or a date; what cannot be one is refused with what to do about it."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from data.errors import InputError, nearest
from data.intake.columns import Column
from data.intake.personal import normal, quotable

__all__ = ["as_date", "as_id", "as_number", "as_text", "as_word", "is_empty"]

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?")
MONTHS = {
    **{
        m: i
        for i, m in enumerate(
            ("jan", "feb", "mar", "apr", "mei", "jun", "jul", "agu", "sep", "okt", "nov", "des"), start=1
        )
    },
    **{
        m: i
        for i, m in enumerate(
            ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
        )
    },
    "agt": 8,
    "ags": 8,
}
DATE_LIKE = re.compile(
    r"\d{1,2}[-/ ](" + "|".join(MONTHS) + r")[a-z]*([-/ ]\d{2,4})?|(" + "|".join(MONTHS) + r")[a-z]*[-/ ]\d{1,4}"
    r"|\d{1,2}[-/]\d{1,2}([-/]\d{2,4})?|\d{4}-\d{1,2}-\d{1,2}.*",
    re.IGNORECASE,
)
EXCEL_ERRORS = {"#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"}
EXACT = 1e15  # digits that a spreadsheet keeps of a number
FIRST, LAST = dt.date(1990, 1, 1), dt.date(2100, 1, 1)


def is_empty(cell: Any) -> bool:
    """Nothing, or a dash that stands for nothing."""
    return (
        cell is None or (isinstance(cell, float) and cell != cell) or (isinstance(cell, str) and cell in ("", "-", "–"))
    )


def as_number(cell: Any, column: Column, place: str) -> float:
    """The finite number in a cell, within the column's range.

    Raises:
        InputError: a date, a decimal comma, a percent sign, a spreadsheet's error, a text, or a number out of range.
    """
    value = _number(cell, column, place)
    if column.form == "answer":  # looked at over the whole file: another scale has to be called so
        return value
    wrong = (column.form == "whole" and value != int(value)) or (
        column.low is not None and column.high is not None and not column.low <= value <= column.high
    )
    if wrong:
        raise InputError(f"{place}: {quotable(cell)}; allowed: {column.allowed}")
    return value


def _number(cell: Any, column: Column, place: str) -> float:
    if isinstance(cell, (dt.datetime, dt.date, dt.time)):
        raise InputError(_date_in(f"{cell:%Y-%m-%d}" if isinstance(cell, dt.date) else "a time", column, place))
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) < float("inf"):
        return float(cell)
    text = str(cell).strip()
    if NUMBER.fullmatch(text) and abs(float(text)) < float("inf"):
        return float(text)
    if re.fullmatch(r"[+-]?(\d{1,3}(\.\d{3})+|\d+),\d+", text):
        point = text.replace(".", "").replace(",", ".")
        raise InputError(
            f"{place}: {quotable(text)} has a decimal comma; write {point if len(point) < 12 else 'a point'} "
            f"(replace the comma by a point in the whole column)"
        )
    if DATE_LIKE.fullmatch(text):
        raise InputError(_date_in(quotable(text).strip("'"), column, place))
    if re.fullmatch(r"[+-]?\d+([.,]\d+)?\s*%", text):
        raise InputError(
            f"{place}: {quotable(text)}; write the number without the percent sign; allowed: {column.allowed}"
        )
    _refuse_error(text, place, "number")
    raise InputError(f"{place}: {quotable(text)} where a number is needed; allowed: {column.allowed}")


def _refuse_error(text: str, place: str, what: str = "text") -> None:
    if text in EXCEL_ERRORS:
        raise InputError(f"{place}: the spreadsheet shows the error {text}; mend the formula or type the {what}")


def _date_in(date_text: str, column: Column, place: str) -> str:
    return (
        f"{place}: a date ({date_text}) where a number is needed; spreadsheets turn 3.2 or 3-2 into a date: format the column as Number "
        f"and type the value again; allowed: {column.allowed}"
    )


def as_word(cell: Any, column: Column, place: str) -> str:
    """The value that a spelling in a cell stands for. Raises InputError when it is none of the column's."""
    if isinstance(cell, float) and cell == int(cell):
        cell = int(cell)
    word = normal(cell)
    if word in column.words:
        return column.words[word]
    near = nearest(word, column.words)
    hint = f"; did you mean '{column.words[near]}'?" if near else ""
    raise InputError(f"{place}: {quotable(cell)}; allowed: {column.allowed}{hint}")


def as_text(cell: Any, place: str = "") -> str:
    """A label without line breaks; whole numbers without their decimal point, days without their time.

    Raises:
        InputError: a spreadsheet's error, such as #N/A.
    """
    _refuse_error(str(cell).strip(), place)
    if isinstance(cell, dt.datetime):
        return f"{cell:%Y-%m-%d}"
    if isinstance(cell, float) and cell == int(cell) and abs(cell) < EXACT:
        return str(int(cell))
    return " ".join(str(cell).split())


def as_id(cell: Any, place: str) -> Any:
    """A value that tells a person or case. Raises InputError for a long number that the spreadsheet has rounded."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) >= EXACT:
        rounded = True
    else:
        rounded = bool(re.fullmatch(r"\d[.,]?\d*E\+1\d", str(cell).strip(), re.IGNORECASE))
    if rounded:
        raise InputError(
            f"{place}: a long number (NIP or NIK, not shown) kept as a number loses its last digits in a spreadsheet; format the "
            "column as Text and enter the numbers again"
        )
    text = as_text(cell, place)
    return cell if isinstance(cell, str) else text


def as_date(cell: Any, column: Column, place: str) -> dt.date:
    """The day in a cell: a spreadsheet's date, 2026-03-31, 31/03/2026 or 31 Maret 2026; a time of day is left out.

    Raises:
        InputError: no day, an order of day and month that cannot be, or a year far off.
    """
    day = (
        cell.date()
        if isinstance(cell, dt.datetime)
        else cell
        if isinstance(cell, dt.date)
        else _day(str(cell), column, place)
    )
    if not FIRST <= day < LAST:
        raise InputError(
            f"{place}: {quotable(str(day))}; allowed: {column.allowed}, from {FIRST.year} to {LAST.year - 1}"
        )
    return day


def _day(text: str, column: Column, place: str) -> dt.date:
    text = text.strip()
    iso = re.match(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)", text)
    local = re.match(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})(?!\d)", text)
    named = re.match(r"(?:[a-z]+,?\s+)?(\d{1,2})[-/ ]([a-z]{3})[a-z]*[-/ ,]+(\d{4})(?!\d)", text, re.IGNORECASE)
    try:
        if iso:
            return dt.date(*map(int, iso.groups()))
        if local:
            day, month, year = map(int, local.groups())
            if month > 12:
                raise InputError(
                    f"{place}: {quotable(text)} has no month {month}; write {year}-{day:02d}-{month:02d} if the month comes first"
                )
            return dt.date(year, month, day)
        if named and named[2].lower() in MONTHS:
            return dt.date(int(named[3]), MONTHS[named[2].lower()], int(named[1]))
    except InputError:
        raise
    except ValueError:
        raise InputError(f"{place}: {quotable(text)} is no day of the calendar; allowed: {column.allowed}") from None
    raise InputError(f"{place}: {quotable(text)} where a date is needed; allowed: {column.allowed}")
