"""Every source has a test that reaches it, and one can ask which.

Guards: a module that no test imports, a change after which one has to run everything because nobody knows what guards it.
"""

from __future__ import annotations

import pytest

from tests import map as guarding
from tests.map import LAYERS, all_tests, arrows, distances, guards, main


def test_every_source_is_reached_by_a_test() -> None:
    reached = set().union(*(distances(test) for test in all_tests()))
    assert len(reached) > 200
    own = {name for name in arrows() if name.split(".")[0] in LAYERS}
    assert not own - reached


def test_a_source_that_no_test_imports_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check above would pass for ever if everything were reached whatever it is."""
    cut = arrows().copy()
    cut.remove_edges_from(list(cut.in_edges("simulation.rules.trust")))
    monkeypatch.setattr(guarding, "arrows", lambda: cut)
    distances.cache_clear()
    reached = set().union(*(distances(test) for test in all_tests()))
    distances.cache_clear()
    assert "simulation.rules.trust" not in reached and "simulation.rules.voice" in reached


def test_what_guards_a_source() -> None:
    """By name, by import, and through other modules: each test file once, the folder that mirrors the source's own first."""
    found = guards("simulation/levers.py")
    assert "tests/simulation/test_levers.py" in found["named"]
    assert "tests/simulation/test_docking.py" in found["importing"]
    assert "tests/app/test_cli.py" in found["reaching"]
    files = [file for several in found.values() for file in several]
    assert len(files) == len(set(files))
    assert guards("app/table.py")["reaching"][0].startswith("tests/app/")
    assert guards("simulation/__init__.py")["importing"]


def test_an_unknown_source_is_refused_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulation/lever_.py"]) == 2
    told = capsys.readouterr()
    assert (
        told.out == ""
        and told.err.count("\n") == 1
        and told.err.startswith("map: simulation/lever_.py: no such source")
    )
    assert main(["simulation/levers.py"]) == 0
    assert "named      tests/simulation/test_levers.py" in capsys.readouterr().out
