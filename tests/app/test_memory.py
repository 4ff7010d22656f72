"""Many runs need hardly more memory than few: the whole command, from the first run to the report.

Guards: a table that is read as a whole to be compared, results that pile up while they wait to be written.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from analysis.study.folder import write_record
from analysis.study.specification import specified
from simulation.ensembles.store import Store
from simulation.outcomes import NAMES
from tests.cities import shipped
from tests.command import ROOT, environment

ALLOWED = 1.10
ASKED = """
import atexit
from app.cli import main
from bench.clock import peak_memory
atexit.register(lambda: print(peak_memory()))
main()
"""


def peak(*arguments: object, cwd: Path) -> int:
    """Run the command; the most memory it held [bytes], as it reads it itself: see bench.clock.peak_memory."""
    done = subprocess.run(
        [sys.executable, "-c", ASKED, *map(str, arguments)],
        cwd=cwd, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return int(done.stdout.splitlines()[-1])


def kept(folder: Path, draws: int) -> Path:
    """A folder in which all runs are kept and nothing is written of them; their outcomes are made up."""
    scenario = shipped()
    made = specified(scenario, folder, draws=draws, seed=1, scale=0.01, parameters="prior")
    luck = np.random.default_rng(draws)
    with Store(folder).locked() as store:
        for first in range(0, draws, 16):
            numbers = list(range(first, min(first + 16, draws)))
            shape = (len(numbers), len(scenario.policies), scenario.months + 1, len(NAMES))
            store.add(luck.uniform(0.1, 0.9, shape), numbers, scenario.names, 1)
    write_record(folder, made.record(None))
    return folder


def test_table_comparison_and_report_need_no_more_memory_for_many_runs(tmp_path: Path) -> None:
    few, many = (peak("resume", kept(tmp_path / str(n), n), cwd=tmp_path) for n in (13, 500))
    size = (tmp_path / "500" / "outcomes.parquet").stat().st_size
    assert size > 0.25 * few  # read as a whole it could not be missed
    assert many < ALLOWED * few


@pytest.mark.torture
def test_ten_thousand_runs_need_no_more_memory_than_a_hundred(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    few, many = (
        peak("compare", "scenarios/tangsel.yaml", "--out", draws, "--scale", 0.01, "--draws", draws, cwd=tmp_path)
        for draws in (13, 1250)
    )
    print(f"104 runs: {few >> 20} MB, 10,000 runs: {many >> 20} MB, {many / few - 1:+.1%}")
    assert many < ALLOWED * few
