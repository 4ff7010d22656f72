"""The real command, in this process or in one of its own, and what it leaves in a folder; several test files share this.

A process of its own loads pandas, numba and matplotlib anew (1.5 s of processor time and more): it is for tests of processes, such as those
that kill it. What a command says, writes and refuses is the same within this process, where everything is loaded once.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest import mock

from app.cli import main
from tests import ROOT

SMALL = ["--quick", "--scale", "0.01", "--draws", "4", "--workers", "1"]
# Two policies, a year: runs, figures and report of a third of the time, for tests of what is kept and not of what is compared.
SHORT = """title: {en: Short, id: Pendek}
months: 12
policies: [status_quo, integrated]
"""
FILES = {
    "outcomes.parquet",
    "comparison.csv",
    "carried.csv",
    "report.html",
    "run.json",
    "figures/levels.svg",
    "figures/differences_over_time.svg",
    "figures/differences.svg",
    "figures/probability_best.svg",
    "figures/cost_effect.svg",
}
CHUNKS = {
    "chunks/chunks.jsonl",
    "chunks/lock",
    "chunks/draws-000000-000001.parquet",
    "chunks/draws-000002-000003.parquet",
}


def words(arguments: tuple[object, ...]) -> list[str]:
    """The command as a process is started with it."""
    return [sys.executable, "-m", "app.cli", *map(str, arguments)]


def environment() -> dict[str, str]:
    """Variables under which it finds this project and breaks lines at 120 columns."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "120"}


def asnlab(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the command to its end within this process, in the folder `cwd`."""
    typed = [str(word) for word in arguments]
    out, errors = io.StringIO(), io.StringIO()
    terminate = signal.getsignal(signal.SIGTERM)  # the command sets its own
    try:
        with (
            contextlib.chdir(cwd),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(errors),
            mock.patch.dict(os.environ, {"COLUMNS": "120"}),
        ):
            main(typed)
    except SystemExit as end:
        status = int(str(end.code))
    finally:
        signal.signal(signal.SIGTERM, terminate)
    return subprocess.CompletedProcess(typed, status, out.getvalue(), errors.getvalue())


def process(*arguments: object, cwd: Path, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run the command to its end in a process of its own."""
    options = {"env": environment(), "timeout": 300, **options}
    return subprocess.run(words(arguments), cwd=cwd, capture_output=True, text=True, **options)


def hear_interrupts() -> None:
    """A shell that runs the tests in the background has its children ignore Ctrl-C; the command under test must not."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def started(*arguments: object, cwd: Path) -> subprocess.Popen[str]:
    """Begin the command, the first of a group of processes as on a terminal, and leave it running."""
    return subprocess.Popen(
        words(arguments), cwd=cwd, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        preexec_fn=hear_interrupts, start_new_session=True,
    )  # fmt: skip


def refused(done: subprocess.CompletedProcess[str], *parts: str) -> None:
    """One line on stderr with all parts, status 2, nothing on stdout."""
    assert done.returncode == 2, done
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("asnlab: ")
    for part in parts:
        assert part in lines[0]
    assert done.stdout == ""


def contents(folder: Path) -> dict[str, str]:
    """Hash of every file below a folder."""
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def results(folder: Path) -> dict[str, str]:
    """Hash of every file of a run but its chunks, which may be cut in different places."""
    return {name: digest for name, digest in contents(folder).items() if not name.startswith("chunks/")}
