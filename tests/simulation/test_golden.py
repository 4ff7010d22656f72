"""Golden digests: the same study has the same bits as when tests/golden.json was written, whatever it runs on.

Guards: results that change without anybody meaning it or saying it, and bits that part between Pythons, processors, compilers, C
libraries or numbers of threads. The long ones run in `make torture`; each compiles the engine anew.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests import golden
from tests.pythons import PYTHONS, environment_of, python_of

COMPILED_ANEW = {
    "any x86-64": {"NUMBA_CPU_NAME": "x86-64", "NUMBA_CPU_FEATURES": ""},
    "generic": {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""},
    "not optimised": {"NUMBA_OPT": "0"},
    "optimised 1": {"NUMBA_OPT": "1"},
    "optimised 2": {"NUMBA_OPT": "2"},
    "optimised 3": {"NUMBA_OPT": "3"},
}
LIBRARIES = {
    "C library without fused products": {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-FMA,-FMA4,-AVX2,-AVX512F"},
    "linear algebra of an old processor": {"OPENBLAS_CORETYPE": "Prescott"},
    "numpy without vectors": {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL"},
}


def said(found: dict[str, Any]) -> str:
    """What differs from the file, and what to do about it."""
    names = golden.apart(golden.kept(), found)
    return f"{len(names)} digests differ: {', '.join(names[:12])}. When this is meant: {golden.RENEW}" if names else ""


def computed(python: str = sys.executable, *options: str, **environment: str) -> dict[str, Any]:
    """Digests that another process computes."""
    given = {**os.environ, "PYTHONPATH": str(golden.ROOT), **environment}
    command = [python, "-m", "tests.golden", *options]
    done = subprocess.run(command, cwd=golden.ROOT, env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_results_are_the_golden_ones() -> None:
    """Guards: a change of results that nobody meant."""
    assert not said(golden.digests()), said(golden.digests())


def test_the_changelog_says_so() -> None:
    """Guards: a change of results that was meant and not told."""
    assert golden.of_all(golden.kept()) in golden.CHANGELOG.read_text(encoding="utf-8"), golden.RENEW


def test_a_changed_bit_is_seen() -> None:
    """Guards the tests above: the last bit of one number changes its digest, and only the parts it belongs to."""
    rows = np.random.default_rng(1).random((3, 4))
    other = rows.copy()
    other[1, 2] = np.nextafter(other[1, 2], 2.0)
    assert golden.digest(rows) != golden.digest(other)
    assert golden.digest(rows) == golden.digest(np.asfortranarray(rows)) == golden.digest(rows.astype(">f8"))
    one = golden.kept()
    two = {"study": one["study"], "digests": {**one["digests"], "outcome trust": "0", "more": "1"}}
    assert golden.apart(one, two) == ["outcome trust", "more"]
    assert golden.apart(one, {**one, "study": {}}) == ["study"]


def test_renewing_is_one_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards: a renewal that forgets the changelog, or rewrites the record of a version that is out."""
    old, new = golden.kept(), {"study": golden.STUDY, "digests": {"start": "0123456789abcdef"}}
    was, now = golden.of_all(old), golden.of_all(new)
    monkeypatch.setattr(golden, "FILE", tmp_path / "golden.json")
    monkeypatch.setattr(golden, "CHANGELOG", tmp_path / "CHANGELOG.md")
    shutil.copy(Path(golden.__file__).with_name("golden.json"), golden.FILE)
    golden.CHANGELOG.write_text(
        f"x\n## [Unreleased]\n- Digest {was}.\n\n## [0.1.0]\n- Digest {was}.\n", encoding="utf-8"
    )
    assert "start" in golden.renew(new)
    assert golden.kept() == new
    assert (
        golden.CHANGELOG.read_text(encoding="utf-8")
        == f"x\n## [Unreleased]\n- Digest {now}.\n\n## [0.1.0]\n- Digest {was}.\n"
    )


@pytest.mark.torture
@pytest.mark.parametrize("version", PYTHONS)
def test_same_bits_on_every_python(version: str, tmp_path: Path) -> None:
    """Guards: a Python whose libraries or compiler give other bits."""
    python = python_of(version)
    if python is None:
        pytest.skip(f"no Python {version} on this machine")
    own = environment_of(python, tmp_path)
    if own is None:
        pytest.skip(f"the packages of requirements.lock cannot be installed with uv for Python {version} here")
    assert not said(computed(own, ASNLAB_CACHE=str(tmp_path / "cache")))


@pytest.mark.torture
@pytest.mark.parametrize("name", COMPILED_ANEW)
def test_same_bits_on_every_processor(name: str, tmp_path: Path) -> None:
    """Guards: fused multiplications, vector libraries, or an optimiser that changes the order of sums."""
    assert not said(computed(ASNLAB_CACHE=str(tmp_path / "cache"), **COMPILED_ANEW[name]))


@pytest.mark.torture
@pytest.mark.parametrize("name", LIBRARIES)
def test_same_bits_from_every_library(name: str) -> None:
    """Guards: libraries that choose their way of computing by processor."""
    assert not said(computed(**LIBRARIES[name]))


@pytest.mark.torture
@pytest.mark.parametrize("workers", [1, 2, 3])
def test_same_bits_with_any_number_of_threads(workers: int) -> None:
    """Guards: threads that share what they should not."""
    assert not said(computed(sys.executable, "--workers", str(workers)))
