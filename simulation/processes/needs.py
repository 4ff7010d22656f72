"""Needs: once a year the office gives out the seats, by lot or by an analysis of gaps with error: who attends which courses, and when."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from simulation.engine.columns import DOMAINS, PPPK, City, Domain, Env, State
from simulation.engine.compiled import process, spliced
from simulation.engine.draws import LEADER, NEED, PLAN, bits, key, lane, normal, share
from simulation.engine.exact import log
from simulation.engine.scratch import Work
from simulation.engine.slices import slice_of
from simulation.practice import COURSES, PPPK_MOST, SEMINAR_HOURS
from simulation.rules.seats import fits

if TYPE_CHECKING:
    from simulation.levers import Levers
    from simulation.registry import Nature

EQUAL, NEEDS = 0, 1  # choices of the lever training.targeting, numbered as the policy lists them
BINS = 4096  # bins of priorities; people in one bin have equal priority
LOWEST, RANGE = -6.0, 12.0  # priorities from -6 to 6: gaps in SD
ROUNDS = 1_000_000  # from one round of seats to the next, places of a stream are so far apart


@process
def estimated_gap(required: float, held: float, weight: float, accuracy: float, luck: float) -> float:
    """Weighted gap that the analysis sees [staff SD]: correlation `accuracy` with the true gap, the rest is luck.

    gap = weight * (q * (required - held) + sqrt(1 - q^2) * luck).
    """
    return weight * (accuracy * (required - held) + math.sqrt(1.0 - accuracy * accuracy) * luck)


@process
def required_level(rise: float, month: int, domain: int) -> float:
    """Required competence of a domain [staff SD]: today's mean for all, and rising for the digital domain. Class: assumed."""
    return rise * month / 12.0 if domain == Domain.DIGITAL else 0.0


@process
def known_accuracy(levers: Levers, nature: Nature) -> float:
    """Accuracy of the needs analysis, 0-1; complaints may inform it."""
    if levers.needs.complaints_inform:
        return min(max(levers.needs.accuracy + nature.complaint_to_needs, 0.0), 1.0)
    return levers.needs.accuracy


@process
def share_of(levers: Levers, domain: int) -> float:
    """Share of the seats that the office gives to a domain, 0-1."""
    mix = levers.training.domains
    if domain == Domain.MANAGERIAL:
        return mix.managerial
    if domain == Domain.SOCIOCULTURAL:
        return mix.sociocultural
    return mix.technical if domain == Domain.TECHNICAL else mix.digital


@process
def domain_by_lot(levers: Levers, luck: float) -> int:
    """Domain of a seat that is given out by lot: each with its share of the seats."""
    upto = 0.0
    for d in range(DOMAINS - 1):
        upto += share_of(levers, d)
        if luck < upto:
            return d
    return DOMAINS - 1


@process
def bin_of(priority: float) -> int:
    """Bin of a priority between -6 and 6; people in one bin are treated as equal."""
    return slice_of(priority, LOWEST, BINS / RANGE, BINS)


@spliced
def assess_needs(
    city: City, st: State, work: Work, levers: Levers, nature: Nature, seed: int, t: int, month: int
) -> None:
    """January: plan the leadership courses, then give out the year's seats, first those that are reserved for people at counters.

    What revisions cost last year is taken from this year's seats, and what courses under revision did not spend is added. month counts
    from the start of the comparison (negative while the start is settled).
    """
    if t % 12 != 0:
        return
    plan_leaders(city, st, levers, seed, t)
    money = max(levers.money.seats * levers.money.seat_price / city.figures.people_per_post - st.env[Env.OWED], 0.0)
    st.env[Env.OWED] = 0.0
    seats = int(money / levers.money.seat_price + 1e-9)
    reserved = int(seats * levers.training.counter_seats)
    work.booked[:] = 0
    for counter in range(1, -1, -1):
        left = reserved if counter == 1 else seats
        for course in range(COURSES):
            if left > 0:
                taken = give_seats(city, st, work, levers, nature, seed, t, month, counter, course, left)
                left -= taken
                seats -= taken


