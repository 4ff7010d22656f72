"""Results of an evaluation in the terminal: tables and the words below them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from analysis.evaluation.cells import cell
from analysis.evaluation.registry import Column, Kind, Result

if TYPE_CHECKING:
    import pandas as pd

    from analysis.evaluation.phrases import Phrases

__all__ = ["print_parts", "printed_parts"]

WIDTH = 110
MOST = 40  # rows; the rest is in the CSV


def printed_parts(kind: Kind, result: Result, say: Phrases) -> list[Table | Text]:
    """The main tables of a result and its words, a part each, as they are printed.

    Args: say, words of the kind's own folder.
    """
    tables = result.tables()
    parts: list[Table | Text] = [
        _table(tables[name], columns, say) for name, columns in kind.printed.items() if name in tables
    ]
    return parts + [Text(paragraph) for paragraph in kind.functions().words(result, say.lang).split("\n\n")]


def print_parts(parts: list[Table | Text]) -> None:
    """Print parts of a result, an empty line before each."""
    console = Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)
    for part in parts:
        console.print()
        console.print(part)


def _table(rows: pd.DataFrame, columns: tuple[Column, ...], say: Phrases) -> Table:
    table, heads = Table(box=None, pad_edge=False), say.raw("heads")
    for place, column in enumerate(columns):
        table.add_column(Text(heads[column.head]), justify="left" if place == 0 else "right", no_wrap=place > 0)
    scope = None
    for row in rows.head(MOST).to_dict("records"):
        if scope not in (None, row.get("scope")):
            table.add_row()
        scope = row.get("scope")
        table.add_row(
            *(Text(cell(c, [row.get(name) for name in c.source.split()], say, row.get(c.error))) for c in columns)
        )
    if len(rows) > MOST:
        table.add_row(Text(say.text("more_rows", count=len(rows) - MOST)))
    return table
