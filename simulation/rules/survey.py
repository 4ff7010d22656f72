"""How a latent score is looked up in the table of answers: slices of equal width, each with the chance of every answer."""

from __future__ import annotations

from simulation.engine.compiled import rule
from simulation.engine.slices import slice_of

POINTS = 25.0  # IKM points of a point of NRR (Permenpan RB 14/2017)
SCORES = 256  # slices
LOWEST, PER_SD = -4.0, 32.0  # where the first begins [SD], slices in an SD: the last ends at 4 SD


@rule
def score_slice(score: float) -> int:
    """Slice of a latent score [SD]."""
    return slice_of(score, LOWEST, PER_SD, SCORES)


@rule
def middle_score(place: int) -> float:
    """Score in the middle of a slice [SD]."""
    return (place + 0.5) / PER_SD + LOWEST
