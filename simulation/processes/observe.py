"""Observe: what is read off the city at the end of a month, in the order of `simulation.outcomes`."""

from __future__ import annotations

import math
from typing import Any

from simulation.engine.columns import DOMAINS, ELEMENTS, Env, Figure, Ref, Tally
from simulation.engine.compiled import process
from simulation.outcomes import COLUMN
from simulation.processes.needs import required_level
from simulation.processes.voice import repair_chance
from simulation.rules.ip_asn import ip_asn
from simulation.rules.voice import completion, relative_rise

MILLION = 1e6
VISIT_HOURS = 1.5  # hours an encounter takes a citizen, way and waiting; assumed
PROCESS_ON_HOURS = 0.10  # share of those hours that one SD of better procedures saves; assumed
LONGEST = 120.0  # months; what is never repaired is shown as this long
WORKING_MONTH = 14.0 / 21.0  # 14 working days in months

(COMPETENCE, MANAGERIAL, JOB_MATCH, EXCESS, IN_USE, IP_ASN, INTEGRITY, SIDE_PAYMENTS, FAVOURITISM, RESPONSIVENESS, PROCESS, PEOPLE,
 SATISFACTION, SATISFIED, IKM, NRR_PROCESS, NRR_PEOPLE, UNITS_P10, TRUST, TRUSTING, TRUST_SD, TRUST_GAP, REPORTS, COMPLAINTS,
 COMPLAINTS_PER_100, DISSATISFIED, COMPLETED, IN_TIME, BACKLOG, REPAIR_MONTHS, INFORMED, QUALITY, REVISIONS, REVISED_WRONGLY,
 KEPT_WRONGLY, JP, TRAINEES, COST, COST_TRAINING, COST_INTEGRITY, COST_EVALUATION, COST_PARTICIPATION, COST_NEEDS, COST_HOURS,
 CITIZEN_HOURS, CITIZEN_RUPIAH) = (
    COLUMN[name] for name in (
        "competence", "competence_managerial", "job_match", "excess", "in_use", "ip_asn", "integrity", "side_payments", "favouritism",
        "responsiveness", "process", "people", "satisfaction", "satisfied", "ikm", "nrr_process", "nrr_people", "units_p10", "trust",
        "trusting", "trust_sd", "trust_gap", "reports", "complaints", "complaints_per_100", "dissatisfied", "completed", "in_time",
        "backlog", "repair_months", "informed", "programme_quality", "revisions", "revised_wrongly", "kept_wrongly", "jp", "trainees",
        "cost", "cost_training", "cost_integrity", "cost_evaluation", "cost_participation", "cost_needs", "cost_hours",
        "citizen_hours", "citizen_rupiah",
    )
)  # fmt: skip


@process
def per(part: Any, whole: Any) -> Any:
    """part / whole, and 0 for an empty whole."""
    return part / whole if whole > 0.0 else 0.0


@process
def mean_of(values: Any) -> Any:
    """Mean of a column. numba's own takes a second to compile, most of it for messages about shapes."""
    total = 0.0
    for i in range(values.size):
        total += values[i]
    return total / values.size


@process
def weighted(city: Any, st: Any, j: Any, service: Any) -> Any:
    """Competence in use of one person, weighted by the work of the unit [staff SD]."""
    held = 0.0
    for d in range(DOMAINS):
        held += city.weights[service, d] * (st.base[j, d] + st.applied[j, d])
    return held


@process
def observe_staff(city: Any, st: Any, nature: Any, month: Any, row: Any) -> None:
    """Competence, integrity and IP ASN: means over all civil servants."""
    s, u = st.staff, st.units
    n = s.size
    matched = integrity = index = jp = held = applied = idle = climate = 0.0
    for d in range(DOMAINS):
        row[MANAGERIAL + d] = 0.0
    for unit in range(city.units.size):
        service = city.units[unit].service
        digital = DOMAINS - 1
        rise = city.weights[service, digital] * required_level(nature.digital_rise, month, digital)
        required = st.ref[Ref.MATCH] + rise
        climate += u[unit].climate * city.units[unit].staff
        for j in range(city.units[unit].first, city.units[unit].first + city.units[unit].staff):
            job = 0.0
            for d in range(DOMAINS):
                used = st.base[j, d] + st.applied[j, d]
                row[MANAGERIAL + d] += used
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
    mean = 0.0
    for d in range(DOMAINS):
        row[MANAGERIAL + d] = row[MANAGERIAL + d] / n - st.ref[Ref.COMPETENCE]
        mean += row[MANAGERIAL + d] / DOMAINS
    row[COMPETENCE] = mean
    row[JOB_MATCH] = 100.0 * matched / n
    row[EXCESS] = held / (n * DOMAINS)
    row[IN_USE] = 100.0 * per(applied, applied + idle)
    row[IP_ASN] = index / n
    row[INTEGRITY] = integrity / n
    row[RESPONSIVENESS] = climate / n
    row[JP] = jp / n


