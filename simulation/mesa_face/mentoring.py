"""An example of a process of one's own: each month some civil servants learn a little from the most competent member of their unit.

It is an example of how a process is added, not a finding: both numbers are assumed, and no shipped result uses it.

    from simulation.mesa_face.mentoring import Mentoring

    with_mentors = Ensemble(scenario, draws=20, scale=0.01, model=Mentoring).run()
    without = Ensemble(scenario, draws=20, scale=0.01).run()

Both share their draws and their luck, so a difference between them is made by the process alone.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from simulation.mesa_face.model import CityModel

__all__ = ["Mentoring"]


class Mentoring(CityModel):
    """A city in which colleagues teach each other. To try other numbers, make a subclass with its own.

    Attributes:
        share: of the staff of every unit who have a mentor in a month, by chance (assumed).
        learned: share of the distance to the most competent colleague that is learned in that month (assumed).
    """

    share: ClassVar[float] = 0.10
    learned: ClassVar[float] = 0.02

    def step(self) -> None:
        """Run one month, then let people learn: what they learned counts from the next month."""
        super().step()
        staff = self.civil_servants
        competence, unit = staff.values("competence"), staff.values("unit_number")
        best = np.full(len(self.units), -np.inf)
        np.maximum.at(best, unit, competence)
        has_mentor = self.uniform("mentoring", staff) < self.share
        more = self.learned * (best[unit] - competence)
        staff.select(has_mentor).set("competence", (competence + more)[has_mentor])
