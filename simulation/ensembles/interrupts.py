"""Postpones Ctrl-C until the program is at a point where nothing is half done.

An interrupt is an exception at whatever instruction comes next. Inside a lock of a thread pool it leaves the lock taken, and the workers
wait for ever; while a chunk is being written it costs the chunk. So it is held back until the program waits for results.
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

    A second one is not held back: whoever presses twice wants to stop at once. Outside the main thread, where signals never arrive, nothing
    is changed.

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
        # A handler that ignores the signal, as in a shell's background job, or that ends the process at once is left as it is.
        before = {s: signal.getsignal(s) for s in SIGNALS if callable(signal.getsignal(s))}
    try:
        for number in before:
            signal.signal(number, keep)
        yield release
    except Exception:
        came.clear()  # the error says more than the fact that somebody wanted to stop
        raise
    finally:
        over = True
        for number, handler in before.items():
            if signal.getsignal(number) is keep:
                signal.signal(number, handler)
        release()
