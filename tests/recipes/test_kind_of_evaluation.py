"""The recipe for a kind of evaluation, followed in a copy of the project: attendance of training, from its files to its results.

`kind_of_evaluation/new` holds the files that are made, at their places; the texts beside it are what is added to tables that are there.
Guards the promise of CONTRIBUTING.md: five files of code and the texts beside them, and nothing else knows the kind by name.
"""

from __future__ import annotations

import ast
import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project.import_graph import circles, graph

pytestmark = pytest.mark.slow

RECIPE = Path(__file__).parent / "kind_of_evaluation"
ADDED = {
    "data/intake/kinds.py": {"file_kind.py.txt": '    )\n}\n"""Kinds of files'},
    "data/intake/spellings.yaml": {"spellings.yaml.txt": "words:\n"},
    "analysis/evaluation/registry.py": {
        "functions.py.txt": "KINDS: dict[str, Kind] = {\n",
        "kind.py.txt": '    )\n}\n"""Kinds of evaluation',
    },
}
"""File of the project -> text of the recipe -> what stands behind the place where it is put."""
CODE = {
    "data/intake/kinds.py",  # columns, identity and template of the file
    "analysis/evaluation/registry.py",  # options, printed columns, and which functions belong together
    "analysis/evaluation/attendance/evaluate.py",
    "analysis/evaluation/attendance/wording.py",
    "analysis/evaluation/attendance/figure.py",
}
# The test of the table of kinds, and what it and conftest.py need.
COPIED = (
    "__init__.py", "command.py", "conftest.py", "project/__init__.py", "project/import_graph.py", "analysis/__init__.py",
    "analysis/evaluation/__init__.py", "analysis/evaluation/test_registry.py",
)  # fmt: skip
HOURS = [20 - i % 11 for i in range(43)]
NAME, NIP, PHONE = "Siti Rahmawati, S.Sos.", "198703152010012005", "0812-3456-7890"


