"""A training programme: its true effect, what a December evaluation sees of it, and what the office does (ODD: Evaluation)."""

from __future__ import annotations

import math
from typing import Any

import mesa

from tests.reference import draws
from tests.reference.draws import bits, lane

NONE, SATISFACTION, READINESS, PRE_POST, PRE_POST_CONTROL = range(5)
SIGNIFICANCE, EQUIVALENCE, EXPECTED_VALUE = range(3)
CONTENT, METHOD, BOTH = range(3)
SMALLEST = 0.2  # smallest effect of interest [SD]
OFFICE_MEAN, OFFICE_SD = 0.40, 0.25  # what an office expects of a course [SD]
OFFLINE, DEVELOPMENT = 3, 12  # months
LEADERSHIP = 8


class Programme(mesa.Agent):
    """Row 2 x domain + provider (agency 0, university 1); the last is leadership."""

    def __init__(self, model: Any, row: int) -> None:
        super().__init__(model)
        self.row = row
        self.gained = self.delta = self.job = 0.0
        self.held = self.offline = self.tried = 0
        self.method = self.way = 0
        self.seen = 0.0

    def luck(self, decision: int, month: int, which: int = 0) -> float:
        """My standard normal number of a decision."""
        return self.model.normal(lane(bits(self.model.key(decision, 0, month), self.row), which))

    def job_luck(self, decision: int, month: int) -> float:
        """A second one that goes with the first."""
        r = self.model.nature.learning_job_correlation
        return r * self.luck(decision, month) + math.sqrt(1.0 - r * r) * self.luck(decision, month, 1)

    def per_person(self) -> float:
        """An SD between persons in the unit of my job effect."""
        n = self.model.nature
        return 1.0 if self.row == LEADERSHIP or n.job_route else math.sqrt(n.provider_share)

    def draw_effects(self, decision: int, month: int, shift: float = 0.0) -> None:
        """New true effects on learning and on the job."""
        n, z, z_job = self.model.nature, self.luck(decision, month), self.job_luck(decision, month)
        if decision == draws.PROGRAMME:  # the first catalogue, of which own evaluations may know some
            told, free = n.course_luck[self.row], n.course_open[self.row]
            z = told[0] + free[0] * z
            r = n.learning_job_correlation
            z_job = told[1] + free[1] * (r * z + math.sqrt(1.0 - r * r) * self.luck(decision, month, 1))
        if self.row == LEADERSHIP:
            self.delta = n.leadership_effect + shift + n.training_effect_sd * z
            self.job = n.leadership_job_effect + shift + n.training_effect_sd * z_job
        else:
            shift += n.university_effect * (self.row % 2)
            self.delta = n.training_effect_mean + shift + n.training_effect_sd * z
            mean = n.job_effect_mean if n.job_route else n.client_effect_mean
            self.job = mean + self.per_person() * (shift + n.training_effect_sd * z_job)

    def teach(self, dx: float) -> None:
        """One participant more."""
        self.held += 1
        self.gained += dx

    def start_again(self) -> None:
        """A new cycle."""
        self.held, self.gained = 0, 0.0

    def true(self) -> float:
        """Mean gain of the participants of this cycle."""
        return self.gained / self.held

    def step(self) -> None:
        """A month of a revision passes; in December of the comparison the programme is evaluated."""
        self.offline = max(self.offline - 1, 0)
        if self.model.calendar == 11 and self.model.is_compared:
            self.evaluate()

    def evaluate(self) -> None:
        """December: measure, decide, count wrong decisions both ways."""
        if self.model.levers.evaluation.design != NONE:
            unspent = self.model.levers.money.measured_price * (self.model.levers.money.sample_paid - self.measured())
            self.model.owed -= unspent / self.model.people_per_post
        if self.held == 0:
            return
        good = self.true() >= SMALLEST
        weak = self.model.levers.evaluation.design != NONE and not self.is_kept()
        revised = weak and self.model.levers.evaluation.adapt >= 0.5
        if revised:
            self.revise()
        if revised and good:
            self.model.revised_wrongly += 1.0
        if not revised and not good:
            self.model.kept_wrongly += 1.0
        self.start_again()

    def measured(self) -> float:
        """Participants measured: the sample, or as many as there were [people of the whole city]."""
        return min(self.model.levers.evaluation.sample, self.held * self.model.people_per_post)

    def is_kept(self) -> bool:
        """What the design sees, and the rule of the office."""
        m, n, levers = self.model, self.model.nature, self.model.levers
        size = self.measured()
        m.sums.evaluation += levers.money.measured_price * size
        spread = math.sqrt(2.0 * (1.0 - n.test_reliability)) if levers.evaluation.design >= PRE_POST else 1.0
        error = spread * math.sqrt((2.0 if levers.evaluation.design == PRE_POST_CONTROL else 1.0) / max(size, 1.0))
        seen = self.last = self.measure(n, levers) + error * self.luck(draws.MEASURE, m.t)
        if levers.evaluation.rule == SIGNIFICANCE:
            return seen > 1.96 * error
        if levers.evaluation.rule == EQUIVALENCE:
            return seen + 1.645 * error > SMALLEST
        weight = OFFICE_SD * OFFICE_SD / (OFFICE_SD * OFFICE_SD + error * error)
        return OFFICE_MEAN + weight * (seen - OFFICE_MEAN) > SMALLEST

    def measure(self, n: Any, levers: Any) -> float:
        """Mean of what the design measures."""
        if levers.evaluation.design == SATISFACTION:
            return n.reaction_mean
        if levers.evaluation.design == READINESS:
            return n.readiness_leniency + n.readiness_validity * self.true()
        if levers.evaluation.design == PRE_POST:
            regression = 0.8 * (1.0 - n.test_reliability) * (levers.training.targeting * self.model.accuracy())
            return self.true() + (n.pre_post_bias + regression)
        return self.true()

    def revise(self) -> None:
        """Revised in content, method or both, or after `drop_after` revisions replaced by a fresh draw."""
        m, n, levers = self.model, self.model.nature, self.model.levers
        m.revisions += 1.0
        self.offline = OFFLINE
        self.tried += 1
        if 0 < levers.evaluation.drop_after < self.tried:
            self.pay(levers.money.development_price)
            self.draw_effects(draws.FRESH, m.t, n.replacement_effect)
            self.offline, self.tried, self.method, self.way = DEVELOPMENT, 0, 0, 0
            return
        stuck = True
        if levers.evaluation.revise != CONTENT and self.row != LEADERSHIP:
            stuck = not self.change_method()
        if stuck or levers.evaluation.revise == BOTH:
            self.pay(levers.money.revision_price)
            self.delta += n.revision_mean + n.revision_sd * self.luck(draws.REVISION, m.t)
            self.job += self.per_person() * (n.revision_mean + n.revision_sd * self.job_luck(draws.REVISION, m.t))

    def change_method(self) -> bool:
        """A step towards coaching, or back when the last step was followed by less; returns whether there was a step to take."""
        self.way = (-self.way if self.last < self.seen else self.way) or 1
        self.seen = self.last
        if not 0 <= self.method + self.way <= 2:
            return False
        self.method += self.way
        self.pay(self.model.levers.money.revision_price)
        return True

    def pay(self, price: float) -> None:
        """A revision or a replacement, from next year's seats."""
        self.model.owed += price / self.model.people_per_post
        self.model.sums.evaluation += price
