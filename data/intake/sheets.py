"""Tables out of a user's file: CSV in any common form, or the sheets of an Excel workbook, as rows of plain cells."""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data.errors import InputError
from data.intake.personal import mask

__all__ = ["LARGEST", "MOST_COLUMNS", "MOST_ROWS", "Sheet", "letter", "sheets"]

LARGEST = 50 * 2**20  # bytes of a file
UNPACKED = 300 * 2**20  # bytes of a workbook once unpacked
MOST_ROWS, MOST_COLUMNS = 200_000, 500
ENOUGH = "one row a person, answer or complaint is wanted, in one table"
DELIMITERS = (",", ";", "\t")
LOOKED_AT = 60  # rows that the delimiter is judged by


@dataclass(frozen=True)
class Sheet:
    """One table of a file.

    Attributes: file, as errors name it; name of the sheet, empty for CSV; rows as (number in the file from 1, cells), empty ones left
    out; merged ranges as (first row, first column, last row, last column), from 1.
    """

    file: str
    name: str
    rows: list[tuple[int, list[Any]]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)

    def place(self, row: int | None = None, column: int | None = None, label: str = "") -> str:
        """Where something stands, for an error: file, sheet, row, column (from 0) and what the column holds."""
        parts = [self.file] + ([f"sheet '{mask(self.name)}'"] if self.name else [])
        cell = [f"row {row}"] if row is not None else []
        cell += [f"column {letter(column)}" + (f" ({label})" if label else "")] if column is not None else []
        return ": ".join(parts + ([", ".join(cell)] if cell else []))


def letter(column: int) -> str:
    """Letter of a column (from 0) as spreadsheets show it."""
    name = ""
    while column >= 0:
        name = chr(ord("A") + column % 26) + name
        column = column // 26 - 1
    return name


def sheets(file: Path) -> list[Sheet]:
    """Tables of a file.

    Raises:
        InputError: no such file, empty, too large, of another kind, not text, or locked with a password.
    """
    file_label = mask(str(file))
    raw = _bytes(file, file_label)
    if raw.startswith(b"PK"):
        found = _workbook(raw, file_label)
    elif raw.startswith(b"\xd0\xcf\x11\xe0"):
        raise InputError(
            f"{file_label}: an old or locked Excel file; save it as .xlsx without a password, or as CSV UTF-8"
        )
    elif raw.startswith(b"%PDF"):
        raise InputError(f"{file_label}: a PDF; the table itself is needed, as .xlsx or CSV")
    else:
        found = [_text_table(raw, file_label)]
    filled = [sheet for sheet in found if sheet.rows]
    if not filled:
        raise InputError(f"{file_label}: the file is empty; a header and at least one row are needed")
    return filled


def _bytes(file: Path, file_label: str) -> bytes:
    try:
        if file.is_dir():
            raise InputError(f"{file_label}: this is a folder; a CSV or Excel file is needed")
        size = file.stat().st_size
        if size > LARGEST:
            raise InputError(f"{file_label}: {size / 2**20:.0f} MB; at most {LARGEST // 2**20} MB are read: {ENOUGH}")
        return file.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{file_label}: no such file" + _neighbour(file)) from None
    except OSError as error:
        raise InputError(f"{file_label}: cannot be read ({error.strerror})") from None


def _neighbour(file: Path) -> str:
    from data.errors import nearest_file

    there = [p.name for p in file.parent.iterdir()] if file.parent.is_dir() else []
    near = nearest_file(
        file.name, [name for name in there if name.lower().endswith((".csv", ".xlsx", ".xlsm", ".txt"))]
    )
    return f"; did you mean '{mask(near)}'?" if near else ""


