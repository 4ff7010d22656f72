"""The index of the engine against the official scoring in `analysis.evaluation.ip_asn.index`: one rule, written twice for speed."""

from __future__ import annotations

from itertools import product

import pytest

from analysis.evaluation.ip_asn.index import score
from simulation.posts import JOBS
from simulation.rules.ip_asn import DISCIPLINE, PERFORMANCE, ip_asn

DEGREES = ("slta", "d3", "s1_d4", "s2", "s3")
KINDS = (0, 0, 0, 1, 1, 1, 2)


def official(degree: int, job: str, course: int, jp: float, seminar: int) -> float:
    """Qualification and competence by the official scoring."""
    parts = score(
        {
            "job": job,
            "degree": DEGREES[degree],
            "course": "yes" if course else "no",
            "jp_last_12_months": jp,
            "months_since_seminar": min(seminar, 720),
        }
    ).parts
    (low_q, high_q), (low_c, high_c) = parts["qualification"], parts["competence"]
    assert (low_q, low_c) == (high_q, high_c), "nothing is left open"
    return low_q + low_c


def test_engine_agrees_with_official_scoring() -> None:
    """Guards: two scorings of one rule that part ways: every job, degree, course, JP and seminar."""
    for (job, kind), degree, course, jp, seminar in product(
        zip(JOBS, KINDS, strict=True), range(5), (0, 1), (0.0, 19.9, 20.0, 60.0), (0, 12, 23, 25, 1000)
    ):
        engine = ip_asn.py_func(degree, kind, course, jp, seminar) - PERFORMANCE - DISCIPLINE
        assert engine == pytest.approx(official(degree, job, course, jp, seminar)), (job, degree, course, jp, seminar)


def test_by_hand() -> None:
    """Guards: points of one dimension moved to another: S1, fungsional, everything held; pelaksana with a diploma and nothing."""
    assert ip_asn.py_func(2, 1, 1, 20.0, 3) == 15 + 15 + 15 + 10 + PERFORMANCE + DISCIPLINE
    assert ip_asn.py_func(1, 2, 1, 0.0, 1000) == 10 + PERFORMANCE + DISCIPLINE


def test_index_measures_attendance() -> None:
    """Guards the claim of the report: a year after the last 20 JP the index falls by 15 or 22.5 points, whatever is known."""
    assert ip_asn.py_func(2, 1, 1, 20.0, 1000) - ip_asn.py_func(2, 1, 1, 0.0, 1000) == 15.0
    assert ip_asn.py_func(2, 2, 0, 20.0, 1000) - ip_asn.py_func(2, 2, 0, 0.0, 1000) == 22.5


def test_index_stays_within_its_range() -> None:
    """Guards: an index above 100 or below 0."""
    values = [ip_asn.py_func(*case) for case in product(range(5), range(3), (0, 1), (0.0, 40.0), (0, 1000))]
    assert 0 < min(values) < max(values) <= 100
