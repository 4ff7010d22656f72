"""A folder that was damaged, moved, expanded or verified, and in the end the same bits as if nothing had happened.

Guards: a result that depends on where the run was interrupted, a folder that only its maker can go on with, rows of two models in one
table, a damaged file that nobody notices.
"""

from __future__ import annotations

import json
import resource
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.study.record import canonical, key_of
from simulation.ensembles.store import sha256
from tests.command import FILES, ROOT, asnlab, contents, environment, process, refused, results


@pytest.fixture
def work(short: Path, tmp_path: Path) -> Path:
    """A copy of the finished small run, in `done`, which the test may spoil."""
    return Path(shutil.copytree(short, tmp_path / "work"))


def test_a_kill_between_chunk_and_list_costs_that_chunk_only(work: Path) -> None:
    """The two moments that a random kill seldom meets: the line is cut off, or was not written at all."""
    before = results(work / "done")
    chunks = work / "done" / "chunks" / "chunks.jsonl"
    lines = chunks.read_text(encoding="utf-8").splitlines(keepends=True)
    for left in (lines[0], lines[0] + lines[1][:40]):
        chunks.write_text(left, encoding="utf-8")
        (work / "done" / "chunks" / "draws-000000-000001.parquet.part").write_bytes(b"half")
        done = asnlab("resume", "done", cwd=work)
        assert done.returncode == 0, done.stderr
        assert "4 of 8 runs are done" in done.stderr
        assert results(work / "done") == before
        assert chunks.read_text(encoding="utf-8").startswith(lines[0] + "{")
        assert not list((work / "done").glob("**/*.part"))


# Damaged


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def edit(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


@pytest.mark.parametrize("damage", [cut, edit, Path.unlink])
def test_a_damaged_chunk_is_named_and_run_again(work: Path, damage: Callable[[Path], None]) -> None:
    before = contents(work / "done")
    name = "done/chunks/draws-000002-000003.parquet"
    damage(work / name)
    found = asnlab("verify", "done", cwd=work)
    assert found.returncode == 1
    assert name in found.stderr and "Traceback" not in found.stderr
    done = asnlab("resume", "done", "--workers", "1", cwd=work)
    assert done.returncode == 0, done.stderr
    assert name in done.stderr and "draws 2 to 3" in done.stderr
    after = contents(work / "done")
    assert {n: d for n, d in after.items() if n in FILES} == {n: d for n, d in before.items() if n in FILES}
    assert asnlab("verify", "done", cwd=work).returncode == 0


@pytest.mark.parametrize(
    "name",
    [
        "outcomes.parquet",
        pytest.param("report.html", marks=pytest.mark.torture),
        pytest.param("figures/levels.svg", marks=pytest.mark.torture),
    ],
)
def test_a_damaged_result_is_named_by_verify_and_never_overwritten(work: Path, name: str) -> None:
    edit(work / "done" / name)
    before = contents(work / "done")
    found = asnlab("verify", "done", cwd=work)
    assert found.returncode == 1
    assert f"done/{name}: is not what the run wrote" in found.stderr
    refused(asnlab("resume", "done", cwd=work), f"done/{name}: changed since the run", "move it away")
    assert contents(work / "done") == before
    (work / "done" / name).unlink()
    assert asnlab("resume", "done", cwd=work).returncode == 0
    assert asnlab("verify", "done", cwd=work).returncode == 0


def test_a_number_changed_together_with_every_hash_is_found_by_repeating(work: Path) -> None:
    """Guards against a verification that only compares a file with a hash that lies beside it."""
    folder = work / "done"
    frame = pd.read_parquet(folder / "outcomes.parquet")
    chosen = (frame["policy"] == "integrated") & (frame["draw"] == 1) & (frame["month"] == 12)
    frame.loc[chosen, "trust"] = np.nextafter(frame.loc[chosen, "trust"], np.inf)  # the last bit
    frame.to_parquet(folder / "outcomes.parquet", index=False)
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    record["results"]["outcomes.parquet"] = sha256(folder / "outcomes.parquet")
    (folder / "run.json").write_text(canonical(record), encoding="utf-8")
    found = asnlab("verify", "done", "--sample", "4", cwd=work)
    assert found.returncode == 1
    assert "done/outcomes.parquet: policy integrated, draw 1: repeated, the run gives other bits" in found.stderr
    assert len(found.stderr.splitlines()) == 1


def test_verify_changes_nothing(work: Path) -> None:
    before = contents(work / "done")
    done = asnlab("verify", "done", cwd=work)
    assert done.returncode == 0, done.stderr
    # 9 results and 2 chunks; all policies of 3 draws
    assert "11 files are what the run wrote, 8 runs kept, 6 of them repeated with the same bits" in done.stdout
    assert contents(work / "done") == before


# Only the folder


def test_a_folder_is_enough_to_go_on_anywhere(work: Path) -> None:
    """No scenario, no policy file, another working folder, and the same bytes."""
    before = results(work / "done")
    (work / "elsewhere").mkdir()
    shutil.move(work / "done", work / "elsewhere" / "moved")
    shutil.rmtree(work / "scenarios")
    for name in ("report.html", "outcomes.parquet", "chunks/draws-000002-000003.parquet"):
        (work / "elsewhere" / "moved" / name).unlink()
    done = asnlab("resume", "moved", cwd=work / "elsewhere")
    assert done.returncode == 0, done.stderr
    assert "Difference from" in done.stdout
    assert results(work / "elsewhere" / "moved") == before


def test_a_whole_run_is_left_as_it_is(work: Path) -> None:
    before = contents(work / "done")
    done = asnlab("resume", "done", cwd=work)
    assert done.returncode == 0 and "done: nothing is missing" in done.stdout
    assert contents(work / "done") == before


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("engine", "sources of simulation/"),
        ("estimates", "data/estimates/tangsel.yaml"),
        ("city", "data/cities/tangsel.yaml"),
    ],
)
def test_a_run_of_another_engine_or_other_data_is_not_continued(work: Path, part: str, said: str) -> None:
    """Guards against one table with rows of two models in it."""
    file = work / "done" / "run.json"
    record = json.loads(file.read_text(encoding="utf-8"))
    record["run"][part] = "0" * 64
    record["key"] = key_of(record["run"])
    file.write_text(canonical(record), encoding="utf-8")
    before = contents(work / "done")
    for command in (["resume", "done"], ["expand", "done", "--draws", "6"]):
        refused(asnlab(*command, cwd=work), f"done: was made with other {said} than are installed now", "another --out")
    assert asnlab("verify", "done", cwd=work).returncode == 1
    assert contents(work / "done") == before


