"""Runs done, rate and time left: a bar on a terminal, a line now and then in a log file."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from app.locale import say

__all__ = ["progress_display"]

EVERY = 30.0  # seconds between two lines
BAR_WIDTH = 40  # characters
WHOLE_FROM = 10  # runs a second from which a rate needs no decimals
SHORTEST = 1e-9  # seconds between two counts, so that a rate is never divided by zero


@contextmanager
def progress_display(lang: str, kept: int, total: int) -> Iterator[Callable[[int], None]]:
    """Display progress: yields a function that takes the number of runs done in all; `kept` of them were there before."""
    if not sys.stderr.isatty():
        yield _lines(lang, kept, total)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (BarColumn(BAR_WIDTH), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=total, completed=kept, rate="")
        rate_at = _rate(kept)

        def move(done: int) -> None:
            bar.update(task, completed=done, rate=say(lang, "rate", rate=_short(rate_at(done))))

        yield move


def _lines(lang: str, kept: int, total: int) -> Callable[[int], None]:
    last = time.monotonic()
    rate_at = _rate(kept)

    def tell(done: int) -> None:
        nonlocal last
        rate = rate_at(done)
        now = time.monotonic()
        if now - last < EVERY or done == kept:
            return
        last = now
        left = _clock((total - done) / rate)
        print(say(lang, "progress", done=done, total=total, rate=_short(rate), left=left), file=sys.stderr, flush=True)

    return tell


def _rate(kept: int) -> Callable[[int], float]:
    """Runs a second since the first came back: earlier time may have gone into compiling the engine or waiting for machines."""
    began, before = time.monotonic(), kept
    first = True

    def rate(done: int) -> float:
        nonlocal began, before, first
        now = time.monotonic()
        found = (done - before) / max(now - began, SHORTEST)
        if first:
            began, before, first = now, done, False
        return found

    return rate


def _short(rate: float) -> str:
    return f"{rate:.0f}" if rate >= WHOLE_FROM else f"{rate:.1f}"


def _clock(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
