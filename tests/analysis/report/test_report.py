"""The report: honest sentences, two equal languages, one self-contained page for people and for screen readers."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from string import Formatter
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from analysis.decision.carried import Carried, carried
from analysis.decision.compare import SHOWN, compare, trajectories
from analysis.decision.drift import drift
from analysis.report import Facts, Lever, Words, figures, localised, render
from analysis.report.answer import among_equal_cost, sentence
from analysis.report.carried import carried_sentence, carried_sentences
from analysis.report.carried_figure import carried_bars
from data.errors import InputError
from simulation.outcomes import OUTCOMES
from simulation.parameters import Parameters
from simulation.policy import LEVERS

TITLES = {"base": "Status quo", "new": "Ethics <script>alert(1)</script> & audits", "other": "Forums"}


def facts(**changes: Any) -> Facts:
    about: dict[str, Any] = {
        "title": "Plan <b>A</b> & B",
        "city": "Kota Tangerang Selatan",
        "months": 24,
        "reference": "base",
        "titles": TITLES,
        "draws": 40,
        "seed": 1,
        "scale": 1.0,
        "levers": {"new": [Lever("audits", "8 %", "4 %")]},
        "command": "asnlab compare 'my <plan>.yaml' --out results",
        "key": "a" * 64,
        "versions": {"asnlab": "0.1.0"},
        "hashes": {"outcomes.parquet": "b" * 64},
    }
    return Facts(**(about | changes))


def frame(gains: dict[str, tuple[float, float]], draws: int = 40, cost: dict[str, float] | None = None) -> pd.DataFrame:
    """Outcomes where each policy gains mean, sd over the reference in every key outcome (lower side payments)."""
    rng = np.random.default_rng(2)
    parts = []
    for policy in TITLES:
        mean, sd = gains.get(policy, (0.0, 0.0))
        z = rng.normal(size=draws)
        gain = np.repeat(mean + sd * (z - z.mean()), 25)
        index = pd.MultiIndex.from_product(
            [[policy], range(draws), [1], range(25)], names=["policy", "draw", "seed", "month"]
        )
        part = index.to_frame(index=False)
        part = part.assign(**{o: 50 + (-gain if o == "side_payments" else gain) for o in SHOWN})
        parts.append(part.assign(cost=1000.0 * (cost or {}).get(policy, 1.0), cost_training=900.0))
    return pd.concat(parts)


def page(outcomes: pd.DataFrame, lang: str = "en", **changes: Any) -> str:
    told, words = facts(**changes), Words(lang)
    comparison = compare(outcomes, "base")
    paths = trajectories(outcomes, "base", SHOWN)
    drawn = figures.draw_all(comparison, paths, outcomes, figures.Style(told.titles, "base", words))
    return render(outcomes, comparison, drawn, told, words, Parameters.load().table.values())


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    outcomes = frame({"new": (0.5, 0.2), "other": (0.1, 0.4)}, cost={"new": 1.2})
    return {lang: page(outcomes, lang) for lang in ("en", "id")}


def plain(text: object) -> str:
    return str(text).replace("\N{NO-BREAK SPACE}", " ")


# Sentences


def told(gains: dict[str, tuple[float, float]], outcome: str = "trust", lang: str = "en", **cost: float) -> str:
    comparison = compare(frame(gains, cost=cost), "base")
    return plain(sentence(comparison, outcome, facts(), Words(lang)).striptags())


def test_a_clear_winner_is_named_with_size_cost_and_certainty() -> None:
    text = told({"new": (0.5, 0.1), "other": (0.1, 0.1)}, "competence", new=1.5)
    assert "& audits raises competence in use most: by +0.50 SD (90 % of draws: +0.3" in text
    assert "for Rp 12.0 billion more over 2 years" in text
    assert "best of the 3 strategies in 100 % of the draws" in text
    assert "zero" not in text


def test_a_tie_is_called_not_distinguishable() -> None:
    # Guards the honesty of the headline: a lead in half of the draws must not be sold as a winner.
    text = told({"new": (0.30, 0.5), "other": (0.29, 0.5)})
    assert "not distinguishable" in text
    assert "raises" not in text
    assert "the interval includes zero, so even the direction is not certain" in text
    assert "at the same cost" in text


def test_a_likely_winner_with_an_open_direction_is_not_said_to_raise() -> None:
    text = told({"new": (0.5, 0.9), "other": (-0.5, 0.1)}, "competence")
    assert re.search(
        r"& audits is the best of the 3 strategies in \d\d % of the draws, with \+0.50 SD on average", text
    )
    assert "so even the direction is not certain" in text
    assert "raises" not in text


def test_a_share_too_close_to_the_threshold_is_said_to_be() -> None:
    # Guards the headline of a run of 50 draws in which the leader happens to be best in exactly 60 %.
    comparison = compare(frame({"new": (0.5, 0.1)}), "base")
    comparison.loc[comparison["policy"] == "new", "probability_best"] = 0.60
    comparison.loc[comparison["policy"] != "new", "probability_best"] = 0.20
    text = sentence(comparison, "competence", facts(), Words("en"))
    assert "40 draws are too few to tell this share from the 60" in text


def test_trust_is_set_against_the_error_of_a_survey() -> None:
    assert "below the sampling error of one city survey of 440 people (2 points)" in told({"new": (1.9, 0.1)})
    assert "above the sampling error of one city survey of 440 people (2 points)" in told({"new": (2.1, 0.1)})
    assert "survey" not in told({"new": (2.1, 0.1)}, "competence")


def test_a_harmful_strategy_does_not_win() -> None:
    text = told({"new": (-0.5, 0.1), "other": (-0.4, 0.1)})
    assert "no strategy is clearly better than Status quo" in text
    assert "Forums, differs by −0.40 points" in text


def test_no_difference_and_no_values_are_said() -> None:
    assert "every paired difference is exactly zero" in told({})
    empty = compare(frame({"new": (1, 1)}).drop(columns="trust"), "base")
    assert "no values" in sentence(empty, "trust", facts(), Words("en"))


def test_an_unsettled_mean_says_how_many_draws_are_missing() -> None:
    assert re.search(r"[1-9]\d* more draws are needed", told({"new": (0.1, 0.4), "other": (-0.1, 0.4)}))


def test_equal_money_is_compared_apart_when_a_strategy_costs_more() -> None:
    outcomes = frame({"new": (0.9, 0.1), "other": (0.5, 0.1)}, cost={"new": 1.5})
    words, comparison = Words("en"), compare(outcomes, "base")
    assert among_equal_cost(outcomes, comparison, facts(), words) is None  # only two are left
    four = pd.concat([outcomes, outcomes[outcomes["policy"] == "base"].assign(policy="idle")])
    wide = facts(titles={**TITLES, "idle": "Idle"})
    text = plain(among_equal_cost(four, compare(four, "base"), wide, words))
    assert "Forums is most often the best for competence (100 % of the draws) and Forums for trust (100 %)" in text


# Languages


def keys(tree: Any, path: str = "") -> dict[str, Any]:
    if isinstance(tree, dict):
        return {k: v for name, branch in tree.items() for k, v in keys(branch, f"{path}/{name}").items()}
    if isinstance(tree, list):
        return {k: v for i, branch in enumerate(tree) for k, v in keys(branch, f"{path}/{i}").items()}
    return {path: tree}


@pytest.mark.parametrize("catalogue", ["analysis/presentation/texts.{}.yaml", "app/locale/{}.yaml"])
def test_both_languages_have_the_same_texts_and_placeholders(root: Any, catalogue: str) -> None:
    english, indonesian = (
        keys(yaml.safe_load((root / catalogue.format(lang)).read_text(encoding="utf-8"))) for lang in ("en", "id")
    )
    assert english.keys() == indonesian.keys()

    def parts(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}

    for key, text in english.items():
        assert parts(text) == parts(indonesian[key]), key
        assert Counter(re.findall(r"</?\w+>", text)) == Counter(re.findall(r"</?\w+>", indonesian[key])), key


@pytest.mark.parametrize("lang", ["en", "id"])
def test_every_unit_and_lever_has_a_name(lang: str) -> None:
    words = Words(lang)
    assert {o.unit for o in OUTCOMES} <= set(words.raw("units"))
    labels = [words.lever(name) for name in LEVERS]
    assert all(labels) and len(set(labels)) == len(labels) and not set(labels) & set(LEVERS)
    for name, lever in LEVERS.items():
        told = [words.lever_value(name, choice) for choice in lever.choices]
        assert all(told) and len(set(told)) == len(told), name


def test_numbers_as_each_language_writes_them() -> None:
    english, indonesian = Words("en"), Words("id")
    assert (english.number(1234.5, 1), indonesian.number(1234.5, 1)) == ("1,234.5", "1.234,5")
    assert (english.money(9.6), indonesian.money(9.6)) == ("Rp 9.6 billion", "Rp9,6 miliar")
    assert (plain(english.percent(0.605)), indonesian.percent(0.6)) == ("60 %", "60%")
    assert indonesian.number(-0.5, signed=True) == "−0,50"
    assert english.number(-0.001, signed=True) == "0.00"  # rounded to nothing: no sign
    assert english.money(-0.01, signed=True) == "Rp 0.0 billion"
    assert english.number(float("nan")) == "–"
    assert (english.horizon(60), indonesian.horizon(18)) == ("5 years", "18 bulan")
    assert plain(english.lever_value("integrity.audit_probability", 0.125)) == "12.5 %"
    assert indonesian.lever_value("budget_factor", 1.5) == "1,5"
    assert indonesian.lever_value("evaluation.sample", 120) == "120"
    assert indonesian.lever_value("evaluation.adapt", True) == "ya"
    assert english.lever_value("needs.accuracy", 0.0) == "0"
    assert indonesian.lever_value("evaluation.design", "pre_post") == "tes awal dan akhir"
    assert english.lever_value("a_column.of_my_own", "as written") == "as written"


def test_titles_may_be_one_text_or_several_languages() -> None:
    assert localised("Plan", "id") == "Plan"
    assert localised({"en": "Plan", "id": "Rencana"}, "id") == "Rencana"
    assert localised({"en": "Plan"}, "id") == "Plan"


def test_unknown_language_is_refused() -> None:
    with pytest.raises(InputError, match=r"lang: 'fr'; allowed are en, id"):
        Words("fr")


# The page


class Page(HTMLParser):
    """Elements with their attributes, ids, headings and text of a page."""

    VOID = frozenset({"meta", "link", "br", "img", "hr", "input", "wbr"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {k: v or "" for k, v in attrs}))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {k: v or "" for k, v in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> out of place"

    def named(self, *tags: str) -> list[dict[str, str]]:
        return [attrs for tag, attrs in self.elements if tag in tags]


@pytest.mark.parametrize("lang", ["en", "id"])
def test_page_is_whole_and_asks_for_nothing(pages: dict[str, str], lang: str) -> None:
    # Guards printing and mailing: the page has to look the same on a machine without a network.
    parsed = Page(pages[lang])
    assert parsed.open == []
    assert not parsed.named("script", "link", "img", "iframe", "object", "embed", "base")
    for _, attrs in parsed.elements:
        for name in ("src", "href", "xlink:href"):
            assert attrs.get(name, "#").startswith("#")
    assert not re.search(r"url\((?!#)|@import", pages[lang])
    addresses = set(re.findall(r"https?://[^\s\"'<)]+", pages[lang]))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


@pytest.mark.parametrize("lang", ["en", "id"])
def test_page_can_be_read_by_a_screen_reader(pages: dict[str, str], lang: str) -> None:
    parsed = Page(pages[lang])
    assert parsed.named("html")[0]["lang"] == lang
    ids = [attrs["id"] for _, attrs in parsed.elements if "id" in attrs]
    assert [i for i, n in Counter(ids).items() if n > 1] == []
    assert {attrs["aria-labelledby"] for attrs in parsed.named("section")} <= set(ids)
    headings = [int(tag[1]) for tag, _ in parsed.elements if re.fullmatch(r"h[1-6]", tag)]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert max(b - a for a, b in itertools.pairwise(headings)) <= 1
    assert len(parsed.named("caption")) == len(parsed.named("table"))
    assert all(attrs.get("scope") in ("col", "row") for attrs in parsed.named("th"))
    drawings = [attrs for attrs in parsed.named("div") if attrs.get("class") == "drawing"]
    assert len(drawings) == len(parsed.named("svg")) == 5
    assert all(attrs["role"] == "img" and len(attrs["aria-label"]) > 40 for attrs in drawings)


@pytest.mark.parametrize("lang", ["en", "id"])
def test_names_inside_drawings_still_find_their_parts(pages: dict[str, str], lang: str) -> None:
    # Guards the five drawings on one page: with equal names the clips and marks of one would be used by another.
    ids = set(re.findall(r' id="([^"]+)"', pages[lang]))
    used = set(re.findall(r"(?:url\(#|xlink:href=\"#)([^)\"]+)", pages[lang]))
    assert used
    assert used <= ids


def test_what_people_typed_is_shown_and_never_run(pages: dict[str, str]) -> None:
    text = pages["en"]
    assert "<script" not in text
    assert "Ethics &lt;script&gt;alert(1)&lt;/script&gt; &amp; audits" in text
    assert "Plan &lt;b&gt;A&lt;/b&gt; &amp; B" in text
    assert "my &lt;plan&gt;.yaml" in text


def test_page_holds_the_numbers_of_the_comparison(pages: dict[str, str]) -> None:
    # Guards the table: the mean gain of 0.50 and its cost of 24 x 200 million must be what the reader sees.
    assert ">+0.50<" in pages["en"]
    assert ">+0,50<" in pages["id"]
    assert "+Rp 4.8 billion" in pages["en"]
    assert "+Rp4,8 miliar" in pages["id"]
    assert not re.search(r">[+−]\d+\.\d", re.sub(r"<svg.*?</svg>", "", pages["id"], flags=re.DOTALL))


def test_page_says_what_the_evidence_is(pages: dict[str, str]) -> None:
    table = list(Parameters.load().table.values())
    effects = [p for p in table if p.effect]
    assert f"The model has {len(table)} parameters" in pages["en"]
    assert f"{len(effects)} of the {len(table)} parameters carry the effect of a strategy" in pages["en"]
    assert all(f"<code>{p.name}</code>" in pages["en"] for p in table)
    assert "No published figure of this city identifies the effect of a strategy" in pages["en"]


@pytest.mark.slow
def test_quick_runs_and_few_draws_are_marked() -> None:
    outcomes = frame({"new": (0.5, 0.2)}, draws=5)
    quick = plain(page(outcomes, quick=True, draws=5, scale=0.05))
    assert "Quick run." in quick
    assert "5 % of the city and 5 draws" in quick
    few = page(outcomes, draws=5)
    assert "Few draws." in few
    assert "Quick run." not in few


def test_the_reference_alone_still_makes_a_page() -> None:
    outcomes = frame({}, draws=5)
    alone = page(outcomes[outcomes["policy"] == "base"], titles={"base": "Status quo"}, levers={})
    assert "Nothing can be said about competence in use" in alone
    assert Page(alone).open == []


@pytest.mark.slow
def test_same_numbers_same_page() -> None:
    outcomes = frame({"new": (0.5, 0.2)}, draws=5)
    assert page(outcomes) == page(outcomes.sample(frac=1, random_state=1))


# What carries the differences


def carried_by(klass: str, effect: str = "disclosure_on_trust") -> Carried:
    """Runs in which one parameter decides what `new` does to trust, and calibration nothing."""
    rng = np.random.default_rng(8)
    table = {name: p for name, p in Parameters.load().table.items() if name in (effect, "leniency", "rotation")}
    table["leniency"] = replace(table["leniency"], klass=klass)
    inputs = pd.DataFrame({"draw": range(200), "seed": 1} | {name: rng.normal(size=200) for name in table})
    outcomes = frame({}, draws=200).query("month in (0, 24)")
    gain = outcomes["draw"].map(0.1 + 0.4 * inputs[effect] + 0.02 * rng.normal(size=200))
    outcomes["trust"] += np.where(outcomes["policy"] == "new", gain, 0.0)
    return carried(outcomes, inputs, table, "base")


@pytest.mark.parametrize("lang", ["en", "id"])
def test_an_answer_that_one_parameter_carries_says_so(lang: str) -> None:
    """Guards an answer on trust that rests on one assumption in silence, in either language."""
    words, own = Words(lang), Parameters.load().table["disclosure_on_trust"].klass
    for klass in ("calibrated", "assumed"):
        text = plain(carried_sentence(carried_by(klass), "new", "trust", facts(), words).striptags())  # type: ignore[union-attr]
        assert "disclosure_on_trust (" in text and words.text(f"evidence.{own}").lower() in text
        shown = re.search(r"selisihnya|the difference is", text)
        assert shown and re.match(r"[^0-9]*\+0[.,](0[89]|1[01])", text[shown.end() :])
        ends = {
            "calibrated": "no more of it than chance|lebih banyak daripada kebetulan",
            "assumed": "No parameter of this run|Tidak ada parameter terkalibrasi",
        }
        assert re.search(ends[klass], text)


def test_the_page_shows_what_carries_each_difference() -> None:
    """Guards a section that is missing, a number of a section that stands twice, and a page without it that has a hole."""
    outcomes = frame({"new": (0.5, 0.2), "other": (0.1, 0.4)})
    told, words, found = facts(), Words("en"), carried_by("calibrated")
    comparison = compare(outcomes, "base")
    style = figures.Style(told.titles, "base", words)
    drawn = {"carried": figures.as_svg("carried", lambda: carried_bars(found, style), style)}
    text = render(outcomes, comparison, drawn, told, words, Parameters.load().table.values(), found)
    assert "disclosure_<wbr>on_<wbr>trust</code>" in text and "Without disclosure_on_trust" in text
    numbers = re.findall(r"<h2 id=\"[a-z]+\">(\d)\.", text)
    assert numbers == [str(k) for k in range(1, 9)]
    assert re.findall(r"<h2 id=\"[a-z]+\">(\d)\.", page(outcomes)) == [str(k) for k in range(1, 8)]
    assert Page(text).open == []


def test_few_draws_name_no_cause() -> None:
    """Guards causes named from chance, and an answer that says nothing where it cannot say anything."""
    none = Carried(pd.DataFrame(columns=["policy", "outcome"]), pd.DataFrame(columns=["policy", "outcome"]))
    outcomes = frame({"new": (0.5, 0.2)}, draws=8)
    said = carried_sentences(none, compare(outcomes, "base"), facts(draws=8), Words("en"))
    assert [plain(s) for s in said] == [
        "8 draws are too few to say which parameters carry the differences; 30 are needed."
    ]


def test_drift_of_the_reference_stands_apart_from_differences() -> None:
    """Guards against a rise that comes without any policy and is read as a strategy's success."""
    outcomes = frame({"new": (0.5, 0.2)})
    outcomes["ikm"] += 0.25 * outcomes["month"]  # three points a year, under every strategy
    shown = page(outcomes)
    row = shown[shown.index("Drift of the reference") :].split("</tr>")[0]
    assert "+3.0" in row
    found = drift(outcomes, "base", ["ikm", "trust"])
    assert found["ikm"].mean == pytest.approx(3.0) and found["trust"].mean == pytest.approx(0.0)
    assert drift(outcomes[outcomes["month"] < 20], "base", ["ikm"]) == {}
    assert "sama pada setiap strategi" in page(outcomes, "id")
