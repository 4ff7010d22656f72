"""Integrity: norms and anchors, ethics courses, audits and disclosure, and what a person adds at the counter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.engine.columns import DOMAINS, City, State, Tally
from simulation.engine.compiled import process, spliced
from simulation.engine.draws import ETHICS, MORALE, bits, lane, lanes_below, normal, of_area, share, stream
from simulation.engine.exact import ROOT_HALF
from simulation.engine.records import Float32s, Float64s
from simulation.engine.scratch import Work
from simulation.practice import ETHICS_HOURS, USUAL_AUDIT
from simulation.processes.needs import required_level
from simulation.processes.training import CLASS_HOURS
from simulation.rules.counter import seen_by_clients
from simulation.rules.integrity import drawn_to_norm, payment_chance, wander_sd

if TYPE_CHECKING:
    from simulation.levers import Levers
    from simulation.registry import Nature


@spliced
def uphold_integrity(city: City, st: State, work: Work, levers: Levers, nature: Nature, seed: int, t: int) -> None:
    """Integrity moves towards the norm; people in this month's ethics course gain what the course gives."""
    s, u = st.staff, st.units
    pace = nature.integrity_return
    wander = wander_sd(nature.integrity_wander, pace)
    shift = nature.disclosure_on_integrity * levers.integrity.disclosure
    morale, courses = stream(seed, MORALE, t), stream(seed, ETHICS, t // 12)
    for unit in range(city.units.size):
        first, size = city.units[unit].first, city.units[unit].staff
        total = 0.0
        for j in range(first, first + size):
            total += s[j].integrity
        norm = total / size
        u[unit].norm = norm
        k, course = of_area(morale, unit), of_area(courses, unit)
        for place in range(size):
            j = first + place
            h = bits(k, place)
            # Two lanes make the noise smoother than one slice of the table.
            luck = ROOT_HALF * (normal(city.normals, lane(h, 0)) + normal(city.normals, lane(h, 1)))
            s[j].integrity = drawn_to_norm(
                s[j].integrity, s[j].anchor + shift, norm, nature.norm_weight, pace, wander, luck
            )
            if levers.integrity.ethics_share > 0.0:
                e = bits(course, place)
                if share(lane(e, 0)) < levers.integrity.ethics_share and int(share(lane(e, 1)) * 12.0) == t % 12:
                    s[j].integrity += nature.ethics_effect
                    s[j].jp += ETHICS_HOURS
                    hours = ETHICS_HOURS * CLASS_HOURS
                    work.tally[Tally.HOURS] += hours
                    u[unit].hours += hours / (size * city.figures.working_hours)
                    if place < city.units[unit].counter:
                        u[unit].off += hours / (city.units[unit].counter * city.figures.working_hours)
                    work.tally[Tally.INTEGRITY] += levers.money.ethics_price


@process
def seen_of_courses(nature: Nature) -> float:
    """What a unit of job effects is to an encounter [SD of the people score]: 1 where clients rated them."""
    return seen_by_clients(nature.criterion_to_client, nature.provider_share) if nature.job_route > 0.5 else 1.0


@process
def on_the_job(weights: Float64s, behaviour: Float32s) -> float:
    """What the courses that a person uses do in the work of the unit, each as far as its domain matters there.

    Relevance is the weight of the domain in the unit's work over its largest weight: studies measured courses in what the job is about.
    """
    largest = 0.0
    for d in range(DOMAINS):
        largest = max(largest, weights[d])
    done = 0.0
    for d in range(DOMAINS):
        done += weights[d] / largest * behaviour[d]
    return done


@process
def at_the_counter(city: City, st: State, work: Work, levers: Levers, nature: Nature, month: int) -> None:
    """What each civil servant at the counter brings to an encounter this month: people score, chance of a side payment or any wrong."""
    s, u = st.staff, st.units
    seen_behaviour, seen_job = (
        seen_by_clients(nature.criterion_to_client, nature.provider_share),
        seen_of_courses(nature),
    )
    audit = nature.audit_effect * nature.audit_transport
    for unit in range(city.units.size):
        service = city.units[unit].service
        offset, weights = st.payments[service], city.weights[service]
        common = u[unit].people + nature.responsiveness_on_people * u[unit].climate + seen_behaviour * u[unit].feedback
        for j in range(city.units[unit].first, city.units[unit].first + city.units[unit].counter):
            # What courses taught acts through their job effects alone: counted as competence too it would enter twice.
            held = 0.0
            for d in range(DOMAINS):
                held += city.weights[service, d] * (st.base[j, d] - required_level(nature.digital_rise, month, d))
            s[j].quality = (
                common
                + nature.competence_on_people * held
                + seen_job * on_the_job(weights, st.behaviour[j])
                + nature.integrity_on_people * s[j].integrity
                + nature.responsiveness_on_people * s[j].manner
                + s[j].style
            )
            paid = payment_chance(
                offset,
                nature.integrity_on_payment,
                s[j].integrity,
                audit,
                levers.integrity.audit_probability,
                USUAL_AUDIT,
            )
            s[j].paid = paid
            s[j].wronged = paid
            if (
                levers.integrity.audit_probability != USUAL_AUDIT
            ):  # part of what audits prevent comes back as favouritism
                unaudited = payment_chance(
                    offset,
                    nature.integrity_on_payment,
                    s[j].integrity,
                    0.0,
                    levers.integrity.audit_probability,
                    USUAL_AUDIT,
                )
                s[j].wronged = paid + nature.favouritism_return * max(unaudited - paid, 0.0)
            work.counter[j].quality = s[j].quality
            work.counter[j].paid = lanes_below(s[j].paid)
            work.counter[j].wronged = lanes_below(s[j].wronged)
