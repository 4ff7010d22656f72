"""Runs from which moments are read: today's practice for five years, with one scandal in a known month.

The months are those of the waves of the pollster whose series holds the scandal: month 0 is January 2019, the scandal comes in month 44
(September 2022). No other scandal comes. Polls carry the sampling error of a wave. Months stand at a scale at which moments have the
expectation of the whole city (`docs/calibration.md`): few citizens, the staff of every small city, and the spread between units brought to
the numbers of staff that units really have.
"""

from __future__ import annotations

import math

import numpy as np

from simulation.city import SERVICES, build_city, city_of, load_profile, unit_rows
from simulation.engine.columns import Env, Ref
from simulation.engine.draws import luck_of
from simulation.engine.memory import Engine
from simulation.engine.records import Float64s, Structured
from simulation.levers import pack
from simulation.outcomes import COLUMN
from simulation.parameters import Parameters, uniform_of
from simulation.policy import Policy
from simulation.posterior.moments import MOMENT_NAMES, NORMAL
from simulation.posts import STAFF_SCALE

__all__ = ["ADULTS", "MONTHS", "SCANDAL", "STAFF", "WAVES", "MomentRuns", "in_year"]

ADULTS, STAFF = 0.05, STAFF_SCALE  # shares of the city's adults and civil servants
MONTHS = 60
SCANDAL = 44
CALM = (1, 13, 32, 34, 35, 37, 39, 41)  # waves before the scandal: February 2019 to June 2022
CLOSE = ((32, 34), (34, 35), (35, 37), (37, 39), (39, 41))  # waves one to two months apart
BEFORE, EARLY, LATE = (37, 39, 41), (46, 47), (49, 51)  # around the scandal
WAVES = (*CALM, SCANDAL, *EARLY, *LATE)
LATER = 68  # September 2024, which no fit sees
RESPONDENTS, DESIGN_EFFECT = 1220.0, 1.5  # of a wave; multistage sampling, assumed
YEAR = 12
REFERENCE = Policy.model_validate({"name": "status_quo", "title": {"en": "Today's practice", "id": "Praktik sekarang"}})
POLL_MONTH = 12  # of the one poll
ALWAYS = 24.0  # scandals a year that bring one with certainty in the month


def in_year(paid: float, visits: float) -> float:
    """Share of a service's users who paid at least once within a year.

    Visits of a person are Poisson with a mean that is exponential over people, cut at five times the mean, as `draw_demand` has it.

    Args:
        paid: chance an encounter; visits: mean encounters with the service of an adult in a year.
    """
    t = (np.arange(400) + 0.5) / 400.0
    times = np.minimum(-np.log(t), 5.0) / (1.0 - math.exp(-5.0))
    used = 1.0 - np.exp(-visits * times)
    return float((1.0 - np.exp(-visits * paid * times)).sum() / used.sum())


