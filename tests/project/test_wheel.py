"""Whoever installs the package instead of cloning it gets every file that the code reads, and can compare from an empty folder.

Guards: a table, a template, a translation or a scenario that is found in the clone and missing in the wheel.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from data.errors import InputError
from data.shipped import scenario_file, shipped_scenarios
from tests.command import asnlab, refused

LAYERS = {"data", "simulation", "analysis", "app"}
SHIPPED = "data/scenarios"  # where scenarios/ lies in the wheel


@pytest.fixture(scope="module")
def wheel(root: Path, project_files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy: setuptools writes into the folder it builds from."""
    folder = tmp_path_factory.mktemp("wheel")
    for path in project_files:
        copy = folder / "source" / path.relative_to(root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index"]
    run = subprocess.run(
        [*build, "--wheel-dir", str(folder), str(folder / "source")], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    (found,) = folder.glob("asnlab-*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    """A folder of Python's path with nothing of this project but what the wheel holds."""
    folder = wheel.parent / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def python(installed: Path, code: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Python with the installed package, in another folder."""
    given = {**os.environ, "PYTHONPATH": str(installed)}
    words = [sys.executable, "-c", code, *arguments]
    return subprocess.run(words, cwd=cwd, env=given, capture_output=True, text=True, check=False)


def test_the_wheel_holds_every_file_of_the_packages(root: Path, project_files: list[Path], wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    names = {path.relative_to(root).as_posix() for path in project_files}
    wanted = {name for name in names if name.split("/")[0] in LAYERS}
    wanted |= {f"data/{name}" for name in names if name.startswith("scenarios/")}
    assert f"{SHIPPED}/tangsel.yaml" in wanted and f"{SHIPPED}/policies/status_quo.yaml" in wanted
    assert not wanted - inside
    assert {name.split("/")[0] for name in inside if ".dist-info/" not in name} == LAYERS, "something else is packed"


def test_an_installed_package_finds_its_own_scenarios(installed: Path, tmp_path: Path) -> None:
    """In a folder without scenarios: the file that is read is the one of the wheel."""
    code = (
        "from pathlib import Path; from data.shipped import scenario_file; from simulation import Scenario; "
        "print(len(Scenario.load('tangsel').policies), scenario_file(Path('tangsel')))"
    )
    done = python(installed, code, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["8", str(installed / SHIPPED / "tangsel.yaml")]


@pytest.mark.torture
def test_an_installed_package_compares_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    """What `pip install` and one command give; and it says where it writes."""
    words = ("compare", "tangsel", "--out", "results/tangsel", "--quick", "--scale", "0.01", "--draws", "4")
    done = python(installed, "from app.cli import main; main()", *words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "Report: results/tangsel/report.html"
    assert (tmp_path / "results" / "tangsel" / "report.html").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["results"]


def test_a_shipped_scenario_is_found_by_its_name(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards names against files: a user's own file goes first; a folder of that name is in nobody's way."""
    monkeypatch.chdir(tmp_path)
    assert shipped_scenarios() == {"tangsel": root / "scenarios" / "tangsel.yaml"}
    assert scenario_file(Path("tangsel")) == root / "scenarios" / "tangsel.yaml"
    Path("tangsel").mkdir()
    assert scenario_file(Path("tangsel")) == root / "scenarios" / "tangsel.yaml"
    Path("tangsel").rmdir()
    Path("tangsel").write_text("mine", encoding="utf-8")
    assert scenario_file(Path("tangsel")) == Path("tangsel")
    for asked, said in (
        ("tngsel", "tngsel: no such file or shipped scenario; did you mean 'tangsel'?"),
        ("bogor", "bogor: no such file or shipped scenario; shipped scenarios are tangsel"),
        ("scenarios/tangsel.yaml", "no such file; a scenario 'tangsel' is shipped: give its name alone"),
    ):
        with pytest.raises(InputError) as error:
            scenario_file(Path(asked))
        assert said in str(error.value)
    refused(asnlab("compare", "tngsel", "--out", "x", cwd=tmp_path), "did you mean 'tangsel'?")
