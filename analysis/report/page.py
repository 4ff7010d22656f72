"""The report as one self-contained page: template, inline drawings, inline style; opening it fetches nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from analysis.decision.compare import SHOWN, SURVEY_ERROR, SURVEY_N
from analysis.decision.outcome_table import Outcomes
from analysis.presentation.words import Words
from analysis.report import tables
from analysis.report.answer import among_equal_cost, answer
from analysis.report.study import Study

__all__ = ["inline", "render"]

FEW = 30


def render(
    outcomes: Outcomes,
    comparison: pd.DataFrame,
    figures: Mapping[str, bytes],
    study: Study,
    words: Words,
    parameters: Iterable[Any],
) -> str:
    """The whole page as HTML text.

    Args:
        outcomes: the runs; comparison: what `compare` made of it; figures: SVG bytes of `draw_all`.
        study: what is compared; words: language; parameters: the registry (each with `name`, `klass` and `effect`).
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
        "answers": answer(comparison, study, words),
        "equal_cost": among_equal_cost(outcomes, comparison, study, words),
        "policies": tables.policies(comparison, study, words),
        "differences": tables.differences(comparison, SHOWN, study, words),
        "how_sure": tables.how_sure(comparison, study, words),
        "visible": tables.visible_in_survey(comparison, study),
        "evidence": tables.evidence(registry, words),
        "effects": tables.effects(registry),
        "calibrated": sorted(p.name for p in registry if p.klass == "calibrated"),
        "annex": tables.annex(comparison, study, words),
        "figures": {name: inline(drawing, name) for name, drawing in figures.items()},
        "study": study,
        "words": words,
        "t": words.html,
        "reference": study.titles[study.reference],
        "share": words.percent(study.scale),
        "few": study.draws < FEW and not study.quick,
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
