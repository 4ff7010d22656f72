"""The IP ASN scoring rule in versions, each component with what was read of it.

2019: PermenPANRB 38/2018 and Peraturan BKN 8/2019, points as read. 2023+: Kota Bima's published qualification points
cannot come from the 2019 points, so the rule changed between rounds; the new one was not read and nothing is derived
from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from data.errors import InputError, nearest

__all__ = ["DEGREES", "DIMENSIONS", "JOBS", "RULES_2019", "VERSIONS", "Component", "check_version", "components_of"]

Status = Literal["read", "partly", "unread"]
Dimension = Literal["qualification", "competence", "performance", "discipline"]
Kind = Literal["managerial", "functional", "staff"]

VERSIONS = ("2019", "2023+")
DIMENSIONS: dict[Dimension, float] = {"qualification": 25.0, "competence": 40.0, "performance": 30.0, "discipline": 5.0}
JOBS: dict[str, Kind] = {
    "jpt": "managerial",
    "administrator": "managerial",
    "pengawas": "managerial",
    "fungsional_muda": "functional",
    "fungsional_madya": "functional",
    "fungsional_utama": "functional",
    "pelaksana": "staff",
}
DEGREES: dict[str, float] = {
    "s3": 25.0,
    "s2": 20.0,
    "s1_d4": 15.0,
    "d3": 10.0,
    "d1_d2": 5.0,
    "slta": 5.0,
    "below_slta": 1.0,
}


@dataclass(frozen=True)
class Component:
    """One way to earn points: who can, how many, how long it counts, and whether the rule itself was read."""

    name: str
    dimension: Dimension
    kinds: tuple[Kind, ...]
    points: float
    window_months: int | None
    status: Status
    note: str = ""


_ALL: tuple[Kind, ...] = ("managerial", "functional", "staff")
RULES_2019: tuple[Component, ...] = (
    Component("leadership_course", "competence", ("managerial",), 15.0, None, "read"),
    Component("functional_course", "competence", ("functional",), 15.0, None, "read"),
    Component("technical_course", "competence", ("managerial", "functional"), 15.0, 12, "read", "20 JP or more"),
    Component("technical_course", "competence", ("staff",), 22.5, 12, "partly", "20 JP or more"),
    Component("seminar", "competence", ("managerial", "functional"), 10.0, 24, "read"),
    Component("seminar", "competence", ("staff",), 17.5, 24, "partly"),
    Component("performance_91", "performance", _ALL, 30.0, None, "unread", "points often quoted; the bands were read"),
    Component("performance_76", "performance", _ALL, 25.0, None, "unread", "points often quoted; the bands were read"),
    Component("performance_61", "performance", _ALL, 15.0, None, "unread", "points often quoted; the bands were read"),
    Component("performance_51", "performance", _ALL, 5.0, None, "unread", "points often quoted; the bands were read"),
    Component("performance_0", "performance", _ALL, 1.0, None, "unread", "points often quoted; the bands were read"),
    Component("never_punished", "discipline", _ALL, 5.0, None, "unread", "points often quoted; the levels were read"),
    Component("light_punishment", "discipline", _ALL, 3.0, None, "unread", "points often quoted; the levels were read"),
    Component(
        "medium_punishment", "discipline", _ALL, 2.0, None, "unread", "points often quoted; the levels were read"
    ),
    Component(
        "severe_punishment", "discipline", _ALL, 1.0, None, "unread", "points often quoted; the levels were read"
    ),
    *(Component(f"degree_{d}", "qualification", _ALL, p, None, "read") for d, p in DEGREES.items()),
)


def check_version(version: str) -> str:
    """The rule version, or an InputError that names the known ones."""
    if version not in VERSIONS:
        near = nearest(version, VERSIONS)
        raise InputError(
            f"IP ASN rule version: '{version}'; allowed: {', '.join(VERSIONS)}"
            + (f"; did you mean '{near}'?" if near else "")
        )
    return version


def components_of(kind: Kind, dimension: Dimension) -> tuple[Component, ...]:
    """Components of the 2019 rule a kind of post can earn in one dimension."""
    return tuple(c for c in RULES_2019 if c.dimension == dimension and kind in c.kinds)
