"""A civil servant: career, seat, courses, use of what was learned, integrity (ODD: Workforce, Needs, Training, Integrity, Service)."""

from __future__ import annotations

import math
from typing import Any

import mesa

from tests.reference import draws
from tests.reference.draws import lane, share
from tests.reference.numbers import clamp, exp, log, logistic, single

DOMAINS = range(4)  # managerial, sociocultural, technical, digital
DIGITAL, TECHNICAL = 3, 2
PPPK, FUNCTIONAL = 1, 1
CONTRACT = 60  # months
LONG_AGO = 1000  # months since a seminar
SEMINAR_HOURS, PPPK_MOST, FOLLOW_UP_HOURS, ETHICS_HOURS, CLOCK = 8.0, 24.0, 4.0, 8.0, 0.75  # JP; hours of a JP
USUAL_AUDIT = 0.04
APART, LEADERS_APART = 1_000_000, 500_000  # places of a second and a leader's hash in a stream


def grown(size: float, months: int) -> float:
    """E(t), what experience adds after some months in post [SD]."""
    return size * (1.0 - exp(-months / 120.0))


def dose(hours: float, half: float, reference: float) -> float:
    """g(JP), share of the reference gain."""
    return (1.0 - exp(-hours / half)) / (1.0 - exp(-reference / half))


