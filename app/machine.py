"""Where runs are computed: threads of this process, local processes, or a Dask cluster."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from concurrent.futures import Executor
from typing import Any, NamedTuple

from data.errors import InputError

__all__ = ["Machine"]

# A worker that dies takes its tasks along; they are tried again elsewhere this often before the run stops.
RETRIES = 5
ALLOWED_FAILURES = 10
PATIENCE = 15  # seconds a scheduler may take to answer


class Machine(NamedTuple):
    """What was typed: threads, `local:N` for processes started here, or the address of a Dask scheduler."""

    workers: int | None = None
    cluster: str | None = None
    scheduler: str | None = None

    def check(self) -> None:
        """Raises InputError for a combination or a form that is not allowed."""
        if self.cluster is not None and self.scheduler is not None:
            raise InputError(
                "--cluster and --scheduler: give one of them; --cluster starts workers, --scheduler has its own"
            )
        if self.cluster is not None and not re.fullmatch(r"local:[1-9]\d*", self.cluster):
            raise InputError(f"--cluster: found '{self.cluster}'; allowed: local:N, such as local:2 for two processes")
        if self.scheduler is not None and not re.fullmatch(r"(tcp|tls|ws|wss|ucx)://\S+", self.scheduler):
            raise InputError(f"--scheduler: found '{self.scheduler}'; allowed: an address such as tcp://host:8786")

    @contextlib.contextmanager
    def executor(self) -> Iterator[tuple[Executor | None, int]]:
        """An executor (None: threads of this process) and how many parts it computes at a time.

        Raises: InputError when Dask is not installed or the scheduler does not answer.
        """
        if self.cluster is None and self.scheduler is None:
            yield None, self.workers or os.cpu_count() or 1
            return
        with contextlib.ExitStack() as stack:
            client = _client(stack, self.cluster, self.scheduler)
            threads = max(1, sum(client.nthreads().values()))
            yield client.get_executor(pure=False, retries=RETRIES), threads


def _client(stack: contextlib.ExitStack, cluster: str | None, scheduler: str | None) -> Any:
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError:
        raise InputError(
            "Dask is not installed; pip install 'asnlab[cluster]', or leave --cluster and --scheduler out"
        ) from None
    settings = {"distributed.scheduler.allowed-failures": ALLOWED_FAILURES}
    stack.enter_context(dask.config.set(settings))
    if cluster is not None:
        count = int(cluster.partition(":")[2])
        # One thread a process: the engine takes a whole core. No dashboard: it would open a port.
        local = LocalCluster(
            n_workers=count, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        )
        return stack.enter_context(Client(stack.enter_context(local)))
    try:
        return stack.enter_context(Client(scheduler, timeout=PATIENCE))
    except (OSError, TimeoutError, ValueError) as error:
        raise InputError(f"--scheduler: {scheduler} does not answer: {str(error)[:100]}") from None
