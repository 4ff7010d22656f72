"""At which level an evaluation measured, and which parameters are the mean effect there: the one place where both are named.

A level that the model has no parameter for cannot be taught, and is refused by name.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["ANSWERS", "CORRELATION", "LEVELS", "SPREAD", "UNIVERSITY", "Level"]

SPREAD = "training_effect_sd"  # of true effects between programmes, at every level
UNIVERSITY = "university_effect"  # what a course of a university differs by, at every level
ANSWERS = "answers"  # the rate of answering complaints; it belongs to no course
CORRELATION = "learning_job_correlation"  # between what a programme teaches and what it does on the job


class Level(NamedTuple):
    """Mean effect of courses and of leadership courses, by the names of their parameters ("" where there is none).

    share: parameter whose root turns an SD between staff into the level's own unit, for what courses differ by; "" where they are alike.
    """

    course: str
    leadership: str
    share: str = ""


LEVELS = {
    "learning": Level("training_effect_mean", "leadership_effect"),
    "behaviour": Level("job_effect_mean", "leadership_job_effect"),
    "clients": Level("client_effect_mean", "", "provider_share"),
    ANSWERS: Level("capacity_effect", ""),
}
