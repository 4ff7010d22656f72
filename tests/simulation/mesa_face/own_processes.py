"""Models with a process of their own that tests run and workers import."""

from __future__ import annotations

from simulation import CityModel
from simulation.mesa_face.mentoring import Mentoring


class NothingAdded(CityModel):
    """A city as it is."""


class Eager(Mentoring):
    """Everybody has a mentor."""

    share = 1.0


class Forgetful(CityModel):
    """Forgets to run the month."""

    def step(self) -> None:
        """Nothing."""


class Distracted(Mentoring):
    """Draws for something else too, of everybody and of a few, before and after."""

    def step(self) -> None:
        """Run one month."""
        self.uniform("something_else", self.agents)
        super().step()
        self.uniform("something_else", self.civil_servants.select(at_most=3))
