"""IP ASN of one civil servant by the 2019 rule: an index of attendance and degrees, not of skill."""

from __future__ import annotations

from simulation.engine.columns import PELAKSANA
from simulation.engine.compiled import rule

PERFORMANCE = 25.75  # mean points of Kota Bima's PNS in 2023 (F0427); points by band were not read in the rule
DISCIPLINE = 5.0  # never punished
TRAINING_HOURS = 20.0  # of technical training, which counts for a year [JP]
SEMINAR_MONTHS = 24  # that a seminar counts


@rule
def ip_asn(degree: int, kind: int, course: int, jp: float, seminar: int) -> float:
    """Index 0-100 by BKN rule 8/2019: qualification 25, competence 40, performance 30, discipline 5.

    Technical training of 20 JP counts for one year and a seminar for two: the index forgets by rule.

    Args:
        degree: 0 up to SLTA, 1 diploma, 2 S1, 3 S2, 4 S3: 5, 10, 15, 20, 25 points.
        kind: 0 manajerial, 1 fungsional, 2 pelaksana; course: leadership or functional course held, 15 points (not for pelaksana).
        jp: technical training in the last year [JP], 15 points from 20 JP (pelaksana 22.5); seminar: months since, 10 points (17.5).
    """
    points = 5.0 * (degree + 1) + PERFORMANCE + DISCIPLINE
    if kind == PELAKSANA:
        return points + (22.5 if jp >= TRAINING_HOURS else 0.0) + (17.5 if seminar <= SEMINAR_MONTHS else 0.0)
    return (
        points
        + (15.0 if course == 1 else 0.0)
        + (15.0 if jp >= TRAINING_HOURS else 0.0)
        + (10.0 if seminar <= SEMINAR_MONTHS else 0.0)
    )
