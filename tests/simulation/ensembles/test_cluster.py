"""The same runs on a Dask cluster: the same bits, also when a worker dies in the middle.

Guards: a result that depends on where it was computed, a run that stops because one of many machines failed.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from app.machine import Machine
from data.errors import InputError
from simulation.ensembles.ensemble import Ensemble
from simulation.ensembles.store import Store
from tests.cities import shipped
from tests.command import SMALL, asnlab, environment, process, refused, results, started


@pytest.fixture(scope="module")
def local() -> Iterator[tuple[Any, int]]:
    """An executor on two local Dask processes."""
    with Machine(cluster="local:2").executor() as (executor, workers):
        yield executor, workers()


def ensemble(draws: int, workers: int = 1) -> Ensemble:
    """A small ensemble of two policies."""
    return Ensemble(shipped(), draws=draws, scale=0.01, workers=workers, policies=["status_quo", "integrated"])


def test_a_killed_worker_costs_time_and_no_results(local: tuple[Any, int]) -> None:
    executor, workers = local
    assert workers == 2
    there = ensemble(96, workers)
    client = executor._client
    killed: list[int] = []

    def kill_one(done: int, total: int) -> None:
        """When the first part is back, the others are being computed."""
        if not killed:
            killed.append(next(iter(client.run(os.getpid).values())))
            os.kill(killed[0], signal.SIGKILL)

    frame = there.run(progress=kill_one, executor=executor)
    assert killed and killed[0] not in client.run(os.getpid).values()
    pd.testing.assert_frame_equal(frame, ensemble(96, 2).run(), check_exact=True)


@pytest.mark.torture
def test_the_command_writes_the_same_files_on_processes_and_on_threads(short: Path, tmp_path: Path) -> None:
    """Quick tests of the same: frames of both are equal above; in test_interrupted.py a run stopped on processes ends on threads."""
    shutil.copytree(short / "scenarios", tmp_path / "scenarios")
    done = process(
        "compare", "scenarios/short.yaml", "--out", "done", *SMALL[:-2], "--cluster", "local:2", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert results(tmp_path / "done") == results(short / "done")


class Elsewhere:
    """A scheduler and workers in processes of their own, as on a cluster."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.folder, self.variables = folder, variables
        file = folder / "scheduler.json"
        options = ["--port", "0", "--host", "127.0.0.1", "--no-dashboard", "--no-jupyter", "--scheduler-file", file]
        self.scheduler = self._begin("distributed.cli.dask_scheduler", *options)
        self.workers: list[subprocess.Popen[bytes]] = []
        deadline = time.monotonic() + 60
        self.address = ""
        while not self.address and time.monotonic() < deadline:
            time.sleep(0.05)
            with contextlib.suppress(OSError, ValueError):  # not there yet, or half written
                self.address = json.loads(file.read_text(encoding="utf-8"))["address"]
        assert self.address.startswith("tcp://127.0.0.1:")

    def add_worker(self) -> None:
        options = ["--nthreads", "1", "--no-dashboard", "--no-nanny", "--local-directory", self.folder]
        self.workers.append(self._begin("distributed.cli.dask_worker", self.address, *options))

    def _begin(self, module: str, *options: object) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", module, *map(str, options)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen(command, cwd=self.folder, env={**environment(), **self.variables}, **quiet)

    def end(self) -> None:
        for begun in (*self.workers, self.scheduler):
            begun.kill()
            begun.wait(timeout=30)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Any]:
    """How a cluster elsewhere is begun; it is ended with the test."""
    with contextlib.ExitStack() as stack:

        def begin(**variables: str) -> Elsewhere:
            cluster = Elsewhere(tmp_path, **variables)
            stack.callback(cluster.end)
            return cluster

        yield begin


def test_a_scheduler_elsewhere_is_used_also_when_its_workers_come_late(
    elsewhere: Any, short: Path, tmp_path: Path
) -> None:
    """As on a cluster where jobs wait in a queue when the run begins."""
    cluster = elsewhere()
    arguments = (
        "compare",
        short / "scenarios" / "short.yaml",
        "--out",
        "run",
        *SMALL[:-2],
        "--scheduler",
        cluster.address,
    )
    with started(*arguments, cwd=tmp_path) as process:
        assert process.stderr is not None
        said = [process.stderr.readline(), process.stderr.readline()]
        assert said[1] == f"{cluster.address} has no workers yet; waiting for the first\n"
        cluster.add_worker()
        _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert asnlab("verify", "run", cwd=tmp_path).returncode == 0  # repeated here, computed there


