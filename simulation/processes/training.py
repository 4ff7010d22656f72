"""Training: courses of the month, by provider and method; use on the job and forgetting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.engine.columns import DOMAINS, FUNGSIONAL, PPPK, City, Domain, Env, Ref, State, Tally
from simulation.engine.compiled import process, spliced
from simulation.engine.draws import LANES, PROVIDER, USE, bits, lane, of_area, share, stream
from simulation.engine.records import Float32s, Float64s
from simulation.engine.scratch import Work
from simulation.practice import FOLLOW_UP_HOURS, PPPK_MOST, SEMINAR_HOURS
from simulation.rules.learning import dose, faded, gain, kept_share, use_hazard

if TYPE_CHECKING:
    from simulation.levers import Levers
    from simulation.registry import Nature

BLENDED, COACHED = 1, 2  # steps of the method of a programme that evaluation revised
LEADERSHIP = 2 * DOMAINS  # row of the leadership programme
LEADERS = 500_000  # places of a stream from here on belong to leadership courses, those before to the other courses of the same people
FUNCTIONAL_HOURS = (
    20.0  # JP from which a technical course counts as functional training; assumed, as long as IP ASN asks for a year
)
IDEAS_FADE = 36.0  # months over which ideas fade; assumed
CLASS_HOURS = 0.75  # clock hours of a JP


@process
def largest_gap(weights: Float64s, base: Float32s, applied: Float32s) -> int:
    """Domain in which a person is furthest below the mean, weighted by the work of the unit."""
    best, domain = 1e9, 0
    for d in range(DOMAINS):
        held = weights[d] * (base[d] + applied[d])
        if held < best:
            best, domain = held, d
    return domain


@spliced
def train(city: City, st: State, work: Work, levers: Levers, nature: Nature, seed: int, t: int) -> None:
    """Courses of this month: leadership courses, then technical courses and seminars, person by person.

    A course under revision does not run: its seats of the month are lost, and their money buys seats next year.
    """
    s, u = st.staff, st.units
    calendar = t % 12
    providers = stream(seed, PROVIDER, t)
    for unit in range(city.units.size):
        u[unit].ideas *= 1.0 - 1.0 / IDEAS_FADE
        spent = 0.0
        provider = of_area(providers, unit)
        for place in range(city.units[unit].staff):
            j = city.units[unit].first + place
            if s[j].leads == calendar:
                spent += attend_leadership(city, st, work, levers, nature, bits(provider, place + LEADERS), j)
            if st.plan[j, calendar] >= 0:
                spent += attend(city, st, work, levers, nature, bits(provider, place), unit, j, calendar)
        u[unit].hours = spent * CLASS_HOURS / (city.units[unit].staff * city.figures.working_hours)
        work.tally[Tally.HOURS] += spent * CLASS_HOURS


@spliced
def attend_leadership(
    city: City, st: State, work: Work, levers: Levers, nature: Nature, luck: np.uint64, j: int
) -> float:
    """A manager's leadership course; returns the hours in class [JP]."""
    p, domain, hours = st.programmes, int(Domain.MANAGERIAL), levers.training.leadership_hours
    spent = 0.0
    if p[LEADERSHIP].offline > 0:
        st.env[Env.OWED] -= levers.money.leader_price
    else:
        eager = nature.motivation_gain * st.staff[j].motivation
        amount = dose(hours, nature.training_hours, city.figures.reference_jp)
        dx = gain(p[LEADERSHIP].delta, amount, nature.aptitude_slope, lead_of(st, j, domain), eager, 0.0, 0.0)
        learn(st, j, domain, dx, share(lane(luck, 0)) < nature.use_start)
        p[LEADERSHIP].held += 1
        p[LEADERSHIP].gained += dx
        st.staff[j].course = 1
        book(st, work, j, hours, levers.money.leader_price)
        spent = hours
    return spent


@spliced
def attend(
    city: City, st: State, work: Work, levers: Levers, nature: Nature, luck: np.uint64, unit: int, j: int, calendar: int
) -> float:
    """The course that a person has planned for this month: a seminar, or a course of the agency or a university.

    Returns the hours in class and of follow-up [JP].
    """
    domain = int(st.plan[j, calendar])
    provider = share(lane(luck, 0))
    applied = share(lane(luck, 2)) < nature.use_start
    seminar = levers.training.providers.seminar
    university = 1 if provider < seminar + levers.training.providers.university else 0
    programme = 2 * domain + university
    spent = 0.0
    if provider < seminar:
        eager = nature.motivation_gain * st.staff[j].motivation
        dx = gain(nature.seminar_effect, 1.0, nature.aptitude_slope, lead_of(st, j, domain), eager, 0.0, 0.0)
        learn(st, j, domain, dx, applied)
        st.units[unit].ideas += 1.0 / city.units[unit].staff
        st.staff[j].seminar = 0
        book(st, work, j, SEMINAR_HOURS, levers.money.seminar_price)
        spent = SEMINAR_HOURS
    elif st.programmes[programme].offline > 0:
        st.env[Env.OWED] -= levers.money.seat_price
    else:
        hours = course_hours(levers, st.staff[j].status)
        kind = share(lane(luck, 1))
        factor = levers.money.university_factor if university == 1 else 1.0
        method, per_jp = method_of(levers, nature, kind, st.programmes[programme].method)
        price = hours * per_jp * factor
        if st.programmes[programme].method > 0:  # seats were bought at the price of the policy's methods
            st.env[Env.OWED] += price - hours * method_of(levers, nature, kind, 0)[1] * factor
        dx = course_gain(city, st, nature, programme, domain, unit, j, hours, method)
        learn(st, j, domain, dx, applied)
        st.programmes[programme].held += 1
        st.programmes[programme].gained += dx
        if counts_as_functional(city, st, j, domain, hours):
            st.staff[j].course = 1
        book(st, work, j, hours, price + levers.training.follow_up * levers.money.follow_up_price)
        spent = hours + levers.training.follow_up * FOLLOW_UP_HOURS
    return spent


