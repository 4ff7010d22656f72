"""The balanced start: a city in which today's practice changes nothing, drawn once per draw and branched for every policy.

Staff are settled by living several years under the reference policy; citizens are drawn from the spread that the rules of trust
would give them in the long run, live a year, and then the month-0 targets are met exactly: what is normal is written into `ref`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from simulation.engine.columns import DOMAINS, Env, Figure, Ref, Tally
from simulation.engine.compiled import process
from simulation.engine.draws import CITIZEN, CITIZEN_STATE, UNIT, bits, key, lane, normal, share
from simulation.engine.exact import exp, log
from simulation.processes.evaluation import open_programmes
from simulation.processes.observe import expected_service, weighted
from simulation.processes.training import lead_units
from simulation.processes.voice import FORUM_SCALE, usual_reports
from simulation.processes.workforce import hire
from simulation.rules.learning import grown
from simulation.rules.trust import mean_surprise
from simulation.rules.voice import monthly_rate

JOB_MATCH = 0.60  # share of staff who match their job at the start; assumed
CLASSES = 10  # of people by how often they have business with the city; the last is open
EARLY = 1_000_000  # month number of draws that belong to the start itself


@process
def found_units(city: Any, st: Any, levers: Any, nature: Any, seed: Any) -> None:
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


@process
def hire_everyone(city: Any, st: Any, nature: Any, seed: Any) -> None:
    """All posts filled at random points of their careers; experience is centred on its mean."""
    s = st.staff
    for j in range(s.size):
        s[j].status = city.status[j]
        s[j].job = city.job[j]
        s[j].domain = -1
        s[j].leads = -1
    st.ref[Ref.EXPERIENCE] = 0.0
    for round_ in range(2):
        total = 0.0
        for unit in range(city.units.size):
            for place in range(city.units[unit].staff):
                hire(city, st, nature, seed, np.int64(EARLY), unit, place, np.int64(0))
                j = city.units[unit].first + place
                total += grown(nature.experience, max(s[j].age - s[j].entered - 12, 0))
        if round_ == 0:
            st.ref[Ref.EXPERIENCE] = total / s.size
    st.ref[Ref.LEADERSHIP] = lead_units(city, st)
    st.ref[Ref.LEADERSHIP] = lead_units(city, st)


@process
def set_staff_refs(city: Any, st: Any, work: Any) -> None:
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
            slot = int((weighted(city, st, j, city.units[unit].service) + 8.0) * 256.0)
            work.bins[min(max(slot, 0), work.bins.size - 1)] += 1
    ref[Ref.THETA] = held / (n * DOMAINS)
    ref[Ref.COMPETENCE] = used / (n * DOMAINS)
    ref[Ref.LEADERSHIP] = lead_units(city, st)
    lead_units(city, st)  # again, for units without a manager: they stand at the mean
    below, slot = 0, 0
    while below < (1.0 - JOB_MATCH) * n:
        below += work.bins[slot]
        slot += 1
    ref[Ref.MATCH] = slot / 256.0 - 8.0


@process
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
        st.ref[Ref.PAYMENT + service] = 0.5 * (low + high)


@process
def area_mean(city: Any, units: Any, area: Any) -> Any:
    """Mean experience of an area's people [SD], from what is expected of the units they go to."""
    total, slots = 0.0, city.visits.shape[1]
    for slot in range(slots):
        total += units[city.visits[area, slot]]
    return total / slots


