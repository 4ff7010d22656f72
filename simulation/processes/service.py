"""Service and trust: who comes, whom they meet, how it goes, what they answer when asked, and what it does to trust."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from simulation.engine.columns import ELEMENTS, Env, Figure, Ref, Tally
from simulation.engine.compiled import process, spliced
from simulation.engine.draws import NOISE, SURVEY_A, SURVEY_B, SURVEY_C, WHERE, WHO, bits, fill, lane, of_area, stream
from simulation.engine.exact import exp
from simulation.rules.survey import FIELD, SCORES, passes, passes_in_all, score_slice
from simulation.rules.trust import surprise, tanh_half32, trust_step
from simulation.rules.voice import widened

FINE = np.float32(131072.0)  # 2^17: sums of trust are sums of integers, exact in any order; a block stays below 2^31
COARSE = np.float32(32768.0)  # 2^15: for trust states, which may be larger than one
POLLED = np.uint64(1)  # element that an independent poll asks for
ZERO32, ONE32 = np.float32(0.0), np.float32(1.0)
# Eight bytes of 0 or 1 times this number have their eight bits, in order, in the top byte.
BYTES_TO_BITS = np.uint64(0x0102040810204080)
# A single bit times this number has another number in its top six bits for every place of the bit (a de Bruijn sequence).
DE_BRUIJN = np.uint64(0x03F79D71B4CB0A89)
PLACE_OF_BIT = np.zeros(64, dtype=np.uint64)
PLACE_OF_BIT[[((0x03F79D71B4CB0A89 << place) % 2**64) >> 58 for place in range(64)]] = np.arange(64)
NONE, ONE = np.uint64(0), np.uint64(1)
ROW_OF_PRICE = np.uint64(SCORES // 2)  # no score moves the price element


@process
def least(chance: Any) -> Any:
    """The least whole number that is not below a chance x 65536."""
    return np.int64(math.ceil(chance))


@process
def spread_ideas(reached: Any) -> Any:
    """Share of what seminars can improve in a unit's procedures, levelling off as more of its staff have been to one."""
    return 1.0 - exp(-reached)


@process
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


@process
def serve(city: Any, st: Any, work: Any, levers: Any, nature: Any, seed: Any, t: Any, month: Any) -> None:
    """All encounters of the month, block by block; then neighbours, and the sums of trust."""
    work.sums[:] = 0
    work.answers[:] = 0
    for b in range(city.blocks.size):
        draw_luck(city, b, stream(seed, WHO, t), work)
        first = city.blocks[b].first
        demand = st.citizens.demand[first : first + city.blocks[b].rows]
        visitors = gather(demand, work.luck, work.met, work.eights, work.packed, work.words, work.who)
        locate(city, b, visitors, stream(seed, WHERE, t), stream(seed, NOISE, t), work)
        asked = encounter(city, st, work, levers, nature, month, first, visitors)
        if asked > 0:
            survey(st, work, nature, seed, t, month, asked)
        mingle(city, st, work, nature, b)


