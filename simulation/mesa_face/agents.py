"""Civil servants, units and citizens as Mesa agents: each is a view of one row.

A civil servant is a post: when its holder retires, the view shows the successor.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Iterator

import numpy as np

from simulation.city import SERVICES
from simulation.engine.columns import Domain, Env, Ref
from simulation.engine.records import Ints
from simulation.mesa_face.attributes import Attribute, Read, coded, column, flag
from simulation.mesa_face.host import At, Host, Values
from simulation.mesa_face.rows import Rows
from simulation.mesa_face.views import Agent, View, kind_of, view_of
from simulation.posts import JOBS


def _unit_of(model: Host, rows: At) -> Ints:
    return np.searchsorted(model.city.units.first, rows, side="right") - 1


def _area_of(model: Host, rows: At) -> Ints:
    return np.searchsorted(model.city.areas.first, rows, side="right") - 1


def _mood(model: Host) -> float:
    env, nature = model.engine.state.env, model.nature[0]
    return float(env[Env.NEWS] + env[Env.MOOD] + env[Env.INFORMED] * nature["disclosure_on_trust"])


def _trust(model: Host, rows: At) -> Values:
    people = model.engine.state.citizens
    return 1.0 / (1.0 + np.exp(-(people.alpha[rows].astype(np.float64) + people.trust[rows] + _mood(model))))


def _set_trust(model: Host, rows: At, value: Values) -> None:
    people = model.engine.state.citizens
    people.trust[rows] = np.log(value / (1.0 - value)) - people.alpha[rows] - _mood(model)


def _in_use(domain: int | slice) -> Attribute:
    """Competence in use in a domain, or its mean over the four; writing it moves the base that experience built."""
    what = (
        "mean of the four domains"
        if isinstance(domain, slice)
        else ("managerial", "sociocultural", "technical", "digital")[domain]
    )

    def read(model: Host, rows: At) -> Values:
        state = model.engine.state
        used = state.base[rows][..., domain].astype(np.float64) + state.applied[rows][..., domain]
        return (used.mean(axis=-1) if isinstance(domain, slice) else used) - state.ref[Ref.COMPETENCE]

    def write(model: Host, rows: At, value: Values) -> None:
        base, more = model.engine.state.base, value - read(model, rows)
        if isinstance(domain, slice):
            base[rows] = base[rows] + np.expand_dims(more, -1)
        else:
            base[rows, domain] = base[rows, domain] + more

    return Attribute(
        f"Competence in use, {what} [SD; 0 is the city's mean at the start]", read, write, low=-20, high=20
    )


def _sum_of(*columns: str, domain: int | None = None) -> Read:
    """Sum of some columns by domain: of one domain, or the mean over the four."""

    def read(model: Host, rows: At) -> Values:
        found = sum(getattr(model.engine.state, name)[rows].astype(np.float64) for name in columns)
        return np.mean(found, axis=-1) if domain is None else np.asarray(found)[..., domain]

    return read


def _held(domain: int | None = None) -> Read:
    """Competence in use or not, above the city's mean at the start."""
    read = _sum_of("base", "applied", "idle", domain=domain)
    return lambda model, rows: read(model, rows) - model.engine.state.ref[Ref.THETA]


def _service_expected(model: Host, rows: At) -> Values:
    """What an encounter with the unit is like on average."""
    nature, state, units = model.nature[0], model.engine.state, model.city.units
    each = state.staff.quality.astype(np.float64) - nature["side_payment_penalty"] * state.staff.wronged
    before = np.concatenate([[0.0], np.cumsum(each)])
    first, counter = units.first[rows], units.counter[rows]
    people = (before[first + counter] - before[first]) / counter
    return nature["process_weight"] * state.units.score[rows] + (1.0 - nature["process_weight"]) * people