def _workbook(raw: bytes, file_label: str) -> list[Sheet]:
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            unpacked = sum(info.file_size for info in packed.infolist())
            if "xl/workbook.xml" not in packed.namelist():
                raise InputError(f"{file_label}: not an Excel workbook; save it as .xlsx or as CSV UTF-8")
        if unpacked > UNPACKED:
            raise InputError(
                f"{file_label}: {unpacked / 2**20:.0f} MB unpacked; at most {UNPACKED // 2**20} MB are read: {ENOUGH}"
            )
        book = openpyxl.load_workbook(io.BytesIO(raw), data_only=True)
    except InputError:
        raise
    except Exception as error:  # a damaged workbook fails in as many ways as it has parts
        raise InputError(
            f"{file_label}: a damaged Excel file; open it, save it again as .xlsx, or as CSV UTF-8"
        ) from error
    return [_sheet(sheet, file_label) for sheet in book.worksheets]


def _sheet(sheet: Any, file_label: str) -> Sheet:
    name = str(sheet.title)
    _not_too_many(Sheet(file_label, name, []), int(sheet.max_row), int(sheet.max_column))
    rows = [(number, _cells(values)) for number, values in enumerate(sheet.iter_rows(values_only=True), start=1)]
    merged = [(r.min_row, r.min_col, r.max_row, r.max_col) for r in sheet.merged_cells.ranges]
    return Sheet(file_label, name, [row for row in rows if any(c is not None for c in row[1])], sorted(merged))


def _not_too_many(sheet: Sheet, rows: int, columns: int) -> None:
    if rows > MOST_ROWS:
        raise InputError(f"{sheet.place()}: {rows} rows; at most {MOST_ROWS} are read: {ENOUGH}")
    if columns > MOST_COLUMNS:
        raise InputError(f"{sheet.place()}: {columns} columns; at most {MOST_COLUMNS} are read: {ENOUGH}")


def _cells(values: Any) -> list[Any]:
    return [(v.strip() or None) if isinstance(v, str) else v for v in values]


def _text_table(raw: bytes, file_label: str) -> Sheet:
    text = _decoded(raw, file_label)
    first, _, rest = text.partition("\n")
    separator_line = first.strip()
    if len(separator_line) == 5 and separator_line.startswith("sep="):  # written by Excel, and taken by it as no row
        delimiter, text = separator_line[4], "\n" + rest
    else:
        delimiter = _delimiter(text)
    rows: list[tuple[int, list[Any]]] = []
    for number, cells in enumerate(_records(text, delimiter, file_label), start=1):
        if number > MOST_ROWS or len(cells) > MOST_COLUMNS:
            _not_too_many(Sheet(file_label, "", []), number, len(cells))
        kept = _cells(cells)
        if any(cell is not None for cell in kept):
            rows.append((number, kept))
    return Sheet(file_label, "", rows)


def _decoded(raw: bytes, file_label: str) -> str:
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", errors="replace")
    if b"\0" in raw[:4096]:
        raise InputError(f"{file_label}: not a table; save it as .xlsx or as CSV UTF-8")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(f"{file_label}: neither UTF-8 nor Windows text; save it as CSV UTF-8")


def _records(text: str, delimiter: str, file_label: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        yield from reader
    except csv.Error as error:
        raise InputError(f"{file_label}: line {reader.line_num}: not CSV ({error}); save it as CSV UTF-8") from None


def _delimiter(text: str) -> str:
    """The sign that cuts most rows into the same number of cells, more than one."""

    def judged(delimiter: str) -> float:
        widths = []
        for cells in _records(text[:200_000], delimiter, ""):
            if any(cell.strip() for cell in cells):
                widths.append(len(cells))
            if len(widths) == LOOKED_AT:
                break
        usual = max(set(widths), key=lambda w: (widths.count(w), w), default=1)
        return 0.0 if usual == 1 else widths.count(usual) / len(widths) * (1.0 + 0.01 * min(usual, 50))

    def lenient(delimiter: str) -> float:
        try:
            return judged(delimiter)
        except InputError:
            return 0.0

    return max(DELIMITERS, key=lenient)
