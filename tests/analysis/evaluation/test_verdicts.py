"""Verdicts that hold: a useless training is not called effective, intervals hold the truth, nothing contradicts the decision."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from scipy.stats import binom

from analysis.evaluation import evaluate_skm, evaluate_training, figure, words
from analysis.evaluation.clustered import Fit
from analysis.evaluation.phrases import Phrases
from analysis.evaluation.skm.drawn import drawn_by
from analysis.evaluation.skm.index import from_respondents
from analysis.evaluation.training import made_up
from analysis.evaluation.training.attrition import _trimmed
from analysis.evaluation.training.decision import EARNED
from analysis.evaluation.training.figure import COLOURS
from analysis.presentation.style import INK
from docs.reliability import PAGE
from tests.analysis.evaluation.verdict_cases import SURVEYS, TRAININGS, scores, tried

MOST, LEAST_COVERED, MOST_COVERED = 0.05, 0.93, 0.98


def files(some: int, many: int) -> pytest.MarkDecorator:
    """The test with some made-up files, and in `make torture` with many."""
    return pytest.mark.parametrize("runs", [some, pytest.param(many, marks=pytest.mark.torture)])


@pytest.mark.slow
@files(12, 1000)
@pytest.mark.parametrize("cell", TRAININGS)
def test_a_useless_training_is_not_called_effective(cell: str, runs: int) -> None:
    """Guards verdicts and intervals in every cell, with a chance of 1 in 1000 for bad luck."""
    made = TRAININGS[cell]
    found = tried(made, runs)
    print(
        f"{cell}: effective {found.effective:.3f}, harmful {found.harmful:.3f}, covered {found.covered:.3f} of {runs}"
    )
    assert binom.sf(round(found.effective * runs) - 1, runs, MOST) > 1e-3
    if made.covers:
        held = round(found.covered * runs)
        assert binom.cdf(held, runs, LEAST_COVERED) > 1e-3
        assert made.wide or binom.sf(held - 1, runs, MOST_COVERED) > 1e-3


@pytest.mark.slow
@files(12, 1000)
@pytest.mark.parametrize("cell", SURVEYS)
def test_the_interval_of_a_survey_knows_that_respondents_of_a_unit_are_alike(cell: str, runs: int) -> None:
    """Guards the IKM interval: without units it holds the truth in 58 to 83 % (ICC 0.05 to 0.10)."""
    held = round(tried(SURVEYS[cell], runs).covered * runs)
    print(f"{cell}: covered {held / runs:.3f} of {runs}")
    assert binom.cdf(held, runs, LEAST_COVERED) > 1e-3 and binom.sf(held - 1, runs, MOST_COVERED) > 1e-3


def test_the_page_shows_every_cell_within_its_bounds() -> None:
    """Guards docs/reliability.md: a cell that is not there, too few files, or a number beyond what is promised."""
    rows = {
        parts[0]: parts[1:]
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and (parts := [p.strip() for p in line.strip("|").split("|")])
    }
    for name, made in (TRAININGS | SURVEYS).items():
        files, *shares = rows[name]
        assert int(files) >= 400, name
        values = [tuple(map(float, re.findall(r"[\d.]+", share))) for share in shares if share != "–"]
        if name in TRAININGS:
            effective, error = values[0]
            assert effective <= 100 * MOST + 3 * error, name
        if name in SURVEYS or made.covers:
            held, error = values[-1]
            assert held >= 100 * LEAST_COVERED - 3 * error, name
            assert held <= 100 * MOST_COVERED + 3 * error or getattr(made, "wide", False), name


CLAIMS = {
    "en": r"\b(effective|harmful|no meaningful effect|upper bound)\b",
    "id": r"\b(efektif|merugikan|tidak ada pengaruh yang berarti|batas atas)\b",
}
TEMPTING: dict[str, tuple[pd.DataFrame, dict[str, Any]]] = {
    "once": (made_up("once", seed=2), {}),
    "one group": (made_up("pre_post", effect=6.0, seed=2), {}),
    "one group that fell": (made_up("pre_post", effect=-8.0, seed=2), {}),
    "one group alike": (made_up("pre_post", effect=-2.0, people=4000, seed=2), {}),
    "chose themselves": (made_up("once_control", effect=-12.0, seed=2), {"randomised": False}),
    "left": (scores(3, 100, 200, leave="gain"), {"randomised": True}),
}


@pytest.mark.parametrize("lang", ["en", "id"])
@pytest.mark.parametrize("case", TEMPTING)
def test_nothing_after_the_decision_contradicts_it(case: str, lang: str) -> None:
    """Guards one decision sentence: words, figure and table that call effective what was not compared."""
    frame, asked = TEMPTING[case]
    result = evaluate_training(frame, **asked)
    verdict = result.decisions["verdict"][0]
    assert verdict not in EARNED
    said = words(result, lang)
    assert len(re.findall("Decision:" if lang == "en" else "Keputusan:", said)) == 1
    # what the paper's rule would do to a programme that has an effect is said of that rule
    rule = "With these data it keeps" if lang == "en" else "Dengan data ini aturan itu"
    assert not re.search(CLAIMS[lang], said.split(rule)[0].replace(f"{Phrases(lang, 'training').text('lottery')}", ""))
    picture = figure(result, lang)
    shown = " ".join(text.get_text() for text in picture.findobj(lambda artist: hasattr(artist, "get_text")))
    assert not re.search(CLAIMS[lang], shown)
    colours = {to_hex(line.get_color()) for line in picture.axes[0].lines}
    assert not colours & {c.lower() for c in COLOURS.values()} and INK.lower() in colours
    if case != "left":
        assert result.table["what"][0] != "effect"
        title = picture.axes[0].get_title(loc="left") + picture.axes[0].get_title() + picture.axes[0].get_xlabel()
        assert not re.search("[Ee]ffect|[Pp]engaruh", title)


def test_a_rise_of_one_group_asks_who_was_eligible() -> None:
    """Guards files with only the lowest scorers: the question is asked, and not again once it is answered."""
    frame = scores(1, 60, 200, sent="lowest", only_trained=True)
    asked, told = evaluate_training(frame), evaluate_training(frame, everyone=50.0)
    assert "eligible_unknown" in {t.code for t in asked.warnings} and "everyone" in words(asked, "en")
    assert {t.code for t in told.warnings} >= {"regression_to_mean"} and "eligible" not in words(told, "en")
    assert asked.decisions["verdict"][0] == told.decisions["verdict"][0] == "rose"


@pytest.mark.parametrize("seed", range(6))
def test_a_column_of_units_changes_nothing_where_people_were_drawn(seed: int) -> None:
    """Guards the errors: the same people with and without the unit they work in (people of one unit are in both arms)."""
    frame = scores(seed, 15, 30, effect=5.0, units=6, unit_sd=3.0)
    asked = {"randomised": False, "chosen_by": "other"}
    found = [evaluate_training(f, **asked).programmes[0] for f in (frame, frame.drop(columns="unit"))]
    assert found[0].main.fit == found[1].main.fit
    assert found[0].decision.verdict == found[1].decision.verdict


def test_one_gap_or_one_stray_person_does_not_undo_units_that_were_trained_whole() -> None:
    """Guards clusters: one empty cell, or one person moved to the other arm, must not turn errors of units into errors of people."""
    frame = scores(4, 30, 120, units=20, by_unit=10, unit_sd=6.0)
    whole = evaluate_training(frame, randomised=True).programmes[0].main.fit
    gap = frame.assign(unit=frame["unit"].mask(frame["participant"] == "P3"))
    stray = frame.assign(group=frame["group"].mask(frame["participant"] == "P3", "control" if
        frame.loc[frame["participant"] == "P3", "group"].iloc[0] == "trained" else "trained"))  # fmt: skip
    alone = evaluate_training(frame.drop(columns="unit"), randomised=True).programmes[0].main.fit
    for changed in (gap, stray):
        fit = evaluate_training(changed, randomised=True).programmes[0].main.fit
        assert fit.clusters is not None and fit.se > 0.8 * whole.se > alone.se


def test_trimmed_ends_are_those_of_lee() -> None:
    """Guards the bounds: trained complete, a fifth of the others gone: the trained are trimmed by a fifth at either end."""
    frame = scores(5, 100, 200, occasions=("post",))
    gone = frame.index[frame["group"] == "control"][:20]
    frame.loc[gone, "test"] = np.nan
    found = evaluate_training(frame, randomised=True).programmes[0]
    trained = np.sort(frame.loc[frame["group"] == "trained", "test"].to_numpy())
    control = frame.loc[frame["group"] == "control", "test"].mean()
    assert found.ends is not None
    wanted = [trained[:80].mean() - control, trained[20:].mean() - control]
    assert [found.ends.low.value, found.ends.high.value] == pytest.approx(wanted)


def test_a_trimmed_mean_takes_part_of_a_person() -> None:
    """Guards shares that are no whole number of people: 2.5 of 4 are kept."""
    mean, edge, capped = _trimmed(np.array([4.0, 1.0, 3.0, 2.0]), 0.375)
    assert (mean, edge) == (pytest.approx((1.0 + 2.0 + 0.5 * 3.0) / 2.5), 3.0) and capped.max() == 3.0


def test_an_effect_that_leavers_cannot_undo_is_still_effective() -> None:
    """Guards against a tool that always answers cannot tell: 4 % leave, the effect is large."""
    frame = scores(2, 100, 200, effect=6.0, leave="random", share=0.04, others_leave=0.04)
    decision = evaluate_training(frame, randomised=True).programmes[0].decision
    assert decision.verdict == "effective" and 0.0 < decision.lowest < decision.highest


def test_so_many_left_that_nothing_can_be_said() -> None:
    """Guards ends without a bound: more left than stayed."""
    frame = scores(2, 100, 200, effect=20.0, leave="random", share=0.6, others_leave=0.6)
    result = evaluate_training(frame, randomised=True)
    assert result.decisions[["verdict", "reason"]].iloc[0].tolist() == ["cannot_tell", "attrition"]
    assert "decides everything" in words(result, "en") and not re.search(r"\binf\b", words(result, "id"))


def test_arms_that_drifted_apart_before_give_no_verdict() -> None:
    """Guards differences whose condition is seen to fail."""
    result = evaluate_training(made_up("staggered", threat="trend", people=600, seed=1))
    assert result.decisions[["verdict", "reason"]].iloc[0].tolist() == ["cannot_tell", "trend_before"]


def test_the_design_decides_the_model_and_not_how_unequal_arms_look() -> None:
    """Guards against a model chosen by a test of the data: without a lottery differences lead, however the arms began."""
    for seed in range(4):
        for threat in (None, "lowest_sent", "unequal_arms"):
            frame = made_up("pre_post_control", people=60, seed=seed, threat=threat)
            assert evaluate_training(frame, randomised=False).table["model"][0] == "did"
            assert evaluate_training(frame, randomised=True).table["model"][0] == "ancova"


def test_every_unit_or_a_sample_of_units() -> None:
    """Guards the two ways to read a column of units, against formulas: means of equal units, and strata."""
    answers = SURVEYS["10 units of 30, share between units 0.1"].make(1)
    totals = answers.drop(columns="unit").sum(axis=1) * 25 / 9
    by_unit = totals.groupby(answers["unit"])
    sample, every = from_respondents(answers), from_respondents(answers, every_unit=True)
    alone = from_respondents(answers.drop(columns="unit"))
    assert sample.sampling_error == pytest.approx(
        by_unit.mean().std(ddof=1) / math.sqrt(10)
    ) and sample.df == pytest.approx(9)
    assert every.sampling_error == pytest.approx(math.sqrt((by_unit.var(ddof=1) / 30).mean() / 10))
    assert alone.design_effect == 1.0 and every.design_effect < 1.0 < sample.design_effect
    assert sample.design_effect == pytest.approx((sample.sampling_error / alone.sampling_error) ** 2)
    assert sample.probability_right() < alone.probability_right() or alone.probability_right() < 0.6


@pytest.mark.parametrize("lang", ["en", "id"])
def test_the_design_effect_is_printed(lang: str) -> None:
    """Guards what is printed: units, how they were taken, and the effect on the error; also in the table."""
    result = evaluate_skm(SURVEYS["10 units of 30, share between units 0.1"].make(1), repeats=50)
    effect = Phrases(lang, "skm").number(result.survey.design_effect)
    assert effect in words(result, lang) and result.summary()["drawn"][0] == "units"
    few = evaluate_skm(SURVEYS["10 units of 30, share between units 0.1"].make(1).head(90), repeats=50)
    assert few.summary()["drawn"][0] == "within_units"


def test_respondents_without_a_unit_are_a_unit_each() -> None:
    """Guards gaps in the column of units."""
    drawn = drawn_by(pd.Series(["a", "b", "c", "d", "e", None, None]), 7, None)
    assert (drawn.kind, drawn.count) == ("units", 7)
    error = drawn.error(np.arange(7.0))
    assert error.value == pytest.approx(np.arange(7.0).std(ddof=1) / math.sqrt(7)) and error.df == pytest.approx(6.0)


def test_an_interval_of_a_fit_is_students() -> None:
    """Guards `Fit`, which every error goes through."""
    assert Fit(1.0, 2.0, 9.0).interval() == pytest.approx((1.0 - 2 * 2.262157, 1.0 + 2 * 2.262157), abs=1e-5)
