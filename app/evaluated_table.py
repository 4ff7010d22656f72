"""Results of an evaluation in the terminal: tables and the words below them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from analysis.evaluation.phrases import Phrases

__all__ = ["print_all", "shown"]

WIDTH = 110
MOST = 40  # rows; the rest is in the CSV

# Kind -> tables as (name, columns); a column is (head, how a cell is written, where its value stands).
LAYOUT: dict[str, dict[str, list[tuple[str, str, str]]]] = {
    "skm": {
        "elements": [
            ("element", "element", "code"),
            ("nrr", "two", "nrr"),
            ("interval", "two_to_two", "low high"),
            ("category", "text", "category"),
            ("weakest", "share", "probability_weakest"),
            ("rest", "two", "rest_correlation"),
        ],
        "groups": [
            ("group", "text", "group"),
            ("n", "whole", "n"),
            ("index", "two", "index"),
            ("interval", "one_to_one", "low high"),
            ("difference", "signed", "difference"),
            ("p", "p", "p_holm"),
        ],
    },
    "training": {
        "effects": [
            ("programme", "text", "programme"),
            ("role", "text", "role"),
            ("model", "text", "model"),
            ("points", "signed", "estimate"),
            ("interval", "two_to_two", "low high"),
            ("sd", "signed", "effect_sd"),
            ("p", "p", "p"),
        ]
    },
    "ip-asn": {
        "staff": [
            ("group", "name", "name"),
            ("n", "whole", "n"),
            ("index", "one_to_one", "index_low index_high"),
            ("pns", "whole", "pns"),
            ("below", "whole", "below"),
            ("share", "share", "share_below"),
            ("missing", "whole", "jp_missing"),
        ]
    },
    "complaints": {
        "complaints": [
            ("group", "name", "name"),
            ("n", "whole", "n"),
            ("open", "whole", "open"),
            ("overdue", "whole", "overdue"),
            ("due", "whole", "due"),
            ("in_time", "share", "share_in_time"),
            ("interval", "share_to_share", "low high"),
            ("median", "whole", "median_days"),
            ("p", "p", "p_holm"),
        ]
    },
}
DIGITS = {"whole": 0, "one": 1, "two": 2, "signed": 2}


def shown(kind: str, result: Any, say: Phrases) -> list[Table | Text]:
    """The main tables of a result and its words, a part each, as they are printed."""
    tables = result.shown(say.lang) if hasattr(result, "shown") else result.tables()
    heads = say.raw(f"table.{kind}")
    parts: list[Table | Text] = [
        _table(tables[name], columns, heads, say) for name, columns in LAYOUT[kind].items() if name in tables
    ]
    return parts + [Text(paragraph) for paragraph in result.words(say.lang).split("\n\n")]


def print_all(parts: list[Table | Text]) -> None:
    """Print parts of a result, an empty line before each."""
    console = Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)
    for part in parts:
        console.print()
        console.print(part)


def _table(rows: pd.DataFrame, columns: list[tuple[str, str, str]], heads: dict[str, str], say: Phrases) -> Table:
    table = Table(box=None, pad_edge=False)
    for place, (head, _, _) in enumerate(columns):
        table.add_column(Text(heads[head]), justify="left" if place == 0 else "right", no_wrap=place > 0)
    scope = None
    for row in rows.head(MOST).to_dict("records"):
        if scope not in (None, row.get("scope")):
            table.add_row()
        scope = row.get("scope")
        table.add_row(*(Text(_cell(form, [row.get(c) for c in source.split()], say)) for _, form, source in columns))
    if len(rows) > MOST:
        table.add_row(Text(say.text("table.more", count=len(rows) - MOST)))
    return table


def _cell(form: str, values: list[Any], say: Phrases) -> str:
    """Values as they are written; a dash where one is missing."""
    if any(value is None or value != value for value in values):
        return "–"
    first = values[0]
    if form == "element":
        return str(say.raw("element")[first])
    if form in ("text", "name"):
        return str(say.raw("table.names").get(first, first)) if form == "name" else str(first)
    if "_to_" in form:
        ends = [_cell(form.partition("_to_")[0], [value], say) for value in values]
        return ends[0] if ends[0] == ends[1] else " … ".join(ends)
    if form == "p":
        return say.p(float(first)).removeprefix("= ")
    if form == "share":
        return say.percent(float(first))
    return say.number(float(first), DIGITS[form], form == "signed")
