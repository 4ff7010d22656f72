"""SKM files evaluated: published figures come out again, and what was put into generated answers is found, no more and no less."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student
from scipy.stats import ttest_ind

import data
from analysis.evaluation import evaluate_skm, figure, skm, words
from analysis.evaluation.skm.elements_rank import elements_ranked
from analysis.evaluation.skm.groups import compare_groups
from analysis.evaluation.skm.result import SkmResult
from analysis.evaluation.skm.sample import for_category, for_precision
from analysis.evaluation.skm.structure import structure
from data.intake.columns import ANSWERS
from data.skm_elements import CODES

NAMES = list(ANSWERS.values())


@pytest.fixture(scope="module")
def sekadau() -> SkmResult:
    """The 49 published questionnaires of Sekadau, 2019."""
    return evaluate_skm(data.load("skm_sekadau_2019").rename(columns=ANSWERS), population=1200)


def answers(n: int, seed: int, shift: np.ndarray | float = 0.0, load: float = 0.8) -> pd.DataFrame:
    """Answers of n respondents with one scale behind them; `shift` moves respondents (n,) or elements (1, 9)."""
    rng = np.random.default_rng(seed)
    moved = np.broadcast_to(shift, (n,))[:, None] if np.ndim(shift) < 2 else shift
    score = load * rng.normal(size=(n, 1)) + rng.normal(size=(n, 9)) + moved
    return pd.DataFrame(np.digitize(score, [-2.0, -0.8, 1.0]) + 1.0, columns=NAMES)


def coded(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.rename(columns=dict(zip(NAMES, CODES, strict=True)))[list(CODES)]


def test_sekadau_comes_out_again(sekadau: SkmResult) -> None:
    """Guards index, interval, category and the two scales against the published answers; nobody tells how many scales there are."""
    one = sekadau.summary().iloc[0]
    assert round(one["index"], 2) == 78.74 and one["category"] == "B" and one["respondents"] == 49
    assert 76.2 < one["low"] < 76.4 and 81.0 < one["high"] < 81.3 and 0.94 < one["probability_right"] < 0.97
    assert one["krejcie_morgan"] == 291
    found = sekadau.structure
    assert found is not None and found.parallel.factors == 2
    assert set(found.elements(2)) == {"U1", "U2", "U9"} and set(found.elements(1)) == {
        "U3",
        "U4",
        "U5",
        "U6",
        "U7",
        "U8",
    }
    assert [round(a, 2) for a in found.table()["alpha"]] == [0.74, 0.85, 0.74]
    assert found.correlation is not None and found.correlation.low < 0 < found.correlation.high


def test_sekadau_in_words(sekadau: SkmResult) -> None:
    """Guards the sentences that keep a reader from taking one alpha and one weakest element for settled."""
    english, indonesian = words(sekadau, "en"), words(sekadau, "id")
    for part in (
        "IKM 78.74, category B (good), from 49 respondents",
        "which the one alpha hides",
        "is not settled",
        "291 of 1,200",
    ):
        assert part in english
    for part in (
        "IKM 78,74, mutu B (baik), dari 49 responden",
        "tersembunyi di balik satu alfa",
        "belum pasti",
        "291 dari 1.200",
    ):
        assert part in indonesian
    assert not re.search(r"[{}]|\bnan\b", english + indonesian)


def test_bpbd_tangsel_2025_comes_out_again() -> None:
    """Guards published means and index: 369 respondents with the published answer shares (whole percent) give them again."""
    table = data.load("skm_bpbd_tangsel_2025")
    columns = {}
    for code, own in table.groupby("element_code"):
        rank = own["answer_rank_4best"].fillna(2).astype(int)
        counts = (own["share_percent"] / 100 * 369).round().astype(int).to_numpy().copy()
        counts[rank.to_numpy() == 2] += (
            369 - counts.sum()
        )  # what rounding leaves over; U1 prints 98 % and no answer below 3
        columns[ANSWERS[str(code)]] = np.repeat(rank.to_numpy(dtype=float), counts)
    result = evaluate_skm(pd.DataFrame(columns))
    printed = table.groupby("element_code")["nrr_1to4"].first()
    for code, own_mean in result.survey.nrr.items():
        assert own_mean == pytest.approx(float(printed[code]), abs=0.021), code
    assert result.survey.index == pytest.approx(86.69, abs=0.25)
    assert result.survey.category.letter == "B"
    assert result.table["code"].iloc[0] == "U3" and result.table["code"].iloc[-1] == "U4"


def test_bogor_year_by_year() -> None:
    """Guards the comparison of years: answers with the published means of 2015 and 2016 give the indices of those means.

    The elements of those years are those of the rule before 2017; the index does not ask which is which.
    """
    means = data.load("skm_dpmptsp_bogor").query("year in (2015, 2016)")
    parts = []
    for year, own in means.groupby("year"):
        columns = {}
        for code, nrr in zip(own["element_code"], own["nrr_1to4"], strict=True):
            low = int(nrr)
            columns[ANSWERS[code]] = np.where(np.arange(1000) < round(1000 * (nrr - low)), low + 1.0, low)
        parts.append(pd.DataFrame(columns).assign(year=float(year)))
    result = evaluate_skm(pd.concat(parts, ignore_index=True), by="year")
    assert result.groups is not None
    found = dict(zip(result.groups.table["group"], result.groups.table["index"], strict=True))
    for year, own in means.groupby("year"):
        wanted = own["nrr_1to4"].sum() / 9 * 25
        assert found[str(year)] == pytest.approx(wanted, abs=0.01)
    pair = result.groups.pairs.iloc[0]
    assert (pair["first"], pair["second"]) == ("2015", "2016") and pair["difference"] == pytest.approx(
        76.35 - 78.61, abs=0.01
    )
    assert "From 2015 to 2016 the index moved by −2.3 points" in words(result, "en")


def test_bogor_printed_indices() -> None:
    """Guards the finding that four printed indices follow from 14 weights of 0.071, and those of 2015 and 2016 from no weight in use."""
    means = data.load("skm_dpmptsp_bogor").groupby("year")["nrr_1to4"].sum()
    printed = data.load("ikm_panels").query("area == 'Kabupaten Bogor'").set_index("year")["ikm_0_100"]
    for year in (2011, 2012, 2013, 2014):
        assert means[year] * 0.071 * 25 == pytest.approx(printed[year], abs=0.011)
    for year in (2015, 2016):
        assert all(abs(means[year] * weight * 25 - printed[year]) > 0.2 for weight in (1 / 9, 0.11, 0.111))


def test_the_weakest_of_two_equals_is_a_toss() -> None:
    """Guards the bootstrap: two elements with the same answers share the chance of being weakest; a lower one takes it all."""
    frame = coded(answers(200, 1))
    frame["U2"] = frame["U5"] = np.where(frame["U1"] > 2, frame["U1"] - 1, frame["U1"])
    table = elements_ranked(frame, skm.from_respondents(frame.rename(columns=ANSWERS))).set_index("code")
    assert (
        table.loc["U2", "probability_weakest"] == table.loc["U5", "probability_weakest"] == pytest.approx(0.5, abs=0.01)
    )
    frame["U9"] = 1.0
    table = elements_ranked(frame, skm.from_respondents(frame.rename(columns=ANSWERS)))
    assert (
        table.iloc[0]["code"] == "U9" and table.iloc[0]["probability_weakest"] == 1.0 and np.isnan(table.iloc[0]["low"])
    )
    assert table["probability_weakest"].sum() == pytest.approx(1.0)
    assert table["probability_three_weakest"].sum() == pytest.approx(3.0)


def test_the_chance_of_the_weakest_is_honest() -> None:
    """Guards what the words say of the weakest element: over 100 surveys the stated chance is right about as often as it says."""
    rng = np.random.default_rng(4)
    shift = np.linspace(0.0, 0.8, 9)[None, :]
    stated, right = [], []
    for seed in rng.integers(0, 10**6, 100):
        frame = coded(answers(60, int(seed), shift))
        first = elements_ranked(frame, skm.from_respondents(frame.rename(columns=ANSWERS)), repeats=300).iloc[0]
        stated.append(first["probability_weakest"])
        right.append(first["code"] == "U1")
    # a bootstrap share of a first place is a rough guide: no more than that is claimed
    assert abs(np.mean(stated) - np.mean(right)) < 0.12


def test_relations_with_the_total() -> None:
    """Guards shares that add to one and a correlation that leaves the element itself out; and the element put in as the driver."""
    frame = coded(answers(400, 2))
    table = elements_ranked(frame, skm.from_respondents(frame.rename(columns=ANSWERS))).set_index("code")
    total = frame.sum(axis=1)
    assert table["variance_share"].sum() == pytest.approx(1.0)
    for code in CODES:
        assert table.loc[code, "variance_share"] == pytest.approx(np.cov(frame[code], total)[0, 1] / total.var())
        assert table.loc[code, "rest_correlation"] == pytest.approx(np.corrcoef(frame[code], total - frame[code])[0, 1])
        assert (
            table.loc[code, "rest_correlation_low"]
            < table.loc[code, "rest_correlation"]
            < table.loc[code, "rest_correlation_high"]
        )
    rng = np.random.default_rng(3)
    frame["U4"] = rng.choice([1.0, 2.0], 400)  # low, and alone
    frame["U6"] = np.where(
        frame[[c for c in CODES if c not in ("U4", "U6")]].mean(axis=1) > 3.0, 3.0, 1.0
    )  # low, and with the rest
    table = elements_ranked(frame, skm.from_respondents(frame.rename(columns=ANSWERS))).set_index("code")
    assert table.loc["U6", "quadrant"] == "priority" and table.loc["U6", "probability_priority"] > 0.95
    assert table.loc["U4", "quadrant"] == "apart" and table.loc["U4", "probability_priority"] < 0.05


def test_scales_put_in_are_found() -> None:
    """Guards the number of scales and their elements: one, two, and none."""
    rng = np.random.default_rng(6)
    one = structure(coded(answers(300, 5)))
    assert one is not None and one.parallel.factors == 1 and one.loadings.empty
    two = np.repeat(rng.normal(size=(300, 2)), [5, 4], axis=1) + 0.8 * rng.normal(size=(300, 9))
    frame = pd.DataFrame(np.digitize(two, [-1.5, -0.5, 0.8]) + 1.0, columns=CODES)
    found = structure(frame)
    assert found is not None and {tuple(found.elements(f)) for f in (1, 2)} == {CODES[:5], CODES[5:]}
    assert all(a.value > found.whole.value for a in found.scales.values())
    noise = structure(pd.DataFrame(rng.integers(1, 5, (300, 9)).astype(float), columns=CODES))
    assert noise is not None and noise.parallel.factors == 0
    assert structure(frame.head(29)) is None
    frame["U3"] = 4.0
    constant = structure(frame)
    assert constant is not None and constant.constant == ("U3",)


@pytest.mark.slow
def test_equal_units_are_rarely_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards the control of multiplicity: among ten equal units some differs in about 5 % of surveys, not in every third."""
    monkeypatch.setattr("gc.collect", lambda: 0)  # statsmodels collects garbage at every adjustment: a minute in all
    rng = np.random.default_rng(8)
    adjusted, naive = [], []
    for _ in range(200):
        values = pd.Series(rng.normal(75, 10, 300))
        found = compare_groups(values, pd.Series(np.repeat(list("abcdefghij"), 30)), "unit", mixed=False)
        assert found is not None
        adjusted.append(found.table["distinguishable"].any())
        naive.append((found.table["p"] < 0.05).any())
    assert np.mean(adjusted) < 0.1 < 0.25 < np.mean(naive)


