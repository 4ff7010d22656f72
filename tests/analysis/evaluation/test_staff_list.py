"""A staff list evaluated: published rounds come out again, hours and needs are those counted by hand, and no row is about a person."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

import data
from analysis.evaluation import evaluate_staff, figure, words
from analysis.evaluation.ip_asn import evaluate as ip_asn_evaluate
from analysis.evaluation.ip_asn import index as ip_asn
from analysis.evaluation.ip_asn.index import published_rounds
from analysis.evaluation.ip_asn.result import OTHER_UNITS, StaffResult

POINTS = ["qualification_points", "competence_points", "performance_points", "discipline_points"]


def staff(n: int = 60, seed: int = 1, **columns: object) -> pd.DataFrame:
    """A list of n civil servants in three units; `columns` replace or add."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "staff": [f"p-{i}" for i in range(n)],
            "unit": np.resize(["Dinas A", "Dinas B", "Kelurahan C"], n),
            "status": "PNS",
            "job": "pelaksana",
            "degree": "s1_d4",
            "jp_last_12_months": rng.choice([0.0, 10.0, 20.0, 30.0], n),
        }
    )
    return frame.assign(**columns)


def scope(result: StaffResult, name: str) -> pd.Series:
    return result.table.set_index("name").loc[name]


def test_kota_bima_2023_comes_out_again() -> None:
    """Guards the published index of 3,423 ASN: the parts of PNS and PPPK, with the competence that the totals need, give 78.25."""
    rounds = published_rounds().query("year == 2023").set_index("group")
    parts = rounds[["kualifikasi_max25", "kompetensi_max40", "kinerja_max30", "disiplin_max5"]].astype(float)
    parts.loc["PNS", "kompetensi_max40"] = 26.47  # printed as 26; see published_rounds()
    people = [
        pd.DataFrame([parts.loc[group].to_numpy()] * int(rounds.loc[group, "n_measured"]), columns=POINTS).assign(
            status=group
        )
        for group in ("PNS", "PPPK")
    ]
    result = evaluate_staff(pd.concat(people, ignore_index=True))
    for name, group in (("PNS", "PNS"), ("PPPK", "PPPK"), ("all", "ASN")):
        assert scope(result, name)["index_low"] == pytest.approx(float(rounds.loc[group, "index_printed"]), abs=0.011)
    means = result.dimensions.set_index("dimension")["high"]
    assert means["qualification"] == pytest.approx(21.37, abs=0.01) and means["competence"] == pytest.approx(
        26.16, abs=0.01
    )
    assert result.points_in_file and result.warning is not None and result.rise is None
    assert "78.25 (medium)" in words(result, "en") and "cannot come from the rule of 2019" in words(result, "en")
    assert "78,25 (sedang)" in words(result, "id")


def test_scores_by_hand() -> None:
    """Guards the rule of 2019 and the open ends: one staff record worked out on paper."""
    frame = staff(6, jp_last_12_months=20.0, months_since_seminar=10.0, performance=95.0, punishment="never")
    result = evaluate_staff(frame)
    assert scope(result, "all")["index_low"] == scope(result, "all")["index_high"] == 15 + 22.5 + 17.5 + 30 + 5
    opened = evaluate_staff(frame.drop(columns=["performance", "months_since_seminar"]))
    assert (scope(opened, "all")["index_low"], scope(opened, "all")["index_high"]) == (15 + 22.5 + 1 + 5, 90)
    assert opened.table.iloc[0]["scored"] == 6
    assert "Open is above all performance (1.0 to 30.0 of 30 points)" in words(opened, "en")
    unknown = evaluate_staff(frame.assign(degree=[None, *frame["degree"][1:]]))
    assert unknown.table.iloc[0]["scored"] == 5