class CivilServant(View):
    """A post and who holds it."""

    code = 1
    status = coded("staff.status", ("PNS", "PPPK"), "PNS or PPPK")
    job = coded("staff.job", JOBS, "Class of post")
    degree = coded("staff.degree", ("SLTA", "diploma", "S1", "S2", "S3"), "Highest degree (S1 includes D-IV)")
    age_years = column("staff.age", "Age [years]", low=15, high=70, per=12.0)
    years_in_post = Attribute(
        "Time since entry to the class of post [years]",
        lambda model, rows: (model.engine.state.staff.age[rows] - model.engine.state.staff.entered[rows]) / 12.0,
    )
    contract_months = column("staff.contract", "Months left of a PPPK contract [months]", low=0, high=600)
    competence = _in_use(slice(None))
    competence_managerial = _in_use(Domain.MANAGERIAL)
    competence_sociocultural = _in_use(Domain.SOCIOCULTURAL)
    competence_technical = _in_use(Domain.TECHNICAL)
    competence_digital = _in_use(Domain.DIGITAL)
    excess = Attribute("What training added and is still held, mean of the domains [SD]", _sum_of("applied", "idle"))
    excess_in_use = Attribute("What training added and is used, mean of the domains [SD]", _sum_of("applied"))
    held = Attribute(
        "Competence held, used or not, mean of the domains [SD; 0 is the city's mean at the start]", _held()
    )
    held_managerial = Attribute("Managerial competence held, used or not [SD]", _held(Domain.MANAGERIAL))
    held_sociocultural = Attribute("Sociocultural competence held, used or not [SD]", _held(Domain.SOCIOCULTURAL))
    held_technical = Attribute("Technical competence held, used or not [SD]", _held(Domain.TECHNICAL))
    held_digital = Attribute("Digital competence held, used or not [SD]", _held(Domain.DIGITAL))
    job_effect = Attribute(
        "What courses in use do on the job, summed over the domains [SD of rated behaviour, or of clients' ratings]",
        lambda model, rows: model.engine.state.behaviour[rows].astype(np.float64).sum(axis=-1),
    )
    leading = column(
        "staff.leading",
        "What leadership courses in use do to a manager's behaviour [SD of rated behaviour]",
        writable=False,
    )
    integrity = column("staff.integrity", "Integrity [SD]", low=-20, high=20)
    integrity_anchor = column("staff.anchor", "The person's own norm of integrity [SD]", low=-20, high=20)
    responsiveness = column("staff.manner", "The person's own responsiveness [SD]", low=-20, high=20)
    motivation = column("staff.motivation", "Motivation to learn [SD]", low=-20, high=20)
    jp = column("staff.jp", "Training in this calendar year [JP]", low=0, high=10_000)
    jp_last_year = column("staff.jp_before", "Training in the last calendar year [JP]", low=0, high=10_000)
    months_since_seminar = column("staff.seminar", "Months since the last seminar [months]", low=0, high=1000)
    course_held = flag("staff.course", "Holds the leadership or functional course of the post")
    people_score = column("staff.quality", "What the person adds at the counter this month [SD]", writable=False)
    side_payment_chance = column("staff.paid", "Chance of a side payment in an encounter, 0-1", writable=False)
    favouritism_chance = Attribute(
        "Chance of favouritism in the place of a side payment in an encounter, 0-1",
        lambda model, rows: model.engine.state.staff.wronged[rows] - model.engine.state.staff.paid[rows],
    )
    unit_number = Attribute("Row of the unit", _unit_of)
    unit_kind = Attribute("Kind of unit, as in the city's profile", lambda m, rows: m.unit_kinds[_unit_of(m, rows)])
    service = Attribute("Service of the unit", lambda m, r: np.array(SERVICES)[m.city.units.service[_unit_of(m, r)]])
    kecamatan = Attribute(
        "Kecamatan of the unit; empty for a unit of the whole city",
        lambda m, rows: m.kecamatan_names[m.city.units.kecamatan[_unit_of(m, rows)]],
    )
    at_counter = Attribute(
        "Meets the public",
        lambda m, r: r - m.city.units.first[_unit_of(m, r)] < m.city.units.counter[_unit_of(m, r)],
    )

    @property
    def unit(self) -> Unit:
        """The unit the post belongs to."""
        return view_of(kind_of(self.model, Unit), self.model, self.unit_number)


