"""Computing the runs of a study that are missing, on threads of this process or on an executor, and keeping each as it finishes."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Literal, NamedTuple, cast

from analysis.study.events import Computed, Computing, Damaged, Listener, Progress
from analysis.study.specification import Specification
from simulation.ensembles.progress import Progress as Moved
from simulation.ensembles.progress import reporter
from simulation.ensembles.store import Store

__all__ = ["Begun", "Resources", "repair", "run_missing"]

Begun = Callable[[], AbstractContextManager[tuple[Executor | None, Callable[[], int]]]]


class Resources(NamedTuple):
    """Where runs are computed, and whether to show a bar when nobody listens to events.

    Attributes: executor, any of the form of `concurrent.futures`, None for threads of this process, or what begins one when there is
    something to run: a function that gives (executor, workers) as a context manager; workers, how many parts are computed at a time,
    default the cores of this machine; progress, as `Ensemble.run` takes it.
    """

    executor: Executor | Begun | None = None
    workers: int | Callable[[], int] | None = None
    progress: Moved | bool | None = None

    @contextlib.contextmanager
    def begun(self) -> Iterator[tuple[Executor | None, Callable[[], int]]]:
        """An executor (None: threads of this process), and how many parts it computes at a time just now."""
        if self.executor is None or isinstance(self.executor, Executor):
            workers = self.workers if self.workers is not None else os.cpu_count() or 1
            yield self.executor, workers if callable(workers) else lambda: workers
            return
        with self.executor() as pair:
            yield pair


def run_missing(store: Store, specification: Specification, resources: Resources, tell: Listener) -> int:
    """Run the draws that no chunk holds and keep each as it finishes; returns how many runs that was.

    Raises: InputError, and OSError when a chunk cannot be written.
    """
    missing = store.missing(specification.identity["draws"])
    if not missing:
        return 0
    names, seed = specification.scenario.names, specification.identity["seed"]
    total = specification.runs
    kept = store.held_draws() * len(names)
    with (
        resources.begun() as (executor, workers),
        _computing(tell, kept, total),
        reporter(resources.progress, total, kept) as move,
    ):
        runs = specification.ensemble(workers())
        with contextlib.closing(runs.stream(missing, executor, workers)) as stream:
            for numbers, rows in stream:
                store.add(rows, numbers, names, seed)
                done = store.held_draws() * len(names)
                tell(Progress(done, total))
                move(done, total)
    return len(missing) * len(names)


def repair(store: Store, folder: Path, tell: Listener) -> None:
    """Name chunks that are gone or damaged, and count their draws as missing."""
    bad = store.damaged()
    for chunk, what in bad:
        name = store.folder.relative_to(folder) / chunk.file
        tell(Damaged(folder / name, cast(Literal["missing", "damaged"], what), chunk.first, chunk.last))
    store.forget(chunk for chunk, _ in bad)


@contextlib.contextmanager
def _computing(tell: Listener, kept: int, total: int) -> Iterator[None]:
    tell(Computing(kept, total))
    try:
        yield
    finally:
        tell(Computed())
