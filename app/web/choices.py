"""The controls on the page of a city, and the city made from them. No Solara here, so that it can be used and tested without it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any, ClassVar

from analysis.report import Words, localised
from app.defaults import PAGE_SHARE
from app.locale import say
from app.web import tiles
from data.errors import InputError
from simulation import CityModel, Policy, Scenario
from simulation.city import Profile, load_profile
from simulation.levers import pack
from simulation.mesa_face.arguments import load_scenario, whole, with_levers
from simulation.posterior.parameter_source import POSTERIOR, Asked, source_of

__all__ = ["Choices", "ShownCity", "choose"]

BUDGETS = (0.5, 1.0, 1.5, 2.0)  # of today's budget
HOURS = (10.0, 20.0, 30.0, 40.0)  # JP a year and person
HIGHEST_SEED = 99  # that the slider reaches, unless the page opens with a higher one
SHARES = (PAGE_SHARE, 0.02, 0.05, 0.1, 0.25, 1.0)  # of the people


@dataclass(frozen=True)
class Choices:
    """The choices on the page, by the words displayed for them, in one language.

    Attributes: scenario; lang, 'en' or 'id'; scale, the share of the people simulated at first; seed at first; policy at first, by name;
    parameters, what to draw from, see `CityModel`.
    """

    scenario: Scenario
    lang: str = "en"
    scale: float = PAGE_SHARE
    seed: int = 1
    policy: str = ""
    parameters: Asked = POSTERIOR

    @property
    def words(self) -> Words:
        """Texts and number formats of the language."""
        return Words(self.lang)

    @property
    def profile(self) -> Profile:
        """Profile of the scenario's city."""
        return load_profile(self.scenario.city)

    def say(self, key: str, **values: object) -> str:
        """A text of the page."""
        return say(self.lang, key, **values)

    @property
    def policies(self) -> dict[str, Policy]:
        """Policies by title; by title and name where two have the same title."""
        titles = [localised(p.title, self.lang) for p in self.scenario.policies]
        names = [
            t if titles.count(t) == 1 else f"{t} ({p.name})"
            for t, p in zip(titles, self.scenario.policies, strict=True)
        ]
        return dict(zip(names, self.scenario.policies, strict=True))

    @property
    def shares(self) -> dict[str, float]:
        """Shares of the people."""
        return {self.words.percent(share): share for share in sorted({*SHARES, self.scale})}

    @property
    def budgets(self) -> dict[str, float | None]:
        """Budgets; None leaves the policy's own."""
        return {self.say("as_policy"): None, **{self.words.percent(b): b for b in BUDGETS}}

    @property
    def hours(self) -> dict[str, float | None]:
        """Training hours; None leaves the policy's own."""
        return {self.say("as_policy"): None, **{self.words.number(h, 0): h for h in HOURS}}

    def controls(self) -> dict[str, Any]:
        """`model_params` of SolaraViz."""
        first = next(t for t, p in self.policies.items() if p.name == (self.policy or self.scenario.reference))

        def select(key: str, values: dict[str, Any], value: str) -> dict[str, Any]:
            return {"type": "Select", "label": self.say(key), "values": list(values), "value": value}

        def slider(key: str, value: int, low: int, high: int) -> dict[str, Any]:
            return {"type": "SliderInt", "label": self.say(key), "value": value, "min": low, "max": high, "step": 1}

        return {
            "choices": self,
            "policy": select("control_policy", self.policies, first),
            "budget": select("control_budget", self.budgets, self.say("as_policy")),
            "hours": select("control_hours", self.hours, self.say("as_policy")),
            "share": select("control_share", self.shares, self.words.percent(self.scale)),
            "draw": slider("control_draw", 0, 0, self.scenario.draws - 1),
            "seed": slider("control_seed", self.seed, 0, max(HIGHEST_SEED, self.seed)),
        }

    def first(self) -> ShownCity:
        """The city that the page opens with."""
        return ShownCity(**{name: c["value"] if isinstance(c, dict) else c for name, c in self.controls().items()})


class ShownCity(CityModel):
    """A city made from what was chosen on the page. A plan that is refused is shown without its levers, and `refused` says why.

    When `closing` is set no city moves on: otherwise a page that is playing would keep the server running until its last month.
    """

    closing: ClassVar[Event] = Event()

    def __init__(
        self, choices: Choices, policy: str, budget: str, hours: str, share: str, draw: int, seed: int
    ) -> None:
        chosen = {"budget_factor": choices.budgets[budget], "training__hours_per_person": choices.hours[hours]}
        plan, refused = choices.policies[policy], ""
        try:
            changed = with_levers(plan, {name: value for name, value in chosen.items() if value is not None})
            pack(changed, choices.profile)
            plan = changed
        except InputError as error:
            refused = str(error)
        super().__init__(
            choices.scenario, plan, draw=draw, seed=seed, scale=choices.shares[share], parameters=choices.parameters
        )
        self.refused = refused
        self.start = {measure.key: tiles.seen(self, measure) for measure in tiles.MEASURES}

    def step(self) -> None:
        """Run one month."""
        if self.closing.is_set():
            self.running = False
            return
        super().step()


def choose(
    scenario: Scenario | str | Path | None = None, lang: str = "en", scale: float = PAGE_SHARE, seed: int | None = None,
    policy: str | None = None, parameters: Asked = POSTERIOR,
) -> Choices:  # fmt: skip
    """What the page opens with, checked.

    Args:
        scenario: a Scenario, the path of its file, or None for the shipped one.
        lang: 'en' or 'id'.
        scale: share of the people simulated at first.
        seed: seed of chance at first; None takes the scenario's.
        policy: name of the policy at first; None takes the reference.
        parameters: what to draw from, see `CityModel`.

    Raises: InputError for a missing file, an unknown policy or language, a scale that is not allowed, a city without a posterior, or a map
    of the city that names what is no kecamatan.
    """
    assumed = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    Words(lang)
    if isinstance(scale, str | bool) or not 0 < scale <= 1:
        raise InputError(f"scale: found {scale!r}; allowed: above 0, up to 1")
    tiles.placed(load_profile(assumed.city))
    name = assumed.policy(policy or assumed.reference).name
    source = source_of(parameters, assumed.city)
    return Choices(assumed, lang, float(scale), whole("seed", assumed.seed if seed is None else seed), name, source)
