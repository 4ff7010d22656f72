"""IP ASN: totals from published parts, the 2019 points as read, and what may not be derived."""

from __future__ import annotations

import pandas as pd
import pytest

import data
from analysis.evaluation.ip_asn import index as ip_asn
from analysis.evaluation.ip_asn.rules import DEGREES, DIMENSIONS, JOBS, RULES_2019
from data.errors import InputError
from data.schemas.templates import DEGREES as TEMPLATE_DEGREES
from data.schemas.templates import JOBS as TEMPLATE_JOBS

FULL = {
    "course": "yes",
    "months_since_technical": 3,
    "months_since_seminar": 3,
    "performance": 95,
    "punishment": "never",
}


def test_kota_bima_totals_and_the_inconsistent_row() -> None:
    """Guards totals from parts, and the one printed total that its parts contradict."""
    rounds = ip_asn.published_rounds()
    assert list(rounds["total"]) == [77.94, 75.17, 78.25, 81.16, 82.28]
    wrong = rounds[~rounds["consistent"]]
    assert wrong[["year", "group"]].to_numpy().tolist() == [[2023, "PNS"]]
    assert wrong["gap"].iloc[0] == 0.47
    assert [ip_asn.category(x) for x in rounds["index_printed"]] == list(rounds["category"].str.lower())


def test_the_misprint_is_in_competence() -> None:
    """Guards the reason given: 26.47 for PNS solves both the total and the mean over all ASN; 26 solves neither."""
    rounds = data.load("ip_asn_kota_bima").query("year == 2023").set_index("group")
    n, competence = rounds["n_measured"].astype(float), rounds["kompetensi_max40"]
    implied = 26.0 + 0.47
    mean = (n["PNS"] * implied + n["PPPK"] * competence["PPPK"]) / n["ASN"]
    assert mean == pytest.approx(competence["ASN"], abs=0.01)
    printed = (n["PNS"] * competence["PNS"] + n["PPPK"] * competence["PPPK"]) / n["ASN"]
    assert abs(printed - competence["ASN"]) > 0.4


def test_qualification_cannot_come_from_the_2019_points() -> None:
    """Guards the warning: no mix of degrees without a quarter of doctors, or 96 % for PPPK, gives those means."""
    assert ip_asn.smallest_shares(21.19)["s3"] == pytest.approx(0.238)
    assert ip_asn.smallest_shares(24.82)["s3"] == pytest.approx(0.964)
    assert ip_asn.smallest_shares(21.19)["s2_or_s3"] == pytest.approx(0.619)
    assert all(ip_asn.published_rounds()["warning"])
    # a real mix raises none: 10 % S2, the rest S1 and D-III
    assert ip_asn.qualification_warning(0.1 * 20 + 0.6 * 15 + 0.3 * 10) is None


def test_smallest_share_is_a_bound_over_mixes() -> None:
    """Guards the arithmetic: no mix of the six degrees reaches the mean with fewer doctors."""
    from scipy.optimize import linprog

    points = list(DEGREES.values())
    doctors = [1.0 if d == "s3" else 0.0 for d in DEGREES]
    best = linprog(doctors, A_eq=[points, [1.0] * len(points)], b_eq=[21.19, 1.0]).fun
    assert ip_asn.smallest_shares(21.19)["s3"] == pytest.approx(best)


def test_points_equal_the_table_of_rules() -> None:
    """Guards the points against the rules as they were read."""
    rules = data.load("rules").set_index("id")["value"]
    assert [rules[f"R{k:03d}"] for k in (22, 23, 24, 25)] == list(DIMENSIONS.values())
    assert [rules[f"R{k:03d}"] for k in range(26, 32)] == [
        DEGREES[d] for d in ("s3", "s2", "s1_d4", "d3", "slta", "below_slta")
    ]
    by_name = {(c.name, c.kinds[0]): c for c in RULES_2019}
    assert by_name["leadership_course", "managerial"].points == rules["R032"]
    assert by_name["technical_course", "managerial"].points == rules["R033"] == rules["R036"]
    assert by_name["seminar", "managerial"].points == rules["R034"] == rules["R037"]
    assert by_name["functional_course", "functional"].points == rules["R035"]
    assert by_name["technical_course", "staff"].points == rules["R038"]
    assert by_name["seminar", "staff"].points == rules["R039"]
    assert by_name["technical_course", "staff"].window_months == 12 * rules["R040"]
    assert by_name["seminar", "staff"].window_months == 12 * rules["R041"]
    assert {c.status for c in RULES_2019 if c.dimension in ("performance", "discipline")} == {"unread"}


