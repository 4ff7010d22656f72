"""`asnlab calibrate`: direct estimates, the reference table of a city, and a posterior for targets."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NamedTuple

import data
from app.locale import say
from data.errors import InputError

__all__ = ["Asked", "calibrate"]


class Asked(NamedTuple):
    """What was typed: None where an option was left out."""

    direct: bool = False
    table: bool = False
    targets: Path | None = None
    renew: bool = False
    city: str = "tangsel"
    runs: int | None = None
    workers: int | None = None
    source: Path | None = None
    out: Path | None = None


def calibrate(asked: Asked) -> None:
    """Do the one thing asked for.

    Raises:
        InputError: nothing or several things are asked for, an option does not belong to it, `out` exists already or cannot be written,
            a file is broken, or the table is of another city or out of date.
    """
    todo = [n for n in ("direct", "table", "targets", "renew") if getattr(asked, n)]
    if len(todo) != 1:
        found = "nothing to do" if not todo else f"--{' and --'.join(todo)} together"
        raise InputError(
            f"calibrate: {found}; one of --direct (what published data give directly), --table (prior runs of a city), --targets FILE "
            "(a posterior) or --renew (what is shipped, again)"
        )
    if asked.out is not None and asked.out.exists():
        raise InputError(f"{asked.out}: exists already; --out needs a new file")
    if asked.renew and asked.out is not None:
        raise InputError("calibrate: --renew writes what is shipped; --out does not belong to it")
    {"direct": _direct, "table": _table, "targets": _posterior, "renew": _renew}[todo[0]](asked)


def _direct(asked: Asked) -> None:
    """Direct estimates; without --out also the shipped targets, which rest on the same tables."""
    from analysis.calibration.direct import run_direct
    from analysis.calibration.tangsel_targets import write_targets

    target = asked.out or data.path("estimates", "tangsel_direct.yaml")
    before = target.read_bytes() if target.exists() else b""
    try:
        content = run_direct(target)
        if asked.out is None:
            write_targets(data.path("targets", "tangsel.yaml"))
    except OSError as error:
        raise InputError(f"{asked.out or target.name}: cannot be written: {error.strerror}") from error
    key = "unchanged" if target.read_bytes() == before else "estimates"
    shown = asked.out or Path("data", "estimates", target.name)
    print(say("en", key, count=len(content["estimates"]), file=shown))


def _table(asked: Asked) -> None:
    from analysis.calibration.reference_table import RUNS, build, cached_file

    file = asked.out or cached_file(asked.city)
    runs = asked.runs or RUNS
    print(say("en", "table_runs", runs=runs, city=asked.city), file=sys.stderr, flush=True)
    build(asked.city, runs, workers=_workers(asked), progress=_progress).write(file)
    print(say("en", "table_written", file=asked.out or f"the user's cache, for city {asked.city}"))


def _posterior(asked: Asked) -> None:
    from analysis.calibration.fitting import fit
    from analysis.calibration.reference_table import of_city
    from analysis.calibration.targets import Targets
    from app.posterior_table import show

    assert asked.targets is not None
    targets = Targets.load(asked.targets)
    posterior = fit(of_city(targets.city, asked.source), targets)
    show(posterior)
    if asked.out is not None:
        posterior.write(asked.out)
        print(say("en", "posterior_written", file=asked.out))


def _renew(asked: Asked) -> None:
    """Table and posterior that are shipped, from today's sources."""
    from analysis.calibration.fitting import fit
    from analysis.calibration.posterior import shipped_file
    from analysis.calibration.reference_table import RUNS, build, shipped_table_file
    from analysis.calibration.targets import shipped_targets
    from app.posterior_table import show

    runs = asked.runs or RUNS
    print(say("en", "table_runs", runs=runs, city=asked.city), file=sys.stderr, flush=True)
    table = build(asked.city, runs, workers=_workers(asked), progress=_progress)
    table.write(shipped_table_file(asked.city))
    posterior = fit(table, shipped_targets(asked.city))
    posterior.write(shipped_file(asked.city))
    show(posterior)


def _workers(asked: Asked) -> int:
    return asked.workers or os.cpu_count() or 1


def _progress(done: int, total: int) -> None:
    """A line that counts on a terminal, silence elsewhere."""
    if sys.stderr.isatty():
        end = "\n" if done >= total else ""
        print(f"\r{done} / {total}", end=end, file=sys.stderr, flush=True)
