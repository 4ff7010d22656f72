"""`mesa.batch_run(iterations=3)` makes the same model three times: Mesa tells it nothing of the iteration. Somebody should be told."""

from __future__ import annotations

import sys
import warnings
from inspect import signature
from types import FrameType

__all__ = ["warn_of_iterations"]

CALLER = ("mesa.batchrunner", "_model_run_func")
DEEPEST = 8  # calls between Mesa's runner and here: a subclass or two


def warn_of_iterations() -> None:
    """Warn when a model is made for a second or later iteration of a batch; Python shows such a warning once a process.

    To be called while a model is made. Nothing is remembered: Mesa's own call is found among those that led here.
    """
    frame: FrameType | None = sys._getframe(1)
    for _ in range(DEEPEST):
        if frame is None:
            return
        if (frame.f_globals.get("__name__"), frame.f_code.co_name) == CALLER:
            _warn(frame)
            return
        frame = frame.f_back


def _warn(frame: FrameType) -> None:
    iteration, given = frame.f_locals.get("iteration"), frame.f_locals.get("kwargs")
    if not isinstance(iteration, int) or iteration < 1:
        return
    takes_seeds = (
        "rng" in signature(frame.f_globals["batch_run"]).parameters
    )  # Mesa 3.5: a seed for each iteration, if it is given some
    if takes_seeds and isinstance(given, dict) and given.get("seed") is not None:
        return
    warnings.warn(
        "batch_run: every iteration is the same run, because Mesa tells a model nothing of its iteration; leave iterations at 1 and vary "
        'the draw: parameters={"draw": range(20)}',
        UserWarning,
        stacklevel=3,
    )
