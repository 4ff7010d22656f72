"""Published numbers on other processors and Pythons: notebooks, README, documentation and shipped estimates say the same there.

A fit may print fewer digits than those on which processors agree. OpenBLAS chooses its way of summing by processor; told to take that of
another one, it is that other machine as far as statistics are concerned. All of it is long: `make torture`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT
from tests.pythons import PYTHONS, environment_of, python_of

# Kernels of processors far apart in age, and one of them with two threads.
CORES = {
    "Prescott": {"OPENBLAS_CORETYPE": "Prescott", "OPENBLAS_NUM_THREADS": "1"},
    "Haswell": {"OPENBLAS_CORETYPE": "Haswell", "OPENBLAS_NUM_THREADS": "2"},
    "Zen": {"OPENBLAS_CORETYPE": "Zen", "OPENBLAS_NUM_THREADS": "1"},
    "SkylakeX": {"OPENBLAS_CORETYPE": "SkylakeX", "OPENBLAS_NUM_THREADS": "1"},
}
# What holds the published numbers to the code.
NUMBERS = (
    "tests/project/test_readme.py",
    "tests/project/test_docs.py",
    "tests/analysis/calibration/test_direct.py",
    "tests/analysis/evaluation/test_training_published.py",
    "tests/simulation/test_golden.py",
)
SUMS = "import numpy as np; a = np.arange(90_000.0).reshape(300, 300) / 7; print(np.linalg.solve(a @ a.T + np.eye(300), a).sum())"


def run(python: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A Python in another process, in the project's folder."""
    given = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run([python, *arguments], cwd=ROOT, env=given, capture_output=True, text=True, check=False)


def numbers_hold(python: str, **environment: str) -> None:
    """Fails with what pytest says unless all published numbers come out again."""
    tests = run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *NUMBERS, **environment)
    notebooks = run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval-lax", "notebooks", **environment)
    for done in (tests, notebooks):
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


@pytest.mark.torture
@pytest.mark.parametrize("core", CORES)
def test_published_numbers_on_another_processor(core: str) -> None:
    """Guards: a printed digit that is the processor's, so that `make test` is green on one machine only."""
    tried = run(sys.executable, "-c", SUMS, **CORES[core])
    if tried.returncode == -signal.SIGILL:
        pytest.skip(f"not run: this processor has no {core} instructions (SIGILL)")
    assert tried.returncode == 0, tried.stderr
    numbers_hold(sys.executable, **CORES[core])


def test_other_kernels_do_sum_otherwise() -> None:
    """Guards the tests above: a variable that OpenBLAS ignores would make them all the same run."""
    found = {core: run(sys.executable, "-c", SUMS, **CORES[core]) for core in ("Prescott", "Haswell")}
    ran = {core: done.stdout for core, done in found.items() if done.returncode == 0}
    if len(ran) < 2:
        pytest.skip("not run: this processor runs fewer than two of the kernels")
    assert len(set(ran.values())) == 2


@pytest.mark.torture
@pytest.mark.parametrize("version", [v for v in PYTHONS if v != "3.11"])
def test_published_numbers_on_another_python(version: str, tmp_path: Path) -> None:
    """Guards: a library of another Python that prints other digits."""
    python = python_of(version)
    if python is None:
        pytest.skip(f"no Python {version} on this machine")
    own = environment_of(python, tmp_path)
    if own is None:
        pytest.skip(f"the packages of requirements.lock cannot be installed with uv for Python {version} here")
    numbers_hold(own, ASNLAB_CACHE=str(tmp_path / "cache"))
