"""The city: who is in it, and a month of it in the order of the ODD (Process overview and scheduling)."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import mesa

from tests.reference import draws
from tests.reference.citizen import Citizen
from tests.reference.civil_servant import CivilServant, dose
from tests.reference.draws import bits, lane, share, unit_interval
from tests.reference.numbers import F, clamp
from tests.reference.outcomes import observe
from tests.reference.programme import Programme
from tests.reference.survey import Survey
from tests.reference.unit import FORUM_SCALE, Unit

BLOCK = 8192  # adults of an area whose sums are added before they join the city's
BINS = 4096  # of priorities between -6 and 6
START = 84  # months lived before month 0 of a comparison
SUMS = (
    "visits paid wrongs upset complaints lived lived2 loss process people trainees seats hours training integrity evaluation reports "
    "completed"
)
NORMALLY = (
    "experience theta leadership hours ideas expected loss process people answer open voiced competence match shift_process "
    "shift_people slope process_slope unit_sd process_noise people_noise style"
)


def zeros(names: str) -> SimpleNamespace:
    """A zero for every name."""
    return SimpleNamespace(**dict.fromkeys(names.split(), 0.0))


def plain(record: Any) -> SimpleNamespace:
    """A packed record as Python numbers by name."""
    return SimpleNamespace(**{name: record[name][0].tolist() for name in record.dtype.names})


def bin_of(priority: float) -> int:
    """Bin of a priority; people of a bin are equal."""
    return int(clamp(int((priority + 6.0) * (BINS / 12.0)), 0, BINS - 1))


class ReferenceCity(mesa.Model):
    """The city as plain Mesa objects.

    Args:
        structure: of `simulation.city.build_city`; levers, nature: packed records; seed: of luck.
    Attributes:
        normally: what is normal before any policy; sums: of this month; t: month, 84 is the January of month 0.
        news, mood, open, rate, voiced, owed, informed, followed, revisions, revised_wrongly, kept_wrongly: see the ODD, City.
    """

    def __init__(self, structure: Any, levers: Any, nature: Any, seed: int) -> None:
        super().__init__(rng=1)
        self.luck, self.levers, self.nature = seed, plain(levers), plain(nature)
        self.t = START
        self._keys: dict[tuple[int, int, int], int] = {}
        self.normals, self.degrees = structure.normals.tolist(), structure.degrees.tolist()
        (self.encounters, self.survey_chance, self.people_per_post, self.working_hours, self.reference_jp,
         self.people_per_adult, _) = structure.figures.tolist()  # fmt: skip
        self.normally, self.sums, self.survey = zeros(NORMALLY), zeros(SUMS), Survey(self)
        self.normally.payment = [0.0] * len(structure.weights)
        self.news = self.mood = self.open = self.rate = self.voiced = self.owed = self.informed = self.followed = 0.0
        self.revisions = self.revised_wrongly = self.kept_wrongly = 0.0
        self._build_offices(structure)
        self._build_areas(structure)
        self.programmes = [Programme(self, row) for row in range(9)]

    def _build_offices(self, structure: Any) -> None:
        names = structure.jobs.dtype.names
        jobs = [
            SimpleNamespace(code=code, **{name: int(job[name]) for name in names})
            for code, job in enumerate(structure.jobs)
        ]
        self.units, self.staff = [], []
        for row, given in enumerate(structure.units):
            unit = Unit(self, row, int(given.service), structure.weights[given.service].tolist())
            for place in range(int(given.staff)):
                post = int(given.first) + place
                self.staff.append(
                    CivilServant(self, unit, place, int(structure.status[post]), jobs[structure.job[post]])
                )
                unit.members.append(self.staff[-1])
            unit.counter = unit.members[: int(given.counter)]
            self.units.append(unit)

    def _build_areas(self, structure: Any) -> None:
        count = int(structure.areas.kecamatan.max()) + 1
        self.kecamatan = [SimpleNamespace(pull=0.0, push=F(0), sums=None) for _ in range(count)]
        self.areas, self.blocks, self.citizens = [], [], []
        for row, given in enumerate(structure.areas):
            visits = [self.units[unit] for unit in structure.visits[row]]
            area = SimpleNamespace(row=row, kecamatan=self.kecamatan[given.kecamatan], visits=visits, citizens=[])
            for place in range(int(given.adults)):
                if place % BLOCK == 0:
                    self.blocks.append(SimpleNamespace(sums=None))
                area.citizens.append(Citizen(self, area, self.blocks[-1], place))
            self.areas.append(area)
            self.citizens += area.citizens

    # What everybody uses.

    @property
    def calendar(self) -> int:
        """Month of the year, 0 is January."""
        return self.t % 12

    @property
    def now(self) -> int:
        """Months of the comparison that have passed; 0 before it."""
        return max(self.t - START, 0)

    def key(self, decision: int, area: int, month: int | None = None) -> int:
        """Key of a stream; of this month unless another is named."""
        stream = (decision, self.t if month is None else month, area)
        if stream not in self._keys:
            self._keys[stream] = draws.key(self.luck, *stream)
        return self._keys[stream]

    def normal(self, l16: int) -> float:
        """A standard normal number from a lane, by the table."""
        return self.normals[l16 >> 4]

    def dose(self, hours: float) -> float:
        """g(JP) of a course."""
        return dose(hours, self.nature.training_hours, self.reference_jp)

    def required(self, domain: int) -> float:
        """Required competence above today's mean; it rises in the digital domain."""
        return self.nature.digital_rise * self.now / 12.0 if domain == 3 else 0.0

    def accuracy(self) -> float:
        """Accuracy of the needs analysis, which complaints may inform."""
        if self.levers.complaints_inform > 0.5:
            return clamp(self.levers.accuracy + self.nature.complaint_to_needs, 0.0, 1.0)
        return self.levers.accuracy

    def wide(self) -> float:
        """Times today's reports that the channels take in."""
        return max(1.0 + self.nature.access_effect * (self.levers.access - 1.0), 0.0)

    def everyone(self, kind: type, action: str, *given: Any) -> None:
        """All agents of a kind do something, in the order of their rows."""
        self.agents_by_type[kind].do(action, *given)

    # A month.

    def step(self) -> None:
        """One month."""
        self.sums = zeros(SUMS)
        self._keys.clear()
        self.staff_month()
        self.lead_units()
        self.everyone(Unit, "run_procedures")
        self.open_counters()
        self.hear_news()
        self.serve()
        self.remember()
        self.listen()
        self.evaluate()
        self.t += 1

    def observe(self) -> dict[str, float]:
        """Outcomes of the month that was just lived."""
        self.t -= 1
        try:
            return observe(self)
        finally:
            self.t += 1

    def staff_month(self) -> None:
        """Careers, needs, courses, practice, integrity."""
        self.everyone(CivilServant, "renew")
        if self.calendar == 0:
            self.assess_needs()
        self.everyone(Unit, "hold_courses")
        self.followed += (self.levers.follow_up - self.followed) / 12.0
        self.everyone(Unit, "set_hazard")
        self.everyone(CivilServant, "practise")
        self.everyone(Unit, "set_norm")
        self.everyone(CivilServant, "uphold")

    def assess_needs(self) -> None:
        """January: seats go to the highest priorities; a seat lapses for the others."""
        levers = self.levers
        self.everyone(CivilServant, "apply_for_seat")
        money = max(levers.seats * levers.seat_price / self.people_per_post - self.owed, 0.0)
        self.owed = 0.0
        self.sums.seats = min(int(money / levers.seat_price + 1e-9), len(self.staff))
        for refused in sorted(self.staff, key=lambda who: -bin_of(who.priority))[self.sums.seats :]:
            refused.domain = -1
        managers = sum(who.job.manager for who in self.staff)
        chance = min(levers.leader_seats / self.people_per_post / max(managers, 1), 1.0)
        self.everyone(CivilServant, "apply_to_lead", chance)

    def lead_units(self) -> float:
        """Leadership of every unit; returns the mean of those that have managers."""
        total, led = 0.0, 0
        for unit in self.units:
            if unit.be_led():
                total += unit.leadership
                led += 1
        return total / led if led else 0.0

    def open_counters(self) -> None:
        """Those who may meet the public make ready."""
        for unit in self.units:
            for member in unit.counter:
                member.prepare()

    def hear_news(self) -> None:
        """Scandals fade and come, the political mood wanders."""
        n, h = self.nature, bits(self.key(draws.NEWS, 0), 0)
        self.news *= math.exp(-0.6931471805599453 / n.scandal_half_life)
        if share(lane(h, 0)) < n.scandal_rate / 12.0:
            self.news -= n.scandal_size
        kept = n.political_noise_persistence
        wander = n.political_noise_sd * math.sqrt(1.0 - kept * kept)
        self.mood = kept * self.mood + wander * self.normal(lane(h, 1))

    def serve(self) -> None:
        """All encounters and neighbours of the month; sums block by block."""
        self.start_count()
        pull = self.nature.neighbour_pull
        self.keep = F(1.0 - pull)
        for kecamatan in self.kecamatan:
            kecamatan.push = F(pull * kecamatan.pull)
        for block in self.blocks:
            block.sums = zeros(SUMS)
        self.everyone(Citizen, "step")
        for block in self.blocks:
            for name in ("visits paid wrongs upset complaints lived lived2 loss process people").split():
                setattr(self.sums, name, getattr(self.sums, name) + getattr(block.sums, name))

    def start_count(self) -> None:
        """Empty sums of trust and answers, and the mood that everybody shares [float32]."""
        self.survey.start_month()
        self.mood32 = F(self.news + self.mood + self.informed * self.nature.disclosure_on_trust)
        for kecamatan in self.kecamatan:
            kecamatan.sums = SimpleNamespace(trust=0, square=0, state=0, trusting=0, adults=0)

    def remember(self) -> None:
        """The mean trust state of each kecamatan, which pulls its people next month."""
        for kecamatan in self.kecamatan:
            if kecamatan.sums.adults:
                kecamatan.pull = kecamatan.sums.state / (2.0**15 * kecamatan.sums.adults)

    # Voice.

    def usual_rate(self) -> float:
        """Chance a month that an open report is completed in today's practice."""
        return 1.0 / (1.0 + 12.0 * (1.0 - self.nature.completed_share))

    def usual_reports(self) -> float:
        """Reports not about service in a month of today's practice."""
        return self.nature.report_rate * len(self.citizens)

    def reports(self) -> float:
        """Reports not about service this month: Poisson, by inversion when few and by a normal number when many."""
        mean, k = self.usual_reports() * self.wide(), self.key(draws.REPORTS, 0)
        if mean > 40.0:
            z = self.normal(lane(bits(k, 1), 0))
            return max(float(math.floor(mean + math.sqrt(mean) * z + 0.5)), 0.0)
        chance = total = math.exp(-mean)
        count, u = 0.0, unit_interval(bits(k, 0))
        while u > total and count < 200.0:
            count += 1.0
            chance *= mean / count
            total += chance
        return count

    def completion(self, rate: float, capacity: float, load: float) -> float:
        """1 - (1 - rate)^(capacity / load)."""
        return 1.0 - math.exp(math.log(1.0 - rate) * capacity / max(load, 1e-9)) if rate < 1.0 else 1.0

    def rise(self) -> float:
        """Answered complaints per encounter against today's, less one."""
        usual = self.normally.voiced
        return clamp(self.voiced / usual - 1.0, -1.0, 3.0) if usual > 0.0 else 0.0

    def repair_chance(self) -> float:
        """Chance a month that an open theme is repaired."""
        n = self.nature
        return clamp(n.repair_rate * (1.0 + n.complaint_to_repair * self.rise()), 0.0, 1.0)

    def listen(self) -> None:
        """Reports and complaints are handled, themes repaired; climate, knowledge and the informed move."""
        n, levers, sums = self.nature, self.levers, self.sums
        reports = self.reports()
        sums.reports = reports + sums.complaints
        waiting = self.open + reports + sums.complaints
        load = waiting / self.normally.open if self.normally.open > 0.0 else 1.0
        capacity = max(1.0 + n.capacity_effect * (levers.capacity - 1.0), 0.0)
        self.rate = sums.completed = self.completion(self.usual_rate(), capacity, load)
        self.open = waiting * (1.0 - self.rate)
        voiced = sums.complaints * self.rate / sums.visits if sums.visits else 0.0
        self.voiced += 0.1 * (voiced - self.voiced)
        self.everyone(Unit, "repair", self.repair_chance())
        means = clamp(levers.capacity - 1.0, 0.0, 1.0)
        reach = levers.feedback * (means * n.feedback_with_means + (1.0 - means) * n.feedback_without_means)
        climate = reach + n.complaint_to_responsiveness * self.rise()
        self.everyone(Unit, "adapt", climate, 1.0 - math.exp(-levers.forums / FORUM_SCALE))
        self.informed += (levers.informed - self.informed) / 12.0

    def evaluate(self) -> None:
        """Months of a revision pass; in December programmes are evaluated, from the first year of the comparison on."""
        for programme in self.programmes:
            programme.offline = max(programme.offline - 1, 0)
        if self.calendar == 11 and self.t >= START:
            self.everyone(Programme, "evaluate")
