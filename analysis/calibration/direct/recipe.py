"""A city's recipe: which published figures its direct estimates and targets are made from, read from `data/recipes/<city>.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

import data
from data.errors import InputError, nearest
from data.lineage import INHERITS, cities, label
from simulation.blocks import Block
from simulation.files import build, read_yaml

__all__ = ["Answers", "Channel", "Completed", "HeldOut", "Panels", "Poll", "Recipe", "Survey"]


class Population(Block):
    """Figures that hold adults and residents of the city."""

    adults: str
    residents: str


class Office(Block):
    """An office that published the means of the nine elements: nine figures in a row."""

    title: str
    first: str = Field(pattern=r"^F\d{4}$")

    def figure(self, element: int) -> str:
        """The figure of an element, 1 to 9."""
        return f"F{int(self.first[1:]) + element - 1:04d}"


class Answers(Block):
    """An office that published its answers: table of their shares, figure with the number of respondents."""

    title: str
    table: str
    respondents: str


class Survey(Block):
    """Official surveys. transport: SD from these offices to all units of the city [1-4]."""

    offices: tuple[Office, ...] = Field(min_length=2)  # with one, how far offices differ cannot be seen
    transport: float = Field(ge=0)
    answers: Answers


class Poll(Block):
    """An independent poll: figures of the share satisfied and of one question asked twice [%]; respondents."""

    title: str
    satisfied: str
    moved: tuple[str, str]
    respondents: float = Field(gt=0)


class Instrument(Block):
    """Years up to `until` that units with this name prefix surveyed with another instrument; title, for a sentence."""

    unit: str
    until: int
    label: str
    title: str


class KeptBack(Block):
    """A series whose later years are predicted and not used in a fit."""

    area: str
    short: str
    until: int


class Panels(Block):
    """Which years and instruments of the published index series are used."""

    older_instruments: tuple[Instrument, ...] = ()
    kept_back: KeptBack | None = None


class Channel(Block):
    """A channel: figure of its reports in so many months; its adults, a figure, or residents, as many of them adult as in the city."""

    name: str
    title: str
    reports: str
    months: float = Field(gt=0)
    adults: str | None = None
    residents: float | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def has_people(self) -> Self:
        """Raises ValueError unless either adults or residents are given."""
        if (self.adults is None) == (self.residents is None):
            raise ValueError("adults (a figure) or residents (a number): one of them is needed")
        return self


class Channels(Block):
    """Two channels, and how their rates become an estimate (method) and a target (note)."""

    compared: tuple[Channel, Channel]
    method: str
    note: str


class Other(Block):
    """The completed share of another channel or year: a figure in %, or figures of completed and received."""

    percent: str | None = None
    completed: str | None = None
    received: str | None = None
    held_out: bool = False

    @model_validator(mode="after")
    def has_share(self) -> Self:
        """Raises ValueError unless it is one share."""
        if (self.percent is None) == (self.completed is None) or (self.completed is None) != (self.received is None):
            raise ValueError("percent, or completed and received: one of them is needed")
        return self

    @property
    def id(self) -> str:
        """The figure that is cited."""
        return self.percent or self.completed or ""


class Completed(Block):
    """Completed share of the city's channel: figure [%], reports and months it is of; the channel's years, for how much they differ;
    other shares; sentences as in `Channels`."""

    percent: str
    reports: float = Field(gt=0)
    months: float = Field(gt=0, le=12)
    years: tuple[str, ...] = Field(min_length=3)  # with two, a year unlike the others cannot be left out
    others: tuple[Other, ...] = Field(min_length=2)
    evidence: tuple[str, ...]
    method: str
    note: str


class LaterIndex(Block):
    """Years of an index that are predicted from those seen, each with its figure."""

    name: str
    area: str
    seen: dict[int, str] = Field(min_length=4)
    predicted: dict[int, str] = Field(min_length=1)


class NextYear(Block):
    """A channel's next year, predicted from the reports and the completed share of the year that is seen."""

    name: str
    channel: str
    seen_completed: str
    reports: str
    completed: str
    months: float = Field(gt=0, le=12)


class HeldOut(Block):
    """Facts that no target uses."""

    index: LaterIndex
    channel: NextYear


class Recipe(Block):
    """What the estimates and targets of one city are made from."""

    title: str
    short: str
    population: Population
    survey: Survey
    poll: Poll
    panels: Panels = Panels()
    channels: Channels
    completed: Completed
    held_out: HeldOut | None = None

    @classmethod
    def load(cls, city: str) -> Recipe:
        """The recipe of a city. Raises InputError when there is none, or it has a fault."""
        file = Path(label("recipes", city))
        if city not in cities("recipes"):
            known = cities("recipes")
            hint = f"did you mean '{close}'?" if (close := nearest(city, known)) else f"there are: {', '.join(known)}"
            raise InputError(
                f"{file}: no such file; direct estimates need a recipe that names the published figures they are made from ({hint}); "
                f"without one, borrow: `{INHERITS}: <city>` in {label('estimates', city)}"
            )
        content, lines = read_yaml(data.path("recipes", f"{city}.yaml"))
        return build(cls, content, lines, file)

    def channel(self, name: str) -> Channel:
        """A channel by its name. Raises InputError."""
        for channel in self.channels.compared:
            if channel.name == name:
                return channel
        raise InputError(
            f"recipe of {self.title}: no channel '{name}'; there are: {', '.join(c.name for c in self.channels.compared)}"
        )
