"""Needs: once a year the office decides who is sent to which domain, by lot or by an analysis of gaps with error."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simulation.engine.columns import DOMAINS, City, Domain, Env, State
from simulation.engine.compiled import process, spliced
from simulation.engine.draws import LEADER, NEED, PLAN, bits, key, lane, normal, share
from simulation.engine.scratch import Work
from simulation.engine.slices import slice_of

if TYPE_CHECKING:
    from simulation.levers import Levers
    from simulation.registry import Nature

EQUAL, NEEDS = 0, 1  # choices of the lever training.targeting, numbered as the policy lists them
BINS = 4096  # bins of priorities; people in one bin have equal priority
LOWEST, RANGE = -6.0, 12.0  # priorities from -6 to 6: gaps in SD
TECHNICAL_MONTHS = 10  # courses run from February to November


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
def bin_of(priority: float) -> int:
    """Bin of a priority between -6 and 6; people in one bin are treated as equal."""
    return slice_of(priority, LOWEST, BINS / RANGE, BINS)


@spliced
def assess_needs(
    city: City, st: State, work: Work, levers: Levers, nature: Nature, seed: int, t: int, month: int
) -> None:
    """January: give the year's seats to the highest priorities and note who goes when, to which domain.

    month counts from the start of the comparison (negative while the start is settled).
    """
    if t % 12 != 0:
        return
    s, normals = st.staff, city.normals
    accuracy = known_accuracy(levers, nature)
    work.bins[:] = 0
    for unit in range(city.units.size):
        service = city.units[unit].service
        plan, need = key(seed, PLAN, t, unit), key(seed, NEED, t, unit)
        for place in range(city.units[unit].staff):
            j = city.units[unit].first + place
            h = bits(plan, place)
            priority = RANGE * share(lane(h, 0)) + LOWEST  # a lottery, spread over all the bins
            domain = int(share(lane(h, 1)) * DOMAINS)
            if int(levers.training.targeting) == NEEDS:
                luck = bits(need, place)
                priority = -1e9
                for d in range(DOMAINS):
                    gap = estimated_gap(
                        required_level(nature.digital_rise, max(month, 0), d), st.base[j, d] + st.applied[j, d],
                        city.weights[service, d] * DOMAINS, accuracy, normal(normals, lane(luck, d)),
                    )  # fmt: skip
                    if gap > priority:
                        priority, domain = gap, d
            work.priority[j] = priority
            work.bins[bin_of(priority)] += 1
            s[j].domain = domain
            s[j].when = 1 + int(share(lane(h, 2)) * TECHNICAL_MONTHS)
    choose(city, st, work, levers, t)
    plan_leaders(city, st, levers, seed, t)


@process
def choose(city: City, st: State, work: Work, levers: Levers, t: int) -> None:
    """Keep the seats for the highest priorities.

    What revisions cost last year is taken from this year's seats, and what courses under revision did not spend is added.
    """
    s = st.staff
    rows = s.size
    money = max(levers.money.seats * levers.money.seat_price / city.figures.people_per_post - st.env[Env.OWED], 0.0)
    st.env[Env.OWED] = 0.0
    seats = min(int(money / levers.money.seat_price + 1e-9), rows)
    left, cut = seats, BINS - 1
    while cut > 0 and work.bins[cut] <= left:
        left -= work.bins[cut]
        cut -= 1
    for j in range(rows):
        b = bin_of(work.priority[j])
        if b == cut and left > 0:
            left -= 1
        elif b <= cut:
            s[j].domain = -1


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
                s[j].leads = 1 + int(share(lane(h, 1)) * TECHNICAL_MONTHS)
