"""The official survey of a draw: thresholds of nine answers, and the sizes on the latent scale that follow from official levels."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simulation.engine.columns import ELEMENTS, PEOPLE, PRICE, PROCESS, City, Ref, State
from simulation.engine.compiled import process
from simulation.engine.draws import YEAR, bits, key, lane, nearest_lanes, normal
from simulation.engine.exact import phi
from simulation.engine.packed import pack
from simulation.rules.survey import POINTS, SCORES, middle_score

if TYPE_CHECKING:
    from simulation.registry import Nature

WIDEST, WIDEST_PRICE, HALVINGS = (
    12.0,
    8.0,
    60,
)  # bracket of a shift, from minus to plus [SD], and how often it is halved
FLATTEST = 1.0  # least slope [IKM points per SD], where answers hardly follow the scores
WIDEST_UNITS = 0.8  # largest lasting spread between units [SD]; an encounter's whole spread is 1
LEAST_VARIANCE, LEAST_NOISE = 0.01, 0.1  # of what is left between units and between encounters [SD^2]
VARIANCE_HELD = 0.6  # of competence weighted by the work, between people [SD^2]; with `domain_share` about one half


@process
def expected_nrr(nature: Nature, factor: float, shift: float) -> float:
    """Mean of a factor's elements [1-4] when latent scores are N(shift, 1)."""
    total, n = 0.0, 0
    for e in range(ELEMENTS):
        if nature.factor[e] == factor:
            n += 1
            total += 1.0
            for k in range(3):
                total += phi(nature.loading[e] * shift - nature.threshold[e, k])
    return total / n if n > 0 else 1.0


@process
def level_shift(nature: Nature, factor: float, target: float) -> float:
    """Shift of the latent scores that gives a factor its official mean, by halving [SD]."""
    low, high = -WIDEST, WIDEST
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if expected_nrr(nature, factor, middle) < target:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@process
def slope_of(nature: Nature, factor: float, shift: float) -> float:
    """Index points that one latent SD of a factor adds at a shift of its scores."""
    elements = 0.0
    for e in range(ELEMENTS):
        if nature.factor[e] == factor:
            elements += 1.0
    rise = expected_nrr(nature, factor, shift + 0.05) - expected_nrr(nature, factor, shift - 0.05)
    return 10.0 * rise * elements * POINTS / ELEMENTS


@process
def reported_shift(city: City, st: State, nature: Nature, seed: int, t: int, month: int) -> float:
    """What moves official answers of this month and nothing else [SD]: kinder reporting, and the year of the survey.

    Another office, another sample frame or another questionnaire shifts a whole year's survey; service, trust and an independent poll
    know nothing of it, and it is the same under every policy.
    """
    kinder = month * nature.ikm_drift * (1.0 - nature.drift_real) / (12.0 * st.ref[Ref.SLOPE])
    luck = normal(city.normals, lane(bits(key(seed, YEAR, t // 12, 0), 0), 0))
    return float(kinder + nature.survey_year_effect * luck / st.ref[Ref.SLOPE])


@process
def set_survey(st: State, nature: Nature) -> None:
    """Table of answers and the sizes that follow from it: shifts, index points per SD, spread of units, noise."""
    ref = st.ref
    ref[Ref.SHIFT_PROCESS] = level_shift(nature, PROCESS, nature.nrr_process)
    ref[Ref.SHIFT_PEOPLE] = level_shift(nature, PEOPLE, nature.nrr_people)
    process, people = slope_of(nature, PROCESS, ref[Ref.SHIFT_PROCESS]), slope_of(nature, PEOPLE, ref[Ref.SHIFT_PEOPLE])
    ref[Ref.SLOPE] = max(process + people, FLATTEST)
    ref[Ref.PROCESS_SLOPE] = max(process, FLATTEST)
    unit = min(nature.unit_spread / max(math.sqrt(process * process + people * people), 0.5), WIDEST_UNITS)
    open_share = nature.theme_rate / (nature.theme_rate + nature.repair_rate)
    themes = nature.theme_size * nature.theme_size * open_share * (1.0 - open_share)
    # The published spread between units is the total: the part that open themes cause must not be added to it.
    ref[Ref.UNIT_SD] = math.sqrt(max(unit * unit - themes, LEAST_VARIANCE))
    ref[Ref.PROCESS_NOISE] = math.sqrt(max(1.0 - ref[Ref.UNIT_SD] ** 2.0 - themes, LEAST_NOISE))
    ref[Ref.PEOPLE_NOISE] = math.sqrt(max(1.0 - ref[Ref.UNIT_SD] ** 2.0 - nature.provider_share, LEAST_NOISE))
    known = (
        VARIANCE_HELD * nature.competence_on_people**2.0
        + nature.integrity_on_people**2.0
        + nature.responsiveness_on_people**2.0
    )
    ref[Ref.STYLE] = math.sqrt(max(nature.provider_share - known, 0.0))
    price = 0.0
    for e in range(ELEMENTS):
        if nature.factor[e] == PRICE:
            price = price_shift(nature, e)
    for e in range(ELEMENTS):
        loading = nature.loading[e] if nature.factor[e] < PRICE else 0.0
        own = math.sqrt(1.0 - loading * loading)
        shift = price if nature.factor[e] == PRICE else 0.0
        st.asks[e] = int(nature.factor[e])
        for slot in range(SCORES):
            score = middle_score(slot)
            low = chance_below(nature.threshold[e, 0], shift, loading, score, own)
            middle = chance_below(nature.threshold[e, 1], shift, loading, score, own)
            high = chance_below(nature.threshold[e, 2], shift, loading, score, own)
            st.table[slot, e] = pack(nearest_lanes(low), nearest_lanes(middle), nearest_lanes(high))


@process
def chance_below(threshold: float, shift: float, loading: float, score: float, own: float) -> float:
    """Chance that an answer stays below a threshold at this score. own: SD of what moves this answer alone."""
    return phi((threshold - shift - loading * score) / own)


@process
def price_shift(nature: Nature, element: int) -> float:
    """Shift of the price element, which no latent score moves: most services are free."""
    low, high = -WIDEST_PRICE, WIDEST_PRICE
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        mean = 1.0
        for k in range(3):
            mean += phi(middle - nature.threshold[element, k])
        if mean < nature.nrr_price:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)
