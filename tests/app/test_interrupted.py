"""Runs that are killed, stopped, or out of room, and in the end the same bits as if nothing had happened.

Guards: a chunk that counts though it is not whole, a result that depends on where the run was interrupted, two commands that write into one
folder, processes that outlive the command, a disk that fills up and takes the runs along.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from simulation.ensembles.parquet import rows_of_run
from simulation.ensembles.store import Store, sha256
from tests.command import asnlab, refused, results, started

# A run is short, so most of the time goes into what is tested here, keeping it.
MANY = ["--scale", "0.01", "--draws", "384"]
THREADS = ("--workers", "2")
CLUSTER = ("--cluster", "local:2")


@pytest.fixture(scope="module")
def place(short: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a short scenario and its undisturbed run in `calm/run`."""
    folder = tmp_path_factory.mktemp("work")
    shutil.copytree(short / "scenarios", folder / "scenarios")
    (folder / "calm").mkdir()
    done = asnlab("compare", "../scenarios/short.yaml", "--out", "run", *MANY, *THREADS, cwd=folder / "calm")
    assert done.returncode == 0, done.stderr
    return folder


# Killed


def begun(folder: Path, machine: tuple[str, ...] = THREADS) -> subprocess.Popen[str]:
    """Go on with the long run in `run`, or begin it."""
    if (folder / "run" / "run.json").exists():
        return started("resume", "run", *machine, cwd=folder)
    return started("compare", "../scenarios/short.yaml", "--out", "run", *MANY, *machine, cwd=folder)


def until(*patterns: Path, seconds: float = 120) -> None:
    """Wait until a file of that pattern is there."""
    deadline = time.monotonic() + seconds
    while not any(list(p.parent.glob(p.name)) for p in patterns):
        assert time.monotonic() < deadline, f"no {patterns[0]}"
        time.sleep(0.01)


def alone(group: int) -> None:
    """Nobody of a group of processes is left, but for dead ones that nobody has asked about."""
    deadline = time.monotonic() + 20
    while True:
        left = subprocess.run(["ps", "-A", "-o", "pgid=,stat=,args="], capture_output=True, text=True).stdout
        mine = [line for line in left.splitlines() if line.split()[0] == str(group) and line.split()[1][0] != "Z"]
        if not mine:
            return
        assert time.monotonic() < deadline, mine
        time.sleep(0.1)


def kill_at_random(process: subprocess.Popen[str], chunks: Path, luck: Random, longest: float) -> None:
    """SIGKILL at a random moment: within so many seconds, or within milliseconds of a chunk being written."""
    end = time.monotonic() + luck.uniform(0.2, longest)
    near = luck.random() < 0.5
    before = len(list(chunks.glob("*")))
    while time.monotonic() < end and process.poll() is None:
        if near and len(list(chunks.glob("*"))) != before and luck.random() < 0.3:
            time.sleep(luck.uniform(0, 0.02))
            break
        time.sleep(0.0005)
    process.kill()
    _, errors = process.communicate(timeout=60)
    assert process.returncode in (0, -signal.SIGKILL), errors


def battered(place: Path, name: str, kills: int, seed: int, longest: float = 9.0) -> tuple[Path, int]:
    """Kill the long run `kills` times and let it end; returns its folder and how many kills found it unfinished with chunks."""
    folder = place / name
    folder.mkdir()
    luck, hit = Random(seed), 0
    for _ in range(kills):
        process = begun(folder)
        kill_at_random(process, folder / "run" / "chunks", luck, longest)
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


def test_killed_twice_and_resumed_it_is_the_same_run(place: Path) -> None:
    """Twice at random here, fifty times in `make torture`; the moments that chance seldom meets have tests of their own."""
    folder, _ = battered(place, "killed", kills=2, seed=1, longest=4.0)
    same_as_undisturbed(place, folder)


