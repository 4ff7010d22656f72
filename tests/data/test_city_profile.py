"""The city profile adds up, names its sources, and says what they say."""

from __future__ import annotations

import ast
import functools
import math
import operator
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml

import data

OPERATIONS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def profile() -> dict[str, Any]:
    city: dict[str, Any] = yaml.safe_load(data.path("cities", "tangsel.yaml").read_text(encoding="utf-8"))
    return city


def numbers(tree: object, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every number of the profile with its place, such as money.price_per_jp.klasikal."""
    if isinstance(tree, dict) and "value" in tree:
        yield place, tree
    elif isinstance(tree, dict):
        for key, branch in tree.items():
            yield from numbers(branch, f"{place}.{key}".lstrip("."))
    elif isinstance(tree, list):
        for index, branch in enumerate(tree):
            yield from numbers(branch, f"{place}[{index}]")
    elif isinstance(tree, int | float):
        raise AssertionError(f"{place}: {tree} is a bare number; every number needs value and source")


@functools.cache
def evidence() -> dict[str, float]:
    """Value by id, for every id that a profile may cite."""
    found: dict[str, float] = {}
    for table, column in (
        ("figures", "value"),
        ("effects", "estimate"),
        ("rules", "value"),
        ("derived_moments", "value"),
    ):
        frame = data.load(table)
        found |= dict(zip(frame["id"], frame[column], strict=True))
    return found


def calculate(formula: str, known: dict[str, float]) -> float:
    def of(node: ast.expr) -> float:
        if isinstance(node, ast.BinOp):
            return OPERATIONS[type(node.op)](of(node.left), of(node.right))
        if isinstance(node, ast.Name):
            return known[node.id]
        assert isinstance(node, ast.Constant), f"'{ast.unparse(node)}' has no place in a formula"
        assert isinstance(node.value, int | float)
        return float(node.value)

    return of(ast.parse(formula, mode="eval").body)


CITY = profile()
NUMBERS = list(numbers(CITY))


def total(rows: list[dict[str, Any]], column: str) -> float:
    return math.fsum(row[column]["value"] for row in rows)


def test_every_number_has_a_source_that_exists_or_says_assumption() -> None:
    """Guards against a number without a pedigree, and against ids that were mistyped."""
    known = evidence()
    assert len(NUMBERS) > 90 and sum("derived" in number for _, number in NUMBERS) >= 15
    for place, number in NUMBERS:
        assert set(number) <= {"value", "source", "note", "derived"}, place
        assert isinstance(number["value"], int | float) and not isinstance(number["value"], bool), place
        assert number["source"] in known or number["source"] == "assumption", f"{place}: {number['source']}"


@pytest.mark.parametrize(("place", "number"), [n for n in NUMBERS if n[1]["source"] != "assumption"])
def test_a_number_that_cites_a_row_says_what_the_row_says(place: str, number: dict[str, Any]) -> None:
    """Guards against a figure that was changed in one place only, and against wrong arithmetic in a derived one."""
    known = evidence()
    if "derived" in number:
        assert number["source"] in number["derived"], f"{place}: the formula does not use its source"
        assert number["value"] == pytest.approx(calculate(number["derived"], known), rel=0.01), place
    else:
        assert number["value"] == known[number["source"]], place


def test_an_assumption_carries_no_formula() -> None:
    """Guards against an assumption that is dressed up as a measurement."""
    assert not [place for place, n in NUMBERS if n["source"] == "assumption" and "derived" in n]


def test_ids_named_in_notes_exist() -> None:
    """Guards against notes that point to a row which is not there."""
    known = evidence()
    for place, number in NUMBERS:
        for word in str(number.get("note", "")).replace("(", " ").replace(")", " ").replace(",", " ").split():
            if word[:1] == "F" and word[1:5].isdigit():
                assert word.rstrip(".;:") in known, f"{place}: {word}"


@pytest.mark.parametrize("column", ["pns", "pppk", "demand"])
def test_shares_of_the_unit_kinds_sum_to_one(column: str) -> None:
    """Guards against staff or encounters that vanish when the city is built."""
    assert total(CITY["units"], column) == pytest.approx(1, abs=1e-6)
    assert all(0 < unit[column]["value"] < 1 for unit in CITY["units"])


@pytest.mark.parametrize("group", ["job_shares", "qualification_shares"])
def test_shares_of_staff_sum_to_one(group: str) -> None:
    """Guards against staff without a post or a degree."""
    assert math.fsum(share["value"] for share in CITY["staff"][group].values()) == pytest.approx(1, abs=1e-6)


def test_posts_keep_the_national_shares() -> None:
    """Guards against an assumed split that drifts from the measured 11, 51 and 38 percent."""
    shares = {name: share["value"] for name, share in CITY["staff"]["job_shares"].items()}
    known = evidence()
    structural = shares["jpt"] + shares["administrator"] + shares["pengawas"]
    functional = sum(share for name, share in shares.items() if name.startswith("fungsional"))
    assert structural == pytest.approx(known["F0098a"] / 100)
    assert functional == pytest.approx(known["F0098b"] / 100)


def test_units_agree_with_the_measured_counts() -> None:
    """Guards against a city with more offices than Tangsel has."""
    known = evidence()
    count = {unit["kind"]: unit["count"]["value"] for unit in CITY["units"]}
    assert count["dukcapil"] + count["dpmptsp"] + count["dinsos"] + count["other_opd"] == known["F0022"]
    assert total(CITY["kecamatan"], "kelurahan") == count["kelurahan"] == known["F0400b"]
    assert len(CITY["kecamatan"]) == count["kecamatan"] == count["puskesmas"] == count["school"] == known["F0400a"]


def test_kecamatan_populations_are_those_of_the_2023_register() -> None:
    """Guards against mixing the registers of 2023 and 2024, and against a swapped kecamatan."""
    table = data.load("population_tangsel").query("year == 2023 and measure == 'population_total'")
    register = dict(zip(table["kecamatan"], table["value"], strict=True))
    assert {area["name"]: area["population"]["value"] for area in CITY["kecamatan"]} == register


def test_staff_do_not_exceed_the_formation_and_teachers_stay_in_class() -> None:
    """Guards against an overfull city and against a model that puts the teachers at counters."""
    staff = {key: CITY["staff"][key]["value"] for key in ("pns", "pppk", "formation")}
    assert staff["pns"] + staff["pppk"] <= staff["formation"]
    schools = next(unit for unit in CITY["units"] if unit["kind"] == "school")
    assert schools["counter"]["value"] < 0.15


def test_the_reference_budget_buys_roughly_the_legal_minimum_of_hours() -> None:
    """Guards against prices off by a factor: the city's budget must buy between 10 and 30 JP a head."""
    staff = CITY["staff"]["pns"]["value"] + CITY["staff"]["pppk"]["value"]
    money = CITY["money"]
    hours = money["training_budget"]["value"] / money["price_per_jp"]["klasikal"]["value"] / staff
    assert 10 < hours < 30


def test_every_counter_could_serve_its_visitors() -> None:
    """Guards against shares that send hundreds of visitors a day to one desk (or none)."""
    visits = CITY["encounters"]["value"] * CITY["adults"]["value"]
    for unit in CITY["units"]:
        desks = unit["counter"]["value"] * (
            unit["pns"]["value"] * CITY["staff"]["pns"]["value"]
            + unit["pppk"]["value"] * CITY["staff"]["pppk"]["value"]
        )
        assert 0.5 < unit["demand"]["value"] * visits / desks / 21 < 20, unit["kind"]
