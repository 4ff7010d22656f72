"""Where runs are computed: threads of this process, local processes, or a Dask cluster."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from typing import Any, NamedTuple

from app.locale import say
from data.errors import InputError
from simulation.ensembles.interrupts import kept_back
from simulation.ensembles.runs import Lost

__all__ = ["Machine"]

# A worker that dies takes its tasks along; they are tried again elsewhere this often before the run stops.
RETRIES = 5
ALLOWED_FAILURES = 10
PATIENCE = 15  # seconds a scheduler may take to answer
LONGEST_ANSWER = 100  # characters of what a wrong scheduler answers that are printed
RECOUNT = 2.0  # seconds after which the workers of a cluster are counted again


class Machine(NamedTuple):
    """The machine the user asked for: threads, `local:N` for processes started here, or the address of a Dask scheduler."""

    workers: int | None = None
    cluster: str | None = None
    scheduler: str | None = None

    def check(self) -> None:
        """Raises InputError for a combination or a form that is not allowed."""
        if self.cluster is not None and self.scheduler is not None:
            raise InputError(
                "--cluster and --scheduler: give one of them; --cluster starts workers, --scheduler has its own"
            )
        if self.workers is not None and (self.cluster or self.scheduler):
            raise InputError("--workers: counts threads of this process; leave it out with --cluster and --scheduler")
        if self.cluster is not None and not re.fullmatch(r"local:[1-9]\d*", self.cluster):
            raise InputError(f"--cluster: found '{self.cluster}'; allowed: local:N, such as local:2 for two processes")
        if self.scheduler is not None and not re.fullmatch(r"(tcp|tls|ws|wss|ucx)://\S+", self.scheduler):
            raise InputError(f"--scheduler: found '{self.scheduler}'; allowed: an address such as tcp://host:8786")

    @contextlib.contextmanager
    def executor(self, lang: str = "en") -> Iterator[tuple[Executor | None, Callable[[], int]]]:
        """An executor (None: threads of this process), and how many parts it computes at a time just now.

        Raises: InputError when Dask is not installed or the scheduler does not answer.
        """
        if self.cluster is None and self.scheduler is None:
            threads = self.workers or os.cpu_count() or 1
            yield None, lambda: threads
            return
        with contextlib.ExitStack() as stack:
            client = _client(stack, self.cluster, self.scheduler)
            if not client.nthreads():
                print(say(lang, "no_workers", scheduler=self.scheduler), file=sys.stderr, flush=True)
                client.wait_for_workers(1)
            yield client.get_executor(pure=False, retries=RETRIES), _count(client)


def _count(client: Any) -> Callable[[], int]:
    """Threads of all workers; jobs of a queue may start after the run, and end before it."""
    counted, threads = -RECOUNT, 1

    def count() -> int:
        nonlocal counted, threads
        if time.monotonic() - counted >= RECOUNT:
            try:
                threads = max(1, sum(client.nthreads().values()))
            except OSError:
                raise Lost("the scheduler is gone") from None
            counted = time.monotonic()
        return threads

    return count


def _client(stack: contextlib.ExitStack, cluster: str | None, scheduler: str | None) -> Any:
    try:
        import dask
        import distributed
    except ImportError:
        raise InputError(
            "Dask is not installed; pip install 'asnlab[cluster]', or leave --cluster and --scheduler out"
        ) from None
    # The command reports a failure once, in one line; Dask would also log it with a traceback.
    _hush("distributed")
    dask_client: Any = distributed.Client  # its annotations are incomplete
    settings = {"distributed.scheduler.allowed-failures": ALLOWED_FAILURES}
    stack.enter_context(dask.config.set(settings))
    if cluster is not None:
        local = stack.enter_context(_local(distributed.LocalCluster, int(cluster.partition(":")[2])))
        return stack.enter_context(dask_client(local))
    try:
        return stack.enter_context(dask_client(scheduler, timeout=PATIENCE))
    except Exception as error:  # whatever listens there may send anything, such as a message size of exabytes
        said = f"{type(error).__name__}: {error}"[:LONGEST_ANSWER]
        raise InputError(f"--scheduler: {scheduler} does not answer as a Dask scheduler: {said}") from None


def _hush(package: str) -> None:
    """Silence a package's logging, submodules included, since Dask gives some of them (the client) levels of their own."""
    for name in [package, *logging.root.manager.loggerDict]:
        if name == package or name.startswith(f"{package}."):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)


@contextlib.contextmanager
def _local(make: Callable[..., Any], count: int) -> Iterator[Any]:
    """Processes started here. Ctrl-C on a terminal goes to all of them: they are deaf to it, and this process ends them in good order."""
    with kept_back(), _deaf_children():
        # One thread a process: the engine takes a whole core. No dashboard: it would open a port.
        cluster = make(
            n_workers=count, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=logging.CRITICAL
        )
    try:
        yield cluster
    finally:
        with kept_back():
            cluster.close()


@contextlib.contextmanager
def _deaf_children() -> Iterator[None]:
    """Threads and processes begun inside block Ctrl-C, and so do those that they begin later, in place of a worker that died."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # when it is begun by one of those threads it lifts the block
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