class CivilServant(mesa.Agent):
    """The holder of a post. `base`, `applied` and `idle` are float32 by domain."""

    def __init__(self, model: Any, unit: Any, place: int, status: int, job: Any) -> None:
        super().__init__(model)
        self.unit, self.place, self.status, self.job = unit, place, status, job
        self.leads, self.plan = -1, [-1] * 12
        self.quality = self.paid = self.wronged = 0.0

    # What others see of a person. Sums of float32 columns are rounded to float32 too.

    def in_use(self, domain: int) -> float:
        """Competence in use."""
        return single(self.base[domain] + self.applied[domain])

    def theta(self, domain: int) -> float:
        """All competence held, used or not."""
        return single(self.in_use(domain) + self.idle[domain])

    def held(self, domain: int) -> float:
        """Trained excess, applied or idle."""
        return single(self.applied[domain] + self.idle[domain])

    def for_the_job(self) -> float:
        """Competence in use, weighted by the work of the unit."""
        held = 0.0
        for d in DOMAINS:
            held += self.unit.weights[d] * self.in_use(d)
        return held

    def hash(self, decision: int, place: int | None = None, month: int | None = None) -> int:
        """My 64 random bits of a decision."""
        return draws.bits(self.model.key(decision, self.unit.row, month), self.place if place is None else place)

    # Workforce.

    def hire(self, fresh: bool, month: int | None = None) -> None:
        """Somebody new in this post: at the entry age of its class, or at a random point of a career."""
        m, n, job = self.model, self.model.nature, self.job
        h = self.hash(draws.PERSON, month=month)
        self.entered = job.youngest + int(share(lane(h, 0)) * (job.oldest - job.youngest + 1))
        self.age = self.entered
        if not fresh:
            self.age += int(share(lane(h, 1)) * (job.pension - self.entered))
        self.degree = sum(share(lane(h, 2)) > step for step in m.degrees[self.status][:4])
        self.contract = CONTRACT if fresh else 1 + int(share(lane(h, 3)) * CONTRACT)
        skill, own = self.hash(draws.PERSON_SKILL, month=month), self.hash(draws.PERSON_OWN, month=month)
        person = m.normal(lane(own, 0))
        experience = grown(n.experience, max(self.age - self.entered - 12, 0)) - m.normally.experience
        self.base, self.applied, self.idle = [0.0] * 4, [0.0] * 4, [0.0] * 4
        b, c = n.unit_share, n.domain_share
        for d in DOMAINS:
            mine = math.sqrt(c) * person + math.sqrt(1.0 - c) * m.normal(lane(skill, d))
            self.base[d] = single(math.sqrt(b) * self.unit.hired + math.sqrt(1.0 - b) * mine + experience)
        self.motivation = single(m.normal(lane(own, 1)))
        self.manner = single(m.normal(lane(own, 2)))
        self.style = single(m.normally.style * m.normal(lane(own, 3)))
        o = self.hash(draws.PERSON_OWN, APART + self.place, month)
        from_unit = math.sqrt(b) * self.unit.upright
        lasting = math.sqrt(max(1.0 - b - n.integrity_wander, 0.0)) * m.normal(lane(o, 0))
        self.anchor = single(from_unit + lasting / (1.0 - n.norm_weight))
        self.integrity = single(from_unit + lasting + math.sqrt(n.integrity_wander) * m.normal(lane(o, 1)))
        self.course = int(share(lane(o, 2)) < 0.5 and not fresh)
        self.jp = self.jp_before = 0.0
        self.seminar = LONG_AGO

    def renew(self) -> None:
        """A month of a career; in January experience is booked and some are moved."""
        n = self.model.nature
        self.age += 1
        self.seminar = min(self.seminar + 1, LONG_AGO)
        if self.age >= self.job.pension:
            self.hire(fresh=True)
        elif self.status == PPPK:
            self.contract -= 1
            if self.contract <= 0:
                if share(lane(self.hash(draws.RENEWAL), 0)) >= n.renewal:
                    self.hire(fresh=False)
                self.contract = CONTRACT
        if self.model.calendar == 0:
            months = self.age - self.entered
            step = grown(n.experience, months) - grown(n.experience, max(months - 12, 0))
            self.base = [single(base + step) for base in self.base]
            self.jp_before, self.jp = self.jp, 0.0
            self.leads, self.plan = -1, [-1] * 12
            if share(lane(self.hash(draws.ROTATION), 0)) < n.rotation:
                for d in DOMAINS:
                    self.stop_using(d)

    def stop_using(self, domain: int) -> None:
        """What was applied in a domain goes out of use."""
        self.idle[domain] = single(self.idle[domain] + self.applied[domain])
        self.applied[domain] = 0.0

    # Needs.

    def courses(self) -> int:
        """Courses planned for this year, leadership apart."""
        return sum(domain >= 0 for domain in self.plan)

    def has_room(self) -> bool:
        """Whether one more course fits into the hours of my year; a first one always does."""
        training, most = self.model.levers.training, self.model.nature.most_hours
        hours = (
            max(training.hours_per_person, SEMINAR_HOURS)
            if training.providers.seminar > 0
            else training.hours_per_person
        )
        if self.status == PPPK:
            hours, most = min(hours, PPPK_MOST), PPPK_MOST
        booked = self.courses() * hours
        if self.leads >= 0:
            booked += training.leadership_hours
        return booked == 0.0 or booked + hours <= most

    def apply_for_seat(self, course: int) -> None:
        """January: priority for a seat, and its domain, by lot or by the largest gap that an analysis sees and that has no course yet."""
        m = self.model
        h = self.hash(draws.PLAN, self.place + course * APART)
        self.priority = 12.0 * share(lane(h, 0)) - 6.0
        shares = [
            getattr(m.levers.training.domains, name) for name in ("managerial", "sociocultural", "technical", "digital")
        ]
        luck, upto, self.wish = share(lane(h, 1)), 0.0, 3
        for d in (0, 1, 2):
            upto += shares[d]
            if luck < upto:
                self.wish = d
                break
        if m.levers.training.targeting > 0.5:
            q, luck = m.accuracy(), self.hash(draws.NEED)
            gaps = {}
            for d in DOMAINS:
                if shares[d] > 0.0:
                    seen = q * (m.required(d) - self.in_use(d)) + math.sqrt(1.0 - q * q) * m.normal(lane(luck, d))
                    gaps[d] = self.unit.weights[d] * 4 * seen + log(4 * shares[d])
            order = sorted(gaps, key=lambda d: -gaps[d])
            self.wish = order[course % len(order)]
            self.priority = gaps[self.wish]

    def take_seat(self, course: int) -> None:
        """A month for the course: February to November, the next one where there is a course already."""
        when = int(share(lane(self.hash(draws.PLAN, self.place + course * APART), 2)) * 10)
        while self.plan[1 + when % 10] >= 0:
            when += 1
        self.plan[1 + when % 10] = self.wish

    def apply_to_lead(self, chance: float) -> None:
        """January: managers are drawn for leadership courses."""
        h = self.hash(draws.LEADER)
        if self.job.manager and share(lane(h, 0)) < chance:
            self.leads = 1 + int(share(lane(h, 1)) * 10)

    # Training.

    def gain(self, delta: float, amount: float, domain: int, match: float = 0.0, method: float = 0.0) -> float:
        """dx, what this person learns in a course [SD]."""
        n = self.model.nature
        tilt = clamp(-n.aptitude_slope * (self.theta(domain) - self.model.normally.theta), -2.0, 2.0)
        eager = max(1.0 + n.motivation_gain * self.motivation, 0.0)
        relevant = max(1.0 + n.relevance * match, 0.0)
        return delta * amount * exp(tilt) * eager * relevant * max(1.0 + method, 0.0)

    def learn(self, domain: int, dx: float, luck: float) -> None:
        """A gain is applied at once, or not."""
        stock = self.applied if luck < self.model.nature.use_start else self.idle
        stock[domain] = single(stock[domain] + dx)

    def count(self, hours: float, price: float) -> None:
        """A course in the books."""
        self.jp = single(self.jp + hours)
        self.model.sums.training += price
        self.model.sums.trainees += 1.0

    def lead(self) -> float:
        """A leadership course in its month; returns the hours in class [JP]."""
        m, levers = self.model, self.model.levers
        if self.leads != m.calendar:
            return 0.0
        programme = m.programmes[-1]
        if programme.offline > 0:
            m.owed -= levers.money.leader_price
            return 0.0
        dx = self.gain(programme.delta, m.dose(levers.training.leadership_hours), 0)
        self.learn(0, dx, share(lane(self.hash(draws.PROVIDER, LEADERS_APART + self.place), 0)))
        programme.teach(dx)
        self.course = 1
        self.count(levers.training.leadership_hours, levers.money.leader_price)
        return levers.training.leadership_hours

    def attend(self) -> float:
        """A technical course or a seminar in its month; returns the hours in class and of follow-up [JP]."""
        m, levers, domain = self.model, self.model.levers, self.plan[self.model.calendar]
        if domain < 0:
            return 0.0
        h = self.hash(draws.PROVIDER)
        kind = share(lane(h, 0))
        if kind < levers.training.providers.seminar:
            hours, price, coached = SEMINAR_HOURS, levers.money.seminar_price, 0.0
            dx = self.gain(m.nature.seminar_effect, 1.0, domain)
            self.unit.ideas += 1.0 / len(self.unit.members)
            self.seminar = 0
        else:
            university = kind < levers.training.providers.seminar + levers.training.providers.university
            programme = m.programmes[2 * domain + university]
            if programme.offline > 0:
                m.owed -= levers.money.seat_price
                return 0.0
            method, per_jp = self.method_of_course(share(lane(h, 1)), programme.method)
            coached = levers.training.follow_up * FOLLOW_UP_HOURS
            hours = (
                min(levers.training.hours_per_person, PPPK_MOST)
                if self.status == PPPK
                else levers.training.hours_per_person
            )
            factor = levers.money.university_factor if university else 1.0
            price = hours * per_jp * factor
            if programme.method:
                m.owed += price - hours * self.method_of_course(share(lane(h, 1)), 0)[1] * factor
            price += levers.training.follow_up * levers.money.follow_up_price
            dx = self.gain(programme.delta, m.dose(hours), domain, self.match(domain), method)
            programme.teach(dx)
            if self.status != PPPK and domain == TECHNICAL and hours >= 20.0 and self.job.kind == FUNCTIONAL:
                self.course = 1
        self.learn(domain, dx, share(lane(h, 2)))
        self.count(hours, price)
        return hours + coached

    def method_of_course(self, luck: float, steps: int) -> tuple[float, float]:
        """Gain of the method, and its price of a JP, after steps from the policy's mix towards coaching."""
        n, money, mix = self.model.nature, self.model.levers.money, self.model.levers.training.methods
        if steps == 2 or luck < mix.coaching:
            return n.coaching_effect, money.coaching_price
        if steps == 1 or luck < mix.coaching + mix.blended:
            return n.blended_effect, money.blended_price
        return 0.0, money.klasikal_price

    def match(self, domain: int) -> float:
        """3/4 when the course meets the domain in which the person is furthest behind, -1/4 otherwise."""
        held = [self.unit.weights[d] * self.in_use(d) for d in DOMAINS]
        return (1.0 if held.index(min(held)) == domain else 0.0) - 0.25

    def step(self) -> None:
        """What remains of the month after careers, seats and courses."""
        self.practise()
        self.uphold()

    def practise(self) -> None:
        """What is out of use fades; then use ends in some domains."""
        n, h = self.model.nature, self.hash(draws.USE)
        for d in DOMAINS:
            idle = self.idle[d]
            if n.decay_form > 0.5:
                idle *= exp(-0.6931471805599453 / n.skill_half_life)
            else:
                idle = max(idle - n.skill_loss, 0.0) if idle > 0.0 else min(idle + n.skill_loss, 0.0)
            self.idle[d] = single(idle)
            if lane(h, d) < self.unit.hazard * 65536.0:
                self.stop_using(d)

    # Integrity.

    def uphold(self) -> None:
        """Integrity moves towards norm and anchor; an ethics course in its month."""
        m, n, levers = self.model, self.model.nature, self.model.levers
        h = self.hash(draws.MORALE)
        luck = 0.7071067811865476 * (m.normal(lane(h, 0)) + m.normal(lane(h, 1)))
        k, w = n.integrity_return, n.norm_weight
        anchor = self.anchor + n.disclosure_on_integrity * levers.integrity.disclosure
        wander = math.sqrt(n.integrity_wander * (1.0 - (1.0 - k) * (1.0 - k)))
        pull = k * (w * self.unit.norm + (1.0 - w) * anchor - self.integrity)
        self.integrity = single(self.integrity + pull + wander * luck)
        e = self.hash(draws.ETHICS, month=m.t // 12)
        if share(lane(e, 0)) < levers.integrity.ethics_share and int(share(lane(e, 1)) * 12) == m.calendar:
            self.integrity = single(self.integrity + n.ethics_effect)
            self.jp = single(self.jp + ETHICS_HOURS)
            hours = ETHICS_HOURS * CLOCK
            m.sums.hours += hours
            self.unit.hours += hours / (len(self.unit.members) * m.working_hours)
            m.sums.integrity += levers.money.ethics_price

    # At the counter.

    def prepare(self) -> None:
        """What this person adds to the people score this month, and the chance of a side payment or favouritism."""
        m, n, levers = self.model, self.model.nature, self.model.levers
        held = 0.0
        for d in DOMAINS:
            held += self.unit.weights[d] * (self.in_use(d) - m.required(d))
        self.quality = single(
            self.unit.common()
            + n.competence_on_people * held
            + n.integrity_on_people * self.integrity
            + n.responsiveness_on_people * self.manner
            + self.style
        )
        z = m.payments[self.unit.service] - n.integrity_on_payment * self.integrity
        audits = (
            n.audit_effect
            * n.audit_transport
            * (levers.integrity.audit_probability - USUAL_AUDIT)
            / (1.0 - USUAL_AUDIT)
        )
        paid, unaudited = logistic(z - audits), logistic(z)
        self.paid = single(paid)
        self.wronged = single(paid + n.favouritism_return * max(unaudited - paid, 0.0))