class Unit(View):
    """An OPD, kecamatan, kelurahan, or a kecamatan's group of puskesmas or schools."""

    code = 2
    kind = Attribute("Kind of unit, as in the city's profile", lambda m, rows: m.unit_kinds[rows])
    title = Attribute("Official title", lambda m, rows: m.unit_titles[rows])
    service = Attribute("Service", lambda m, rows: np.array(SERVICES)[m.city.units.service[rows]])
    kecamatan = Attribute(
        "Kecamatan; empty for a unit of the whole city", lambda m, rows: m.kecamatan_names[m.city.units.kecamatan[rows]]
    )
    size = Attribute("Staff", lambda m, rows: m.city.units.staff[rows])
    counter = Attribute("Staff who meet the public", lambda m, rows: m.city.units.counter[rows])
    process = column(
        "units.process", "Procedures, time, facilities, without open problems and ideas [SD]", low=-20, high=20
    )
    people = column("units.people", "Lasting difference of the unit in the people score [SD]", low=-20, high=20)
    climate = column("units.climate", "Responsiveness climate [SD]", low=-20, high=20)
    feedback = column(
        "units.feedback", "What feedback does to the behaviour of its staff [SD of rated behaviour]", writable=False
    )
    ideas = column("units.ideas", "Ideas from seminars, fading [participants per staff member]", low=0, high=100)
    knowledge = column("units.knowledge", "Knowledge of what citizens want, from forums, 0-1", low=0, high=1)
    open_problem = flag("units.theme", "A recurring problem waits for repair")
    leadership = column("units.leadership", "Mean managerial competence of its managers [SD]", writable=False)
    integrity_norm = column("units.norm", "Mean integrity of its staff at the start of the month [SD]", writable=False)
    hours_in_class = column("units.hours", "Staff hours in class, share of working time", writable=False)
    process_score = column("units.score", "Process score of this month [SD]", writable=False)
    service_expected = Attribute(
        "Experience to be expected of an encounter: its procedures and the people at its counters [SD]",
        _service_expected,
    )

    @property
    def staff(self) -> Rows:
        """Its civil servants."""
        first = int(self.model.city.units.first[self.row])
        return Rows.of(self.model, CivilServant, np.arange(first, first + self.size))


class Citizen(View):
    """An adult."""

    code = 3
    trust = Attribute("Trust in the city's government, 0-1", _trust, _set_trust, low=1e-6, high=1 - 1e-6)
    trust_state = column("citizens.trust", "What experience did to trust [logit]", low=-50, high=50)
    predisposition = column("citizens.alpha", "Predisposition to trust [logit]", low=-50, high=50)
    expected = column("citizens.expected", "Service expected at the counter [SD]", low=-20, high=20)
    lived = column("citizens.lived", "Running experience at the counter [SD]", low=-20, high=20)
    belief = column("citizens.belief", "Belief that a complaint helps, 0-1", low=0, high=1)
    encounters = column(
        "citizens.demand", "Chance of an encounter in a month, 0-1", low=0, high=65535 / 65536, per=65536
    )
    area = Attribute("Number of the kelurahan in the city, from 0", _area_of)
    kecamatan = Attribute("Kecamatan", lambda m, rows: m.kecamatan_names[m.city.areas.kecamatan[_area_of(m, rows)]])


class _Counters(weakref.WeakKeyDictionary[object, Iterator[int]]):
    """Counts ids from 1 for each model, and lets the model go."""

    def __getitem__(self, model: object) -> Iterator[int]:
        if model not in self:
            self[model] = itertools.count(1)
        return super().__getitem__(model)


class OwnAgent(Agent):  # type: ignore[misc]
    """Base class for agents that a researcher adds: real Mesa agents with attributes of their own.

    Mesa 3.3 keeps every model that ever made a plain `mesa.Agent` (its counter of ids holds the model); this class does not.
    """

    _ids = _Counters()
