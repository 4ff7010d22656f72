"""The balanced start: a city in which today's practice changes nothing, drawn once per draw and branched for every policy.

Staff are settled by living several years under the reference policy; citizens are drawn from their long-run spread
(`simulation.processes.minds`) and live a year. The averages after that are recorded in `ref` as what is normal.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simulation.engine.columns import DOMAINS, City, Env, Ref, State
from simulation.engine.compiled import int64, process
from simulation.engine.draws import UNIT, bits, key, lane, normal, share
from simulation.engine.exact import exp
from simulation.engine.scratch import Work
from simulation.engine.slices import slice_of, start_of
from simulation.processes.evaluation import open_programmes
from simulation.processes.integrity import on_the_job, seen_of_courses
from simulation.processes.observe import weighted
from simulation.processes.training import lead_units
from simulation.processes.voice import FORUM_SCALE, feedback_leads_to, usual_rate, usual_reports
from simulation.processes.workforce import hire
from simulation.rules.learning import grown

if TYPE_CHECKING:
    from simulation.levers import Levers
    from simulation.registry import Nature

JOB_MATCH = 0.60  # share of staff who match their job at the start; assumed
LOWEST_MATCH, PER_SD = -8.0, 256.0  # competence in use is counted in slices of 1/256 SD from -8 SD on
WIDEST, HALVINGS = (
    12.0,
    40,
)  # bracket of an offset of side payments, from minus to plus [logit], and how often it is halved
CIVIL_REGISTRATION, SCHOOL, HEALTH = (
    0,
    1,
    2,
)  # services whose side payments were surveyed, as `simulation.city` numbers them
EARLY = 1_000_000  # month number of draws that belong to the start itself


@process
def found_units(city: City, st: State, levers: Levers, nature: Nature, seed: int) -> None:
    """Units differ in procedures, people, hiring and integrity; some have an open theme."""
    u, ref = st.units, st.ref
    k = key(seed, UNIT, EARLY, 0)
    for unit in range(u.size):
        h, g = bits(k, 2 * unit), bits(k, 2 * unit + 1)
        u[unit].process = ref[Ref.UNIT_SD] * normal(city.normals, lane(h, 0))
        u[unit].people = ref[Ref.UNIT_SD] * normal(city.normals, lane(h, 1))
        u[unit].hired = normal(city.normals, lane(h, 2))
        u[unit].upright = normal(city.normals, lane(h, 3))
        u[unit].theme = 1.0 if share(lane(g, 0)) < nature.theme_rate / (nature.theme_rate + nature.repair_rate) else 0.0
        u[unit].knowledge = 1.0 - exp(-levers.participation.forums_per_year / FORUM_SCALE)
        u[unit].climate = 0.0
        u[unit].feedback = feedback_leads_to(levers, nature)


@process
def hire_everyone(city: City, st: State, nature: Nature, seed: int) -> None:
    """All posts filled at random points of their careers; experience is centred on its mean."""
    s = st.staff
    for j in range(s.size):
        s[j].status = city.status[j]
        s[j].job = city.job[j]
        for m in range(12):
            st.plan[j, m] = -1
        s[j].leads = -1
    st.ref[Ref.EXPERIENCE] = 0.0
    for round_ in range(2):
        total = 0.0
        for unit in range(city.units.size):
            for place in range(city.units[unit].staff):
                hire(city, st, nature, seed, int64(EARLY), unit, place, int64(0))
                j = city.units[unit].first + place
                total += grown(nature.experience, max(s[j].age - s[j].entered - 12, 0))
        if round_ == 0:
            st.ref[Ref.EXPERIENCE] = total / s.size
    st.ref[Ref.LEADERSHIP] = lead_units(city, st)
    st.ref[Ref.LEADERSHIP] = lead_units(city, st)


@process
def set_staff_refs(city: City, st: State, work: Work) -> None:
    """Means over staff that the rules are centred on: competence, weighted competence, leadership."""
    s, ref = st.staff, st.ref
    held = used = 0.0
    n = s.size
    work.bins[:] = 0
    for unit in range(city.units.size):
        for j in range(city.units[unit].first, city.units[unit].first + city.units[unit].staff):
            for d in range(DOMAINS):
                used += st.base[j, d] + st.applied[j, d]
                held += st.base[j, d] + st.applied[j, d] + st.idle[j, d]
            held_for_work = weighted(city, st, j, city.units[unit].service)
            work.bins[slice_of(held_for_work, LOWEST_MATCH, PER_SD, work.bins.size)] += 1
    ref[Ref.THETA] = held / (n * DOMAINS)
    ref[Ref.COMPETENCE] = used / (n * DOMAINS)
    ref[Ref.LEADERSHIP] = lead_units(city, st)
    lead_units(city, st)  # once more, because units without a manager take the mean
    below, slot = 0, 0
    while below < (1.0 - JOB_MATCH) * n:
        below += work.bins[slot]
        slot += 1
    ref[Ref.MATCH] = start_of(slot, LOWEST_MATCH, PER_SD)


@process
def set_style(city: City, st: State, nature: Nature) -> None:
    """Take the variance of what courses do at the counters from the differences between servers that nothing explains.

    The measured share of the variance of ratings that belongs to who serves holds both.
    """
    s, ref = st.staff, st.ref
    seen = seen_of_courses(nature)
    total = square = n = 0.0
    for unit in range(city.units.size):
        for j in range(city.units[unit].first, city.units[unit].first + city.units[unit].counter):
            done = seen * on_the_job(city.weights[city.units[unit].service], st.behaviour[j])
            total += done
            square += done * done
            n += 1.0
    before = ref[Ref.STYLE]
    variance = max(square / n - total / n * (total / n), 0.0)
    ref[Ref.STYLE] = math.sqrt(max(before * before - variance, 0.0))
    left = ref[Ref.STYLE] / before if before > 0.0 else 0.0
    for j in range(s.size):
        s[j].style *= left


@process
def set_payments(city: City, st: State, nature: Nature) -> None:
    """Offsets that give each service its measured share of side payments with the integrity of the people at its counters."""
    s = st.staff
    for service in range(city.weights.shape[0]):
        target = nature.side_payment_other
        if service == CIVIL_REGISTRATION:
            target = nature.side_payment_civil_registration
        elif service == SCHOOL:
            target = nature.side_payment_school
        elif service == HEALTH:
            target = nature.side_payment_health
        low, high = -WIDEST, WIDEST
        for _ in range(HALVINGS):
            middle = 0.5 * (low + high)
            total, n = 0.0, 0
            for unit in range(city.units.size):
                if city.units[unit].service != service:
                    continue
                for j in range(city.units[unit].first, city.units[unit].first + city.units[unit].counter):
                    total += 1.0 / (1.0 + exp(-(middle - nature.integrity_on_payment * s[j].integrity)))
                    n += 1
            if n > 0 and total / n < target:
                low = middle
            else:
                high = middle
        st.payments[service] = 0.5 * (low + high)


@process
def start_voice(city: City, st: State, nature: Nature) -> None:
    """Open reports and answers of today's practice, before complaints are known."""
    rate = usual_rate(city, nature)
    st.env[Env.RATE] = rate
    st.ref[Ref.ANSWER] = rate
    st.ref[Ref.OPEN] = usual_reports(city, nature) / rate
    st.env[Env.OPEN] = st.env[Env.USUAL_OPEN] = st.ref[Ref.OPEN] * (1.0 - rate)
    st.ref[Ref.VOICED] = 0.0


@process
def open_catalogue(city: City, st: State, nature: Nature, seed: int) -> None:
    """Programmes of the start, with nothing measured yet."""
    open_programmes(city, st, nature, seed)
    st.programmes.offline[:] = 0
    st.programmes.tried[:] = 0
    st.programmes.held[:] = 0
    st.programmes.gained[:] = 0.0
