"""A synthetic city from a profile in `data/cities/`: sizes, tables and who belongs where. Structure only; state is drawn by the engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypedDict

import numpy as np

from data.errors import InputError, nearest
from data.lineage import combined_hash, lineage, no_such_city
from data.origins import Origins
from data.profiles import origins_of, profile_of
from simulation.engine.columns import (
    BLOCK,
    BLOCKS,
    FUNGSIONAL,
    MANAJERIAL,
    PELAKSANA,
    SLOTS,
    Areas,
    Blocks,
    City,
    Figures,
    Jobs,
    UnitPlaces,
)
from simulation.engine.draws import normal_table
from simulation.engine.records import UInt8s, as_table, table_of
from simulation.posts import JOBS, MANAGERS, apportion, posts_of, staff_share

SERVICES = ("civil_registration", "school", "health", "licensing", "social", "general")
YEAR = 12
# Youngest and oldest age at entry to the class of post, and pension age [years]: UU 20/2023 for pensions, entry ages assumed.
ENTRY = {"jpt": (48, 56), "administrator": (42, 52), "pengawas": (35, 48), "fungsional_muda": (22, 35), "fungsional_madya": (40, 52),
         "fungsional_utama": (50, 60), "pelaksana": (20, 35)}  # fmt: skip
PENSION = {
    "jpt": 60,
    "administrator": 58,
    "pengawas": 58,
    "fungsional_muda": 58,
    "fungsional_madya": 60,
    "fungsional_utama": 65,
    "pelaksana": 58,
}
# Weight of each domain in the work of a service (managerial, sociocultural, technical, digital); assumed.
WEIGHTS = {"civil_registration": (0.15, 0.25, 0.25, 0.35), "school": (0.20, 0.35, 0.25, 0.20), "health": (0.15, 0.30, 0.40, 0.15),
           "licensing": (0.15, 0.20, 0.30, 0.35), "social": (0.20, 0.40, 0.25, 0.15), "general": (0.25, 0.25, 0.25, 0.25)}  # fmt: skip
DEGREES = (0.82, 0.17, 0.01)  # S1 or D-IV, S2, S3 among those with a degree; assumed
KINDS = [MANAJERIAL] * MANAGERS + [FUNGSIONAL] * 3 + [PELAKSANA]  # of the classes of post
REFERENCE_JP = 20.0  # length of a course at which effects are stated [JP]
WORKING_HOURS = 110.0  # of one employee in a month, leave and holidays taken out; assumed


def plain(node: Any) -> Any:
    """A profile without its sources: every {value, source, note} becomes its value."""
    if isinstance(node, dict):
        return plain(node["value"]) if "value" in node else {k: plain(v) for k, v in node.items()}
    return [plain(v) for v in node] if isinstance(node, list) else node


@dataclass(frozen=True)
class Profile:
    """A city's profile: name, title, numbers as nested mappings, the hash of its files and where its numbers come from."""

    name: str
    title: str
    numbers: dict[str, Any]
    sha256: str
    origins: Origins = field(default_factory=Origins)

    def money(self, item: str) -> float:
        """A price or budget [rupiah]. Raises InputError with the nearest item."""
        prices = self.numbers["money"]
        if item not in prices:
            raise InputError(f"cities/{self.name}.yaml: money.{item}: missing; did you mean '{nearest(item, prices)}'?")
        return float(prices[item])

    @property
    def staff(self) -> int:
        """Civil servants of the whole city."""
        return int(self.numbers["staff"]["pns"]) + int(self.numbers["staff"]["pppk"])

    @property
    def units(self) -> int:
        """Units of the whole city."""
        return sum(int(u["count"]) for u in self.numbers["units"])

    @property
    def units_facing(self) -> int:
        """Units of the whole city that the public goes to."""
        return sum(int(u["count"]) for u in self.numbers["units"] if float(u["demand"]) > 0)


