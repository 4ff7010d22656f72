"""Trial: a part of a simulated city is treated and the rest is not, with the same luck, and what they become is compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from data.lineage import default_city
from simulation.policy import Policy
from simulation.posterior.parameter_source import POSTERIOR
from simulation.posterior.parameter_source import Asked as AskedParameters
from simulation.scenario import Shocks
from simulation.trials.arms import Arm
from simulation.trials.interventions import Asked
from simulation.trials.result import TrialResult

__all__ = ["Trial"]


class Trial:
    """A trial inside a city: arms, what is done to the treated one, and for how long it is followed.

    For each draw of the parameters the city is settled once under today's practice. Then it is lived three times with the same luck:
    without the intervention at all; and, month by month, under the control's levers and under the treated arm's, from the same state. After
    every month each person, unit and area keeps what it lived in its own arm, so the two arms are one city that meets, works and talks
    together. An ordinary run does none of this.

    Args:
        city: name of its profile, default the one of `data/default.yaml`.
        scale: share of the adults that are simulated.
        policy: what everybody lives under, default today's practice.
        treated: who is treated, such as `Arm("staff", share=0.5, among="counter")`.
        control: whom they are compared with, default everybody else who is eligible. Who is in no arm lives as the control does.
        intervention: a `Course`, levers moved at no cost (a `Move`, or a mapping such as {"participation.feedback": 1.0}), a `Policy` with
            money of its own, or a list of courses and moves.
        months: how long the arms are followed.
        other_training: False gives nobody a seat but those that the intervention gives, in the treated arm or out of it.
        shocks: which shocks hit the city; they hit all arms alike.

    Raises: InputError for an unknown city, lever or word (with the nearest), a number out of bounds, arms that overlap or hold nobody.
    """

    def __init__(
        self, city: str | None = None, *, scale: float = 0.01, policy: Policy | None = None, treated: Arm, intervention: Asked,
        control: Arm | None = None, months: int = 24, other_training: bool = True, shocks: Shocks | None = None,
    ) -> None:  # fmt: skip
        self.city = city or default_city()

    def run(
        self, draws: int | Iterable[int] = 50, seed: int = 1, parameters: AskedParameters = POSTERIOR, *,
        people: Sequence[int] = (), workers: int | None = None,
    ) -> TrialResult:  # fmt: skip
        """Run the trial in many cities, one a draw.

        Args:
            draws: how many, or their numbers.
            seed: of draws and luck.
            parameters: what to draw from: "posterior", "prior", a posterior file or `Parameters`, see `Ensemble`.
            people: months (0 is the start) in which the values of every person or unit are kept too.
            workers: threads; the number never changes a result.
        """
        raise NotImplementedError