def test_a_command_killed_as_it_began_leaves_a_folder_that_can_be_used(place: Path, tmp_path: Path) -> None:
    """Half a record, a lock, no chunk: the moment that a random kill hits once in many."""
    (tmp_path / "run" / "chunks").mkdir(parents=True)
    (tmp_path / "run" / "chunks" / "lock").touch()
    (tmp_path / "run" / "run.json.part").write_text('{"comp', encoding="utf-8")
    options = ["--scale", "0.01", "--draws", "2"]
    done = asnlab("compare", place / "scenarios" / "short.yaml", "--out", "run", *options, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert not list(tmp_path.glob("**/*.part"))


@pytest.mark.torture
def test_killed_fifty_times_and_resumed_it_is_the_same_run(place: Path) -> None:
    folder, hit = battered(place, "tortured", kills=50, seed=int(os.environ.get("TORTURE_SEED", "2")))
    print(f"{hit} of 50 kills found the run begun and not complete")
    assert hit >= 15
    same_as_undisturbed(place, folder)


# Stopped


@pytest.mark.parametrize("machine", [THREADS, CLUSTER], ids=["threads", "cluster"])
def test_ctrl_c_and_resume_give_the_same_run(place: Path, machine: tuple[str, ...]) -> None:
    """Ctrl-C on a terminal goes to the command and to every process it began."""
    folder = place / f"stopped{machine[0]}"
    folder.mkdir()
    with begun(folder, machine) as process:
        until(folder / "run" / "chunks" / "draws-*.parquet")
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    said = [line for line in errors.splitlines() if "Compiling" not in line]
    assert len(said) == 2 and said[0].startswith("2 policies × 384 draws"), errors
    assert errors.strip().endswith("go on with: asnlab resume run")
    alone(process.pid)
    assert rows_of_run(next(folder.glob("run/chunks/*.parquet")), "integrated", 10_000).shape == (0, 49)
    # The same command goes on, too.
    done = asnlab("compare", "../scenarios/short.yaml", "--out", "run", *MANY, *THREADS, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "runs are done; running the rest" in done.stderr
    same_as_undisturbed(place, folder / "run")


@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_while_processes_start_is_one_line(place: Path, tmp_path: Path, times: int) -> None:
    """Guards against pages of tracebacks from processes that are only half there; also for the impatient."""
    scenario = place / "scenarios" / "short.yaml"
    with started("compare", scenario, "--out", "run", *MANY, *CLUSTER, cwd=tmp_path) as process:
        until(tmp_path / "run" / "run.json")
        time.sleep(0.5)  # in the middle of starting them
        for _ in range(times):
            os.killpg(process.pid, signal.SIGINT)
            time.sleep(0.2)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    if times == 1:
        assert "Traceback" not in errors and errors.strip().endswith("go on with: asnlab resume run"), errors
    alone(process.pid)


def test_a_killed_command_takes_its_processes_along(place: Path) -> None:
    folder = place / "slain"
    folder.mkdir()
    with begun(folder, CLUSTER) as process:
        until(folder / "run" / "chunks" / "draws-*.parquet")
        process.kill()  # the command only: nobody tells the others
        process.communicate(timeout=60)
    with begun(folder, THREADS) as again:  # at once: the folder is free
        _, errors = again.communicate(timeout=300)
    assert again.returncode == 0, errors
    alone(process.pid)
    same_as_undisturbed(place, folder / "run")


def test_a_folder_with_a_space_is_named_so_that_it_can_be_pasted(place: Path, tmp_path: Path) -> None:
    with started("compare", place / "scenarios" / "short.yaml", "--out", "my run", *MANY, cwd=tmp_path) as process:
        until(tmp_path / "my run" / "chunks" / "chunks.jsonl")
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert errors.strip().endswith("go on with: asnlab resume 'my run'")


# One at a time


def test_the_second_command_on_a_folder_says_so_and_stops(place: Path, tmp_path: Path) -> None:
    many = ["--scale", "0.01", "--draws", "60000"]  # more than the four commands below can wait for
    scenario = place / "scenarios" / "short.yaml"
    with started("compare", scenario, "--out", "run", *many, cwd=tmp_path) as first:
        until(tmp_path / "run" / "chunks" / "chunks.jsonl")
        busy = "run: another asnlab is at work in this folder"
        refused(asnlab("resume", "run", cwd=tmp_path), busy)
        refused(asnlab("compare", scenario, "--out", "run", *many, cwd=tmp_path), busy)
        refused(asnlab("verify", "run", cwd=tmp_path), busy)
        refused(asnlab("expand", "run", "--draws", "70000", cwd=tmp_path), busy)
        first.kill()  # the kernel releases the lock
    done = asnlab("verify", "run", "--sample", "1", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "run: not complete" in done.stdout


# Full disk


# The chunks of the whole run need 3.1 MB, its table 2.5: full at the first chunk, at a later one, or when all runs are there.
SIZES = {"44k": range(0, 1), "300k": range(1, 768), "3400k": range(768, 769)}
# Full at the first chunk: the limit on file sizes in test_cli.py is the quick test of that moment.
TRIED = [pytest.param("44k", marks=pytest.mark.torture), "300k", "3400k"]


@pytest.fixture(params=TRIED)
def tiny_disk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[Path, range]]:
    """A disk that is too small, where this user may make one, and how many runs may fit on it."""
    disk = tmp_path / "disk"
    disk.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={request.param}"]
    if subprocess.run(["mount", *options, "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("a disk can be made by the superuser only; the limit on file sizes is tested in any case")
    yield disk, SIZES[request.param]
    subprocess.run(["umount", disk], check=True)


def test_a_full_disk_keeps_what_is_whole(place: Path, tiny_disk: tuple[Path, range]) -> None:
    disk, fit = tiny_disk
    options = ["--scale", "0.01", "--draws", "384", "--workers", "1"]
    done = asnlab("compare", place / "scenarios" / "short.yaml", "--out", "run", *options, cwd=disk)
    assert done.returncode == 2
    store = Store(disk / "run")
    store.read()
    kept = 2 * store.held_draws()
    assert kept in fit and not store.damaged()
    said = f"asnlab: run: could not be written: No space left on device; {kept} of 768 runs are kept; make room, then: "
    assert done.stderr.strip().splitlines()[-1] == said + "asnlab resume run"
    assert "Traceback" not in done.stderr
    assert not list(disk.glob("**/*.part")) and not (disk / "run/outcomes.parquet").exists()
    subprocess.run(["mount", "-o", "remount,size=40m", disk], check=True)
    done = asnlab("resume", "run", cwd=disk)
    assert done.returncode == 0, done.stderr
    assert sha256(disk / "run" / "outcomes.parquet") == sha256(place / "calm" / "run" / "outcomes.parquet")
