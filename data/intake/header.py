"""Find the header of a user's table and say which column is what: by name in either language, never by guess."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from typing import Any

from data.errors import InputError, nearest
from data.intake.columns import ANSWERS
from data.intake.kinds import FileKind
from data.intake.personal import STRENGTH, mask, nature_of_cell, nature_of_header, normal
from data.intake.sheets import Sheet, letter
from data.skm_elements import ElementWarning, code_of, element_of, match_elements

__all__ = ["Header", "find_header"]

TOP = 40  # rows within which a header is looked for
SWAPPED = (
    "the order of PermenPANRB 14/2017 is U8 Penanganan Pengaduan, Saran, dan Masukan and U9 Sarana dan Prasarana: look at the "
    "questionnaire which of the two was asked there, and name the column by its words without the code"
)


@dataclass(frozen=True)
class Header:
    """Where the table starts and what its columns are.

    Attributes: first row below the header, as an index of `sheet.rows`; fields, name of a column -> place in the row; personal, place
    -> nature; by_code, whether elements were taken by their codes alone.
    """

    first: int
    fields: dict[str, int]
    personal: dict[int, str]
    by_code: tuple[str, ...] = ()


def find_header(sheet: Sheet, kind: FileKind) -> Header:
    """Header of a sheet.

    Raises:
        InputError: there is none, a needed column is missing, a column appears twice, a cell of the header is merged over several
            columns, or a code contradicts the words beside it.
    """
    best, labels, first = _labels(sheet, kind)
    row = sheet.rows[best][0]
    fields: dict[str, int] = {}
    personal: dict[int, str] = {}
    left: dict[int, str] = {}
    for column, label in enumerate(labels):
        found = _field(label, kind)
        nature = nature_of_header(label) if label else None
        if found is not None:
            _once(fields, found, column, sheet, row)
        elif nature is not None:
            personal[column] = nature
        elif label:
            left[column] = label
    by_code = _elements(left, fields, sheet, row) if kind.with_elements else ()
    _identity(fields, personal, kind)
    _complete(fields, {c: s for c, s in left.items() if c not in fields.values()}, sheet, row, kind)
    return Header(first, fields, personal, by_code)


def _labels(sheet: Sheet, kind: FileKind) -> tuple[int, list[str], int]:
    """Index of the header's row, its labels, index of the first row below it; a header of two rows is put together."""
    rows = [cells for _, cells in sheet.rows[:TOP]]
    known = [[_known(cell, kind) for cell in cells] for cells in rows]
    counts = [sum(row) for row in known]
    most = max(counts)
    if most < 2:
        wanted = ", ".join(c.name for c in kind.columns if c.required and c.form != "answer") or "unit"
        wanted += ", the nine elements" if kind.with_elements else ""
        raise InputError(
            f"{sheet.place()}: no header was found in the first {min(TOP, len(rows))} rows; the first row must name the columns "
            f"({wanted}, ...), as in data/templates/{kind.template}.csv"
        )
    best = counts.index(most)
    labels = [_label(cell) for cell in rows[best]]
    first = best + 1
    for other in (best - 1, best + 1):
        if not 0 <= other < len(rows):
            continue
        joined, added = _joined(labels, rows[other], kind)
        if added >= (1 if other < best else 2):
            labels, first = joined, max(best, other) + 1
    _refuse_merged(sheet, sheet.rows[best][0], labels, kind)
    return best, labels, first


def _label(cell: Any) -> str:
    return " ".join(cell.split()) if isinstance(cell, str) else ""


def _known(cell: Any, kind: FileKind) -> bool:
    label = _label(cell)
    if not label or len(label) > 300 or nature_of_cell(label):
        return False
    return (
        _field(label, kind) is not None
        or nature_of_header(label) is not None
        or (kind.with_elements and _is_element(label))
    )


def _is_element(label: str) -> bool:
    code, words = code_of(label)
    return element_of(label) is not None or (code is not None and not words and not label.isdigit())


def _joined(labels: list[str], other: list[Any], kind: FileKind) -> tuple[list[str], int]:
    """Labels completed from a neighbouring row: where there is none, or only a code that the other row puts into words."""
    joined, added = list(labels), 0
    for column, cell in enumerate(other[: len(labels)]):
        label = _label(cell)
        code, words = code_of(labels[column])
        alone = code is not None and not words
        if not label or not (_known(label, kind) and (not labels[column] or (alone and element_of(label)))):
            continue
        joined[column] = f"{labels[column]} {label}".strip()
        added += 1
    return joined, added


