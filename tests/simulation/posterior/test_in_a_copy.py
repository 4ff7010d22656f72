"""A copy of the project in which somebody adds to the model, or changes a rule: `asnlab compare` stands or refuses as it should.

Guards: twenty thousand runs that have to be made again because a lever, an outcome or a parameter was added that no moment reads; and a
posterior that goes on standing when a rule changed. Each state of the sources compiles the engine anew, so this runs in `make torture`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT
from tests.conftest import files_of_the_project
from tests.simulation.posterior.test_canary import CANARY

# File, what is found there, and what stands in its place.
UNUSED_LEVER = ("simulation/policy.py", r"( +)disclose_results: bool = False\n", r"\g<0>\g<1>unused: bool = False\n")
UNUSED_OUTCOME = (
    "simulation/outcomes.py",
    r"\n\)\n\nNAMES",
    '\n    Outcome("unused", "SD", 0, "Unused", "Tak terpakai"),\n)\n\nNAMES',
)
UNUSED_PARAMETER = (
    "simulation/registry.py",
    r'    P\("renewal"',
    '    P("unused", "share", uniform(0.0, 1.0), ASSUMED, N, "workforce", "Nothing reads it."),\n    P("renewal"',
)
CHANGED_RULE = ("simulation/rules/trust.py", r"return (.+)\n", r"return 1.001 * (\1)\n")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project's files in another folder."""
    for file in files_of_the_project(ROOT):
        place = tmp_path / "copy" / file.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place)
    return tmp_path / "copy"


def edited(root: Path, *edits: tuple[str, str, str]) -> None:
    """Change sources."""
    for name, old, new in edits:
        before = (root / name).read_text(encoding="utf-8")
        after = re.sub(old, new, before, count=1)
        assert after != before, name
        (root / name).write_text(after, encoding="utf-8")


def compared(root: Path, out: str) -> subprocess.CompletedProcess[str]:
    """`asnlab compare` as it is in the copy."""
    typed = ["compare", "scenarios/tangsel.yaml", "--out", out, "--scale", "0.01", "--draws", "2"]
    environment = {**os.environ, "PYTHONPATH": str(root), "ASNLAB_CACHE": str(root.parent / "cache")}
    command = [sys.executable, "-m", "app.cli", *typed]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.torture
def test_additions_that_no_moment_reads_leave_the_posterior_standing(copy: Path) -> None:
    edited(copy, UNUSED_PARAMETER)
    done = compared(copy, "parameter")
    assert done.returncode == 0, done.stderr
    assert (
        json.loads((copy / "parameter" / "run.json").read_text(encoding="utf-8"))["drawn_from"]["stands_by"] == "hash"
    )
    edited(copy, UNUSED_LEVER, UNUSED_OUTCOME)
    done = compared(copy, "both")
    assert done.returncode == 0, done.stderr
    assert "comparing moments of 512 runs" in done.stderr and "not proved" in done.stdout
    record = json.loads((copy / "both" / "run.json").read_text(encoding="utf-8"))
    assert record["drawn_from"] == {"origin": "posterior", "stands_by": CANARY}
    assert "not proved" in (copy / "both" / "report.html").read_text(encoding="utf-8")
    again = compared(copy, "both")
    assert again.returncode == 0 and "comparing moments" not in again.stderr


@pytest.mark.torture
def test_a_rule_that_moments_read_refuses_it(copy: Path) -> None:
    edited(copy, CHANGED_RULE)
    done = compared(copy, "x")
    assert done.returncode == 2 and not (copy / "x").exists()
    last = done.stderr.strip().splitlines()[-1]
    assert (
        "out of date, made from another model" in last and "of its canary gives" in last and "calibrate --renew" in last
    )