def test_a_lost_scheduler_keeps_what_came_back(elsewhere: Any, short: Path, tmp_path: Path) -> None:
    """Guards against a run that waits for ever for a scheduler that is gone, or tells it in a page of tracebacks."""
    cluster = elsewhere()
    cluster.add_worker()
    options = ["--scale", "0.01", "--draws", "1600", "--scheduler", cluster.address]
    with started("compare", short / "scenarios" / "short.yaml", "--out", "run", *options, cwd=tmp_path) as process:
        deadline = time.monotonic() + 120
        while not (tmp_path / "run/chunks/chunks.jsonl").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        cluster.scheduler.kill()
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 2, errors
    store = Store(tmp_path / "run")
    store.read()
    kept = 2 * store.held_draws()
    assert 0 < kept < 3200 and not store.damaged()
    lost = f"; {kept} of 3200 runs are kept; go on with: asnlab resume run"
    last = errors.strip().splitlines()[-1]
    assert last.startswith("asnlab: run: runs were lost on the cluster: the scheduler is gone") and last.endswith(lost)
    assert "Traceback" not in errors


def test_workers_without_asnlab_are_named_as_the_reason(elsewhere: Any, short: Path, tmp_path: Path) -> None:
    (tmp_path / "foreign" / "simulation").mkdir(parents=True)
    (tmp_path / "foreign" / "simulation" / "__init__.py").write_text("raise ImportError('none here')", encoding="utf-8")
    cluster = elsewhere(PYTHONPATH=str(tmp_path / "foreign"))
    cluster.add_worker()
    arguments = ("compare", short / "scenarios" / "short.yaml", "--out", "run", *SMALL[:-2], "--scheduler")
    done = process(*arguments, cluster.address, cwd=tmp_path)
    assert done.returncode == 2
    assert "different environments" in done.stderr.splitlines()[-1] and "Traceback" not in done.stderr


def test_workers_are_counted_again_and_again(elsewhere: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against a study that keeps two of three hundred cores busy because the others came a minute later."""
    monkeypatch.setattr("app.machine.RECOUNT", 0.0)
    cluster = elsewhere()
    cluster.add_worker()
    with Machine(scheduler=cluster.address).executor() as (executor, workers):
        assert workers() == 1
        cluster.add_worker()
        executor._client.wait_for_workers(2, timeout=60)
        assert workers() == 2


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        (["--cluster", "local"], ["--cluster: found 'local'", "local:2"]),
        (["--cluster", "local:0"], ["--cluster: found 'local:0'"]),
        (["--scheduler", "host:8786"], ["--scheduler: found 'host:8786'", "tcp://"]),
        (["--scheduler", "tcp://a:1", "--cluster", "local:2"], ["give one of them"]),
        (["--cluster", "local:2", "--workers", "4"], ["--workers: counts threads"]),
    ],
)
def test_clusters_that_cannot_be_are_named(short: Path, tmp_path: Path, options: list[str], parts: list[str]) -> None:
    refused(asnlab("compare", short / "scenarios" / "short.yaml", "--out", "x", *options, cwd=tmp_path), *parts)
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("says", [None, b"HTTP/1.1 400 Bad Request\r\n\r\n"], ids=["nobody", "a web server"])
def test_what_is_no_scheduler_is_named(monkeypatch: pytest.MonkeyPatch, says: bytes | None) -> None:
    """Guards against a traceback, such as that of the memory that the first bytes of a web page seem to ask for."""
    monkeypatch.setattr("app.machine.PATIENCE", 2)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        if says is None:
            server.close()
        else:
            threading.Thread(target=_answer, args=(server, says), daemon=True).start()
        with (
            pytest.raises(InputError, match=f"--scheduler: {address} does not answer as a Dask scheduler"),
            Machine(scheduler=address).executor(),
        ):
            pass


def _answer(server: socket.socket, says: bytes) -> None:
    with contextlib.suppress(OSError):  # closed at the end of the test
        while True:
            caller, _ = server.accept()
            caller.sendall(says)
