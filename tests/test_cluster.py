"""The same runs on a Dask cluster: the same bits, also when a worker dies in the middle.

Guards: a result that depends on where it was computed, a run that stops because one of many machines failed.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from app.machine import Machine
from data.errors import InputError
from simulation.ensemble import Ensemble
from tests.cities import shipped
from tests.command import ROOT, SMALL, asnlab, environment, refused, results


@pytest.fixture(scope="module")
def local() -> Iterator[tuple[Any, int]]:
    """An executor on two local Dask processes."""
    with Machine(cluster="local:2").executor() as (executor, workers):
        yield executor, workers


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


def test_the_command_writes_the_same_files_on_processes_and_on_threads(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    folders = []
    for name, options in {"threads": SMALL, "dask": [*SMALL[:-2], "--cluster", "local:2"]}.items():
        (tmp_path / name).mkdir()
        done = asnlab("compare", "../scenarios/tangsel.yaml", "--out", "run", *options, cwd=tmp_path / name)
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        folders.append(tmp_path / name / "run")
    assert results(folders[0]) == results(folders[1])


def test_a_scheduler_elsewhere_is_used(tmp_path: Path) -> None:
    """A scheduler and a worker in processes of their own, as on a cluster."""
    address = "tcp://127.0.0.1:"
    module = [sys.executable, "-m"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": environment(), "cwd": tmp_path}
    file = tmp_path / "scheduler.json"
    options = ["--port", "0", "--host", "127.0.0.1", "--no-dashboard", "--no-jupyter", "--scheduler-file", file]
    scheduler = subprocess.Popen([*module, "distributed.cli.dask_scheduler", *map(str, options)], **quiet)
    options = ["--scheduler-file", file, "--nthreads", "1", "--no-dashboard", "--local-directory", tmp_path]
    worker = subprocess.Popen([*module, "distributed.cli.dask_worker", *map(str, options)], **quiet)
    try:
        deadline = time.monotonic() + 60
        while not file.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.2)  # the file is being written
        found = json.loads(file.read_text(encoding="utf-8"))["address"]
        assert found.startswith(address)
        scenario = ROOT / "scenarios" / "tangsel.yaml"
        done = asnlab("compare", scenario, "--out", "run", *SMALL[:-2], "--scheduler", found, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert asnlab("verify", "run", cwd=tmp_path).returncode == 0  # repeated here, computed there
    finally:
        for process in (worker, scheduler):
            process.terminate()
            process.wait(timeout=30)


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        (["--cluster", "local"], ["--cluster: found 'local'", "local:2"]),
        (["--cluster", "local:0"], ["--cluster: found 'local:0'"]),
        (["--scheduler", "host:8786"], ["--scheduler: found 'host:8786'", "tcp://"]),
        (["--scheduler", "tcp://a:1", "--cluster", "local:2"], ["give one of them"]),
    ],
)
def test_clusters_that_cannot_be_are_named(tmp_path: Path, options: list[str], parts: list[str]) -> None:
    scenario = ROOT / "scenarios" / "tangsel.yaml"
    refused(asnlab("compare", scenario, "--out", "x", *options, cwd=tmp_path), *parts)
    assert not (tmp_path / "x").exists()


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.machine.PATIENCE", 1)
    with (
        pytest.raises(InputError, match=r"--scheduler: tcp://127.0.0.1:9 does not answer"),
        Machine(scheduler="tcp://127.0.0.1:9").executor(),
    ):
        pass
