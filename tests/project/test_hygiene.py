"""What must not be in any file of the project, and what must not be loaded before it is needed.

Guards: a path or an address that works on one machine only, unfinished work that ships, files that nobody can take in
at once, a command line that makes people wait seconds for a help text.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

# Written so that no pattern matches itself. A slash after a letter belongs to an address or to "and/or", not to a path.
FORBIDDEN = {
    "absolute path": re.compile(
        r"(?<![\w.:/~-])/(?:[h]ome|[r]oot|[U]sers|[w]ork|[t]mp|[o]pt|[m]nt|[v]ar)/\w|\b[A-Z]:\\[U]sers"
    ),
    "path outside the project": re.compile(r"\.\./[s]hared\b"),
    "package index": re.compile(
        r"[p]ypi\.org/simple|files\.[p]ythonhosted|--[e]xtra-index|--[i]ndex-url|--[f]ind-links"
    ),
    "unfinished": re.compile(r"\b(?:TO[D]O|FIX[M]E)\b"),
    "unresolved merge": re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE),
}
LONGEST_FILE = 350  # lines
BINARY = {".png", ".jpg", ".gif", ".ico", ".woff", ".woff2", ".pdf", ".parquet", ".xlsx", ".gz", ".zip", ".mo"}


def faults(text: str) -> list[str]:
    """What a text has that it must not have, as `line: kind: found`."""
    return [
        f"{text.count(chr(10), 0, match.start()) + 1}: {kind}: {match.group()}"
        for kind, pattern in FORBIDDEN.items()
        for match in pattern.finditer(text)
    ]


def loaded_after(code: str, root: Path) -> set[str]:
    """Top-level modules that a fresh Python has loaded after running some code in the project's folder."""
    # The code may print (a help text does): the answer is the last line.
    report = "import sys\nprint()\nprint(*{name.partition('.')[0] for name in sys.modules})"
    run = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"], capture_output=True, text=True, check=False, cwd=root
    )
    assert run.returncode == 0, run.stderr
    return set(run.stdout.splitlines()[-1].split())


def test_no_file_has_what_works_on_one_machine_only(root: Path, project_files: list[Path]) -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in project_files if path.suffix not in BINARY}
    assert len(texts) > 20
    found = {str(path.relative_to(root)): faults(text) for path, text in texts.items()}
    assert not {path: lines for path, lines in found.items() if lines}


def test_without_git_the_same_files_are_checked(tmp_path: Path, files_of: Callable[[Path], list[Path]]) -> None:
    """An unpacked archive is no git checkout: the check must not fall silent there."""
    (tmp_path / "simulation").mkdir()
    (tmp_path / ".venv").mkdir()
    for name in ("simulation/model.py", "README.md", ".venv/other.py"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    found = [path.relative_to(tmp_path).as_posix() for path in files_of(tmp_path)]
    assert found == ["README.md", "simulation/model.py"]


@pytest.mark.parametrize(
    ("text", "caught"),
    [
        ("open('/{}/someone/table.csv')".format("home"), True),
        ("see /{}/x".format("tmp"), True),
        ("../{}/evidence".format("shared"), True),
        ("--{}-url".format("index"), True),
        ("# TO{}: later".format("DO"), True),
        ("https://example.go.id/home/page, and/or/tmp/x", False),
        ("#!/usr/bin/env bash", False),
    ],
)
def test_faults_are_caught(text: str, caught: bool) -> None:
    assert bool(faults(text)) is caught


def test_a_file_can_be_taken_in_at_once(root: Path, project_files: list[Path]) -> None:
    lengths = {
        str(path.relative_to(root)): len(path.read_text(encoding="utf-8").splitlines())
        for path in project_files
        if path.suffix == ".py" and "tests" not in path.relative_to(root).parts
    }
    assert lengths
    assert not {path: length for path, length in lengths.items() if length > LONGEST_FILE}


def test_help_loads_nothing_heavy(root: Path) -> None:
    """`asnlab --help` answers at once because the command line imports what a command needs inside the command."""
    code = (
        "import sys\n"
        "sys.argv = ['asnlab', '--help']\n"
        "from app.cli import main\n"
        "try:\n    code = main()\n"
        "except SystemExit as end:\n    code = end.code\n"
        "assert code in (None, 0), code"
    )
    loaded = loaded_after(code, root)
    assert "app" in loaded
    assert not loaded & {"mesa", "pandas", "statsmodels", "numba", "matplotlib", "scipy", "pyarrow", "solara"}


def test_importing_the_model_does_not_load_the_analysis(root: Path) -> None:
    loaded = loaded_after("import simulation", root)
    assert "simulation" in loaded
    assert not loaded & {"statsmodels", "matplotlib", "pandera", "solara", "analysis", "app"}
