"""Holds the lock of a study's folder while work is done there; if the work ends early, an error says what is kept and how to go on."""

from __future__ import annotations

import contextlib
import shlex
from collections.abc import Callable, Iterator

from analysis.study.events import Interrupted, Listener
from data.errors import InputError
from simulation.ensembles.runs import Lost
from simulation.ensembles.store import Store

__all__ = ["at_work"]


@contextlib.contextmanager
def at_work(store: Store, tell: Listener, count: Callable[[], tuple[int, int]]) -> Iterator[Store]:
    """The chunks of a folder, made when missing, with its lock held. Ctrl-C is reported and passed on to the caller.

    Args: count, how many runs are kept just now, and how many there are in all.
    Raises: InputError when another process is at work here, nothing can be written, the disk is full, or the workers are lost.
    """
    folder = store.run
    again = f"asnlab resume {shlex.quote(str(folder))}"
    entered = False
    try:
        with store.locked():
            entered = True
            yield store
    except (KeyboardInterrupt, SystemExit) as stop:
        tell(Interrupted(*count()))
        stop.add_note(f"{_kept(count)}; Study.open({str(folder)!r}).resume() goes on")
        raise
    except Lost as error:
        what = " ".join(str(error).split())[:200]
        raise InputError(
            f"{folder}: runs were lost on the cluster: {what}; {_kept(count)}; go on with: {again}"
        ) from None
    except BrokenPipeError:
        raise
    except OSError as error:
        what = error.strerror or str(error)
        if not entered:
            raise InputError(f"{folder}: cannot be written: {what}; choose another folder (--out)") from error
        raise InputError(f"{folder}: could not be written: {what}; {_kept(count)}; make room, then: {again}") from error


def _kept(count: Callable[[], tuple[int, int]]) -> str:
    kept, total = count()
    return f"{kept} of {total} runs are kept"
