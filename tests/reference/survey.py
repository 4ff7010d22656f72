"""The official survey: chances of answers, sizes on the latent scale that follow from official levels, respondents (ODD: 5.1, Service)."""

from __future__ import annotations

import math
from typing import Any

from tests.reference import draws
from tests.reference.draws import bits, lane
from tests.reference.numbers import clamp, phi

ELEMENTS = range(9)
PROCESS, PEOPLE, PRICE = 0.0, 1.0, 2.0  # factor of an element
SLICES = 256  # of a latent score between -4 and 4
POLLED = 1  # the element that an independent poll asks for


def halve(low: float, high: float, times: int, is_below: Any) -> tuple[float, float]:
    """The interval after halving it towards the point where `is_below` turns false."""
    for _ in range(times):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if is_below(middle) else (low, middle)
    return low, high


class Survey:
    """Thresholds of nine answers and who was asked this month.

    Attributes: table, chance x 65536 that an answer is at most 1, 2, 3, by element and slice of the score; answers, sums of this month;
    asked, satisfied, respondents and how many of them a poll would find satisfied.
    """

    def __init__(self, model: Any) -> None:
        self.model = model
        self.table: list[list[list[int]]] = []
        self.start_month()

    def start_month(self) -> None:
        """Nobody asked yet."""
        self.answers, self.asked, self.satisfied = [0] * 9, 0, 0

    # The start.

    def level(self, factor: float, shift: float) -> float:
        """Mean of a factor's elements [1-4] when latent scores are N(shift, 1)."""
        n, total, elements = self.model.nature, 0.0, 0
        for e in ELEMENTS:
            if n.factor[e] == factor:
                elements += 1
                total += 1.0
                for threshold in n.threshold[e]:
                    total += phi(n.loading[e] * shift - threshold)
        return total / elements

    def points(self, factor: float, shift: float) -> float:
        """Index points that an SD of the factor's score is worth."""
        rise = self.level(factor, shift + 0.05) - self.level(factor, shift - 0.05)
        return 10.0 * rise * sum(f == factor for f in self.model.nature.factor) * 25.0 / 9

    def settle(self) -> None:
        """Shifts, index points, spread of units, noise, and the table."""
        n, normally = self.model.nature, self.model.normally
        low, high = halve(-12.0, 12.0, 60, lambda shift: self.level(PROCESS, shift) < n.nrr_process)
        normally.shift_process = 0.5 * (low + high)
        low, high = halve(-12.0, 12.0, 60, lambda shift: self.level(PEOPLE, shift) < n.nrr_people)
        normally.shift_people = 0.5 * (low + high)
        process, people = self.points(PROCESS, normally.shift_process), self.points(PEOPLE, normally.shift_people)
        normally.slope, normally.process_slope = max(process + people, 1.0), max(process, 1.0)
        unit = min(n.unit_spread / max(math.sqrt(process * process + people * people), 0.5), 0.8)
        is_open = n.theme_rate / (n.theme_rate + n.repair_rate)
        themes = n.theme_size * n.theme_size * is_open * (1.0 - is_open)
        normally.unit_sd = math.sqrt(max(unit * unit - themes, 0.01))
        between = normally.unit_sd * normally.unit_sd
        normally.process_noise = math.sqrt(max(1.0 - between - themes, 0.1))
        normally.people_noise = math.sqrt(max(1.0 - between - n.provider_share, 0.1))
        known = (
            0.6 * (n.competence_on_people * n.competence_on_people)
            + n.integrity_on_people * n.integrity_on_people
            + n.responsiveness_on_people * n.responsiveness_on_people
        )
        normally.style = math.sqrt(max(n.provider_share - known, 0.0))
        self.table = [self.chances(e) for e in ELEMENTS]

    def chances(self, e: int) -> list[list[int]]:
        """Table of one element. The price element is moved to its official mean and follows no score."""
        n = self.model.nature
        loading, shift = n.loading[e], 0.0
        if n.factor[e] == PRICE:
            loading = 0.0
            low, high = halve(-8.0, 8.0, 60, lambda s: 1.0 + sum(phi(s - t) for t in n.threshold[e]) < n.nrr_price)
            shift = 0.5 * (low + high)
        own = math.sqrt(1.0 - loading * loading)
        scores = [(k + 0.5) * (8.0 / SLICES) - 4.0 for k in range(SLICES)]
        return [
            [min(int(65536.0 * phi((t - shift - loading * s) / own) + 0.5), 65535) for t in n.threshold[e]]
            for s in scores
        ]

    # A respondent.

    def answer(self, element: int, score: float, luck: int) -> int:
        """1-4, one more than the thresholds that luck passes."""
        k = int(clamp(int((score + 4.0) * (SLICES / 8.0)), 0, SLICES - 1))
        return 1 + sum(luck >= chance for chance in self.table[element][k])

    def reported(self) -> float:
        """What moves official answers alone: kinder reporting, and the year of the survey [SD]."""
        m, n, slope = self.model, self.model.nature, self.model.normally.slope
        kinder = m.now * n.ikm_drift * (1.0 - n.drift_real) / (12.0 * slope)
        luck = m.normal(lane(bits(m.key(draws.YEAR, 0, m.t // 12), 0), 0))
        return kinder + n.survey_year_effect * luck / slope

    def ask(self, citizen: Any, process: float, people: float) -> None:
        """Nine official answers after an encounter, and whether a poll would find the same person satisfied."""
        m, n, normally = self.model, self.model.nature, self.model.normally
        reported = self.reported()
        process += normally.shift_process - normally.process + reported
        people += normally.shift_people - normally.people + reported
        h = [
            bits(m.key(decision, citizen.area.row), citizen.place)
            for decision in (draws.SURVEY_A, draws.SURVEY_B, draws.SURVEY_C)
        ]
        for e in ELEMENTS:
            score = {PROCESS: process, PEOPLE: people, PRICE: 0.0}[n.factor[e]]
            self.answers[e] += self.answer(e, score, lane(h[e // 4], e % 4))
        self.asked += 1
        self.satisfied += self.answer(POLLED, process - (n.leniency + reported), lane(h[2], 1)) >= 3
