"""Service and trust: who comes, whom they meet, how it goes, what they answer when asked, and what it does to trust."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from simulation.columns import BLOCK, ELEMENTS, Env, Figure, Ref, Tally
from simulation.compiled import rule
from simulation.draws import NOISE, SURVEY_A, SURVEY_B, SURVEY_C, WHERE, WHO, bits, fill, key, lane
from simulation.rules.trust import logistic32, surprise, trust_step

EXACT = 16777216.0  # 2^24: sums of experience are sums of integers, exact in any order
FINE = np.float32(1048576.0)  # 2^20: likewise for trust
SCORES = 256  # slices of a latent score between -4 and 4
ZERO32, ONE32 = np.float32(0.0), np.float32(1.0)


@rule
def score_slice(score: Any) -> Any:
    """Slice of a latent score, for the table of answers."""
    return min(max(int((score + 4.0) * (SCORES / 8.0)), 0), SCORES - 1)


@rule
def answer(table: Any, element: Any, slot: Any, luck: Any) -> Any:
    """Answer 1-4 to one element of the SKM: one more than the thresholds that luck passes."""
    a = 1
    for k in range(3):
        if luck >= table[element, slot, k]:
            a += 1
    return a


@rule
def process_scores(st: Any, nature: Any, month: Any) -> None:
    """Process score of each unit this month: lasting level, ideas, knowledge, open theme, and the drift all policies share."""
    u = st.units
    rise = month * nature.ikm_drift * nature.drift_real / (12.0 * st.ref[Ref.SLOPE])
    for unit in range(u.process.size):
        u.score[unit] = (
            u.process[unit]
            + nature.seminar_on_process * (u.ideas[unit] - st.ref[Ref.IDEAS])
            + nature.forum_effect * u.knowledge[unit]
            - nature.theme_size * u.theme[unit]
            + rise
        )


@rule
def serve(city: Any, st: Any, work: Any, levers: Any, nature: Any, seed: Any, t: Any, month: Any) -> None:
    """All encounters of the month, area by area and block by block; then neighbours, and the sums of trust."""
    st.units.seen[:] = 0
    st.units.lived[:] = 0
    work.sums[:] = 0
    work.answers[:] = 0
    for area in range(city.area_first.size):
        who, where = key(seed, WHO, t, area), key(seed, WHERE, t, area)
        noise = key(seed, NOISE, t, area)
        size, start = city.area_size[area], city.area_first[area]
        for first in range(0, size, BLOCK):
            n = min(BLOCK, size - first)
            visitors = gather(st.citizens.demand, work, who, start + first, first, n)
            for v in range(visitors):
                work.first[v] = bits(where, first + work.who[v])
            for v in range(visitors):
                work.second[v] = bits(noise, first + work.who[v])
            encounter(city, st, work, levers, nature, seed, t, month, area, start + first, first, visitors)
            mingle(city, st, work, nature, area, start + first, n)


@rule
def gather(demand: Any, work: Any, who: Any, row: Any, first: Any, n: Any) -> Any:
    """Places in the block of those who have an encounter this month, without a branch; returns how many."""
    groups = (n + 3) // 4
    fill(who, first // 4, groups, work.hashes)
    luck = work.hashes.view(np.uint16)
    found = 0
    for i in range(n):
        work.who[found] = i
        found += luck[i] < demand[row + i]
    return found


@rule
def encounter(
    city: Any, st: Any, work: Any, levers: Any, nature: Any, seed: Any, t: Any, month: Any,
    area: Any, row: Any, first: Any, visitors: Any,
) -> None:  # fmt: skip
    """The encounters of one block, one after another: service, side payment, answers, expectation, trust, complaint."""
    c, s, u, tally, normals = st.citizens, st.staff, st.units, work.tally, city.normals
    expected_mean, usual_loss = st.ref[Ref.EXPECTED], st.ref[Ref.LOSS]
    process_noise, people_noise = st.ref[Ref.PROCESS_NOISE], st.ref[Ref.PEOPLE_NOISE]
    rho = nature.factor_correlation
    own = math.sqrt(1.0 - rho * rho)
    weight, penalty, aversion = nature.process_weight, nature.side_payment_penalty, nature.loss_aversion
    pace_e, pace_x, pace_s = nature.expectation_learning, nature.experience_learning, nature.trust_learning
    lasting, fleeting = nature.trust_experience, nature.trust_disconfirmation
    tolerance, gain, back = nature.tolerance, nature.belief_gain, nature.belief_return
    access = 131072.0 * nature.complaint_access * max(1.0 + nature.access_effect * (levers.access - 1.0), 0.0)  # at belief 0.5
    answered_share = st.env[Env.RATE]
    usual_answer, answer_trust = st.ref[Ref.ANSWER], nature.complaint_to_trust
    survey = city.figures[Figure.SURVEY] * 65536.0
    paid = favoured = upset = complaints = answered = 0
    lived_sum = lived_square = loss_sum = process_sum = people_sum = 0.0
    for v in range(visitors):
        i = row + work.who[v]
        h, g = work.first[v], work.second[v]
        unit = int(city.visits[area, lane(h, 0) >> 6])
        j = city.unit_first[unit] + ((lane(h, 1) * city.unit_counter[unit]) >> 16)
        z = normals[lane(h, 2) >> 4]
        process = u.score[unit] + process_noise * z
        people = s.quality[j] + people_noise * (rho * z + own * normals[lane(h, 3) >> 4])
        luck = lane(g, 0)
        if luck < 65536.0 * s.wronged[j]:
            people -= penalty
            if luck < 65536.0 * s.paid[j]:
                paid += 1
            else:
                favoured += 1
        x = weight * process + (1.0 - weight) * people
        e = np.float64(c.expected[i])
        gap = x - e
        felt = surprise(gap, aversion)
        lived = np.float64(c.lived[i])
        lived += pace_x * (x - lived)
        state = trust_step(np.float64(c.trust[i]), pace_s, lasting, lived - expected_mean, fleeting, felt, usual_loss)
        if gap < -tolerance:
            upset += 1
            belief = np.float64(c.belief[i])
            if lane(g, 1) < access * belief:
                complaints += 1
                heard = 1.0 if lane(g, 2) < 65536.0 * answered_share else 0.0
                answered += int(heard)
                belief = min(max(belief + gain * (heard - usual_answer), 0.0), 1.0)
                state += answer_trust * (heard - usual_answer)
            c.belief[i] = belief + back * (0.5 - belief)
        c.trust[i] = state
        c.expected[i] = e + pace_e * gap
        c.lived[i] = lived
        u.seen[unit] += 1
        u.lived[unit] += np.int64(x * EXACT)
        lived_sum += x
        lived_square += x * x
        loss_sum += felt
        process_sum += process
        people_sum += people
        if lane(g, 3) < survey:
            ask(st, work, nature, seed, t, month, area, first + work.who[v], process, people)
    tally[Tally.VISITS] += visitors
    tally[Tally.PAID] += paid
    tally[Tally.FAVOURED] += favoured
    tally[Tally.UPSET] += upset
    tally[Tally.COMPLAINTS] += complaints
    tally[Tally.ANSWERED] += answered
    tally[Tally.LIVED] += lived_sum
    tally[Tally.LIVED2] += lived_square
    tally[Tally.LOSS] += loss_sum
    tally[Tally.PROCESS] += process_sum
    tally[Tally.PEOPLE] += people_sum


@rule
def ask(
    st: Any, work: Any, nature: Any, seed: Any, t: Any, month: Any, area: Any, place: Any, process: Any, people: Any
) -> None:
    """Nine answers of one SKM respondent, and whether an independent poll would find the same person satisfied.

    Official answers follow the latent scores at the city's level; a poll asks the same person without the leniency of the setting.
    """
    a = bits(key(seed, SURVEY_A, t, area), place)
    b = bits(key(seed, SURVEY_B, t, area), place)
    c = bits(key(seed, SURVEY_C, t, area), place)
    reported = month * nature.ikm_drift * (1.0 - nature.drift_real) / (12.0 * st.ref[Ref.SLOPE])
    p = process - st.ref[Ref.PROCESS] + st.ref[Ref.SHIFT_PROCESS]
    q = people - st.ref[Ref.PEOPLE] + st.ref[Ref.SHIFT_PEOPLE]
    for element in range(ELEMENTS):
        score = p if nature.factor[element] == 0.0 else q
        slot = score_slice(score + reported) if nature.factor[element] < 2.0 else SCORES // 2
        h = a if element < 4 else b if element < 8 else c
        work.answers[element] += answer(st.table, element, slot, lane(h, element % 4))
    work.tally[Tally.ASKED] += 1.0
    if answer(st.table, 1, score_slice(p - nature.leniency), lane(c, 1)) >= 3:
        work.tally[Tally.SATISFIED] += 1.0


@rule
def mingle(city: Any, st: Any, work: Any, nature: Any, area: Any, row: Any, n: Any) -> None:
    """Word of mouth in the kecamatan and the sums of trust, for every citizen of a block; float32 and integers, so it vectorises.

    s' = s + pull * (mean s of the kecamatan last month - s); the predisposition is not touched, so citizens stay different.
    """
    kecamatan = city.area_kecamatan[area]
    keep = np.float32(1.0 - nature.neighbour_pull)
    add = np.float32(nature.neighbour_pull * st.pull[kecamatan])
    add_up(st.citizens, work, kecamatan, row, n, keep, add, mood_of(st, nature))


@rule
def mood_of(st: Any, nature: Any) -> Any:
    """What moves everybody's trust alike this month [logit]: scandal, political mood, published results."""
    return np.float32(st.env[Env.NEWS] + st.env[Env.MOOD] + st.env[Env.INFORMED] * nature.disclosure_on_trust)


