"""A posterior taught by a city's own evaluations: its draws of what targets informed, beside new draws of the effects of courses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analysis.calibration.own_evaluation.levels import SPREAD
from analysis.calibration.own_evaluation.studies import CATALOGUE, Study
from analysis.calibration.own_evaluation.update import Update, update
from data.errors import InputError
from simulation.engine.records import Float64s
from simulation.parameters import COURSE_LUCK, default
from simulation.posterior.posterior_file import Posterior, Taught

__all__ = ["taught"]


def taught(posterior: Posterior, studies: Sequence[Study], seed: int = 1) -> tuple[Posterior, Update]:
    """The posterior with the effects that the studies speak about, and how the update went.

    A course of the catalogue is drawn with what was learned of it, and stays so until it is replaced. No target identifies what a policy
    does, so draws of both kinds are independent and are joined row by row.

    Raises:
        InputError: the posterior was taught before; all evaluations have to be given at once.
    """
    if posterior.taught is not None:
        raise InputError(
            f"the posterior was taught before, by {len(posterior.taught.studies)} evaluations; start from one that was not, and "
            "give all evaluations at once"
        )
    found = update(default(posterior.city), studies, len(posterior.draws), seed)
    names, columns = _luck(found)
    table = np.column_stack([found.draws, *columns])
    draws = np.array([[float(f"{x:.5g}") for x in row] for row in table.tolist()])
    told = Taught((*found.names, *names), draws, found.prior, tuple(map(_line, studies)))
    return replace(posterior, taught=told), found


def _luck(found: Update) -> tuple[list[str], list[Float64s]]:
    """Luck of the courses of the catalogue in each draw [SD between programmes], with the names of the columns."""
    names, columns = [], []
    for place, (course, what) in enumerate(found.courses):
        if course in CATALOGUE:
            names.append(f"{COURSE_LUCK}{CATALOGUE.index(course)}_{('learning', 'job').index(what)}")
            columns.append(found.deviations[:, place] / found.draws[:, found.names.index(SPREAD)])
    return names, columns


def _line(study: Study) -> str:
    """One study in a line of the posterior's header."""
    return (
        f"{study.course} ({study.is_a}), {study.level}, {study.design}: {study.value:+.3f} SD, error {study.error:.3f}, "
        f"bias {study.bias:.2f} ± {study.bias_sd:.2f}; {study.sha256[:8]}"
    )
