"""`asnlab calibrate`: direct estimates, the reference table of a city, and a posterior for targets."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import data
from app.locale import say
from app.new_folder import check_writable
from app.stopped import Stopped, status_of
from data.errors import InputError

if TYPE_CHECKING:
    from analysis.calibration.method.reference_table import Table

__all__ = ["CalibrationRequest", "calibrate", "tell_table"]

# Options that belong to some of the actions only: their names, and the actions they belong to.
BELONGS = {
    "city": ("--city", ("direct", "table", "renew", "evaluation")),
    "runs": ("--runs", ("table", "renew")),
    "workers": ("--workers", ("table", "renew")),
    "source": ("--from", ("targets", "evaluation")),
    "out": ("--out", ("direct", "table", "targets", "evaluation")),
    "course": ("--course", ("evaluation",)),
}


class CalibrationRequest(NamedTuple):
    """The options of `asnlab calibrate`: None where one was left out."""

    direct: bool = False
    table: bool = False
    targets: Path | None = None
    renew: bool = False
    city: str | None = None
    runs: int | None = None
    workers: int | None = None
    source: Path | None = None
    out: Path | None = None
    evaluation: tuple[Path, ...] | None = None
    course: tuple[str, ...] | None = None


def calibrate(asked: CalibrationRequest) -> None:
    """Do the one action that was asked for.

    Raises:
        InputError: nothing or several things are asked for, an option does not belong to it, `out` exists already or cannot be written,
            a file is broken, or the table is of another city or out of date.
    """
    todo = [n for n in ("direct", "table", "targets", "renew", "evaluation") if getattr(asked, n)]
    if len(todo) != 1:
        found = "nothing to do" if not todo else f"--{' and --'.join(todo)} together"
        raise InputError(
            f"calibrate: {found}; one of --direct (what published data give directly), --table (prior runs of a city), --targets FILE "
            "(a posterior), --evaluation FOLDER (effects from evaluations of your own) or --renew (what is shipped, again)"
        )
    for name, (option, places) in BELONGS.items():
        if getattr(asked, name) is not None and todo[0] not in places:
            raise InputError(
                f"calibrate: {option} does not belong to --{todo[0]}, only to {' and '.join(f'--{p}' for p in places)}"
            )
    if asked.out is not None:
        if os.path.lexists(asked.out):
            raise InputError(f"{asked.out}: exists already; --out needs a new file")
        check_writable(asked.out)
    {"direct": _direct, "table": _table, "targets": _posterior, "renew": _renew, "evaluation": _taught}[todo[0]](asked)


def _direct(asked: CalibrationRequest) -> None:
    """Direct estimates of a city; without --out also its shipped targets, which rest on the same tables."""
    from analysis.calibration.direct.direct_estimates import MADE_BY, run_direct
    from analysis.calibration.direct.published_targets import write_targets

    city = asked.city or data.default_city()
    target = asked.out or data.path("estimates", f"{city}.yaml")
    targets = data.path("targets", f"{city}.yaml")
    before = target.read_bytes() if target.exists() else b""
    for file in (target, targets) if asked.out is None else ():
        if file.exists() and MADE_BY not in file.read_text(encoding="utf-8"):
            raise InputError(
                f"data/{file.parent.name}/{file.name}: written by hand, so not written over; give --out a new file"
            )
    try:
        content = run_direct(city, target)
        if asked.out is None:
            write_targets(city, targets)
    except OSError as error:
        raise InputError(f"{asked.out or target.name}: cannot be written: {error.strerror}") from error
    key = "unchanged" if target.read_bytes() == before else "estimates"
    written_to = asked.out or Path("data", "estimates", target.name)
    print(say("en", key, count=len(content["estimates"]), file=written_to))


def _table(asked: CalibrationRequest) -> None:
    from simulation.posterior.places import cached_table_file

    city = asked.city or data.default_city()
    file = asked.out or cached_table_file(city)
    with _runs(asked, city) as table:
        table.write(file)
    print(say("en", "table_written", file=asked.out or f"the user's cache, for city {city}"))


def _posterior(asked: CalibrationRequest) -> None:
    from analysis.calibration.method.fitting import fit
    from analysis.calibration.method.reference_table import of_city
    from app.posterior_table import show
    from simulation.posterior.targets import Targets

    assert asked.targets is not None
    targets = Targets.load(asked.targets)
    posterior = fit(of_city(targets.city, asked.source, tell_table), targets)
    show(posterior)
    if asked.out is not None:
        posterior.write(asked.out)
        print(say("en", "posterior_written", file=asked.out))


def _taught(asked: CalibrationRequest) -> None:
    """A posterior whose effects of courses are taught by results of `asnlab evaluate`."""
    from analysis.calibration.own_evaluation.studies import read_studies
    from analysis.calibration.own_evaluation.teach import taught
    from analysis.calibration.own_evaluation.update import surprising
    from app.taught_table import show_taught
    from simulation.parameters import default
    from simulation.posterior.checked import own_posterior, shipped_posterior

    courses = {}
    for text in asked.course or ():
        name, equals, is_a = text.rpartition("=")
        if not (equals and name and is_a):
            raise InputError(
                f"--course: '{text}'; a course and what it is are needed, such as --course 'Loket=technical/agency'"
            )
        courses[name] = is_a
    studies = read_studies(asked.evaluation or (), courses)
    city = asked.city or data.default_city()
    base = own_posterior(asked.source, city) if asked.source is not None else shipped_posterior(city)
    posterior, found = taught(base, studies)
    show_taught(posterior, studies, found, surprising(default(city), studies))
    if asked.out is not None:
        posterior.write(asked.out)
        print(say("en", "posterior_written", file=asked.out))


def _renew(asked: CalibrationRequest) -> None:
    """Table and posterior that are shipped, from today's sources."""
    from analysis.calibration.method.fitting import fit
    from app.posterior_table import show
    from simulation.posterior.places import shipped_posterior_file, shipped_table_file
    from simulation.posterior.targets import shipped_targets

    city = asked.city or data.default_city()
    targets = shipped_targets(city)
    check_writable(shipped_posterior_file(city))
    with _runs(asked, city) as table:
        posterior = fit(table.as_written(), targets)
        table.write(shipped_table_file(city))
        posterior.write(shipped_posterior_file(city))
    show(posterior)


