"""Checks that the folder of a study is what its record says, and that the engine still gives the same bits."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from analysis.study.folder import OUTCOMES_FILE, changed, lost, read_record
from analysis.study.own_model import same_model
from analysis.study.specification import Specification, from_record
from data.errors import InputError
from simulation.ensembles.parquet import rows_of_run
from simulation.ensembles.store import Store

if TYPE_CHECKING:
    from simulation import CityModel

__all__ = ["Verification", "verify"]


class Verification(NamedTuple):
    """The findings of a verification.

    Attributes: faults, one line each; complete, whether the study is; files that were hashed; runs kept; runs repeated.
    """

    faults: tuple[str, ...]
    complete: bool
    files: int
    kept: int
    repeated: int

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def verify(folder: Path, sample: int, model: type[CityModel] | None = None) -> Verification:
    """Recompute every hash in a folder and repeat a sample of its draws, all policies of each; writes nothing.

    Args: model, the class that runs its months, where it was made with one.
    Raises: InputError when the folder holds no study, another process is at work in it, or its months are run by another class.
    """
    found = read_record(folder)
    same_model(folder, found["run"], model)
    store = Store(folder)
    repeated = 0
    with _quiet(store):
        faults = list(_files(folder, found, store))
        try:
            specification = from_record(folder, found, model)
        except InputError as error:
            faults.append(str(error))
        else:
            for count, fault in _repeat(folder, found, store, specification, sample):
                repeated += count
                faults += [fault] if fault else []
    kept = store.held_draws() * len(found["order"])
    return Verification(tuple(faults), found["complete"], len(found["results"]) + len(store.chunks), kept, repeated)


@contextlib.contextmanager
def _quiet(store: Store) -> Iterator[None]:
    """Hold the lock of the folder; one that cannot be written to (an archive) needs no lock."""
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
    folder: Path, found: Mapping[str, Any], store: Store, specification: Specification, sample: int
) -> Iterator[tuple[int, str | None]]:
    """Repeat all policies of some draws, spread over those kept: for each draw how many runs, and what is wrong or None."""
    bad = {chunk.first for chunk, _ in store.damaged()}
    draws = [d for c in store.ordered() if c.first not in bad for d in range(c.first, c.last + 1)]
    count = min(sample, len(draws))
    if not count:
        return
    runs = specification.ensemble(1)
    outcomes = folder / OUTCOMES_FILE
    for k in range(count):
        draw = draws[k * len(draws) // count]
        chunk = store.chunk_of(draw)
        files = [f for f in (chunk, outcomes if found["complete"] and outcomes.exists() else None) if f is not None]
        again = dict(zip(specification.scenario.names, runs.rows(draw), strict=True))
        wrong = [(f, p) for p, rows in again.items() for f in files if not _same(_rows(f, p, draw), rows)]
        fault = None
        if wrong:
            fault = f"{wrong[0][0]}: policy {wrong[0][1]}, draw {draw}: repeated, the run gives other bits"
        yield len(again), fault


def _rows(file: Path, policy: str, draw: int) -> Any:
    try:
        return rows_of_run(file, policy, draw)
    except (OSError, ValueError, KeyError):  # a damaged file, which its hash names already
        return np.empty((0, 0))


def _same(one: Any, other: Any) -> bool:
    """Whether two arrays have the same bits: NaN equals itself here, and 0 is not -0."""
    return one.shape == other.shape and np.ascontiguousarray(one).tobytes() == np.ascontiguousarray(other).tobytes()
