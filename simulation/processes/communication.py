"""Communication: citizens are told what service they may expect and what the city achieved; published results count here too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.engine.columns import Env, State
from simulation.engine.compiled import process

if TYPE_CHECKING:
    from simulation.levers import Levers
    from simulation.registry import Nature


@process
def tell_citizens(st: State, levers: Levers, nature: Nature) -> None:
    """Standards and results are told to a share of the adults a year; what they expect moves as they learn of them.

    told' = told + (share - told) / 12, and everybody's expectation moves by `communication_on_expectation` (told' - told): the mean over
    those who were told this month and those who were not. News is told once: saying it again moves nobody. Who comes to a counter adapts
    from there, as after any surprise.
    """
    env = st.env
    news = (levers.participation.communication - env[Env.TOLD]) / 12.0
    env[Env.TOLD] += news
    push = np.float32(nature.communication_on_expectation * news)
    if push != np.float32(0.0):  # a pass over all citizens only where somebody is told something
        expected = st.citizens.expected
        for i in range(expected.size):
            expected[i] += push


@process
def published(st: State, nature: Nature) -> float:
    """What published results, and standards and results told, do to everybody's trust [logit]."""
    return float(st.env[Env.INFORMED] * nature.disclosure_on_trust + st.env[Env.TOLD] * nature.communication_on_trust)
