"""Draws dealt out one after another (docs/sequential.py): the comparison is fair, and the tests of coordinates see the difference."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from docs import replications, sequential
from docs.replications import Case, apart, crossed, needed, paired

COORDINATES = "tests/simulation/engine/test_coordinates.py"
SOURCE = (sequential.ROOT / "simulation" / "engine" / "draws.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("stream", sequential.STREAMS)
def test_only_the_functions_that_hash_are_written_anew(stream: str) -> None:
    """Guards: a comparison of two models that differ in more than where their numbers come from."""
    sequential.check(sequential.ROOT / "simulation")
    own, other = (sequential.functions(text) for text in (SOURCE, sequential.dealt_out(SOURCE, stream)))
    for name in own.keys() - set(sequential.REPLACED):
        assert ast.unparse(own[name]) == ast.unparse(other[name])
    for name in sequential.REPLACED:
        assert ast.unparse(own[name]) != ast.unparse(other[name])


def test_a_hash_made_elsewhere_is_refused(tmp_path: Path) -> None:
    """Guards: an engine that hashes by itself, so that only some of its draws would be dealt out."""
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "draws.py").write_text(SOURCE, encoding="utf-8")
    sequential.check(tmp_path)
    (tmp_path / "service.py").write_text("from simulation.engine.draws import mix\n", encoding="utf-8")
    with pytest.raises(RuntimeError, match=re.escape("service.py hashes by itself")):
        sequential.check(tmp_path)
    (tmp_path / "service.py").unlink()
    (tmp_path / "engine" / "draws.py").write_text(SOURCE + "\n\ndef more(k):\n    return mix(k)\n", encoding="utf-8")
    with pytest.raises(RuntimeError, match="more"):
        sequential.check(tmp_path)


def test_replications_are_counted_right() -> None:
    """Guards: a table of replications by a wrong formula: normal numbers whose covariance is known."""
    luck = np.random.default_rng(2)
    shared, own = luck.normal(size=(1, 20_000, 1)), luck.normal(size=(3, 20_000, 1))
    found, other = shared + 0.5 * own, shared + 0.5 * luck.normal(size=(3, 20_000, 1))
    assert apart(found) == pytest.approx(np.full((2, 1), (2 * 1.25) ** 0.5), rel=0.03)
    assert paired(found) == pytest.approx(np.full((2, 1), 0.5**0.5), rel=0.03)
    assert crossed(found, other) == pytest.approx(np.full((2, 1), 0.5**0.5), rel=0.03)
    assert needed(1.0, 0.1) == 385  # 19.6^2 = 384.2
    assert needed(1e-9, 0.1) == 2


def test_cases_run_and_differ() -> None:
    """Guards: cases that are all the same; four replications of each at a small scale."""
    small = {
        name: replications.measure(Case(c.drawn, c.shocks, c.luck, 4, 0.002)) for name, c in replications.CASES.items()
    }
    assert all(np.isfinite(found).all() and found.shape == (5, 4, 4) for found in small.values())
    assert len({small[name].tobytes() for name in ("chance", "quiet", "drawn", "other luck")}) == 4
    assert np.array_equal(small["chance"], small["larger"])  # the same case at the same scale


# In the copy a state that is taken up again takes up its generators too, and a run starts from their start.
AGAIN = "draws.restart(); engine.settle(levers('status_quo'), default().median(), LUCK)"
TAKEN_UP = {
    "from simulation.city import": "from simulation.engine import draws\nfrom simulation.city import",
    "    engine.restore()\n    for month in range(months)": f"    {AGAIN}\n    for month in range(months)",
    "state, now = engine.state, engine.raw.copy()": "state, now, counts = engine.state, engine.raw.copy(), draws.COUNTS.copy()",
    "engine.raw[:] = now\n": "engine.raw[:], draws.COUNTS[:] = now, counts\n",
    "before = usual.raw.copy()": "before = usual.raw.copy()\n        usual.counts = draws.COUNTS.copy()",
    "    engine.raw[:], engine.city = before": "    draws.COUNTS[:] = engine.counts\n    engine.raw[:], engine.city = before",
}


@pytest.mark.torture
@pytest.mark.parametrize("stream", sequential.STREAMS)
def test_the_tests_of_coordinates_see_draws_dealt_out(stream: str, tmp_path: Path) -> None:
    """Guards the tests of coordinates: with draws dealt out, newcomers and the order of areas change what others draw."""
    sequential.copy_of_the_model(tmp_path, stream)
    shutil.copytree(sequential.ROOT / "tests", tmp_path / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(sequential.ROOT / "pyproject.toml", tmp_path)
    file = tmp_path / COORDINATES
    text = file.read_text(encoding="utf-8")
    for old, new in TAKEN_UP.items():
        assert old in text
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")
    given = {**os.environ, "PYTHONPATH": str(tmp_path), "ASNLAB_CACHE": str(tmp_path / "cache")}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-rA",
        "-p",
        "no:cacheprovider",
        COORDINATES,
    ]
    done = subprocess.run(command, cwd=tmp_path, env=given, capture_output=True, text=True, check=False)
    failed = set(re.findall(rf"^FAILED {re.escape(COORDINATES)}::(\w+)", done.stdout, re.MULTILINE))
    wanted = {"test_newcomers_leave_the_draws_of_all_others", "test_blocks_may_be_processed_apart_and_in_any_order"}
    wanted |= {"test_policies_leave_draws_alone"} if stream == "run" else set()
    assert wanted <= failed, done.stdout[-3000:]
    assert re.search(r"^PASSED .*test_readings_read_draws", done.stdout, re.MULTILINE)