@process
def long_run(nature: Any, variance: Any, chance: Any, cov: Any) -> None:
    """Covariance of (expected, lived, trust state) that many encounters with experience of this variance lead to.

    Second moments of the linear part of the rules of trust; w(z) is its regression on z plus an uncorrelated rest. Between two encounters
    neighbours pull the trust state for a geometric number of months.

    Args:
        variance: of the experience of one person [SD^2]; chance: of an encounter in a month; cov: float64 (3, 3), filled.
    """
    a, r, lam = nature.expectation_learning, nature.experience_learning, nature.trust_learning
    kappa, b_q, b_d = nature.loss_aversion, nature.trust_experience, nature.trust_disconfirmation
    slope = 0.5 * (1.0 + kappa)
    keep = 1.0 - nature.neighbour_pull
    once = chance * keep / (1.0 - (1.0 - chance) * keep)  # mean of keep^months until the next encounter
    twice = chance * keep * keep / (1.0 - (1.0 - chance) * keep * keep)
    cov[:] = 0.0
    for _ in range(600):
        ee, ll, ss = cov[0, 0], cov[1, 1], cov[2, 2] * twice
        el, es, ls = cov[0, 1], cov[0, 2] * once, cov[1, 2] * once
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
    # Seen at the end of a month the last encounter is k = 0, 1, 2 ... months ago and neighbours have pulled k + 1 times since.
    cov[0, 2], cov[1, 2], cov[2, 2] = cov[0, 2] * once, cov[1, 2] * once, cov[2, 2] * twice
    cov[1, 0], cov[2, 0], cov[2, 1] = cov[0, 1], cov[0, 2], cov[1, 2]


@process
def demand_class(city: Any, demand: Any) -> Any:
    """Class of people who have business with the city about equally often; class k has (k + 1/2) / 2 times the mean."""
    return min(int(2.0 * demand / (65536.0 * city.figures[Figure.DEMAND])), CLASSES - 1)


@process
def long_run_roots(city: Any, nature: Any, variance: Any, cov: Any, root: Any) -> Any:
    """Cholesky roots of `long_run` for each class of demand (classes, 6); returns the variance of trust states in the mean class."""
    mean = 0.0
    for k in range(CLASSES):
        chance = min(city.figures[Figure.DEMAND] * (k + 0.5) / 2.0, 1.0)
        long_run(nature, variance, chance, cov)
        w = root[k]
        w[0] = math.sqrt(cov[0, 0])
        w[1] = cov[0, 1] / w[0]
        w[2] = math.sqrt(max(cov[1, 1] - w[1] * w[1], 0.0))
        w[3] = cov[0, 2] / w[0]
        w[4] = (cov[1, 2] - w[1] * w[3]) / w[2] if w[2] > 0.0 else 0.0
        w[5] = math.sqrt(max(cov[2, 2] - w[3] * w[3] - w[4] * w[4], 0.0))
        if k == 1:
            mean = cov[2, 2]
    return mean


@process
def draw_demand(city: Any, st: Any, nature: Any, seed: Any) -> None:
    """How often each adult has business with the city: an encounter chance with mean `encounters`, some often, many seldom."""
    c = st.citizens
    c.demand[:] = 0
    for area in range(city.areas.size):
        k = key(seed, CITIZEN, 0, area)
        for place in range(city.areas[area].adults):
            # An exponential spread, cut at five times the mean and brought back to it.
            luck = share(lane(bits(k, place), 0))
            times = min(-log(luck), 5.0) / (1.0 - exp(-5.0))
            c.demand[city.areas[area].first + place] = min(
                int(65536.0 * city.figures[Figure.DEMAND] * times + 0.5), 65535
            )


