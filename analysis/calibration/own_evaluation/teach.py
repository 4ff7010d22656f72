"""A posterior taught by a city's own evaluations: its draws of what targets informed, beside new draws of the effects of courses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analysis.calibration.own_evaluation.studies import Study
from analysis.calibration.own_evaluation.update import Update, update
from data.errors import InputError
from simulation.parameters import default
from simulation.posterior.posterior_file import Posterior, Taught

__all__ = ["taught"]


def taught(posterior: Posterior, studies: Sequence[Study], seed: int = 1) -> tuple[Posterior, Update]:
    """The posterior with the effects that the studies speak about, and how the update went.

    No target identifies what a policy does, so both kinds of draws are independent and are joined row by row.

    Raises:
        InputError: the posterior was taught before; all evaluations have to be given at once.
    """
    if posterior.taught is not None:
        raise InputError(
            f"the posterior was taught before, by {len(posterior.taught.studies)} evaluations; start from one that was not, and "
            "give all evaluations at once"
        )
    found = update(default(posterior.city), studies, len(posterior.draws), seed)
    draws = np.array([[float(f"{x:.5g}") for x in row] for row in found.draws.tolist()])
    return replace(posterior, taught=Taught(found.names, draws, found.prior, tuple(map(_line, studies)))), found


def _line(study: Study) -> str:
    """One study in a line of the posterior's header."""
    return (
        f"{study.course} ({study.is_a}), {study.level}, {study.design}: {study.value:+.3f} SD, error {study.error:.3f}, "
        f"bias {study.bias:.2f} ± {study.bias_sd:.2f}; {study.sha256[:8]}"
    )
