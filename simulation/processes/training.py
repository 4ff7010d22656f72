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
from simulation.processes.workforce import stop_using, uses_regularly
from simulation.rules.learning import dose, faded, gain, kept_share, of_users, repeated, use_hazard

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
MOST_COURSES = 255  # courses in use that are counted; a further one adds nothing to speak of


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
        spent = off = 0.0
        provider = of_area(providers, unit)
        for place in range(city.units[unit].staff):
            j = city.units[unit].first + place
            hours = 0.0
            if s[j].leads == calendar:
                hours += attend_leadership(city, st, work, levers, nature, bits(provider, place + LEADERS), j)
            if st.plan[j, calendar] >= 0:
                hours += attend(city, st, work, levers, nature, bits(provider, place), unit, j, calendar)
            spent += hours
            if place < city.units[unit].counter:
                off += hours
        u[unit].hours = spent * CLASS_HOURS / (city.units[unit].staff * city.figures.working_hours)
        u[unit].off = off * CLASS_HOURS / (city.units[unit].counter * city.figures.working_hours)
        work.tally[Tally.HOURS] += spent * CLASS_HOURS


@spliced
def attend_leadership(
    city: City, st: State, work: Work, levers: Levers, nature: Nature, luck: np.uint64, j: int
) -> float:
    """A manager's leadership course; returns the hours in class [JP]."""
    p, hours = st.programmes, levers.training.leadership_hours
    spent = 0.0
    if p[LEADERSHIP].offline > 0:
        st.env[Env.OWED] -= levers.money.leader_price
    else:
        dx = take_leadership(city, st, levers, nature, j, share(lane(luck, 0)) < nature.use_start)
        p[LEADERSHIP].held += 1
        p[LEADERSHIP].gained += dx
        st.staff[j].course = 1
        book(st, work, j, hours, levers.money.leader_price)
        spent = hours
    return spent


@spliced
def take_leadership(city: City, st: State, levers: Levers, nature: Nature, j: int, applied: bool) -> float:
    """What a leadership course does to a manager: returns what was learned [staff SD]; in use it acts on the manager's behaviour.

    Source: lacerenza2017_learning, lacerenza2017_transfer.
    """
    domain, course = int(Domain.MANAGERIAL), st.programmes[LEADERSHIP]
    amount = dose(levers.training.leadership_hours, nature.training_hours, city.figures.reference_jp)
    lead, eager = lead_of(st, j, domain), nature.motivation_gain * st.staff[j].motivation
    factor = gain(1.0, amount, nature.aptitude_slope, lead, eager, 0.0, 0.0)
    dx = course.delta * factor
    learn(st, j, domain, dx, applied)
    if applied:
        s = st.staff
        job = of_users(course.job * factor, nature.use_start)
        s[j].leading += job * repeated(nature.repeat, s[j].led)
        s[j].led = min(s[j].led + 1, MOST_COURSES)
    return dx


@spliced
def take_seminar(st: State, nature: Nature, j: int, domain: int, applied: bool) -> None:
    """What a seminar teaches. It does nothing to behaviour: information alone moved practice by one point (rowe2018_print)."""
    eager = nature.motivation_gain * st.staff[j].motivation
    dx = gain(nature.seminar_effect, 1.0, nature.aptitude_slope, lead_of(st, j, domain), eager, 0.0, 0.0)
    learn(st, j, domain, dx, applied)


@spliced
def take_course(
    city: City,
    st: State,
    levers: Levers,
    nature: Nature,
    programme: int,
    unit: int,
    j: int,
    method: float,
    applied: bool,
) -> float:
    """What a technical course does to a participant: returns what was learned [staff SD]; in use it acts on the job.

    The same length, method and match act on both, as does the revision of a programme. Source: arthur2003_learning,
    arthur2003_behaviour, oliveira2015_clients.
    """
    domain, hours = programme // 2, course_hours(levers, st.staff[j].status)
    factor = course_factor(city, st, nature, domain, unit, j, hours, method)
    dx = st.programmes[programme].delta * factor
    learn(st, j, domain, dx, applied)
    if applied:
        job = of_users(st.programmes[programme].job * factor, nature.use_start)
        st.behaviour[j, domain] += job * repeated(nature.repeat, st.used[j, domain])
        st.used[j, domain] = min(st.used[j, domain] + 1, MOST_COURSES)
    return dx


