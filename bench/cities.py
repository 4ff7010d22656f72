"""Cities of any size, made from the profile of Tangerang Selatan by scaling, and a nation of them."""

from __future__ import annotations

from statistics import NormalDist
from typing import Any

import numpy as np

from bench.subject import shipped
from simulation.city import city_of, load_profile
from simulation.engine.columns import City
from simulation.posts import apportion

SPREAD = 1.0  # SD of the log of a city's adults; assumed, see `sizes`


def sizes(cities: int, adults: int) -> Any:
    """Adults of each city, the largest first: int64 (cities,), adding up to `adults`.

    Log-normal, taken at evenly spaced quantiles. The spread of one is an assumption: it puts the largest of 514 cities, with 200 million
    adults in all, at about five million adults and the smallest at about ten thousand.
    """
    logs = [SPREAD * NormalDist().inv_cdf((k + 0.5) / cities) for k in reversed(range(cities))]
    return apportion(adults, np.exp(logs))


def scaled(adults: int, staff: int) -> City:
    """A city with the kecamatan, kelurahan, units and shares of Tangerang Selatan but other numbers of people."""
    profile = load_profile(shipped().city)
    return city_of(profile, adults, staff / profile.staff)
