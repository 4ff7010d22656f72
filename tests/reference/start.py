"""The balanced start, step by step as in the ODD (Initialization)."""

from __future__ import annotations

import math
from typing import Any

from tests.reference import draws
from tests.reference.citizen import CLASSES, Citizen
from tests.reference.city import START, SUMS, ReferenceCity, zeros
from tests.reference.civil_servant import CivilServant, grown
from tests.reference.numbers import F, clamp, exp, logistic, single
from tests.reference.programme import Programme
from tests.reference.survey import halve
from tests.reference.unit import Unit
from tests.reference.voice import REACHED

STAFF_MONTHS, CITY_MONTHS = 72, 12
JOB_MATCH = 0.60  # share of staff who match their job at the start


def mean(numbers: Any) -> float:
    """Mean, summed in order."""
    total, count = 0.0, 0
    for number in numbers:
        total += number
        count += 1
    return total / count


def settle(city: ReferenceCity) -> None:
    """Bring a new city into balance under its levers, which must be those of the reference policy."""
    city.survey.settle()
    hire_everyone(city)
    settle_careers(city)
    settle_staff(city)
    set_style(city)
    set_payments(city)
    chosen = city.levers
    city.informed, city.followed = REACHED * chosen.participation.disclose_results, chosen.training.follow_up
    city.told = chosen.participation.communication
    start_voice(city)
    city.everyone(Citizen, "draw_demand")
    rehearse(city)
    settle_minds(city)
    live_a_year(city)
    meet_trust(city)


def hire_everyone(city: ReferenceCity) -> None:
    """Units, people at random points of their careers (twice, so that experience is centred), programmes."""
    city.everyone(Unit, "found")
    for _ in range(2):
        city.everyone(CivilServant, "hire", False, draws.EARLY)
        months = [max(who.age - who.entered - 12, 0) for who in city.staff]
        if city.normally.experience == 0.0:
            city.normally.experience = mean(grown(city.nature.experience, t) for t in months)
    for _ in range(2):  # a unit without managers takes the mean of the others
        city.normally.leadership = city.lead_units()
    city.everyone(Programme, "draw_effects", draws.PROGRAMME, 0)


def settle_careers(city: ReferenceCity) -> None:
    """Past years of everybody's career, lived twice: gains are centred on the mean that the first time shows."""
    posts, money = city.people_per_post, city.levers.money
    managers = sum(who.job.manager for who in city.staff)
    seats, leads = money.seats / posts, money.leader_seats / posts / max(managers, 1)
    serving = sum(len(unit.counter) for unit in city.units)
    at_counter = max(seats * city.levers.training.counter_seats / serving, seats / len(city.staff))
    elsewhere = max(seats - at_counter * serving, 0.0) / max(len(city.staff) - serving, 1)
    for _ in range(2):
        for who in city.staff:
            who.forget()
        for ago in range(45, 0, -1):
            city.everyone(CivilServant, "live_year", ago, at_counter, elsewhere, leads)
        set_staff_norms(city)


def set_style(city: ReferenceCity) -> None:
    """What courses do at the counters is part of the differences between servers."""
    seen = city.seen_of_courses()
    done = [seen * who.on_the_job() for unit in city.units for who in unit.counter]
    average = mean(done)
    variance = max(mean(x * x for x in done) - average * average, 0.0)
    before = city.normally.style
    city.normally.style = math.sqrt(max(before * before - variance, 0.0))
    for who in city.staff:
        who.style = single(who.style * (city.normally.style / before if before > 0.0 else 0.0))


def settle_staff(city: ReferenceCity) -> None:
    """Six years of the civil service alone; what is normal is written down each December."""
    hours = ideas = 0.0
    for city.t in range(STAFF_MONTHS):
        city._keys.clear()
        city.staff_month()
        city.normally.leadership = city.lead_units()
        hours += off_the_counter(city)
        ideas += mean(unit.ideas for unit in city.units)
        if city.calendar == 11:
            set_staff_norms(city)
            city.normally.hours, city.normally.ideas = hours / 12.0, ideas / 12.0
            hours = ideas = 0.0


def off_the_counter(city: ReferenceCity) -> float:
    """Working time that courses take this month, a mean over the people at counters."""
    total = people = 0.0
    for unit in city.units:
        total += len(unit.counter) * unit.off
        people += len(unit.counter)
    return total / people


def set_staff_norms(city: ReferenceCity) -> None:
    """Means over staff that rules are centred on, and the level that `JOB_MATCH` of the staff reach [1/256 SD]."""
    normally, everybody = city.normally, [(who, d) for who in city.staff for d in range(4)]
    normally.theta = mean(who.theta(d) for who, d in everybody)
    normally.competence = mean(who.in_use(d) for who, d in everybody)
    normally.leadership = city.lead_units()
    city.lead_units()
    slots = sorted(clamp(int((who.for_the_job() + 8.0) * 256.0), 0, 4095) for who in city.staff)
    # The level is the upper end of the slot of the last person who does not reach it.
    below = math.ceil((1.0 - JOB_MATCH) * len(slots))
    normally.match = (slots[below - 1] + 1) / 256.0 - 8.0


