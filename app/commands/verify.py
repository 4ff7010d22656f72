"""`asnlab verify`: is the folder what its record says, and does the engine still give the same bits?"""

from __future__ import annotations

import sys
from pathlib import Path

from analysis.study import Study
from app.locale import say

__all__ = ["verify"]


def verify(folder: Path, sample: int) -> bool:
    """Say what a verification of the folder finds, and return whether all is well. Raises InputError as `Study.verify`."""
    study = Study.open(folder)
    found = study.verify(sample)
    for fault in found.faults:
        print(f"asnlab: {fault}", file=sys.stderr)
    if found.sound:
        key = "verified" if found.complete else "verified_part"
        said = {"files": found.files, "runs": found.kept, "sample": found.repeated}
        print(say(study.lang, key, folder=folder, **said))
    return found.sound
