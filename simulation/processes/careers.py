"""Careers so far: what the courses of the years before the start left, so that today's practice starts in its long-run balance.

Where a post uses a domain regularly, what was learned stays until the person moves or leaves. Such a stock takes a career to fill: the few
years that staff live before the start would leave it half empty, and competence would rise for decades under today's practice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.engine.columns import DOMAINS, PPPK, City, State
from simulation.engine.compiled import process, spliced
from simulation.engine.draws import LEADER, PLAN, PROVIDER, RENEWAL, ROTATION, USE, bits, lane, of_area, share, stream
from simulation.engine.scratch import Work
from simulation.practice import COURSES, PPPK_MOST
from simulation.processes.needs import domain_by_lot
from simulation.processes.start import EARLY, set_staff_refs
from simulation.processes.training import (
    LEADERS,
    course_hours,
    method_of,
    take_course,
    take_leadership,
    take_seminar,
)
from simulation.processes.workforce import CONTRACT, MORE_OF_A_PERSON, regular_domains, stop_using, uses_regularly
from simulation.rules.learning import faded, kept_share, use_hazard

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
        st.used[:] = 0
        st.staff.leading[:] = 0.0
        st.staff.led[:] = 0
        live_careers(city, st, levers, nature, seed)
        set_staff_refs(city, st, work)


@process
def live_careers(city: City, st: State, levers: Levers, nature: Nature, seed: int) -> None:
    """Past years, the earliest first: whoever was in the post then was moved or not, attended courses, and used or forgot them.

    Seats go by lot, as many as today's money buys and the hours of a year allow, in the present catalogue. A PPPK whose contract was not
    renewed was followed by somebody new, who starts without courses.
    """
    s, applied, idle, behaviour, used = st.staff, st.applied, st.idle, st.behaviour, st.used
    seats = levers.money.seats / city.figures.people_per_post
    counter = seats_at_counters(city, levers, seats)
    serving = managers = 0
    for unit in range(city.units.size):
        serving += city.units[unit].counter
    other = max(seats - counter * serving, 0.0) / max(s.size - serving, 1)
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
                if 12 * ago > s[j].age - s[j].entered + 6:  # a started year counts when it is more than half over
                    continue
                ended = s[j].status == PPPK and (12 * ago) % CONTRACT == 0
                if ended and share(lane(bits(renewal, place), 0)) >= nature.renewal:
                    for d in range(DOMAINS):  # somebody new in the post, without courses
                        stop_using(s, applied, idle, behaviour, used, j, d)
                        idle[j, d] = 0.0
                if share(lane(bits(move, place), 0)) < nature.rotation:
                    for d in range(DOMAINS):
                        stop_using(s, applied, idle, behaviour, used, j, d)
                    s[j].regular = regular_domains(bits(move, place + MORE_OF_A_PERSON), nature)
                if city.jobs[int(s[j].job)].manager == 1 and share(lane(bits(leader, place), 0)) < leads:
                    at_once = share(lane(bits(course, place + LEADERS), 0)) < nature.use_start
                    take_leadership(city, st, levers, nature, j, at_once)
                mine = counter if place < city.units[unit].counter else other
                attended = int(mine)
                attended += 1 if share(lane(bits(plan, place), 0)) < mine - attended else 0
                for k in range(min(attended, most_courses(levers, nature, s[j].status))):
                    attend_before(city, st, levers, nature, unit, j, bits(course, place + k * MORE_OF_A_PERSON))
                h = bits(use, place)
                for d in range(DOMAINS):
                    idle[j, d] = faded(idle[j, d], kept, 12.0 * nature.skill_loss, nature.decay_form)
                    if share(lane(h, d)) >= stays and not uses_regularly(s[j].regular, d):
                        stop_using(s, applied, idle, behaviour, used, j, d)


@spliced
def attend_before(city: City, st: State, levers: Levers, nature: Nature, unit: int, j: int, luck: np.uint64) -> None:
    """A course or a seminar of a past year: lanes give who taught, how, whether it was used at once, and the domain."""
    domain, who = domain_by_lot(levers, share(lane(luck, 3))), share(lane(luck, 0))
    applied = share(lane(luck, 2)) < nature.use_start
    seminar = levers.training.providers.seminar
    if who < seminar:
        take_seminar(st, nature, j, domain, applied)
    else:
        university = 1 if who < seminar + levers.training.providers.university else 0
        method = method_of(levers, nature, share(lane(luck, 1)), 0)[0]
        take_course(city, st, levers, nature, 2 * domain + university, unit, j, method, applied)


@process
def seats_at_counters(city: City, levers: Levers, seats: float) -> float:
    """Seats a head and year of those who meet the public [seats]: those reserved for them, at least as many as everybody's mean."""
    people = 0.0
    for unit in range(city.units.size):
        people += city.units[unit].counter
    return max(seats * levers.training.counter_seats / people, seats / city.status.size)


@process
def most_courses(levers: Levers, nature: Nature, status: int) -> int:
    """Courses that fit into the hours of a year; one always does."""
    hours = course_hours(levers, status)
    return min(max(int((PPPK_MOST if status == PPPK else nature.most_hours) / hours + 1e-9), 1), COURSES)
