"""Voice: news and mood, reports and complaints, and what the administration learns from them (ODD: Trust, Voice)."""

from __future__ import annotations

import math
from typing import Any

from tests.reference import draws
from tests.reference.draws import bits, lane, share, unit_interval
from tests.reference.numbers import F, clamp, exp, log
from tests.reference.unit import FORUM_SCALE, Unit

SMOOTH = 0.1  # share of the newest month in the answers that are remembered
REACHED = 0.25  # share of adults that published results reach in a year


class Voice:
    """The part of a city that hears: `news`, `mood`, `open`, `rate`, `voiced`, `informed`, `told`."""

    nature: Any
    levers: Any
    citizens: list[Any]

    def hear_news(self) -> None:
        """Scandals fade and come, the political mood wanders."""
        n, h = self.nature, bits(self.key(draws.NEWS, 0), 0)
        self.news *= exp(-0.6931471805599453 / n.scandal_half_life)
        if share(lane(h, 0)) < n.scandal_rate / 12.0:
            self.news -= n.scandal_size
        kept = n.political_noise_persistence
        wander = n.political_noise_sd * math.sqrt(1.0 - kept * kept)
        self.mood = kept * self.mood + wander * self.normal(lane(h, 1))

    def wide(self) -> float:
        """Times today's reports that the channels take in."""
        return max(1.0 + self.nature.access_effect * (self.levers.participation.channel_access - 1.0), 0.0)

    def tell_citizens(self) -> None:
        """Standards and results are told to a twelfth of a year's people, and everybody expects a little more or less."""
        news = (self.levers.participation.communication - self.told) / 12.0
        self.told += news
        push = F(self.nature.communication_on_expectation * news)
        if push != 0:
            for who in self.citizens:
                who.expect_more(push)

    def published(self) -> float:
        """What is published and told does to everybody's trust."""
        n = self.nature
        return self.informed * n.disclosure_on_trust + self.told * n.communication_on_trust

    def rate_at(self, luck: float) -> float:
        """Chance a month that an open report is completed in today's practice, in a year of this luck."""
        usual = self.nature.completed_share
        odds = usual * exp(self.nature.completion_swing * luck)
        return 1.0 / (1.0 + 12.0 * (1.0 - odds / (1.0 - usual + odds)))

    def rate_of_year(self) -> float:
        """The same chance this year."""
        return self.rate_at(self.normal(lane(bits(self.key(draws.YEAR, 0, self.t // 12), 0), 1)))

    def usual_reports(self) -> float:
        """Reports not about service in a month of today's practice."""
        return self.nature.report_rate * len(self.citizens)

    def reports(self) -> float:
        """Reports not about service this month: Poisson, by inversion when few and by a normal number when many."""
        mean, k = self.usual_reports() * self.wide(), self.key(draws.REPORTS, 0)
        if mean > 40.0:
            z = self.normal(lane(bits(k, 1), 0))
            return max(float(math.floor(mean + math.sqrt(mean) * z + 0.5)), 0.0)
        chance = total = exp(-mean)
        count, u = 0.0, unit_interval(bits(k, 0))
        while u > total and count < 200.0:
            count += 1.0
            chance *= mean / count
            total += chance
        return count

    def completion(self, rate: float, capacity: float, load: float) -> float:
        """1 - (1 - rate)^(capacity / load)."""
        return 1.0 - exp(log(1.0 - rate) * capacity / max(load, 1e-9)) if rate < 1.0 else 1.0

    def rise(self) -> float:
        """Answered complaints per encounter against today's, less one."""
        usual = self.normally.voiced
        return clamp(self.voiced / usual - 1.0, -1.0, 3.0) if usual > 0.0 else 0.0

    def repair_chance(self) -> float:
        """Chance a month that an open theme is repaired."""
        n = self.nature
        return clamp(n.repair_rate * (1.0 + n.complaint_to_repair * self.rise()), 0.0, 1.0)

    def feedback_leads_to(self) -> float:
        """What feedback does to behaviour in the long run."""
        n, part = self.nature, self.levers.participation
        means = clamp(part.handling_capacity - 1.0, 0.0, 1.0)
        return part.feedback * (means * n.feedback_with_means + (1.0 - means) * n.feedback_without_means)

    def listen(self) -> None:
        """Reports and complaints are handled, themes repaired; climate, knowledge and the informed move."""
        n, levers, sums = self.nature, self.levers, self.sums
        reports = self.reports()
        sums.reports = reports + sums.complaints
        waiting = self.open + reports + sums.complaints
        usual, today = self.usual_open + self.normally.open * self.normally.answer, self.rate_of_year()
        load = waiting / usual if usual > 0.0 else 1.0
        self.usual_open = usual * (1.0 - today)
        capacity = max(1.0 + n.capacity_effect * (levers.participation.handling_capacity - 1.0), 0.0)
        self.rate = sums.completed = self.completion(today, capacity, load)
        self.open = waiting * (1.0 - self.rate)
        voiced = sums.complaints * self.rate / sums.visits if sums.visits else 0.0
        self.voiced += SMOOTH * (voiced - self.voiced)
        self.everyone(Unit, "repair", self.repair_chance())
        climate = n.complaint_to_responsiveness * self.rise()
        learned = 1.0 - exp(-levers.participation.forums_per_year / FORUM_SCALE)
        self.everyone(Unit, "adapt", climate, self.feedback_leads_to(), learned)
        self.informed += (REACHED * levers.participation.disclose_results - self.informed) / 12.0