@lru_cache(maxsize=8)
def load_profile(name: str) -> Profile:
    """Read `data/cities/<name>.yaml` and what it inherits. Raises InputError with the nearest name, or for a fault in a file."""
    layers = lineage("cities", name, lambda: no_such_city(name))
    content = profile_of(layers)
    return Profile(name, str(content["name"]), plain(content), combined_hash(layers), origins_of(name, content))


class UnitRow(TypedDict):
    """A unit as its profile describes it."""

    kind: str
    service: int  # place in SERVICES
    kecamatan: int  # -1 for the whole city
    area: int  # -1 unless the unit is a kelurahan
    pns: float  # civil servants, before rounding to whole numbers
    pppk: float
    demand: float  # share of encounters of its kind
    count: int  # units of its kind
    level: str  # city, kecamatan or kelurahan
    counter: float  # share of its staff who meet the public


def unit_rows(numbers: dict[str, Any]) -> list[UnitRow]:
    """One row a unit, in the order of the profile. Raises InputError for a count that is not that of its level."""
    rows: list[UnitRow] = []
    kecamatan_of_area = [k for k, row in enumerate(numbers["kecamatan"]) for _ in range(int(row["kelurahan"]))]
    people = np.array([float(k["population"]) for k in numbers["kecamatan"]])
    for unit in numbers["units"]:
        count, level = int(unit["count"]), unit["level"]
        places = len(kecamatan_of_area) if level == "kelurahan" else len(people) if level == "kecamatan" else count
        if places != count:
            raise InputError(f"units.{unit['kind']}: count {count} for level {level}; the city has {places}")
        for i in range(count):
            where = kecamatan_of_area[i] if level == "kelurahan" else i if level == "kecamatan" else -1
            # A kecamatan's group of schools or puskesmas grows with its people; other units of a kind are alike.
            size = (
                people[i] / people.sum() if level == "kecamatan" and unit["kind"] not in ("kecamatan",) else 1.0 / count
            )
            rows.append(
                {
                    "kind": unit["kind"], "service": SERVICES.index(unit["service"]), "kecamatan": where,
                    "area": i if level == "kelurahan" else -1, "pns": float(unit["pns"]) * size, "pppk": float(unit["pppk"]) * size,
                    "demand": float(unit["demand"]), "count": count, "level": level, "counter": float(unit["counter"]),
                }
            )  # fmt: skip
    return rows


def visit_table(rows: list[UnitRow], kecamatan_of_area: list[int]) -> UInt8s:
    """Units that the encounters of an area go to: uint8 (areas, SLOTS), in proportion to demand, local units where they exist."""
    table = np.zeros((len(kecamatan_of_area), SLOTS), dtype=np.uint8)
    for area, kecamatan in enumerate(kecamatan_of_area):
        shares = []
        for row in rows:
            local = (
                row["level"] == "city"
                or (row["level"] == "kecamatan" and row["kecamatan"] == kecamatan)
                or row["area"] == area
            )
            shares.append((row["demand"] / row["count"] if row["level"] == "city" else row["demand"]) if local else 0.0)
        table[area] = np.repeat(np.arange(len(rows), dtype=np.uint8), apportion(SLOTS, shares))
    return table


@lru_cache(maxsize=8)
def build_city(name: str, scale: float, staff_scale: float | None = None) -> City:
    """The city at a scale: 1 is everybody, 0.01 one adult in a hundred. Units stay, and so does the civil service as far as it can.

    Args:
        name: of its profile; scale: share of its adults; staff_scale: share of its civil servants, default `staff_share(scale)`.
    """
    profile = load_profile(name)
    share = staff_share(scale) if staff_scale is None else staff_scale
    return city_of(profile, round(float(profile.numbers["adults"]) * scale), share)


