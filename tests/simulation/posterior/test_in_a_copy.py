"""A copy of the project in which somebody adds to the model, or changes a rule: `asnlab compare` stands or refuses as it should.

Guards: twenty thousand runs that have to be made again because a lever, an outcome and a parameter were added by which no moment changes;
and a posterior that goes on standing when a rule changed. Each state of the sources compiles the engine anew: `make torture`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from simulation.posterior.standing import CANARY
from tests.recipes.test_lever_and_outcome import LEVER, OUTCOME, copied, write

__all__ = ["copied"]

RULE = "simulation/rules/trust.py", "    return spread * (1.0 - aversion) / math.sqrt(2.0 * math.pi)\n"


def compared(root: Path, out: str) -> subprocess.CompletedProcess[str]:
    """`asnlab compare` as it is in the copy."""
    typed = ["compare", "scenarios/tangsel.yaml", "--out", out, "--scale", "0.01", "--draws", "2"]
    variables = {**os.environ, "PYTHONPATH": str(root), "ASNLAB_CACHE": str(root / "cache")}
    command = [sys.executable, "-m", "app.cli", *typed]
    return subprocess.run(command, cwd=root, env=variables, capture_output=True, text=True, check=False)


@pytest.mark.torture
def test_additions_that_no_moment_reads_leave_the_posterior_standing(copied: Path) -> None:
    write(copied, *LEVER, *OUTCOME)
    done = compared(copied, "both")
    assert done.returncode == 0, done.stderr
    assert "comparing moments of 512 runs" in done.stderr and "not proved" in done.stdout
    record = json.loads((copied / "both" / "run.json").read_text(encoding="utf-8"))
    assert record["drawn_from"] == {"origin": "posterior", "stands_by": CANARY}
    assert "not proved" in (copied / "both" / "report.html").read_text(encoding="utf-8")
    again = compared(copied, "both")
    assert again.returncode == 0 and "comparing moments" not in again.stderr


@pytest.mark.torture
def test_a_rule_that_moments_read_refuses_it(copied: Path) -> None:
    file, line = RULE
    source = (copied / file).read_text(encoding="utf-8")
    assert source.count(line) == 1
    (copied / file).write_text(source.replace(line, line.replace("return", "return 1.001 *")), encoding="utf-8")
    done = compared(copied, "x")
    assert done.returncode == 2 and not (copied / "x").exists()
    last = done.stderr.strip().splitlines()[-1]
    assert (
        "out of date, made from another model" in last and "of its canary gives" in last and "calibrate --renew" in last
    )
