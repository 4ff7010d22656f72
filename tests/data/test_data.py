"""The tables load, hold together, agree with each other and cite their sources."""

from __future__ import annotations

import csv
import hashlib
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import data
from data.schemas import TABLES

NAMES = {
    "derived_moments", "effects", "figures", "gsps_indonesia", "ikm_between_units", "ikm_panels", "ip_asn_kota_bima",
    "krejcie_morgan", "ombudsman", "population_tangsel", "regression_evidence", "rules", "skm_bpbd_tangsel_2025",
    "skm_dpmptsp_bogor", "skm_sekadau_2019", "sources", "training_evidence", "trust_polri",
}  # fmt: skip


def cells(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def test_the_tables_are_those_that_other_parts_ask_for() -> None:
    """Guards against a table that has a schema and no file, or a file that is never checked."""
    assert set(data.names()) == set(TABLES) == NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_table_loads_with_the_sources_of_its_rows(name: str) -> None:
    """Guards against rows without a source, and against sources attached to the wrong table."""
    table = data.load(name)
    sources = table.attrs["sources"]
    assert len(table) == len(cells(data.path(f"{name}.csv"))) - 1
    assert set(sources["source"]) == set(table["source"])
    assert table["source"].notna().all()
    assert table.attrs["sha256"] == hashlib.sha256(data.path(f"{name}.csv").read_bytes()).hexdigest()


def test_every_source_is_used_and_can_be_found() -> None:
    """Guards against dead sources, and against sources with neither an address nor a full title."""
    used = {source for name in NAMES - {"sources"} for source in data.load(name)["source"]}
    sources = data.load("sources")
    assert used == set(sources["source"])
    unaddressed = sources[sources["url"].isna()]
    assert set(unaddressed["kind"]) <= {"data set", "publication", "regulation"}
    assert (unaddressed["title"].str.len() > 15).all()
    assert sources["licence_note"].notna().all()


def test_tables_can_be_sliced_and_joined() -> None:
    """Guards against sources in `attrs` that break pandas: a plain DataFrame there makes `concat` raise."""
    figures, effects = data.load("figures"), data.load("effects")
    joined = pd.concat([figures, figures[figures["value"] > 50]])
    assert len(joined) > len(figures)
    assert len(pd.concat([figures[["source"]], effects[["source"]]])) == len(figures) + len(effects)
    assert len(figures[figures["topic"] == "budget"].attrs["sources"]) == len(figures.attrs["sources"])


def test_a_table_can_be_changed_without_changing_the_next_one() -> None:
    """Guards against a shared frame: an analysis that adds a column must not alter another's data."""
    first = data.load("ombudsman")
    first["score_0_100"] = 0.0
    assert (data.load("ombudsman")["score_0_100"] > 0).all()


def test_an_unknown_table_is_named_with_the_nearest() -> None:
    """Guards against a KeyError in place of a sentence."""
    with pytest.raises(data.InputError, match=r"no table 'figure'.*did you mean 'figures'\?"):
        data.load("figure")


def test_importing_data_is_cheap() -> None:
    """Guards `asnlab --help`: pandas and pandera are imported when a table is read, not before."""
    script = "import sys, data; sys.exit(any(name in sys.modules for name in ('pandas', 'pandera', 'numpy')))"
    assert subprocess.run([sys.executable, "-c", script], cwd=data.path().parent, check=False).returncode == 0


def test_figures_of_the_topic_tables_are_those_of_figures() -> None:
    """Guards against two tables that disagree about one figure."""
    figures = data.load("figures").set_index("id")
    for name, column in (
        ("training_evidence", "value"),
        ("regression_evidence", "value"),
        ("ombudsman", "score_0_100"),
        ("ikm_panels", "ikm_0_100"),
    ):
        table = data.load(name).set_index("figures_id")
        same = figures.loc[table.index]
        pd.testing.assert_series_equal(table[column], same["value"], check_names=False)
        assert (table["source"] == same["source"]).all()
    ranges = data.load("ikm_between_units").set_index("figures_id_of_max")
    assert (figures.loc[ranges.index, "value"] == ranges["max_index"]).all()


def test_parts_add_up_to_what_the_whole_prints() -> None:
    """Guards against a composite such as 11/51/38 whose parts lost or swapped a number."""
    figures = data.load("figures")
    wholes = figures.set_index("id")
    parts = figures[figures["part_of"].notna()]
    assert set(parts["part_of"]) <= set(wholes.index)
    for whole, group in parts.groupby("part_of"):
        printed = wholes.loc[whole, "printed"]
        assert pd.isna(wholes.loc[whole, "value"])
        for mark in (" -> ", " / ", "-"):
            printed = printed.replace(mark, "/")
        assert [float(number) for number in printed.split("/")] == group["value"].to_list(), whole


def test_effects_that_were_not_read_say_so() -> None:
    """Guards against remembered numbers that pass as read ones."""
    effects = data.load("effects")
    remembered = effects[effects["verified"] == "no"]
    assert set(remembered["id"]) == {
        "blume2010_cog", "blume2010_env", "rowe2018_both", "ivers2012_rd", "ivers2025_rd", "bjorkman2009",
    }  # fmt: skip
    read = data.load("sources").set_index("source")["read"]
    assert all("not read" in read[source] for source in remembered["source"])


def test_an_interval_says_what_it_is() -> None:
    """Guards against an interquartile range that is turned into a standard error."""
    effects = data.load("effects")
    bounded = effects["ci_low"].notna()
    assert (effects.loc[bounded, "interval_type"].notna()).all()
    other = bounded & (effects["interval_type"] != "95")
    assert other.sum() >= 7 and effects.loc[other, "se"].isna().all()
    wide = effects[(effects["interval_type"] == "95") & effects["se"].notna()]
    implied = (wide["ci_high"] - wide["ci_low"]) / 3.92
    assert len(wide) >= 8
    assert (abs(implied / wide["se"] - 1) < 0.05).all()


def test_bpbd_means_give_the_index_with_one_ninth() -> None:
    """Guards the answer shares and means: 86.69 with weight 1/9, and element means that fit their shares."""
    table = data.load("skm_bpbd_tangsel_2025")
    means = table.groupby("element_code")["nrr_1to4"].agg(["min", "max"])
    assert (means["min"] == means["max"]).all()
    assert means["min"].sum() / 9 * 25 == pytest.approx(86.69, abs=0.01)
    assert table.groupby("element_code")["share_percent"].sum().between(98, 102).all()
    ranked = table.dropna(subset="answer_rank_4best")
    from_shares = (ranked["answer_rank_4best"] * ranked["share_percent"]).groupby(ranked["element_code"]).sum() / 100
    assert (abs(from_shares - means["min"]) < 0.06).all()


def test_sekadau_respondents_give_the_published_mean() -> None:
    """Guards against shifted columns: 49 respondents, index 78.74."""
    answers = data.load("skm_sekadau_2019")[[f"U{number}" for number in range(1, 10)]]
    assert answers.shape == (49, 9)
    assert answers.to_numpy(dtype=float).mean() * 25 == pytest.approx(78.74, abs=0.005)


def test_kecamatan_add_up_and_sexes_too() -> None:
    """Guards against a figure typed into the wrong kecamatan or year."""
    table = data.load("population_tangsel").pivot_table(index="kecamatan", columns=["measure", "year"], values="value")
    total = table[("population_total", 2023)]
    assert (table[("population_male", 2023)] + table[("population_female", 2023)] == total).all()
    assert len(total) == 7
    assert table[("population_total", 2009)].sum() == 1_042_026


def test_krejcie_morgan_formula_reproduces_the_points() -> None:
    """Guards against a typing error in the 26 points (rounded as the published table does)."""
    table = data.load("krejcie_morgan")
    n = table["population_N"].astype(float)
    chi, p, d = 3.841, 0.5, 0.05
    formula = chi * n * p * (1 - p) / (d**2 * (n - 1) + chi * p * (1 - p))
    assert (abs(formula - table["formula_value"]) < 0.01).all()
    assert (abs(formula - table["sample_S_read_in_source"]) <= 1).all()


def test_the_rules_carry_the_official_weights() -> None:
    """Guards against rules that were dropped or doubled."""
    rules = data.load("rules")
    weights = rules[rules["rule"].str.startswith("weight of") & (rules["topic"] == "ip_asn")]
    assert weights["value"].to_list() == [25, 40, 30, 5]
    categories = rules[rules["rule"].str.match("category [A-D]")]["value"].to_list()
    assert categories == sorted(categories) and len(categories) == 8
