"""Service and trust: who comes, whom they meet, how the encounter goes, what people answer in a survey, and what it does to trust."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from simulation.engine.columns import ELEMENTS, SLOTS, City, Env, Ref, State, Tally
from simulation.engine.compiled import index, int64, process, spliced
from simulation.engine.draws import (
    LANES,
    NOISE,
    SURVEY_A,
    SURVEY_B,
    SURVEY_C,
    WHERE,
    WHO,
    bits,
    lane,
    lanes_below,
    normal,
    of_area,
    pick,
    stream,
)
from simulation.engine.exact import exp
from simulation.engine.gather import fill_lanes, gather
from simulation.engine.packed import reached, reached_in_all, reached_middle
from simulation.engine.records import UInt64s
from simulation.engine.scratch import TrustSum, Work
from simulation.engine.sums import ONE32, ZERO32, mean_state, pull_and_add
from simulation.processes.communication import published
from simulation.processes.survey import reported_shift
from simulation.rules.counter import longer_wait
from simulation.rules.survey import SCORES, score_slice
from simulation.rules.trust import surprise, trust_step
from simulation.rules.voice import MEAN_BELIEF, widened

if TYPE_CHECKING:
    from simulation.levers import Levers
    from simulation.registry import Nature

POLLED = index(1)  # element that an independent poll asks for
ROW_OF_PRICE = index(SCORES // 2)  # no score moves the price element
NOTHING = np.uint64(0)


@process
def spread_ideas(reached: float) -> float:
    """Share of what seminars can improve in a unit's procedures, levelling off as more of its staff have been to one."""
    return 1.0 - exp(-reached)


@process
def process_scores(st: State, nature: Nature, month: int) -> None:
    """Process score of each unit this month: lasting level, ideas, knowledge, open theme, waiting, what leadership courses do to its
    results, and the drift all policies share.

    What a study standardised by the spread of results between units enters in the spread between units of this draw.
    """
    u, ref = st.units, st.ref
    rise = month * nature.ikm_drift * nature.drift_real / (12.0 * st.ref[Ref.PROCESS_SLOPE])
    usual = spread_ideas(st.ref[Ref.IDEAS])
    for unit in range(u.size):
        output = nature.leadership_on_output * (u[unit].leadership - ref[Ref.LEADERSHIP])
        u[unit].waiting = longer_wait(nature.hours_on_waiting, u[unit].away - ref[Ref.HOURS], nature.cover, output)
        u[unit].score = (
            u[unit].process
            + nature.seminar_on_process * (spread_ideas(u[unit].ideas) - usual)
            + nature.forum_effect * u[unit].knowledge
            - nature.theme_size * u[unit].theme
            - nature.waiting_on_process * u[unit].waiting
            + nature.leading_on_results * ref[Ref.UNIT_SD] * u[unit].conduct
            + rise
        )


@process
def serve(city: City, st: State, work: Work, levers: Levers, nature: Nature, seed: int, t: int, month: int) -> None:
    """All encounters of the month, block by block; then neighbours, and the sums of trust."""
    work.sums[:] = 0
    work.answers[:] = 0
    reported = reported_shift(city, st, nature, seed, t, month)
    for b in range(city.blocks.size):
        draw_luck(city, b, stream(seed, WHO, t), work)
        first = city.blocks[b].first
        demand = st.citizens.demand[first : first + city.blocks[b].rows]
        visitors = gather(demand, work.luck, work.met, work.eights, work.packed, work.words, work.who)
        locate(city, b, visitors, stream(seed, WHERE, t), stream(seed, NOISE, t), work)
        asked = encounter(city, st, work, levers, nature, month, first, visitors)
        if asked > 0:
            survey(st, work, nature, seed, t, reported, asked)
        mingle(city, st, work, nature, b)


