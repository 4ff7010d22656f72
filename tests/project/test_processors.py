"""Published numbers on other processors and Pythons: notebooks, README, documentation and shipped estimates say the same there.

A fit may print fewer digits than those on which processors agree (`analysis.presentation.digits`), so fits are compared as numbers too,
to more digits than are written: a number that is the same by luck of its rounding is found. OpenBLAS chooses its way of summing by
processor; told to take that of another one, it is that other machine as far as statistics are concerned. What runs on others is long:
`make torture`.
"""

from __future__ import annotations

import ast
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from analysis.presentation.digits import WRITTEN
from tests import ROOT
from tests.fits import FITS
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

# Names by which a fit that searches is called.
SEARCHES = {
    "brentq", "climb", "curve_fit", "Factor", "fit_ordered_logit", "fit_random_effect", "fmin", "GEE", "GenericLikelihoodModel", "GLM",
    "GLS", "least_squares", "Logit", "minimize", "minimize_scalar", "MixedLM", "mixedlm", "MNLogit", "OrderedModel", "Probit", "root",
    "root_scalar",
}  # fmt: skip
# The searches themselves; what they find is tried where they are called.
SOLVERS = {f"analysis/evaluation/{name}.py" for name in ("newton", "ordered_logit", "random_effect")}


def run(python: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A Python in another process, in the project's folder."""
    given = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run([python, *arguments], cwd=ROOT, env=given, capture_output=True, text=True, check=False)


def numbers_hold(python: str, **environment: str) -> None:
    """Fails with what pytest says unless all published numbers come out again."""
    tests = run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *NUMBERS, **environment)
    default_run = run(
        python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "torture", NUMBERS[0], **environment
    )
    notebooks = run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval-lax", "notebooks", **environment)
    for done in (tests, default_run, notebooks):
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def searches(source: str) -> set[str]:
    """Names of searches that a source calls."""
    called = [node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    bases = [base for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef) for base in node.bases]
    return {ast.unparse(name).rsplit(".", 1)[-1] for name in [*called, *bases]} & SEARCHES


def test_every_search_is_tried_on_other_processors() -> None:
    """Guards: a new fit whose digits nobody compared; it belongs into tests/fits.py."""
    files = [file for layer in ("analysis", "app", "simulation") for file in sorted((ROOT / layer).rglob("*.py"))]
    found = {file.relative_to(ROOT).as_posix() for file in files if searches(file.read_text(encoding="utf-8"))}
    assert found - SOLVERS == set(FITS)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("smf.mixedlm('y ~ x', t).fit()", {"mixedlm"}),
        ("def f():\n    return scipy.optimize.minimize(g, 0.0).x", {"minimize"}),
        ("class M(GenericLikelihoodModel): ...", {"GenericLikelihoodModel"}),
        ("sm.OLS(y, x).fit()", set()),
    ],
)
def test_a_search_is_seen(source: str, found: set[str]) -> None:
    """Guards the test above, which would pass for ever if it saw nothing."""
    assert searches(source) == found


@pytest.mark.torture
@pytest.mark.parametrize("core", CORES)
def test_fits_agree_to_more_digits_than_are_written(core: str) -> None:
    """Guards: a search that stops where the processor's sums let it, hidden by rounding until a number lies near a half."""
    done = run(sys.executable, "-m", "tests.fits", **CORES[core])
    if done.returncode == -signal.SIGILL:
        pytest.skip(f"not run: this processor has no {core} instructions (SIGILL)")
    assert done.returncode == 0, done.stderr
    here = json.loads(run(sys.executable, "-m", "tests.fits").stdout)
    for file, numbers in json.loads(done.stdout).items():
        np.testing.assert_allclose(numbers, here[file], rtol=10.0 ** -(WRITTEN + 3), atol=1e-12, err_msg=file)


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
    """Guards: a library of another Python that prints other digits, or is typed differently (its Mesa and numpy are newer)."""
    python = python_of(version)
    if python is None:
        pytest.skip(f"no Python {version} on this machine")
    own = environment_of(python, tmp_path)
    if own is None:
        pytest.skip(f"the packages of requirements.lock cannot be installed with uv for Python {version} here")
    checked = run(own, "-m", "mypy", "--cache-dir", str(tmp_path / "types"))
    assert checked.returncode == 0, checked.stdout
    numbers_hold(own, ASNLAB_CACHE=str(tmp_path / "cache"))
