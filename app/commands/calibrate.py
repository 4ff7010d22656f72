"""`asnlab calibrate --direct`: parameters that published evaluation data give directly, with statsmodels."""

from __future__ import annotations

from pathlib import Path

import data
from app.locale import say
from data.errors import InputError

__all__ = ["calibrate"]


def calibrate(direct: bool, out: Path | None) -> None:
    """Write the direct estimates to `out`, or else to the file the simulation reads.

    Raises:
        InputError: no `--direct`, `out` exists already or cannot be written, or a table is broken.
    """
    if not direct:
        raise InputError("calibrate: nothing to do; --direct estimates what published data give directly")
    if out is not None and out.exists():
        raise InputError(f"{out}: exists already; --out needs a new file")
    from analysis.calibration.direct import run_direct

    target = out or data.path("estimates", "tangsel_direct.yaml")
    before = target.read_bytes() if target.exists() else b""
    try:
        content = run_direct(target)
    except OSError as error:
        raise InputError(f"{out or target.name}: cannot be written: {error.strerror}") from error
    key = "unchanged" if target.read_bytes() == before else "estimates"
    shown = out or Path("data", "estimates", target.name)
    print(say("en", key, count=len(content["estimates"]), file=shown))