@spliced
def draw_luck(city: City, b: int, who: np.uint64, work: Work) -> None:
    """Luck for everybody in a block; every area has its own stream."""
    block = city.blocks[b]
    for area in range(block.area, block.areas):
        start = city.areas[area].first
        first, last = max(start, block.first), min(start + city.areas[area].adults, block.first + block.rows)
        luck = work.luck[first - block.first : last - block.first]
        fill_lanes(of_area(who, area), first - start, luck, work.hashes, work.lanes)


@spliced
def locate(city: City, b: int, visitors: int, where: np.uint64, noise: np.uint64, work: Work) -> None:
    """Area, place in it and two hashes of each visitor: where they go, and their luck there."""
    block, v = city.blocks[b], 0
    for area in range(block.area, block.areas):
        start = v
        end = index(city.areas[area].first + city.areas[area].adults - block.first)
        while v < visitors and work.who[v] < end:
            v += 1
        shift = index(block.first - city.areas[area].first)
        n = v - start
        who, place = work.who[start:v], work.place[start:v]
        hashes_where, hashes_noise, at = work.where[start:v], work.noise[start:v], work.area[start:v]
        here, there = of_area(where, area), of_area(noise, area)
        for j in range(n):
            place[j] = who[j] + shift
            at[j] = index(area)
        for j in range(n):
            hashes_where[j] = bits(here, place[j])
        for j in range(n):
            hashes_noise[j] = bits(there, place[j])


