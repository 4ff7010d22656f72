"""Workforce: people age, leave at the pension age or with their contract, and are replaced; moves put training out of use."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from simulation.engine.columns import DOMAINS, PPPK, City, Domain, Ref, Staff, State
from simulation.engine.compiled import int64, process, spliced
from simulation.engine.draws import (
    PERSON,
    PERSON_OWN,
    PERSON_SKILL,
    RENEWAL,
    ROTATION,
    bits,
    key,
    lane,
    normal,
    of_area,
    share,
    stream,
)
from simulation.engine.records import Float32s, UInt8s
from simulation.rules.learning import grown

if TYPE_CHECKING:
    from simulation.registry import Nature

CONTRACT = 60  # months of a PPPK contract
LONG_AGO = 1000  # months since the last seminar, for people who have never been to one
COURSE_HELD = 0.5  # share of the people of the start who hold the course of their post; assumed
MORE_OF_A_PERSON = 1_000_000  # each so many places of a stream hold one more hash for every post


@process
def regular_domains(luck: np.uint64, nature: Nature) -> int:
    """Domains that a post uses regularly, a bit each: there what is in use stays in use until the person moves or leaves.

    Source: F0452, F0455, taylor2005_order: skills that work asks for held for 12 to 18 months. Class: assumed (regular_use).
    """
    regular = 0
    for d in range(DOMAINS):
        if share(lane(luck, d)) < nature.regular_use:
            regular += 1 << d
    return regular


@process
def uses_regularly(regular: int, domain: int) -> bool:
    """Whether a domain is one of those that the post uses regularly."""
    return (regular >> domain) % 2 == 1


@spliced
def stop_using(
    s: Staff, applied: Float32s, idle: Float32s, behaviour: Float32s, used: UInt8s, j: int, domain: int
) -> None:
    """What was applied in a domain goes out of use: it fades from now on, and does nothing on the job."""
    idle[j, domain] += applied[j, domain]
    applied[j, domain] = 0.0
    behaviour[j, domain] = 0.0
    used[j, domain] = 0
    if domain == Domain.MANAGERIAL:
        s[j].leading = 0.0
        s[j].led = 0


@process
def hire(city: City, st: State, nature: Nature, seed: int, t: int, unit: int, place: int, fresh: int) -> None:
    """Fill a post with a new person.

    A fresh person starts at the entry age of the class of post; otherwise the age is spread evenly over a career, as in the balanced
    start. A promotion from within shows as a new person in the row of the post.
    """
    s, u, normals = st.staff, st.units, city.normals
    j = city.units[unit].first + place
    h = bits(key(seed, PERSON, t, unit), place)
    job = int(s[j].job)
    youngest, oldest = city.jobs[job].youngest, city.jobs[job].oldest
    entered = youngest + int(share(lane(h, 0)) * (oldest - youngest + 1))
    age = entered if fresh == 1 else entered + int(share(lane(h, 1)) * (city.jobs[job].pension - entered))
    s[j].entered, s[j].age = entered, age
    luck = share(lane(h, 2))
    degree = 0
    while degree < 4 and luck > city.degrees[int(s[j].status), degree]:
        degree += 1
    s[j].degree = degree
    s[j].contract = CONTRACT if fresh == 1 else 1 + int(share(lane(h, 3)) * CONTRACT)
    g = bits(key(seed, PERSON_SKILL, t, unit), place)
    o = bits(key(seed, PERSON_OWN, t, unit), place)
    between, common = nature.unit_share, nature.domain_share
    ability = normal(normals, lane(o, 0))
    experience = grown(nature.experience, max(age - entered - 12, 0)) - st.ref[Ref.EXPERIENCE]
    for d in range(DOMAINS):
        own = math.sqrt(common) * ability + math.sqrt(1.0 - common) * normal(normals, lane(g, d))
        st.base[j, d] = math.sqrt(between) * u[unit].hired + math.sqrt(1.0 - between) * own + experience
        st.applied[j, d] = 0.0
        st.idle[j, d] = 0.0
        st.behaviour[j, d] = 0.0
        st.used[j, d] = 0
    s[j].leading = 0.0
    s[j].led = 0
    s[j].regular = regular_domains(bits(key(seed, PERSON_OWN, t, unit), place + 2 * MORE_OF_A_PERSON), nature)
    s[j].motivation = normal(normals, lane(o, 1))
    s[j].manner = normal(normals, lane(o, 2))
    s[j].style = st.ref[Ref.STYLE] * normal(normals, lane(o, 3))
    q = bits(key(seed, PERSON_OWN, t, unit), place + MORE_OF_A_PERSON)
    wander, w = nature.integrity_wander, nature.norm_weight
    # Spread of integrity is 1: part between units, part that wanders, and the anchor, which is felt with weight 1 - w.
    stable = math.sqrt(max(1.0 - between - wander, 0.0))
    own_anchor = stable * normal(normals, lane(q, 0))
    s[j].anchor = math.sqrt(between) * u[unit].upright + own_anchor / (1.0 - w)
    s[j].integrity = math.sqrt(between) * u[unit].upright + own_anchor + math.sqrt(wander) * normal(normals, lane(q, 1))
    s[j].jp = 0.0
    s[j].jp_before = 0.0
    s[j].seminar = LONG_AGO
    s[j].course = 1 if share(lane(q, 2)) < COURSE_HELD and fresh == 0 else 0
    # A training seat planned for the post stays with it: the successor takes it.


@spliced
def renew_workforce(city: City, st: State, nature: Nature, seed: int, t: int) -> None:
    """One month of careers; once a year experience is booked and people are moved."""
    s = st.staff
    january = t % 12 == 0
    moves, renewals = stream(seed, ROTATION, t), stream(seed, RENEWAL, t)
    for unit in range(city.units.size):
        for place in range(city.units[unit].staff):
            j = city.units[unit].first + place
            s[j].age += 1
            s[j].seminar = min(s[j].seminar + 1, LONG_AGO)
            if s[j].age >= city.jobs[int(s[j].job)].pension:
                hire(city, st, nature, seed, t, unit, place, int64(1))
            elif s[j].status == PPPK:
                s[j].contract -= 1
                if s[j].contract <= 0:
                    s[j].contract = CONTRACT
                    if share(lane(bits(of_area(renewals, unit), place), 0)) >= nature.renewal:
                        hire(city, st, nature, seed, t, unit, place, int64(0))
                        s[j].contract = CONTRACT
            if january:
                book_year(st, nature, j)
                if share(lane(bits(of_area(moves, unit), place), 0)) < nature.rotation:
                    for d in range(DOMAINS):
                        stop_using(s, st.applied, st.idle, st.behaviour, st.used, j, d)
                    s[j].regular = regular_domains(bits(of_area(moves, unit), place + MORE_OF_A_PERSON), nature)


@process
def book_year(st: State, nature: Nature, j: int) -> None:
    """January of one person: last year's experience is added to the base, the count of JP starts again."""
    s = st.staff
    months = s[j].age - s[j].entered
    step = grown(nature.experience, months) - grown(nature.experience, max(months - 12, 0))
    for d in range(DOMAINS):
        st.base[j, d] += step
    s[j].jp_before = s[j].jp
    s[j].jp = 0.0
    for m in range(12):
        st.plan[j, m] = -1
    s[j].leads = -1