@spliced
def draw_luck(city: Any, b: Any, who: Any, work: Any) -> None:
    """A lane of luck for everybody in a block, four citizens a hash; every area has its own stream."""
    block, lanes = city.blocks[b], work.lanes
    for area in range(block.area, block.areas):
        start = city.areas[area].first
        first, last = max(start, block.first), min(start + city.areas[area].adults, block.first + block.rows)
        four = (first - start) // 4
        fill(of_area(who, area), four, (last - start + 3) // 4 - four, work.hashes)
        skipped = first - start - 4 * four
        mine, luck = lanes[skipped : skipped + last - first], work.luck[first - block.first : last - block.first]
        for i in range(mine.size):
            luck[i] = mine[i]


@process
def gather(demand: Any, luck: Any, met: Any, eights: Any, packed: Any, words: Any, who: Any) -> Any:
    """Places in the block of those who have an encounter this month, in order; returns how many.

    Sixty-four citizens become one word with a bit each, and only bits that are set are walked through: nine in ten stay at home.

    Args:
        demand: uint16 (n,), chance x 65536; luck: uint16, a lane each.
        met, packed: scratch, uint8 (n + 64,) and (n / 8 + 8,); eights, words: the same memory as uint64; who: uint64 (n,), filled.
    """
    n = demand.size
    full = -(-n // 64)
    for i in range(n):
        met[i] = luck[i] < demand[i]
    for i in range(n, 64 * full):
        met[i] = 0
    for k in range(8 * full):
        packed[k] = (eights[k] * BYTES_TO_BITS) >> np.uint64(56)
    found = np.uint64(0)  # unsigned: no check for counting from the end
    for w in range(full):
        word = words[w]
        while word != NONE:
            lowest = word & (~word + ONE)
            who[found] = np.uint64(64 * w) + PLACE_OF_BIT[(lowest * DE_BRUIJN) >> np.uint64(58)]
            found += ONE
            word ^= lowest
    return np.int64(found)


@spliced
def locate(city: Any, b: Any, visitors: Any, where: Any, noise: Any, work: Any) -> None:
    """Area, place in it and two hashes of each visitor: where they go, and their luck there."""
    block, v = city.blocks[b], 0
    for area in range(block.area, block.areas):
        start = v
        end = np.uint64(city.areas[area].first + city.areas[area].adults - block.first)
        while v < visitors and work.who[v] < end:
            v += 1
        shift = np.uint64(block.first - city.areas[area].first)
        n = v - start
        who, place = work.who[start:v], work.place[start:v]
        first, second, at = work.first[start:v], work.second[start:v], work.area[start:v]
        here, there = of_area(where, area), of_area(noise, area)
        for j in range(n):
            place[j] = who[j] + shift
            at[j] = np.uint64(area)
        for j in range(n):
            first[j] = bits(here, place[j])
        for j in range(n):
            second[j] = bits(there, place[j])


@spliced
def encounter(
    city: Any, st: Any, work: Any, levers: Any, nature: Any, month: Any, first: Any, visitors: Any
) -> Any:  # fmt: skip
    """The encounters of a block, one after another: service, side payment, expectation, trust, complaint; returns how many are asked."""
    tally, normals, who, place_hash, luck_hash, areas = (
        work.tally,
        city.normals,
        work.who,
        work.first,
        work.second,
        work.area,
    )
    expected, lived_so_far, trust, beliefs = (
        st.citizens.expected,
        st.citizens.lived,
        st.citizens.trust,
        st.citizens.belief,
    )
    counter, units, visits, places = work.counter, st.units, city.visits, city.units
    expected_mean, usual_loss = st.ref[Ref.EXPECTED], st.ref[Ref.LOSS]
    process_noise, people_noise = st.ref[Ref.PROCESS_NOISE], st.ref[Ref.PEOPLE_NOISE]
    rho = nature.factor_correlation
    own = math.sqrt(1.0 - rho * rho)
    weight, penalty, aversion = nature.process_weight, nature.side_payment_penalty, nature.loss_aversion
    pace_e, pace_x, pace_s = nature.expectation_learning, nature.experience_learning, nature.trust_learning
    lasting, fleeting = nature.trust_experience, nature.trust_disconfirmation
    tolerance, gain, back = nature.tolerance, nature.belief_gain, nature.belief_return
    access = (
        131072.0 * nature.complaint_access * widened(nature.access_effect, levers.participation.channel_access)
    )  # at belief 0.5
    # Luck is a whole number: it is below a chance when it is below the chance rounded up, and whole numbers compare faster.
    thinks, heard_below, sampled = (
        least(access),
        least(65536.0 * st.env[Env.RATE]),
        least(65536.0 * city.figures[Figure.SURVEY]),
    )
    usual_answer, answer_trust = st.ref[Ref.ANSWER], nature.complaint_to_trust
    respondents, scores = work.respondents, work.scores
    paid = wrongs = upset = complaints = 0
    asked = np.int64(0)
    lived_sum = lived_square = loss_sum = process_sum = people_sum = 0.0
    for v in range(visitors):
        i = np.uint64(first) + who[v]
        h, g = place_hash[v], luck_hash[v]
        unit = visits[areas[v], np.uint64(lane(h, 0) >> 6)]
        server = counter[np.uint64(places[unit].first + ((lane(h, 1) * places[unit].counter) >> 16))]
        z = normals[lane(h, 2) >> 4]
        luck = lane(g, 0)
        wrong = 1 if luck < server.wronged else 0
        paid += 1 if luck < server.paid else 0
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
        if lane(g, 1) < thinks and gap < -tolerance:  # thinks of complaining; the rare luck is asked first
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
        if lane(g, 3) < sampled:
            respondents[asked] = v
            scores[asked, 0] = process
            scores[asked, 1] = people
            asked += 1
    tally[Tally.ASKED] += asked
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
    return asked


@process
def table_row(score: Any) -> Any:
    """Row of a latent score in the table of answers."""
    return np.uint64(score_slice(score))


@spliced
def survey(st: Any, work: Any, nature: Any, seed: Any, t: Any, month: Any, asked: Any) -> None:
    """Nine answers of each respondent of a block, and whether an independent poll would find the same person satisfied.

    Official answers follow the latent scores at the city's level; a poll asks the same person without the leniency of the setting.
    """
    # Reporting that grows kinder lifts official answers, not what a poll would find.
    reported = month * nature.ikm_drift * (1.0 - nature.drift_real) / (12.0 * st.ref[Ref.SLOPE])
    to_process = st.ref[Ref.SHIFT_PROCESS] - st.ref[Ref.PROCESS] + reported
    to_people = st.ref[Ref.SHIFT_PEOPLE] - st.ref[Ref.PEOPLE] + reported
    leniency = nature.leniency + reported
    answer_luck(stream(seed, SURVEY_A, t), work, asked, work.luck_a)
    answer_luck(stream(seed, SURVEY_B, t), work, asked, work.luck_b)
    answer_luck(stream(seed, SURVEY_C, t), work, asked, work.luck_c)
    row, passed, asks, table = work.row, work.passed, st.asks, st.table
    satisfied = np.int64(0)
    for r in range(asked):
        process, people = work.scores[r, 0] + to_process, work.scores[r, 1] + to_people
        row[0], row[1], row[2] = table_row(process), table_row(people), ROW_OF_PRICE
        a, b, c = work.luck_a[r], work.luck_b[r], work.luck_c[r]
        for e in range(4):
            passed[e] += passes(table[row[asks[e]], np.uint64(e)], lane(a, e))
        for e in range(4, 8):
            passed[e] += passes(table[row[asks[e]], np.uint64(e)], lane(b, e - 4))
        passed[8] += passes(table[row[asks[8]], np.uint64(8)], lane(c, 0))
        polled = passes(table[table_row(process - leniency), POLLED], lane(c, 1))
        satisfied += np.int64((polled >> np.uint64(FIELD)) & ONE)
    for element in range(ELEMENTS):
        work.answers[element] += asked + passes_in_all(work.passed[element])
        work.passed[element] = NONE
    work.tally[Tally.SATISFIED] += satisfied


@process
def answer_luck(shared: Any, work: Any, asked: Any, luck: Any) -> None:
    """Hashes of the respondents of a block for some of their answers."""
    for r in range(asked):
        v = work.respondents[r]
        luck[r] = bits(of_area(shared, work.area[v]), work.place[v])


@process
def mingle(city: Any, st: Any, work: Any, nature: Any, b: Any) -> None:
    """Word of mouth in the kecamatan and the sums of trust, for every citizen of a block.

    s' = s + pull * (mean s of the kecamatan last month - s); the predisposition is not touched, so citizens stay different.
    """
    keep = np.float32(1.0 - nature.neighbour_pull)
    add = np.float32(nature.neighbour_pull * st.pull[city.blocks[b].kecamatan])
    add_up(city, st, work, b, keep, add, mood_of(st, nature))


@process
def mood_of(st: Any, nature: Any) -> Any:
    """What moves everybody's trust alike this month [logit]: scandal, political mood, published results."""
    return np.float32(st.env[Env.NEWS] + st.env[Env.MOOD] + st.env[Env.INFORMED] * nature.disclosure_on_trust)


@process
def add_up(city: Any, st: Any, work: Any, b: Any, keep: Any, add: Any, mood: Any) -> None:
    """Pull the trust states of a block and add what its people trust to the sums of the kecamatan.

    Float32 and integers, loops from zero over slices, sums of a block within 32 bits: so the loop becomes vector instructions.
    """
    sums, first = work.sums[city.blocks[b].kecamatan], city.blocks[b].first
    last = first + city.blocks[b].rows
    alpha, trust = st.citizens.alpha[first:last], st.citizens.trust[first:last]
    total = square = states = trusting = np.int32(0)
    for i in range(alpha.size):
        state = trust[i] * keep + add
        trust[i] = state
        z = alpha[i] + state + mood
        trusts = tanh_half32(z)
        fine = trusts * FINE
        total = np.int32(total + np.int32(fine))
        square = np.int32(square + np.int32(fine * trusts))
        states = np.int32(states + np.int32(state * COARSE))
        trusting = np.int32(trusting + (z > ZERO32))
    sums[0] += total
    sums[1] += square
    sums[2] += states
    sums[3] += trusting
    sums[4] += alpha.size


@process
def look_at_trust(city: Any, st: Any, work: Any, nature: Any) -> None:
    """Sums of trust as it stands, without a month passing (nobody is pulled)."""
    work.sums[:] = 0
    for b in range(city.blocks.size):
        add_up(city, st, work, b, ONE32, ZERO32, mood_of(st, nature))


@process
def remember(st: Any, work: Any) -> None:
    """Mean trust state of each kecamatan, which pulls its people next month."""
    for k in range(st.pull.size):
        if work.sums[k, 4] > 0:
            st.pull[k] = work.sums[k, 2] / (32768.0 * work.sums[k, 4])
