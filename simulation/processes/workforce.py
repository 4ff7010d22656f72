"""Workforce: people age, leave at the pension age or with their contract, and are replaced; moves put training out of use."""

from __future__ import annotations

import math
from typing import Any

from simulation.columns import DOMAINS, Ref
from simulation.compiled import rule
from simulation.draws import PERSON, PERSON_OWN, PERSON_SKILL, RENEWAL, ROTATION, bits, key, lane, normal, share
from simulation.rules.learning import grown

CONTRACT = 60  # months of a PPPK contract


@rule
def hire(city: Any, st: Any, nature: Any, seed: Any, t: Any, unit: Any, place: Any, fresh: Any) -> None:
    """Fill a post with a new person.

    A fresh person starts at the entry age of the class of post; otherwise the age is spread evenly over a career, as in the balanced
    start. A promotion from within shows as a new person in the row of the post.
    """
    s, u, normals = st.staff, st.units, city.normals
    j = city.unit_first[unit] + place
    h = bits(key(seed, PERSON, t, unit), place)
    job = int(s.job[j])
    youngest, oldest = city.job_entry[job, 0], city.job_entry[job, 1]
    entered = youngest + int(share(lane(h, 0)) * (oldest - youngest + 1))
    age = entered if fresh else entered + int(share(lane(h, 1)) * (city.job_pension[job] - entered))
    s.entered[j], s.age[j] = entered, age
    luck = share(lane(h, 2))
    degree = 0
    while degree < 4 and luck > city.degrees[int(s.status[j]), degree]:
        degree += 1
    s.degree[j] = degree
    s.contract[j] = CONTRACT if fresh else 1 + int(share(lane(h, 3)) * CONTRACT)
    g = bits(key(seed, PERSON_SKILL, t, unit), place)
    o = bits(key(seed, PERSON_OWN, t, unit), place)
    between, common = nature.unit_share, nature.domain_share
    ability = normal(normals, lane(o, 0))
    experience = grown(nature.experience, max(age - entered - 12, 0)) - st.ref[Ref.EXPERIENCE]
    for d in range(DOMAINS):
        own = math.sqrt(common) * ability + math.sqrt(1.0 - common) * normal(normals, lane(g, d))
        s.base[j, d] = math.sqrt(between) * u.hired[unit] + math.sqrt(1.0 - between) * own + experience
        s.applied[j, d] = 0.0
        s.idle[j, d] = 0.0
    s.motivation[j] = normal(normals, lane(o, 1))
    s.manner[j] = normal(normals, lane(o, 2))
    s.style[j] = st.ref[Ref.STYLE] * normal(normals, lane(o, 3))
    q = bits(key(seed, PERSON_OWN, t, unit), place + 1_000_000)
    wander, w = nature.integrity_wander, nature.norm_weight
    # Spread of integrity is 1: part between units, part that wanders, and the anchor, which is felt with weight 1 - w.
    stable = math.sqrt(max(1.0 - between - wander, 0.0))
    own_anchor = stable * normal(normals, lane(q, 0))
    s.anchor[j] = math.sqrt(between) * u.upright[unit] + own_anchor / (1.0 - w)
    s.integrity[j] = math.sqrt(between) * u.upright[unit] + own_anchor + math.sqrt(wander) * normal(normals, lane(q, 1))
    s.jp[j] = 0.0
    s.jp_before[j] = 0.0
    s.seminar[j] = 1000
    s.course[j] = 1 if share(lane(q, 2)) < 0.5 and not fresh else 0
    s.domain[j] = -1
    s.leads[j] = -1


@rule
def renew_workforce(city: Any, st: Any, nature: Any, seed: Any, t: Any) -> None:
    """One month of careers; once a year experience is booked and people are moved."""
    s = st.staff
    january = t % 12 == 0
    for unit in range(city.unit_first.size):
        moved = key(seed, ROTATION, t, unit)
        ends = key(seed, RENEWAL, t, unit)
        for place in range(city.unit_size[unit]):
            j = city.unit_first[unit] + place
            s.age[j] += 1
            s.seminar[j] = min(s.seminar[j] + 1, 1000)
            if s.age[j] >= city.job_pension[int(s.job[j])]:
                hire(city, st, nature, seed, t, unit, place, True)
            elif s.status[j] == 1:
                s.contract[j] -= 1
                if s.contract[j] <= 0:
                    s.contract[j] = CONTRACT
                    if share(lane(bits(ends, place), 0)) >= nature.renewal:
                        hire(city, st, nature, seed, t, unit, place, False)
                        s.contract[j] = CONTRACT
            if january:
                book_year(st, nature, j)
                if share(lane(bits(moved, place), 0)) < nature.rotation:
                    for d in range(DOMAINS):
                        s.idle[j, d] += s.applied[j, d]
                        s.applied[j, d] = 0.0


@rule
def book_year(st: Any, nature: Any, j: Any) -> None:
    """January of one person: last year's experience is added to the base, the count of JP starts again."""
    s = st.staff
    months = s.age[j] - s.entered[j]
    step = grown(nature.experience, months) - grown(nature.experience, max(months - 12, 0))
    for d in range(DOMAINS):
        s.base[j, d] += step
    s.jp_before[j] = s.jp[j]
    s.jp[j] = 0.0
    s.domain[j] = -1
    s.leads[j] = -1
