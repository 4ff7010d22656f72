"""Evaluation: once a year the office measures each programme by its design, and keeps, revises or replaces it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from simulation.engine.columns import DOMAINS, City, Env, Programmes, State, Tally
from simulation.engine.compiled import process, spliced
from simulation.engine.draws import FRESH, MEASURE, PROGRAMME, REVISION, bits, key, lane, normal
from simulation.engine.scratch import Work
from simulation.processes.needs import NEEDS, known_accuracy
from simulation.processes.training import COACHED, LEADERSHIP
from simulation.rules.counter import in_clients_unit
from simulation.rules.evaluation import (
    CONTENT,
    METHOD,
    NONE,
    PRE_POST,
    SMALLEST,
    keep,
    method_step,
    regression_to_mean,
    seen_error,
    seen_mean,
)

if TYPE_CHECKING:
    from simulation.levers import Levers
    from simulation.registry import Nature

OFFLINE = 3  # months that a programme does not run while it is revised; assumed
DEVELOPMENT = 12  # months that it takes to develop another in its place; assumed


@process
def job_luck(city: City, nature: Nature, z: float, luck: np.uint64) -> float:
    """A standard normal number for the job effect, with the drawn correlation to the one for learning, z (lane 1 of a hash)."""
    rho = nature.learning_job_correlation
    return rho * z + math.sqrt(1.0 - rho * rho) * normal(city.normals, lane(luck, 1))


@process
def per_person(nature: Nature, programme: int) -> float:
    """What an SD between persons is in the unit of a programme's job effect; leadership courses were always rated by others."""
    return 1.0 if programme == LEADERSHIP else in_clients_unit(nature.job_route, nature.provider_share)


@process
def open_programme(st: State, nature: Nature, programme: int, z: float, z_job: float, shift: float) -> None:
    """True effects of a new programme on learning and on the job: means of its kind and a pair of draws of its own.

    z, z_job: its luck, two standard normal numbers. shift: what it differs from the present catalogue on average [staff SD].
    """
    p = st.programmes
    spread = nature.training_effect_sd
    if programme == LEADERSHIP:
        p[programme].delta = nature.leadership_effect + shift + spread * z
        p[programme].job = nature.leadership_job_effect + shift + spread * z_job
        return
    mean = nature.job_effect_mean if nature.job_route > 0.5 else nature.client_effect_mean
    shift += nature.university_effect * (programme % 2)
    p[programme].delta = nature.training_effect_mean + shift + spread * z
    p[programme].job = mean + per_person(nature, programme) * (shift + spread * z_job)


@process
def open_programmes(city: City, st: State, nature: Nature, seed: int) -> None:
    """The catalogue at the start: a programme for each domain and provider, and leadership.

    Where the city's own evaluations know a course, its luck is the draw of their posterior (`course_luck`; `course_open` is then 0).
    """
    k = key(seed, PROGRAMME, 0, 0)
    for programme in range(2 * DOMAINS + 1):
        luck = bits(k, programme)
        told, free = nature.course_luck[programme], nature.course_open[programme]
        z = told[0] + free[0] * normal(city.normals, lane(luck, 0))
        z_job = told[1] + free[1] * job_luck(city, nature, z, luck)
        open_programme(st, nature, programme, z, z_job, 0.0)
        st.programmes[programme].method = 0
        st.programmes[programme].way = 0
        st.programmes[programme].seen = 0.0


@spliced
def evaluate(city: City, st: State, work: Work, levers: Levers, nature: Nature, seed: int, t: int, month: int) -> None:
    """December: measure, decide and pay. Programmes under revision move one month closer to running again."""
    p = st.programmes
    for programme in range(p.size):
        p[programme].offline = max(p[programme].offline - 1, 0)
    if t % 12 != 11 or month < 0:
        return
    for programme in range(p.size):
        if int(levers.evaluation.design) != NONE:
            # What the budget pays for and fewer participants do not need buys seats next year.
            st.env[Env.OWED] -= (
                levers.money.measured_price
                * (levers.money.sample_paid - measured(city, p, levers, programme))
                / city.figures.people_per_post
            )
        if p[programme].held == 0:
            continue
        good = p[programme].gained / p[programme].held >= SMALLEST
        revised = int(levers.evaluation.design) != NONE and measure(city, st, work, levers, nature, seed, t, programme)
        if revised and good:
            st.env[Env.REVISED_WRONGLY] += 1.0
        if not revised and not good:
            st.env[Env.KEPT_WRONGLY] += 1.0
        p[programme].held = 0
        p[programme].gained = 0.0


