"""Citizens' minds at the start: drawn from the spread that the rules of trust would give them in the long run.

After a year the share who trust is met exactly, by moving every predisposition alike.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from simulation.engine.columns import SLOTS, City, Ref, State, Tally
from simulation.engine.compiled import process
from simulation.engine.draws import CITIZEN, CITIZEN_STATE, LANES, bits, key, lane, nearest_lanes, normal, share
from simulation.engine.exact import exp, log
from simulation.engine.records import Float32s, Float64s
from simulation.engine.scratch import Work
from simulation.processes.communication import published
from simulation.processes.observe import expected_service
from simulation.rules.trust import mean_surprise, slope_of_lasting, slope_of_surprise
from simulation.rules.voice import MEAN_BELIEF

if TYPE_CHECKING:
    from simulation.registry import Nature

CLASSES = 10  # of people by how often they have business with the city; the last is open
PER_MEAN = 2.0  # classes for each time the mean demand: class k has (k + 1/2) / 2 times the mean
MOST_OFTEN = 5.0  # the demand of those who come most often, times the mean; assumed
LEAST_VARIANCE = 0.04  # of predispositions to trust, whatever experience adds to them [logit^2]; assumed
LEAST_LIVED = 0.01  # variance of experience at the counter [SD^2], where hardly anybody comes
LEAST_SLOPE = 1e-6  # of trust on lived experience per unit of an effect, where trust never learns
ENCOUNTERS_LIVED = 600  # then 0.95^600 = 4e-14 is left of the start, even at the slowest learning its prior allows
WIDEST, HALVINGS = (
    np.float32(8.0),
    24,
)  # bracket of the shift that meets trust, from minus to plus [logit], halved until 1e-6 is left


@process
def area_mean(city: City, units: Float64s, area: int) -> float:
    """Mean experience of an area's people [SD], from what is expected of the units they go to."""
    total = 0.0
    for slot in range(SLOTS):
        total += units[city.visits[area, slot]]
    return total / SLOTS


@process
def kept_between(nature: Nature, chance: float) -> float:
    """Mean of keep^months until the next encounter: what neighbours leave of a trust state. chance: of an encounter in a month."""
    keep = 1.0 - nature.neighbour_pull
    return chance * keep / (1.0 - (1.0 - chance) * keep)


@process
def class_chance(city: City, k: int) -> float:
    """Chance of an encounter in a month in a class of demand."""
    return min(city.figures.demand * (k + 0.5) / PER_MEAN, 1.0)


@process
def set_trust_effects(city: City, st: State, nature: Nature, variance: float, between: float) -> None:
    """b_q and b_d of the draw [logit per SD], so that people differ in trust by their experience as the draw says.

    Between people trust rises with lived experience by trust_slope * halo_share of its SD per SD. Lasting experience makes the part
    `lasting_share` of that slope and passing surprises the rest: which of the two nobody can see in a cross-section.

    Args:
        variance: of one encounter [SD^2]; between: of the service that people of different areas live with [SD^2]. Trust has had time to
            follow such a lasting difference, and expectation to meet it.
    """
    a, r, lam = nature.expectation_learning, nature.experience_learning, nature.trust_learning
    luck = max(r / (2.0 - r) * variance, LEAST_LIVED * LEAST_LIVED)
    slope = nature.trust_slope * nature.halo_share * nature.trust_spread / math.sqrt(luck + between)
    follows = surprises = 0.0
    for k in range(CLASSES):  # who comes seldom is pulled by neighbours for longer between two encounters
        share_of_class = exp(-k / PER_MEAN) - (exp(-(k + 1.0) / PER_MEAN) if k + 1 < CLASSES else 0.0)
        kept = kept_between(nature, class_chance(city, k))
        follows += share_of_class * slope_of_lasting(lam, r, kept)
        surprises += share_of_class * slope_of_surprise(lam, r, kept, a, nature.loss_aversion)
    follows = (follows * luck + between) / (luck + between)
    surprises = surprises * luck / (luck + between)
    st.ref[Ref.LASTING] = nature.lasting_share * slope / max(follows, LEAST_SLOPE)
    st.ref[Ref.SURPRISE] = (1.0 - nature.lasting_share) * slope / max(surprises, LEAST_SLOPE)