def test_a_unit_that_differs_is_found_and_the_share_between_units_too() -> None:
    """Guards the comparison against finding nothing, and the mixed model against a share that was not put in."""
    rng = np.random.default_rng(9)
    units = np.repeat(np.arange(60), 20)
    effect = rng.normal(0, 5, 60)  # a share of 25 / 125
    values = pd.Series(75 + effect[units] + rng.normal(0, 10, units.size))
    found = compare_groups(values, pd.Series(units.astype(float)), "unit")
    assert found is not None and found.between_share == pytest.approx(0.2, abs=0.06) and found.p < 1e-6
    assert found.pairs.empty  # 1,770 pairs would say nothing
    values = pd.Series(np.where(np.arange(200) < 50, 66.0, 75.0) + rng.normal(0, 8, 200))
    labels = pd.Series(np.repeat(["low", "b", "c", "d"], 50))
    few = compare_groups(values, labels, "unit")
    assert few is not None
    sure = few.table.set_index("group")
    assert sure.loc["low", "distinguishable"] and sure.loc["low", "difference"] == pytest.approx(-9, abs=3)
    assert sure.loc["low", "difference_low"] < -9 < sure.loc["low", "difference_high"]
    pairs = few.pairs.set_index(["first", "second"])
    by_library = ttest_ind(values[50:100], values[:50], equal_var=False)  # "b" against "low", one of six
    assert pairs.loc[("b", "low"), "p_adjusted"] == pytest.approx(by_library.pvalue * 6)
    bounds = by_library.confidence_interval(1 - 0.05 / 6)
    assert -pairs.loc[("b", "low"), ["high", "low"]].to_numpy(dtype=float) == pytest.approx([bounds.low, bounds.high])
    assert pairs.loc[("b", "low"), "distinguishable"] and not pairs.loc[("c", "d"), "distinguishable"]


