"""Progress of runs for people who call the library: a callable, or a bar that a terminal and a notebook both show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[int, int], None]


@contextmanager
def reporter(progress: Progress | bool | None, total: int, kept: int = 0) -> Iterator[Progress]:
    """A function of (runs done, runs in all): `progress` itself, for True a bar with rate and time left, otherwise one that does nothing.

    Args: kept, runs done at an earlier time, which the bar shows and the rate leaves out.
    """
    if callable(progress):
        yield progress
        return
    if not progress:
        yield lambda done, total: None
        return
    from tqdm.auto import tqdm

    # Runs a second however slow: tqdm would turn to seconds a run.
    layout = "{l_bar}{bar}| {n_fmt}/{total_fmt} [{elapsed}<{remaining}, {rate_noinv_fmt}]"
    with tqdm(total=total, initial=kept, unit=" runs", smoothing=0.1, bar_format=layout) as bar:

        def move(done: int, total: int) -> None:
            bar.update(done - bar.n)

        yield move
