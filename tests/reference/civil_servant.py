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
        self.base = [0.0] * 4
        self.forget()

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
        self.base = [0.0] * 4
        self.forget()
        self.take_up(self.hash(draws.PERSON_OWN, 2 * APART + self.place, month))
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
            self.be_moved()

    def be_moved(self, month: int | None = None) -> None:
        """With a yearly chance a new job: nothing of what was applied is used any more, and other domains are used regularly."""
        if share(lane(self.hash(draws.ROTATION, month=month), 0)) < self.model.nature.rotation:
            for d in DOMAINS:
                self.stop_using(d)
            self.take_up(self.hash(draws.ROTATION, APART + self.place, month))

    def take_up(self, luck: int) -> None:
        """Domains that this job uses regularly, as bits."""
        self.regular = sum(2**d for d in DOMAINS if share(lane(luck, d)) < self.model.nature.regular_use)

    def uses_regularly(self, domain: int) -> bool:
        """Where what is in use stays in use."""
        return bool(self.regular & 2**domain)

    def forget(self) -> None:
        """No courses, used or not."""
        self.applied, self.idle, self.behaviour, self.used = [0.0] * 4, [0.0] * 4, [0.0] * 4, [0] * 4
        self.leading, self.led = 0.0, 0

    def stop_using(self, domain: int) -> None:
        """What was applied in a domain goes out of use."""
        self.idle[domain] = single(self.idle[domain] + self.applied[domain])
        self.applied[domain] = self.behaviour[domain] = 0.0
        self.used[domain] = 0
        if domain == 0:
            self.leading, self.led = 0.0, 0

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

    def shares(self) -> list[float]:
        """Share of the seats of each domain."""
        mix = self.model.levers.training.domains
        return [getattr(mix, name) for name in ("managerial", "sociocultural", "technical", "digital")]

    def domain_by_lot(self, luck: float) -> int:
        """A domain, each with its share of the seats."""
        upto = 0.0
        for d in (0, 1, 2):
            upto += self.shares()[d]
            if luck < upto:
                return d
        return 3

    def apply_for_seat(self, course: int) -> None:
        """January: priority for a seat, and its domain, by lot or by the largest gap that an analysis sees and that has no course yet."""
        m = self.model
        h = self.hash(draws.PLAN, self.place + course * APART)
        self.priority = 12.0 * share(lane(h, 0)) - 6.0
        self.wish = self.domain_by_lot(share(lane(h, 1)))
        shares = self.shares()
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

    def learn(self, domain: int, dx: float, luck: float) -> bool:
        """A gain is applied at once, or not; returns which."""
        at_once = luck < self.model.nature.use_start
        stock = self.applied if at_once else self.idle
        stock[domain] = single(stock[domain] + dx)
        return at_once

    def weight(self, courses: int) -> float:
        """What a further course adds on the job beside those in use, by `repeat`."""
        return math.prod([self.model.nature.repeat] * courses, start=1.0)

    def act(self, domain: int, effect: float) -> None:
        """A course in use does something on the job."""
        of_users = effect / self.model.nature.use_start
        self.behaviour[domain] = single(self.behaviour[domain] + of_users * self.weight(self.used[domain]))
        self.used[domain] = min(self.used[domain] + 1, 255)

    def act_as_manager(self, effect: float) -> None:
        """A leadership course in use does something to a manager's behaviour."""
        of_users = effect / self.model.nature.use_start
        self.leading = single(self.leading + of_users * self.weight(self.led))
        self.led = min(self.led + 1, 255)

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
        programme.teach(self.take_leadership())
        self.course = 1
        self.count(levers.training.leadership_hours, levers.money.leader_price)
        return levers.training.leadership_hours

    def take_leadership(self, month: int | None = None) -> float:
        """What a leadership course does to this manager; returns what was learned."""
        m, programme = self.model, self.model.programmes[-1]
        dose = m.dose(m.levers.training.leadership_hours)
        factor = self.gain(1.0, dose, 0)
        dx, effect = programme.delta * factor, programme.job * factor
        if self.learn(0, dx, share(lane(self.hash(draws.PROVIDER, LEADERS_APART + self.place, month), 0))):
            self.act_as_manager(effect)
        return dx

    def attend(self) -> float:
        """A technical course or a seminar in its month; returns the hours in class and of follow-up [JP]."""
        m, levers, domain = self.model, self.model.levers, self.plan[self.model.calendar]
        if domain < 0:
            return 0.0
        h = self.hash(draws.PROVIDER)
        kind = share(lane(h, 0))
        if kind < levers.training.providers.seminar:
            hours, price, coached = SEMINAR_HOURS, levers.money.seminar_price, 0.0
            self.take_seminar(domain, h)
            self.unit.ideas += 1.0 / len(self.unit.members)
            self.seminar = 0
        else:
            university = kind < levers.training.providers.seminar + levers.training.providers.university
            programme = m.programmes[2 * domain + university]
            if programme.offline > 0:
                m.owed -= levers.money.seat_price
                return 0.0
            per_jp = self.method_of_course(share(lane(h, 1)), programme.method)[1]
            coached = levers.training.follow_up * FOLLOW_UP_HOURS
            hours = self.hours()
            factor = levers.money.university_factor if university else 1.0
            price = hours * per_jp * factor
            if programme.method:
                m.owed += price - hours * self.method_of_course(share(lane(h, 1)), 0)[1] * factor
            price += levers.training.follow_up * levers.money.follow_up_price
            programme.teach(self.take_course(domain, programme, h))
            if self.status != PPPK and domain == TECHNICAL and hours >= 20.0 and self.job.kind == FUNCTIONAL:
                self.course = 1
        self.count(hours, price)
        return hours + coached

    def hours(self) -> float:
        """Length of a course [JP]."""
        hours = self.model.levers.training.hours_per_person
        return min(hours, PPPK_MOST) if self.status == PPPK else hours

    def take_seminar(self, domain: int, h: int) -> None:
        """What a seminar teaches; on the job it does nothing."""
        self.learn(domain, self.gain(self.model.nature.seminar_effect, 1.0, domain), share(lane(h, 2)))

    def take_course(self, domain: int, programme: Any, h: int) -> float:
        """What a technical course does to this person; returns what was learned."""
        given = (
            self.model.dose(self.hours()),
            domain,
            self.match(domain),
            self.method_of_course(share(lane(h, 1)), programme.method)[0],
        )
        factor = self.gain(1.0, *given)
        dx, effect = programme.delta * factor, programme.job * factor
        if self.learn(domain, dx, share(lane(h, 2))):
            self.act(domain, effect)
        return dx

    # Years before the start.

    def live_year(self, ago: int, at_counter: float, elsewhere: float, leads: float) -> None:
        """A past year of a career: followed by somebody, moved, courses by lot, a year of practice."""
        m, n, year = self.model, self.model.nature, draws.EARLY + ago
        if 12 * ago > self.age - self.entered + 6:
            return
        if self.status == PPPK and ago % 5 == 0 and share(lane(self.hash(draws.RENEWAL, month=year), 0)) >= n.renewal:
            self.forget()
        self.be_moved(year)
        if self.job.manager and share(lane(self.hash(draws.LEADER, month=year), 0)) < leads:
            self.take_leadership(year)
        seats = at_counter if self in self.unit.counter else elsewhere
        attended = int(seats) + (share(lane(self.hash(draws.PLAN, month=year), 0)) < seats - int(seats))
        most = int((PPPK_MOST if self.status == PPPK else n.most_hours) / self.hours() + 1e-9)
        for k in range(min(attended, max(most, 1), 10)):
            self.attend_before(self.hash(draws.PROVIDER, self.place + k * APART, year))
        h = self.hash(draws.USE, month=year)
        hazard = min(n.use_hazard * exp(-n.follow_up_on_use * m.levers.training.follow_up), 1.0)
        stays = math.prod([1.0 - hazard] * 12, start=1.0)
        for d in DOMAINS:
            self.fade(d, exp(-0.6931471805599453 / (n.skill_half_life / 12.0)), 12.0 * n.skill_loss)
            if share(lane(h, d)) >= stays and not self.uses_regularly(d):
                self.stop_using(d)

    def attend_before(self, h: int) -> None:
        """A course of a past year, in a domain by lot."""
        providers, domain, kind = (
            self.model.levers.training.providers,
            self.domain_by_lot(share(lane(h, 3))),
            share(lane(h, 0)),
        )
        if kind < providers.seminar:
            self.take_seminar(domain, h)
        else:
            university = kind < providers.seminar + providers.university
            self.take_course(domain, self.model.programmes[2 * domain + university], h)

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
        """What is out of use fades; then use ends in some domains that are not used regularly."""
        n, h = self.model.nature, self.hash(draws.USE)
        hazard = min(n.use_hazard * exp(-n.follow_up_on_use * self.model.followed), 1.0)
        for d in DOMAINS:
            self.fade(d, exp(-0.6931471805599453 / n.skill_half_life), n.skill_loss)
            if lane(h, d) < hazard * 65536.0 and not self.uses_regularly(d):
                self.stop_using(d)

    def fade(self, domain: int, kept: float, loss: float) -> None:
        """Forgetting of what is out of use."""
        idle = self.idle[domain]
        if self.model.nature.decay_form > 0.5:
            idle *= kept
        else:
            idle = max(idle - loss, 0.0) if idle > 0.0 else min(idle + loss, 0.0)
        self.idle[domain] = single(idle)

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
            if self in self.unit.counter:
                self.unit.off += hours / (len(self.unit.counter) * m.working_hours)
            m.sums.integrity += levers.money.ethics_price

    # At the counter.

    def on_the_job(self) -> float:
        """What courses in use do, each by the weight of its domain over the largest."""
        done, largest = 0.0, max(self.unit.weights)
        for d in DOMAINS:
            done += self.unit.weights[d] / largest * self.behaviour[d]
        return done

    def prepare(self) -> None:
        """What this person adds to the people score this month, and the chance of a side payment or favouritism."""
        m, n, levers = self.model, self.model.nature, self.model.levers
        held = 0.0
        for d in DOMAINS:
            held += self.unit.weights[d] * (self.base[d] - m.required(d))
        self.quality = single(
            self.unit.common()
            + n.competence_on_people * held
            + m.seen_of_courses() * self.on_the_job()
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
