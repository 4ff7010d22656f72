"""The report as one self-contained page: template, inline drawings, inline style; opening it fetches nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from analysis.decision.carried import HALF, Carried
from analysis.decision.compare import SHOWN, SURVEY_ERROR, SURVEY_N
from analysis.decision.outcome_table import Outcomes
from analysis.presentation.words import Words
from analysis.report import tables
from analysis.report.answer import among_equal_cost, answer
from analysis.report.carried import carried_rows, carried_sentences
from analysis.report.facts import Facts

__all__ = ["inline", "render"]

FEW = 30


def render(
    outcomes: Outcomes,
    comparison: pd.DataFrame,
    figures: Mapping[str, bytes],
    facts: Facts,
    words: Words,
    parameters: Iterable[Any],
    carried: Carried | None = None,
) -> str:
    """The whole page as HTML text.

    Args:
        outcomes: the runs; comparison: what `compare` made of it; figures: SVG bytes of `draw_all`.
        facts: what is compared; words: language; parameters: the registry (each with `name`, `klass` and `effect`).
        carried: what carries the differences, None where it is not known what the draws drew.
    """
    environment = Environment(
        loader=PackageLoader("analysis.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    registry = list(parameters)
    values = {
        "answers": answer(comparison, facts, words),
        "carried_sentences": [] if carried is None else carried_sentences(carried, comparison, facts, words),
        "carried": None if carried is None or carried.differences.empty else carried_rows(carried, facts, words),
        "half": words.percent(HALF),
        "equal_cost": among_equal_cost(outcomes, comparison, facts, words),
        "policies": tables.policies(comparison, facts, words),
        "differences": tables.differences(comparison, SHOWN, facts, words),
        "drifts": tables.drifts(outcomes, SHOWN, facts, words),
        "how_sure": tables.how_sure(comparison, facts, words),
        "visible": tables.visible_in_survey(comparison, facts),
        "evidence": tables.evidence(registry, words),
        "effects": tables.effects(registry),
        "calibrated": sorted(p.name for p in registry if p.klass == "calibrated"),
        "annex": tables.annex(comparison, facts, words),
        "figures": {name: inline(drawing, name) for name, drawing in figures.items()},
        "facts": facts,
        "words": words,
        "t": words.html,
        "reference": facts.titles[facts.reference],
        "share": words.percent(facts.scale),
        "few": facts.draws < FEW and not facts.quick,
        "survey": {"n": SURVEY_N, "error": words.number(SURVEY_ERROR, 0)},
    }
    return environment.get_template("report.html.j2").render(values)


def inline(drawing: bytes, name: str) -> Markup:
    """An SVG file as part of a page: no declaration, names of its parts made unique, size left to the page."""
    text = drawing.decode()
    text = text[text.index("<svg") :]
    text = re.sub(r"<style[^>]*>.*?</style>", "", text, flags=re.DOTALL)
    # Parts that nothing refers to need no name; the others get the figure's name in front.
    used = set(re.findall(r"(?:url\(#|href=\"#)([^)\"]+)", text))
    text = re.sub(r' id="([^"]+)"', lambda m: f' id="{name}-{m[1]}"' if m[1] in used else "", text)
    text = re.sub(r"(url\(#|href=\"#)", rf"\g<1>{name}-", text)
    text = re.sub(r'(<svg[^>]*?) width="[^"]*" height="[^"]*"', r"\1", text, count=1)
    return Markup(text.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))
