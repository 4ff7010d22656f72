"""The set-up script says in one line what is wrong, and never takes a failed set-up for a finished one.

Guards: a stamp left by a set-up that did not finish (every later command then fails in a riddle), a rebuild of half a
minute at each command, a good .venv destroyed by a mistyped PYTHON. Nothing here needs a network.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

LOCK = "uv==0.0.1 \\\n    --hash=sha256:" + "0" * 64 + "\n"
PYPROJECT = "[project]\nname = 'nothing'\n"


@pytest.fixture
def project(root: Path, tmp_path: Path) -> Path:
    """A project with the real set-up script and a lock that nothing can satisfy."""
    (tmp_path / "setup").mkdir()
    shutil.copy(root / "setup" / "environment.sh", tmp_path / "setup")
    (tmp_path / "requirements.lock").write_text(LOCK, encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    return tmp_path


def set_up(project: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the script with no network to fall back on."""
    offline = {"PIP_NO_INDEX": "1", "UV_OFFLINE": "1", "PYTHON": ""}
    return subprocess.run(
        ["bash", str(project / "setup" / "environment.sh")],
        env=os.environ | offline | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def hash_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def finished(project: Path) -> Path:
    """A .venv that holds only Python, with the record that a finished set-up writes."""
    venv.create(project / ".venv", symlinks=True)
    lock, pyproject = (hash_of(project / name) for name in ("requirements.lock", "pyproject.toml"))
    record = project / ".venv" / "installed"
    record.write_text(f"packages {lock} {project}\nproject {pyproject}\n", encoding="utf-8")
    return record


def test_a_finished_set_up_is_left_alone(project: Path) -> None:
    record = finished(project)
    run = set_up(project)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert record.exists()


def test_a_set_up_that_fails_leaves_no_record(project: Path) -> None:
    run = set_up(project, PYTHON=sys.executable)
    assert run.returncode == 1
    assert "trying plain pip" in run.stderr
    assert run.stderr.splitlines()[-1].startswith("setup: the packages of requirements.lock could not be installed")
    assert not (project / ".venv" / "installed").exists()


def test_a_changed_lock_is_installed_again(project: Path) -> None:
    record = finished(project)
    (project / "requirements.lock").write_text(LOCK.replace("0.0.1", "0.0.2"), encoding="utf-8")
    run = set_up(project)
    assert "making .venv" in run.stderr
    assert run.returncode == 1 and not record.exists()


def test_a_changed_pyproject_installs_the_project_only(project: Path) -> None:
    record = finished(project)
    (project / "pyproject.toml").write_text(PYPROJECT + "# changed\n", encoding="utf-8")
    run = set_up(project)
    assert "installing asnlab itself" in run.stderr and "making .venv" not in run.stderr
    assert run.returncode == 1 and not record.exists()


def test_a_python_that_is_not_there_is_one_line_and_harms_nothing(project: Path) -> None:
    record = finished(project)
    run = set_up(project, PYTHON="python-that-is-not-there")
    assert run.returncode == 1
    assert run.stderr.startswith("setup: python-that-is-not-there not found; asnlab needs Python 3.11, 3.12 or 3.13")
    assert run.stderr.count("\n") == 1
    assert record.exists()


def test_a_python_without_venv_names_the_package_to_install(project: Path, tmp_path: Path) -> None:
    """Debian and Ubuntu ship Python without it: the most common first failure."""
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "ensurepip.py").write_text("raise ImportError", encoding="utf-8")
    run = set_up(project, PYTHON=sys.executable, PYTHONPATH=str(tmp_path / "bare"))
    assert run.returncode == 1
    assert "apt-get install python3-venv" in run.stderr and run.stderr.count("\n") == 1
    assert not (project / ".venv").exists()