@spliced
def encounter(
    city: City, st: State, work: Work, levers: Levers, nature: Nature, month: int, first: int, visitors: int
) -> int:  # fmt: skip
    """The encounters of a block, one after another: service, side payment, expectation, trust, complaint; returns how many are asked."""
    tally, normals, who, place_hash, luck_hash, areas = (
        work.tally,
        city.normals,
        work.who,
        work.where,
        work.noise,
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
    lasting, fleeting = st.ref[Ref.LASTING], st.ref[Ref.SURPRISE]
    tolerance, gain, back = nature.tolerance, nature.belief_gain, nature.belief_return
    # Chance to complain, times belief; at the mean belief it is `complaint_access`, as widened.
    access = nature.complaint_access * widened(nature.access_effect, levers.participation.channel_access) / MEAN_BELIEF
    thinks, heard_below, sampled = lanes_below(access), lanes_below(st.env[Env.RATE]), lanes_below(city.figures.survey)
    usual_answer, answer_trust = st.ref[Ref.ANSWER], nature.complaint_to_trust
    respondents, scores = work.respondents, work.scores
    paid = wrongs = upset = complaints = 0
    asked = int64(0)
    lived_sum = lived_square = loss_sum = process_sum = people_sum = 0.0
    for v in range(visitors):
        i = index(first) + who[v]
        h, g = place_hash[v], luck_hash[v]
        unit = visits[areas[v], index(pick(SLOTS, lane(h, 0)))]
        server = counter[index(places[unit].first + pick(places[unit].counter, lane(h, 1)))]
        z = normal(normals, lane(h, 2))
        luck = lane(g, 0)
        wrong = 1 if luck < server.wronged else 0
        paid += 1 if luck < server.paid else 0
        wrongs += wrong
        process = units[unit].score + process_noise * z
        people = server.quality + people_noise * (rho * z + own * normal(normals, lane(h, 3))) - penalty * wrong
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
        if lane(g, 1) < thinks and gap < -tolerance:  # considers complaining; the rarer condition is checked first
            belief = np.float64(beliefs[i])
            if lane(g, 1) < LANES * access * belief:
                complaints += 1
                heard = 1.0 if lane(g, 2) < heard_below else 0.0
                belief = min(max(belief + gain * (heard - usual_answer), 0.0), 1.0)
                trust[i] = state + answer_trust * (heard - usual_answer)
            beliefs[i] = belief + back * (MEAN_BELIEF - belief)
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
def table_row(score: float) -> int:
    """Row of a latent score in the table of answers."""
    return index(score_slice(score))


@spliced
def survey(st: State, work: Work, nature: Nature, seed: int, t: int, reported: float, asked: int) -> None:
    """Nine answers of each respondent of a block, and whether an independent poll would find the same person satisfied.

    Official answers follow the latent scores at the city's level, moved by `reported` [SD] as all of this month's are; a poll asks the
    same person without that and without the leniency of the setting.
    """
    to_process = st.ref[Ref.SHIFT_PROCESS] - st.ref[Ref.PROCESS] + reported
    to_people = st.ref[Ref.SHIFT_PEOPLE] - st.ref[Ref.PEOPLE] + reported
    leniency = nature.leniency + reported
    answer_luck(stream(seed, SURVEY_A, t), work, asked, work.luck_a)
    answer_luck(stream(seed, SURVEY_B, t), work, asked, work.luck_b)
    answer_luck(stream(seed, SURVEY_C, t), work, asked, work.luck_c)
    row, passed, asks, table = work.row, work.passed, st.asks, st.table
    satisfied = int64(0)
    for r in range(asked):
        process, people = work.scores[r, 0] + to_process, work.scores[r, 1] + to_people
        row[0], row[1], row[2] = table_row(process), table_row(people), ROW_OF_PRICE
        a, b, c = work.luck_a[r], work.luck_b[r], work.luck_c[r]
        for e in range(4):
            passed[e] += reached(table[row[asks[e]], index(e)], lane(a, e))
        for e in range(4, 8):
            passed[e] += reached(table[row[asks[e]], index(e)], lane(b, e - 4))
        passed[8] += reached(table[row[asks[8]], index(8)], lane(c, 0))
        polled = reached(table[table_row(process - leniency), POLLED], lane(c, 1))
        satisfied += reached_middle(polled)  # 3 of 4 points or more
    for element in range(ELEMENTS):
        work.answers[element] += asked + reached_in_all(work.passed[element])
        work.passed[element] = NOTHING
    work.tally[Tally.SATISFIED] += satisfied


@process
def answer_luck(shared: np.uint64, work: Work, asked: int, luck: UInt64s) -> None:
    """Hashes of the respondents of a block for some of their answers."""
    for r in range(asked):
        v = work.respondents[r]
        luck[r] = bits(of_area(shared, work.area[v]), work.place[v])


@process
def mingle(city: City, st: State, work: Work, nature: Nature, b: int) -> None:
    """Word of mouth in the kecamatan and the sums of trust, for every citizen of a block.

    s' = s + pull * (mean s of the kecamatan last month - s); the predisposition is not touched, so citizens stay different.
    """
    keep = np.float32(1.0 - nature.neighbour_pull)
    push = np.float32(nature.neighbour_pull * st.pull[city.blocks[b].kecamatan])
    add_up(city, st, work, b, keep, push, mood_of(st, nature))


@process
def mood_of(st: State, nature: Nature) -> np.float32:
    """What moves everybody's trust alike this month [logit]: scandal, political mood, what is published and told."""
    return np.float32(st.env[Env.NEWS] + st.env[Env.MOOD] + published(st, nature))


@process
def add_up(city: City, st: State, work: Work, b: int, keep: np.float32, push: np.float32, mood: np.float32) -> None:
    """Pull the trust states of a block towards their neighbours and add its people's trust to the sums of the kecamatan."""
    block = city.blocks[b]
    first, last = block.first, block.first + block.rows
    alpha, trust = st.citizens.alpha[first:last], st.citizens.trust[first:last]
    pull_and_add(alpha, trust, keep, push, mood, work.sums[block.kecamatan])


@process
def look_at_trust(city: City, st: State, work: Work, nature: Nature) -> None:
    """Sums of trust as it stands, without a month passing (nobody is pulled)."""
    work.sums[:] = 0
    for b in range(city.blocks.size):
        add_up(city, st, work, b, ONE32, ZERO32, mood_of(st, nature))


@process
def remember(st: State, work: Work) -> None:
    """Mean trust state of each kecamatan, which pulls its people next month."""
    for k in range(st.pull.size):
        if work.sums[k, TrustSum.ADULTS] > 0:
            st.pull[k] = mean_state(work.sums[k, TrustSum.STATE], work.sums[k, TrustSum.ADULTS])
