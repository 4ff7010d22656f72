"""From a user's file to a checked frame without personal data, with notes on what was done on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.arguments import argument
from data.errors import InputError, nearest
from data.intake.cells import as_date, as_id, as_number, as_text, as_word, is_empty
from data.intake.columns import ANSWERS, Column
from data.intake.header import Header, find_header
from data.intake.kinds import FILE_KINDS, FileKind
from data.intake.notes import Note, rows_listed
from data.intake.personal import STRENGTH, mask, nature_of_cell, nature_of_label
from data.intake.pseudonym import default_key_file, pseudonym, read_key
from data.intake.sheets import Sheet, letter, sheets
from data.intake.totals import total_rows
from data.rows import ROW

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Intake", "read_file"]

EXAMPLE = "EXAMPLE"
MANY = 0.3  # share of a column's cells that makes the whole column personal


@dataclass(frozen=True)
class Intake:
    """A file that was read.

    Attributes: kind; frame, one row a record, its number in the file as index (`row`), no personal data; notes; place, file and
    sheet as they may be shown.
    """

    kind: str
    frame: pd.DataFrame
    notes: tuple[Note, ...]
    place: str


Records = list[tuple[int, list[Any]]]


def read_file(file: str | Path, kind: str, *, sheet: str | None = None, key_file: Path | None = None) -> Intake:
    """Read a user's CSV or Excel file of a kind.

    Args:
        file: CSV (comma, semicolon or tab; UTF-8 or Windows) or .xlsx. kind: one of `FILE_KINDS`.
        sheet: name of the sheet, where several hold such a table. key_file: key of the pseudonyms; the user's own when None.

    Returns:
        Columns as in `data.intake.kinds`, only those that are known; SKM elements under their names. Persons are pseudonyms.

    Raises:
        InputError: one line that names sheet, row and column, what was found and what to do. It never holds a name, a number or an
            address of a person.
    """
    if kind not in FILE_KINDS:
        near = nearest(kind, FILE_KINDS)
        raise InputError(
            f"kind of file: '{mask(kind)}'; allowed: {', '.join(FILE_KINDS)}"
            + (f"; did you mean '{near}'?" if near else "")
        )
    rules = FILE_KINDS[kind]
    table, header = _chosen(sheets(Path(file)), rules, sheet)
    notes: list[Note] = []
    if table.name:
        notes.append(Note("sheet", {"sheet": mask(table.name), "row": table.rows[header.first - 1][0]}))
    records = _records(table, header, rules, notes)
    columns = _parsed(records, table, header, rules)
    frame = _framed(columns, [row for row, _ in records], rules)
    if rules.check is not None:
        frame = rules.check(frame, header.fields, table, notes)
    frame = _without_persons(frame, header, rules, notes, key_file)
    return Intake(kind, frame, tuple(notes), table.place())


def _chosen(found: list[Sheet], kind: FileKind, name: str | None) -> tuple[Sheet, Header]:
    if name is not None:
        own = [s for s in found if s.name.casefold() == name.strip().casefold()]
        if not own:
            names = [mask(s.name) for s in found if s.name]
            there = f"there are {', '.join(names)}" if names else "the file has no sheets"
            raise InputError(f"{found[0].file}: no sheet '{mask(name)}' with rows; {there}")
        return own[0], find_header(own[0], kind)
    fitting: list[tuple[Sheet, Header]] = []
    refused: list[tuple[int, InputError]] = []
    for sheet in found:
        try:
            fitting.append((sheet, find_header(sheet, kind)))
        except InputError as error:
            refused.append((-("no header was found" not in str(error)), error))
    if len(fitting) > 1:
        listed = ", ".join(f"'{mask(s.name)}'" for s, _ in fitting)
        raise InputError(
            f"{found[0].file}: several sheets hold such a table: {listed}; name one with {argument('sheet', 'NAME')}"
        )
    if not fitting:
        raise min(refused, key=lambda pair: pair[0])[1]
    return fitting[0]


def _records(sheet: Sheet, header: Header, kind: FileKind, notes: list[Note]) -> Records:
    """Rows of people or cases: without rows of totals, without the examples of a template where there are others."""
    width = max([*header.fields.values(), *header.personal, 0]) + 1
    own = sorted(header.fields.values())
    rows = [(row, cells + [None] * (width - len(cells))) for row, cells in sheet.rows[header.first :]]
    blank = {row for row, cells in rows if all(is_empty(cells[c]) for c in own)}
    rows = [record for record in rows if record[0] not in blank]
    totals = total_rows(rows, header, kind, partial(_ordinary, sheet=sheet, header=header, kind=kind))
    kept = [record for record in rows if record[0] not in totals]
    _refuse_merged(sheet, header)
    examples = [row for row, cells in kept if any(isinstance(c, str) and c.startswith(EXAMPLE) for c in cells)]
    if examples and len(examples) < len(kept):
        kept = [record for record in kept if record[0] not in set(examples)]
        notes.append(Note("examples", {"count": len(examples), "rows": rows_listed(examples)}))
    elif examples:
        notes.append(Note("only_examples"))
    if totals:
        notes.append(Note("totals", {"rows": rows_listed(sorted(totals))}))
    if blank and kept:
        notes.append(Note("blank", {"rows": rows_listed(sorted(blank))}))
    if not kept:
        raise InputError(f"{sheet.place()}: a header and no rows; at least one row is needed")
    if header.by_code:
        notes.append(Note("by_code", {"codes": ", ".join(header.by_code)}))
    return kept


def _ordinary(row: int, cells: list[Any], sheet: Sheet, header: Header, kind: FileKind) -> bool:
    """Whether every cell of a row can be a record's."""
    try:
        read = _parsed([(row, cells)], sheet, header, kind)
    except InputError:
        return False
    return all(read[code][0] in (None, 1.0, 2.0, 3.0, 4.0) for code in ANSWERS if code in read)


