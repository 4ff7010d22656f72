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
        self.leadership = self.conduct = self.norm = self.hours = self.off = self.away = self.waiting = self.score = 0.0

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
        self.feedback = m.feedback_leads_to()

    def hold_courses(self) -> None:
        """Courses of the month, person by person; ideas fade before."""
        m = self.model
        self.ideas *= 1.0 - 1.0 / 36.0
        spent = off = 0.0
        for member in self.members:
            for hours in (member.lead(), member.attend()):
                spent += hours
                off += hours if member in self.counter else 0.0
        self.off = off * CLOCK / (len(self.counter) * m.working_hours)
        self.hours = spent * CLOCK / (len(self.members) * m.working_hours)
        m.sums.hours += spent * CLOCK

    def step(self) -> None:
        """Norm of integrity: the mean of the colleagues."""
        total = 0.0
        for member in self.members:
            total += member.integrity
        self.norm = total / len(self.members)

    def be_led(self) -> bool:
        """Leadership from what lasts of the managers' competence, and conduct from their courses; returns whether there are any."""
        managers = [member for member in self.members if member.job.manager]
        total = conduct = 0.0
        for member in managers:
            total += member.base[0]
            conduct += member.leading
        self.leadership = total / len(managers) if managers else self.model.normally.leadership
        self.conduct = conduct / len(managers) if managers else 0.0
        return bool(managers)

    def count_absence(self) -> None:
        """Working time that courses take from the counter, over about a year."""
        self.away += (self.off - self.away) / 12.0

    def run_procedures(self) -> None:
        """Process score of the month."""
        m, n = self.model, self.model.nature
        output = n.leadership_on_output * (self.leadership - m.normally.leadership)
        self.waiting = n.hours_on_waiting * ((1.0 - n.cover) * (self.away - m.normally.hours) - output)
        self.score = (
            self.process
            + n.seminar_on_process * (levelled(self.ideas) - levelled(m.normally.ideas))
            + n.forum_effect * self.knowledge
            - n.theme_size * self.theme
            - n.waiting_on_process * self.waiting
            + n.leading_on_results * m.normally.unit_sd * self.conduct
            + m.now * n.ikm_drift * n.drift_real / (12.0 * m.normally.process_slope)
        )

    def common(self) -> float:
        """What everybody at this counter shares in the people score."""
        n = self.model.nature
        return self.people + n.responsiveness_on_people * self.climate + self.model.seen_by_clients() * self.feedback

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

    def adapt(self, climate: float, behaviour: float, learned: float) -> None:
        """Climate, feedback and knowledge go part of the way."""
        self.feedback += PACE * (behaviour - self.feedback)
        self.climate += PACE * (climate - self.climate)
        self.knowledge += PACE * (learned - self.knowledge)