@process
def give_seats(
    city: City,
    st: State,
    work: Work,
    levers: Levers,
    nature: Nature,
    seed: int,
    t: int,
    month: int,
    counter: int,
    course: int,
    seats: int,
) -> int:
    """One round of seats, among those who have `course` courses so far: the highest priorities get one each; returns the seats taken.

    Rounds follow each other until the seats are gone, so everybody's first course comes before anybody's second. Nobody attends more than
    the hours of a year allow. counter: 1 for a round among those who meet the public, 0 among everybody.
    """
    work.bins[:] = 0
    for unit in range(city.units.size):
        service = city.units[unit].service
        plan, need = key(seed, PLAN, t, unit), key(seed, NEED, t, unit)
        for place in range(city.units[unit].counter if counter == 1 else city.units[unit].staff):
            j = city.units[unit].first + place
            work.wish[j] = -1
            if work.booked[j] != course or not has_room(st, work, levers, nature, j):
                continue
            h = bits(plan, place + course * ROUNDS)
            work.wish[j] = domain_by_lot(levers, share(lane(h, 1)))
            work.priority[j] = RANGE * share(lane(h, 0)) + LOWEST  # a lottery, spread over all the bins
            if int(levers.training.targeting) == NEEDS:
                choose_domain(city, st, work, levers, nature, max(month, 0), bits(need, place), service, j, course)
            work.bins[bin_of(work.priority[j])] += 1
    left, cut = seats, BINS - 1
    while cut > 0 and work.bins[cut] <= left:
        left -= work.bins[cut]
        cut -= 1
    taken = 0
    for unit in range(city.units.size):
        plan = key(seed, PLAN, t, unit)
        for place in range(city.units[unit].counter if counter == 1 else city.units[unit].staff):
            j = city.units[unit].first + place
            if work.wish[j] < 0:
                continue
            b = bin_of(work.priority[j])
            if b < cut or (b == cut and left == 0):
                continue
            left -= 1 if b == cut else 0
            taken += 1
            work.booked[j] += 1
            when = a_month(share(lane(bits(plan, place + course * ROUNDS), 2)))
            while st.plan[j, when] >= 0:
                when = when % COURSES + 1  # the next month without a course; after November comes February
            st.plan[j, when] = work.wish[j]
    return taken


@process
def a_month(luck: float) -> int:
    """Month of the year of a course: February to November, one course a month."""
    return 1 + int(luck * COURSES)


@spliced
def has_room(st: State, work: Work, levers: Levers, nature: Nature, j: int) -> bool:
    """Whether a person may attend one more course this year. A seat may turn out to be a seminar, so it counts as the longer of both."""
    hours = levers.training.hours_per_person
    if levers.training.providers.seminar > 0.0:
        hours = max(hours, SEMINAR_HOURS)
    most = nature.most_hours
    if st.staff[j].status == PPPK:
        hours, most = min(hours, PPPK_MOST), PPPK_MOST
    booked = work.booked[j] * hours + (levers.training.leadership_hours if st.staff[j].leads >= 0 else 0.0)
    return fits(booked, hours, most)


@process
def choose_domain(
    city: City,
    st: State,
    work: Work,
    levers: Levers,
    nature: Nature,
    month: int,
    luck: np.uint64,
    service: int,
    j: int,
    course: int,
) -> None:
    """The domain that a needs analysis names for a person's next course, and its gap as priority.

    The first course goes to the largest gap, the next to the next, and after the last domain on offer to the first again. A domain with
    more than an equal share of the seats gets precedence, ln(4 share) [staff SD] on its gap, so that at equal gaps domains are chosen in
    proportion to their shares, as in a multinomial logit; one without a share is not on offer. Class: assumed.
    """
    accuracy = known_accuracy(levers, nature)
    offered = 0
    for d in range(DOMAINS):
        offered += 1 if share_of(levers, d) > 0.0 else 0
    named = 0  # domains named so far, a bit each
    for _ in range(course % offered + 1):
        work.priority[j] = -1e9
        for d in range(DOMAINS):
            if share_of(levers, d) <= 0.0 or (named >> d) & 1 == 1:
                continue
            gap = estimated_gap(
                required_level(nature.digital_rise, month, d), st.base[j, d] + st.applied[j, d],
                city.weights[service, d] * DOMAINS, accuracy, normal(city.normals, lane(luck, d)),
            ) + log(DOMAINS * share_of(levers, d))  # fmt: skip
            if gap > work.priority[j]:
                work.priority[j], work.wish[j] = gap, d
        named |= 1 << work.wish[j]


@process
def plan_leaders(city: City, st: State, levers: Levers, seed: int, t: int) -> None:
    """Leadership courses go to managers by lot: each with the chance that fills the seats."""
    s = st.staff
    managers = 0
    for j in range(s.size):
        managers += city.jobs[int(s[j].job)].manager
    chance = min(levers.money.leader_seats / city.figures.people_per_post / max(managers, 1), 1.0)
    for unit in range(city.units.size):
        k = key(seed, LEADER, t, unit)
        for place in range(city.units[unit].staff):
            j = city.units[unit].first + place
            h = bits(k, place)
            if city.jobs[int(s[j].job)].manager == 1 and share(lane(h, 0)) < chance:
                s[j].leads = a_month(share(lane(h, 1)))
