"""What the tests share: where the project is, and which files belong to it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.command import SHORT, SMALL, asnlab
from tests.project.import_graph import imports

ROOT = Path(__file__).resolve().parent.parent
MADE_BY_TOOLS = {".git", ".venv", ".venv-bench", "results", "build", "dist", "__pycache__", ".ipynb_checkpoints"}
MADE_BY_TOOLS |= {".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"}


def files_of_the_project(root: Path) -> list[Path]:
    """Files that git tracks or would track; in an unpacked archive, every file that no tool made."""
    listed = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0 and listed.stdout:
        found = [root / name for name in listed.stdout.split("\0") if name]
    else:
        found = []
        for folder, inside, names in os.walk(root):
            inside[:] = [name for name in inside if name not in MADE_BY_TOOLS and not name.endswith(".egg-info")]
            found += [Path(folder) / name for name in names]
    return sorted(path for path in found if path.is_file())


# A test file that brings one of these in starts the command, processes or whole studies: `make quick` leaves it out.
LONG = (
    "app.cli",
    "bench",
    "docs.default_run",
    "jupyter_client",
    "nbclient",
    "playwright",
    "tests.command",
    "venv",
)


def pytest_configure() -> None:
    """Ctrl-C is under test: a shell that starts `make test` in the background has it ignored, here and in every child."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks as slow what its file says by what it imports; single tests and studies of many replications say it themselves."""
    for item in items:
        imported = {f"{name}." for name in of_file(item.path)}
        if any(name.startswith(f"{long}.") for name in imported for long in LONG):
            item.add_marker(pytest.mark.slow)


@cache
def of_file(path: Path) -> frozenset[str]:
    """Every module that a test file imports, and every name that it takes from one."""
    return frozenset(name for _, name in imports(path.read_text(encoding="utf-8"), "tests"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def files_of() -> Callable[[Path], list[Path]]:
    """How the files of a project folder are found, see `files_of_the_project`."""
    return files_of_the_project


@pytest.fixture(scope="session")
def project_files() -> list[Path]:
    """Every file of this project."""
    return files_of_the_project(ROOT)


@pytest.fixture(scope="session")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `scenarios/short.yaml` (two policies, a year) and its finished run in `done`: not to be changed."""
    folder = tmp_path_factory.mktemp("short")
    shutil.copytree(ROOT / "scenarios", folder / "scenarios")
    (folder / "scenarios" / "short.yaml").write_text(SHORT, encoding="utf-8")
    done = asnlab("compare", "scenarios/short.yaml", "--out", "done", *SMALL, cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder
