"""The balanced start: a city in which today's practice changes nothing, drawn once per draw and branched for every policy.

Staff are settled by living several years under the reference policy; citizens are drawn from the spread that the rules of trust
would give them in the long run, live a year, and then the month-0 targets are met exactly: what is normal is written into `ref`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from simulation.columns import DOMAINS, ELEMENTS, Env, Figure, Ref, Tally
from simulation.compiled import rule
from simulation.draws import CITIZEN, CITIZEN_STATE, UNIT, bits, key, lane, normal, share
from simulation.processes.evaluation import open_programmes
from simulation.processes.observe import expected_service, weighted
from simulation.processes.training import lead_units
from simulation.processes.voice import FORUM_SCALE, usual_reports
from simulation.processes.workforce import hire
from simulation.rules.learning import grown
from simulation.rules.trust import mean_surprise
from simulation.rules.voice import monthly_rate

JOB_MATCH = 0.60  # share of staff who match their job at the start; assumed
EARLY = 1_000_000  # month number of draws that belong to the start itself


@rule
def phi(x: Any) -> Any:
    """Standard normal distribution function."""
    return 0.5 * math.erfc(-x * 0.7071067811865476)


@rule
def expected_nrr(nature: Any, factor: Any, shift: Any) -> Any:
    """Mean of a factor's elements [1-4] when latent scores are N(shift, 1)."""
    total, n = 0.0, 0
    for e in range(ELEMENTS):
        if nature.factor[e] == factor:
            n += 1
            total += 1.0
            for k in range(3):
                total += phi(nature.loading[e] * shift - nature.threshold[e, k])
    return total / n if n > 0 else 1.0


@rule
def level_shift(nature: Any, factor: Any, target: Any) -> Any:
    """Shift of the latent scores that gives a factor its official mean, by halving [SD]."""
    low, high = -12.0, 12.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        if expected_nrr(nature, factor, middle) < target:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@rule
def set_survey(st: Any, nature: Any) -> None:
    """Table of answers and the sizes that follow from it: shifts, index points per SD, spread of units, noise."""
    ref = st.ref
    ref[Ref.SHIFT_PROCESS] = level_shift(nature, 0.0, nature.nrr_process)
    ref[Ref.SHIFT_PEOPLE] = level_shift(nature, 1.0, nature.nrr_people)
    slopes = np.zeros(2)
    counts = np.zeros(3)
    for e in range(ELEMENTS):
        counts[int(nature.factor[e])] += 1.0
    for f in range(2):
        shift = ref[Ref.SHIFT_PROCESS] if f == 0 else ref[Ref.SHIFT_PEOPLE]
        rise = expected_nrr(nature, float(f), shift + 0.05) - expected_nrr(nature, float(f), shift - 0.05)
        slopes[f] = 10.0 * rise * counts[f] * 25.0 / ELEMENTS
    ref[Ref.SLOPE] = max(slopes[0] + slopes[1], 1.0)
    unit = min(nature.unit_spread / max(math.sqrt(slopes[0] * slopes[0] + slopes[1] * slopes[1]), 0.5), 0.8)
    open_share = nature.theme_rate / (nature.theme_rate + nature.repair_rate)
    themes = nature.theme_size * nature.theme_size * open_share * (1.0 - open_share)
    # Spread between units is total: what themes make is not added to it.
    ref[Ref.UNIT_SD] = math.sqrt(max(unit * unit - themes, 0.01))
    ref[Ref.PROCESS_NOISE] = math.sqrt(max(1.0 - ref[Ref.UNIT_SD] ** 2.0 - themes, 0.1))
    ref[Ref.PEOPLE_NOISE] = math.sqrt(max(1.0 - ref[Ref.UNIT_SD] ** 2.0 - nature.provider_share, 0.1))
    known = (
        0.6 * nature.competence_on_people**2.0 + nature.integrity_on_people**2.0 + nature.responsiveness_on_people**2.0
    )
    ref[Ref.STYLE] = math.sqrt(max(nature.provider_share - known, 0.0))
    price = 0.0
    for e in range(ELEMENTS):
        if nature.factor[e] == 2.0:
            price = price_shift(nature, e)
    for e in range(ELEMENTS):
        loading = nature.loading[e] if nature.factor[e] < 2.0 else 0.0
        own = math.sqrt(1.0 - loading * loading)
        for slot in range(st.table.shape[1]):
            score = (slot + 0.5) * (8.0 / st.table.shape[1]) - 4.0
            for k in range(3):
                shift = price if nature.factor[e] == 2.0 else 0.0
                st.table[e, slot, k] = min(
                    int(65536.0 * phi((nature.threshold[e, k] - shift - loading * score) / own) + 0.5), 65535
                )


@rule
def price_shift(nature: Any, element: Any) -> Any:
    """Shift of the price element, which no latent score moves: most services are free."""
    low, high = -8.0, 8.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        mean = 1.0
        for k in range(3):
            mean += phi(middle - nature.threshold[element, k])
        if mean < nature.nrr_price:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@rule
def found_units(city: Any, st: Any, levers: Any, nature: Any, seed: Any) -> None:
    """Units differ in procedures, people, hiring and integrity; some have an open theme."""
    u, ref = st.units, st.ref
    k = key(seed, UNIT, EARLY, 0)
    for unit in range(u.process.size):
        h, g = bits(k, 2 * unit), bits(k, 2 * unit + 1)
        u.process[unit] = ref[Ref.UNIT_SD] * normal(city.normals, lane(h, 0))
        u.people[unit] = ref[Ref.UNIT_SD] * normal(city.normals, lane(h, 1))
        u.hired[unit] = normal(city.normals, lane(h, 2))
        u.upright[unit] = normal(city.normals, lane(h, 3))
        u.theme[unit] = 1.0 if share(lane(g, 0)) < nature.theme_rate / (nature.theme_rate + nature.repair_rate) else 0.0
        u.knowledge[unit] = 1.0 - math.exp(-levers.forums / FORUM_SCALE)
        u.climate[unit] = 0.0


@rule
def hire_everyone(city: Any, st: Any, nature: Any, seed: Any) -> None:
    """All posts filled at random points of their careers; experience is centred on its mean."""
    s = st.staff
    for j in range(s.age.size):
        s.status[j] = city.status0[j]
        s.job[j] = city.job0[j]
    st.ref[Ref.EXPERIENCE] = 0.0
    for round_ in range(2):
        total = 0.0
        for unit in range(city.unit_first.size):
            for place in range(city.unit_size[unit]):
                hire(city, st, nature, seed, EARLY, unit, place, False)
                j = city.unit_first[unit] + place
                total += grown(nature.experience, max(s.age[j] - s.entered[j] - 12, 0))
        if round_ == 0:
            st.ref[Ref.EXPERIENCE] = total / s.age.size
    st.ref[Ref.LEADERSHIP] = lead_units(city, st)
    st.ref[Ref.LEADERSHIP] = lead_units(city, st)


@rule
def set_staff_refs(city: Any, st: Any, work: Any) -> None:
    """Means over staff that the rules are centred on: competence, weighted competence, leadership."""
    s, ref = st.staff, st.ref
    held = used = 0.0
    n = s.age.size
    work.bins[:] = 0
    for unit in range(city.unit_first.size):
        for j in range(city.unit_first[unit], city.unit_first[unit] + city.unit_size[unit]):
            for d in range(DOMAINS):
                used += s.base[j, d] + s.applied[j, d]
                held += s.base[j, d] + s.applied[j, d] + s.idle[j, d]
            slot = int((weighted(city, st, j, city.unit_service[unit]) + 8.0) * 256.0)
            work.bins[min(max(slot, 0), work.bins.size - 1)] += 1
    ref[Ref.THETA] = held / (n * DOMAINS)
    ref[Ref.COMPETENCE] = used / (n * DOMAINS)
    ref[Ref.LEADERSHIP] = lead_units(city, st)
    below, slot = 0, 0
    while below < (1.0 - JOB_MATCH) * n:
        below += work.bins[slot]
        slot += 1
    ref[Ref.MATCH] = slot / 256.0 - 8.0


@rule
def set_payments(city: Any, st: Any, nature: Any) -> None:
    """Offsets that give each service its measured share of side payments with the integrity of the people at its counters."""
    s = st.staff
    for service in range(city.weights.shape[0]):
        target = nature.side_payment_other
        if service == 0:
            target = nature.side_payment_civil_registration
        elif service == 1:
            target = nature.side_payment_school
        elif service == 2:
            target = nature.side_payment_health
        low, high = -12.0, 12.0
        for _ in range(40):
            middle = 0.5 * (low + high)
            total, n = 0.0, 0
            for unit in range(city.unit_first.size):
                if city.unit_service[unit] != service:
                    continue
                for j in range(city.unit_first[unit], city.unit_first[unit] + city.unit_counter[unit]):
                    total += 1.0 / (1.0 + math.exp(-(middle - nature.integrity_on_payment * s.integrity[j])))
                    n += 1
            if n > 0 and total / n < target:
                low = middle
            else:
                high = middle
        st.ref[Ref.PAYMENT + service] = 0.5 * (low + high)


@rule
def area_mean(city: Any, units: Any, area: Any) -> Any:
    """Mean experience of an area's people [SD], from what is expected of the units they go to."""
    total, slots = 0.0, city.visits.shape[1]
    for slot in range(slots):
        total += units[city.visits[area, slot]]
    return total / slots


@rule
def long_run(nature: Any, variance: Any, encounters: Any, cov: Any) -> None:
    """Covariance of (expected, lived, trust state) that many encounters with experience of this variance lead to.

    Second moments of the linear part of the rules of trust; w(z) is its regression on z plus an uncorrelated rest.
    """
    a, r, lam = nature.expectation_learning, nature.experience_learning, nature.trust_learning
    kappa, b_q, b_d = nature.loss_aversion, nature.trust_experience, nature.trust_disconfirmation
    slope = 0.5 * (1.0 + kappa)
    between = (
        math.exp(math.log(1.0 - nature.neighbour_pull) / max(encounters, 1e-6)) if nature.neighbour_pull > 0.0 else 1.0
    )
    cov[:] = 0.0
    for _ in range(600):
        ee, ll, ss = cov[0, 0], cov[1, 1], cov[2, 2] * between * between
        el, es, ls = cov[0, 1], cov[0, 2] * between, cov[1, 2] * between
        gap = variance + ee
        felt = gap * (0.5 * (1.0 + kappa * kappa) - (1.0 - kappa) ** 2.0 / (2.0 * math.pi))
        rest = max(felt - slope * slope * gap, 0.0)
        # s' = p s + q (1 - r) l + (q r + v) x - v e + rest, with q = lam b_q and v = lam b_d slope.
        p, q, v = 1.0 - lam, lam * b_q, lam * b_d * slope
        kl, kx = q * (1.0 - r), q * r + v
        cov[0, 0] = (1.0 - a) ** 2.0 * ee + a * a * variance
        cov[1, 1] = (1.0 - r) ** 2.0 * ll + r * r * variance
        cov[0, 1] = (1.0 - a) * (1.0 - r) * el + a * r * variance
        cov[0, 2] = (1.0 - a) * (p * es + kl * el - v * ee) + a * kx * variance
        cov[1, 2] = (1.0 - r) * (p * ls + kl * ll - v * el) + r * kx * variance
        cov[2, 2] = (
            p * p * ss + kl * kl * ll + kx * kx * variance + v * v * ee
            + 2.0 * p * kl * ls - 2.0 * p * v * es - 2.0 * kl * v * el + (lam * b_d) ** 2.0 * rest
        )  # fmt: skip
    cov[1, 0], cov[2, 0], cov[2, 1] = cov[0, 1], cov[0, 2], cov[1, 2]


@rule
def draw_demand(city: Any, st: Any, nature: Any, seed: Any) -> None:
    """How often each adult has business with the city: an encounter chance with mean `encounters`, some often, many seldom."""
    c = st.citizens
    c.demand[:] = 0
    for area in range(city.area_first.size):
        k = key(seed, CITIZEN, 0, area)
        for place in range(city.area_size[area]):
            # An exponential spread, cut at five times the mean and brought back to it.
            luck = share(lane(bits(k, place), 0))
            times = min(-math.log(luck), 5.0) / (1.0 - math.exp(-5.0))
            c.demand[city.area_first[area] + place] = min(
                int(65536.0 * city.figures[Figure.DEMAND] * times + 0.5), 65535
            )


@rule
def settle_minds(city: Any, st: Any, work: Any, nature: Any, seed: Any, first_pass: Any) -> None:
    """Citizens' minds: all alike for a rehearsal month, then drawn from their long-run spread around their area's service."""
    c, ref, tally = st.citizens, st.ref, work.tally
    cov = np.zeros((3, 3))
    overall = variance = 0.0
    if not first_pass:
        visits = max(tally[Tally.VISITS], 1.0)
        overall = tally[Tally.LIVED] / visits
        variance = max(tally[Tally.LIVED2] / visits - overall * overall, 0.01)
        ref[Ref.EXPECTED] = overall
        long_run(nature, variance, city.figures[Figure.DEMAND], cov)
        ref[Ref.LOSS] = mean_surprise(math.sqrt(variance + cov[0, 0]), nature.loss_aversion)
    sd_e = math.sqrt(cov[0, 0])
    l_e = cov[0, 1] / sd_e if sd_e > 0.0 else 0.0
    l_l = math.sqrt(max(cov[1, 1] - l_e * l_e, 0.0))
    s_e = cov[0, 2] / sd_e if sd_e > 0.0 else 0.0
    s_l = (cov[1, 2] - l_e * s_e) / l_l if l_l > 0.0 else 0.0
    s_s = math.sqrt(max(cov[2, 2] - s_e * s_e - s_l * s_l, 0.0))
    spread = math.sqrt(max(nature.trust_spread**2.0 - cov[2, 2], 0.04))
    units = expected_service(city, st, work, nature)
    level = 0.0  # expected service is centred so that its mean over citizens is what they lived
    for area in range(city.area_first.size):
        level += (overall - area_mean(city, units, area)) * city.area_size[area] / city.area_size.sum()
    for area in range(city.area_first.size):
        k, g = key(seed, CITIZEN_STATE, 0, area), key(seed, CITIZEN, 1, area)
        here = overall if first_pass else area_mean(city, units, area) + level
        for place in range(city.area_size[area]):
            i = city.area_first[area] + place
            h = bits(k, place)
            z0, z1, z2 = (
                normal(city.normals, lane(h, 0)),
                normal(city.normals, lane(h, 1)),
                normal(city.normals, lane(h, 2)),
            )
            c.expected[i] = here + sd_e * z0
            c.lived[i] = here + l_e * z0 + l_l * z1
            c.trust[i] = nature.trust_experience * (here - overall) + s_e * z0 + s_l * z1 + s_s * z2
            c.belief[i] = 0.5
            c.alpha[i] = spread * normal(city.normals, lane(bits(g, place), 0))
    st.pull[:] = 0.0
    for area in range(city.area_first.size):
        st.pull[city.area_kecamatan[area]] = (
            0.0 if first_pass else nature.trust_experience * (area_mean(city, units, area) + level - overall)
        )


@rule
def meet_trust(city: Any, st: Any, nature: Any) -> None:
    """Move every predisposition by one number, so that the share who trust, as a poll counts it, is the target (by halving)."""
    c = st.citizens
    low, high = np.float32(-8.0), np.float32(8.0)
    for _ in range(24):
        middle = np.float32(0.5) * (low + high)
        trusting = n = 0
        for area in range(city.area_first.size):
            first, last = city.area_first[area], city.area_first[area] + city.area_size[area]
            trusting += above(c.alpha[first:last], c.trust[first:last], middle)
            n += city.area_size[area]
        if trusting < nature.trust_level * n:
            low = middle
        else:
            high = middle
    for i in range(c.alpha.size):
        c.alpha[i] += high


@rule
def above(alpha: Any, trust: Any, shift: Any) -> Any:
    """How many of these people would be more likely than not to trust after a shift."""
    count = 0
    for i in range(alpha.size):
        count += alpha[i] + trust[i] + shift > np.float32(0.0)
    return count


@rule
def start_voice(city: Any, st: Any, nature: Any) -> None:
    """Open reports and answers of today's practice, before complaints are known."""
    rate = monthly_rate(nature.completed_share)
    st.env[Env.RATE] = rate
    st.ref[Ref.ANSWER] = rate
    st.ref[Ref.OPEN] = usual_reports(city, nature) / rate
    st.env[Env.OPEN] = st.ref[Ref.OPEN] * (1.0 - rate)
    st.ref[Ref.VOICED] = 0.0


@rule
def open_catalogue(city: Any, st: Any, nature: Any, seed: Any) -> None:
    """Programmes of the start, with nothing measured yet."""
    open_programmes(city, st, nature, seed)
    st.programmes.offline[:] = 0
    st.programmes.tried[:] = 0
    st.programmes.held[:] = 0
    st.programmes.gained[:] = 0.0
