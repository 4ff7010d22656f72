"""Service and trust: who comes, whom they meet, how it goes, what they answer when asked, and what it does to trust."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from simulation.columns import BLOCK, ELEMENTS, Env, Figure, Ref, Tally
from simulation.compiled import rule, spliced
from simulation.draws import NOISE, SURVEY_A, SURVEY_B, SURVEY_C, WHERE, WHO, bits, fill, key, lane
from simulation.rules.trust import logistic32, surprise, trust_step
from simulation.rules.voice import widened

FINE = np.float32(131072.0)  # 2^17: sums of trust are sums of integers, exact in any order; a block stays below 2^31
COARSE = np.float32(32768.0)  # 2^15: for trust states, which may be larger than one
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
def spread_ideas(reached: Any) -> Any:
    """Share of what seminars can improve in a unit's procedures, levelling off as more of its staff have been to one."""
    return 1.0 - math.exp(-reached)


@rule
def process_scores(st: Any, nature: Any, month: Any) -> None:
    """Process score of each unit this month: lasting level, ideas, knowledge, open theme, and the drift all policies share."""
    u = st.units
    rise = month * nature.ikm_drift * nature.drift_real / (12.0 * st.ref[Ref.PROCESS_SLOPE])
    usual = spread_ideas(st.ref[Ref.IDEAS])
    for unit in range(u.size):
        u[unit].score = (
            u[unit].process
            + nature.seminar_on_process * (spread_ideas(u[unit].ideas) - usual)
            + nature.forum_effect * u[unit].knowledge
            - nature.theme_size * u[unit].theme
            + rise
        )


@rule
def serve(city: Any, st: Any, work: Any, levers: Any, nature: Any, seed: Any, t: Any, month: Any) -> None:
    """All encounters of the month, area by area and block by block; then neighbours, and the sums of trust."""
    work.sums[:] = 0
    work.answers[:] = 0
    for area in range(city.areas.size):
        who, where = key(seed, WHO, t, area), key(seed, WHERE, t, area)
        noise = key(seed, NOISE, t, area)
        size, start = city.areas[area].adults, city.areas[area].first
        for first in range(0, size, BLOCK):
            n = min(BLOCK, size - first)
            demand = st.citizens.demand[start + first : start + first + n]
            visitors = gather(demand, work.who, work.hashes, who, first)
            for v in range(visitors):
                work.first[v] = bits(where, first + work.who[v])
            for v in range(visitors):
                work.second[v] = bits(noise, first + work.who[v])
            encounter(city, st, work, levers, nature, seed, t, month, area, start + first, first, visitors)
            mingle(city, st, work, nature, area, start + first, n)


