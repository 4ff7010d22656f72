"""A service unit: procedures, people, ideas, climate, themes (ODD: Service, Training, Voice)."""

from __future__ import annotations

from typing import Any

import mesa

from tests.reference import draws
from tests.reference.civil_servant import CLOCK
from tests.reference.draws import EARLY, bits, lane, share
from tests.reference.numbers import exp

FORUM_SCALE = 4.0  # forums a year
PACE = 0.10  # share of the way that climate and knowledge go in a month


def levelled(ideas: float) -> float:
    """S, the share of what seminars can improve."""
    return 1.0 - exp(-ideas)


class Unit(mesa.Agent):
    """An OPD, a kecamatan, a kelurahan, or a group of puskesmas or schools. Those who may meet the public come first in `members`."""

    def __init__(self, model: Any, row: int, service: int, weights: list[float]) -> None:
        super().__init__(model)
        self.row, self.service, self.weights = row, service, weights
        self.members: list[Any] = []
        self.counter: list[Any] = []
        self.leadership = self.norm = self.hours = self.score = 0.0

    def found(self) -> None:
        """How this unit differs from others at the start."""
        m, n = self.model, self.model.nature
        k = m.key(draws.UNIT, 0, EARLY)
        h, g = bits(k, 2 * self.row), bits(k, 2 * self.row + 1)
        self.process = m.normally.unit_sd * m.normal(lane(h, 0))
        self.people = m.normally.unit_sd * m.normal(lane(h, 1))
        self.hired, self.upright = m.normal(lane(h, 2)), m.normal(lane(h, 3))
        self.theme = 1.0 if share(lane(g, 0)) < n.theme_rate / (n.theme_rate + n.repair_rate) else 0.0
        self.knowledge = 1.0 - exp(-m.levers.participation.forums_per_year / FORUM_SCALE)
        self.climate = self.ideas = 0.0

    def hold_courses(self) -> None:
        """Courses of the month, person by person; ideas fade before."""
        m = self.model
        self.ideas *= 1.0 - 1.0 / 36.0
        spent = 0.0
        for member in self.members:
            spent += member.lead()
            spent += member.attend()
        self.hours = spent * CLOCK / (len(self.members) * m.working_hours)
        m.sums.hours += spent * CLOCK

    def step(self) -> None:
        """What the leaders and the colleagues of this unit make of the month: chance that use of a domain ends; norm of integrity."""
        n = self.model.nature
        lead = self.leadership - self.model.normally.leadership
        hazard = n.use_hazard * exp(-n.follow_up_on_use * self.model.followed - n.leadership_on_use * lead)
        self.hazard = min(hazard, 1.0)
        total = 0.0
        for member in self.members:
            total += member.integrity
        self.norm = total / len(self.members)

    def be_led(self) -> bool:
        """Leadership from the managers' competence in use; returns whether there are any."""
        held = [member.in_use(0) for member in self.members if member.job.manager]
        total = 0.0
        for competence in held:
            total += competence
        self.leadership = total / len(held) if held else self.model.normally.leadership
        return bool(held)

    def run_procedures(self) -> None:
        """Process score of the month."""
        m, n = self.model, self.model.nature
        self.score = (
            self.process
            + n.seminar_on_process * (levelled(self.ideas) - levelled(m.normally.ideas))
            + n.forum_effect * self.knowledge
            - n.theme_size * self.theme
            + m.now * n.ikm_drift * n.drift_real / (12.0 * m.normally.process_slope)
        )

    def common(self) -> float:
        """What everybody at this counter shares in the people score."""
        n = self.model.nature
        load = n.load_on_people * (self.hours - self.model.normally.hours)
        return self.people + n.responsiveness_on_people * self.climate - load

    def expected_service(self) -> float:
        """Experience to be expected here [SD]."""
        n, people = self.model.nature, 0.0
        for member in self.counter:
            people += member.quality - n.side_payment_penalty * member.wronged
        return n.process_weight * self.score + (1.0 - n.process_weight) * people / len(self.counter)

    def repair(self, chance: float) -> None:
        """A recurring problem starts, or is repaired."""
        luck = share(lane(bits(self.model.key(draws.UNIT, 0), self.row), 0))
        if self.theme:
            self.theme = 0.0 if luck < chance else 1.0
        else:
            self.theme = 1.0 if luck < self.model.nature.theme_rate else 0.0

    def adapt(self, climate: float, learned: float) -> None:
        """Climate and knowledge go part of the way."""
        self.climate += PACE * (climate - self.climate)
        self.knowledge += PACE * (learned - self.knowledge)
