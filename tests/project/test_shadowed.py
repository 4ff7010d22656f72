"""A folder of one's own may hold a data/ or an analysis.py: the command works there, a notebook works or is told the file in one line.

Guards: tables of a user taken for the package `data`, a traceback from deep inside for a file that only has an unlucky name.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT

pytestmark = pytest.mark.slow

USED = "from simulation import Scenario; import data; import analysis.decision.compare; print(len(Scenario.load('tangsel').policies))"


def python(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Python in a folder that it searches first, as in a notebook there; the project is found behind it, as when it is installed."""
    given = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}
    return subprocess.run([sys.executable, *words], cwd=folder, env=given, capture_output=True, text=True, check=False)


def spoilt(folder: Path) -> Path:
    """A folder with data of one's own and a file of each name that fails when it is imported."""
    (folder / "data").mkdir()
    (folder / "data" / "answers.csv").write_text("U1,U2\n", encoding="utf-8")
    for name in ("analysis", "simulation"):
        (folder / f"{name}.py").write_text("raise RuntimeError('not ours')\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "command", [[str(Path(sys.executable).with_name("asnlab"))], [sys.executable, "-m", "app.cli"]]
)
def test_the_command_works_beside_files_of_these_names(command: list[str], tmp_path: Path) -> None:
    """Up to where a scenario is looked for; nothing of the folder is imported."""
    folder = spoilt(tmp_path)
    given = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    words = [*command, "compare", "tngsel", "--out", "x"]
    done = subprocess.run(words, cwd=folder, env=given, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "asnlab: tngsel: no such file or shipped scenario; did you mean 'tangsel'?\n"


def test_a_notebook_beside_a_folder_named_data_works(tmp_path: Path) -> None:
    """The commonest of all: a folder without code is in nobody's way, whichever package is imported first."""
    for folder in ("data", "analysis", "app"):
        (tmp_path / folder).mkdir()
    for code in (USED, "import analysis.decision.compare; " + USED):
        done = python(tmp_path, "-c", code)
        assert (done.returncode, done.stdout) == (0, "8\n"), done.stderr


@pytest.mark.parametrize("name", ["data", "analysis"])
def test_a_file_that_hides_a_package_is_named(name: str, tmp_path: Path) -> None:
    (tmp_path / f"{name}.py").write_text("", encoding="utf-8")
    done = python(tmp_path, "-c", USED)
    told = (
        f"ImportError: {tmp_path / name}.py: hides asnlab's own package '{name}'; rename it, or work in another folder"
    )
    assert done.returncode == 1 and done.stderr.splitlines()[-1] == told


def test_a_file_named_simulation_is_named_too(tmp_path: Path) -> None:
    (tmp_path / "simulation.py").write_text("", encoding="utf-8")
    direct, behind = python(tmp_path, "-c", USED), python(tmp_path, "-c", "import analysis")
    for done in (direct, behind):
        assert done.returncode == 1 and str(tmp_path / "simulation.py") in done.stderr.splitlines()[-1]