@rule
def gather(demand: Any, who: Any, hashes: Any, stream: Any, first: Any) -> Any:
    """Places in the block of those who have an encounter this month, without a branch; returns how many."""
    n = demand.size
    fill(stream, first // 4, (n + 3) // 4, hashes)
    luck = hashes.view(np.uint16)
    found = np.uint64(0)  # unsigned: no check for counting from the end
    for i in range(n):
        who[found] = i
        found += np.uint64(luck[i] < demand[i])
    return np.int64(found)


@spliced
def encounter(
    city: Any, st: Any, work: Any, levers: Any, nature: Any, seed: Any, t: Any, month: Any,
    area: Any, row: Any, first: Any, visitors: Any,
) -> None:  # fmt: skip
    """The encounters of one block, one after another: service, side payment, answers, expectation, trust, complaint."""
    tally, normals, who, place_hash, luck_hash = work.tally, city.normals, work.who, work.first, work.second
    expected, lived_so_far, trust, beliefs = (
        st.citizens.expected,
        st.citizens.lived,
        st.citizens.trust,
        st.citizens.belief,
    )
    staff, units, visits, places = st.staff, st.units, city.visits[area], city.units
    expected_mean, usual_loss = st.ref[Ref.EXPECTED], st.ref[Ref.LOSS]
    process_noise, people_noise = st.ref[Ref.PROCESS_NOISE], st.ref[Ref.PEOPLE_NOISE]
    rho = nature.factor_correlation
    own = math.sqrt(1.0 - rho * rho)
    weight, penalty, aversion = nature.process_weight, nature.side_payment_penalty, nature.loss_aversion
    pace_e, pace_x, pace_s = nature.expectation_learning, nature.experience_learning, nature.trust_learning
    lasting, fleeting = nature.trust_experience, nature.trust_disconfirmation
    tolerance, gain, back = nature.tolerance, nature.belief_gain, nature.belief_return
    access = (
        131072.0 * nature.complaint_access * widened(nature.access_effect, levers.access)
    )  # complaints at belief 0.5
    heard_below = 65536.0 * st.env[Env.RATE]
    usual_answer, answer_trust = st.ref[Ref.ANSWER], nature.complaint_to_trust
    survey = city.figures[Figure.SURVEY] * 65536.0
    # Reporting that grows kinder lifts official answers, not what a poll would find.
    reported = month * nature.ikm_drift * (1.0 - nature.drift_real) / (12.0 * st.ref[Ref.SLOPE])
    table, answers, factor, leniency = st.table, work.answers, nature.factor, nature.leniency + reported
    to_process = st.ref[Ref.SHIFT_PROCESS] - st.ref[Ref.PROCESS] + reported
    to_people = st.ref[Ref.SHIFT_PEOPLE] - st.ref[Ref.PEOPLE] + reported
    paid = wrongs = upset = complaints = asked = satisfied = 0
    lived_sum = lived_square = loss_sum = process_sum = people_sum = 0.0
    for v in range(visitors):
        place = who[v]
        i = np.uint64(row) + place
        h, g = place_hash[v], luck_hash[v]
        unit = visits[lane(h, 0) >> 6]
        j = places[unit].first + ((lane(h, 1) * places[unit].counter) >> 16)
        server = staff[j]
        z = normals[lane(h, 2) >> 4]
        luck = lane(g, 0)
        wrong = 1 if luck < 65536.0 * server.wronged else 0
        paid += 1 if luck < 65536.0 * server.paid else 0
        wrongs += wrong
        process = units[unit].score + process_noise * z
        people = server.quality + people_noise * (rho * z + own * normals[lane(h, 3) >> 4]) - penalty * wrong
        x = weight * process + (1.0 - weight) * people
        e = np.float64(expected[i])
        gap = x - e
        felt = surprise(gap, aversion)
        lived = np.float64(lived_so_far[i])
        lived += pace_x * (x - lived)
        state = trust_step(np.float64(trust[i]), pace_s, lasting, lived - expected_mean, fleeting, felt, usual_loss)
        expected[i] = e + pace_e * gap
        lived_so_far[i] = lived
        trust[i] = state
        upset += 1 if gap < -tolerance else 0
        if lane(g, 1) < access and gap < -tolerance:  # thinks of complaining; the rare luck is asked first
            belief = np.float64(beliefs[i])
            if lane(g, 1) < access * belief:
                complaints += 1
                heard = 1.0 if lane(g, 2) < heard_below else 0.0
                belief = min(max(belief + gain * (heard - usual_answer), 0.0), 1.0)
                trust[i] = state + answer_trust * (heard - usual_answer)
            beliefs[i] = belief + back * (0.5 - belief)
        lived_sum += x
        lived_square += x * x
        loss_sum += felt
        process_sum += process
        people_sum += people
        if lane(g, 3) < survey:
            asked += 1
            satisfied += ask(
                table, answers, factor, seed, t, area, first + place, process + to_process, people + to_people, leniency
            )
    tally[Tally.ASKED] += asked
    tally[Tally.SATISFIED] += satisfied
    tally[Tally.VISITS] += visitors
    tally[Tally.PAID] += paid
    tally[Tally.FAVOURED] += wrongs - paid
    tally[Tally.UPSET] += upset
    tally[Tally.COMPLAINTS] += complaints
    tally[Tally.LIVED] += lived_sum
    tally[Tally.LIVED2] += lived_square
    tally[Tally.LOSS] += loss_sum
    tally[Tally.PROCESS] += process_sum
    tally[Tally.PEOPLE] += people_sum


@rule
def ask(
    table: Any,
    answers: Any,
    factor: Any,
    seed: Any,
    t: Any,
    area: Any,
    place: Any,
    process: Any,
    people: Any,
    leniency: Any,
) -> Any:
    """Nine answers of one SKM respondent; returns 1 when an independent poll would find the same person satisfied.

    Official answers follow the latent scores at the city's level; a poll asks the same person without the leniency of the setting.
    """
    a = bits(key(seed, SURVEY_A, t, area), place)
    b = bits(key(seed, SURVEY_B, t, area), place)
    c = bits(key(seed, SURVEY_C, t, area), place)
    for element in range(ELEMENTS):
        score = process if factor[element] == 0.0 else people
        slot = score_slice(score) if factor[element] < 2.0 else SCORES // 2
        h = a if element < 4 else b if element < 8 else c
        answers[element] += answer(table, element, slot, lane(h, element % 4))
    return 1 if answer(table, 1, score_slice(process - leniency), lane(c, 1)) >= 3 else 0


@spliced
def mingle(city: Any, st: Any, work: Any, nature: Any, area: Any, row: Any, n: Any) -> None:
    """Word of mouth in the kecamatan and the sums of trust, for every citizen of a block; float32 and integers, so it vectorises.

    s' = s + pull * (mean s of the kecamatan last month - s); the predisposition is not touched, so citizens stay different.
    """
    kecamatan = city.areas[area].kecamatan
    keep = np.float32(1.0 - nature.neighbour_pull)
    add = np.float32(nature.neighbour_pull * st.pull[kecamatan])
    c = st.citizens
    add_up(c.alpha[row : row + n], c.trust[row : row + n], work.sums[kecamatan], keep, add, mood_of(st, nature))


@rule
def mood_of(st: Any, nature: Any) -> Any:
    """What moves everybody's trust alike this month [logit]: scandal, political mood, published results."""
    return np.float32(st.env[Env.NEWS] + st.env[Env.MOOD] + st.env[Env.INFORMED] * nature.disclosure_on_trust)


@rule
def add_up(alpha: Any, trust: Any, sums: Any, keep: Any, add: Any, mood: Any) -> None:
    """Pull trust states of a block towards the neighbours and add what people trust to the sums of the kecamatan.

    Loops start at zero over slices and sums of a block fit 32 bits, so that the loop becomes vector instructions.
    """
    total = square = states = trusting = np.int32(0)
    for i in range(alpha.size):
        state = trust[i] * keep + add
        trust[i] = state
        z = alpha[i] + state + mood
        share = logistic32(z)
        total = np.int32(total + np.int32(share * FINE))
        square = np.int32(square + np.int32(share * share * FINE))
        states = np.int32(states + np.int32(state * COARSE))
        trusting = np.int32(trusting + (z > ZERO32))
    sums[0] += total
    sums[1] += square
    sums[2] += states
    sums[3] += trusting
    sums[4] += alpha.size


@rule
def look_at_trust(city: Any, st: Any, work: Any, nature: Any) -> None:
    """Sums of trust as it stands, without a month passing (nobody is pulled)."""
    work.sums[:] = 0
    for area in range(city.areas.size):
        sums = work.sums[city.areas[area].kecamatan]
        last = city.areas[area].first + city.areas[area].adults
        for first in range(city.areas[area].first, last, BLOCK):
            end = min(first + BLOCK, last)
            add_up(st.citizens.alpha[first:end], st.citizens.trust[first:end], sums, ONE32, ZERO32, mood_of(st, nature))


@rule
def remember(st: Any, work: Any) -> None:
    """Mean trust state of each kecamatan, which pulls its people next month."""
    for k in range(st.pull.size):
        if work.sums[k, 4] > 0:
            st.pull[k] = work.sums[k, 2] / (32768.0 * work.sums[k, 4])
