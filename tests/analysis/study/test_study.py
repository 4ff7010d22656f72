"""A study from Python: the same folder, bytes and refusals as on the command line, and events for who shows them.

Guards: two ways to make a study that drift apart, a folder that only its maker can go on with, a notebook that cannot be interrupted, a
repeated study that is another one.
"""

from __future__ import annotations

import contextlib
import shutil
import signal
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.study import Study
from analysis.study.events import (
    Computed,
    Computing,
    Created,
    Damaged,
    Event,
    Interrupted,
    Mended,
    Progress,
    Remade,
    Resuming,
    Unchanged,
    Written,
)
from analysis.study.folder import write_record
from analysis.study.identity import Settings, identity
from analysis.study.record import key_of
from analysis.study.repeat import command, python_line, with_draws, with_lang
from data.errors import InputError
from simulation import Ensemble, Scenario
from tests.command import ROOT, asnlab, contents, results

SHORT = """title: {en: Short, id: Pendek}
months: 12
policies: [status_quo, integrated]
"""
SIZE: dict[str, Any] = {"draws": 4, "scale": 0.01}


@pytest.fixture(scope="module")
def scenarios(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the shipped policies, a short scenario, and a finished study of it in `done`."""
    folder = tmp_path_factory.mktemp("work")
    shutil.copytree(ROOT / "scenarios", folder / "scenarios")
    (folder / "scenarios" / "short.yaml").write_text(SHORT, encoding="utf-8")
    with contextlib.chdir(folder):
        Study.create("scenarios/short.yaml", "done", **SIZE).run(workers=1)
    return folder


@pytest.fixture
def here(scenarios: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that folder which the test may spoil, and the present one."""
    shutil.copytree(scenarios, tmp_path / "work")
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "work"


def interrupt(done: int, total: int) -> None:
    """Ctrl-C as soon as runs are kept."""
    signal.raise_signal(signal.SIGINT)


def test_made_in_python_resumed_on_the_command_line_and_reported_in_python_is_one_study(here: Path) -> None:
    """The claim of the whole package, to the byte: beside it a study made by the command alone."""
    study = Study.create("scenarios/short.yaml", "run", **SIZE)
    with pytest.raises(KeyboardInterrupt) as stop:
        study.run(workers=1, progress=interrupt)
    assert stop.value.__notes__ == ["4 of 8 runs are kept; Study.open('run').resume() goes on"]
    assert not study.complete
    done = asnlab("resume", "run", "--workers", "1", cwd=here)
    assert done.returncode == 0 and "run: 4 of 8 runs are done; running the rest" in done.stderr, done.stderr
    assert Study.open("run").report("id") == Path("run/report.html")
    assert Study.open("run").verify(sample=4) == ((), True, 8 + 4, 8, 8)  # results and chunks
    shutil.move("run", "mine")
    options = ["--draws", "4", "--scale", "0.01", "--lang", "id"]
    alone = asnlab("compare", "scenarios/short.yaml", "--out", "run", *options, cwd=here)
    assert alone.returncode == 0, alone.stderr
    assert results(here / "mine") == results(here / "run")
    assert '<html lang="id">' in (here / "run" / "report.html").read_text(encoding="utf-8")


def test_expanded_in_python_is_the_same_as_run_at_once(here: Path) -> None:
    study = Study.open("done")
    first = study.outcomes
    with pytest.raises(InputError, match="found 4; done has 4 draws: give the number wanted in all"):
        study.expand(4)
    study.expand(6)
    both = study.outcomes
    pd.testing.assert_frame_equal(both[both["draw"] < 4].reset_index(drop=True), first, check_exact=True)
    assert set(study.comparison()["draws"]) <= {6, 0}  # an outcome without values uses none
    shutil.move("done", "expanded")
    Study.create("scenarios/short.yaml", "done", draws=6, scale=0.01).run()
    assert results(here / "expanded") == results(here / "done")


def test_the_line_that_repeats_a_study_of_an_object_repeats_it(here: Path) -> None:
    """Guards the record of a study that no command can repeat: its scenario is in no file."""
    scenario = Scenario.load("scenarios/short.yaml").with_(months=24)
    study = Study.create(scenario, "object", draws=2, seed=7, scale=0.01, parameters="prior").run()
    line = study.record["command"]
    assert line in (here / "object" / "report.html").read_text(encoding="utf-8").replace("&#39;", "'")
    exec(line, {})
    again = Study.open("object-again")
    assert again.record["key"] == study.record["key"]
    assert again.record["results"]["outcomes.parquet"] == study.record["results"]["outcomes.parquet"]
    assert study.scenario == scenario.with_(draws=2, seed=7, scale=0.01)


def test_the_repeat_follows_what_is_expanded_and_reported() -> None:
    """Guards a record whose command makes fewer draws, or a report in another language, than the folder holds."""
    settings = Settings(20, 1, 0.05, True)
    typed = command(Path("a b.yaml"), Path("out"), settings, "en", "prior")
    assert typed == "asnlab compare 'a b.yaml' --out out --draws 20 --scale 0.05 --seed 1 --lang en --prior --quick"
    assert with_lang(with_draws(typed, 60), "id") == typed.replace("20", "60").replace("--lang en", "--lang id")
    line = python_line(Path("out"), settings, "en", "mine.csv")
    assert "draws=60" in with_draws(line, 60) and "lang='id'" in with_lang(line, "id")
    assert line.endswith("scale=0.05, seed=1, lang='en', parameters='mine.csv', quick=True).run()")


def test_the_example_of_the_documentation_runs(here: Path) -> None:
    """Guards the page that people copy from; smaller here."""
    page = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8").partition("## From Python")[2]
    code = page.partition("```python\n")[2].partition("```")[0]
    small = {"tangsel.yaml": "short.yaml", "draws=100": "draws=4, scale=0.01", "expand(120)": "expand(6)"}
    for long, short in small.items():
        assert long in code
        code = code.replace(long, short)
    names: dict[str, Any] = {}
    exec(code, names)
    assert names["study"].complete and names["study"].record["run"]["draws"] == 6


# Events


def watched(study: Study, work: Callable[[], object]) -> list[Event]:
    """What a study tells while something is done with it."""
    events: list[Event] = []
    study.tell = events.append
    work()
    return events


def test_events_say_what_happens(here: Path) -> None:
    """Guards a face that shows nothing, or a bar that is never closed."""
    events: list[Event] = []
    study = Study.create("scenarios/short.yaml", "run", **SIZE, tell=events.append)
    assert events == [Created(2, 4, 0.01)]
    with pytest.raises(KeyboardInterrupt):
        study.run(workers=1, progress=interrupt)
    assert events[1:] == [Computing(0, 8), Progress(4, 8), Computed(), Interrupted(4, 8)]
    again = Study.create("scenarios/short.yaml", "run", **SIZE, tell=events.append)
    assert len(events) == 5  # nothing new was made
    went_on = [Resuming(4, 8), Computing(4, 8), Progress(6, 8), Progress(8, 8), Computed(), Written()]
    assert watched(again, lambda: again.run(workers=1)) == went_on
    assert watched(again, again.run) == [Unchanged()]
    assert watched(again, again.resume) == [Mended(0)]
    assert watched(again, lambda: again.report("id")) == [Remade(), Written()]
    (here / "run" / "comparison.csv").unlink()
    assert watched(again, again.run) == [Remade("comparison.csv"), Written()]


def test_a_damaged_chunk_is_told_and_run_again(here: Path) -> None:
    before = contents(here / "done")
    study = Study.open("done")
    chunk = next((here / "done" / "chunks").glob("*.parquet"))
    chunk.write_bytes(chunk.read_bytes()[:-10])
    assert not study.verify(sample=0).sound
    damaged, *_, mended = watched(study, lambda: study.resume(workers=1))
    assert isinstance(damaged, Damaged) and damaged.what == "damaged" and damaged.file.name == chunk.name
    assert isinstance(mended, Mended) and mended.runs == 2 * (damaged.last - damaged.first + 1)
    assert study.verify().sound and results(here / "done").items() <= before.items()


def test_who_gives_no_listener_is_warned_and_not_interrupted(here: Path) -> None:
    study = Study.open("done")
    next((here / "done" / "chunks").glob("*.parquet")).unlink()
    with pytest.warns(UserWarning, match=r"parquet: missing \(draws 0 to \d\); they are run again"):
        study.resume()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        study.run()


# Where runs are computed


def test_an_executor_gives_the_same_study(here: Path) -> None:
    """Guards a notebook on a cluster: an executor that is there, or one that is begun only when there is something to run."""
    before = results(here / "done")
    shutil.rmtree("done")
    with ThreadPoolExecutor(2) as pool:
        study = Study.create("scenarios/short.yaml", "done", **SIZE).run(executor=pool, workers=2)
    assert results(here / "done") == before

    def begin() -> Any:
        raise AssertionError("nothing is to be run")

    study.resume(executor=begin)


# What is refused, and what stays readable


def test_a_study_of_another_engine_can_be_read_and_not_continued(here: Path) -> None:
    """Guards results of an earlier version: they are numbers in a folder, whatever is installed now."""
    study = Study.open("done")
    outcomes, comparison = study.outcomes, study.comparison()
    said = str(Ensemble(study.scenario).drawn_from)
    assert said == outcomes.attrs["drawn_from"] == comparison.attrs["drawn_from"] and said in repr(study)
    record = study.record
    record["run"]["engine"] = "0" * 64
    write_record(study.folder, record | {"key": key_of(record["run"])})
    earlier = Study.open("done")
    pd.testing.assert_frame_equal(earlier.outcomes, outcomes)
    pd.testing.assert_frame_equal(earlier.comparison(), comparison)
    assert "complete" in repr(earlier) and earlier.scenario.names == ("status_quo", "integrated")
    for work in (earlier.run, earlier.resume, earlier.report, lambda: earlier.expand(9)):
        with pytest.raises(InputError, match="was made with other sources of simulation/ than are installed now"):
            work()
    assert [f for f in earlier.verify().faults if "other sources" in f]


def test_what_cannot_be_made_is_refused_before_any_folder(here: Path) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"draws": 1}, "draws: .*found 1"),
        ({"scale": 0.0}, "scale: .*found 0"),
        ({"seed": -1}, "seed: found -1; allowed: 0 or more"),
        ({"lang": "fr"}, "lang: 'fr'; allowed are en, id"),
        ({"parameters": "nope.csv"}, "nope.csv: no such file"),
        ({"scenario": "scenarios/shrt.yaml"}, "short.yaml"),
    ]
    for asked, said in cases:
        with pytest.raises(InputError, match=said):
            Study.create(**({"scenario": "scenarios/short.yaml", "folder": "new"} | asked))
        assert not (here / "new").exists(), asked
    with pytest.raises(InputError, match=r"done: holds another run \(different: seed\)"):
        Study.create("scenarios/short.yaml", "done", **SIZE, seed=2)
    with pytest.raises(InputError, match="new: holds no run"):
        Study.open("new")


def test_a_study_that_is_not_complete_has_no_results_yet(here: Path) -> None:
    """Guards numbers of some draws that are taken for those of all."""
    study = Study.create("scenarios/short.yaml", "run", **SIZE)
    for read in (lambda: study.outcomes, study.comparison, study.report):
        with pytest.raises(InputError, match="run: is not complete; go on with: asnlab resume run"):
            read()


def test_a_start_year_is_in_the_record_only_where_it_is_given() -> None:
    """Guards: every study of today under a new key because scenarios may have a start year."""
    scenario, size = Scenario.load("tangsel"), Settings(2, 1, 0.01, False)
    plain, dated = (identity(s, size, "none")["scenario"] for s in (scenario, scenario.with_(start_year=2027)))
    assert "start_year" not in plain and dated == {**plain, "start_year": 2027}
