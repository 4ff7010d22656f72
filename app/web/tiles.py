"""A schematic map: one tile a kecamatan, laid out roughly as on a map, coloured and lettered with the chosen measure."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import jinja2
import numpy as np

from analysis.report import Words
from app.locale import say
from data.errors import InputError, nearest
from simulation import CityModel
from simulation.city import Profile

__all__ = ["MEASURES", "TONES", "Measure", "draw", "placed", "seen", "tone"]

TONES = 5  # colours from low to high, told apart by lightness; tiles.css holds them


class Measure(NamedTuple):
    """What the tiles can show: key of its name in the catalogue, unit, decimals, range of colours around the start, how it is read."""

    key: str
    unit: str
    digits: int
    reach: float
    read: Callable[[CityModel], tuple[Any, Any]]


def _of_citizens(attribute: str, times: float = 1.0) -> Callable[[CityModel], tuple[Any, Any]]:
    def read(model: CityModel) -> tuple[Any, Any]:
        people = model.citizens
        return model.city.areas.kecamatan[people.values("area")], times * people.values(attribute)

    return read


def _of_staff(attribute: str) -> Callable[[CityModel], tuple[Any, Any]]:
    def read(model: CityModel) -> tuple[Any, Any]:
        staff = model.civil_servants
        return model.city.units.kecamatan[staff.values("unit_number")], staff.values(attribute)

    return read


MEASURES = (
    Measure("map_trust", "%", 1, 15.0, _of_citizens("trust", 100.0)),
    Measure("map_lived", "SD", 2, 0.5, _of_citizens("lived")),
    Measure("map_competence", "SD", 2, 0.25, _of_staff("competence")),
)


def seen(model: CityModel, measure: Measure) -> Any:
    """Mean of each kecamatan and the people it is the mean of: float64, shape (kecamatan, 2).

    Staff of units of the whole city belong to none. A kecamatan of nobody has the mean NaN.
    """
    where, value = measure.read(model)
    inside = where >= 0
    size = len(model.kecamatan_names) - 1  # the last name stands for the whole city
    count = np.bincount(where[inside], minlength=size)
    total = np.bincount(where[inside], weights=value[inside], minlength=size)
    with np.errstate(invalid="ignore"):
        return np.column_stack([total / count, count])


def placed(profile: Profile) -> list[tuple[int, int, str]]:
    """Row, column (from 1) and name of every kecamatan: as in the profile's `map`, and those it leaves out below, three a row.

    Raises: InputError for a name in the map that is no kecamatan (with the nearest) or that stands twice.
    """
    names = [str(k["name"]) for k in profile.numbers["kecamatan"]]
    rows: list[list[str]] = [list(row) for row in profile.numbers.get("map", [])]
    placed_names = [name for row in rows for name in row if name]
    for name in placed_names:
        if name not in names or placed_names.count(name) > 1:
            close = nearest(name, names)
            what = "stands twice" if name in names else "no kecamatan" + (f"; did you mean '{close}'?" if close else "")
            raise InputError(f"cities/{profile.name}.yaml: map: '{name}': {what}")
    left = [name for name in names if name not in placed_names]
    rows += [left[i : i + 3] for i in range(0, len(left), 3)]
    return [(y, x, name) for y, row in enumerate(rows, 1) for x, name in enumerate(row, 1) if name]


def tone(value: float, middle: float, reach: float) -> int:
    """The colour of a value, 0 to TONES - 1, `reach` below and above the middle being the ends."""
    if not np.isfinite(value):
        return 0
    return int(np.clip((0.5 + 0.5 * (value - middle) / reach) * TONES, 0, TONES - 1))


def draw(model: CityModel, measure: Measure, start: Any, words: Words) -> str:
    """The map as HTML. `start` is what was `seen` at the start: colours are fixed by it, so that months can be compared."""
    now = seen(model, measure)
    middle = float(np.average(np.nan_to_num(start[:, 0]), weights=start[:, 1]))
    rows = {str(name): k for k, name in enumerate(model.kecamatan_names)}
    tiles = []
    for y, x, name in placed(model.profile):
        level, count = now[rows[name]]
        change = words.number(level - start[rows[name], 0], measure.digits, signed=True)
        tiles.append({
            "row": y, "column": x, "name": name, "tone": tone(level, middle, measure.reach),
            "level": _level(level, measure, words),
            "people": say(words.lang, "map_people", change=change, count=words.number(count, 0)),
        })  # fmt: skip
    low, high = (_level(middle + side * measure.reach, measure, words) for side in (-1, 1))
    return _template().render(tiles=tiles, tones=range(TONES), low=low, high=high)


def _level(value: float, measure: Measure, words: Words) -> str:
    number = words.number(value, measure.digits)
    unit = words.raw("units").get(measure.unit, measure.unit)
    return words.text("number.percent", value=number) if unit == "%" else f"{number} {unit}"


@cache
def _template() -> jinja2.Template:
    text = (Path(__file__).parent / "tiles.html.j2").read_text(encoding="utf-8")
    return jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(text)
