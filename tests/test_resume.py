"""Runs that survive: killed, damaged, cut short, expanded, and in the end the same bits as if nothing had happened.

Guards: a chunk that counts though it is not whole, a result that depends on where the run was interrupted, a folder that only its maker can
go on with, two commands that write into one folder, a damaged file that nobody notices.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
import pytest

from app.record import canonical, key_of, sha256
from simulation.parquet import rows_of_run
from simulation.store import Store
from tests.command import FILES, ROOT, SMALL, asnlab, contents, refused, results, started

# Two policies, a year: a run is short, so most of the time goes into what is tested here, keeping it.
SHORT = """title: {en: Short, id: Pendek}
months: 12
policies: [status_quo, integrated]
"""
MANY = ["--scale", "0.01", "--draws", "384", "--workers", "2"]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with scenarios, a finished small run in `done` and the undisturbed long run in `calm/run`."""
    folder = tmp_path_factory.mktemp("work")
    shutil.copytree(ROOT / "scenarios", folder / "scenarios")
    (folder / "scenarios" / "short.yaml").write_text(SHORT, encoding="utf-8")
    done = asnlab("compare", "scenarios/tangsel.yaml", "--out", "done", *SMALL, cwd=folder)
    assert done.returncode == 0, done.stderr
    (folder / "calm").mkdir()
    done = asnlab("compare", "../scenarios/short.yaml", "--out", "run", *MANY, cwd=folder / "calm")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def work(place: Path, tmp_path: Path) -> Path:
    """A copy of the small run which the test may spoil."""
    shutil.copytree(place / "scenarios", tmp_path / "scenarios")
    shutil.copytree(place / "done", tmp_path / "done")
    return tmp_path


# Killed


def begun(folder: Path) -> subprocess.Popen[str]:
    """Go on with the long run in `run`, or begin it."""
    if (folder / "run" / "run.json").exists():
        return started("resume", "run", "--workers", "2", cwd=folder)
    return started("compare", "../scenarios/short.yaml", "--out", "run", *MANY, cwd=folder)


def kill_at_random(process: subprocess.Popen[str], chunks: Path, luck: Random) -> None:
    """SIGKILL at a random moment: anywhere in the life of the process, or within milliseconds of a chunk being written."""
    end = time.monotonic() + luck.uniform(0.2, 9.0)
    near = luck.random() < 0.5
    before = len(list(chunks.glob("*")))
    while time.monotonic() < end and process.poll() is None:
        if near and len(list(chunks.glob("*"))) != before and luck.random() < 0.3:
            time.sleep(luck.uniform(0, 0.02))
            break
        time.sleep(0.0005)
    process.kill()
    process.communicate(timeout=60)


def battered(place: Path, name: str, kills: int, seed: int) -> tuple[Path, int]:
    """Kill the long run `kills` times and let it end; returns its folder and how many kills found it unfinished with chunks."""
    folder = place / name
    folder.mkdir()
    luck, hit = Random(seed), 0
    for _ in range(kills):
        process = begun(folder)
        kill_at_random(process, folder / "run" / "chunks", luck)
        store = Store(folder / "run")
        store.read()
        assert not store.damaged(), "a chunk in the list is not whole"
        record = folder / "run" / "run.json"
        complete = record.exists() and json.loads(record.read_text(encoding="utf-8"))["complete"]
        hit += bool(store.chunks) and not complete
        if complete:  # nothing left to disturb: the same again from the start
            assert results(folder / "run") == results(place / "calm" / "run")
            shutil.rmtree(folder / "run")
    with begun(folder) as process:
        _, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    return folder / "run", hit


def same_as_undisturbed(place: Path, folder: Path) -> None:
    assert results(folder) == results(place / "calm" / "run")
    assert not list(folder.glob("**/*.part")) and not (folder / "chunks" / "results.new").exists()
    done = asnlab("verify", "run", cwd=folder.parent)
    assert done.returncode == 0, done.stderr


