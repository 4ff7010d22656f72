"""Evaluation: once a year the office measures each programme by its design, and keeps, revises or replaces it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.engine.columns import DOMAINS, City, Env, Programmes, State, Tally
from simulation.engine.compiled import process, spliced
from simulation.engine.draws import FRESH, MEASURE, PROGRAMME, REVISION, bits, key, lane, normal
from simulation.engine.scratch import Work
from simulation.processes.needs import NEEDS, known_accuracy
from simulation.processes.training import COACHED, LEADERSHIP
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


@process
def new_delta(city: City, nature: Nature, programme: int, luck: int) -> float:
    """True effect of a new programme [staff SD]: the mean of its kind and a draw of its own."""
    z = normal(city.normals, luck)
    if programme == LEADERSHIP:
        return nature.leadership_effect + nature.training_effect_sd * z
    return nature.training_effect_mean + nature.university_effect * (programme % 2) + nature.training_effect_sd * z


@process
def open_programmes(city: City, st: State, nature: Nature, seed: int) -> None:
    """The catalogue at the start: a programme for each domain and provider, and leadership."""
    k = key(seed, PROGRAMME, 0, 0)
    for programme in range(2 * DOMAINS + 1):
        st.programmes[programme].delta = new_delta(city, nature, programme, lane(bits(k, programme), 0))
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
    """One programme: what the design sees and what the office does; returns whether the programme is revised or replaced."""
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
        pay_revision(city, st, work, levers)
        p[programme].delta = new_delta(city, nature, programme, lane(bits(key(seed, FRESH, t, 0), programme), 0))
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
            pay_revision(city, st, work, levers)
        p[programme].method = method
        p[programme].way = way
        p[programme].seen = seen
    if content:
        pay_revision(city, st, work, levers)
        change = normal(city.normals, lane(bits(key(seed, REVISION, t, 0), programme), 0))
        p[programme].delta += nature.revision_mean + nature.revision_sd * change


@process
def pay_revision(city: City, st: State, work: Work, levers: Levers) -> None:
    """A revision is paid at once, and next year's seats do without the money."""
    st.env[Env.OWED] += levers.money.revision_price / city.figures.people_per_post
    work.tally[Tally.EVALUATION] += levers.money.revision_price
