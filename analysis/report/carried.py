"""What carries the differences, in sentences and as rows of ready text."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd
from markupsafe import Markup

from analysis.decision.carried import HEADLINE, Carried
from analysis.decision.first_order import FEWEST
from analysis.presentation.words import Words
from analysis.report.answer import named
from analysis.report.facts import Facts

__all__ = ["CarriedCell", "carried_rows", "carried_sentence", "carried_sentences"]

ASKED = ("competence", "trust")  # the outcomes that the answer speaks of


class CarriedCell(NamedTuple):
    """What carries one difference: its parameters with share and class, and a line on the difference without the largest."""

    parameters: list[dict[str, str]]
    without: Markup | str


def carried_sentences(found: Carried, comparison: pd.DataFrame, facts: Facts, words: Words) -> list[Markup]:
    """A sentence to each sentence of the answer, on the strategy that it names; one alone where draws are too few."""
    if found.differences.empty and facts.draws < FEWEST and facts.others:
        return [words.html("carried.few", draws=facts.draws, fewest=FEWEST)]
    sentences = []
    for outcome in ASKED:
        choice = named(comparison, outcome, facts)
        if choice is not None and (sentence := carried_sentence(found, choice[1], outcome, facts, words)):
            sentences.append(sentence)
    return sentences


def carried_sentence(found: Carried, policy: str, outcome: str, facts: Facts, words: Words) -> Markup | None:
    """What explains one difference, what it is without the largest when that passes one half, and what calibration explains of it."""
    row = found.of(policy, outcome)
    if row is None:
        return None
    about = {"what": words.text(f"answer.{outcome}"), "policy": facts.titles[policy]}
    leading = found.leading(policy, outcome)
    if leading:
        names = ", ".join(f"{p['parameter']} ({_class(p, words)}, {words.percent(p['share'])})" for p in leading)
        said = [words.html("carried.named", names=names, **about)]
    else:
        said = [words.html("carried.nobody", floor=words.percent(row["floor"]), **about)]
    if without := _without(row, outcome, words):
        said.append(without)
    said.append(_calibrated(row, words))
    return Markup(" ").join(said)


def carried_rows(found: Carried, facts: Facts, words: Words) -> dict[str, Any]:
    """A table of strategies by outcomes: what carries each difference."""
    outcomes = [o for o in HEADLINE if o in set(found.differences["outcome"])]
    return {
        "heads": [words.short(o) for o in outcomes],
        "rows": [(facts.titles[p], [_cell(found, p, o, words) for o in outcomes]) for p in facts.others],
    }


def _cell(found: Carried, policy: str, outcome: str, words: Words) -> CarriedCell:
    row = found.of(policy, outcome)
    if row is None:
        return CarriedCell([], "–")
    parameters = [
        {"name": str(p["parameter"]), "share": words.percent(p["share"]), "klass": _class(p, words)}
        for p in found.leading(policy, outcome)
    ]
    return CarriedCell(parameters, _without(row, outcome, words) or "")


def _without(row: Mapping[str, Any], outcome: str, words: Words) -> Markup | None:
    """The difference without the largest parameter; None where that explains less than one half."""
    if pd.isna(row["at"]):
        return None
    if math.isnan(row["without"]):
        return words.html("carried.not_without", parameter=row["largest"])
    values = {name: words.difference(row[key], outcome) for name, key in
              (("difference", "without"), ("low", "without_low"), ("high", "without_high"))}  # fmt: skip
    about = {
        "parameter": row["largest"],
        "unit": words.difference_unit(outcome),
        "n": words.number(row["without_draws"], 0),
    }
    return words.html("carried.without" if row["at"] == 0.0 else "carried.known", **values, **about)


def _calibrated(row: Mapping[str, Any], words: Words) -> Markup:
    """How much of a difference the calibrated parameters explain."""
    count = int(row["calibrated_parameters"])
    if count == 0:
        return words.html("carried.no_calibrated")
    if math.isnan(row["calibrated"]):
        return words.html("carried.calibrated_unknown", n=count, draws=row["draws"])
    below = row["calibrated"] <= row["calibrated_floor"]
    share, floor = (words.percent(max(float(row[name]), 0.0)) for name in ("calibrated", "calibrated_floor"))
    return words.html(f"carried.calibrated_{'nothing' if below else 'share'}", n=count, share=share, floor=floor)


def _class(row: Mapping[str, Any], words: Words) -> str:
    return words.text(f"evidence.{row['class']}").lower()
