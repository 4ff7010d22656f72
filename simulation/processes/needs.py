"""Needs: once a year the office decides who is sent to which domain, by lot or by an analysis of gaps with error."""

from __future__ import annotations

import math
from typing import Any

from simulation.engine.columns import DOMAINS, Env, Figure
from simulation.engine.compiled import process, spliced
from simulation.engine.draws import LEADER, NEED, PLAN, bits, key, lane, normal, share

EQUAL, NEEDS = 0, 1  # choices of the lever training.targeting, numbered as the policy lists them
BINS = 4096
TECHNICAL_MONTHS = 10  # courses run from February to November


@process
def estimated_gap(required: Any, held: Any, weight: Any, accuracy: Any, luck: Any) -> Any:
    """Weighted gap that the analysis sees [staff SD]: correlation `accuracy` with the true gap, the rest is luck.

    gap = weight * (q * (required - held) + sqrt(1 - q^2) * luck).
    """
    return weight * (accuracy * (required - held) + math.sqrt(1.0 - accuracy * accuracy) * luck)


@process
def required_level(rise: Any, month: Any, domain: Any) -> Any:
    """Required competence of a domain [staff SD]: today's mean for all, and rising for the digital domain. Class: assumed."""
    return rise * month / 12.0 if domain == DOMAINS - 1 else 0.0


@process
def known_accuracy(levers: Any, nature: Any) -> Any:
    """Accuracy of the needs analysis, 0-1; complaints may inform it."""
    if levers.needs.complaints_inform:
        return min(max(levers.needs.accuracy + nature.complaint_to_needs, 0.0), 1.0)
    return levers.needs.accuracy


@process
def bin_of(priority: Any) -> Any:
    """Bin of a priority between -6 and 6; equal priorities share a bin."""
    return min(max(int((priority + 6.0) * (BINS / 12.0)), 0), BINS - 1)


@spliced
def assess_needs(city: Any, st: Any, work: Any, levers: Any, nature: Any, seed: Any, t: Any, month: Any) -> None:
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
            priority = 12.0 * share(lane(h, 0)) - 6.0  # a lottery, spread over all the bins
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
def choose(city: Any, st: Any, work: Any, levers: Any, t: Any) -> None:
    """Keep the seats for the highest priorities.

    What revisions cost last year is taken from this year's seats, and what courses under revision did not spend is added.
    """
    s = st.staff
    rows = s.size
    money = max(levers.money.seats * levers.money.seat_price / city.figures[Figure.STAFF] - st.env[Env.OWED], 0.0)
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
def plan_leaders(city: Any, st: Any, levers: Any, seed: Any, t: Any) -> None:
    """Leadership courses go to managers by lot: each with the chance that fills the seats."""
    s = st.staff
    managers = 0
    for j in range(s.size):
        managers += city.jobs[int(s[j].job)].manager
    chance = min(levers.money.leader_seats / city.figures[Figure.STAFF] / max(managers, 1), 1.0)
    for unit in range(city.units.size):
        k = key(seed, LEADER, t, unit)
        for place in range(city.units[unit].staff):
            j = city.units[unit].first + place
            h = bits(k, place)
            if city.jobs[int(s[j].job)].manager == 1 and share(lane(h, 0)) < chance:
                s[j].leads = 1 + int(share(lane(h, 1)) * TECHNICAL_MONTHS)
