"""Columns that schemas are built from: text, numbers, ids and the fields several tables share.

`error` texts are written for people: they complete the sentence "... is found; allowed: ...".
"""

from __future__ import annotations

from typing import Any

import pandera.pandas as pa


def text(*, optional: bool = False, among: tuple[str, ...] = (), pattern: str = "", says: str = "") -> pa.Column:
    checks = []
    if among:
        checks.append(pa.Check.isin(among, error="one of " + ", ".join(among)))
    if pattern:
        checks.append(pa.Check.str_matches(pattern, error=says))
    return pa.Column(str, checks, nullable=optional)


def number(low: float | None = None, high: float | None = None, *, optional: bool = True) -> pa.Column:
    return pa.Column(float, _within(low, high), nullable=optional)


def whole(low: int | None = None, high: int | None = None, *, optional: bool = True) -> pa.Column:
    return pa.Column("Int64", _within(low, high), nullable=optional)


def _within(low: float | None, high: float | None) -> list[pa.Check]:
    if low is not None and high is not None:
        return [pa.Check.in_range(low, high, error=f"{low:g} to {high:g}")]
    if low is not None:
        return [pa.Check.ge(low, error=f"{low:g} or more")]
    return []


def unique(pattern: str, says: str) -> pa.Column:
    return pa.Column(str, pa.Check.str_matches(pattern, error=says), unique=True)


def table(name: str, columns: dict[str, Any], **options: Any) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(columns, name=name, strict=True, ordered=True, **options)


YEAR = {"year": whole(1950, 2026)}
SOURCE = {"source": text(pattern=r"^[0-9a-z][0-9a-z_.-]*$", says="the id of a row of sources.csv")}
VERIFIED = {"verified": text(among=("yes", "partly", "derived", "uncertain", "no"))}
VERIFIED_NOTE = {"verified_note": text(optional=True)}
FIGURE = {"figures_id": text(pattern=r"^F\d{4}[a-h]?$", says="the id of a row of figures.csv, such as F0014")}
VALUE = {"value": number(), "printed": text(optional=True)}
NUMBER_OR_TEXT = pa.Check(
    lambda frame: frame["value"].notna() | frame["printed"].notna(),
    error="a number in `value`, or the printed text in `printed`",
)
WHAT = {"area": text(), "group": text(), "indicator": text()}
ELEMENT = {"element_code": text(pattern=r"^U\d{1,2}$", says="U1 to U14"), "element_name": text()}
MEAN = {"nrr_1to4": number(1, 4, optional=False)}