@process
def count_absence(city: City, st: State) -> None:
    """Share of the working time of those who meet the public that courses take, as a mean of about a year."""
    u = st.units
    for unit in range(city.units.size):
        u[unit].away += (u[unit].off - u[unit].away) / 12.0


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
        take_seminar(st, nature, j, domain, applied)
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
        dx = take_course(city, st, levers, nature, programme, unit, j, method, applied)
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
def course_factor(
    city: City, st: State, nature: Nature, domain: int, unit: int, j: int, hours: float, method: float
) -> float:
    """What a person gets out of a technical course for each SD of its true effect: by its length and method, and by who comes."""
    weights = city.weights[city.units[unit].service]
    # Relevance is one on average when domains are dealt out by lot: one course in four meets the largest gap.
    match = (1.0 if largest_gap(weights, st.base[j], st.applied[j]) == domain else 0.0) - 1.0 / DOMAINS
    return gain(
        1.0,
        dose(hours, nature.training_hours, city.figures.reference_jp),
        nature.aptitude_slope,
        lead_of(st, j, domain),
        nature.motivation_gain * st.staff[j].motivation,
        nature.relevance * match,
        method,
    )


@spliced
def lead_of(st: State, j: int, domain: int) -> float:
    """Competence that a person holds, used or not, above the usual mean [staff SD]."""
    lead: float = st.base[j, domain] + st.applied[j, domain] + st.idle[j, domain] - st.ref[Ref.THETA]
    return lead


@spliced
def learn(st: State, j: int, domain: int, dx: float, applied: bool) -> None:
    """What was learned is applied on the job at once, or not."""
    if applied:
        st.applied[j, domain] += dx
    else:
        st.idle[j, domain] += dx


@spliced
def book(st: State, work: Work, j: int, hours: float, price: float) -> None:
    """A course in the books: JP of the person, a trainee, and its price [rupiah]."""
    st.staff[j].jp += hours
    work.tally[Tally.TRAINING] += price
    work.tally[Tally.TRAINEES] += 1.0


@spliced
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
    """Skills in use fall out of use with a monthly chance where the post does not use them regularly; skills out of use fade."""
    s, applied, idle, behaviour, used = st.staff, st.applied, st.idle, st.behaviour, st.used
    kept = kept_share(nature.skill_half_life)
    # Skills trained before the policy were not followed up: the share followed up rises over a year of courses.
    uses = stream(seed, USE, t)
    st.env[Env.FOLLOWED] += (levers.training.follow_up - st.env[Env.FOLLOWED]) / 12.0
    hazard = LANES * use_hazard(nature.use_hazard, st.env[Env.FOLLOWED], nature.follow_up_on_use)
    for unit in range(city.units.size):
        k = of_area(uses, unit)
        for place in range(city.units[unit].staff):
            j = city.units[unit].first + place
            h = bits(k, place)
            for d in range(DOMAINS):
                idle[j, d] = faded(idle[j, d], kept, nature.skill_loss, nature.decay_form)
                if lane(h, d) < hazard and not uses_regularly(s[j].regular, d):
                    stop_using(s, applied, idle, behaviour, used, j, d)


@process
def lead_units(city: City, st: State) -> float:
    """Leadership of each unit: mean of what lasts of its managers' competence, and of what leadership courses do to their behaviour.

    Returns the mean competence over units that have any. What courses added to competence is left out: the study that sizes leadership
    compares managers, not courses, and courses have an effect of their own.
    Source: fenizia2022; lacerenza2017_transfer.
    """
    s, u = st.staff, st.units
    total, n = 0.0, 0
    for unit in range(city.units.size):
        held = conduct = 0.0
        managers = 0
        for j in range(city.units[unit].first, city.units[unit].first + city.units[unit].staff):
            if city.jobs[int(s[j].job)].manager == 1:
                held += st.base[j, Domain.MANAGERIAL]
                conduct += s[j].leading
                managers += 1
        u[unit].leadership = held / managers if managers > 0 else st.ref[Ref.LEADERSHIP]
        u[unit].conduct = conduct / managers if managers > 0 else 0.0
        if managers > 0:
            total += u[unit].leadership
            n += 1
    return total / n if n > 0 else 0.0