@process
def course_hours(levers: Levers, status: int) -> float:
    """Length of a technical course [JP]: PPPK are held at what a contract year allows."""
    return min(levers.training.hours_per_person, PPPK_MOST) if status == PPPK else levers.training.hours_per_person


@process
def method_of(levers: Levers, nature: Nature, luck: float, steps: int) -> tuple[float, float]:
    """Method by which a participant is taught: its relative gain, and its price [rupiah per JP].

    steps: that revisions took from the policy's mix: none; blended in place of the classroom; coaching for everybody.
    """
    mix, money = levers.training.methods, levers.money
    if steps == COACHED or luck < mix.coaching:
        return nature.coaching_effect, money.coaching_price
    if steps == BLENDED or luck < mix.coaching + mix.blended:
        return nature.blended_effect, money.blended_price
    return 0.0, money.klasikal_price


@spliced
def course_gain(
    city: City, st: State, nature: Nature, programme: int, domain: int, unit: int, j: int, hours: float, method: float
) -> float:
    """What a person learns in a technical course [staff SD]."""
    weights = city.weights[city.units[unit].service]
    # Relevance is one on average when domains are dealt out by lot: one course in four meets the largest gap.
    match = (1.0 if largest_gap(weights, st.base[j], st.applied[j]) == domain else 0.0) - 1.0 / DOMAINS
    return gain(
        st.programmes[programme].delta,
        dose(hours, nature.training_hours, city.figures.reference_jp),
        nature.aptitude_slope,
        lead_of(st, j, domain),
        nature.motivation_gain * st.staff[j].motivation,
        nature.relevance * match,
        method,
    )


@process
def lead_of(st: State, j: int, domain: int) -> float:
    """Competence that a person holds, used or not, above the usual mean [staff SD]."""
    lead: float = st.base[j, domain] + st.applied[j, domain] + st.idle[j, domain] - st.ref[Ref.THETA]
    return lead


@process
def learn(st: State, j: int, domain: int, dx: float, applied: bool) -> None:
    """What was learned is applied on the job at once, or not."""
    if applied:
        st.applied[j, domain] += dx
    else:
        st.idle[j, domain] += dx


@process
def book(st: State, work: Work, j: int, hours: float, price: float) -> None:
    """A course in the books: JP of the person, a trainee, and its price [rupiah]."""
    st.staff[j].jp += hours
    work.tally[Tally.TRAINING] += price
    work.tally[Tally.TRAINEES] += 1.0


@process
def counts_as_functional(city: City, st: State, j: int, domain: int, hours: float) -> bool:
    """Whether a course counts as functional training in the IP ASN."""
    pns = st.staff[j].status != PPPK
    return (
        pns
        and domain == Domain.TECHNICAL
        and hours >= FUNCTIONAL_HOURS
        and city.jobs[int(st.staff[j].job)].kind == FUNGSIONAL
    )


@spliced
def practise(city: City, st: State, levers: Levers, nature: Nature, seed: int, t: int) -> None:
    """Skills in use fall out of use with a monthly chance; skills out of use fade."""
    u = st.units
    kept = kept_share(nature.skill_half_life)
    # Skills trained before the policy were not followed up: the share followed up rises over a year of courses.
    uses = stream(seed, USE, t)
    st.env[Env.FOLLOWED] += (levers.training.follow_up - st.env[Env.FOLLOWED]) / 12.0
    for unit in range(city.units.size):
        lead = u[unit].leadership - st.ref[Ref.LEADERSHIP]
        hazard = LANES * use_hazard(
            nature.use_hazard, st.env[Env.FOLLOWED], nature.follow_up_on_use, lead, nature.leadership_on_use
        )
        k = of_area(uses, unit)
        for place in range(city.units[unit].staff):
            j = city.units[unit].first + place
            h = bits(k, place)
            for d in range(DOMAINS):
                st.idle[j, d] = faded(st.idle[j, d], kept, nature.skill_loss, nature.decay_form)
                if lane(h, d) < hazard:
                    st.idle[j, d] += st.applied[j, d]
                    st.applied[j, d] = 0.0


@process
def lead_units(city: City, st: State) -> float:
    """Leadership of each unit: mean managerial competence in use of its managers; returns the mean over units that have any."""
    s, u = st.staff, st.units
    total, n = 0.0, 0
    for unit in range(city.units.size):
        held, managers = 0.0, 0
        for j in range(city.units[unit].first, city.units[unit].first + city.units[unit].staff):
            if city.jobs[int(s[j].job)].manager == 1:
                held += st.base[j, Domain.MANAGERIAL] + st.applied[j, Domain.MANAGERIAL]
                managers += 1
        u[unit].leadership = held / managers if managers > 0 else st.ref[Ref.LEADERSHIP]
        if managers > 0:
            total += u[unit].leadership
            n += 1
    return total / n if n > 0 else 0.0
