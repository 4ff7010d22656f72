"""`asnlab resume` and `asnlab expand`: run what is missing in a folder, and write its results."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from analysis.study import Study
from app import table
from app.locale import say
from app.machine import Machine
from app.study_lines import StudyLines

__all__ = ["expand", "resume"]


def resume(folder: Path, machine: Machine, draws: int | None = None) -> None:
    """Run what is missing or damaged in the folder, and make its results when they are not there; `draws` expands it.

    Raises:
        InputError: as `Study.resume` and `Study.expand`.
        Stopped: the process was told to stop; the folder can be resumed.
    """
    machine.check()
    study = Study.open(folder)
    study.tell = tell = StudyLines(folder, study.lang)
    executor = partial(machine.executor, study.lang)
    with tell.until_stopped():
        study.resume(executor=executor) if draws is None else study.expand(draws, executor=executor)
    if tell.written:
        table.show(study)
        print(say(study.lang, "written", folder=folder))


def expand(folder: Path, draws: int, machine: Machine) -> None:
    """Bring the study in the folder to `draws` draws; those it holds stay as they are. Raises as `resume`."""
    resume(folder, machine, draws)
