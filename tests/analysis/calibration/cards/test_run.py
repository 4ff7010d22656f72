"""Cards from end to end: a few draws of cheap ones, their counts, tables and page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest
from markupsafe import escape

from analysis.calibration.cards.deck import Deck
from analysis.calibration.cards.quantities import QUANTITIES
from analysis.calibration.cards.reading import Reading
from analysis.calibration.cards.run import CardResult, run_cards
from analysis.calibration.cards.summary import counted, table_of, to_json
from analysis.presentation.words import Words
from analysis.report.cards_figure import draw_cards
from analysis.report.cards_page import cards_headline, render_cards
from data.errors import InputError
from simulation.parameters import Parameters, default
from simulation.trials.result import TrialResult

CHEAP = (
    "learning_course",
    "use_0",
    "audits_certain",
    "favouritism_audits",
    "self_ratings",
    "trust_judgement",
    "ethics_officers",
)


def part(*names: str) -> Deck:
    """Some cards of the shipped deck."""
    cards = Deck.load().cards
    return Deck(cards={name: cards[name] for name in names})


@pytest.fixture(scope="module")
def results() -> Mapping[str, CardResult]:
    """Cheap cards with four draws each."""
    return {r.name: r for r in run_cards(part(*CHEAP), parameters="prior", fewest=4, most=4, workers=2)}


def test_every_card_has_its_result(results: Mapping[str, CardResult]) -> None:
    """Guards the order, the draws, and effects that are not there at all."""
    assert tuple(results) == CHEAP
    assert all(r.model.draws == 4 and np.isfinite(r.model.median) for r in results.values())
    assert results["learning_course"].model.width > 0.0
    assert 30.0 < results["use_0"].model.median < 90.0
    assert results["audits_certain"].model.median < 0.0 < results["favouritism_audits"].model.median
    assert set(results["trust_judgement"].forms) <= {0, 1}


def test_more_draws_go_on_where_the_first_stopped(results: Mapping[str, CardResult]) -> None:
    """Guards draws that are taken twice or anew: four at once are two and two more; another number of workers changes nothing."""
    [grown] = run_cards(part("audits_certain"), parameters="prior", fewest=2, most=4, workers=1)
    assert grown.model == results["audits_certain"].model


def test_an_effect_of_nothing_is_exactly_nothing() -> None:
    """Guards the contrast: with every effect off, treated and untreated are the same people, whatever the luck."""
    off = default("tangsel").without_effects()
    for r in run_cards(
        part("audits_certain", "ethics_officers", "community_training"), parameters=off, fewest=2, most=2
    ):
        assert (r.model.median, r.model.low, r.model.high) == (0.0, 0.0, 0.0)


def test_fixed_parameters_are_those_of_the_study() -> None:
    """Guards the situation of a study: nobody practises, the gain is that of the study, and it fades."""
    [r] = run_cards(part("forgetting_accuracy"), parameters="prior", fewest=3, most=3)
    assert -1.04 < r.model.median < -0.2
    assert dict(r.card.fixed)["use_start"] == 0.0


def test_counts_keep_apart_what_differs(results: Mapping[str, CardResult]) -> None:
    """Guards the headline: directions do not count, and cards judged by size alone are counted apart."""
    everything, alone = counted(results.values(), alone=False), counted(results.values(), alone=True)
    assert everything.judged + alone.judged == len(CHEAP) - 1
    assert alone.judged == 3
    roles = [counted(results.values(), role).judged for role in ("prior", "holdout")]
    assert sum(roles) == everything.judged + alone.judged
    said = json.loads(to_json(list(results.values()), {}))
    assert said["tallies"]["all"]["judged"] == everything.judged
    assert [row["card"] for row in said["cards"]] == list(CHEAP) == table_of(results.values())["card"].tolist()


@pytest.mark.parametrize("lang", ["en", "id"])
def test_the_page_shows_every_card(results: Mapping[str, CardResult], lang: str) -> None:
    """Guards against a card, a headline or an explanation that the page leaves out, in either language."""
    words, cards = Words(lang), list(results.values())
    page = render_cards(cards, draw_cards(cards, words), words, "Kota", "asnlab validate --cards", "0")
    for r in cards:
        assert page.count(str(escape(getattr(r.card.title, lang)))) >= 2
        assert r.published.id in page
    assert all(line.split("(")[0] in page.replace("\N{NO-BREAK SPACE}", " ") for line in cards_headline(cards, words))
    assert "<svg" in page and "{" not in page.split("</style>")[1].split("<svg")[0]


def reading(people: float, quantity: str = "held_technical") -> Reading:
    """A reading of a made-up trial in which untreated people have this SD."""
    rows = [(0, arm, 2, quantity, mean, people) for arm, mean in (("treated", 1.0), ("treated_without", 0.5))]
    frame = pd.DataFrame(rows, columns=["draw", "arm", "month", "quantity", "mean", "sd"])
    nature: Any = Parameters.load("tangsel").draw(1, 0)
    return Reading((0,), nature, TrialResult(frame, pd.DataFrame(), "made up"), 2, 2, "technical", True)


def test_an_effect_is_standardised_by_the_untreated() -> None:
    """Guards the standardiser, and refuses a study with zero spread in place of an infinite effect."""
    assert QUANTITIES["tested"].read(reading(0.25)).tolist() == [2.0]
    with pytest.raises(
        InputError, match=r"held_technical: a study with zero spread: all untreated people are alike in draw 0"
    ):
        QUANTITIES["tested"].read(reading(0.0))