def counter_share_difference(name: str, scale: float, staff_scale: float | None = None) -> float:
    """Staff who meet the public at a scale, less that of the whole city [percentage points of all staff].

    A lever that is aimed at counters acts on another share of the staff where this is far from 0. Arguments: see `build_city`.
    """
    cities = build_city(name, scale, staff_scale), build_city(name, 1.0)
    shares = [float(np.sum(city.units.counter)) / len(city.status) for city in cities]
    return 100.0 * (shares[0] - shares[1])


def city_of(profile: Profile, adults: int, staff: float) -> City:
    """A city built from a profile, with so many adults (at least one a kelurahan) and a share `staff` of its posts."""
    numbers = profile.numbers
    kecamatan_of_area = [k for k, row in enumerate(numbers["kecamatan"]) for _ in range(int(row["kelurahan"]))]
    people = [
        float(numbers["kecamatan"][k]["population"]) / float(numbers["kecamatan"][k]["kelurahan"])
        for k in kecamatan_of_area
    ]
    adults = max(adults, len(people))
    area_size = np.maximum(apportion(adults, people), 1)
    rows = unit_rows(numbers)
    posts = posts_of(
        numbers["staff"], [r["pns"] for r in rows], [r["pppk"] for r in rows], [r["counter"] for r in rows], staff
    )
    degrees = numbers["staff"]["qualification_shares"]
    low, middle, high = (float(degrees[k]) for k in ("slta", "diploma", "sarjana"))
    steps = np.cumsum([low, middle, *(high * share for share in DEGREES)])
    # The official sample keeps its size, however small a share of the city is simulated.
    survey = float(numbers["survey_respondents"]) / (adults * float(numbers["encounters"]) * YEAR)
    figures = Figures(
        demand=float(numbers["encounters"]),
        survey=min(survey, 1.0),
        people_per_post=profile.staff / len(posts.status),
        working_hours=WORKING_HOURS,
        reference_jp=REFERENCE_JP,
        people_per_adult=float(numbers["adults"]) / adults,
        citizens=float(adults),
    )
    areas = table_of(
        Areas, first=np.concatenate([[0], np.cumsum(area_size)[:-1]]), adults=area_size, kecamatan=kecamatan_of_area
    )
    units = table_of(
        UnitPlaces, first=np.concatenate([[0], np.cumsum(posts.size)[:-1]]), staff=posts.size, counter=posts.counter,
        service=[r["service"] for r in rows], kecamatan=[r["kecamatan"] for r in rows],
    )  # fmt: skip
    jobs = table_of(
        Jobs, youngest=[ENTRY[j][0] * YEAR for j in JOBS], oldest=[ENTRY[j][1] * YEAR for j in JOBS],
        pension=[PENSION[j] * YEAR for j in JOBS], manager=[i < MANAGERS for i in range(len(JOBS))], kind=KINDS,
    )  # fmt: skip
    return City(
        areas=areas,
        blocks=cut_blocks(areas),
        units=units,
        jobs=jobs,
        visits=visit_table(rows, kecamatan_of_area),
        weights=np.array([WEIGHTS[s] for s in SERVICES]),
        status=posts.status,
        job=posts.job,
        degrees=np.stack([steps / steps[-1]] * 2),
        normals=normal_table(),
        figures=figures,
    )


def cut_blocks(areas: Areas, size: int = BLOCK) -> Blocks:
    """Blocks of at most `size` rows that cover the citizens of each kecamatan, whose areas lie together."""
    ends = areas.first + areas.adults
    rows: list[tuple[int, int, int, int, int]] = []
    for kecamatan in np.unique(areas.kecamatan):
        mine = np.flatnonzero(areas.kecamatan == kecamatan)
        for first in range(int(areas.first[mine[0]]), int(ends[mine[-1]]), size):
            last = min(first + size, int(ends[mine[-1]]))
            inside = mine[(areas.first[mine] < last) & (ends[mine] > first)]
            rows.append((first, last - first, int(kecamatan), int(inside[0]), int(inside[-1]) + 1))
    return as_table(Blocks, np.array(rows, dtype=BLOCKS))