@rule
def add_up(c: Any, work: Any, kecamatan: Any, row: Any, n: Any, keep: Any, add: Any, mood: Any) -> None:
    """Pull the trust state of n citizens towards their neighbours and add their trust to the sums of the kecamatan."""
    total = square = states = np.int64(0)
    trusting = 0
    for i in range(row, row + n):
        state = c.trust[i] * keep + add
        c.trust[i] = state
        z = c.alpha[i] + state + mood
        share = logistic32(z)
        total += np.int64(np.int32(share * FINE))
        square += np.int64(np.int32(share * share * FINE))
        states += np.int64(np.int32(state * FINE))
        trusting += z > ZERO32
    work.sums[kecamatan, 0] += total
    work.sums[kecamatan, 1] += square
    work.sums[kecamatan, 2] += states
    work.sums[kecamatan, 3] += trusting
    work.sums[kecamatan, 4] += n


@rule
def look_at_trust(city: Any, st: Any, work: Any, nature: Any) -> None:
    """Sums of trust as it stands, without a month passing (nobody is pulled)."""
    work.sums[:] = 0
    for area in range(city.area_first.size):
        first, size = city.area_first[area], city.area_size[area]
        add_up(st.citizens, work, city.area_kecamatan[area], first, size, ONE32, ZERO32, mood_of(st, nature))


@rule
def remember(st: Any, work: Any) -> None:
    """Mean trust state of each kecamatan, which pulls its people next month."""
    for k in range(st.pull.size):
        if work.sums[k, 4] > 0:
            st.pull[k] = work.sums[k, 2] / (1048576.0 * work.sums[k, 4])
