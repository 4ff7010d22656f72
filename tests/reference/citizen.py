"""An adult: encounters, expectation, trust, complaints, neighbours (ODD: Service, Trust, Voice)."""

from __future__ import annotations

import math
from typing import Any

import mesa
import numpy as np

from tests.reference import draws
from tests.reference.draws import bits, lane, share
from tests.reference.numbers import F, clamp, exp, log, single, tanh_half32

FINE, COARSE = F(2**17), F(2**15)  # sums of trust and of trust states are sums of whole numbers of these parts
CLASSES = 10


class Citizen(mesa.Agent):
    """An adult of an area. State is float32, `demand` a whole number of 1/65536."""

    def __init__(self, model: Any, area: Any, block: Any, place: int) -> None:
        super().__init__(model)
        self.area, self.block, self.place = area, block, place
        self.demand = 0
        self.alpha = self.trust = self.expected = self.lived = self.belief = 0.0

    def hash(self, decision: int, month: int | None = None) -> int:
        """My 64 random bits of a decision."""
        return bits(self.model.key(decision, self.area.row, month), self.place)

    # The start.

    def draw_demand(self) -> None:
        """How often I have business with the city: exponential, cut at five times the mean."""
        luck = share(lane(self.hash(draws.CITIZEN, 0), 0))
        times = min(-log(luck), 5.0) / (1.0 - exp(-5.0))
        self.demand = min(int(65536.0 * self.model.encounters * times + 0.5), 65535)

    def demand_class(self) -> int:
        """Class of people with about as much business."""
        return min(int(2.0 * self.demand / (65536.0 * self.model.encounters)), CLASSES - 1)

    def settle(self, here: float, level: float, root: list[float], spread: float) -> None:
        """A mind from the long-run spread around the service of the area.

        Args:
            here, level: experience to be expected in the area, and the trust state that it gives; root: Cholesky root of (expected,
            lived, trust), row by row; spread: SD of predispositions.
        """
        h = self.hash(draws.CITIZEN_STATE, 0)
        z0, z1, z2 = (self.model.normal(lane(h, which)) for which in range(3))
        self.expected = single(here + root[0] * z0)
        self.lived = single(here + root[1] * z0 + root[2] * z1)
        self.trust = single(level + root[3] * z0 + root[4] * z1 + root[5] * z2)
        self.belief = 0.5
        self.alpha = single(spread * self.model.normal(lane(self.hash(draws.CITIZEN, 1), 0)))

    # A month.

    def expect_more(self, push: np.float32) -> None:
        """What I expect moves as I learn what service is promised. Float32."""
        self.expected = float(F(self.expected) + push)

    def step(self) -> None:
        """Perhaps an encounter; then the neighbours."""
        four = bits(self.model.key(draws.WHO, self.area.row), self.place // 4)
        if lane(four, self.place % 4) < self.demand:
            self.visit()
        self.mingle()

    def visit(self) -> None:
        """An encounter: who serves, how it goes, and what it does to expectation, trust and belief."""
        m, n, sums = self.model, self.model.nature, self.block.sums
        h, g = self.hash(draws.WHERE), self.hash(draws.NOISE)
        unit = self.area.visits[lane(h, 0) >> 6]
        server = unit.counter[lane(h, 1) * len(unit.counter) >> 16]
        z1, z2 = m.normal(lane(h, 2)), m.normal(lane(h, 3))
        wrong = lane(g, 0) < 65536.0 * server.wronged
        paid = lane(g, 0) < 65536.0 * server.paid
        rho = n.factor_correlation
        process = unit.score + m.normally.process_noise * z1
        noise = m.normally.people_noise * (rho * z1 + math.sqrt(1.0 - rho * rho) * z2)
        people = server.quality + noise - n.side_payment_penalty * wrong
        x = n.process_weight * process + (1.0 - n.process_weight) * people
        gap = x - self.expected
        felt = gap if gap > 0.0 else n.loss_aversion * gap
        lived = self.lived + n.experience_learning * (x - self.lived)
        lasting = m.normally.lasting * (lived - m.normally.expected)
        fleeting = m.normally.surprise * (felt - m.normally.loss)
        trust = self.trust + n.trust_learning * (lasting + fleeting - self.trust)
        self.expected = single(self.expected + n.expectation_learning * gap)
        self.lived = single(lived)
        self.trust = single(trust)
        upset = gap < -n.tolerance
        if upset:
            self.perhaps_complain(g, trust)
        sums.visits += 1
        sums.paid += paid
        sums.wrongs += wrong
        sums.upset += upset
        sums.lived += x
        sums.lived2 += x * x
        sums.loss += felt
        sums.process += process
        sums.people += people
        if lane(g, 3) < 65536.0 * m.survey_chance:
            m.survey.ask(self, process, people)

    def perhaps_complain(self, g: int, trust: float) -> None:
        """Think of complaining, complain with chance belief, hear or hear nothing."""
        m, n = self.model, self.model.nature
        thinks = 131072.0 * n.complaint_access * m.wide()
        if lane(g, 1) >= thinks:
            return
        belief = self.belief
        if lane(g, 1) < thinks * belief:
            self.block.sums.complaints += 1
            news = (1.0 if lane(g, 2) < 65536.0 * m.rate else 0.0) - m.normally.answer
            belief = clamp(belief + n.belief_gain * news, 0.0, 1.0)
            self.trust = single(trust + n.complaint_to_trust * news)
        self.belief = single(belief + n.belief_return * (0.5 - belief))

    def mingle(self) -> None:
        """Neighbours pull the trust state; what I trust is counted. Float32 throughout."""
        m = self.model
        trust = F(self.trust) * m.keep + self.area.kecamatan.push
        self.trust = float(trust)
        self.count(trust, m.mood32)

    def count(self, trust: np.float32, mood: np.float32) -> None:
        """Add what I trust to the sums of the kecamatan."""
        z = F(self.alpha) + trust + mood
        trusts = tanh_half32(z)
        sums = self.area.kecamatan.sums
        sums.trust += int(trusts * FINE)
        sums.square += int(trusts * FINE * trusts)
        sums.state += int(trust * COARSE)
        sums.trusting += bool(z > 0)
        sums.adults += 1
