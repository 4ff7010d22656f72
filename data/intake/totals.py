"""Rows of totals below a table told from records: by a word that says so, and by what such a row leaves empty."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from data.intake.cells import is_empty
from data.intake.header import Header
from data.intake.kinds import FileKind
from data.intake.personal import normal

__all__ = ["total_rows"]

HEAD = re.compile(
    r"(grand |sub ?)?(jumlah|total|rata rata|rerata|mean|average|nrr|ikm|nilai (rata rata|ikm|indeks|nrr)|bobot|sum|simpangan baku"
    r"|indeks)(?= |$)"
)
REST = frozenset(
    re.findall(
        r"\w+",
        "akhir all baku dan element elements ikm indeks index jp kategori kepuasan keseluruhan konversi laporan layanan masyarakat mutu "
        "nilai nrr of pegawai pelayanan pengaduan per peserta rata responden respondents score scores seluruh semua skm skor tertimbang "
        "total unit unsur x",
    )
)
"""Words that may follow in the name of such a row."""
LABELS = ("id", "text", "word", "date")  # forms of columns that say whose the numbers of a row are

Records = list[tuple[int, list[Any]]]


def total_rows(
    records: Records, header: Header, kind: FileKind, ordinary: Callable[[int, list[Any]], bool]
) -> set[int]:
    """Numbers of the rows that sum up others.

    Such a row begins with a word such as Jumlah or Rata-rata, followed by nothing but words of its kind, a number or the name of what is
    summed ("Jumlah Dinas A"), and leaves every other cell empty that would say whose the numbers are. Where the word stands left of the
    table, in a column of row numbers, a unit may be named beside it: then what can be a record is one.

    Args: records, rows of the file as (number, cells); ordinary, whether the cells of a row can all be read as a record's.
    """
    used = {header.fields[c.name] for c in kind.columns if c.form in LABELS and c.name in header.fields}
    labels = used | set(header.personal)
    first = min([*header.fields.values(), *header.personal])
    named = {normal(cells[c]) for _, cells in records for c in labels if isinstance(cells[c], str)}
    found = set()
    for row, cells in records:
        at = next(
            (i for i, cell in enumerate(cells) if isinstance(cell, str) and re.search("[a-z]", normal(cell))), None
        )
        if at is None or not _says_so(normal(cells[at]), named):
            continue
        others = all(is_empty(cells[c]) for c in labels if c != at)
        if (at in labels and others) or (at < first and (others or not ordinary(row, cells))):
            found.add(row)
    return found


def _says_so(words: str, named: set[str]) -> bool:
    head = HEAD.match(words)
    if head is None:
        return False
    rest = words[head.end() :].strip()
    return rest in named or all(word in REST or word.isdigit() for word in rest.split())
