"""The official survey of a draw: thresholds of nine answers, and the sizes on the latent scale that follow from official levels."""

from __future__ import annotations

import math
from typing import Any

from simulation.engine.columns import ELEMENTS, Ref
from simulation.engine.compiled import process
from simulation.engine.exact import phi
from simulation.rules.survey import SCORES, packed


@process
def expected_nrr(nature: Any, factor: Any, shift: Any) -> Any:
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
def level_shift(nature: Any, factor: Any, target: Any) -> Any:
    """Shift of the latent scores that gives a factor its official mean, by halving [SD]."""
    low, high = -12.0, 12.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        if expected_nrr(nature, factor, middle) < target:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@process
def slope_of(nature: Any, factor: Any, shift: Any) -> Any:
    """Index points that one latent SD of a factor adds at a shift of its scores."""
    elements = 0.0
    for e in range(ELEMENTS):
        if nature.factor[e] == factor:
            elements += 1.0
    rise = expected_nrr(nature, factor, shift + 0.05) - expected_nrr(nature, factor, shift - 0.05)
    return 10.0 * rise * elements * 25.0 / ELEMENTS


@process
def set_survey(st: Any, nature: Any) -> None:
    """Table of answers and the sizes that follow from it: shifts, index points per SD, spread of units, noise."""
    ref = st.ref
    ref[Ref.SHIFT_PROCESS] = level_shift(nature, 0.0, nature.nrr_process)
    ref[Ref.SHIFT_PEOPLE] = level_shift(nature, 1.0, nature.nrr_people)
    process, people = slope_of(nature, 0.0, ref[Ref.SHIFT_PROCESS]), slope_of(nature, 1.0, ref[Ref.SHIFT_PEOPLE])
    ref[Ref.SLOPE] = max(process + people, 1.0)
    ref[Ref.PROCESS_SLOPE] = max(process, 1.0)
    unit = min(nature.unit_spread / max(math.sqrt(process * process + people * people), 0.5), 0.8)
    open_share = nature.theme_rate / (nature.theme_rate + nature.repair_rate)
    themes = nature.theme_size * nature.theme_size * open_share * (1.0 - open_share)
    # Spread between units is total: what themes make is not added to it.
    ref[Ref.UNIT_SD] = math.sqrt(max(unit * unit - themes, 0.01))
    ref[Ref.PROCESS_NOISE] = math.sqrt(max(1.0 - ref[Ref.UNIT_SD] ** 2.0 - themes, 0.1))
    ref[Ref.PEOPLE_NOISE] = math.sqrt(max(1.0 - ref[Ref.UNIT_SD] ** 2.0 - nature.provider_share, 0.1))
    known = (
        0.6 * nature.competence_on_people**2.0 + nature.integrity_on_people**2.0 + nature.responsiveness_on_people**2.0
    )
    ref[Ref.STYLE] = math.sqrt(max(nature.provider_share - known, 0.0))
    price = 0.0
    for e in range(ELEMENTS):
        if nature.factor[e] == 2.0:
            price = price_shift(nature, e)
    for e in range(ELEMENTS):
        loading = nature.loading[e] if nature.factor[e] < 2.0 else 0.0
        own = math.sqrt(1.0 - loading * loading)
        shift = price if nature.factor[e] == 2.0 else 0.0
        st.asks[e] = int(nature.factor[e])
        for slot in range(SCORES):
            score = (slot + 0.5) * (8.0 / SCORES) - 4.0
            low = chance(nature.threshold[e, 0], shift, loading, score, own)
            middle = chance(nature.threshold[e, 1], shift, loading, score, own)
            high = chance(nature.threshold[e, 2], shift, loading, score, own)
            st.table[slot, e] = packed(low, middle, high)


@process
def chance(threshold: Any, shift: Any, loading: Any, score: Any, own: Any) -> Any:
    """Chance x 65536 that an answer stays below a threshold at this score."""
    return min(int(65536.0 * phi((threshold - shift - loading * score) / own) + 0.5), 65535)


@process
def price_shift(nature: Any, element: Any) -> Any:
    """Shift of the price element, which no latent score moves: most services are free."""
    low, high = -8.0, 8.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        mean = 1.0
        for k in range(3):
            mean += phi(middle - nature.threshold[element, k])
        if mean < nature.nrr_price:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)
