"""A staff list evaluated: published rounds come out again, hours and needs are those counted by hand, and no row is about a person."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

import data
from analysis.evaluation import ip_asn, ip_asn_staff
from analysis.evaluation.ip_asn import kota_bima
from analysis.evaluation.ip_asn_staff import SMALL, StaffResult, evaluate_staff

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
    rounds = kota_bima().query("year == 2023").set_index("group")
    parts = rounds[["kualifikasi_max25", "kompetensi_max40", "kinerja_max30", "disiplin_max5"]].astype(float)
    parts.loc["PNS", "kompetensi_max40"] = 26.47  # printed as 26; see kota_bima()
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
    assert result.given and result.warning is not None and result.rise is None
    assert "78.25 (medium)" in result.words("en") and "cannot come from the rule of 2019" in result.words("en")
    assert "78,25 (sedang)" in result.words("id")


def test_scores_by_hand() -> None:
    """Guards the rule of 2019 and the open ends: one staff record worked out on paper."""
    frame = staff(6, jp_last_12_months=20.0, months_since_seminar=10.0, performance=95.0, punishment="never")
    result = evaluate_staff(frame)
    assert scope(result, "all")["index_low"] == scope(result, "all")["index_high"] == 15 + 22.5 + 17.5 + 30 + 5
    opened = evaluate_staff(frame.drop(columns=["performance", "months_since_seminar"]))
    assert (scope(opened, "all")["index_low"], scope(opened, "all")["index_high"]) == (15 + 22.5 + 1 + 5, 90)
    assert opened.table.iloc[0][
        "scored"
    ] == 6 and "Open is above all performance (1.0 to 30.0 of 30 points)" in opened.words("en")
    unknown = evaluate_staff(frame.assign(degree=[None, *frame["degree"][1:]]))
    assert unknown.table.iloc[0]["scored"] == 5


def test_the_gap_to_twenty_hours_by_hand() -> None:
    """Guards who counts: PNS only, hours known only; PPPK have a most, not a least; and what a course would add by rule."""
    frame = staff(
        10,
        unit="Dinas A",
        jp_last_12_months=[0.0, 5.0, 19.0, 20.0, 40.0, np.nan, 0.0, 24.0, 25.0, 30.0],
        status=["PNS"] * 6 + ["PPPK"] * 4,
        job=["pelaksana", "pengawas", "fungsional_muda", *["pelaksana"] * 7],
    )
    result = evaluate_staff(frame)
    one = scope(result, "all")
    assert (one["pns"], one["jp_known"], one["below"], one["without"]) == (6, 5, 3, 1)
    assert one["jp_missing"] == 20 + 15 + 1 and one["share_below"] == 0.6 and one["pppk_above"] == 2
    assert result.rise == pytest.approx((22.5 + 15 + 15) / 10)
    text = result.words("en").replace("\u00a0", " ")
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
    assert "technical 60 % (3 of 15 below 68 %" in result.words("en").replace("\u00a0", " ")
    assert "technical in Dinas B (6 of 10)" in result.words("en")
    assert "no job-person match by domain" in evaluate_staff(frame.drop(columns=["technical", "digital"])).words("en")


def test_constants_are_those_of_the_table_of_rules() -> None:
    """Guards hours, cut points of the match and categories against a rule that changes in rules.csv alone."""
    rules = data.load("rules").set_index("id")["value"].astype(float)
    found = (ip_asn_staff.PNS_LEAST, ip_asn_staff.PPPK_MOST, ip_asn_staff.MEETS, ip_asn_staff.STILL_MEETS)
    assert found == tuple(rules[row] for row in ("R046", "R047", "R054", "R055"))
    assert [lowest for lowest, _ in ip_asn.CATEGORIES] == [rules[row] for row in ("R042", "R043", "R044", "R045")]


def test_no_row_is_about_a_person() -> None:
    """Guards small units: fewer than five are put together, and not shown at all when together they are too few."""
    frame = staff(23, technical=70.0)
    frame["unit"] = ["Dinas A"] * 15 + ["Pos B"] * 4 + ["Pos C"] * 4
    result = evaluate_staff(frame)
    assert (
        set(result.table.query("scope == 'unit'")["name"]) == {"Dinas A", SMALL} == set(result.needs["unit"]) - {"all"}
    )
    assert scope(result, SMALL)["n"] == 8 and "put together" in result.words("en")
    alone = evaluate_staff(frame[frame["unit"] != "Pos C"])
    assert set(alone.table.query("scope == 'unit'")["name"]) == {"Dinas A"}
    tables = [*result.tables().values(), *alone.tables().values()]
    assert all(table["n"].min() >= 5 for table in tables if "n" in table)
    assert not any(table.astype(str).map(lambda cell: cell.startswith("p-")).to_numpy().any() for table in tables)


def test_lists_that_say_little() -> None:
    """Guards lists with hours only, without hours, without units, and with nothing to go by."""
    hours = evaluate_staff(staff()[["staff", "status", "jp_last_12_months"]])
    assert hours.dimensions.empty and "IP ASN by" not in hours.words("en") and hours.figure("en") is not None
    none = evaluate_staff(staff(jp_last_12_months=np.nan))
    assert "No hours of PNS are recorded" in none.words("en") and none.rise is None and none.figure("id") is not None
    with pytest.raises(data.InputError, match="neither job and degree"):
        evaluate_staff(staff()[["staff", "status"]])
    with pytest.raises(data.InputError, match="no rows"):
        evaluate_staff(staff(0))
    for result in (hours, none):
        assert not re.search(r"[{}]|\bnan\b", result.words("en") + result.words("id"))