@process
def settle_minds(city: Any, st: Any, work: Any, nature: Any, seed: Any, first_pass: Any) -> None:
    """Citizens' minds: all alike for a rehearsal month, then drawn from their long-run spread around their area's service."""
    c, ref, tally = st.citizens, st.ref, work.tally
    root, means = work.root, work.means
    root[:] = 0.0
    means[:] = 0.0
    overall = 0.0
    spread = nature.trust_spread
    if first_pass == 0:
        visits = max(tally[Tally.VISITS], 1.0)
        overall = tally[Tally.LIVED] / visits
        variance = max(tally[Tally.LIVED2] / visits - overall * overall, 0.01)
        ref[Ref.EXPECTED] = overall
        moved = long_run_roots(city, nature, variance, work.cov, root)
        ref[Ref.LOSS] = mean_surprise(math.sqrt(variance + root[0, 0] ** 2.0), nature.loss_aversion)
        # The measured spread is that of trust as a whole: what experience makes of it is not added to predispositions.
        spread = math.sqrt(max(nature.trust_spread**2.0 - moved, 0.04))
    level = 0.0  # expected service is centred so that its mean over citizens is what they lived
    if first_pass == 0:
        units = expected_service(city, st, work, nature)
        for area in range(city.areas.size):
            means[area] = area_mean(city, units, area)
            level += (overall - means[area]) * city.areas[area].adults / city.figures[Figure.CITIZENS]
    for area in range(city.areas.size):
        k, g = key(seed, CITIZEN_STATE, 0, area), key(seed, CITIZEN, 1, area)
        here = overall if first_pass == 1 else means[area] + level
        for place in range(city.areas[area].adults):
            i = city.areas[area].first + place
            h = bits(k, place)
            z0, z1, z2 = (
                normal(city.normals, lane(h, 0)),
                normal(city.normals, lane(h, 1)),
                normal(city.normals, lane(h, 2)),
            )
            w = root[demand_class(city, c.demand[i])]
            c.expected[i] = here + w[0] * z0
            c.lived[i] = here + w[1] * z0 + w[2] * z1
            c.trust[i] = nature.trust_experience * (here - overall) + w[3] * z0 + w[4] * z1 + w[5] * z2
            c.belief[i] = 0.5
            c.alpha[i] = spread * normal(city.normals, lane(bits(g, place), 0))
    st.pull[:] = 0.0
    for area in range(city.areas.size):
        st.pull[city.areas[area].kecamatan] = (
            0.0 if first_pass == 1 else nature.trust_experience * (means[area] + level - overall)
        )


@process
def meet_trust(city: Any, st: Any, nature: Any) -> None:
    """Move every predisposition by one number, so that the share who trust, as a poll counts it, is the target (by halving)."""
    c = st.citizens
    mood = np.float32(
        st.env[Env.INFORMED] * nature.disclosure_on_trust
    )  # a reference that publishes results is met as it is
    low, high = np.float32(-8.0), np.float32(8.0)
    for _ in range(24):
        middle = np.float32(0.5) * (low + high)
        trusting = n = 0
        for area in range(city.areas.size):
            first, last = city.areas[area].first, city.areas[area].first + city.areas[area].adults
            trusting += above(c.alpha[first:last], c.trust[first:last], middle + mood)
            n += city.areas[area].adults
        if trusting < nature.trust_level * n:
            low = middle
        else:
            high = middle
    for i in range(c.alpha.size):
        c.alpha[i] += high


@process
def above(alpha: Any, trust: Any, shift: Any) -> Any:
    """How many of these people would be more likely than not to trust after a shift."""
    count = 0
    for i in range(alpha.size):
        count += alpha[i] + trust[i] + shift > np.float32(0.0)
    return count


@process
def start_voice(city: Any, st: Any, nature: Any) -> None:
    """Open reports and answers of today's practice, before complaints are known."""
    rate = monthly_rate(nature.completed_share)
    st.env[Env.RATE] = rate
    st.ref[Ref.ANSWER] = rate
    st.ref[Ref.OPEN] = usual_reports(city, nature) / rate
    st.env[Env.OPEN] = st.ref[Ref.OPEN] * (1.0 - rate)
    st.ref[Ref.VOICED] = 0.0


@process
def open_catalogue(city: Any, st: Any, nature: Any, seed: Any) -> None:
    """Programmes of the start, with nothing measured yet."""
    open_programmes(city, st, nature, seed)
    st.programmes.offline[:] = 0
    st.programmes.tried[:] = 0
    st.programmes.held[:] = 0
    st.programmes.gained[:] = 0.0
