"""Progress where people look at it: a terminal, a log file, a notebook; and Ctrl-C in a notebook.

Guards: a bar that shows nothing in Jupyter, a rate that counts the compiling, a kernel that hangs after an interrupt.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from queue import Empty
from typing import Any

import nbformat
import pytest
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient

from app import progress
from tests.command import ROOT, SMALL, environment, words

RUN = """
from pathlib import Path
from simulation import Ensemble, Scenario
few = Ensemble(Scenario.load(Path("scenarios/tangsel.yaml")), draws=4, scale=0.01, workers=2, policies=["integrated"])
print(len(few.run(progress=True)))
"""
LONG = "Ensemble(few.scenario, draws=100_000, scale=0.01, workers=2, policies=['integrated']).run(progress=True)"


def test_a_notebook_shows_runs_rate_and_time_left() -> None:
    """A real kernel: the bar is a widget there, and its state is what the page shows."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(RUN)])
    client = NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": str(ROOT)}})
    client.execute(env=environment())
    outputs = notebook.cells[0].outputs
    shown = [o for o in outputs if "application/vnd.jupyter.widget-view+json" in o.get("data", {})]
    assert len(shown) == 1 and not [o for o in outputs if o.get("name") == "stderr" and "Warning" in o["text"]]
    widgets = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"].values()
    states = [w["state"] for w in widgets]
    bar = next(s for s in states if s["_model_name"] == "FloatProgressModel")
    assert (bar["value"], bar["max"], bar["bar_style"]) == (4.0, 4.0, "success")
    said = unescape(" ".join(s["value"] for s in states if s["_model_name"] == "HTMLModel"))
    assert "4/4" in said and "runs/s]" in said and "<00:00" in said


@pytest.fixture
def kernel() -> Iterator[Any]:
    """A client of a running kernel."""
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(cwd=str(ROOT), env=environment())
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    client.manager = manager
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def answer(client: Any, request: str, seconds: float = 120) -> dict[str, Any]:
    """What the kernel replies to a request."""
    deadline = time.monotonic() + seconds
    while True:
        reply = client.get_shell_msg(timeout=max(0.1, deadline - time.monotonic()))
        if reply["parent_header"]["msg_id"] == request:
            return dict(reply["content"])


def advanced(client: Any, request: str, seconds: float = 60) -> None:
    """Wait until a widget of the cell was moved."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            message = client.get_iopub_msg(timeout=1)
        except Empty:
            continue
        content = message["content"]
        mine = message["parent_header"].get("msg_id") == request and message["msg_type"] == "comm_msg"
        if mine and content["data"].get("state", {}).get("value", 0) not in (0, ""):
            return
    raise AssertionError("no progress")


def test_an_interrupted_cell_stops_and_the_kernel_goes_on(kernel: Any) -> None:
    assert answer(kernel, kernel.execute(RUN))["status"] == "ok"
    long = kernel.execute(LONG, stop_on_error=False)  # otherwise a kernel aborts what is asked soon after an error
    advanced(kernel, long)
    kernel.manager.interrupt_kernel()
    reply = answer(kernel, long, 30)
    assert (reply["status"], reply["ename"]) == ("error", "KeyboardInterrupt")
    assert answer(kernel, kernel.execute("assert len(few.run()) == 4 * 61"), 30)["status"] == "ok"
    handler = "import signal; assert signal.getsignal(signal.SIGINT) is signal.default_int_handler"
    assert answer(kernel, kernel.execute(handler), 30)["status"] == "ok"


def test_a_terminal_shows_runs_rate_and_time_left(tmp_path: Path) -> None:
    """The real command on a real terminal, small as it is there."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    arguments = words(("compare", ROOT / "scenarios" / "tangsel.yaml", "--out", "run", *SMALL))
    variables = {**environment(), "TERM": "xterm"}
    with subprocess.Popen(arguments, cwd=tmp_path, env=variables, stdout=subprocess.DEVNULL, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):  # the terminal ends with the process
            while more := os.read(ours, 4096):
                shown += more
    os.close(ours)
    assert process.returncode == 0
    last = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown.decode()).strip().splitlines()[-1]
    assert re.search(r"32/32 \d[\d.]* runs/s 0:00:00", last), last


def test_a_log_file_gets_a_line_now_and_then(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The rate counts from the first runs that came back: before them the engine may have been compiled."""
    clock = iter([0.0, 0.0, 100.0, 100.0, 110.0, 110.0, 131.0, 131.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    with progress.progress_display("en", kept=100, total=1000) as tell:
        for done in (200, 250, 410):
            tell(done)
    assert capsys.readouterr().err.splitlines() == [
        "200 of 1000 runs, 1.0 a second, 0:13:20 left",
        "410 of 1000 runs, 6.8 a second, 0:01:27 left",
    ]
