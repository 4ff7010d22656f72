"""Pythons of this machine, and an environment with the packages of the lock for each."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests import ROOT

PYTHONS = ["3.11", "3.12", "3.13"]


def python_of(version: str) -> str | None:
    """A Python of this version on the machine: on the path, or one that pyenv keeps."""
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for candidate in (shutil.which(f"python{version}"), *map(str, sorted(kept.glob(f"{version}.*/bin/python")))):
        if candidate:
            asked = [candidate, "-c", "import sys, venv; print('%d.%d' % sys.version_info[:2])"]
            if subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip() == version:
                return candidate
    return None


def environment_of(python: str, folder: Path) -> str | None:
    """Python of a new environment with the packages of the lock; None where they cannot be installed."""
    uv = Path(sys.executable).with_name("uv")
    own = folder / "environment" / "bin" / "python"
    install = [
        str(uv),
        "pip",
        "install",
        "--quiet",
        "--python",
        str(own),
        "--require-hashes",
        "-r",
        "requirements.lock",
    ]
    for command in ([str(uv), "venv", "--quiet", "--python", python, str(own.parents[1])], install):
        if subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode != 0:
            return None
    return str(own)