@process
def measured(city: City, programmes: Programmes, levers: Levers, programme: int) -> float:
    """Participants of a programme who are measured: the sample, or everybody if fewer took part [people of the whole city]."""
    return min(levers.evaluation.sample, programmes[programme].held * city.figures.people_per_post)


@process
def measure(
    city: City, st: State, work: Work, levers: Levers, nature: Nature, seed: int, t: int, programme: int
) -> float:
    """One programme: what the design sees and what the office does; returns whether the programme is revised or replaced.

    A replacement costs a year of development, does not run meanwhile, and may be worse than what it replaces.
    """
    p, env = st.programmes, st.env
    n = measured(city, p, levers, programme)
    true = p[programme].gained / p[programme].held
    chance = bias = 0.0
    design = int(levers.evaluation.design)
    if design == PRE_POST:
        needs = known_accuracy(levers, nature) if int(levers.training.targeting) == NEEDS else 0.0
        bias = nature.pre_post_bias + regression_to_mean(needs, nature.test_reliability)
    error = seen_error(design, n, nature.test_reliability)
    chance = normal(city.normals, lane(bits(key(seed, MEASURE, t, 0), programme), 0))
    seen = (
        seen_mean(design, true, nature.reaction_mean, nature.readiness_leniency, nature.readiness_validity, bias)
        + error * chance
    )
    work.tally[Tally.EVALUATION] += levers.money.measured_price * n
    kept = keep(int(levers.evaluation.rule), seen, error)
    if kept or not levers.evaluation.adapt:
        return False
    env[Env.REVISIONS] += 1.0
    p[programme].offline = OFFLINE
    p[programme].tried += 1
    if levers.evaluation.drop_after > 0 and p[programme].tried > levers.evaluation.drop_after:
        pay(city, st, work, levers.money.development_price)
        luck = bits(key(seed, FRESH, t, 0), programme)
        z = normal(city.normals, lane(luck, 0))
        open_programme(st, nature, programme, z, job_luck(city, nature, z, luck), nature.replacement_effect)
        p[programme].offline = DEVELOPMENT
        p[programme].tried = 0
        p[programme].method = 0
        p[programme].way = 0
    else:
        revise(city, st, work, levers, nature, seed, t, programme, seen)
    return True


@process
def revise(
    city: City, st: State, work: Work, levers: Levers, nature: Nature, seed: int, t: int, programme: int, seen: float
) -> None:
    """Change the content of a programme, its method, or both.

    Content is changed in place of a method that cannot go further, and in leadership courses, which have one method.
    """
    p, what = st.programmes, int(levers.evaluation.revise)
    content = what != METHOD or programme == LEADERSHIP
    if what != CONTENT and programme != LEADERSHIP:
        way = method_step(p[programme].way, seen, p[programme].seen)
        method = min(max(p[programme].method + way, 0), COACHED)
        if method == p[programme].method:
            content = True
        else:
            pay(city, st, work, levers.money.revision_price)
        p[programme].method = method
        p[programme].way = way
        p[programme].seen = seen
    if content:
        pay(city, st, work, levers.money.revision_price)
        luck = bits(key(seed, REVISION, t, 0), programme)
        z = normal(city.normals, lane(luck, 0))
        p[programme].delta += nature.revision_mean + nature.revision_sd * z
        change = nature.revision_mean + nature.revision_sd * job_luck(city, nature, z, luck)
        p[programme].job += per_person(nature, programme) * change


@process
def pay(city: City, st: State, work: Work, price: float) -> None:
    """A revision or a replacement is paid at once, and next year's seats do without the money."""
    st.env[Env.OWED] += price / city.figures.people_per_post
    work.tally[Tally.EVALUATION] += price
