"""IP ASN, the professionalism index of civil servants: official totals, categories, and what its rule forgets.

Qualification 25, competence 40, performance 30, discipline 5. A technical course counts for one year and a seminar for
two: a year after the last 20 JP course a staff member loses 15 or 22.5 points. That is accounting, not loss of skill:
the index measures attendance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.evaluation.ip_asn.rules import DEGREES, DIMENSIONS, JOBS, check_version, components_of
from data.errors import InputError, nearest
from data.intake.personal import quotable
from data.rows import row_numbers

__all__ = [
    "PRINTED_TOLERANCE",
    "Score",
    "category",
    "published_rounds",
    "qualification_warning",
    "score",
    "score_staff",
    "smallest_shares",
    "total_from_parts",
]

CATEGORIES = ((91.0, "sangat tinggi"), (81.0, "tinggi"), (71.0, "sedang"), (61.0, "rendah"))
MOST_MONTHS, MOST_JP = 720.0, 1000.0  # largest number believed: 60 years since a course [months], hours in a year [JP]
COURSE_JP = 20.0  # in twelve months that count as a technical course (R033, R036, R038 of rules.csv)
PRINTED_TOLERANCE = 0.0251  # four parts and a total, each rounded to two decimals
PUNISHMENTS = ("never", "light", "medium", "severe")


def category(index: float) -> str:
    """Official category of an index; the printed table has whole numbers, so 80.5 has not reached 81.

    Raises:
        InputError: the index lies outside 0 to 100.
    """
    if not 0.0 <= index <= 100.0:
        raise InputError(f"IP ASN: {index}; allowed: 0 to 100")
    return next((name for lowest, name in CATEGORIES if index >= lowest), "sangat rendah")


def total_from_parts(parts: Mapping[str, float]) -> float:
    """Index from its four published dimensions; safe in every rule version.

    Raises:
        InputError: a dimension is missing or outside its range.
    """
    total = 0.0
    for name, most in DIMENSIONS.items():
        if name not in parts:
            near = nearest(name, parts)
            raise InputError(f"IP ASN parts: '{name}' is missing" + (f"; found '{near}'" if near else ""))
        if not 0.0 <= parts[name] <= most:
            raise InputError(f"IP ASN parts: {name}: {parts[name]}; allowed: 0 to {most:g}")
        total += parts[name]
    return total


@dataclass(frozen=True)
class Score:
    """Points of one staff member under the 2019 rule; an interval where the record or the rule leaves something open.

    `parts` holds (lowest, highest) points by dimension; `unread` names dimensions whose points were not read in the
    rule itself.
    """

    parts: Mapping[str, tuple[float, float]]
    unread: tuple[str, ...]

    @property
    def low(self) -> float:
        """Lowest total the record allows."""
        return sum(low for low, _ in self.parts.values())

    @property
    def high(self) -> float:
        """Highest total the record allows."""
        return sum(high for _, high in self.parts.values())


def score(staff: Mapping[str, Any], version: str = "2019") -> Score:
    """Score of one staff record.

    Args:
        staff: job (jpt ... pelaksana) and degree (s3 ... below_slta); optional: course (leadership or functional,
            yes/no), months_since_technical (last course of 20 JP or more), jp_last_12_months (instead of it: 20 or more
            counts as a course, fewer as none), months_since_seminar, performance (0-100), punishment (never, light,
            medium, severe). What is absent leaves an interval.
        version: only 2019 can be scored.
    Raises:
        InputError: a wrong word or number, or version 2023+, whose points were not read.
    """
    if check_version(version) != "2019":
        raise InputError(
            "IP ASN 2023+: the points of this rule were not read; only totals from published parts are possible"
        )
    kind = JOBS[_one_of(staff, "job", JOBS)]
    degree = DEGREES[_one_of(staff, "degree", DEGREES)]
    competence = [0.0, 0.0]
    for component in components_of(kind, "competence"):
        earned = _earned(component.name, component.window_months, staff)
        competence[0] += component.points if earned is True else 0.0
        competence[1] += 0.0 if earned is False else component.points
    return Score(
        parts={
            "qualification": (degree, degree),
            "competence": (competence[0], competence[1]),
            "performance": _performance(staff),
            "discipline": _discipline(staff),
        },
        unread=("performance", "discipline"),
    )


def _present(staff: Mapping[str, Any], key: str) -> bool:
    return key in staff and not pd.isna(staff[key]) and staff[key] != ""


def _one_of(staff: Mapping[str, Any], key: str, allowed: Mapping[str, object] | tuple[str, ...]) -> str:
    word = str(staff.get(key, ""))
    if word in allowed:
        return word
    near = nearest(word, allowed)
    raise InputError(
        f"staff: {key}: {quotable(word) if word else 'empty'}; allowed: {', '.join(allowed)}"
        + (f"; did you mean '{near}'?" if near else "")
    )


def _number(staff: Mapping[str, Any], key: str, high: float) -> float:
    try:
        value = float(staff[key])
    except (TypeError, ValueError):
        raise InputError(f"staff: {key}: {quotable(staff[key])}; allowed: a number from 0 to {high:g}") from None
    if not 0.0 <= value <= high:
        raise InputError(f"staff: {key}: {quotable(value)}; allowed: a number from 0 to {high:g}")
    return value


def _earned(name: str, window: int | None, staff: Mapping[str, Any]) -> bool | None:
    """Whether a component counts today; None when the record does not say."""
    if window is None:
        if not _present(staff, "course"):
            return None
        return _one_of({"course": str(staff["course"]).lower()}, "course", ("yes", "no", "true", "false")) in (
            "yes",
            "true",
        )
    key = "months_since_technical" if name == "technical_course" else "months_since_seminar"
    if _present(staff, key):
        return _number(staff, key, MOST_MONTHS) <= window
    if name == "technical_course" and _present(staff, "jp_last_12_months"):
        return _number(staff, "jp_last_12_months", MOST_JP) >= COURSE_JP
    return None


def _performance(staff: Mapping[str, Any]) -> tuple[float, float]:
    bands = components_of("staff", "performance")
    if not _present(staff, "performance"):
        return min(c.points for c in bands), max(c.points for c in bands)
    value = _number(staff, "performance", 100.0)
    points = next(c.points for c in bands if value >= float(c.name.split("_")[1]))
    return points, points


def _discipline(staff: Mapping[str, Any]) -> tuple[float, float]:
    levels = [c.points for c in components_of("staff", "discipline")]
    if not _present(staff, "punishment"):
        return min(levels), max(levels)
    points = levels[PUNISHMENTS.index(_one_of(staff, "punishment", PUNISHMENTS))]
    return points, points


def score_staff(staff: pd.DataFrame, version: str = "2019") -> pd.DataFrame:
    """Scores of a staff list (template `staff_list`), one row a person.

    Returns:
        low, high (totals), settled (whether they agree), and <dimension>_low, <dimension>_high; missing where the job or the degree is.

    Raises:
        InputError: as `score`, with the row of the file.
    """
    ends = [f"{name}_{end}" for name in DIMENSIONS for end in ("low", "high")]
    found: list[dict[str, object]] = []
    for number, (_, row) in zip(row_numbers(staff), staff.iterrows(), strict=True):
        record = {str(k): v for k, v in row.items()}
        if not (_present(record, "job") and _present(record, "degree")):
            found.append({"settled": False})
            continue
        try:
            own = score(record, version)
        except InputError as error:
            raise InputError(f"row {number}: {error}") from None
        points = zip(ends, (end for name in DIMENSIONS for end in own.parts[name]), strict=True)
        found.append({"low": own.low, "high": own.high, "settled": own.low == own.high, **dict(points)})
    table = pd.DataFrame(found, index=staff.index, columns=["low", "high", "settled", *ends])
    return table.astype({name: float for name in ("low", "high", *ends)})


def published_rounds() -> pd.DataFrame:
    """Published rounds of Kota Bima with totals rebuilt from their parts.

    Adds `total` (sum of the parts), `gap` (printed less total), `consistent`, and `warning`. The 2023 row of PNS adds
    to 77.94 and prints 78.41; its competence is printed as 26, and both the printed total and the mean of all ASN need
    26.47.
    """
    import data

    frame = data.load("ip_asn_kota_bima")
    columns = {
        "qualification": "kualifikasi_max25",
        "competence": "kompetensi_max40",
        "performance": "kinerja_max30",
        "discipline": "disiplin_max5",
    }
    frame["total"] = [
        round(total_from_parts({name: float(row[column]) for name, column in columns.items()}), 2)
        for _, row in frame.iterrows()
    ]
    frame["gap"] = (frame["index_printed"] - frame["total"]).round(2)
    frame["consistent"] = frame["gap"].abs() <= PRINTED_TOLERANCE
    frame["warning"] = [qualification_warning(float(q)) or "" for q in frame["kualifikasi_max25"]]
    return frame


def smallest_shares(mean: float) -> dict[str, float]:
    """Smallest shares of higher degrees that a mean of qualification points needs under the 2019 points.

    Returns:
        s3: smallest share with S3, everyone else holding S2;
        s2_or_s3: smallest share above S1/D-IV, all of them S3 and everyone else S1/D-IV (the most generous mix).
    Raises:
        InputError: the mean lies outside 1 to 25.
    """
    if not 1.0 <= mean <= 25.0:
        raise InputError(f"qualification points: {mean}; allowed: 1 to 25")
    s1, s2, s3 = DEGREES["s1_d4"], DEGREES["s2"], DEGREES["s3"]
    return {"s3": max(0.0, (mean - s2) / (s3 - s2)), "s2_or_s3": max(0.0, (mean - s1) / (s3 - s1))}


def qualification_warning(mean: float, plausible_above_s1: float = 0.35) -> str | None:
    """Why a mean of qualification points cannot come from the 2019 rule, or None when it can.

    `plausible_above_s1`: a share with S2 or S3 beyond any Indonesian city's (assumed; generous). Even if every one of
    them held S3, the mean would stay below 15 + 10 times that share.
    """
    need = smallest_shares(mean)
    if need["s2_or_s3"] <= plausible_above_s1:
        return None
    return (
        f"{mean:g} qualification points need at least {need['s2_or_s3']:.0%} of staff above S1 (all S3), or "
        f"{need['s3']:.0%} with S3 and everyone else with S2: not from the 2019 points for any real mix of degrees"
    )