@contextlib.contextmanager
def _runs(asked: CalibrationRequest, city: str) -> Iterator[Table]:
    """The table of a city, made or gone on with; its parts are kept until the block has ended. Raises Stopped, which says how many are."""
    from analysis.calibration.method.reference_table import RUNS, built, parts_of

    runs = asked.runs or RUNS
    parts = parts_of(city)

    def progress(done: int, total: int) -> None:
        if done == 0:
            print(say("en", "table_runs", runs=runs, city=city), file=sys.stderr, flush=True)
        elif sys.stderr.isatty():  # a line that counts on a terminal, silence elsewhere
            print(f"\r{done} / {total}", end="\n" if done >= total else "", file=sys.stderr, flush=True)

    try:
        with built(city, runs, workers=asked.workers or os.cpu_count() or 1, progress=progress) as table:
            yield table
    except (KeyboardInterrupt, SystemExit) as stop:
        kept = f"{parts.held_runs(runs):,} of {runs:,} runs are kept"
        raise Stopped(f"stopped; {kept}; the same command goes on", status_of(stop)) from None


def tell_table(key: str, runs: int = 0, other: int | InputError | None = None, lang: str = "en") -> None:
    """Say on standard error which table is used, why it was preferred where there are two, and whether only a canary vouches for it."""
    line = say(lang, key, runs=f"{runs:,}")
    if isinstance(other, InputError):
        line = say(lang, "table_unfit", line=line, fault=other)
    elif other is not None:
        line = say(lang, "table_fewer" if other < runs else "table_alike", line=line, other=f"{other:,}")
    print(line, file=sys.stderr, flush=True)
