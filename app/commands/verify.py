"""`asnlab verify`: checks that the folder is what its record says, and that the engine still gives the same bits."""

from __future__ import annotations

import sys
from pathlib import Path

from analysis.study import Study
from app.locale import say

__all__ = ["verify"]


def verify(folder: Path, sample: int) -> bool:
    """Print the findings of a verification, and return whether everything is in order. Raises InputError as `Study.verify`."""
    study = Study.open(folder)
    found = study.verify(sample)
    for fault in found.faults:
        print(f"asnlab: {fault}", file=sys.stderr)
    if found.sound:
        key = "verified" if found.complete else "verified_part"
        said = {"files": found.files, "runs": found.kept, "sample": found.repeated}
        print(say(study.lang, key, folder=folder, **said))
    return found.sound