def set_payments(city: ReferenceCity) -> None:
    """An offset for each service gives its measured share of side payments with the people at its counters."""
    n = city.nature
    targets = [n.side_payment_civil_registration, n.side_payment_school, n.side_payment_health]
    for service, target in enumerate(targets + [n.side_payment_other] * 3):
        people = [who for unit in city.units if unit.service == service for who in unit.counter]

        def is_below(offset: float, people: Any = people, target: float = target) -> bool:
            chances = (logistic(offset - n.integrity_on_payment * who.integrity) for who in people)
            return bool(people) and mean(chances) < target

        low, high = halve(-12.0, 12.0, 40, is_below)
        city.payments[service] = 0.5 * (low + high)


def start_voice(city: ReferenceCity) -> None:
    """Open reports in balance, before complaints are known."""
    rate = mean(city.rate_at(z) for z in city.normals)
    city.rate = city.normally.answer = rate
    city.normally.open = city.usual_reports() / rate
    city.open = city.usual_open = city.normally.open * (1.0 - rate)
    city.normally.voiced = 0.0


def rehearse(city: ReferenceCity) -> None:
    """Everybody alike, one month of service, to see what service is like."""
    for who in city.citizens:
        who.settle(0.0, 0.0, [0.0] * 6, city.nature.trust_spread)
    city.t, city.sums = STAFF_MONTHS - 1, zeros(SUMS)
    city.everyone(Unit, "run_procedures")
    city.open_counters()
    city.serve()
    city.normally.process = city.sums.process / city.sums.visits
    city.normally.people = city.sums.people / city.sums.visits


def settle_minds(city: ReferenceCity) -> None:
    """Minds from the long-run covariance that the rules of trust have, around each area's service."""
    n, sums = city.nature, city.sums
    overall = sums.lived / sums.visits
    variance = max(sums.lived2 / sums.visits - overall * overall, 0.01)
    served = {unit: unit.expected_service() for unit in city.units}
    here = [mean(served[unit] for unit in area.visits) for area in city.areas]
    level = between = 0.0
    for area, service in zip(city.areas, here, strict=True):
        level += (overall - service) * len(area.citizens) / len(city.citizens)
    for area, service in zip(city.areas, here, strict=True):
        apart = service + level - overall
        between += apart * apart * len(area.citizens) / len(city.citizens)
    set_trust_effects(city, variance, between)
    roots, moved = [], 0.0
    for k in range(CLASSES):
        covariance = long_run(city, variance, class_chance(city, k))
        roots.append(root_of(covariance))
        if k == 1:  # people with less than the mean: the variance of trust states that the spread of trust allows for
            moved = covariance[5]
    city.normally.expected = overall
    spread = math.sqrt(variance + roots[0][0] * roots[0][0])
    city.normally.loss = spread * (1.0 - n.loss_aversion) / math.sqrt(2.0 * math.pi)
    own = math.sqrt(max(n.trust_spread * n.trust_spread - moved, 0.04))
    for area, service in zip(city.areas, here, strict=True):
        for who in area.citizens:
            trust = city.normally.lasting * (service + level - overall)
            who.settle(service + level, trust, roots[who.demand_class()], own)
        area.kecamatan.pull = city.normally.lasting * (service + level - overall)


def class_chance(city: ReferenceCity, k: int) -> float:
    """Chance of an encounter in a month in a class of demand."""
    return min(city.encounters * (k + 0.5) / 2.0, 1.0)


def kept_between(city: ReferenceCity, chance: float) -> float:
    """Mean of what neighbours leave of a trust state between two encounters; chance: of an encounter in a month."""
    keep = 1.0 - city.nature.neighbour_pull
    return chance * keep / (1.0 - (1.0 - chance) * keep)


def set_trust_effects(city: ReferenceCity, variance: float, between: float) -> None:
    """b_q and b_d that together make the slope of trust on lived experience between people, in the parts of `lasting_share`."""
    n, normally = city.nature, city.normally
    a, r, lam = n.expectation_learning, n.experience_learning, n.trust_learning
    luck = max(r / (2.0 - r) * variance, 0.01 * 0.01)
    slope = n.trust_slope * n.halo_share * n.trust_spread / math.sqrt(luck + between)
    from_lasting = from_surprise = 0.0
    for k in range(CLASSES):
        people = exp(-k / 2.0) - (exp(-(k + 1.0) / 2.0) if k + 1 < CLASSES else 0.0)
        kept = kept_between(city, class_chance(city, k))
        follows = kept * lam / (1.0 - (1.0 - lam) * (1.0 - r) * kept)
        from_lasting += people * follows
        from_surprise += people * (follows * ((2.0 - r) * r / (a + r - a * r)) * 0.5 * (1.0 + n.loss_aversion))
    from_lasting = (from_lasting * luck + between) / (luck + between)
    from_surprise = from_surprise * luck / (luck + between)
    normally.lasting = n.lasting_share * slope / max(from_lasting, 1e-6)
    normally.surprise = (1.0 - n.lasting_share) * slope / max(from_surprise, 1e-6)


