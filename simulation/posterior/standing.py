"""Whether a table or posterior made from the model is still valid: by its hashes, or by the runs of a canary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from data.errors import InputError
from simulation.posterior.canary import load_canary, verdict
from simulation.posterior.nuisance import table_parameters
from simulation.posterior.places import cached_table_file, canary_file, shipped_table_file
from simulation.posterior.stamps import stamps

__all__ = ["CANARY", "HASH", "Standing", "standing"]

HASH, CANARY = "hash", "canary"


class Standing(NamedTuple):
    """Attributes: by, what proves it: HASH, CANARY (evidence, no proof), or "" when it is out of date; stale, names of the hashes that
    differ from today's; why a canary does not help, "" where one does or none is needed."""

    by: str
    stale: tuple[str, ...] = ()
    why: str = ""


def standing(city: str, made_from: Mapping[str, str], tables: Iterable[Path] = ()) -> Standing:
    """Whether a table or posterior of a city, made from sources with these hashes, is still valid.

    Args: tables, files beside which a canary may lie; those of the shipped table and of the user's own are looked for in any case.
    """
    made = tuple(sorted((name, str(value)) for name, value in made_from.items()))
    return _standing(city, made, (*tables, shipped_table_file(city), cached_table_file(city)))


@lru_cache(maxsize=16)
def _standing(city: str, made: tuple[tuple[str, str], ...], tables: tuple[Path, ...]) -> Standing:
    parameters = table_parameters(city)
    now, made_from = stamps(city, parameters), dict(made)
    stale = tuple(name for name in now if made_from.get(name) != now[name])
    if not stale:
        return Standing(HASH)
    for file in map(canary_file, tables):
        if not file.is_file():
            continue
        try:
            canary = load_canary(file)
        except InputError:
            continue
        if canary.city == city and all(canary.stamps.get(name) == made_from.get(name) for name in now):
            why = verdict(canary, now, parameters)
            return Standing("", stale, why) if why else Standing(CANARY, stale)
    return Standing("", stale, "no canary of that time is there to compare with")