@process
def observe_service(city: Any, st: Any, work: Any, nature: Any, row: Any) -> None:
    """Service, SKM, voice: from the tallies of the month."""
    tally, ref, env = work.tally, st.ref, st.env
    visits = tally[Tally.VISITS]
    row[SIDE_PAYMENTS] = 100.0 * per(tally[Tally.PAID], visits)
    row[FAVOURITISM] = 100.0 * per(tally[Tally.FAVOURED], visits)
    row[PROCESS] = per(tally[Tally.PROCESS], visits) - ref[Ref.PROCESS]
    row[PEOPLE] = per(tally[Tally.PEOPLE], visits) - ref[Ref.PEOPLE]
    row[SATISFACTION] = per(tally[Tally.LIVED], visits) - ref[Ref.EXPECTED]
    row[DISSATISFIED] = 100.0 * per(tally[Tally.UPSET], visits)
    asked = tally[Tally.ASKED]
    row[SATISFIED] = 100.0 * per(tally[Tally.SATISFIED], asked)
    total = process = people = n_process = n_people = 0.0
    for element in range(ELEMENTS):
        mean = per(work.answers[element], asked)
        total += mean
        if nature.factor[element] == 0.0:
            process += mean
            n_process += 1.0
        elif nature.factor[element] == 1.0:
            people += mean
            n_people += 1.0
    row[IKM] = 25.0 * total / ELEMENTS
    row[NRR_PROCESS] = per(process, n_process)
    row[NRR_PEOPLE] = per(people, n_people)
    adults = city.figures[Figure.ADULTS]
    row[REPORTS] = adults * tally[Tally.REPORTS]
    row[COMPLAINTS] = adults * tally[Tally.COMPLAINTS]
    row[COMPLAINTS_PER_100] = 100.0 * per(tally[Tally.COMPLAINTS], tally[Tally.UPSET])
    row[COMPLETED] = 100.0 * tally[Tally.COMPLETED]
    row[IN_TIME] = 100.0 * completion(tally[Tally.COMPLETED], WORKING_MONTH, 1.0)
    row[BACKLOG] = adults * env[Env.OPEN]
    chance = repair_chance(nature, relative_rise(env[Env.VOICED], ref[Ref.VOICED]))
    row[REPAIR_MONTHS] = min(1.0 / chance, LONGEST) if chance > 0.0 else LONGEST
    row[INFORMED] = 100.0 * env[Env.INFORMED]
    row[CITIZEN_HOURS] = adults * visits * VISIT_HOURS * (1.0 - PROCESS_ON_HOURS * row[PROCESS]) / 1000.0
    row[UNITS_P10] = weakest(city, st, work, nature) - ref[Ref.EXPECTED]


@process
def expected_service(city: Any, st: Any, work: Any, nature: Any) -> Any:
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
def weakest(city: Any, st: Any, work: Any, nature: Any) -> Any:
    """Service that a tenth of the units stay below [SD]."""
    value = expected_service(city, st, work, nature)
    weakest_left = 0.0
    for _ in range(value.size // 10 + 1):  # the lowest is taken away, one after another
        lowest = 0
        for unit in range(value.size):
            lowest = unit if value[unit] < value[lowest] else lowest
        weakest_left = value[lowest]
        value[lowest] = math.inf
    return weakest_left


@process
def observe_trust(work: Any, row: Any) -> None:
    """Trust: mean, spread, share and gap, from exact integer sums."""
    total = square = trusting = adults = 0.0
    low, high = 2.0, -1.0
    for k in range(work.sums.shape[0]):
        n = float(work.sums[k, 4])
        if n == 0.0:
            continue
        mean = 0.5 + 0.5 * work.sums[k, 0] / (131072.0 * n)
        low, high = min(low, mean), max(high, mean)
        total += work.sums[k, 0]
        square += work.sums[k, 1]
        trusting += work.sums[k, 3]
        adults += n
    total, square = total / (131072.0 * adults), square / (131072.0 * adults)  # on a scale from -1 to 1
    row[TRUST] = 100.0 * (0.5 + 0.5 * total)
    row[TRUST_SD] = 50.0 * math.sqrt(max(square - total * total, 0.0))
    row[TRUSTING] = 100.0 * trusting / adults
    row[TRUST_GAP] = 100.0 * (high - low)


@process
def observe(city: Any, st: Any, work: Any, levers: Any, nature: Any, month: Any, row: Any) -> None:
    """Fill one row of outcomes."""
    tally = work.tally
    observe_staff(city, st, nature, month, row)
    observe_service(city, st, work, nature, row)
    observe_trust(work, row)
    row[QUALITY] = mean_of(st.programmes.delta)
    row[REVISIONS] = st.env[Env.REVISIONS]
    row[REVISED_WRONGLY] = st.env[Env.REVISED_WRONGLY]
    row[KEPT_WRONGLY] = st.env[Env.KEPT_WRONGLY]
    staff = city.figures[Figure.STAFF]
    row[TRAINEES] = staff * tally[Tally.TRAINEES]
    row[COST_TRAINING] = staff * tally[Tally.TRAINING] / MILLION
    row[COST_INTEGRITY] = (staff * tally[Tally.INTEGRITY] + levers.cost_audits) / MILLION
    row[COST_EVALUATION] = tally[Tally.EVALUATION] / MILLION
    row[COST_PARTICIPATION] = levers.cost_participation / MILLION
    row[COST_NEEDS] = levers.cost_needs / MILLION
    row[COST] = (
        row[COST_TRAINING] + row[COST_INTEGRITY] + row[COST_EVALUATION] + row[COST_PARTICIPATION] + row[COST_NEEDS]
    )
    row[COST_HOURS] = staff * tally[Tally.HOURS] * levers.staff_hour / MILLION
    row[CITIZEN_RUPIAH] = city.figures[Figure.ADULTS] * tally[Tally.PAID] * levers.side_payment / MILLION