def test_words_are_those_of_the_staff_template() -> None:
    """Guards that a staff list from the template can be scored."""
    assert set(JOBS) == set(TEMPLATE_JOBS)
    assert set(DEGREES) == set(TEMPLATE_DEGREES)


@pytest.mark.parametrize("job", list(JOBS))
def test_everything_earned_gives_the_most_of_each_dimension(job: str) -> None:
    """Guards the maxima: 40 competence points exist for every kind of post, and the total is 100."""
    score = ip_asn.score({"job": job, "degree": "s3", **FULL})
    assert score.low == score.high == 100.0


def test_the_index_forgets_by_rule() -> None:
    """Guards the windows: 12 months for a technical course, 24 for a seminar, then the points are gone."""
    staff = {"job": "pelaksana", "degree": "s1_d4", **FULL}
    assert ip_asn.score({**staff, "months_since_technical": 12}).low == 90.0
    assert ip_asn.score({**staff, "months_since_technical": 13}).low == 67.5
    assert ip_asn.score({**staff, "months_since_seminar": 24}).low == 90.0
    assert ip_asn.score({**staff, "months_since_seminar": 25}).low == 72.5
    manager = {"job": "pengawas", "degree": "s1_d4", **FULL, "months_since_technical": 13}
    assert ip_asn.score(manager).low == 75.0


def test_what_is_absent_leaves_an_interval() -> None:
    """Guards against a made-up score: the template alone does not say course, seminar, performance or discipline."""
    score = ip_asn.score({"job": "pelaksana", "degree": "s1_d4", "jp_last_12_months": 20})
    assert (score.low, score.high) == (15 + 22.5 + 1 + 1, 15 + 40 + 30 + 5)
    assert score.unread == ("performance", "discipline")
    listed = ip_asn.score_staff(pd.DataFrame([{"job": "pelaksana", "degree": "s2", "jp_last_12_months": 4.0}]))
    assert listed.loc[0, "high"] == 20 + 17.5 + 30 + 5 and not listed.loc[0, "settled"]


@pytest.mark.parametrize(
    ("staff", "says"),
    [
        ({"job": "pelaksna", "degree": "s2"}, "did you mean 'pelaksana'"),
        ({"job": "pelaksana", "degree": "s4"}, "degree: a text"),
        (
            {"job": "pelaksana", "degree": "s2", "performance": 120},
            "performance: '120'; allowed: a number from 0 to 100",
        ),
        ({"job": "pelaksana", "degree": "s2", "months_since_seminar": "lama"}, "months_since_seminar: a text"),
    ],
)
def test_bad_records_are_named(staff: dict[str, object], says: str) -> None:
    """Guards the error texts."""
    with pytest.raises(InputError, match=says):
        ip_asn.score(staff)


def test_the_unread_rule_is_not_guessed() -> None:
    """Guards 2023+: nothing is derived from education; totals from parts stay possible."""
    with pytest.raises(InputError, match="not read"):
        ip_asn.score({"job": "pelaksana", "degree": "s2"}, version="2023+")
    with pytest.raises(InputError, match="allowed: 2019, 2023"):
        ip_asn.score({"job": "pelaksana", "degree": "s2"}, version="2020")
    parts = {"qualification": 21.37, "competence": 28.12, "performance": 26.67, "discipline": 5.0}
    assert ip_asn.total_from_parts(parts) == pytest.approx(81.16)
    with pytest.raises(InputError, match="0 to 25"):
        ip_asn.total_from_parts({**parts, "qualification": 26.0})
    with pytest.raises(InputError, match="'discipline' is missing"):
        ip_asn.total_from_parts({k: v for k, v in parts.items() if k != "discipline"})


@pytest.mark.parametrize(
    ("index", "name"),
    [(91, "sangat tinggi"), (90.9, "tinggi"), (81, "tinggi"), (71, "sedang"), (61, "rendah"), (60.9, "sangat rendah")],
)
def test_categories(index: float, name: str) -> None:
    """Guards the lowest index of each category."""
    assert ip_asn.category(index) == name
