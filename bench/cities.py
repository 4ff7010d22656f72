"""Cities of any size, made from the profile of Tangerang Selatan by scaling, and a nation of them."""

from __future__ import annotations

from statistics import NormalDist
from typing import Any

import numpy as np

from bench.subject import ENCOUNTERS, shipped
from simulation.city import apportion, build_city, cut_blocks, load_profile, staff_tables, table, unit_rows
from simulation.columns import AREA, UNIT, City

SPREAD = 1.0  # SD of the log of a city's adults; assumed, see `sizes`


def sizes(cities: int, adults: int) -> Any:
    """Adults of each city, the largest first: int64 (cities,), adding up to `adults`.

    Log-normal, taken at evenly spaced quantiles. The spread of one is an assumption: it puts the largest of 514 cities, with 200 million
    adults in all, at about five million adults and the smallest at about ten thousand.
    """
    logs = [SPREAD * NormalDist().inv_cdf((k + 0.5) / cities) for k in reversed(range(cities))]
    return apportion(adults, np.exp(logs))


def city_of(adults: int, staff: int) -> City:
    """A city with the kecamatan, kelurahan, units and shares of Tangerang Selatan but other numbers of people.

    It is `simulation.city.build_city` with adults and staff scaled each by its own factor; the rest is taken from there.
    """
    profile = load_profile(shipped().city)
    whole = build_city(shipped().city, 1.0)
    rows = unit_rows(profile.numbers)
    unit_size, status, job = staff_tables(profile.numbers, rows, staff / profile.staff)
    size = np.maximum(apportion(max(adults, len(whole.areas)), whole.areas.adults), 1)
    counter = np.clip(np.round(unit_size * [row["counter"] for row in rows]).astype(np.int64), 1, unit_size)
    people = int(size.sum())
    survey = float(profile.numbers["survey_respondents"]) / (people * ENCOUNTERS * 12)
    figures = whole.figures.copy()
    figures[:3] = ENCOUNTERS, min(survey, 1.0), profile.staff / len(status)
    figures[5:] = float(profile.numbers["adults"]) / people, people
    areas = table(AREA, first=starts(size), adults=size, kecamatan=whole.areas.kecamatan)
    units = table(
        UNIT, first=starts(unit_size), staff=unit_size, counter=counter, service=whole.units.service,
        kecamatan=whole.units.kecamatan,
    )  # fmt: skip
    return whole._replace(areas=areas, blocks=cut_blocks(areas), units=units, status=status, job=job, figures=figures)


def starts(lengths: Any) -> Any:
    """First row of each stretch when stretches of these lengths follow one another."""
    return np.concatenate([[0], np.cumsum(lengths)[:-1]])
