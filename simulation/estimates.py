"""The estimates of a city from its file in `data/estimates/` and those it inherits from.

An estimate in the city's own file replaces the parent's estimate entirely; so does the block `skm`. Covariance blocks of the parent are
kept as they are, except where the city's own file has an estimate or a covariance for one of their parameters: those blocks are dropped.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.errors import InputError, nearest
from data.lineage import INHERITS, Layer, cities, combined_hash, label, lineage, lineage_of_file, no_such_city

__all__ = ["Estimates", "estimates_in", "estimates_of"]

KEYS = ("version", "made_by", "inputs", "estimates", "covariance", "skm")
NEEDED = ("value", "se", "distribution", "class", "evidence", "method")
ALLOWED = (*NEEDED, "bounds", "unit")
DISTRIBUTIONS = ("normal", "lognormal", "logitnormal")


@dataclass(frozen=True)
class Estimates:
    """What the files of a city say about parameters.

    Attributes: rows, by parameter; source, of each the city in whose file it stands; covariance, blocks of `names` and `matrix`;
    skm, thresholds and loadings; skm_source, the city in whose file they stand; sha256, of all files; files, their hashes by path.
    """

    city: str
    rows: Mapping[str, Mapping[str, Any]]
    source: Mapping[str, str]
    covariance: tuple[Mapping[str, Any], ...]
    skm: Mapping[str, Any]
    skm_source: str
    sha256: str
    files: Mapping[str, str]


def estimates_of(city: str, known: Iterable[str]) -> Estimates:
    """The estimates of a city.

    Args: known, names of all parameters.
    Raises: InputError when it has no file, a parent does not exist, or a file has a fault.
    """

    def missing() -> InputError:
        if city not in cities():
            return no_such_city(city)
        file, others = label("estimates", city), cities("estimates")
        lender = others[0] if len(others) == 1 else "<city>"
        return InputError(
            f"{file}: no such file; write it with the line '{INHERITS}: {lender}' to borrow another city's estimates, or make it with "
            f"`asnlab calibrate --direct --city {city}`"
        )

    return _laid_over(lineage("estimates", city, missing), tuple(known))


def estimates_in(file: Path, known: Iterable[str]) -> Estimates:
    """The estimates in a file of the user's own, which may inherit from a city's. Raises InputError as `estimates_of`."""
    if not file.exists():
        raise InputError(
            f"{file.name}: no such estimates file; make it with `asnlab calibrate --direct --out {file.name}`"
        )
    return _laid_over(lineage_of_file("estimates", file), tuple(known))


def _laid_over(layers: Sequence[Layer], known: tuple[str, ...]) -> Estimates:
    rows: dict[str, Mapping[str, Any]] = {}
    source: dict[str, str] = {}
    covariance: tuple[Mapping[str, Any], ...] = ()
    skm: Mapping[str, Any] | None = None
    skm_source = ""
    for layer in reversed(layers):
        own, blocks = _checked(layer, known)
        touched = {*own, *(name for block in blocks for name in block["names"])}
        rows |= own
        source |= dict.fromkeys(own, layer.city)
        covariance = (*(b for b in covariance if not touched & set(b["names"])), *blocks)
        if "skm" in layer.content:
            skm, skm_source = layer.content["skm"], layer.city
    if skm is None:
        raise InputError(
            f"{layers[0].file}: skm: missing; thresholds of the nine answers are needed, or `{INHERITS}: <city>`"
        )
    return Estimates(
        layers[0].city, rows, source, covariance, skm, skm_source, combined_hash(layers),
        {layer.file: layer.sha256 for layer in layers},
    )  # fmt: skip


def _checked(
    layer: Layer, known: tuple[str, ...]
) -> tuple[dict[str, Mapping[str, Any]], tuple[Mapping[str, Any], ...]]:
    """Rows and covariance blocks of one file. Raises InputError for a key, parameter or number that is not allowed."""
    for key in layer.content:
        _allowed(layer, "", key, KEYS, "key")
    rows = layer.content.get("estimates") or {}
    if not isinstance(rows, dict):
        raise InputError(f"{layer.file}: estimates: found {rows!r}; a mapping of parameters is needed")
    for name, row in rows.items():
        _allowed(layer, "estimates.", name, known, "parameter")
        if not isinstance(row, dict):
            raise InputError(f"{layer.file}: estimates.{name}: found {row!r}; needed: {', '.join(NEEDED)}")
        for key in row:
            _allowed(layer, f"estimates.{name}.", key, ALLOWED, "key")
        for key in NEEDED:
            if key not in row:
                raise InputError(f"{layer.file}: estimates.{name}.{key}: missing; an estimate is given whole")
        for key in ("value", "se"):
            if isinstance(row[key], bool) or not isinstance(row[key], int | float) or not math.isfinite(row[key]):
                raise InputError(f"{layer.file}: estimates.{name}.{key}: found {row[key]!r}; a number is needed")
        _allowed(layer, f"estimates.{name}.distribution: ", row["distribution"], DISTRIBUTIONS, "distribution")
    blocks = tuple(layer.content.get("covariance") or ())
    for k, block in enumerate(blocks):
        if not isinstance(block, dict) or set(block) != {"names", "matrix"}:
            raise InputError(f"{layer.file}: covariance[{k}]: found {block!r}; needed: names, matrix")
        for name in block["names"]:
            _allowed(layer, f"covariance[{k}].names: ", name, known, "parameter")
        size = len(block["names"])
        if len(block["matrix"]) != size or any(len(row) != size for row in block["matrix"]):
            raise InputError(f"{layer.file}: covariance[{k}].matrix: {size} rows of {size} numbers are needed")
    return rows, blocks


def _allowed(layer: Layer, place: str, word: object, allowed: tuple[str, ...], what: str) -> None:
    if word not in allowed:
        close = nearest(str(word), allowed)
        hint = f"did you mean '{close}'?" if close else f"allowed: {', '.join(allowed)}"
        raise InputError(f"{layer.file}: {place}{word}: unknown {what}; {hint}")
