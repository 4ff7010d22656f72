"""Observe: the outcomes read off the city at the end of a month, in the order of `simulation.outcomes`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simulation.engine.columns import DOMAINS, ELEMENTS, PEOPLE, PROCESS, City, Domain, Env, Ref, State, Tally
from simulation.engine.compiled import process
from simulation.engine.records import Float64s, Floats
from simulation.engine.scratch import TrustSum, Work
from simulation.engine.sums import mean_trust
from simulation.processes.needs import required_level
from simulation.processes.voice import repair_chance
from simulation.rules.ip_asn import ip_asn
from simulation.rules.survey import POINTS
from simulation.rules.voice import completion, relative_rise

if TYPE_CHECKING:
    from simulation.levers import Levers
    from simulation.outcomes import Outcomes
    from simulation.registry import Nature

MILLION = 1e6
VISIT_HOURS = 1.5  # hours an encounter takes a citizen, way and waiting; assumed
PROCESS_ON_HOURS = 0.10  # share of those hours that one SD of better procedures saves; assumed
WAITED = 0.5  # share of those hours that is waiting; assumed
LONGEST = 120.0  # months; a problem that is never repaired is reported as lasting this long
WORKING_MONTH = 14.0 / 21.0  # 14 working days in months


@process
def per(part: float, whole: float) -> float:
    """part / whole, and 0 for an empty whole."""
    return part / whole if whole > 0.0 else 0.0


@process
def mean_of(values: Floats) -> float:
    """Mean of a column. numba's own takes a second to compile, most of it for messages about shapes."""
    total = 0.0
    for i in range(values.size):
        total += values[i]
    return total / values.size


@process
def at_counters(city: City, values: Floats) -> float:
    """Mean of a column of units, each as often as it has people at its counter."""
    total = people = 0.0
    for unit in range(city.units.size):
        total += city.units[unit].counter * values[unit]
        people += city.units[unit].counter
    return total / people


@process
def weighted(city: City, st: State, j: int, service: int) -> float:
    """Competence in use of one person, weighted by the work of the unit [staff SD]."""
    held = 0.0
    for d in range(DOMAINS):
        held += city.weights[service, d] * (st.base[j, d] + st.applied[j, d])
    return held


@process
def mean_in_use(st: State, domain: int) -> float:
    """Mean competence in use of a domain over all civil servants [staff SD]."""
    total = 0.0
    for j in range(st.staff.size):
        total += st.base[j, domain] + st.applied[j, domain]
    return total / st.staff.size


@process
def observe_staff(city: City, st: State, nature: Nature, month: int, row: Outcomes) -> None:
    """Competence, integrity and IP ASN: means over all civil servants."""
    s, u = st.staff, st.units
    n = s.size
    matched = integrity = index = jp = held = applied = idle = climate = 0.0
    for unit in range(city.units.size):
        service = city.units[unit].service
        rise = city.weights[service, Domain.DIGITAL] * required_level(nature.digital_rise, month, Domain.DIGITAL)
        required = st.ref[Ref.MATCH] + rise
        climate += u[unit].climate * city.units[unit].staff
        for j in range(city.units[unit].first, city.units[unit].first + city.units[unit].staff):
            job = 0.0
            for d in range(DOMAINS):
                used = st.base[j, d] + st.applied[j, d]
                job += city.weights[service, d] * used
                held += st.applied[j, d] + st.idle[j, d]
                applied += abs(st.applied[j, d])
                idle += abs(st.idle[j, d])
            matched += 1.0 if job >= required else 0.0
            integrity += s[j].integrity
            # The window of a year is read as this calendar year or the last one, whichever holds more.
            recent = max(s[j].jp, s[j].jp_before)
            jp += recent
            index += ip_asn(s[j].degree, city.jobs[int(s[j].job)].kind, s[j].course, recent, s[j].seminar)
    usual = st.ref[Ref.COMPETENCE]
    row.competence_managerial = mean_in_use(st, Domain.MANAGERIAL) - usual
    row.competence_sociocultural = mean_in_use(st, Domain.SOCIOCULTURAL) - usual
    row.competence_technical = mean_in_use(st, Domain.TECHNICAL) - usual
    row.competence_digital = mean_in_use(st, Domain.DIGITAL) - usual
    row.competence = (
        row.competence_managerial / DOMAINS
        + row.competence_sociocultural / DOMAINS
        + row.competence_technical / DOMAINS
        + row.competence_digital / DOMAINS
    )
    row.job_match = 100.0 * matched / n
    row.excess = held / (n * DOMAINS)
    row.in_use = 100.0 * per(applied, applied + idle)
    row.ip_asn = index / n
    row.integrity = integrity / n
    row.responsiveness = climate / n
    row.jp = jp / n