def test_killed_three_times_and_resumed_it_is_the_same_run(place: Path) -> None:
    folder, _ = battered(place, "killed", kills=3, seed=1)
    same_as_undisturbed(place, folder)


@pytest.mark.torture
def test_killed_fifty_times_and_resumed_it_is_the_same_run(place: Path) -> None:
    folder, hit = battered(place, "tortured", kills=50, seed=int(os.environ.get("TORTURE_SEED", "2")))
    print(f"{hit} of 50 kills found the run begun and not complete")
    assert hit >= 15
    same_as_undisturbed(place, folder)


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
        assert "16 of 32 runs are there" in done.stderr
        assert results(work / "done") == before
        assert chunks.read_text(encoding="utf-8").startswith(lines[0] + "{")
        assert not list((work / "done").glob("**/*.part"))


# One at a time


def test_the_second_command_on_a_folder_says_so_and_stops(place: Path, tmp_path: Path) -> None:
    many = ["--scale", "0.01", "--draws", "5000"]
    scenario = place / "scenarios" / "short.yaml"
    with started("compare", scenario, "--out", "run", *many, cwd=tmp_path) as first:
        deadline = time.monotonic() + 120
        while not list(tmp_path.glob("run/chunks/draws-*")) and time.monotonic() < deadline:
            time.sleep(0.02)
        busy = "run: another asnlab is at work in this folder"
        refused(asnlab("resume", "run", cwd=tmp_path), busy)
        refused(asnlab("compare", scenario, "--out", "run", *many, cwd=tmp_path), busy)
        refused(asnlab("verify", "run", cwd=tmp_path), busy)
        refused(asnlab("expand", "run", "--draws", "6000", cwd=tmp_path), busy)
        first.kill()  # the kernel releases the lock
    done = asnlab("verify", "run", "--sample", "1", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "run: not complete" in done.stdout


# Damaged


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def edit(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


@pytest.mark.parametrize("damage", [cut, edit, Path.unlink])
def test_a_damaged_chunk_is_named_and_run_again(work: Path, damage: object) -> None:
    before = contents(work / "done")
    name = "done/chunks/draws-000002-000003.parquet"
    damage(work / name)  # type: ignore[operator]
    found = asnlab("verify", "done", cwd=work)
    assert found.returncode == 1
    assert name in found.stderr and "Traceback" not in found.stderr
    done = asnlab("resume", "done", "--workers", "1", cwd=work)
    assert done.returncode == 0, done.stderr
    assert name in done.stderr and "draws 2 to 3" in done.stderr
    after = contents(work / "done")
    assert {n: d for n, d in after.items() if n in FILES} == {n: d for n, d in before.items() if n in FILES}
    assert asnlab("verify", "done", cwd=work).returncode == 0


@pytest.mark.parametrize("name", ["outcomes.parquet", "report.html", "figures/levels.svg"])
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
    chosen = (frame["policy"] == "integrated") & (frame["draw"] == 1) & (frame["month"] == 60)
    frame.loc[chosen, "trust"] = np.nextafter(frame.loc[chosen, "trust"], np.inf)  # the last bit
    frame.to_parquet(folder / "outcomes.parquet", index=False)
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    record["results"]["outcomes.parquet"] = sha256(folder / "outcomes.parquet")
    (folder / "run.json").write_text(canonical(record), encoding="utf-8")
    found = asnlab("verify", "done", "--sample", "32", cwd=work)
    assert found.returncode == 1
    assert "done/outcomes.parquet: policy integrated, draw 1: repeated, the run gives other bits" in found.stderr
    assert len(found.stderr.splitlines()) == 1


def test_verify_changes_nothing(work: Path) -> None:
    before = contents(work / "done")
    done = asnlab("verify", "done", cwd=work)
    assert done.returncode == 0, done.stderr
    assert "12 files are what the run wrote" not in done.stdout  # 8 results and 2 chunks
    assert "10 files are what the run wrote, 32 runs kept, 3 of them repeated with the same bits" in done.stdout
    assert contents(work / "done") == before


# Only the folder


def test_a_folder_is_enough_to_go_on_anywhere(work: Path, tmp_path: Path) -> None:
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
        ("estimates", "data/estimates/tangsel_direct.yaml"),
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
    assert "32 of 56 runs are there" in done.stderr
    assert chunks.items() <= contents(work / "done").items()
    both = pd.read_parquet(work / "done" / "outcomes.parquet")
    pd.testing.assert_frame_equal(both[both["draw"] < 4].reset_index(drop=True), first, check_exact=True)
    (work / "once").mkdir()
    options = ["--quick", "--scale", "0.01", "--draws", "7"]
    once = asnlab("compare", work / "scenarios" / "tangsel.yaml", "--out", "done", *options, cwd=work / "once")
    assert once.returncode == 0, once.stderr
    mine, direct = results(work / "done"), results(work / "once" / "done")
    # The command that repeats the run names the scenario by the way it was given; report and record hold it.
    assert {n for n in FILES if mine[n] != direct[n]} <= {"report.html", "run.json"}
    assert "--draws 7" in json.loads((work / "done" / "run.json").read_text(encoding="utf-8"))["command"]


# Full disk


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 300 kB, where this user may make one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("a disk can be made by the superuser only; the limit on file sizes is tested in any case")
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_a_full_disk_keeps_what_is_whole(place: Path, tiny_disk: Path) -> None:
    options = ["--scale", "0.01", "--draws", "384", "--workers", "1"]
    done = asnlab("compare", place / "scenarios" / "short.yaml", "--out", "run", *options, cwd=tiny_disk)
    assert done.returncode == 2
    store = Store(tiny_disk / "run")
    store.read()
    kept = 2 * store.held_draws()
    assert 0 < kept < 768 and not store.damaged()
    lines = done.stderr.strip().splitlines()
    said = f"asnlab: run: could not be written: No space left on device; {kept} of 768 runs are kept; make room, then: "
    assert lines[-1] == said + "asnlab resume run" and "Traceback" not in done.stderr
    assert not list(tiny_disk.glob("**/*.part"))
    subprocess.run(["mount", "-o", "remount,size=40m", tiny_disk], check=True)
    done = asnlab("resume", "run", cwd=tiny_disk)
    assert done.returncode == 0, done.stderr
    assert sha256(tiny_disk / "run" / "outcomes.parquet") == sha256(place / "calm" / "run" / "outcomes.parquet")


def test_a_disk_full_at_the_end_keeps_every_run(work: Path) -> None:
    """The chunks are whole and the table of all of them is too large: guards against half a table under its final name."""
    (work / "done" / "outcomes.parquet").unlink()
    largest = max(file.stat().st_size for file in (work / "done" / "chunks").iterdir()) + 1000

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))

    done = asnlab("resume", "done", cwd=work, preexec_fn=small_files)
    assert done.returncode == 2
    assert "32 of 32 runs are kept; make room, then: asnlab resume done" in done.stderr
    assert not (work / "done" / "outcomes.parquet").exists() and not (work / "done/chunks/results.new").exists()
    assert asnlab("resume", "done", cwd=work).returncode == 0
    assert asnlab("verify", "done", cwd=work).returncode == 0


def test_ctrl_c_and_resume_give_the_same_run(place: Path) -> None:
    folder = place / "stopped"
    folder.mkdir()
    with begun(folder) as process:
        deadline = time.monotonic() + 120
        while not list(folder.glob("run/chunks/draws-*.parquet")) and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130 and errors.strip().endswith("go on with: asnlab resume run")
    assert rows_of_run(next(folder.glob("run/chunks/*.parquet")), "integrated", 10_000).shape == (0, 49)
    done = asnlab(
        "compare", "../scenarios/short.yaml", "--out", "run", *MANY, cwd=folder
    )  # the same command goes on, too
    assert done.returncode == 0, done.stderr
    assert "runs are there; running the rest" in done.stderr
    same_as_undisturbed(place, folder / "run")
