"""The city: who is in it, and a month of it in the order of the ODD (Process overview and scheduling)."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import mesa

from tests.reference import draws
from tests.reference.citizen import Citizen
from tests.reference.civil_servant import CivilServant, dose
from tests.reference.numbers import F, clamp
from tests.reference.outcomes import observe
from tests.reference.programme import Programme
from tests.reference.survey import Survey
from tests.reference.unit import Unit
from tests.reference.voice import Voice

BLOCK = 8192  # adults of a kecamatan whose sums are added before they join the city's
BINS = 4096  # of priorities between -6 and 6
START = 84  # months lived before month 0 of a comparison
SUMS = (
    "visits paid wrongs upset complaints lived lived2 loss process people trainees hours training integrity evaluation reports "
    "completed"
)
ENCOUNTERS = SUMS.split()[:10]  # what is summed over encounters
NORMALLY = (
    "experience theta leadership hours ideas expected loss process people answer open voiced competence match shift_process "
    "shift_people slope process_slope unit_sd process_noise people_noise style "
    "lasting surprise"
)


def zeros(names: str) -> SimpleNamespace:
    """A zero for every name."""
    return SimpleNamespace(**dict.fromkeys(names.split(), 0.0))


def plain(record: Any) -> SimpleNamespace:
    """A packed record, and the records in it, as Python numbers by name."""
    return SimpleNamespace(
        **{
            name: plain(record[name]) if record[name].dtype.names else record[name][0].tolist()
            for name in record.dtype.names
        }
    )


def bin_of(priority: float) -> int:
    """Bin of a priority; people of a bin are equal."""
    return int(clamp(int((priority + 6.0) * (BINS / 12.0)), 0, BINS - 1))


class ReferenceCity(Voice, mesa.Model):
    """The city as plain Mesa objects.

    Args:
        structure: of `simulation.city.build_city`; levers, nature: packed records; seed: of luck.
    Attributes:
        payments: side payments at average integrity, by service [logit]; normally: what else is normal before any policy;
        sums: of this month; t: month, 84 is the January of month 0.
        news, mood, open, usual_open, rate, voiced, owed, informed, told, followed, revisions, revised_wrongly, kept_wrongly: see the
            ODD, City.
    """

    def __init__(self, structure: Any, levers: Any, nature: Any, seed: int) -> None:
        super().__init__(rng=1)
        self.luck, self.levers, self.nature = seed, plain(levers), plain(nature)
        self.t = START
        self._keys: dict[tuple[int, int, int], int] = {}
        self.normals, self.degrees = structure.normals.tolist(), structure.degrees.tolist()
        figures = structure.figures
        self.encounters, self.survey_chance, self.reference_jp = figures.demand, figures.survey, figures.reference_jp
        self.people_per_post, self.people_per_adult = figures.people_per_post, figures.people_per_adult
        self.working_hours = figures.working_hours
        self.normally, self.sums, self.survey = zeros(NORMALLY), zeros(SUMS), Survey(self)
        self.payments = [0.0] * len(structure.weights)
        self.news = self.mood = self.open = self.rate = self.voiced = self.owed = self.informed = self.usual_open = 0.0
        self.told = self.followed = 0.0
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
        before = [0] * count  # adults of the kecamatan so far
        for row, given in enumerate(structure.areas):
            visits = [self.units[unit] for unit in structure.visits[row]]
            area = SimpleNamespace(row=row, kecamatan=self.kecamatan[given.kecamatan], visits=visits, citizens=[])
            for place in range(int(given.adults)):
                if before[given.kecamatan] % BLOCK == 0:
                    self.blocks.append(SimpleNamespace(sums=None))
                before[given.kecamatan] += 1
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

    @property
    def is_compared(self) -> bool:
        """True from the first month of the comparison on."""
        return self.t >= START

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
        if self.levers.needs.complaints_inform > 0.5:
            return clamp(self.levers.needs.accuracy + self.nature.complaint_to_needs, 0.0, 1.0)
        return self.levers.needs.accuracy

    def seen_by_clients(self) -> float:
        """What of an SD of rated behaviour an encounter shows."""
        return self.nature.criterion_to_client * math.sqrt(self.nature.provider_share)

    def seen_of_courses(self) -> float:
        """The same of job effects, which clients may have rated themselves."""
        return self.seen_by_clients() if self.nature.job_route else 1.0

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
        self.tell_citizens()
        self.serve()
        self.remember()
        self.listen()
        self.everyone(Programme, "step")
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
        self.followed += (self.levers.training.follow_up - self.followed) / 12.0
        self.everyone(Unit, "step")
        self.everyone(CivilServant, "step")
        self.everyone(Unit, "count_absence")

    def assess_needs(self) -> None:
        """January: leadership courses, then seats, those reserved for people at counters first."""
        levers = self.levers
        managers = sum(who.job.manager for who in self.staff)
        chance = min(levers.money.leader_seats / self.people_per_post / max(managers, 1), 1.0)
        self.everyone(CivilServant, "apply_to_lead", chance)
        money = max(levers.money.seats * levers.money.seat_price / self.people_per_post - self.owed, 0.0)
        self.owed = 0.0
        seats = int(money / levers.money.seat_price + 1e-9)
        reserved = int(seats * levers.training.counter_seats)
        left = self.give_seats([who for unit in self.units for who in unit.counter], reserved)
        self.give_seats(self.staff, seats - reserved + left)

    def give_seats(self, people: list[Any], seats: int) -> int:
        """Round after round, everybody's first course before anybody's second; returns the seats that nobody could take."""
        for course in range(10):
            here = [who for who in people if who.courses() == course and who.has_room()]
            for who in here:
                who.apply_for_seat(course)
            taken = sorted(here, key=lambda who: -bin_of(who.priority))[:seats]
            for who in taken:
                who.take_seat(course)
            seats -= len(taken)
        return seats

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

    def serve(self) -> None:
        """All encounters and neighbours of the month; sums block by block."""
        self.survey.start_month()
        self.start_count()
        pull = self.nature.neighbour_pull
        self.keep = F(1.0 - pull)
        for kecamatan in self.kecamatan:
            kecamatan.push = F(pull * kecamatan.pull)
        for block in self.blocks:
            block.sums = zeros(SUMS)
        self.everyone(Citizen, "step")
        for block in self.blocks:
            for name in ENCOUNTERS:
                setattr(self.sums, name, getattr(self.sums, name) + getattr(block.sums, name))

    def start_count(self) -> None:
        """Empty sums of trust, and the mood that everybody shares [float32]."""
        self.mood32 = F(self.news + self.mood + self.published())
        for kecamatan in self.kecamatan:
            kecamatan.sums = SimpleNamespace(trust=0, square=0, state=0, trusting=0, adults=0)

    def remember(self) -> None:
        """The mean trust state of each kecamatan, which pulls its people next month."""
        for kecamatan in self.kecamatan:
            if kecamatan.sums.adults:
                kecamatan.pull = kecamatan.sums.state / (2.0**15 * kecamatan.sums.adults)