def test_the_gap_to_twenty_hours_by_hand() -> None:
    """Guards who counts: PNS only, hours known only; PPPK have a most, not a least; and what a course would add by rule."""
    frame = staff(
        11,
        unit="Dinas A",
        jp_last_12_months=[0.0, 5.0, 19.0, 20.0, 40.0, np.nan, 0.0, 24.0, 25.0, 30.0, 24.0],
        status=["PNS"] * 6 + ["PPPK"] * 5,
        job=["pelaksana", "pengawas", "fungsional_muda", *["pelaksana"] * 8],
    )
    result = evaluate_staff(frame)
    one = scope(result, "all")
    assert (one["pns"], one["jp_known"], one["below"], one["without"]) == (6, 5, 3, 1)
    assert one["jp_missing"] == 20 + 15 + 1 and one["share_below"] == 0.6 and one["pppk_above"] == 2
    assert result.rise == pytest.approx((22.5 + 15 + 15) / 11)
    text = words(result, "en").replace("\u00a0", " ")
    assert "Of 5 PNS whose hours are known, 3 (60 %) have fewer than the 20 JP" in text and "they lack 36 JP" in text
    assert (
        "not recorded for 1 PNS" in text
        and "2 PPPK have more than 24 JP" in text
        and "attendance, not competence" in text
    )


def test_needs_by_domain_and_unit_by_hand() -> None:
    """Guards the cut points of the job-person match: 80 meets, 68 still meets, less does not."""
    frame = staff(15, technical=[67.9, 68.0, 79.9, 80.0, 95.0] * 3, digital=[90.0] * 15)
    frame["unit"] = ["Dinas A"] * 5 + ["Dinas B"] * 10
    result = evaluate_staff(frame)
    rows = result.needs.set_index(["unit", "domain"])
    assert rows.loc[("all", "technical"), ["below_68", "from_68_to_80", "from_80"]].tolist() == [3, 6, 6]
    assert rows.loc[("Dinas A", "technical"), ["n", "below_68"]].tolist() == [5, 1]
    assert rows.loc[("all", "digital"), "share_below_80"] == 0
    assert "technical 60 % (3 of 15 below 68 %" in words(result, "en").replace("\u00a0", " ")
    assert "technical in Dinas B (6 of 10)" in words(result, "en")
    assert "no job-person match by domain" in words(evaluate_staff(frame.drop(columns=["technical", "digital"])), "en")


def test_constants_are_those_of_the_table_of_rules() -> None:
    """Guards hours, cut points of the match and categories against a rule that changes in rules.csv alone."""
    rules = data.load("rules").set_index("id")["value"].astype(float)
    found = (ip_asn_evaluate.PNS_LEAST, ip_asn_evaluate.PPPK_MOST, ip_asn_evaluate.MEETS, ip_asn_evaluate.STILL_MEETS)
    assert found == tuple(rules[row] for row in ("R046", "R047", "R054", "R055"))
    assert [lowest for lowest, _ in ip_asn.CATEGORIES] == [rules[row] for row in ("R042", "R043", "R044", "R045")]


def test_no_row_is_about_a_person() -> None:
    """Guards small units: fewer than five are put together, with the next smallest where they are too few even then, and that is said."""
    frame = staff(29, technical=70.0)
    frame["unit"] = ["Dinas A"] * 15 + ["Pos B"] * 4 + ["Pos C"] * 4 + ["Dinas D"] * 6
    result = evaluate_staff(frame)
    units = set(result.table.query("scope == 'unit'")["name"])
    assert units == {"Dinas A", "Dinas D", OTHER_UNITS} == set(result.needs["unit"]) - {"all"}
    assert scope(result, OTHER_UNITS)["n"] == 8 and (result.small, result.joined) == (2, ())
    assert "2 units with fewer than 5 staff stand together as other units." in words(result, "en")
    assert "2 unit dengan kurang dari 5 pegawai digabung sebagai unit lainnya." in words(result, "id")
    one = evaluate_staff(frame[frame["unit"] != "Pos C"])  # alone it would follow from the others and the total
    assert set(one.table.query("scope == 'unit'")["name"]) == {"Dinas A", OTHER_UNITS}
    assert scope(one, OTHER_UNITS)["n"] == 10 and (one.small, one.joined) == (1, ("Dinas D",))
    assert "with Dinas D, as they are too few even together" in words(one, "en")
    assert "bersama Dinas D" in words(one, "id")
    none = evaluate_staff(frame[frame["unit"].isin(["Dinas A", "Pos B"])])
    assert "unit" not in set(none.table["scope"]) and set(none.needs["unit"]) == {"all"}
    assert "units are not shown apart" in words(none, "en") and "unit tidak ditampilkan terpisah" in words(none, "id")
    tables = [table for found in (result, one, none) for table in found.tables().values()]
    assert all(table["n"].min() >= 5 for table in tables if "n" in table)
    assert not any(table.astype(str).map(lambda cell: cell.startswith("p-")).to_numpy().any() for table in tables)


