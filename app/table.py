"""The comparison as a table in the terminal, with the answer in two sentences below it."""

from __future__ import annotations

import sys

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from analysis.report import Study, Words
from analysis.report.answer import answer
from analysis.report.tables import differences, policies
from app.locale import say

__all__ = ["show"]

COLUMNS = ("competence", "side_payments", "ikm", "trust")
WIDTH = 110


def show(comparison: pd.DataFrame, study: Study, words: Words) -> None:
    """Print the differences from the reference with their intervals, the costs and the answer."""
    # Without a terminal rich assumes 80 columns and breaks the table.
    console = Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)
    content = differences(comparison, COLUMNS, study, words)
    cost = {row["title"]: row for row in policies(comparison, study, words)}
    titles = study.titles
    caption = say(words.lang, "title", reference=titles[study.reference], window=study.window)
    if study.drawn_from:
        caption += "\n" + words.text("drawn_from.line", source=study.drawn_from)
    table = Table(title=Text(caption), title_justify="left", title_style="bold", pad_edge=False, box=None)
    table.add_column(Text(say(words.lang, "strategy")), no_wrap=False)
    for name, unit in content["heads"]:
        table.add_column(Text(f"{name}\n{unit}"), justify="right", no_wrap=True)
    table.add_column(Text(say(words.lang, "cost", years=words.horizon(study.months))), justify="right")
    for title, cells in content["rows"]:
        shown = [Text(f"{c.value}\n{c.range}", style="bold" if c.sure else "") for c in cells]
        table.add_row(Text(title), *shown, Text(f"{cost[title]['cost']}\n{cost[title]['difference']}"))
    console.print()
    console.print(table)
    console.print()
    for sentence in answer(comparison, study, words):
        console.print(Text(sentence.striptags()))
    if study.quick:
        share = words.percent(study.scale)
        console.print(Text(say(words.lang, "quick", share=share, draws=study.draws), style="bold"))
