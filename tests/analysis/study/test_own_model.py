"""A study with a process of one's own: its source is in the record, and no command runs code that a record names.

Guards: a folder whose results nobody can make again because the code is gone, and a folder that runs what it names.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.study import Study
from data.errors import InputError
from simulation import Ensemble, Scenario
from simulation.mesa_face.mentoring import Mentoring
from simulation.mesa_face.own_process import source_hash
from tests.command import asnlab
from tests.simulation.mesa_face.own_processes import Eager

SIZE: dict[str, Any] = {"draws": 2, "scale": 0.01}
CLASS = "simulation.mesa_face.mentoring:Mentoring"


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    """Two policies for a year."""
    whole = Scenario.load("tangsel")
    pair = tuple(whole.policy(name) for name in ("status_quo", "integrated"))
    return whole.with_(months=12, policies=pair)


@pytest.fixture(scope="module")
def folder(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished study with mentors."""
    place = tmp_path_factory.mktemp("own") / "run"
    Study.create(scenario, place, **SIZE, model=Mentoring).run(workers=2)
    return place


def test_the_record_names_class_and_source(scenario: Scenario, folder: Path) -> None:
    """Guards: results of a process of one's own that look like the shipped model's."""
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert record["run"]["model"] == {"class": CLASS, "sha256": source_hash(Mentoring)}
    assert record["inputs"][f"class {CLASS}"] == source_hash(Mentoring)
    assert "import Mentoring" in record["command"] and "model=Mentoring" in record["command"]
    assert CLASS in (folder / "report.html").read_text(encoding="utf-8")
    study = Study.open(folder, model=Mentoring)
    assert CLASS in repr(study)
    runs = Ensemble(scenario, **SIZE, model=Mentoring).run()
    pd.testing.assert_frame_equal(study.outcomes[list(runs)], runs, check_exact=True)


def test_it_goes_on_in_python_only(folder: Path, tmp_path: Path) -> None:
    """Guards: a study that cannot be expanded, or one that is expanded with another process."""
    study = Study.open(folder, model=Mentoring)
    assert study.verify(sample=1).sound
    study.expand(3, workers=1)
    assert set(study.outcomes["draw"]) == {0, 1, 2}
    reader = Study.open(folder)
    assert len(reader.outcomes) == len(study.outcomes)
    with pytest.raises(InputError, match=r"go on in Python: Study.open\(.*, model=Mentoring\)"):
        reader.resume()
    with pytest.raises(InputError, match=f"is run with {CLASS}; found .*:Eager"):
        Study.open(folder, model=Eager)


@pytest.mark.parametrize("words", [["resume"], ["expand", "--draws", "9"], ["verify"]])
def test_a_command_refuses_in_one_line(folder: Path, words: list[str]) -> None:
    """Guards: a record that makes a command import whatever it names, or a refusal that does not say what to do."""
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    ended = asnlab(words[0], str(folder), *words[1:], cwd=folder.parent)
    assert ended.returncode == 2 and ended.stdout == ""
    assert ended.stderr.count("\n") == 1
    assert f"is run with a class of one's own, {CLASS}; go on in Python: Study.open(" in ended.stderr
    assert {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()} == before


def test_another_source_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards: half a study with one process and half with another."""
    monkeypatch.setattr(Mentoring, "share", 0.5)
    with pytest.raises(InputError, match=f"was run with another source or other values of {CLASS}"):
        Study.open(folder, model=Mentoring)


def test_what_cannot_be_recorded_is_refused(scenario: Scenario, tmp_path: Path) -> None:
    """Guards: a record of a class that was defined in a notebook and is gone."""

    class Here(Mentoring):
        pass

    with pytest.raises(
        InputError, match=r"put the class into a file, such as here.py, and import it: from here import Here"
    ):
        Study.create(scenario, tmp_path / "run", **SIZE, model=Here)
    assert not (tmp_path / "run").exists()


def test_a_study_of_the_engine_is_not_opened_with_a_class(scenario: Scenario, tmp_path: Path) -> None:
    """Guards: a key of an ordinary study that changes, or one that is continued with a process of one's own."""
    study = Study.create(scenario, tmp_path / "run", **SIZE)
    assert "model" not in study.record["run"]
    with pytest.raises(InputError, match="open it without model="):
        Study.open(tmp_path / "run", model=Mentoring)
