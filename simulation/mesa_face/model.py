"""CityModel: the city as a Mesa model, one month a step, for DataCollector, batch_run and a researcher's own processes.

It runs the same compiled month as `simulation.Ensemble`: the same bits for the same policy, draw and seed.
"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import mesa
import numpy as np
import numpy.typing as npt

from data.errors import InputError, nearest
from data.notebook import table
from simulation.city import build_city, load_profile, unit_rows
from simulation.engine.compiled import announce_compile
from simulation.engine.draws import luck_of
from simulation.engine.memory import Engine
from simulation.engine.records import Float64s, Ints
from simulation.levers import pack
from simulation.mesa_face.agents import Citizen, CivilServant, Unit
from simulation.mesa_face.arguments import load_scenario, whole, with_levers
from simulation.mesa_face.iterations import warn_of_iterations
from simulation.mesa_face.own_luck import uniform
from simulation.mesa_face.rows import REAL, Rows
from simulation.mesa_face.views import Kind, View, kind_of
from simulation.outcomes import COLUMN, NAMES, OUTCOMES
from simulation.policy import Policy
from simulation.posterior.parameter_source import DRAWN_FROM, POSTERIOR, Asked, source_of
from simulation.scenario import Scenario, without_shocks

if TYPE_CHECKING:
    import pandas as pd

HEADLINE = ("competence", "integrity", "side_payments", "satisfied", "trust", "cost")  # outcomes that a notebook shows
Model: Any = mesa.Model  # as Any: see simulation.mesa_face.views.Agent
DataCollector: Any = mesa.DataCollector


class CityModel(Model):  # type: ignore[misc]
    """A city of civil servants, units and citizens under one policy.

    Args:
        scenario: a Scenario, the path of its file, or None for the shipped one.
        policy: a Policy, the name of one of the scenario's, or None for its reference (which settles the city in any case).
        draw: number of the draw of parameters; None takes every parameter at its median, with the luck of draw 0.
        seed: seed of draws and luck; None takes the scenario's.
        scale: share of the adults that are simulated, above 0 up to 1; of the civil servants see `Scenario`.
        parameters: what to draw from, see `Ensemble`: "posterior" of the city, "prior", a posterior file or `Parameters`.
        kwargs: levers of the policy to change, dots written as two underscores: training__hours_per_person=30. (The name is Mesa's:
            SolaraViz of Mesa 3.3 gives sliders of other names to a model only when its last argument is called so.)

    Attributes:
        assumptions: the Scenario (Mesa keeps the name `scenario` for itself); month: months since the start; policy; city; engine;
        drawn_from: what the parameters are drawn from, in words `str(model.drawn_from)`.
        Every outcome of the last month by its name: model.trust, model.competence ...
        datacollector: Mesa's, filled with every outcome at the start and each month. Put your own in its place, and call its `collect`.

    With batch_run, give one month more than you want (max_steps=60 runs 61 in Mesa 3.3 and reports month 60), put a Scenario in a list,
    and vary `draw`: parameters={"draw": range(20)}. `iterations` repeats the same run, because a model is told nothing of its iteration
    (a warning says so); Mesa 3.5 sets `seed` itself. Reading agents one by one takes seconds a month at scale 1: use 0.01 for that.

    Raises: InputError for a missing file, an unknown policy or lever (with the nearest), a value that is not allowed, or a policy that
    costs more than its budget.
    """

    kinds: ClassVar[tuple[type[View], ...]] = (
        CivilServant,
        Unit,
        Citizen,
    )  # a subclass may put classes of its own in their place

    def __init__(
        self, scenario: Scenario | str | Path | None = None, policy: Policy | str | None = None, *, draw: int | None = None,
        seed: int | None = None, scale: float = 0.01, parameters: Asked = POSTERIOR, **kwargs: Any,
    ) -> None:  # fmt: skip
        warn_of_iterations()
        assumed = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
        number = whole("draw", 0 if draw is None else draw)
        self.draw, self.seed = draw, whole("seed", assumed.seed if seed is None else seed)
        self.luck = luck_of(self.seed, number)
        super().__init__(rng=self.luck)
        if isinstance(scale, str | bool) or not 0 < scale <= 1:
            raise InputError(f"scale: found {scale!r}; allowed: above 0, up to 1")
        self.assumptions, self.scale = assumed, float(scale)
        self.profile = load_profile(assumed.city)
        chosen = assumed.policy(policy or assumed.reference) if not isinstance(policy, Policy) else policy
        self.policy = with_levers(chosen, kwargs)
        self.drawn_from = source_of(parameters, assumed.city)
        uncertain = self.drawn_from.parameters
        nature = uncertain.median() if draw is None else uncertain.draw(self.seed, number)
        self.nature = without_shocks(nature, assumed)
        self.city = build_city(assumed.city, self.scale, assumed.staff_scale)
        self.engine = Engine(self.city, branches=False)
        self._describe()
        announce_compile()
        reference = pack(assumed.policy(assumed.reference), self.profile)
        self._rows = [self.engine.settle(reference, self.nature, self.luck)]
        self.datacollector = self._outcomes = DataCollector(model_reporters={name: name for name in NAMES})
        self.datacollector.collect(self)

    def _describe(self) -> None:
        """Names and row numbers that views show. The last kecamatan is empty: -1 stands for the whole city."""
        units = unit_rows(self.profile.numbers)
        titles = {u["kind"]: u["title"] for u in self.profile.numbers["units"]}
        self.unit_kinds = np.array([u["kind"] for u in units])
        self.unit_titles = np.array([titles[u["kind"]] for u in units])
        self.kecamatan_names = np.array([*(k["name"] for k in self.profile.numbers["kecamatan"]), ""])
        self._members = {
            CivilServant: np.arange(len(self.city.status)),
            Unit: np.arange(len(self.city.units.first)),
            Citizen: np.arange(int(self.city.areas.adults.sum())),
        }

    def uniform(self, decision: str, agents: Rows) -> Float64s:
        """Luck for a process of one's own: uniform numbers in (0, 1), one an agent, float64 (agents,).

        A number depends on the luck of the draw, the name of the decision, the month and the agent, never on who else draws or on the
        policy. Decisions of the engine have streams of their own. Within a month one name gives the same numbers again: give a second
        decision a second name.

        Args: decision, its name, such as "mentoring"; agents, a set such as `model.civil_servants`.
        Raises: InputError for a decision without a name.
        """
        return uniform(self.luck, decision, self.month, *agents.kinds_and_rows())

    def __repr__(self) -> str:
        draw = "medians" if self.draw is None else f"draw {self.draw}"
        where = f"{self.assumptions.city}, {self.policy.name}, month {self.month}, {draw}, seed {self.seed}, scale {self.scale:g}"
        return f"{type(self).__name__}({where}, drawn from {self.drawn_from})"

    def _repr_html_(self) -> str:
        said = {o.name: (o.en, o.unit) for o in OUTCOMES}
        start, now = (dict(zip(NAMES, row.tolist(), strict=True)) for row in (self._rows[0], self._rows[-1]))
        rows = [(said[n][0], f"{start[n]:.4g}", f"{now[n]:.4g}", said[n][1]) for n in HEADLINE]
        when = f"month {self.month} of {self.assumptions.months}" + ("" if self.date is None else f" ({self.date})")
        draw = "medians of the parameters" if self.draw is None else f"draw {self.draw}"
        note = f"{draw}, seed {self.seed}, scale {self.scale:g}, drawn from {self.drawn_from}"
        caption = f"{self.profile.title}, {self.policy.title.en}: {when}"
        return table(caption, ["outcome", "at the start", "now", "unit"], rows, note)

    def step(self) -> None:
        """Run one month."""
        self._rows.append(self.engine.step(self._levers, self.nature, self.luck, self.month))
        self.running = self.month < self.assumptions.months
        if self.datacollector is self._outcomes:
            self.datacollector.collect(self)

    @property
    def month(self) -> int:
        """Months since the start."""
        return len(self._rows) - 1

    @property
    def date(self) -> datetime.date | None:
        """The day on which the present month has ended, None where the scenario has no start year; see `Scenario.calendar`."""
        return self.assumptions.calendar(self.month)

    @property
    def policy(self) -> Policy:
        """The policy in force; a new one counts from the next month."""
        return self._policy

    @policy.setter
    def policy(self, policy: Policy) -> None:
        self._levers = pack(policy, self.profile)
        self._policy = policy

    @property
    def outcomes(self) -> dict[str, float]:
        """Outcomes of the last month by name, see `simulation.outcomes`."""
        return dict(zip(NAMES, self._rows[-1].tolist(), strict=True))

    @property
    def history(self) -> pd.DataFrame:
        """Outcomes so far: month, then one column an outcome."""
        import pandas as pd

        table = pd.DataFrame(np.stack(self._rows), columns=list(NAMES))
        table.insert(0, "month", np.arange(len(table), dtype=np.int64))
        table.attrs[DRAWN_FROM] = str(self.drawn_from)
        return table

    @property
    def scenario(self) -> Scenario:
        """Mesa 3.5 looks here for a scenario of its own kind; there is none."""
        raise AttributeError(
            "Mesa keeps the name 'scenario' for itself; the scenario of this model is model.assumptions"
        )

    @scenario.setter
    def scenario(self, value: object) -> None:
        if isinstance(value, Scenario):
            raise AttributeError("the scenario of a model is fixed; make a new model with it")

    def __getattr__(self, name: str) -> Any:
        if name in COLUMN and "_rows" in self.__dict__:
            return float(self.__dict__["_rows"][-1][COLUMN[name]])
        if isinstance(getattr(type(self), name, None), property):  # it failed inside: let its own error through
            return object.__getattribute__(self, name)
        close = None if name.startswith("_") else nearest(name, [n for n in dir(self) if not n.startswith("_")])
        hint = f"; did you mean '{close}'?" if close else ""
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}{hint}")

    def __setattr__(self, name: str, value: object) -> None:
        if name in COLUMN:
            raise AttributeError(f"{name} is an outcome, read off the city each month; change agents or levers instead")
        super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *NAMES})

    # --- agents ------------------------------------------------------------------------------------------------------------------

    def members(self, kind: type[View]) -> Ints:
        """Rows of a kind, in order."""
        return next(rows for base, rows in self._members.items() if issubclass(kind, base))

    def view(self, base: type[Kind], row: int) -> Kind:
        """The agent of a row. Raises InputError for a row that the city does not have."""
        return kind_of(self, base)(self, row)

    def rows(self, base: type[View], rows: npt.ArrayLike | None = None) -> Rows:
        """Agents of a kind as a set: all, or those of some rows."""
        return Rows.of(self, base, self.members(base) if rows is None else rows)

    @property
    def civil_servants(self) -> Rows:
        """Every civil servant."""
        return self.rows(CivilServant)

    @property
    def units(self) -> Rows:
        """Every unit."""
        return self.rows(Unit)

    @property
    def citizens(self) -> Rows:
        """Every adult."""
        return self.rows(Citizen)

    @property
    def agents(self) -> Rows:
        """Everybody: civil servants, units, citizens, and real Mesa agents that were added."""
        at = [self.members(kind) for kind in self.kinds]
        real = list(self._all_agents)
        kinds = [*(np.full(len(rows), i) for i, rows in enumerate(at)), np.full(len(real), REAL)]
        return Rows(self, np.concatenate(kinds), np.concatenate([*at, np.arange(len(real))]), real)

    @property
    def agents_by_type(self) -> dict[type, Any]:
        """A set for each kind, and for each class of real Mesa agents that were added."""
        return {**{kind: self.rows(kind) for kind in self.kinds}, **self._agents_by_type}

    @property
    def agent_types(self) -> list[type]:
        """The classes of agents in this model."""
        return list(self.agents_by_type)