def test_groups_that_cannot_be_compared() -> None:
    """Guards units of one respondent, answers without variance, and a column that is not there."""
    frame = answers(40, 10)
    frame["unit"] = ["a"] * 39 + ["b"]
    with pytest.raises(data.InputError, match="no two values of 'unit'"):
        evaluate_skm(frame, by="unit")
    with pytest.raises(data.InputError, match="no column 'year' or a column 'date'"):
        evaluate_skm(frame, by="year")
    with pytest.raises(data.InputError, match="did you mean 'unit'"):
        evaluate_skm(frame, by="units")
    frame["unit"] = ["a"] * 20 + ["b"] * 19 + ["c"]
    result = evaluate_skm(frame, by="unit")
    assert result.groups is not None and result.groups.single == ("c",)
    assert "Left out, one respondent each: c" in words(result, "en")


def test_units_with_like_answers_are_compared_and_named() -> None:
    """Guards units whose forms are all alike: they fell out of the test and the pairs unsaid, and elsewhere counted as without error."""
    rng = np.random.default_rng(21)
    values = pd.Series([*rng.normal(75, 10, 60), *[75.0] * 5, *[75.0] * 5])
    labels = pd.Series([*["a"] * 30, *["b"] * 30, *["c"] * 5, *["d"] * 5])
    found = compare_groups(values, labels, "unit")
    assert found is not None and found.alike == ("c", "d") and len(found.pairs) == 6
    pooled = (29 * values[:30].var() + 29 * values[30:60].var()) / (29 + 29 + 4 + 4)
    rows = found.table.set_index("group")
    assert rows.loc["c", "high"] - 75 == pytest.approx(student(4).ppf(0.975) * np.sqrt(pooled / 5))
    assert not rows["distinguishable"].any() and np.isfinite(found.p) and found.p > 0.05
    frame = answers(60, 22).assign(unit=["a"] * 30 + ["b"] * 30)
    frame.loc[30:, NAMES] = 4.0
    result = evaluate_skm(frame, by="unit")
    assert "the spread within all groups stands in for theirs: b." in words(result, "en")
    assert "keragaman rata-rata di dalam semua kelompok: b." in words(result, "id")


