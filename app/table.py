"""The comparison as a table in the terminal, with the answer in two sentences below it."""

from __future__ import annotations

import sys

import pandas as pd
from markupsafe import Markup
from rich.console import Console
from rich.table import Table
from rich.text import Text

from analysis.decision.carried import Carried
from analysis.report import Words
from analysis.report.answer import answer
from analysis.report.carried import carried_sentences
from analysis.report.facts import Facts
from analysis.report.tables import differences, policies
from analysis.study import Study
from app.locale import say

__all__ = ["show", "show_comparison"]

COLUMNS = ("competence", "side_payments", "ikm", "trust")
WIDTH = 110


def show(study: Study) -> None:
    """Print the table of a study in its language."""
    show_comparison(study.comparison(), study.facts(), Words(study.lang), study.carried())


def show_comparison(comparison: pd.DataFrame, facts: Facts, words: Words, carried: Carried | None = None) -> None:
    """Print the differences from the reference with their intervals, the costs, the answer and what carries it."""
    # Without a terminal rich assumes 80 columns and breaks the table.
    console = Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)
    content = differences(comparison, COLUMNS, facts, words)
    cost = {row["title"]: row for row in policies(comparison, facts, words)}
    titles = facts.titles
    caption = say(words.lang, "title", reference=titles[facts.reference], window=facts.window)
    if facts.drawn_from:
        caption += "\n" + words.text("drawn_from.line", source=facts.drawn_from)
    table = Table(title=Text(caption), title_justify="left", title_style="bold", pad_edge=False, box=None)
    table.add_column(Text(say(words.lang, "strategy")), no_wrap=False)
    for name, unit in content["heads"]:
        table.add_column(Text(f"{name}\n{unit}"), justify="right", no_wrap=True)
    table.add_column(Text(say(words.lang, "cost", years=words.horizon(facts.months))), justify="right")
    for title, cells in content["rows"]:
        cell_texts = [Text(f"{c.value}\n{c.range}", style="bold" if c.sure else "") for c in cells]
        table.add_row(Text(title), *cell_texts, Text(f"{cost[title]['cost']}\n{cost[title]['difference']}"))
    console.print()
    console.print(table)
    console.print()
    for sentence in answer(comparison, facts, words):
        console.print(Text(sentence.striptags()))
    for sentence in [] if carried is None else carried_sentences(carried, comparison, facts, words):
        console.print(Text(sentence.striptags()))
    for line in facts.borrowed:
        console.print(Text(Markup(line).striptags()))
    if facts.quick:
        share = words.percent(facts.scale)
        console.print(Text(say(words.lang, "quick", share=share, draws=facts.draws), style="bold"))
