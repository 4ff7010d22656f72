"""What is read off the city at the end of a month, by the name of the outcome (ODD: Observation; docs/draws-and-order.md, "Outcomes")."""

from __future__ import annotations

import math
from typing import Any

DOMAINS = ("managerial", "sociocultural", "technical", "digital")
PERFORMANCE, DISCIPLINE = 25.75, 5.0
VISIT_HOURS, PROCESS_ON_HOURS, LONGEST = 1.5, 0.10, 120.0


def per(part: float, whole: float) -> float:
    """part / whole, and 0 for an empty whole."""
    return part / whole if whole > 0.0 else 0.0


def ip_asn(who: Any) -> float:
    """IP ASN by the rule of 2019 (annexes of BKN 8/2019)."""
    recent = max(who.jp, who.jp_before) >= 20.0
    seminar = who.seminar <= 24
    points = 5.0 * (who.degree + 1) + PERFORMANCE + DISCIPLINE
    if who.job.kind == 2:
        return points + (22.5 if recent else 0.0) + (17.5 if seminar else 0.0)
    return points + (15.0 if who.course else 0.0) + (15.0 if recent else 0.0) + (10.0 if seminar else 0.0)


def observe_staff(city: Any) -> dict[str, float]:
    """Means over all civil servants."""
    n = len(city.staff)
    used = [0.0] * 4
    matched = integrity = index = jp = held = applied = idle = climate = 0.0
    for unit in city.units:
        climate += unit.climate * len(unit.members)
        for who in unit.members:
            for d in range(4):
                used[d] += who.in_use(d)
                held += who.held(d)
                applied += abs(who.applied[d])
                idle += abs(who.idle[d])
            matched += who.for_the_job() >= city.normally.match + unit.weights[3] * city.required(3)
            integrity += who.integrity
            index += ip_asn(who)
            jp += max(who.jp, who.jp_before)
    row = {f"competence_{name}": used[d] / n - city.normally.competence for d, name in enumerate(DOMAINS)}
    competence = 0.0
    for name in DOMAINS:
        competence += row[f"competence_{name}"] / 4
    return row | {
        "competence": competence,
        "job_match": 100.0 * matched / n,
        "excess": held / (n * 4),
        "in_use": 100.0 * per(applied, applied + idle),
        "ip_asn": index / n,
        "integrity": integrity / n,
        "responsiveness": climate / n,
        "jp": jp / n,
    }


def waiting_at_counters(city: Any) -> float:
    """Rise of waiting, a mean over the people at counters."""
    total = people = 0.0
    for unit in city.units:
        total += len(unit.counter) * unit.waiting
        people += len(unit.counter)
    return total / people


def observe_service(city: Any) -> dict[str, float]:
    """Service and side payments of the month's encounters."""
    sums, normally, visits = city.sums, city.normally, city.sums.visits
    process = per(sums.process, visits) - normally.process
    waited = waiting_at_counters(city)
    values = [unit.expected_service() for unit in city.units]
    weakest = sorted(values)[len(values) // 10]
    adults = city.people_per_adult
    return {
        "side_payments": 100.0 * per(sums.paid, visits),
        "favouritism": 100.0 * per(sums.wrongs - sums.paid, visits),
        "process": process,
        "people": per(sums.people, visits) - normally.people,
        "satisfaction": per(sums.lived, visits) - normally.expected,
        "dissatisfied": 100.0 * per(sums.upset, visits),
        "units_p10": weakest - normally.expected,
        "citizen_hours": adults * visits * VISIT_HOURS * (1.0 - PROCESS_ON_HOURS * process + 0.5 * waited) / 1000.0,
        "citizen_rupiah": adults * sums.paid * city.levers.money.side_payment / 1e6,
    }


def observe_survey(city: Any) -> dict[str, float]:
    """The month's official survey and an independent poll of the same people."""
    survey, factor = city.survey, city.nature.factor
    means = [per(total, survey.asked) for total in survey.answers]
    total = 0.0
    for mean in means:
        total += mean
    row = {"satisfied": 100.0 * per(survey.satisfied, survey.asked), "ikm": 25.0 * total / 9}
    for name, which in (("nrr_process", 0.0), ("nrr_people", 1.0)):
        mine = [mean for mean, f in zip(means, factor, strict=True) if f == which]
        total = 0.0
        for mean in mine:
            total += mean
        row[name] = per(total, len(mine))
    return row


def observe_voice(city: Any) -> dict[str, float]:
    """Reports, complaints, and what became of them."""
    sums, adults, chance = city.sums, city.people_per_adult, city.repair_chance()
    return {
        "reports": adults * sums.reports,
        "complaints": adults * sums.complaints,
        "complaints_per_100": 100.0 * per(sums.complaints, sums.upset),
        "completed": 100.0 * sums.completed,
        "in_time": 100.0 * city.completion(sums.completed, 14.0 / 21.0, 1.0),
        "backlog": adults * city.open,
        "repair_months": min(1.0 / chance, LONGEST) if chance > 0.0 else LONGEST,
        "informed": 100.0 * city.informed,
    }


def observe_trust(city: Any) -> dict[str, float]:
    """Mean, spread and share from whole sums; the gap between the most and the least trusting kecamatan."""
    trust = square = trusting = adults = 0.0
    means = []
    for kecamatan in city.kecamatan:
        sums = kecamatan.sums
        if sums.adults:
            means.append(0.5 + 0.5 * sums.trust / (2.0**17 * sums.adults))
            trust += sums.trust
            square += sums.square
            trusting += sums.trusting
            adults += sums.adults
    side = trust / (2.0**17 * adults)  # on a scale from -1 to 1
    return {
        "trust": 100.0 * (0.5 + 0.5 * side),
        "trust_sd": 50.0 * math.sqrt(max(square / (2.0**17 * adults) - side * side, 0.0)),
        "trusting": 100.0 * trusting / adults,
        "trust_gap": 100.0 * (max(means) - min(means)),
    }


def observe_money(city: Any) -> dict[str, float]:
    """Programmes and costs of the month for the whole city [Rp million]."""
    sums, levers, posts = city.sums, city.levers, city.people_per_post
    quality = 0.0
    for programme in city.programmes:
        quality += programme.delta
    costs = {
        "cost_training": posts * sums.training / 1e6,
        "cost_integrity": (posts * sums.integrity + levers.money.audits_monthly) / 1e6,
        "cost_evaluation": sums.evaluation / 1e6,
        "cost_participation": levers.money.participation_monthly / 1e6,
        "cost_needs": levers.money.needs_monthly / 1e6,
    }
    total = 0.0
    for cost in costs.values():
        total += cost
    return costs | {
        "cost": total,
        "unspent": levers.money.yearly / 12.0 / 1e6 - total,
        "cost_hours": posts * sums.hours * levers.money.staff_hour / 1e6,
        "trainees": posts * sums.trainees,
        "programme_quality": quality / len(city.programmes),
        "revisions": city.revisions,
        "revised_wrongly": city.revised_wrongly,
        "kept_wrongly": city.kept_wrongly,
    }


def observe(city: Any) -> dict[str, float]:
    """Every outcome of the month."""
    parts = (observe_staff, observe_service, observe_survey, observe_voice, observe_trust, observe_money)
    return {name: float(value) for part in parts for name, value in part(city).items()}
