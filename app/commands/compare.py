"""`asnlab compare`: simulate the policies of a scenario, compare them, write results and report, show the table."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from analysis.study import Study
from app import table
from app.locale import say
from app.machine import Machine
from app.parameters import parameters_asked
from app.study_lines import StudyLines

__all__ = ["compare"]


def compare(
    scenario: Path,
    folder: Path,
    *,
    draws: int | None = None,
    scale: float | None = None,
    seed: int | None = None,
    lang: str = "en",
    quick: bool = False,
    prior: bool = False,
    posterior: Path | None = None,
    machine: Machine,
) -> None:
    """Run what is missing, or find the same study already in the folder; show the table.

    Raises:
        InputError: options do not go together, and as `Study.create` and `Study.run`.
        Stopped: the process was told to stop; the folder can be resumed.
    """
    machine.check()
    parameters = parameters_asked(prior, posterior)
    tell = StudyLines(folder, lang)
    with tell.until_stopped():
        study = Study.create(
            scenario,
            folder,
            draws=draws,
            seed=seed,
            scale=scale,
            quick=quick,
            parameters=parameters,
            lang=lang,
            tell=tell,
        )
        study.run(executor=partial(machine.executor, lang))
    table.show(study)
    if tell.written:
        print(say(lang, "written", folder=folder))
