"""Tables of the report as plain rows of ready text: the template only lays them out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import pandas as pd

from analysis.decision.compare import LIMIT, SURVEY_ERROR
from analysis.decision.drift import drift
from analysis.decision.outcome_table import Outcomes
from analysis.presentation.words import Words
from analysis.report.answer import ASKED
from analysis.report.facts import Facts
from analysis.report.rows import Row, rows_of

__all__ = [
    "CLASSES",
    "Cell",
    "annex",
    "differences",
    "drifts",
    "effects",
    "evidence",
    "how_sure",
    "policies",
    "visible_in_survey",
]

CLASSES = ("measured", "literature", "calibrated", "assumed")
MOST_LEVERS = 6


class Cell(NamedTuple):
    """One number with its interval; `sure` when the interval lies on one side of zero."""

    value: str
    range: str
    sure: bool


def policies(comparison: pd.DataFrame, facts: Facts, words: Words) -> list[dict[str, Any]]:
    """Each policy: title, levers that differ from the reference, cost and cost difference."""
    first = {policy: row for (policy, _), row in rows_of(comparison).items()}
    rows = []
    for policy, title in facts.titles.items():
        levers = list(facts.levers.get(policy, []))
        rows.append(
            {
                "title": title,
                "reference": policy == facts.reference,
                "note": facts.notes.get(policy, ""),
                "levers": levers[:MOST_LEVERS],
                "more": max(0, len(levers) - MOST_LEVERS),
                "cost": words.money(first[policy].cost_total),
                "difference": words.money(first[policy].cost_difference, signed=True),
            }
        )
    return rows


def differences(comparison: pd.DataFrame, outcomes: Iterable[str], facts: Facts, words: Words) -> dict[str, Any]:
    """Key outcomes by policy: difference with its interval, and the reference's own level."""
    table = rows_of(comparison)
    there = [o for o in outcomes if (facts.reference, o) in table]
    return {
        "heads": [(words.short(o), words.difference_unit(o)) for o in there],
        "level": [words.level(table[facts.reference, o].level, o) for o in there],
        "rows": [(facts.titles[p], [_cell(table[p, o], o, words) for o in there]) for p in facts.others],
    }


def drifts(outcomes: Outcomes, names: Iterable[str], facts: Facts, words: Words) -> list[tuple[str, str]]:
    """Change of the reference over the horizon and its interval, an outcome a cell; none for a horizon of under two windows."""
    found = drift(outcomes, facts.reference, names, facts.window)
    return [
        (words.difference(d.mean, o), f"{words.difference(d.low, o)} … {words.difference(d.high, o)}")
        for o, d in found.items()
    ]


def how_sure(comparison: pd.DataFrame, facts: Facts, words: Words) -> list[dict[str, str]]:
    """Competence and trust for each policy: chances, Monte Carlo error, draws still needed."""
    table = rows_of(comparison)
    return [
        {
            "outcome": words.short(outcome),
            "title": facts.titles[policy],
            "better": words.percent(table[policy, outcome].share_better),
            "best": words.percent(table[policy, outcome].probability_best),
            "error": words.number(table[policy, outcome].monte_carlo_error, 3),
            "needed": _draws(table[policy, outcome], words),
        }
        for outcome in ASKED
        for policy in facts.others
        if (policy, outcome) in table
    ]


def visible_in_survey(comparison: pd.DataFrame, facts: Facts) -> int:
    """How many policies move mean trust by more than the sampling error of one city survey."""
    table = rows_of(comparison)
    return sum(abs(table[p, "trust"].difference) > SURVEY_ERROR for p in facts.others if (p, "trust") in table)


def effects(parameters: Iterable[Any]) -> dict[str, int]:
    """How many parameters there are, how many carry the effect of a policy, and those by class of evidence."""
    known = list(parameters)
    carrying = [p for p in known if p.effect]
    by_class = {k: sum(p.klass == k for p in carrying) for k in CLASSES}
    return {"n": len(known), "effects": len(carrying), **by_class}


def evidence(parameters: Iterable[Any], words: Words) -> list[dict[str, Any]]:
    """Parameters counted and named by class of evidence, the four classes always shown."""
    names: dict[str, list[str]] = {k: [] for k in CLASSES}
    for parameter in parameters:
        names.setdefault(parameter.klass, []).append(parameter.name)
    total = sum(len(listed) for listed in names.values())
    return [
        {
            "klass": words.text(f"evidence.{k}"),
            "meaning": words.text(f"evidence.{k}_meaning"),
            "count": len(names[k]),
            "share": words.percent(len(names[k]) / total) if total else "–",
            "width": round(100 * len(names[k]) / total) if total else 0,
            "names": sorted(names[k]),
        }
        for k in CLASSES
    ]


def annex(comparison: pd.DataFrame, facts: Facts, words: Words) -> list[dict[str, Any]]:
    """Every outcome: the reference's level and each policy's difference."""
    table = rows_of(comparison)
    return [
        {
            "label": words.label(outcome),
            "unit": words.unit(outcome),
            "level": words.number(table[facts.reference, outcome].level, words.digits(outcome, level=True)),
            "cells": [_cell(table[policy, outcome], outcome, words) for policy in facts.others],
        }
        for outcome in dict.fromkeys(name for _, name in table)
    ]


def _cell(row: Row, outcome: str, words: Words) -> Cell:
    value, low, high = (words.difference(x, outcome) for x in (row.difference, row.low, row.high))
    return Cell(value, f"{low} … {high}", row.sure)


def _draws(row: Row, words: Words) -> str:
    if row.settled:
        return words.text("differences.settled")
    if row.draws_needed is None:
        return words.text("differences.beyond", limit=words.number(LIMIT, 0))
    return words.number(row.draws_needed, 0)
