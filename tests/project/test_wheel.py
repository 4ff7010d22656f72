"""Whoever installs the package instead of cloning it gets every file that the code reads.

Guards: a table, a template or a translation that is found in the clone and missing in the wheel.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

LAYERS = {"data", "simulation", "analysis", "app"}


def test_the_wheel_holds_every_file_of_the_packages(root: Path, project_files: list[Path], tmp_path: Path) -> None:
    # Built from a copy: setuptools writes into the folder it builds from.
    for path in project_files:
        copy = tmp_path / "source" / path.relative_to(root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index"]
    run = subprocess.run(
        [*build, "--wheel-dir", str(tmp_path), str(tmp_path / "source")], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    (wheel,) = tmp_path.glob("asnlab-*.whl")
    inside = set(zipfile.ZipFile(wheel).namelist())
    wanted = {path.relative_to(root).as_posix() for path in project_files}
    wanted = {name for name in wanted if name.split("/")[0] in LAYERS}
    assert wanted
    assert not wanted - inside
    assert {name.split("/")[0] for name in inside if ".dist-info/" not in name} == LAYERS, "something else is packed"
