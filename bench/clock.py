"""Clocks, fresh processes, and what machine this is."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SCENARIO = "scenarios/tangsel.yaml"


@dataclass(frozen=True)
class Effort:
    """How much is measured.

    Attributes:
        scale, small: of the whole city and of small runs; months: of every run; repeats: of which the least counts.
        reference: scale and months of the plain Mesa objects; draws, small_draws: of ensembles; runs: of the two whose memory is compared.
        cities, adults, staff: of the nation [people]; objects, columns: citizens of the common small model, kept as objects and as columns.
    """

    scale: float = 1.0
    small: float = 0.01
    months: int = 60
    repeats: int = 9
    rates: tuple[float, ...] = (0.02, 0.05, 0.1, 0.2, 0.3)
    reference: tuple[float, int] = (0.02, 6)
    draws: int = 4
    small_draws: int = 120
    runs: tuple[int, int] = (100, 10_000)
    cities: int = 514
    adults: int = 200_000_000
    staff: int = 4_500_000
    objects: int = 50_000
    columns: int = 1_000_000


FULL = Effort()
# Every piece, at a size that a test can afford; its figures say nothing.
TINY = Effort(
    scale=0.01, months=12, repeats=2, reference=(0.002, 1), draws=1, small_draws=2, runs=(8, 16),
    cities=5, adults=50_000, staff=2_000, objects=2_000, columns=20_000,
)  # fmt: skip


def seconds(action: Callable[[], object]) -> float:
    """Wall time of one call [s]."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def least(
    actions: list[Callable[[], object]], repeats: int, before: list[Callable[[], object]] | None = None
) -> list[float]:
    """Least wall time of each action [s].

    Actions take turns, so that a slow minute of the machine does not hit one of them alone. `before` prepares each, off the clock.
    """
    best = [float("inf")] * len(actions)
    for _ in range(repeats):
        for k, action in enumerate(actions):
            if before is not None:
                before[k]()
            best[k] = min(best[k], seconds(action))
    return best


def child(*words: str, python: str = sys.executable, environment: dict[str, str] | None = None) -> tuple[Any, float]:
    """Run `python -m ...` in a fresh process of the project's folder.

    Returns: the last line of its output read as JSON, and the wall time until it came [s]: leaving takes a process some tenths of a
    second more, which nobody waits for.
    Raises: RuntimeError with what it wrote to standard error.
    """
    command = [python, "-m", *words]
    # With bytecode, as on a usual machine: without it every start compiles all of Python's sources anew.
    variables = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": ""} | (environment or {})
    start = time.perf_counter()
    last, took = "", 0.0
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as complaint,
        subprocess.Popen(
            command, cwd=ROOT, env=variables, stdout=subprocess.PIPE, stderr=complaint, text=True, encoding="utf-8"
        ) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            last, took = line, time.perf_counter() - start
        if process.wait() != 0:
            complaint.seek(0)
            raise RuntimeError(f"{' '.join(words)}:\n{complaint.read().strip()}")
    return json.loads(last), took


def peak_memory() -> int:
    """Greatest resident memory of this process so far [bytes].

    Linux counts the memory of the process that started this one into `ru_maxrss`, so there the kernel's own mark is read.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return 1024 * int(line.split()[1])
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else 1024 * most


def processor() -> str:
    """Name of the processor."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def system() -> str:
    """Name of the operating system."""
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return f"{platform.system()} {platform.release()}"


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "system": system(),
        "python": platform.python_version(),
        "numpy": version("numpy"),
        "numba": version("numba"),
        "load": os.getloadavg()[0],
    }
