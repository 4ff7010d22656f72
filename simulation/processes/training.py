"""Training: courses of the month, by provider and method; use on the job and forgetting."""

from __future__ import annotations

from typing import Any

from simulation.columns import DOMAINS, Ref, Tally
from simulation.compiled import rule
from simulation.draws import PROVIDER, USE, bits, key, lane, share
from simulation.rules.learning import dose, faded, gain, kept_share, use_hazard

LEADERSHIP = 2 * DOMAINS  # row of the leadership programme
SEMINAR_HOURS = 8.0
PPPK_MOST = 24.0  # JP a contract year
CLASS_HOURS = 0.75  # clock hours of a JP


@rule
def learn(st: Any, work: Any, nature: Any, j: Any, domain: Any, programme: Any, delta: Any, amount: Any, match: Any, method: Any, used: Any) -> None:
    """One participant gains, and applies the gain or leaves it idle."""
    s = st.staff
    lead = s.base[j, domain] + s.applied[j, domain] + s.idle[j, domain] - st.ref[Ref.THETA]
    dx = gain(delta, amount, nature.aptitude_slope, lead, nature.motivation_gain * s.motivation[j], nature.relevance * (match - 0.25), method)
    if used:
        s.applied[j, domain] += dx
    else:
        s.idle[j, domain] += dx
    if programme >= 0:
        st.programmes.held[programme] += 1
        st.programmes.gained[programme] += dx
    work.tally[Tally.TRAINEES] += 1.0


@rule
def largest_gap(city: Any, st: Any, j: Any, service: Any) -> Any:
    """Domain in which a person is furthest below the mean, weighted by the work of the unit."""
    s = st.staff
    best, domain = 1e9, 0
    for d in range(DOMAINS):
        held = city.weights[service, d] * (s.base[j, d] + s.applied[j, d])
        if held < best:
            best, domain = held, d
    return domain


@rule
def train(city: Any, st: Any, work: Any, levers: Any, nature: Any, seed: Any, t: Any) -> None:
    """Courses of this month. A course under revision does not run: its seats of the month are lost."""
    s, p, u = st.staff, st.programmes, st.units
    calendar = t % 12
    for unit in range(city.unit_first.size):
        u.ideas[unit] *= 1.0 - 1.0 / 36.0
        hours = 0.0
        service = city.unit_service[unit]
        luck = key(seed, PROVIDER, t, unit)
        for place in range(city.unit_size[unit]):
            j = city.unit_first[unit] + place
            if s.leads[j] == calendar:
                h = bits(luck, place + 500_000)
                if p.offline[LEADERSHIP] == 0:
                    amount = dose(levers.leader_hours, nature.training_hours, city.figures[4])
                    learn(st, work, nature, j, 0, LEADERSHIP, p.delta[LEADERSHIP], amount, 0.25, 0.0, share(lane(h, 0)) < nature.use_start)
                    s.course[j] = 1
                    s.jp[j] += levers.leader_hours
                    hours += levers.leader_hours
                    work.tally[Tally.TRAINING] += levers.leader_price
            if s.domain[j] < 0 or s.when[j] != calendar:
                continue
            hours += attend(city, st, work, levers, nature, bits(luck, place), unit, j, service)
        u.hours[unit] = hours * CLASS_HOURS / (city.unit_size[unit] * city.figures[3])
        work.tally[Tally.HOURS] += hours * CLASS_HOURS


@rule
def attend(city: Any, st: Any, work: Any, levers: Any, nature: Any, h: Any, unit: Any, j: Any, service: Any) -> Any:
    """One seat of a technical course or seminar; returns the JP spent."""
    s, p, u = st.staff, st.programmes, st.units
    domain = int(s.domain[j])
    luck = share(lane(h, 0))
    used = share(lane(h, 2)) < nature.use_start
    if luck < levers.p_seminar:
        learn(st, work, nature, j, domain, -1, nature.seminar_effect, 1.0, 0.25, 0.0, used)
        u.ideas[unit] += 1.0 / city.unit_size[unit]
        s.seminar[j] = 0
        work.tally[Tally.TRAINING] += levers.seminar_price
        s.jp[j] += SEMINAR_HOURS
        return SEMINAR_HOURS
    university = luck < levers.p_seminar + levers.p_university
    programme = 2 * domain + (1 if university else 0)
    if p.offline[programme] > 0:
        return 0.0
    kind = share(lane(h, 1))
    method, price = 0.0, levers.price_klasikal
    if kind < levers.m_coaching:
        method, price = nature.coaching_effect, levers.price_coaching
    elif kind < levers.m_coaching + levers.m_blended:
        method, price = nature.blended_effect, levers.price_blended
    hours = min(levers.hours, PPPK_MOST) if s.status[j] == 1 else levers.hours
    amount = dose(hours, nature.training_hours, city.figures[4])
    match = 1.0 if largest_gap(city, st, j, service) == domain else 0.0
    learn(st, work, nature, j, domain, programme, p.delta[programme], amount, match, method, used)
    s.jp[j] += hours
    if city.job_kind[int(s.job[j])] == 1 and hours >= 20.0 and s.status[j] == 0 and domain == 2:
        s.course[j] = 1
    follow = levers.follow_up * levers.follow_price
    work.tally[Tally.TRAINING] += hours * price * (levers.university_price if university else 1.0) + follow
    return hours


@rule
def practise(city: Any, st: Any, levers: Any, nature: Any, seed: Any, t: Any) -> None:
    """Use on the job ends with a monthly chance; what is out of use fades."""
    s, u = st.staff, st.units
    kept = kept_share(nature.skill_half_life)
    for unit in range(city.unit_first.size):
        lead = u.leadership[unit] - st.ref[Ref.LEADERSHIP]
        hazard = use_hazard(nature.use_hazard, levers.follow_up, nature.follow_up_on_use, lead, nature.leadership_on_use) * 65536.0
        k = key(seed, USE, t, unit)
        for place in range(city.unit_size[unit]):
            j = city.unit_first[unit] + place
            h = bits(k, place)
            for d in range(DOMAINS):
                s.idle[j, d] = faded(s.idle[j, d], kept, nature.skill_loss, nature.decay_form)
                if lane(h, d) < hazard:
                    s.idle[j, d] += s.applied[j, d]
                    s.applied[j, d] = 0.0


@rule
def lead_units(city: Any, st: Any) -> Any:
    """Leadership of each unit: mean managerial competence in use of its managers; returns the mean over units that have any."""
    s, u = st.staff, st.units
    total, n = 0.0, 0
    for unit in range(city.unit_first.size):
        held, managers = 0.0, 0
        for j in range(city.unit_first[unit], city.unit_first[unit] + city.unit_size[unit]):
            if city.job_manager[int(s.job[j])] == 1:
                held += s.base[j, 0] + s.applied[j, 0]
                managers += 1
        u.leadership[unit] = held / managers if managers > 0 else st.ref[Ref.LEADERSHIP]
        if managers > 0:
            total += u.leadership[unit]
            n += 1
    return total / n if n > 0 else 0.0
