"""From a job to a whole folder: run what is missing, then write results and record."""

from __future__ import annotations

import contextlib
import shlex
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.decision.compare import SHOWN, trajectories
from analysis.decision.compare import compare as compared
from analysis.decision.outcome_table import OutcomeTable
from analysis.decision.outcome_table import opened as opened_table
from analysis.report import Study, figures, render
from app.job import Job
from app.locale import say
from app.machine import Machine
from app.progress import shown
from app.record import sha256
from app.run_folder import OUTCOMES, RECORD, staged, write_record
from app.stopped import Stopped, status_of
from app.study import WINDOW, study
from data.errors import InputError
from simulation import Ensemble
from simulation.ensembles.runs import Lost
from simulation.ensembles.store import Store

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["opened", "publish", "run_missing"]


@contextlib.contextmanager
def opened(folder: Path, job: Job) -> Iterator[Store]:
    """The chunks of a folder, made when missing, with its lock held.

    Raises:
        InputError: another process is at work here, nothing can be written, the disk is full, or the workers of a cluster are lost.
        Stopped: the process was told to stop (Ctrl-C, SIGTERM).
    """
    again = f"asnlab resume {shlex.quote(str(folder))}"
    store = Store(folder)
    entered = False
    try:
        with store.locked():
            entered = True
            yield store
    except (KeyboardInterrupt, SystemExit) as stop:
        raise Stopped(f"stopped; {_kept(store, job)}; go on with: {again}", status_of(stop)) from None
    except Lost as error:
        what = " ".join(str(error).split())[:200]
        raise InputError(
            f"{folder}: runs were lost on the cluster: {what}; {_kept(store, job)}; go on with: {again}"
        ) from None
    except BrokenPipeError:
        raise
    except OSError as error:
        what = error.strerror or str(error)
        if not entered:
            raise InputError(f"{folder}: cannot be written: {what}; choose another --out") from error
        raise InputError(
            f"{folder}: could not be written: {what}; {_kept(store, job)}; make room, then: {again}"
        ) from error


def _kept(store: Store, job: Job) -> str:
    return f"{store.held_draws() * len(job.scenario.policies)} of {job.runs} runs are kept"


def ensemble(job: Job, workers: int) -> Ensemble:
    """The runs of a job. Raises InputError when a policy cannot be paid or the city is unknown."""
    run = job.run
    size = {"draws": run["draws"], "seed": run["seed"], "scale": run["scale"]}
    return Ensemble(job.scenario, **size, workers=workers, parameters=job.drawn)


def run_missing(store: Store, job: Job, machine: Machine) -> int:
    """Run the draws that no chunk holds and keep each as it finishes; returns how many runs that was.

    Raises: InputError, and OSError when a chunk cannot be written.
    """
    missing = store.missing(job.run["draws"])
    if not missing:
        return 0
    policies = len(job.scenario.policies)
    kept = store.held_draws() * policies
    with machine.executor(job.words.lang) as (executor, workers), shown(job.words.lang, kept, job.runs) as tell:
        runs = ensemble(job, workers())
        with contextlib.closing(runs.stream(missing, executor, workers)) as stream:
            for numbers, rows in stream:
                store.add(rows, numbers, job.scenario.names, job.run["seed"])
                tell(store.held_draws() * policies)
    return len(missing) * policies


def publish(folder: Path, store: Store, job: Job, digest: str | None) -> tuple[pd.DataFrame, Study]:
    """Write outcomes, comparison, figures, report and record; returns the comparison and what it is about.

    Args:
        digest: hash of outcomes that are there already, None to make them from the chunks.
    """
    # From here to the last move the folder may hold files of two makings: the record says so.
    write_record(folder, job.record(None))
    with staged(folder) as partial:
        there = folder / OUTCOMES
        if digest is None:
            there = partial / OUTCOMES
            store.table(len(job.scenario.policies), there)
            digest = sha256(there)
        with contextlib.closing(opened_table(there, job.scenario.reference)) as table:
            comparison, told, hashes = _write(partial, table, digest, job)
        write_record(partial, job.record(hashes))
    if not store.missing(job.run["draws"]):
        store.drop_unlisted()
    return comparison, told


def _write(
    folder: Path, outcomes: OutcomeTable, digest: str, job: Job
) -> tuple[pd.DataFrame, Study, Mapping[str, str]]:
    """Write comparison, figures and report into `folder`; `digest` is the hash of the outcomes; returns the hash of every file."""
    comparison = compared(outcomes, job.scenario.reference, WINDOW)
    comparison.to_csv(folder / "comparison.csv", index=False, float_format="%.6g", lineterminator="\n")
    hashes = {OUTCOMES: digest, "comparison.csv": sha256(folder / "comparison.csv")}
    told = study(job.scenario, job.run, job.repeat, job.words, hashes, job.drawn)
    style = figures.Style(told.titles, told.reference, job.words, told.drawn_from)
    paths = trajectories(outcomes, style.reference, [o for o in SHOWN if o in outcomes.outcomes])
    drawn = figures.draw_all(comparison, paths, outcomes, style)
    (folder / "figures").mkdir()
    for name, drawing in drawn.items():
        file = folder / "figures" / f"{name}.svg"
        file.write_bytes(drawing)
        hashes[f"figures/{name}.svg"] = sha256(file)
    page = render(outcomes, comparison, drawn, told, job.words, job.drawn.parameters.table.values())
    (folder / "report.html").write_text(page, encoding="utf-8", newline="\n")
    hashes["report.html"] = sha256(folder / "report.html")
    return comparison, told, hashes


def repair(store: Store, folder: Path, lang: str) -> int:
    """Name chunks that are gone or damaged, and count their draws as missing; returns how many chunks."""
    bad = store.damaged()
    for chunk, what in bad:
        name = store.folder.relative_to(folder) / chunk.file
        print(say(lang, what, file=f"{folder / name}", first=chunk.first, last=chunk.last), file=sys.stderr, flush=True)
    store.forget(chunk for chunk, _ in bad)
    return len(bad)


def lost(folder: Path, found: Mapping[str, Any]) -> list[str]:
    """Results named in the record that are not there."""
    return [name for name in found["results"] if not (folder / name).exists() and name != RECORD]