def _refuse_merged(sheet: Sheet, row: int, labels: list[str], kind: FileKind) -> None:
    for top, left, bottom, right in sheet.merged:
        if top <= row <= bottom and right > left and not any(labels[left : min(right, len(labels))]):
            raise InputError(
                f"{sheet.place(row)}: cells {letter(left - 1)}{top} to {letter(right - 1)}{bottom} are merged; unmerge them and give every "
                f"column its own header in one row, as in data/templates/{kind.template}.csv"
            )


def _field(label: str, kind: FileKind) -> str | None:
    words = normal(re.sub(r"\([^)]*\)", " ", label)) or normal(label)
    return next((c.name for c in kind.columns if c.form != "answer" and words in c.spellings), None) if words else None


def _once(fields: dict[str, int], name: str, column: int, sheet: Sheet, row: int) -> None:
    if name in fields:
        raise InputError(
            f"{sheet.place(row)}: columns {letter(fields[name])} and {letter(column)} both stand for '{name}'; once is allowed: "
            "rename or delete one"
        )
    fields[name] = column


def _elements(left: dict[int, str], fields: dict[str, int], sheet: Sheet, row: int) -> tuple[str, ...]:
    """Adds the nine elements to the fields; returns the codes that were taken without words."""
    for column, label in left.items():
        code, words = code_of(label)
        named = element_of(label)
        if named and code and code != named and words:
            raise InputError(
                f"{sheet.place(row, column)}: the code {code} stands beside the words of {named} ({ANSWERS[named]}); "
                + (
                    SWAPPED
                    if {code, named} <= {"U8", "U9"}
                    else f"{code} is {ANSWERS[code]}: name the column by its words without the code"
                )
            )
    columns = {column: label for column, label in left.items() if _is_element(label)}
    labels = list(columns.values())
    for label in labels:
        if labels.count(label) > 1:
            raise InputError(
                f"{sheet.place(row)}: the header of an element appears {labels.count(label)} times; once is allowed"
            )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ElementWarning)
            found = match_elements(labels, sheet.place(row))
    except InputError as error:
        raise InputError(mask(str(error)) + _unused(columns, left, sheet)) from None
    at = {label: column for column, label in columns.items()}
    fields.update({code: at[label] for code, label in found.items()})
    return tuple(code for code, label in found.items() if element_of(label) is None)


def _unused(columns: dict[int, str], left: dict[int, str], sheet: Sheet) -> str:
    unused = [letter(c) for c in left if c not in columns]
    return f"; columns {', '.join(unused[:12])} were not recognised" if unused else ""


def _identity(fields: dict[str, int], personal: dict[int, str], kind: FileKind) -> None:
    """The surest personal column tells persons apart: a NIP before a number of the list, that before an address or a name."""
    if not kind.identity or not kind.of_persons:
        return
    for nature in STRENGTH:
        own = [column for column, found in personal.items() if found == nature]
        if own and (nature in ("nip", "nik") or kind.identity not in fields):
            fields[kind.identity] = own[0]
            return


def _complete(fields: dict[str, int], left: dict[int, str], sheet: Sheet, row: int, kind: FileKind) -> None:
    groups = [(c.name,) for c in kind.columns if c.required and c.form != "answer"] + list(kind.any_of)
    for names in groups:
        if any(name in fields for name in names):
            continue
        wanted = " or ".join(f"'{name}'" for name in names)
        own = {normal(label): column for column, label in left.items() if not nature_of_cell(label)}
        spellings = [s for name in names for s in kind.column(name).spellings]
        close = {key: nearest(key, spellings) for key in own}
        # a name that is only similar to a spelling is never taken, but it is the first thing to look at
        key = next(
            (nearest(s, [k for k, near in close.items() if near]) for s in spellings if any(close.values())), None
        )
        hint = f"; column {letter(own[key])} ('{key}') may be it: rename it '{names[0]}'" if key in own else ""
        raise InputError(
            f"{sheet.place(row)}: no column {wanted} among the headers{hint or f'; see data/templates/{kind.template}.csv'}"
        )