def test_no_number_is_about_a_person() -> None:
    """Guards units whose index or hours are known of one person only: the number would be that person's, and so would a difference."""
    frame = staff(60, technical=70.0, degree=None, jp_last_12_months=np.nan)
    a, b = (frame.index[frame["unit"] == unit] for unit in ("Dinas A", "Dinas B"))
    frame.loc[[*a[:1], *b[:8], *frame.index[frame["unit"] == "Kelurahan C"][:9]], ["degree", "jp_last_12_months"]] = [
        "s2",
        4.0,
    ]
    frame.loc[a[1:], "technical"] = np.nan
    result = evaluate_staff(frame)
    index, hours = ["index_low", "index_high"], ["below", "without", "share_below", "jp_missing"]
    assert scope(result, "Dinas A")["scored"] == scope(result, "Dinas A")["jp_known"] == 1
    # without the next smallest, total less the others would give the person's own points and hours
    assert result.table.set_index("name").loc[["Dinas A", "Dinas B"], [*index, *hours]].isna().all(axis=None)
    assert result.table.set_index("name").loc[["all", "PNS", "Kelurahan C"], [*index, *hours]].notna().all(axis=None)
    assert set(result.needs["unit"]) == {"all", "Kelurahan C"} or set(result.needs["unit"]) == {"all", "Dinas B"}
    assert "Numbers that rest on fewer than 5 people are left out" in words(result, "en")
    assert "kurang dari 5 orang tidak ditampilkan" in words(result, "id")
    assert figure(result, "id") is not None
    frame["degree"], frame["jp_last_12_months"], frame["technical"] = None, np.nan, np.nan
    frame.loc[0, ["degree", "jp_last_12_months", "technical"]] = ["s2", 4.0, 60.0]
    lone = evaluate_staff(frame)
    assert (
        lone.table.loc[lone.table["jp_known"] > 0, [*index, *hours]].isna().all(axis=None)
        and set(lone.tables()) == {"staff"}
        and lone.rise is None
    )
    for lang in ("en", "id"):
        assert not re.search(r"[{}]|\bnan\b|IP ASN (by|menurut)", words(lone, lang)) and figure(lone, lang) is not None
    assert "Hours are recorded for 1 PNS only" in words(lone, "en") and "no job-person match" not in words(lone, "en")


def test_a_status_of_few_is_not_shown_by_subtraction() -> None:
    """Guards three PPPK among many PNS: all less PNS would be their sum."""
    frame = staff(40).assign(status=["PPPK"] * 3 + ["PNS"] * 37)
    result = evaluate_staff(frame)
    assert "status" not in set(result.table["scope"]) and np.isnan(scope(result, "all")["pppk_above"])
    assert "PNS and PPPK are not shown apart" in words(result, "en") and "PNS dan PPPK tidak" in words(result, "id")
    assert "not shown apart" not in words(evaluate_staff(staff(40)), "en")


def test_lists_that_say_little() -> None:
    """Guards lists with hours only, without hours, without units, and with nothing to go by."""
    hours = evaluate_staff(staff()[["staff", "status", "jp_last_12_months"]])
    assert hours.dimensions.empty and "IP ASN by" not in words(hours, "en") and figure(hours, "en") is not None
    none = evaluate_staff(staff(jp_last_12_months=np.nan))
    assert "No hours of PNS are recorded" in words(none, "en") and none.rise is None and figure(none, "id") is not None
    with pytest.raises(data.InputError, match="neither job and degree"):
        evaluate_staff(staff()[["staff", "status"]])
    with pytest.raises(data.InputError, match="no rows"):
        evaluate_staff(staff(0))
    for result in (hours, none):
        assert not re.search(r"[{}]|\bnan\b", words(result, "en") + words(result, "id"))
