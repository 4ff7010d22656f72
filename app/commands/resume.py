"""`asnlab resume` and `asnlab expand`: run what is missing in a folder, and write its results."""

from __future__ import annotations

import sys
from pathlib import Path

from app import table
from app.execution import lost, opened, publish, repair, run_missing
from app.job import expanded, from_record
from app.locale import say
from app.machine import Machine
from app.run_folder import OUTCOMES, RECORD, changed, read_record, write_record
from data.errors import InputError

__all__ = ["expand", "resume"]


def resume(folder: Path, machine: Machine) -> None:
    """Run what is missing or damaged in the folder, and make its results when they are not there.

    Raises:
        InputError: the folder holds no run, or one of another engine or other data; a result was edited; nothing can be written.
        Stopped: the process was told to stop.
    """
    machine.check()
    _finish(folder, machine, None)


def expand(folder: Path, draws: int, machine: Machine) -> None:
    """Bring the run of the folder to `draws` draws; those it holds stay as they are.

    Raises: as `resume`, and InputError when it has that many draws already.
    """
    machine.check()
    _finish(folder, machine, draws)


def _finish(folder: Path, machine: Machine, draws: int | None) -> None:
    job = from_record(folder, read_record(folder))
    with opened(folder, job) as store:
        found = read_record(folder)  # again: another command may have been at work until now
        job = from_record(folder, found)
        lang = job.words.lang
        for name in changed(folder, found):
            raise InputError(
                f"{folder / name}: changed since the run (its SHA-256 is not the one in {RECORD}); move it away, and "
                f"`asnlab resume {folder}` makes it again"
            )
        if draws is not None:
            if draws <= job.run["draws"]:
                raise InputError(
                    f"--draws: found {draws}; {folder} has {job.run['draws']} draws: give the number wanted in all, which is more"
                )
            job = expanded(job, draws)
            write_record(folder, job.record(None))
        repair(store, folder, lang)
        kept = store.held_draws() * len(job.scenario.policies)
        if kept < job.runs:
            line = say(lang, "resuming", folder=folder, kept=kept, total=job.runs)
            print(line, file=sys.stderr, flush=True)
        ran = run_missing(store, job, machine)
        whole = found["complete"] and draws is None
        if whole and not lost(folder, found):
            print(say(lang, "mended" if ran else "whole", folder=folder, count=ran))
            return
        there = whole and (folder / OUTCOMES).exists()
        comparison, told = publish(folder, store, job, found["results"][OUTCOMES] if there else None)
    table.show(comparison, told, job.words)
    print(say(lang, "written", folder=folder))
