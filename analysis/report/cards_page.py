"""Study cards on the validation page: a headline, a table, a figure and the explanations; alone, or beside the calibration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from analysis.calibration.cards.run import CardResult
from analysis.calibration.cards.summary import Tally, counted
from analysis.calibration.cards.verdict import FAILED, IMPRECISE
from analysis.presentation.words import Words
from analysis.report.page import inline

__all__ = ["card_cells", "cards_headline", "cards_values", "render_cards", "short"]

DIGITS = 2  # significant digits


def render_cards(
    results: Sequence[CardResult], figure: bytes, words: Words, city: str, command: str, version: str
) -> str:
    """A page of its own as HTML text. figure: SVG bytes of `draw_cards`; command: what makes the page again."""
    environment = Environment(
        loader=PackageLoader("analysis.report", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    values = {
        "words": words, "t": words.html, "city": city, "command": command, "version": version,
        "cards": cards_values(results, figure, words),
    }  # fmt: skip
    return environment.get_template("cards_page.html.j2").render(values)


def cards_values(results: Sequence[CardResult], figure: bytes, words: Words) -> dict[str, Any]:
    """What the section about cards needs: headline, rows, figure."""
    return {
        "headline": cards_headline(results, words),
        "rows": [card_cells(r, words) for r in results],
        "figure": inline(figure, "validation-cards"),
        "draws": words.number(max(r.model.draws for r in results), 0),
        "forms": [form_cells(r, words) for r in results if r.forms],
    }


def cards_headline(results: Sequence[CardResult], words: Words) -> list[str]:
    """Sentences: the share that passes, with and without an interval, holdouts apart, what was only reported, what is too imprecise."""

    def said(key: str, one: Tally, other: Tally) -> str:
        return words.text(
            key,
            passed=one.passed,
            judged=one.judged,
            share=words.percent(one.share),
            alone=other.passed,
            of=other.judged,
        )

    lines = [said("cards.headline", counted(results, alone=False), counted(results, alone=True))]
    for role in ("prior", "holdout"):
        lines.append(said(f"cards.headline_{role}", counted(results, role, False), counted(results, role, True)))
    told = sum(r.card.kind == "direction" for r in results)
    imprecise = [title(r, words) for r in results if r.verdict.outcome == IMPRECISE]
    lines += [words.text("cards.reported", n=told)] if told else []
    lines += [words.text("cards.imprecise", names="; ".join(imprecise))] if imprecise else []
    return lines


def title(r: CardResult, words: Words) -> str:
    """A card's title in the language of the page."""
    return str(r.card.title.model_dump()[words.lang])


def card_cells(r: CardResult, words: Words) -> dict[str, Any]:
    """One card as cells."""
    should = r.should
    outcome = words.text(f"cards.outcome.{r.verdict.outcome}")
    if r.verdict.chance is not None:
        outcome = words.text(
            "cards.chance", chance=words.percent(r.verdict.chance), sign=words.text(f"cards.sign.{r.card.sign}")
        )
    return {
        "title": title(r, words),
        "area": words.text(f"cards.area.{r.card.area}"),
        "role": words.text(f"cards.role.{r.card.role}"),
        "kind": words.text(f"cards.kind.{r.card.kind}"),
        "unit": words.text(f"cards.unit.{r.card.unit}"),
        "evidence": ", ".join(r.card.evidence),
        "published": "–" if r.published.value is None else short(r.published.value, words, 3),
        "because": "; ".join(
            words.text("cards.factor", why=words.text(f"cards.because.{f.because}"), times=short(f.times, words, 3))
            for f in r.card.adjusted
        ),
        "adjusted": "–" if should is None else short(should.effect, words),
        "adjusted_range": ""
        if should is None or should.low is None or should.high is None
        else _range(should.low, should.high, words),
        "model": short(r.model.median, words),
        "model_range": _range(r.model.low, r.model.high, words),
        "outcome": outcome,
        "alone": r.verdict.alone,
        "failed": r.verdict.outcome == FAILED,
        "why": _why(r, words),
        "explanation": str(r.card.explanation.model_dump()[words.lang]),
    }


def form_cells(r: CardResult, words: Words) -> dict[str, Any]:
    """What a card finds by the value of a structural switch."""
    found = [
        words.text(
            "cards.form", value=form, median=short(f.median, words), range=_range(f.low, f.high, words), draws=f.draws
        )
        for form, f in sorted(r.forms.items(), reverse=True)
    ]
    return {"title": title(r, words), "switch": r.card.by_form, "found": "; ".join(found)}


def _why(r: CardResult, words: Words) -> str:
    """What a failed card failed on."""
    if r.verdict.outcome != FAILED:
        return ""
    return ", ".join(
        words.text(f"cards.failed_on.{name}") for name in ("size", "widths") if getattr(r.verdict, name) is False
    )


def _range(low: float, high: float, words: Words) -> str:
    return f"{short(low, words)} – {short(high, words)}"


def short(value: float, words: Words, digits: int = DIGITS) -> str:
    """A number with so many significant digits, never with an exponent."""
    text = f"{float(f'{value:.{digits}g}'):.6f}".rstrip("0").rstrip(".")
    return words.number(float(text), len(text.partition(".")[2]))
