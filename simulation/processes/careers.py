"""Careers so far: what the courses of the years before the start left, so that today's practice starts in its long-run balance.

Where a post uses a domain regularly, what was learned stays until the person moves or leaves. Such a stock takes a career to fill: the few
years that staff live before the start would leave it half empty, and competence would rise for decades under today's practice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.engine.columns import DOMAINS, PPPK, City, Domain, Ref, State
from simulation.engine.compiled import process
from simulation.engine.draws import LEADER, PLAN, PROVIDER, RENEWAL, ROTATION, USE, bits, lane, of_area, share, stream
from simulation.engine.scratch import Work
from simulation.practice import PPPK_MOST
from simulation.processes.start import EARLY, set_staff_refs
from simulation.processes.training import LEADERS, LEADERSHIP, largest_gap, lead_by, put_to_use
from simulation.processes.workforce import CONTRACT, MORE_OF_A_PERSON, regular_domains, stop_using, uses_regularly
from simulation.rules.learning import dose, faded, gain, kept_share, use_hazard

if TYPE_CHECKING:
    from simulation.levers import Levers
    from simulation.registry import Nature

YEARS = 45  # of a career that are lived again, the longest there is


@process
def settle_careers(city: City, st: State, work: Work, levers: Levers, nature: Nature, seed: int) -> None:
    """Live the careers of everybody twice with the same luck: the first time shows the mean competence that gains are centred on."""
    for _ in range(2):
        st.applied[:] = 0.0
        st.idle[:] = 0.0
        st.behaviour[:] = 0.0
        st.courses[:] = 0
        st.staff.leading[:] = 0.0
        st.staff.led[:] = 0
        live_careers(city, st, levers, nature, seed)
        set_staff_refs(city, st, work)


@process
def live_careers(city: City, st: State, levers: Levers, nature: Nature, seed: int) -> None:
    """Past years, the earliest first: whoever was in the post then was moved or not, attended courses, and used or forgot them.

    Seats go by lot, as many as today's money buys, in the present catalogue. A PPPK whose contract was not renewed was followed by somebody
    new, who starts without courses.
    """
    s = st.staff
    seats = levers.money.seats / (city.figures.people_per_post * s.size)
    managers = 0
    for j in range(s.size):
        managers += city.jobs[int(s[j].job)].manager
    leads = levers.money.leader_seats / city.figures.people_per_post / max(managers, 1)
    kept = kept_share(nature.skill_half_life / 12.0)
    hazard = use_hazard(nature.use_hazard, levers.training.follow_up, nature.follow_up_on_use)
    stays = 1.0
    for _ in range(12):
        stays *= 1.0 - hazard
    for ago in range(YEARS, 0, -1):
        year = EARLY + ago
        moves, renewals = stream(seed, ROTATION, year), stream(seed, RENEWAL, year)
        plans, courses = stream(seed, PLAN, year), stream(seed, PROVIDER, year)
        leaders, uses = stream(seed, LEADER, year), stream(seed, USE, year)
        for unit in range(city.units.size):
            move, renewal = of_area(moves, unit), of_area(renewals, unit)
            plan, course = of_area(plans, unit), of_area(courses, unit)
            leader, use = of_area(leaders, unit), of_area(uses, unit)
            for place in range(city.units[unit].staff):
                j = city.units[unit].first + place
                if 12 * ago > s[j].age - s[j].entered:
                    continue
                ended = s[j].status == PPPK and (12 * ago) % CONTRACT == 0
                if ended and share(lane(bits(renewal, place), 0)) >= nature.renewal:
                    start_anew(st, j)
                if share(lane(bits(move, place), 0)) < nature.rotation:
                    for d in range(DOMAINS):
                        stop_using(st, j, d)
                    s[j].regular = regular_domains(bits(move, place + MORE_OF_A_PERSON), nature)
                if city.jobs[int(s[j].job)].manager == 1 and share(lane(bits(leader, place), 0)) < leads:
                    led_before(city, st, levers, nature, j, share(lane(bits(course, place + LEADERS), 0)))
                attended = int(seats)
                attended += 1 if share(lane(bits(plan, place), 0)) < seats - attended else 0
                for k in range(attended):
                    attended_before(city, st, levers, nature, unit, j, bits(course, place + k * MORE_OF_A_PERSON))
                h = bits(use, place)
                for d in range(DOMAINS):
                    st.idle[j, d] = faded(st.idle[j, d], kept, 12.0 * nature.skill_loss, nature.decay_form)
                    if share(lane(h, d)) >= stays and not uses_regularly(s[j].regular, d):
                        stop_using(st, j, d)


@process
def start_anew(st: State, j: int) -> None:
    """Somebody new in the post, without courses."""
    for d in range(DOMAINS):
        stop_using(st, j, d)
        st.idle[j, d] = 0.0


@process
def led_before(city: City, st: State, levers: Levers, nature: Nature, j: int, luck: float) -> None:
    """A leadership course of a past year."""
    d = Domain.MANAGERIAL
    lead = st.base[j, d] + st.applied[j, d] + st.idle[j, d] - st.ref[Ref.THETA]
    eager = nature.motivation_gain * st.staff[j].motivation
    amount = dose(levers.training.leadership_hours, nature.training_hours, city.figures.reference_jp)
    course = st.programmes[LEADERSHIP]
    dx = gain(course.delta, amount, nature.aptitude_slope, lead, eager, 0.0, 0.0)
    if luck < nature.use_start:
        lead_by(st, nature, j, dx, gain(course.job, amount, nature.aptitude_slope, lead, eager, 0.0, 0.0))
    else:
        st.idle[j, d] += dx


@process
def attended_before(city: City, st: State, levers: Levers, nature: Nature, unit: int, j: int, luck: np.uint64) -> None:
    """A technical course or a seminar of a past year: lanes give who taught, how, whether it was used at once, and the domain."""
    d = int(share(lane(luck, 3)) * DOMAINS)
    who, how = share(lane(luck, 0)), share(lane(luck, 1))
    at_once = share(lane(luck, 2)) < nature.use_start
    lead = st.base[j, d] + st.applied[j, d] + st.idle[j, d] - st.ref[Ref.THETA]
    eager = nature.motivation_gain * st.staff[j].motivation
    if who < levers.training.providers.seminar:
        dx = gain(nature.seminar_effect, 1.0, nature.aptitude_slope, lead, eager, 0.0, 0.0)
        if at_once:
            st.applied[j, d] += dx
        else:
            st.idle[j, d] += dx
        return
    university = 1 if who < levers.training.providers.seminar + levers.training.providers.university else 0
    method = 0.0
    if how < levers.training.methods.coaching:
        method = nature.coaching_effect
    elif how < levers.training.methods.coaching + levers.training.methods.blended:
        method = nature.blended_effect
    weights = city.weights[city.units[unit].service]
    match = (1.0 if largest_gap(weights, st.base[j], st.applied[j]) == d else 0.0) - 1.0 / DOMAINS
    hours = levers.training.hours_per_person
    if st.staff[j].status == PPPK:
        hours = min(hours, PPPK_MOST)
    amount = dose(hours, nature.training_hours, city.figures.reference_jp)
    course = st.programmes[2 * d + university]
    dx = gain(course.delta, amount, nature.aptitude_slope, lead, eager, nature.relevance * match, method)
    if at_once:
        job = gain(course.job, amount, nature.aptitude_slope, lead, eager, nature.relevance * match, method)
        put_to_use(st, nature, j, d, dx, job)
    else:
        st.idle[j, d] += dx
