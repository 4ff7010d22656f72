"""Ctrl-C at rest: it reaches a program where nothing is half done.

An interrupt is an exception at whatever instruction comes next. Inside a lock of a thread pool it leaves the lock taken, and the workers
wait for ever; inside the writing of a chunk it costs the chunk. So it is kept until the program waits for results.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

__all__ = ["kept_back"]

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def kept_back(wake: Callable[[], None] = lambda: None) -> Iterator[Callable[[], None]]:
    """Keep Ctrl-C and SIGTERM inside the block until the function it gives is called, or to its end.

    The second one is not kept: who presses twice wants out. Outside the main thread, where signals never arrive, nothing is changed.

    Args:
        wake: called when a signal comes, to end the waiting of the main thread; has to be safe at any instruction.
    """
    came: list[tuple[int, FrameType | None]] = []
    before: dict[int, Any] = {}

    over = False

    def keep(number: int, frame: FrameType | None) -> None:
        if over or came:  # over: another block that began meanwhile has put this handler back at its end
            came.clear()
            before[number](number, frame)
            return
        came.append((number, frame))
        wake()

    def release() -> None:
        if came:
            number, frame = came.pop()
            before[number](number, frame)

    if threading.current_thread() is threading.main_thread():
        # One that is ignored, as in a shell's background job, or ends the process at once, stays so.
        before = {s: signal.getsignal(s) for s in SIGNALS if callable(signal.getsignal(s))}
    try:
        for number in before:
            signal.signal(number, keep)
        yield release
    except Exception:
        came.clear()  # what went wrong says more than that somebody wanted to stop
        raise
    finally:
        over = True
        for number, handler in before.items():
            if signal.getsignal(number) is keep:
                signal.signal(number, handler)
        release()
