"""Code serves every city: which city, which figures and which places is said by data.

Guards: a run of one city that is drawn from another's estimates because a name stands in the code, and a place that a second city can
never take. Docstrings and comments may name places as examples, and sentences may name where evidence comes from. Forbidden are

- the name or title of a profile in data/cities, in an identifier or any text of the code (a name of a table is a name of evidence), and
- any place of the tables (data/*.csv, column `area`) in an identifier or in a text that is nothing but a name or key: such select data.
"""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import data
from data.lineage import cities
from simulation.city import load_profile

CODE = ("simulation", "analysis", "app", "data")
# Calls that take a city, and would take the default one where none is named.
OF_A_CITY = {"Parameters.load", "default", "calibrated", "table_parameters"}


def names_of_cities() -> set[str]:
    """Names and titles of all profiles, in small letters."""
    return {name.lower() for name in cities()} | {load_profile(name).title.lower() for name in cities()}


def places(root: Path) -> set[str]:
    """Every town or regency that rows of evidence are of, in small letters without its kind: madiun, tangerang selatan."""
    found = set()
    for file in root.glob("data/*.csv"):
        with file.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                if match := re.match(r"(?:Kota|Kabupaten) ([A-Z][\w ]+)", row.get("area") or ""):
                    found.add(match[1].strip().lower())
    return found


def words(tree: ast.Module) -> Iterator[tuple[int, str, bool]]:
    """Identifiers and texts of a source other than docstrings: (line, word, whether it is an identifier)."""
    documents = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body and isinstance(node.body[0], ast.Expr)
    }  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents:
            yield node.lineno, node.value, False
        for field in ("id", "attr", "arg", "name", "module", "asname"):
            if isinstance(value := getattr(node, field, None), str):
                yield getattr(node, "lineno", 0), value, True


def faults(source: str, cities_: set[str], places_: set[str], tables: set[str]) -> list[str]:
    """Names of cities and places that a source must not hold, as `line: word`."""
    found = []
    for line, word, identifier in words(ast.parse(source)):
        low = word.lower()
        if low in tables:
            continue
        parts = " ".join(re.split(r"[^a-z]+", low)).strip()
        names = {part.removeprefix("kota ").removeprefix("kabupaten ") for part in (parts, *parts.split())}
        selects = names & places_ if identifier or len(low.split()) <= 3 else set()
        if selects or any(city in low for city in cities_):
            found.append(f"{line}: {word}")
    return found


def sources(root: Path) -> list[Path]:
    """Every source of the program."""
    return [file for layer in CODE for file in sorted((root / layer).rglob("*.py"))]


def test_no_city_stands_in_the_code(root: Path) -> None:
    tables = set(data.names())
    found = {
        file.relative_to(root).as_posix(): faults(
            file.read_text(encoding="utf-8"), names_of_cities(), places(root), tables
        )
        for file in sources(root)
    }
    assert len(found) > 100
    assert not {file: lines for file, lines in found.items() if lines}


@pytest.mark.parametrize(
    ("source", "caught"),
    [
        ("x = 'tangsel'", True),
        ("x = f'scenarios/tangsel.yaml'", True),
        ("def tangsel_targets(): pass", True),
        ("import analysis.tangsel_targets", True),
        ("x = 'of Kota Tangerang Selatan, which has 54 kelurahan'", True),
        ("x = frame[frame['area'] == 'Kota Madiun']", True),
        ("def madiun(): pass", True),
        ("OFFICES = {'pertanahan_bantul_2023': 151}", True),
        ("x = 'skm_sekadau_2019'", False),
        ("x = 'the answers of 49 respondents of Kabupaten Sekadau in 2019'", False),
        ('"""Targets such as those of tangsel."""\nx = 1  # as in Madiun', False),
        ("def medians(): pass", False),
    ],
)
def test_a_name_of_a_city_is_caught(root: Path, source: str, caught: bool) -> None:
    """The check above would pass for ever if it saw nothing."""
    assert bool(faults(source, names_of_cities(), places(root), set(data.names()))) is caught


def unnamed(source: str) -> list[str]:
    """Calls that leave the city to chance, as `line: call`."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [
        f"{call.lineno}: {ast.unparse(call)}"
        for call in calls
        if ast.unparse(call.func) in OF_A_CITY and not call.args and not call.keywords
    ]


def test_the_program_always_says_which_city_it_wants(root: Path) -> None:
    """Guards against priors of the default city in a run of another: `default()` is for people, not for the program."""
    found = {file.relative_to(root).as_posix(): unnamed(file.read_text(encoding="utf-8")) for file in sources(root)}
    assert not {file: lines for file, lines in found.items() if lines}
    assert unnamed("p = parameters or default()") and not unnamed("p = parameters or default(scenario.city)")
