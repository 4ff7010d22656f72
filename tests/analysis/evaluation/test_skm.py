"""SKM by the official rule: published indices are met, elements are found by name, bad files are named."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import data
from analysis.evaluation import skm
from analysis.evaluation.skm.categories import CATEGORIES, cuts
from analysis.evaluation.skm.index import POINTS, ROUNDED
from analysis.evaluation.skm.sample import krejcie_morgan, krejcie_morgan_exact
from data.errors import InputError
from data.skm_elements import CODES, ELEMENTS, ElementWarning, element_of, match_elements

HEADER = "respondent," + ",".join('"' + e.name + '"' for e in ELEMENTS)
ROW = "1,3,3,3,4,3,3,4,3,2"


def bpbd() -> dict[str, float]:
    """Element means of BPBD Tangsel 2025, keyed by printed name."""
    table = data.load("skm_bpbd_tangsel_2025")
    return {str(k): float(v) for k, v in table.groupby("element_name")["nrr_1to4"].first().items()}


def sekadau() -> pd.DataFrame:
    """Answers of Sekadau with the columns named as the code alone: the warning is expected."""
    return data.load("skm_sekadau_2019").rename(columns={e.code: f"{e.code} {e.name}" for e in ELEMENTS})


def test_tangsel_bpbd_with_both_weights() -> None:
    """Guards the printed 85.76: it comes from 0.11 and rounding, the exact rule gives 86.69."""
    assert round(skm.from_element_means(bpbd()).index, 2) == 86.69
    rounded = skm.from_element_means(bpbd(), weight=ROUNDED)
    assert round(rounded.index, 2) == 85.83
    printed = float(data.load("figures").set_index("id").loc["F0086", "value"])
    # each element rounded before it is added gives the printed figure or less
    assert 85.76 <= printed + 1e-9 <= rounded.index
    assert "0.11" in skm.sentence(rounded, "en") and "0,11" in skm.sentence(rounded, "id")


def test_bantul_2023() -> None:
    """Guards the exact weight 1/9 against an office that prints it."""
    figures = data.load("figures").set_index("id")
    means = {f"U{i}": float(figures.loc[f"F{151 + i:04d}", "value"]) for i in range(1, 10)}
    with pytest.warns(ElementWarning, match="code alone"):
        result = skm.from_element_means(means)
    assert round(result.index, 2) == float(figures.loc["F0151", "value"]) == 87.28


def test_sekadau_respondents() -> None:
    """Guards index, error and the equality of the two ways to the index."""
    result = skm.from_respondents(sekadau())
    assert round(result.index, 2) == 78.74 and result.respondents == 49
    assert result.index == pytest.approx(sum(result.nrr.values()) / 9 * 25)
    own = data.load("skm_sekadau_2019")[list(CODES)].astype(float).mean(axis=1) * 25
    assert result.sampling_error == pytest.approx(own.std(ddof=1) / 7.0)
    low, high = result.interval() or (0.0, 0.0)
    assert 76.2 < low < 76.3 and 81.1 < high < 81.3
    assert result.category.letter == "B"
    assert 0.94 < (result.probability_right() or 0) < 0.97
    assert sum((result.category_probability() or {}).values()) == pytest.approx(1.0)


def test_finite_population_correction() -> None:
    """Guards the correction: asking nearly everyone leaves nearly no sampling error, everyone none."""
    whole = skm.from_respondents(sekadau())
    most = skm.from_respondents(sekadau(), population=98)
    assert most.sampling_error == pytest.approx((whole.sampling_error or 0) * np.sqrt(49 / 97))
    everyone = skm.from_respondents(sekadau(), population=49)
    assert everyone.sampling_error == 0.0 and everyone.probability_right() == 1.0
    with pytest.raises(InputError, match="smaller than the 49"):
        skm.from_respondents(sekadau(), population=48)


def test_interval_covers_and_category_probability_is_honest() -> None:
    """Guards coverage: of 400 samples from a known population, about 95 % of intervals hold its index."""
    rng = np.random.default_rng(7)
    score = rng.normal(size=20_000)
    answers = np.digitize(0.7 * score[:, None] + rng.normal(size=(20_000, 9)), [-2.0, -0.5, 1.2]) + 1
    people = pd.DataFrame(answers, columns=[e.name for e in ELEMENTS])
    truth = skm.from_respondents(people)
    inside = []
    for _ in range(400):
        part = skm.from_respondents(people.iloc[rng.choice(20_000, 60, replace=False)])
        low, high = part.interval() or (0.0, 0.0)
        inside.append(low <= truth.index <= high)
    assert 0.92 <= np.mean(inside) <= 0.98


@pytest.mark.parametrize(
    ("index", "letter"),
    [(25.0, "D"), (64.99, "D"), (65.0, "C"), (76.60, "C"), (76.604, "C"), (76.605, "B"), (76.61, "B"), (88.30, "B"),
     (88.31, "A"), (100.0, "A")],
)  # fmt: skip
def test_cut_offs(index: float, letter: str) -> None:
    """Guards the official table at every edge."""
    assert skm.category(index).letter == letter


def test_cut_points_are_those_of_the_table_of_rules() -> None:
    """Guards the categories against being typed in twice: rules.csv, both scales and the cuts of every analysis agree."""
    rules = data.load("rules").set_index("id")["value"].astype(float)
    assert [c.lowest_index for c in CATEGORIES] == [rules[row] for row in ("R014", "R012", "R010", "R008")]
    assert [rules[row] for row in ("R013", "R011", "R009")] == [round(cut - 0.005, 2) for cut in cuts()]
    for cut, grade, below in zip(cuts(), CATEGORIES, CATEGORIES[1:], strict=False):
        assert skm.category(cut).letter == grade.letter and skm.category(cut - 1e-6).letter == below.letter
    assert [c.lowest_nrr for c in CATEGORIES] == [round(c.lowest_index / 25.0, 4) for c in CATEGORIES]
    assert rules["R007"] == POINTS and rules["R006"] == ROUNDED


@pytest.mark.parametrize(
    ("nrr", "letter"),
    [(1.0, "D"), (2.5996, "D"), (2.60, "C"), (3.064, "C"), (3.0644, "B"), (3.532, "B"), (3.5324, "A")],
)
def test_cut_offs_of_nrr(nrr: float, letter: str) -> None:
    """Guards the same edges on the scale of answers."""
    assert skm.category_of_nrr(nrr).letter == letter


def test_impossible_values_are_refused() -> None:
    """Guards against an index from a mean of 5 or a weight nobody uses."""
    with pytest.raises(InputError, match="allowed: 1 to 4"):
        skm.from_element_means({**bpbd(), "Waktu Penyelesaian": 5.0})
    with pytest.raises(InputError, match="weight"):
        skm.from_element_means(bpbd(), weight=0.12)
    with pytest.raises(InputError, match="25 to 100"):
        skm.category(101.0)


def test_swapped_last_elements_follow_their_names() -> None:
    """Guards the U8/U9 swap: a unit that prints U8 Sarana must not count it as complaint handling."""
    frame = sekadau().rename(columns={"U8 " + ELEMENTS[7].name: "U9 Pengaduan", "U9 " + ELEMENTS[8].name: "U8 Sarana"})
    with pytest.warns(ElementWarning, match="matched by name"):
        result = skm.from_respondents(frame)
    assert dict(result.nrr) == pytest.approx(dict(skm.from_respondents(sekadau()).nrr))
    assert result.columns["U8"] == "U9 Pengaduan"


def test_a_code_that_a_name_contradicts_is_refused() -> None:
    """Guards the ambiguous file: U8 without a name beside 'U9 Pengaduan' may be either."""
    columns = [*CODES[:8], "U9 Pengaduan"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(InputError, match="in words"):
            match_elements(columns)


@pytest.mark.parametrize(
    ("column", "code"),
    [("Sarana dan Prasarana", "U9"), ("Saran", "U8"), ("Penanganan Pengaduan, Saran dan Masukan", "U8"),
     ("Waktu pelayanan", "U3"), ("timestamp", None), ("Kemampuan petugas", "U6"), ("Biaya/tarif", "U4"),
     ("Produk layanan", "U5"), ("unit", None), ("Sistem, mekanisme, dan prosedur", "U2"), ("U1. Persyaratan", "U1")],
)  # fmt: skip
def test_names_of_columns(column: str, code: str | None) -> None:
    """Guards names as units print them; 'sarana' holds 'saran', 'timestamp' holds 'time'."""
    assert element_of(column) == code


def test_krejcie_morgan_points() -> None:
    """Guards all 26 points read from the published table."""
    table = data.load("krejcie_morgan")
    assert len(table) == 26
    for size, printed, exact in table[["population_N", "sample_S_read_in_source", "formula_value"]].to_numpy():
        assert krejcie_morgan(int(size)) == int(printed)
        assert krejcie_morgan_exact(int(size)) == pytest.approx(float(exact), abs=0.005)
    with pytest.raises(InputError, match="at least 1"):
        krejcie_morgan(0)


def _write(folder: Path, text: str) -> Path:
    file = folder / "survei.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_users_own_file(tmp_path: Path) -> None:
    """Guards the way from a file to the sentence, in both languages."""
    result = skm.from_file(_write(tmp_path, f"{HEADER}\n{ROW}\n2,4,4,4,4,4,4,4,4,4\n"))
    assert result.respondents == 2
    assert result.index == pytest.approx((28 + 36) / 2 / 9 * 25)
    assert "Weakest element: Facilities" in skm.sentence(result, "en")
    assert "Unsur terendah: Sarana dan Prasarana" in skm.sentence(result, "id")
    assert list(result.table()["code"]) == [*CODES, "IKM"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"{HEADER}\n{ROW}\n2,3,3,3,4,3,3,4,3,5\n", ["survei.csv:3", "Sarana dan Prasarana", "5", "1 to 4"]),
        (f"{HEADER}\n1,3,baik,3,4,3,3,4,3,2\n", ["survei.csv:2", "Prosedur", "'baik'"]),
        (f"{HEADER}\n1,3,2.5,3,4,3,3,4,3,2\n", ["survei.csv:2", "Prosedur", "2.5"]),
        (f"{HEADER}\n1,3,,3,4,3,3,4,3,2\n", ["survei.csv:2", "Prosedur", "empty"]),
        ('"Persyaratan",Waktu\n3,3\n', ["survei.csv:1", "U2", "Biaya/Tarif"]),
        (f"{HEADER},Pengaduan\n{ROW},3\n", ["survei.csv:1", "'Pengaduan'", "U8", "keep one"]),
        (f"{HEADER}\n", ["survei.csv:1", "no rows"]),
    ],
)
def test_bad_files_are_named(tmp_path: Path, text: str, says: list[str]) -> None:
    """Guards the error: one line that names file, line and column."""
    with pytest.raises(InputError) as caught:
        skm.from_file(_write(tmp_path, text))
    message = str(caught.value)
    assert "\n" not in message
    for part in says:
        assert part in message


def test_example_rows_of_the_template_are_left_out(tmp_path: Path) -> None:
    """Guards against a city's index that counts the three respondents who only show how the file is filled in."""
    template = (data.path("templates", "skm_respondents.csv")).read_text(encoding="utf-8").rstrip()
    mine = tmp_path / "mine.csv"
    mine.write_text(
        template + "\n1,Kelurahan,2026-03-04" + ",4" * 9 + "\n2,Kelurahan,2026-03-04" + ",4" * 9 + "\n",
        encoding="utf-8",
    )
    with pytest.warns(ElementWarning, match="3 example rows"):
        result = skm.from_file(mine)
    assert result.respondents == 2
    assert result.index == pytest.approx(100.0)


def test_indonesian_sentence_has_decimal_commas() -> None:
    """Guards against a report that mixes two ways of writing numbers."""
    result = skm.from_element_means({e.name: 3.12 for e in ELEMENTS})
    assert "IKM 78,00" in skm.sentence(result, "id")
    assert "IKM 78.00" in skm.sentence(result, "en")