def _refuse_merged(sheet: Sheet, header: Header) -> None:
    start = sheet.rows[header.first][0] if header.first < len(sheet.rows) else 0
    own = set(header.fields.values())
    for top, left, bottom, right in sheet.merged:
        if start and bottom >= start and bottom > top and any(left - 1 <= c < right for c in own):
            raise InputError(
                f"{sheet.place(max(top, start), left - 1)}: cells {letter(left - 1)}{top} to {letter(right - 1)}{bottom} are merged; "
                "unmerge them and fill every row"
            )


def _parsed(records: Records, sheet: Sheet, header: Header, kind: FileKind) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {}
    for column in kind.columns:
        if column.name not in header.fields:
            continue
        at = header.fields[column.name]
        label = ANSWERS.get(column.name, column.name)
        columns[column.name] = [
            _value(cells[at], column, partial(sheet.place, row, at, label)) for row, cells in records
        ]
    return columns


def _value(cell: Any, column: Column, where: Callable[[], str]) -> Any:
    if is_empty(cell):
        if not column.empty:
            raise InputError(f"{where()}: empty; allowed: {column.allowed}")
        return None
    if column.form == "text":  # the place costs more than the cell: only where it is needed
        return as_text(cell) if str(cell)[:1] != "#" else as_text(cell, where())
    place = where()
    if column.form == "id":
        return as_id(cell, place)
    if column.form == "word":
        return as_word(cell, column, place)
    if column.form == "date":
        return as_date(cell, column, place)
    return as_number(cell, column, place)


def _framed(columns: dict[str, list[Any]], rows: list[int], kind: FileKind) -> pd.DataFrame:
    import pandas as pd

    index = pd.Index(rows, name=ROW)
    frame = pd.DataFrame(index=index)
    for name, values in columns.items():
        form = kind.column(name).form
        if form == "date":
            frame[name] = pd.to_datetime(pd.Series(values, index=index, dtype="object"))
        elif form in ("number", "whole", "answer"):
            frame[name] = pd.Series([float("nan") if v is None else v for v in values], index=index, dtype=float)
        else:
            frame[name] = pd.Series(values, index=index, dtype="object")
    return frame


def _without_persons(
    frame: pd.DataFrame, header: Header, kind: FileKind, notes: list[Note], key_file: Path | None
) -> pd.DataFrame:
    """Identities replaced by pseudonyms, labels that look like persons too; personal columns are not in the frame at all."""
    import pandas as pd

    key = _Key(key_file)
    personal_columns: list[dict[str, str]] = []
    identity = kind.identity
    taken = header.fields.get(identity, -1)
    if identity in frame:
        nature = header.personal.get(taken) or _nature(frame[identity])
        if (nature or "id") not in kind.known_again:
            frame = frame.drop(columns=identity)  # it has served to find doubles, or tells nothing
            if nature:
                personal_columns.append({"column": letter(taken), "nature": nature, "action": "left_out"})
        else:
            own = [None if is_empty(v) else pseudonym(v, nature or "id", key.value) for v in frame[identity]]
            frame = frame.copy()
            frame[identity] = pd.Series(own, index=frame.index, dtype="object")
            personal_columns.append({"column": letter(taken), "nature": nature or "id", "action": "replaced"})
    for column, nature in sorted(header.personal.items()):
        if column != taken:
            personal_columns.append({"column": letter(column), "nature": nature, "action": "left_out"})
    for name in [c.name for c in kind.columns if c.form == "text" and c.name in frame]:
        places = name in ("unit", "occupation")
        natures = frame[name].map(partial(_label_nature, places=places))
        if not natures.notna().any():
            continue
        worst = min(natures.dropna(), key=STRENGTH.index)
        frame = frame.copy()
        pairs = zip(frame[name], natures, strict=True)
        frame[name] = pd.Series(
            [pseudonym(v, n, key.value) if isinstance(n, str) else v for v, n in pairs], frame.index, dtype="object"
        )
        cells = str(int(natures.notna().sum()))
        personal_columns.append(
            {"column": letter(header.fields[name]), "nature": worst, "action": "cells", "count": cells}
        )
    if personal_columns:
        notes.append(Note("personal", {"columns": personal_columns}))
    if key.made:
        notes.append(Note("key_made", {"file": str(key.file)}))
    return frame


def _label_nature(cell: Any, places: bool) -> str | None:
    return None if is_empty(cell) else nature_of_label(cell, places)


def _nature(values: pd.Series) -> str | None:
    """Nature of a column that its header did not give away."""
    filled = [v for v in values if not is_empty(v)]
    for look in (nature_of_cell, nature_of_label):
        natures = [n for n in map(look, filled) if n]
        if len(natures) >= max(1.0, MANY * len(filled)):
            return min(natures, key=STRENGTH.index)
    return None


class _Key:
    """The key of the pseudonyms, read or made when the first one is needed."""

    def __init__(self, file: Path | None) -> None:
        self.file = file or default_key_file()
        self.made = False
        self._value: bytes | None = None

    @property
    def value(self) -> bytes:
        if self._value is None:
            self.made = not self.file.exists()
            self._value = read_key(self.file)
        return self._value
