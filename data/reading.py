"""Read a CSV file against a pandera schema; every error is one line that names file, line and column."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

from data.errors import InputError, nearest

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa
    from pandera.errors import SchemaError

__all__ = ["read_checked"]

Row = tuple[int, list[str]]
"""A row of the file: the line it starts on, and its cells."""


def read_checked(file: Path, schema: pa.DataFrameSchema, *, file_label: str) -> pd.DataFrame:
    """Read `file` and check it against `schema`.

    Args:
        file: a CSV file in UTF-8, with a header; comma or semicolon between cells.
        schema: columns, types and allowed values; with `strict`, no further column is accepted.
        file_label: how errors name the file.

    Returns:
        One row a record, columns typed as in the schema. Columns are found by name; capitals, spaces
        and punctuation do not count, and a column the schema does not know stays as text.

    Raises:
        InputError: the file is missing, empty or not text; a column is missing, unknown or doubled; a row
            has too many or too few cells; a cell has the wrong type or a value that is not allowed.
    """
    rows = _rows(_text(file, file_label), file_label)
    line, header = rows[0]
    header = _header(header, schema, f"{file_label}:{line}")
    if len(rows) == 1:
        raise InputError(f"{file_label}:{line}: a header and no rows; at least one row is needed")
    for number, cells in rows[1:]:
        if len(cells) != len(header):
            raise InputError(f"{file_label}:{number}: {len(cells)} cells in this row; the header has {len(header)}")
    return _validated(rows[1:], header, schema, file_label)


def _text(file: Path, file_label: str) -> str:
    if file.is_dir():
        raise InputError(f"{file_label}: this is a folder; a CSV file is needed")
    try:
        return file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        there = file.parent.glob("*.csv") if file.parent.is_dir() else ()
        raise InputError(f"{file_label}: no such file" + _did_you_mean(file.name, [p.name for p in there])) from None
    except UnicodeDecodeError as error:
        raise InputError(f"{file_label}: byte {error.start} is not UTF-8 text; save the file as CSV UTF-8") from None
    except OSError as error:
        raise InputError(f"{file_label}: cannot be read ({error.strerror})") from None


def _rows(text: str, file_label: str) -> list[Row]:
    first = text.lstrip("\r\n").partition("\n")[0]
    # spreadsheets set to Indonesian write semicolons, because the comma is their decimal sign
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",")
    rows: list[Row] = []
    start = 1
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                rows.append((start, stripped))
            start = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"{file_label}:{reader.line_num}: not CSV ({error})") from None
    if not rows:
        raise InputError(f"{file_label}: the file is empty; a header and at least one row are needed")
    return rows


def _header(found: list[str], schema: pa.DataFrameSchema, place: str) -> list[str]:
    """Names of the columns, in the schema's spelling."""
    wanted = [str(name) for name in schema.columns]
    by_key = {_key(name): name for name in wanted}
    names = [by_key.get(_key(name), name) for name in found]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"{place}: column '{name}' appears {names.count(name)} times; once is allowed")
    unknown = [name for name in names if name not in wanted]
    for name in wanted:
        if name not in names and schema.columns[name].required:
            raise InputError(f"{place}: column '{name}' is missing" + _instead(name, unknown))
    if schema.strict and unknown:
        raise InputError(
            f"{place}: unknown column '{unknown[0]}'; allowed: {', '.join(wanted)}" + _did_you_mean(unknown[0], wanted)
        )
    return names


def _validated(rows: list[Row], header: list[str], schema: pa.DataFrameSchema, file_label: str) -> pd.DataFrame:
    import pandas as pd
    from pandera.errors import SchemaError

    lines = [line for line, _ in rows]
    cells = {name: [row[place] for _, row in rows] for place, name in enumerate(header)}
    frame = pd.DataFrame({name: _typed(cells[name], name, schema, lines, file_label) for name in header})
    try:
        return schema.validate(frame)
    except SchemaError as error:
        raise InputError(_explain(error, lines, file_label)) from None


def _typed(cells: list[str], name: str, schema: pa.DataFrameSchema, lines: list[int], file_label: str) -> pd.Series:
    import pandas as pd

    column = schema.columns.get(name)
    kind = str(column.dtype) if column is not None else "str"
    number = kind in ("float64", "Int64")
    values: list[object] = []
    for line, cell in zip(lines, cells, strict=True):
        place = f"{file_label}:{line}: column '{name}'"
        if cell == "":
            if column is not None and not column.nullable:
                raise InputError(f"{place}: empty; allowed: {_allowed(column, number)}")
            values.append(pd.NA if kind == "Int64" else None)
            continue
        if not number:
            values.append(cell)
            continue
        value = _as_number(cell)
        if value is None or (kind == "Int64" and value != int(value)):
            assert column is not None
            raise InputError(f"{place}: '{cell}'{_comma(cell)}; allowed: {_allowed(column, number)}")
        values.append(int(value) if kind == "Int64" else value)
    return pd.Series(values, dtype=kind if number else "str")


def _as_number(cell: str) -> float | None:
    """The finite number written in a cell, or None (1_000, nan and inf are not numbers here)."""
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", cell):
        return None
    value = float(cell)
    return value if abs(value) != float("inf") else None


def _comma(cell: str) -> str:
    return " (write the decimal sign as a point)" if re.fullmatch(r"-?\d+,\d+", cell) else ""


def _allowed(column: pa.Column, number: bool) -> str:
    said = [str(check.error) for check in column.checks if check.error]
    kind = ("a whole number" if str(column.dtype) == "Int64" else "a number") if number else "text"
    return f"{kind} {said[0]}" if said and number else (said[0] if said else kind)


def _explain(error: SchemaError, lines: list[int], file_label: str) -> str:
    """One line for the first cell that a check refused."""
    cases = error.failure_cases
    if not hasattr(cases, "columns") or cases["index"].isna().all():
        return f"{file_label}: {str(error).splitlines()[0]}"
    cases = cases.sort_values("index", kind="stable")
    first, value = (cases[column].iloc[0] for column in ("index", "failure_case"))
    value = f"{value:g}" if isinstance(value, float) else value
    if hasattr(error.schema, "columns"):  # a check of whole rows, not of one column
        return f"{file_label}:{lines[int(first)]}: this row does not hold together; needed: {error.check.error}"
    if error.check == "field_uniqueness":
        again = cases.loc[cases["failure_case"] == cases["failure_case"].iloc[0], "index"].iloc[1]
        place = f"{file_label}:{lines[int(again)]}: column '{error.schema.name}'"
        return f"{place}: '{value}' stands on line {lines[int(first)]} already; each must differ"
    place = f"{file_label}:{lines[int(first)]}: column '{error.schema.name}'"
    return f"{place}: {value} is not allowed; allowed: {error.check.error}"


def _key(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def _did_you_mean(word: str, allowed: list[str]) -> str:
    near = nearest(word, allowed)
    return f"; did you mean '{near}'?" if near else ""


def _instead(name: str, unknown: list[str]) -> str:
    near = nearest(name, unknown)
    if near:
        return f"; found '{near}' instead: rename it"
    return f"; columns that were not used: {', '.join(unknown)}" if unknown else ""