@process
def observe_service(city: City, st: State, work: Work, nature: Nature, row: Outcomes) -> None:
    """Service, SKM, voice: from the tallies of the month."""
    tally, ref, env = work.tally, st.ref, st.env
    visits = tally[Tally.VISITS]
    row.side_payments = 100.0 * per(tally[Tally.PAID], visits)
    row.favouritism = 100.0 * per(tally[Tally.FAVOURED], visits)
    row.process = per(tally[Tally.PROCESS], visits) - ref[Ref.PROCESS]
    row.people = per(tally[Tally.PEOPLE], visits) - ref[Ref.PEOPLE]
    row.satisfaction = per(tally[Tally.LIVED], visits) - ref[Ref.EXPECTED]
    row.dissatisfied = 100.0 * per(tally[Tally.UPSET], visits)
    asked = tally[Tally.ASKED]
    row.satisfied = 100.0 * per(tally[Tally.SATISFIED], asked)
    total = process = people = n_process = n_people = 0.0
    for element in range(ELEMENTS):
        mean = per(work.answers[element], asked)
        total += mean
        if nature.factor[element] == PROCESS:
            process += mean
            n_process += 1.0
        elif nature.factor[element] == PEOPLE:
            people += mean
            n_people += 1.0
    row.ikm = POINTS * total / ELEMENTS
    row.nrr_process = per(process, n_process)
    row.nrr_people = per(people, n_people)
    adults = city.figures.people_per_adult
    row.reports = adults * tally[Tally.REPORTS]
    row.complaints = adults * tally[Tally.COMPLAINTS]
    row.complaints_per_100 = 100.0 * per(tally[Tally.COMPLAINTS], tally[Tally.UPSET])
    row.completed = 100.0 * tally[Tally.COMPLETED]
    row.in_time = 100.0 * completion(tally[Tally.COMPLETED], WORKING_MONTH, 1.0)
    row.backlog = adults * env[Env.OPEN]
    chance = repair_chance(nature, relative_rise(env[Env.VOICED], ref[Ref.VOICED]))
    row.repair_months = min(1.0 / chance, LONGEST) if chance > 0.0 else LONGEST
    row.informed = 100.0 * env[Env.INFORMED]
    longer = 1.0 - PROCESS_ON_HOURS * row.process + WAITED * at_counters(city, st.units.waiting)
    row.citizen_hours = adults * visits * VISIT_HOURS * longer / 1000.0
    row.units_p10 = weakest(city, st, work, nature) - ref[Ref.EXPECTED]


@process
def expected_service(city: City, st: State, work: Work, nature: Nature) -> Float64s:
    """Experience to be expected of each unit [SD]: its procedures, and the people at its counters."""
    u, s = st.units, st.staff
    value = work.priority[: u.size]
    for unit in range(u.size):
        people = 0.0
        for j in range(city.units[unit].first, city.units[unit].first + city.units[unit].counter):
            people += s[j].quality - nature.side_payment_penalty * s[j].wronged
        value[unit] = (
            nature.process_weight * u[unit].score + (1.0 - nature.process_weight) * people / city.units[unit].counter
        )
    return value


@process
def weakest(city: City, st: State, work: Work, nature: Nature) -> float:
    """Service that a tenth of the units stay below [SD]."""
    value = expected_service(city, st, work, nature)
    weakest_left = 0.0
    for _ in range(value.size // 10 + 1):  # remove the lowest, one after another
        lowest = 0
        for unit in range(value.size):
            lowest = unit if value[unit] < value[lowest] else lowest
        weakest_left = value[lowest]
        value[lowest] = math.inf
    return weakest_left


@process
def observe_trust(work: Work, row: Outcomes) -> None:
    """Trust: mean, spread, share and gap, from exact integer sums."""
    total = square = trusting = adults = 0.0
    low, high = 2.0, -1.0
    for k in range(work.sums.shape[0]):
        n = float(work.sums[k, TrustSum.ADULTS])
        if n == 0.0:
            continue
        share = 0.5 + 0.5 * mean_trust(work.sums[k, TrustSum.TRUST], n)
        low, high = min(low, share), max(high, share)
        total += work.sums[k, TrustSum.TRUST]
        square += work.sums[k, TrustSum.SQUARE]
        trusting += work.sums[k, TrustSum.TRUSTING]
        adults += n
    mean, mean_square = mean_trust(total, adults), mean_trust(square, adults)  # on a scale from -1 to 1
    row.trust = 100.0 * (0.5 + 0.5 * mean)
    row.trust_sd = 50.0 * math.sqrt(max(mean_square - mean * mean, 0.0))
    row.trusting = 100.0 * trusting / adults
    row.trust_gap = 100.0 * (high - low)


@process
def observe(city: City, st: State, work: Work, levers: Levers, nature: Nature, month: int, row: Outcomes) -> None:
    """Fill one row of outcomes."""
    tally = work.tally
    observe_staff(city, st, nature, month, row)
    observe_service(city, st, work, nature, row)
    observe_trust(work, row)
    row.programme_quality = mean_of(st.programmes.delta)
    row.revisions = st.env[Env.REVISIONS]
    row.revised_wrongly = st.env[Env.REVISED_WRONGLY]
    row.kept_wrongly = st.env[Env.KEPT_WRONGLY]
    staff = city.figures.people_per_post
    row.trainees = staff * tally[Tally.TRAINEES]
    row.cost_training = staff * tally[Tally.TRAINING] / MILLION
    row.cost_integrity = (staff * tally[Tally.INTEGRITY] + levers.money.audits_monthly) / MILLION
    row.cost_evaluation = tally[Tally.EVALUATION] / MILLION
    row.cost_participation = levers.money.participation_monthly / MILLION
    row.cost_needs = levers.money.needs_monthly / MILLION
    row.cost = row.cost_training + row.cost_integrity + row.cost_evaluation + row.cost_participation + row.cost_needs
    row.unspent = levers.money.yearly / 12.0 / MILLION - row.cost
    row.cost_hours = staff * tally[Tally.HOURS] * levers.money.staff_hour / MILLION
    row.citizen_rupiah = city.figures.people_per_adult * tally[Tally.PAID] * levers.money.side_payment / MILLION