def long_run(city: ReferenceCity, variance: float, chance: float) -> tuple[float, ...]:
    """Covariance of (expected e, lived l, trust state s) after many encounters: ee, ll, el, es, ls, ss.

    w(z) is its regression on z and an uncorrelated rest; neighbours pull the trust state once a month between encounters.
    """
    n = city.nature
    a, r, lam, kappa = n.expectation_learning, n.experience_learning, n.trust_learning, n.loss_aversion
    keep, slope = 1.0 - n.neighbour_pull, 0.5 * (1.0 + kappa)
    once = kept_between(city, chance)
    twice = chance * keep * keep / (1.0 - (1.0 - chance) * keep * keep)
    p, q, v = 1.0 - lam, lam * city.normally.lasting, lam * city.normally.surprise * slope
    kl, kx = q * (1.0 - r), q * r + v
    b = lam * city.normally.surprise
    c_ee = c_ll = c_ss = c_el = c_es = c_ls = 0.0
    for _ in range(600):
        ee, ll, ss, el, es, ls = c_ee, c_ll, c_ss * twice, c_el, c_es * once, c_ls * once
        gap = variance + ee
        felt = gap * (0.5 * (1.0 + kappa * kappa) - (1.0 - kappa) * (1.0 - kappa) / (2.0 * math.pi))
        rest = max(felt - slope * slope * gap, 0.0)
        c_ee = (1.0 - a) * (1.0 - a) * ee + a * a * variance
        c_ll = (1.0 - r) * (1.0 - r) * ll + r * r * variance
        c_el = (1.0 - a) * (1.0 - r) * el + a * r * variance
        c_es = (1.0 - a) * (p * es + kl * el - v * ee) + a * kx * variance
        c_ls = (1.0 - r) * (p * ls + kl * ll - v * el) + r * kx * variance
        c_ss = p * p * ss + kl * kl * ll + kx * kx * variance + v * v * ee
        c_ss = c_ss + 2.0 * p * kl * ls - 2.0 * p * v * es - 2.0 * kl * v * el + b * b * rest
    return c_ee, c_ll, c_el, c_es * once, c_ls * once, c_ss * twice


def root_of(covariance: tuple[float, ...]) -> list[float]:
    """Cholesky root, row by row."""
    ee, ll, el, es, ls, ss = covariance
    w0 = math.sqrt(ee)
    w1, w3 = el / w0, es / w0
    w2 = math.sqrt(max(ll - w1 * w1, 0.0))
    w4 = (ls - w1 * w3) / w2 if w2 > 0.0 else 0.0
    return [w0, w1, w2, w3, w4, math.sqrt(max(ss - w3 * w3 - w4 * w4, 0.0))]


def live_a_year(city: ReferenceCity) -> None:
    """A year of the whole city; what it shows on average becomes normal."""
    normally, rate = city.normally, city.normally.answer
    total = zeros(SUMS)
    hours = ideas = 0.0
    city.t = STAFF_MONTHS
    for month in range(CITY_MONTHS):
        city.step()
        for name in SUMS.split():
            setattr(total, name, getattr(total, name) + getattr(city.sums, name))
        hours += off_the_counter(city)
        ideas += mean(unit.ideas for unit in city.units)
        normally.expected, normally.loss = total.lived / total.visits, total.loss / total.visits
        normally.open = (city.usual_reports() + total.complaints / (month + 1)) / rate
        city.open = city.usual_open = normally.open * (1.0 - rate)
        city.rate = rate
    normally.process, normally.people = total.process / total.visits, total.people / total.visits
    normally.hours, normally.ideas = hours / CITY_MONTHS, ideas / CITY_MONTHS
    city.voiced = normally.voiced = total.complaints / total.visits * rate
    city.news = city.mood = 0.0
    for programme in city.programmes:
        programme.start_again()
    set_staff_norms(city)
    assert city.t == START


def meet_trust(city: ReferenceCity) -> None:
    """One number is added to every predisposition, so that the share who trust is the target; then trust is counted. Float32."""
    sums = [F(who.alpha) + F(who.trust) for who in city.citizens]
    mood = F(city.published())
    low, high = F(-8.0), F(8.0)
    for _ in range(24):
        middle = F(0.5) * (low + high)
        shift = middle + mood
        trusting = sum(bool(s + shift > 0) for s in sums)
        low, high = (middle, high) if trusting < city.nature.trust_level * len(sums) else (low, middle)
    city.start_count()
    for who in city.citizens:
        who.alpha = float(F(who.alpha) + high)
        who.count(F(who.trust), city.mood32)