class MomentRuns:
    """Runs of one city and the moments read off them; an object for each thread.

    Args:
        city: name of its profile; adults, staff: shares of the city that are simulated.
    """

    def __init__(self, city: str, adults: float = ADULTS, staff: float = STAFF) -> None:
        profile = load_profile(city)
        self.engine = Engine(city_of(profile, round(float(profile.numbers["adults"]) * adults), staff), branches=False)
        self.levers = pack(REFERENCE, profile)
        units = self.engine.city.units
        self.first = np.asarray(units.first)
        self.counter = np.asarray(units.counter)
        self.at_counter = np.concatenate([np.arange(f, f + c) for f, c in zip(self.first, self.counter, strict=True)])
        self.unit_of = np.repeat(np.arange(len(units)), self.counter)
        self.real_counter = np.asarray(build_city(city, 1.0).units.counter)
        self.adults = float(profile.numbers["adults"])
        rows = unit_rows(profile.numbers)
        demand = np.array([r["demand"] / r["count"] for r in rows])
        self.demand = demand
        yearly = float(profile.numbers["encounters"]) * YEAR
        service = np.asarray(units.service)
        self.services = [service == SERVICES.index(s) for s in ("civil_registration", "school", "health")]
        self.visits = [yearly * float(demand[mine].sum()) for mine in self.services]

    def run(self, nature: Structured, luck: int, months: int = MONTHS) -> tuple[Float64s, Float64s]:
        """Rows of months 0 to `months` (months + 1, outcomes), and what the units look like after a year."""
        nature = nature.copy()
        nature["completion_swing"] = (
            0.0  # a middling year: how far a published one may lie from it is the target's discrepancy
        )
        quiet, loud = nature.copy(), nature.copy()
        quiet["scandal_rate"], loud["scandal_rate"] = 0.0, ALWAYS
        rows = [self.engine.settle(self.levers, nature, luck)[None]]
        # A city starts without a political mood, but a series of polls starts in the middle of one.
        mood = NORMAL.inv_cdf(uniform_of(luck, 0, "mood"))
        self.engine.state.env[Env.MOOD] = float(nature["political_noise_sd"][0]) * mood
        rows.append(self.engine.go(self.levers, quiet, luck, 0, YEAR))
        looks = self.look(nature)
        rows.append(self.engine.go(self.levers, quiet, luck, YEAR, SCANDAL - 1 - YEAR))
        rows.append(self.engine.go(self.levers, loud, luck, SCANDAL - 1, 1))
        rows.append(self.engine.go(self.levers, quiet, luck, SCANDAL, months - SCANDAL))
        return np.concatenate(rows), looks

    def look(self, nature: Structured) -> Float64s:
        """Spread between units [index points], and per service the chance of a side payment: float64 (4,)."""
        state, units = self.engine.state, len(self.counter)
        process_slope = state.ref[Ref.PROCESS_SLOPE]
        people_slope = max(state.ref[Ref.SLOPE] - process_slope, 0.0)
        staff, here = state.staff, self.at_counter
        each = staff.quality[here].astype(float) - float(nature["side_payment_penalty"][0]) * staff.wronged[here]
        mean = np.bincount(self.unit_of, each, units) / self.counter
        index = process_slope * state.units.score + people_slope * mean
        # Small units hold fewer people here than in the city: the part of the spread that is who happens to work there is put right.
        within = float(((each - mean[self.unit_of]) ** 2).sum()) / max(len(each) - units, 1)
        luck = people_slope**2 * within * float((1.0 / self.real_counter - 1.0 / self.counter).mean())
        spread = math.sqrt(max(float(index.var(ddof=1)) + luck, 0.01))
        paid = np.bincount(self.unit_of, staff.paid[here], units) / self.counter
        chances = [float(np.average(paid[mine], weights=self.demand[mine])) for mine in self.services]
        return np.array([spread, *chances])

    def moments(self, nature: Structured, luck: int) -> Float64s:
        """Moments of one run on their scales, float64 (moments,)."""
        rows, looks = self.run(nature, luck)
        return self.read(rows, looks, luck)

    def read(self, rows: Float64s, looks: Float64s, luck: int) -> Float64s:
        """Moments of rows and looks (see `run`) on their scales."""

        def column(name: str) -> Float64s:
            return rows[:, COLUMN[name]]

        year = slice(1, YEAR + 1)
        ikm = column("ikm")[1 : MONTHS + 1].reshape(-1, YEAR).mean(axis=1)
        years = np.arange(len(ikm)) - (len(ikm) - 1) / 2.0
        share = column("trusting") / 100.0
        wave = {m: float(w) for m, w in zip(WAVES, polled(share[list(WAVES)], luck, WAVES), strict=True)}
        calm = np.array([wave[m] for m in CALM])
        fall = float(np.mean([wave[m] for m in BEFORE])) - wave[SCANDAL]
        reports = float(column("reports")[1:].mean())
        complaints = float(column("complaints")[1:].mean())
        one = 0.5 * self.engine.city.figures.people_per_adult / (len(rows) - 1)
        rate, complained = (reports + one) / self.adults, complaints + one
        done = float(column("completed")[1:].mean()) / 100.0
        waiting = (1.0 - done) / (
            YEAR * max(done, 1e-3)
        )  # in balance, months of arrivals that are open over those of a year
        found = {
            "process_mean": float(column("nrr_process")[year].mean()),
            "people_mean": float(column("nrr_people")[year].mean()),
            "unit_sd": math.log(looks[0]),
            "poll_satisfied": NORMAL.inv_cdf(inside(float(column("satisfied")[year].mean()) / 100.0)),
            "ikm_rise": float(years @ ikm / (years @ years)),
            "trusting": logit(inside(share[POLL_MONTH])),
            "trust_sd": math.log(max(float(column("trust_sd")[year].mean()), 0.1)),
            "trust_swing": math.log(calm.std(ddof=1)),
            "trust_tremor": 0.5 * math.log(np.mean([(wave[b] - wave[a]) ** 2 for a, b in CLOSE])),
            "scandal_fall": fall,
            "regained_early": share_of(float(np.mean([wave[m] for m in EARLY])) - wave[SCANDAL], fall),
            "regained_late": share_of(float(np.mean([wave[m] for m in LATE])) - wave[SCANDAL], fall),
            "report_rate": math.log(rate),
            "complaint_share": logit(inside(complained / (reports + 2.0 * one))),
            "completed_share": logit(inside(1.0 - waiting)),
            "paid_civil_registration": logit(inside(in_year(looks[1], self.visits[0]))),
            "paid_school": logit(inside(in_year(looks[2], self.visits[1]))),
            "paid_health": logit(inside(in_year(looks[3], self.visits[2]))),
        }
        return np.array([found[name] for name in MOMENT_NAMES])

    def draw(self, parameters: Parameters, seed: int, number: int) -> Float64s:
        """Moments of a draw of the parameters."""
        return self.moments(parameters.draw(seed, number), luck_of(seed, number))


def inside(share: float) -> float:
    """A share kept away from 0 and 1, where its scale is infinite."""
    return min(max(float(share), 1e-4), 1.0 - 1e-4)


def share_of(gain: float, fall: float) -> float:
    """The part of a fall that was regained, bounded because a small fall lost in noise could give any number."""
    return min(max(gain * fall / (fall * fall + 0.0025), -1.0), 3.0)


def logit(share: float) -> float:
    """Log-odds."""
    return math.log(share / (1.0 - share))


def polled(share: Float64s, luck: int, months: tuple[int, ...]) -> Float64s:
    """What a poll of the usual size would find for these shares [logit]: sampling error added, keyed by luck and month."""
    true: Float64s = np.array([inside(s) for s in np.asarray(share)])
    noise: Float64s = np.array([NORMAL.inv_cdf(uniform_of(luck, m, "poll")) for m in months])
    return np.log(true / (1.0 - true)) + noise * np.sqrt(DESIGN_EFFECT / (RESPONDENTS * true * (1.0 - true)))