def test_a_changed_rule_is_noticed(work: Path) -> None:
    """The real thing: the sources of the model are changed, and the folder is resumed with them."""
    for part in ("simulation", "analysis", "app", "data"):
        shutil.copytree(ROOT / part, work / "other" / part, ignore=shutil.ignore_patterns("__pycache__"))
    before = contents(work / "done")
    other = {**environment(), "PYTHONPATH": str(work / "other")}
    assert process("resume", "done", cwd=work, env=other).returncode == 0  # a copy elsewhere is the same model
    rule = next((work / "other" / "simulation" / "rules").glob("trust.py"))
    rule.write_text(rule.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    said = "done: was made with other sources of simulation/ than are installed now"
    refused(process("expand", "done", "--draws", "6", cwd=work, env=other), said, "another --out")
    assert contents(work / "done") == before


@pytest.mark.parametrize(("name", "value"), [("complete", "yes"), ("results", []), ("order", None), ("lang", 3)])
def test_an_edited_record_is_named(work: Path, name: str, value: object) -> None:
    """Guards against a traceback from a file that people can open and change."""
    file = work / "done" / "run.json"
    record = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(canonical({**record, name: value}), encoding="utf-8")
    for command in (["resume", "done"], ["verify", "done"]):
        refused(asnlab(*command, cwd=work), f"done/run.json: was edited: {name}: found")


def test_a_run_of_a_city_that_is_not_here_is_named(work: Path) -> None:
    """Guards against a traceback where somebody else's folder is resumed."""
    file = work / "done" / "run.json"
    record = json.loads(file.read_text(encoding="utf-8"))
    record["run"]["scenario"]["city"] = "atlantis"
    record["key"] = key_of(record["run"])
    file.write_text(canonical(record), encoding="utf-8")
    refused(asnlab("resume", "done", cwd=work), "done/run.json", "city 'atlantis': no profile of that name")


def test_folders_that_hold_no_run_are_named(work: Path) -> None:
    (work / "empty").mkdir()
    for command in ("resume", "verify"):
        refused(asnlab(command, "empty", cwd=work), "empty: holds no run", "asnlab compare")
        refused(asnlab(command, "nowhere", cwd=work), "nowhere: holds no run")
    file = work / "done" / "run.json"
    file.write_text(file.read_text(encoding="utf-8").replace('"draws": 4', '"draws": 5'), encoding="utf-8")
    refused(asnlab("resume", "done", cwd=work), "done/run.json: was edited")


# Expanded


def test_expanded_is_the_same_as_run_at_once(work: Path) -> None:
    chunks = {n: d for n, d in contents(work / "done").items() if n.endswith(".parquet") and n.startswith("chunks/")}
    first = pd.read_parquet(work / "done" / "outcomes.parquet")
    refused(asnlab("expand", "done", "--draws", "4", cwd=work), "--draws: found 4", "in all")
    done = asnlab("expand", "done", "--draws", "7", "--workers", "2", cwd=work)
    assert done.returncode == 0, done.stderr
    assert "8 of 14 runs are done" in done.stderr
    assert chunks.items() <= contents(work / "done").items()
    both = pd.read_parquet(work / "done" / "outcomes.parquet")
    pd.testing.assert_frame_equal(both[both["draw"] < 4].reset_index(drop=True), first, check_exact=True)
    (work / "once").mkdir()
    options = ["--quick", "--scale", "0.01", "--draws", "7"]
    once = asnlab("compare", work / "scenarios" / "short.yaml", "--out", "done", *options, cwd=work / "once")
    assert once.returncode == 0, once.stderr
    mine, direct = results(work / "done"), results(work / "once" / "done")
    # The command that repeats the run names the scenario by the way it was given; report and record hold it.
    assert {n for n in FILES if mine[n] != direct[n]} <= {"report.html", "run.json"}
    assert "--draws 7" in json.loads((work / "done" / "run.json").read_text(encoding="utf-8"))["command"]


# Full disk


def test_a_disk_full_at_the_end_keeps_every_run(work: Path) -> None:
    """The chunks are whole and the table of all of them is too large: guards against half a table under its final name."""
    (work / "done" / "outcomes.parquet").unlink()
    largest = max(file.stat().st_size for file in (work / "done" / "chunks").iterdir()) + 1000

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))

    done = process("resume", "done", cwd=work, preexec_fn=small_files)
    assert done.returncode == 2
    assert "8 of 8 runs are kept; make room, then: asnlab resume done" in done.stderr
    assert not (work / "done" / "outcomes.parquet").exists() and not (work / "done/chunks/results.new").exists()
    assert asnlab("resume", "done", cwd=work).returncode == 0
    assert asnlab("verify", "done", cwd=work).returncode == 0
