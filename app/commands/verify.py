"""`asnlab verify`: is the folder what its record says, and does the engine still give the same bits?"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from app.execution import ensemble, lost
from app.job import Job, from_record
from app.locale import say
from app.run_folder import OUTCOMES, changed, read_record
from data.errors import InputError
from simulation.ensembles.parquet import rows_of_run
from simulation.ensembles.store import Store

__all__ = ["verify"]


def verify(folder: Path, sample: int) -> bool:
    """Recompute every hash and repeat a sample of runs; says what it found and returns whether all is well.

    Args:
        sample: how many draws are repeated, all policies of each.
    Raises: InputError when the folder holds no run, or another command is at work in it.
    """
    found = read_record(folder)
    lang = str(found["lang"])
    store = Store(folder)
    with _quiet(store):
        faults = list(_files(folder, found, store))
        repeated = 0
        try:
            job = from_record(folder, found)
        except InputError as error:
            faults.append(str(error))
        else:
            for count, fault in _repeat(folder, found, store, job, sample):
                repeated += count
                faults += [fault] if fault else []
    for fault in faults:
        print(f"asnlab: {fault}", file=sys.stderr)
    if not faults:
        key = "verified" if found["complete"] else "verified_part"
        kept = store.held_draws() * len(found["order"])
        files = len(found["results"]) + len(store.chunks)
        print(say(lang, key, folder=folder, files=files, runs=kept, sample=repeated))
    return not faults


@contextlib.contextmanager
def _quiet(store: Store) -> Iterator[None]:
    """Nobody else at work meanwhile; a folder that cannot be written (an archive) needs no lock."""
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(store.locked(tidy=False))
        except OSError:
            store.read()
        yield


def _files(folder: Path, found: Mapping[str, Any], store: Store) -> Iterator[str]:
    """What is wrong with the files."""
    for name in changed(folder, found):
        yield f"{folder / name}: is not what the run wrote (its SHA-256 differs from run.json)"
    for name in lost(folder, found):
        yield f"{folder / name}: missing; `asnlab resume {folder}` makes it again"
    for chunk, what in store.damaged():
        file = store.folder / chunk.file
        yield f"{file}: {what} (draws {chunk.first} to {chunk.last}); `asnlab resume {folder}` runs them again"
    missing = store.missing(found["run"]["draws"])
    if found["complete"] and missing:
        yield f"{store.folder}: {len(missing)} draws are in no chunk; `asnlab resume {folder}` runs them again"


def _repeat(
    folder: Path, found: Mapping[str, Any], store: Store, job: Job, sample: int
) -> Iterator[tuple[int, str | None]]:
    """Repeat all policies of some draws, spread over those kept: for each draw how many runs, and what is wrong or None."""
    bad = {chunk.first for chunk, _ in store.damaged()}
    draws = [d for c in store.ordered() if c.first not in bad for d in range(c.first, c.last + 1)]
    count = min(sample, len(draws))
    if not count:
        return
    runs = ensemble(job, 1)
    outcomes = folder / OUTCOMES
    for k in range(count):
        draw = draws[k * len(draws) // count]
        chunk = store.chunk_of(draw)
        files = [f for f in (chunk, outcomes if found["complete"] and outcomes.exists() else None) if f is not None]
        again = dict(zip(job.scenario.names, runs.rows(draw), strict=True))
        wrong = [(f, p) for p, rows in again.items() for f in files if not _same(_rows(f, p, draw), rows)]
        said = (
            f"{wrong[0][0]}: policy {wrong[0][1]}, draw {draw}: repeated, the run gives other bits" if wrong else None
        )
        yield len(again), said


def _rows(file: Path, policy: str, draw: int) -> Any:
    try:
        return rows_of_run(file, policy, draw)
    except (OSError, ValueError, KeyError):  # a damaged file, which its hash names already
        return np.empty((0, 0))


def _same(one: Any, other: Any) -> bool:
    """The same bits: a number that is none equals itself here, and 0 is not -0."""
    return one.shape == other.shape and np.ascontiguousarray(one).tobytes() == np.ascontiguousarray(other).tobytes()