@pytest.fixture(scope="module")
def copy(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which the recipe was followed."""
    folder = tmp_path_factory.mktemp("project")
    for layer in ("data", "simulation", "analysis", "app"):
        shutil.copytree(root / layer, folder / layer, ignore=shutil.ignore_patterns("__pycache__", "*.parquet"))
    for name in COPIED:
        (folder / "tests" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / "tests" / name, folder / "tests" / name)
    shutil.copy(root / "pyproject.toml", folder)
    shutil.copytree(RECIPE / "new", folder, dirs_exist_ok=True)
    for file, texts in ADDED.items():
        source = (folder / file).read_text(encoding="utf-8")
        for text, place in texts.items():
            assert source.count(place) == 1, f"{file}: '{place}' is no longer where the recipe puts {text}"
            source = source.replace(place, (RECIPE / text).read_text(encoding="utf-8") + place)
        (folder / file).write_text(source, encoding="utf-8")
    return folder


def python(copy: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Python in the copy, which imports the project from there."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(copy),
        "ASNLAB_KEY": str(copy / "settings" / "key"),
        "COLUMNS": "120",
    }
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False, timeout=300)


def evaluated(copy: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """`asnlab evaluate attendance` in the copy."""
    return python(copy, "-m", "app.cli", "evaluate", "attendance", *arguments)


@pytest.fixture(scope="module")
def file(copy: Path) -> Path:
    """43 participants of four courses, one of three people, with names and numbers and under Indonesian headers."""
    courses = ["Diklat A"] * 20 + ["Diklat B"] * 14 + ["Diklat C"] * 6 + ["Diklat D"] * 3
    people = [(NAME if i == 0 else f"Peserta {i}", f"19870315201001{2005 + i}", PHONE) for i in range(43)]
    rows = [[*person, courses[i], 20, HOURS[i]] for i, person in enumerate(people)]
    path = copy / "mine.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["Nama", "NIP", "No HP", "Program", "Jam Rencana", "Jam Hadir"], *rows])
    return path


def is_code(path: Path) -> bool:
    """Whether a source does something: the `__init__` of a folder that only says what is in it does not."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return any(not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)) for node in body)


def test_it_takes_five_files_of_code(root: Path, copy: Path) -> None:
    """Guards the count that CONTRIBUTING.md names: what differs between the project and the copy is the recipe, no more."""
    differ = {
        path.relative_to(copy).as_posix()
        for layer in ("data", "simulation", "analysis", "app")
        for path in (copy / layer).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
        and not ((original := root / path.relative_to(copy)).is_file() and original.read_bytes() == path.read_bytes())
    }  # fmt: skip
    assert {name for name in differ if name.endswith(".py") and is_code(copy / name)} == CODE
    assert len(CODE) <= 5
    assert differ - CODE == {
        "analysis/evaluation/attendance/__init__.py",  # a line that says what is in the folder
        "analysis/evaluation/attendance/texts.en.yaml",
        "analysis/evaluation/attendance/texts.id.yaml",
        "data/intake/spellings.yaml",
        "data/templates/attendance.csv",
    }


@pytest.mark.parametrize(
    ("lang", "parts"),
    [
        ("en", ["# Attendance of training", "43 participants", "Lowest: Diklat", "UU 27/2022"]),
        ("id", ["# Kehadiran pelatihan", "peserta menghadiri", "Terendah: Diklat", "UU 27/2022"]),
    ],
)
def test_the_command_evaluates_it(copy: Path, file: Path, lang: str, parts: list[str]) -> None:
    """Guards the way from a file to the folder of results in both languages, without a person in it."""
    out = copy / f"out-{lang}"
    done = evaluated(copy, file, "--out", out, "--lang", lang, "--least", 0.9)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    assert {path.name for path in out.iterdir()} == {"attendance.csv", "figure.png", "figure.svg", "words.md"}
    with (out / "attendance.csv").open(encoding="utf-8", newline="") as stream:
        table = {row["name"]: row for row in csv.DictReader(stream)}
    share = sum(HOURS[:20]) / 400
    assert float(table["Diklat A"]["share"]) == pytest.approx(share)
    assert float(table["Diklat A"]["low"]) < share < float(table["Diklat A"]["high"]) and table["Diklat B"]["share"]
    # three people, and the six whose number would give them away by subtraction
    assert table["Diklat C"]["share"] == table["Diklat D"]["share"] == ""
    words = (out / "words.md").read_text(encoding="utf-8")
    assert all(part in words for part in parts)
    assert "Diklat A" in done.stdout and "{" not in words
    for path in [*out.iterdir(), None]:
        text = done.stdout if path is None else path.read_bytes().decode("utf-8", errors="ignore")
        assert not [secret for secret in (NAME, "Siti", NIP, NIP[:14], PHONE) if secret in text], path


def test_the_command_refuses_in_one_line(copy: Path, file: Path, tmp_path: Path) -> None:
    """Guards the messages: the option by its name, the row by its number, a missing column by the template to look at."""
    bad = tmp_path / "bad.csv"
    bad.write_text("participant,hours_planned,hours_attended\n1,20,10\n2,20,21\n", encoding="utf-8")
    missing = tmp_path / "missing.csv"
    missing.write_text("participant,hours_planned\n1,20\n", encoding="utf-8")
    for arguments, part in (
        ((file, "--least", 2), "--least: 2.0; allowed: 0 to 1"),
        ((bad,), "row 3: '21' hours attended, more than were planned"),
        ((missing,), "no column 'hours_attended' among the headers; see data/templates/attendance.csv"),
    ):
        done = evaluated(copy, *arguments)
        assert done.returncode == 2 and done.stdout == ""
        assert len(done.stderr.strip().splitlines()) == 1 and part in done.stderr, done.stderr


def test_the_help_lists_it(copy: Path) -> None:
    """Guards the command line against kinds that it does not take from the table."""
    assert "attendance" in python(copy, "-m", "app.cli", "evaluate", "--help").stdout
    assert "--least" in evaluated(copy, "--help").stdout


def test_the_tests_of_the_table_hold_for_it(copy: Path) -> None:
    """Guards texts, options and printed columns of a new kind by the tests that are there, and the import graph against a circle."""
    test, own = "tests/analysis/evaluation/test_registry.py", "attendance or every_kind"
    done = python(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", test, "-k", own)
    assert done.returncode == 0 and "7 passed" in done.stdout, done.stdout
    assert not circles(graph(copy, ["data", "analysis"]))