def test_respondents_needed() -> None:
    """Guards the sample size: a survey of that size has the interval that was wanted, one of a tenth fewer has not."""
    n = for_precision(11.0, 1.5)
    assert n == pytest.approx((1.96 * 11 / 1.5) ** 2, abs=4)
    rng = np.random.default_rng(11)
    half = [1.97 * rng.normal(0, 11, n).std(ddof=1) / np.sqrt(n) for _ in range(200)]
    assert np.median(half) == pytest.approx(1.5, abs=0.03)
    assert for_precision(11.0, 1.5, population=300) < n < for_precision(11.0, 1.0)
    assert for_precision(11.0, 1e-6, population=300) == 300
    assert for_category(11.0, 0.0) is None
    wanted = for_category(11.0, 2.0)
    assert wanted is not None and for_precision(11.0, 2.0, level=0.9) == wanted
    few = for_category(11.0, 2.0, population=100)
    assert few is not None and few == for_precision(11.0, 2.0, 100, level=0.9) < wanted
    assert for_category(11.0, 1e-6, population=300) == for_category(11.0, 0.0, population=300) == 300
    with pytest.raises(data.InputError, match="precision"):
        evaluate_skm(answers(40, 12), precision=0.0)


def test_no_more_respondents_are_asked_for_than_there_are_people() -> None:
    """Guards a small office near a cut: it served 60 people and was told to ask hundreds for a sure category."""
    needed = evaluate_skm(answers(40, 20), population=60).needed
    unlimited = evaluate_skm(answers(40, 20)).needed
    assert needed is not None and needed.for_category is not None and needed.for_category <= 60
    assert unlimited is not None and unlimited.for_category is not None and unlimited.for_category > 60


def test_one_respondent_and_all_alike() -> None:
    """Guards surveys that have no error to speak of: nothing may break, and nothing may look sure."""
    one = evaluate_skm(answers(1, 14))
    assert "from one respondent" in words(one, "en") and figure(one, "en") is not None
    alike = evaluate_skm(pd.DataFrame(3.0, index=range(40), columns=NAMES))
    assert (
        "same total" in words(alike, "en") and not re.search(r"\bnan\b", words(alike, "id")) and alike.structure is None
    )
    assert figure(alike, "id") is not None


def test_respondents_who_answer_again_are_counted() -> None:
    """Guards the sentence that the interval is too narrow: it is counted from pseudonyms, not assumed."""
    frame = answers(40, 15).assign(respondent=["p-1", "p-1", "p-1", *(f"p-{i}" for i in range(2, 39))])
    assert evaluate_skm(frame).repeated == 2
    assert "2 questionnaires come from respondents who had answered before" in words(evaluate_skm(frame), "en")
