"""Training: courses of the month, by provider and method; use on the job and forgetting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.engine.columns import DOMAINS, FUNGSIONAL, PPPK, City, Domain, Env, Ref, State, Tally
from simulation.engine.compiled import process, spliced
from simulation.engine.draws import LANES, PROVIDER, USE, bits, lane, of_area, share, stream
from simulation.engine.records import Float32s, Float64s
from simulation.engine.scratch import Work
from simulation.practice import FOLLOW_UP_HOURS, PPPK_MOST
from simulation.processes.workforce import stop_using, uses_regularly
from simulation.rules.learning import dose, faded, gain, kept_share, repeated, use_hazard

if TYPE_CHECKING:
    from simulation.levers import Levers
    from simulation.registry import Nature

LEADERSHIP = 2 * DOMAINS  # row of the leadership programme
LEADERS = 500_000  # places of a stream from here on belong to leadership courses, those before to the other courses of the same people
SEMINAR_HOURS = 8.0  # JP of a seminar; assumed
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
    s, p, u, tally = st.staff, st.programmes, st.units, work.tally
    base, applied, idle = st.base, st.applied, st.idle
    calendar = t % 12
    theta = st.ref[Ref.THETA]
    leader_dose = dose(levers.training.leadership_hours, nature.training_hours, city.figures.reference_jp)
    pns_dose = dose(levers.training.hours_per_person, nature.training_hours, city.figures.reference_jp)
    pppk_hours = min(levers.training.hours_per_person, PPPK_MOST)
    pppk_dose = dose(pppk_hours, nature.training_hours, city.figures.reference_jp)
    follow = levers.training.follow_up * levers.money.follow_up_price
    providers = stream(seed, PROVIDER, t)
    for unit in range(city.units.size):
        u[unit].ideas *= 1.0 - 1.0 / IDEAS_FADE
        spent = off = 0.0
        weights = city.weights[city.units[unit].service]
        provider = of_area(providers, unit)
        for place in range(city.units[unit].staff):
            j = city.units[unit].first + place
            if s[j].leads == calendar and p[LEADERSHIP].offline > 0:
                st.env[Env.OWED] -= levers.money.leader_price
            elif s[j].leads == calendar:
                lead = base[j, Domain.MANAGERIAL] + applied[j, Domain.MANAGERIAL] + idle[j, Domain.MANAGERIAL] - theta
                dx = gain(
                    p[LEADERSHIP].delta,
                    leader_dose,
                    nature.aptitude_slope,
                    lead,
                    nature.motivation_gain * s[j].motivation,
                    0.0,
                    0.0,
                )
                if share(lane(bits(provider, place + LEADERS), 0)) < nature.use_start:
                    lead_by(
                        st,
                        nature,
                        j,
                        dx,
                        gain(
                            p[LEADERSHIP].job,
                            leader_dose,
                            nature.aptitude_slope,
                            lead,
                            nature.motivation_gain * s[j].motivation,
                            0.0,
                            0.0,
                        ),
                    )
                else:
                    idle[j, Domain.MANAGERIAL] += dx
                p[LEADERSHIP].held += 1
                p[LEADERSHIP].gained += dx
                s[j].course = 1
                s[j].jp += levers.training.leadership_hours
                spent += levers.training.leadership_hours
                if place < city.units[unit].counter:
                    off += levers.training.leadership_hours
                tally[Tally.TRAINING] += levers.money.leader_price
                tally[Tally.TRAINEES] += 1.0
            if s[j].domain < 0 or s[j].when != calendar:
                continue
            h = bits(provider, place)
            domain = int(s[j].domain)
            luck, kind = share(lane(h, 0)), share(lane(h, 1))
            lead = base[j, domain] + applied[j, domain] + idle[j, domain] - theta
            eager = nature.motivation_gain * s[j].motivation
            if luck < levers.training.providers.seminar:
                hours, price, coached = SEMINAR_HOURS, levers.money.seminar_price, 0.0
                dx = gain(nature.seminar_effect, 1.0, nature.aptitude_slope, lead, eager, 0.0, 0.0)
                job = 0.0
                u[unit].ideas += 1.0 / city.units[unit].staff
                s[j].seminar = 0
            else:
                university = luck < levers.training.providers.seminar + levers.training.providers.university
                programme = 2 * domain + (1 if university else 0)
                if p[programme].offline > 0:
                    st.env[Env.OWED] -= levers.money.seat_price
                    continue
                method, price = 0.0, levers.money.klasikal_price
                if kind < levers.training.methods.coaching:
                    method, price = nature.coaching_effect, levers.money.coaching_price
                elif kind < levers.training.methods.coaching + levers.training.methods.blended:
                    method, price = nature.blended_effect, levers.money.blended_price
                coached = levers.training.follow_up * FOLLOW_UP_HOURS
                pppk = s[j].status == PPPK
                hours = pppk_hours if pppk else levers.training.hours_per_person
                price = hours * price * (levers.money.university_factor if university else 1.0) + follow
                # Relevance is one on average when domains are dealt out by lot: one course in four meets the largest gap.
                match = (1.0 if largest_gap(weights, base[j], applied[j]) == domain else 0.0) - 1.0 / DOMAINS
                dx = gain(
                    p[programme].delta,
                    pppk_dose if pppk else pns_dose,
                    nature.aptitude_slope,
                    lead,
                    eager,
                    nature.relevance * match,
                    method,
                )
                job = gain(
                    p[programme].job,
                    pppk_dose if pppk else pns_dose,
                    nature.aptitude_slope,
                    lead,
                    eager,
                    nature.relevance * match,
                    method,
                )
                p[programme].held += 1
                p[programme].gained += dx
                if (
                    not pppk
                    and domain == Domain.TECHNICAL
                    and hours >= FUNCTIONAL_HOURS
                    and city.jobs[int(s[j].job)].kind == FUNGSIONAL
                ):
                    s[j].course = 1  # counts as functional training
            if share(lane(h, 2)) >= nature.use_start:
                idle[j, domain] += dx
            elif luck < levers.training.providers.seminar:
                applied[j, domain] += dx
            else:
                put_to_use(st, nature, j, domain, dx, job)
            s[j].jp += hours
            spent += hours + coached
            if place < city.units[unit].counter:
                off += hours + coached
            tally[Tally.TRAINING] += price
            tally[Tally.TRAINEES] += 1.0
        u[unit].hours = spent * CLASS_HOURS / (city.units[unit].staff * city.figures.working_hours)
        u[unit].off = off * CLASS_HOURS / (city.units[unit].counter * city.figures.working_hours)
        tally[Tally.HOURS] += spent * CLASS_HOURS


@process
def put_to_use(st: State, nature: Nature, j: int, domain: int, dx: float, job: float) -> None:
    """A course is used from its end on: what was learned, and what it does on the job beside the courses already in use."""
    st.applied[j, domain] += dx
    st.behaviour[j, domain] += job * repeated(nature.repeat, st.courses[j, domain])
    st.courses[j, domain] = min(st.courses[j, domain] + 1, MOST_COURSES)


@process
def lead_by(st: State, nature: Nature, j: int, dx: float, job: float) -> None:
    """A leadership course is used from its end on: what the manager learned, and what it does to the manager's behaviour."""
    s = st.staff
    st.applied[j, Domain.MANAGERIAL] += dx
    s[j].leading += job * repeated(nature.repeat, s[j].led)
    s[j].led = min(s[j].led + 1, MOST_COURSES)


@process
def count_absence(city: City, st: State) -> None:
    """Share of the working time of those who meet the public that courses take, as a mean of about a year."""
    u = st.units
    for unit in range(city.units.size):
        u[unit].away += (u[unit].off - u[unit].away) / 12.0


@spliced
def practise(city: City, st: State, levers: Levers, nature: Nature, seed: int, t: int) -> None:
    """Skills in use fall out of use with a monthly chance where the post does not use them regularly; skills out of use fade."""
    s = st.staff
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
                st.idle[j, d] = faded(st.idle[j, d], kept, nature.skill_loss, nature.decay_form)
                if lane(h, d) < hazard and not uses_regularly(s[j].regular, d):
                    stop_using(st, j, d)


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
