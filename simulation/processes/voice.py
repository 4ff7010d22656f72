"""Voice: reports and complaints are handled; themes are repaired, units learn what citizens want; news moves the mood."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simulation.engine.columns import City, Env, Ref, State, Tally
from simulation.engine.compiled import process, spliced
from simulation.engine.draws import NEWS, REPORTS, UNIT, YEAR, bits, key, lane, normal, share, unit_interval
from simulation.engine.exact import LN2, exp
from simulation.engine.scratch import Work
from simulation.rules.voice import (
    completed_in_year,
    completion,
    feedback_target,
    monthly_rate,
    poisson,
    relative_rise,
    widened,
)

if TYPE_CHECKING:
    from simulation.levers import Levers
    from simulation.registry import Nature

SMOOTH = 0.1  # share of the newest month in the answers a unit remembers
CLIMATE_PACE = 0.10  # share of the way to their targets that climate and feedback go in a month; assumed
REACHED = 0.25  # share of adults that published results reach in a year; assumed
FORUM_SCALE = 4.0  # forums a year after which most of what can be learned is learned; assumed


@process
def usual_reports(city: City, nature: Nature) -> float:
    """Reports not about service that come in a month in today's practice."""
    return nature.report_rate * city.figures.citizens


@process
def rate_of_year(city: City, nature: Nature, seed: int, t: int) -> float:
    """Chance a month that an open report is completed in today's practice, in the year of month t: the same under every policy."""
    luck = normal(city.normals, lane(bits(key(seed, YEAR, t // 12, 0), 0), 1))
    return monthly_rate(completed_in_year(nature.completed_share, nature.completion_swing, luck))


@process
def usual_rate(city: City, nature: Nature) -> float:
    """Mean of that chance over years, which everything that a report's answer does is measured against."""
    total = 0.0
    for k in range(city.normals.size):
        total += monthly_rate(completed_in_year(nature.completed_share, nature.completion_swing, city.normals[k]))
    return total / city.normals.size


@process
def feedback_leads_to(levers: Levers, nature: Nature) -> float:
    """What feedback does to the behaviour of a unit's staff in the long run [SD of rated behaviour]."""
    return feedback_target(
        levers.participation.feedback,
        levers.participation.handling_capacity - 1.0,
        nature.feedback_with_means,
        nature.feedback_without_means,
    )


@spliced
def listen(city: City, st: State, work: Work, levers: Levers, nature: Nature, seed: int, t: int) -> None:
    """Reports come in and are handled; the answers given change next month's belief, repairs and climate."""
    env, ref, u = st.env, st.ref, st.units
    k = key(seed, REPORTS, t, 0)
    wide = widened(nature.access_effect, levers.participation.channel_access)
    mean = usual_reports(city, nature) * wide
    reports = poisson(mean, unit_interval(bits(k, 0)), normal(city.normals, lane(bits(k, 1), 0)))
    rate = rate_of_year(city, nature, seed, t)
    open_now = env[Env.OPEN] + reports + work.tally[Tally.COMPLAINTS]
    # Load is measured against today's practice in the same years: a bad year is no reason for another one.
    usual_now = env[Env.USUAL_OPEN] + ref[Ref.OPEN] * ref[Ref.ANSWER]
    load = open_now / usual_now if usual_now > 0.0 else 1.0
    env[Env.USUAL_OPEN] = usual_now * (1.0 - rate)
    done = completion(rate, widened(nature.capacity_effect, levers.participation.handling_capacity), load)
    env[Env.OPEN] = open_now * (1.0 - done)
    env[Env.RATE] = done
    work.tally[Tally.REPORTS] = reports + work.tally[Tally.COMPLAINTS]
    work.tally[Tally.COMPLETED] = done
    visits = work.tally[Tally.VISITS]
    voiced = work.tally[Tally.COMPLAINTS] * done / visits if visits > 0.0 else 0.0
    env[Env.VOICED] += SMOOTH * (voiced - env[Env.VOICED])
    rise = relative_rise(env[Env.VOICED], ref[Ref.VOICED])
    repair(city, st, nature, seed, t, rise)
    climate = nature.complaint_to_responsiveness * rise
    behaviour = feedback_leads_to(levers, nature)
    learned = 1.0 - exp(-levers.participation.forums_per_year / FORUM_SCALE)
    for unit in range(u.size):
        u[unit].climate += CLIMATE_PACE * (climate - u[unit].climate)
        u[unit].feedback += CLIMATE_PACE * (behaviour - u[unit].feedback)
        u[unit].knowledge += CLIMATE_PACE * (learned - u[unit].knowledge)
    env[Env.INFORMED] += (REACHED * levers.participation.disclose_results - env[Env.INFORMED]) / 12.0


@process
def repair_chance(nature: Nature, rise: float) -> float:
    """Chance a month that an open theme is repaired; more answered complaints than today may raise it, leave it or lower it."""
    return min(max(nature.repair_rate * (1.0 + nature.complaint_to_repair * rise), 0.0), 1.0)


@process
def repair(city: City, st: State, nature: Nature, seed: int, t: int, rise: float) -> None:
    """Recurring problems start and are repaired, unit by unit."""
    u = st.units
    chance = repair_chance(nature, rise)
    k = key(seed, UNIT, t, 0)
    for unit in range(u.size):
        luck = share(lane(bits(k, unit), 0))
        if u[unit].theme > 0.5:
            if luck < chance:
                u[unit].theme = 0.0
        elif luck < nature.theme_rate:
            u[unit].theme = 1.0


@spliced
def hear_news(city: City, st: State, nature: Nature, seed: int, t: int) -> None:
    """Scandals fade with their half-life and new ones come by chance; political mood wanders. Both are the same under every policy."""
    env = st.env
    h = bits(key(seed, NEWS, t, 0), 0)
    env[Env.NEWS] *= exp(-LN2 / nature.scandal_half_life)
    if share(lane(h, 0)) < nature.scandal_rate / 12.0:
        env[Env.NEWS] -= nature.scandal_size
    persistence = nature.political_noise_persistence
    wander = nature.political_noise_sd * math.sqrt(1.0 - persistence * persistence)
    env[Env.MOOD] = persistence * env[Env.MOOD] + wander * normal(city.normals, lane(h, 1))