@process
def long_run(nature: Nature, b_q: float, b_d: float, variance: float, chance: float, cov: Float64s) -> None:
    """Covariance of (expected, lived, trust state) that many encounters with experience of this variance lead to.

    Second moments of the linear part of the rules of trust; w(z) is its regression on z plus an uncorrelated rest. Between two encounters
    neighbours pull the trust state for a geometric number of months.

    Args:
        b_q, b_d: effects of lasting experience and of a surprise on trust [logit per SD]; variance: of the experience of one person
            [SD^2]; chance: of an encounter in a month; cov: float64 (3, 3), filled.
    """
    a, r, lam = nature.expectation_learning, nature.experience_learning, nature.trust_learning
    kappa = nature.loss_aversion
    slope = 0.5 * (1.0 + kappa)
    keep = 1.0 - nature.neighbour_pull
    once = kept_between(nature, chance)
    twice = chance * keep * keep / (1.0 - (1.0 - chance) * keep * keep)
    cov[:] = 0.0
    for _ in range(ENCOUNTERS_LIVED):
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
def demand_class(city: City, demand: int) -> int:
    """Class of people who have business with the city about equally often; class k has (k + 1/2) / 2 times the mean."""
    return min(int(PER_MEAN * demand / (LANES * city.figures.demand)), CLASSES - 1)


@process
def long_run_roots(city: City, st: State, nature: Nature, variance: float, cov: Float64s, root: Float64s) -> float:
    """Cholesky roots of `long_run` for each class of demand (classes, 6); returns the variance of trust states in the mean class."""
    mean = 0.0
    for k in range(CLASSES):
        long_run(nature, st.ref[Ref.LASTING], st.ref[Ref.SURPRISE], variance, class_chance(city, k), cov)
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
def draw_demand(city: City, st: State, nature: Nature, seed: int) -> None:
    """How often each adult has business with the city: an encounter chance with mean `encounters`, some often, many seldom."""
    c = st.citizens
    c.demand[:] = 0
    for area in range(city.areas.size):
        k = key(seed, CITIZEN, 0, area)
        for place in range(city.areas[area].adults):
            # An exponential spread, cut and brought back to its mean.
            luck = share(lane(bits(k, place), 0))
            times = min(-log(luck), MOST_OFTEN) / (1.0 - exp(-MOST_OFTEN))
            c.demand[city.areas[area].first + place] = nearest_lanes(city.figures.demand * times)


@process
def level_areas(city: City, st: State, work: Work, nature: Nature, overall: float) -> float:
    """Expected service of each area in `work.means`; returns what centres it, so that its mean over citizens is what they lived [SD]."""
    units = expected_service(city, st, work, nature)
    level = 0.0
    for area in range(city.areas.size):
        work.means[area] = area_mean(city, units, area)
        level += (overall - work.means[area]) * city.areas[area].adults / city.figures.citizens
    return level


@process
def settle_minds(city: City, st: State, work: Work, nature: Nature, seed: int, first_pass: int) -> None:
    """Citizens' minds: all alike for a rehearsal month, then drawn from their long-run spread around their area's service."""
    c, ref, tally = st.citizens, st.ref, work.tally
    root, means = work.root, work.means
    root[:] = 0.0
    means[:] = 0.0
    overall = level = 0.0
    spread = nature.trust_spread
    if first_pass == 0:
        visits = max(tally[Tally.VISITS], 1.0)
        overall = tally[Tally.LIVED] / visits
        variance = max(tally[Tally.LIVED2] / visits - overall * overall, LEAST_LIVED)
        ref[Ref.EXPECTED] = overall
        level = level_areas(city, st, work, nature, overall)
        between = 0.0
        for area in range(city.areas.size):
            between += (means[area] + level - overall) ** 2.0 * city.areas[area].adults / city.figures.citizens
        set_trust_effects(city, st, nature, variance, between)
        moved = long_run_roots(city, st, nature, variance, work.cov, root)
        ref[Ref.LOSS] = mean_surprise(math.sqrt(variance + root[0, 0] ** 2.0), nature.loss_aversion)
        # The measured spread is that of trust as a whole: what experience makes of it is not added to predispositions.
        spread = math.sqrt(max(nature.trust_spread**2.0 - moved, LEAST_VARIANCE))
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
            c.trust[i] = ref[Ref.LASTING] * (here - overall) + w[3] * z0 + w[4] * z1 + w[5] * z2
            c.belief[i] = MEAN_BELIEF
            c.alpha[i] = spread * normal(city.normals, lane(bits(g, place), 0))
    st.pull[:] = 0.0
    for area in range(city.areas.size):
        st.pull[city.areas[area].kecamatan] = (
            0.0 if first_pass == 1 else ref[Ref.LASTING] * (means[area] + level - overall)
        )


@process
def meet_trust(city: City, st: State, nature: Nature) -> None:
    """Move every predisposition by one number, so that the share who trust, as a poll counts it, is the target (by halving)."""
    c = st.citizens
    mood = np.float32(published(st, nature))  # a reference that publishes results is met as it is
    low, high = -WIDEST, WIDEST
    for _ in range(HALVINGS):
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
def above(alpha: Float32s, trust: Float32s, shift: np.float32) -> int:
    """How many of these people would be more likely than not to trust after a shift."""
    count = 0
    for i in range(alpha.size):
        count += alpha[i] + trust[i] + shift > np.float32(0.0)
    return count
