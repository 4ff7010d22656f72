"""CityModel: the same bits as an ensemble, and Mesa's own tools on it.

Guards: a face of the model that drifts from the engine, a lever that is mistyped and silently ignored, tools of Mesa that fail on
one of its versions, models that are never freed.
"""

from __future__ import annotations

import copy
import gc
import inspect
import warnings
import weakref
from collections import Counter
from operator import attrgetter
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import pandas as pd
import pytest

from data.errors import InputError
from simulation import CityModel, Ensemble, Scenario
from simulation.mesa_face.agents import Citizen, CivilServant, OwnAgent, Unit
from simulation.outcomes import NAMES
from simulation.parameters import default
from simulation.posterior.checked import calibrated

MONTHS = 13


@pytest.fixture(scope="module")
def scenario(root: Path) -> Scenario:
    return Scenario.load("tangsel")


def run(model: CityModel, months: int) -> Any:
    """Rows of outcomes, month 0 and after."""
    for _ in range(months):
        model.step()
    return model.history[list(NAMES)].to_numpy()


@pytest.mark.parametrize(("policy", "draw", "seed"), [("status_quo", 0, 1), ("integrated", 3, 1), ("integrated", 3, 9)])
def test_same_bits_as_an_ensemble(scenario: Scenario, policy: str, draw: int, seed: int) -> None:
    """A researcher who steps a model must see the runs that the comparison is made of, bit for bit."""
    ensemble = Ensemble(scenario, seed=seed, scale=0.01, workers=1, policies=["evaluate_and_adapt", policy])
    mine = run(CityModel(scenario, policy, draw=draw, seed=seed), MONTHS)
    assert np.array_equal(mine, ensemble.rows(draw)[1, : MONTHS + 1])


def test_shocks_that_the_scenario_leaves_out_are_left_out(scenario: Scenario) -> None:
    calm = scenario.with_(shocks=scenario.shocks.model_copy(update={"political_noise": False, "scandals": False}))
    mine = run(CityModel(calm, draw=2), MONTHS)
    assert np.array_equal(mine, Ensemble(calm, scale=0.01, workers=1, policies=["status_quo"]).rows(2)[0, : MONTHS + 1])
    assert not np.array_equal(mine, run(CityModel(scenario, draw=2), MONTHS))


def test_no_draw_is_the_median_with_the_luck_of_draw_0(scenario: Scenario) -> None:
    model = CityModel(scenario)
    assert model.nature == calibrated(scenario.city).median()
    assert CityModel(scenario, parameters="prior").nature == default().median() != model.nature
    assert model.luck == CityModel(scenario, draw=0).luck
    assert model.policy == scenario.policy(scenario.reference)


def test_two_models_do_not_share_their_state(scenario: Scenario) -> None:
    """The city is cached: state in it would leak from one model to the next."""
    alone = run(CityModel(scenario, draw=1), 3)
    one, other = CityModel(scenario, draw=1), CityModel(scenario, "integrated", draw=1)
    for _ in range(3):
        one.step()
        other.step()
    assert np.array_equal(one.history[list(NAMES)].to_numpy(), alone)


def test_outcomes_by_name(scenario: Scenario) -> None:
    model = CityModel(scenario)
    model.step()
    assert model.outcomes["trust"] == model.trust == model.history["trust"].iloc[-1]
    assert list(model.history["month"]) == [0, 1] and model.month == model.steps == 1
    with pytest.raises(AttributeError, match="did you mean 'trust'"):
        attrgetter("trsut")(model)
    with pytest.raises(AttributeError, match="outcome"):
        model.trust = 99.0  # would hide the outcome for ever
    assert model.trust < 99.0
    own = {n for c in CityModel.__mro__ for n in vars(c)} | set(vars(model))
    assert not own & set(NAMES), "an outcome hidden by an attribute of the model"


def test_a_model_has_a_date_where_its_scenario_has_a_start_year(scenario: Scenario) -> None:
    """Guards: a date that does not move with the months, or that changes a bit of the run."""
    plain, dated = CityModel(scenario), CityModel(scenario.with_(start_year=2027))
    assert np.array_equal(run(plain, 2), run(dated, 2))
    assert str(dated.date) == "2027-03-01" and plain.date is None


def test_it_stops_at_the_horizon(scenario: Scenario) -> None:
    model = CityModel(scenario.with_(months=12))
    model.run_model()
    assert model.month == 12


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            {"training__hour_per_person": 30},
            "training__hour_per_person: unknown lever; did you mean 'training__hours_per_person'?",
        ),
        ({"training__hours_per_person": "many"}, "training.hours_per_person: found 'many'"),
        ({"evaluation__design": "pre_posts"}, "did you mean 'pre_post'"),
        ({"training__providers__university": 0.5}, "must add up to 1"),
        ({"budget_factor": -1.0}, "budget_factor: found -1.0"),
        ({"needs__accuracy": 1.0, "budget_factor": 0.01}, "budget"),
        ({"policy": "integratd"}, "did you mean 'integrated'?"),
        ({"scenario": "nowhere.yaml"}, "nowhere.yaml: no such file"),
        ({"scale": 0}, "scale: found 0"),
        ({"draw": -1}, "draw: found -1"),
        ({"seed": 1.5}, "seed: found 1.5"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line(given: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError) as caught:
        CityModel(**given)
    assert told in str(caught.value) and "\n" not in str(caught.value)


def test_levers_change_the_policy_and_the_run(scenario: Scenario) -> None:
    model = CityModel(
        scenario, "integrated", training__hours_per_person=np.float64(30), evaluation__adapt=np.bool_(False)
    )
    before = scenario.policy("integrated")
    moved = {k: v for k, v in model.policy.levers().items() if v != before.levers()[k]}
    assert moved == {"training.hours_per_person": 30.0, "evaluation.adapt": False}
    assert (model.policy.title, model.policy.note) == (before.title, before.note)
    assert not np.array_equal(run(model, MONTHS), run(CityModel(scenario, "integrated"), MONTHS))


def test_a_policy_set_in_the_middle_counts_from_the_next_month(scenario: Scenario) -> None:
    model, plain = CityModel(scenario), CityModel(scenario)
    run(plain, 24)
    run(model, 12)
    model.policy = scenario.policy("integrated_plus")
    run(model, 12)
    mine, theirs = model.history["cost"], plain.history["cost"]
    assert (mine[:13] == theirs[:13]).all() and (mine[13:].sum() > theirs[13:].sum())


def test_data_collector_with_model_agent_and_type_reporters(scenario: Scenario) -> None:
    class Watched(CityModel):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.datacollector = mesa.DataCollector(
                model_reporters={"trust": "trust", "units": lambda m: len(m.units)},
                agent_reporters={"kind": lambda a: type(a).__name__},
                agenttype_reporters={CivilServant: {"integrity": "integrity"}, Unit: {"kecamatan": "kecamatan"}},
            )
            self.datacollector.collect(self)

        def step(self) -> None:
            super().step()
            self.datacollector.collect(self)

    model = Watched(scenario)
    model.step()
    collector = model.datacollector
    assert list(collector.get_model_vars_dataframe()["trust"]) == list(model.history["trust"])
    everybody = collector.get_agent_vars_dataframe()
    assert everybody.index.is_unique and len(everybody) == 2 * len(model.agents)
    staff = collector.get_agenttype_vars_dataframe(CivilServant)
    assert staff.loc[1]["integrity"].mean() == pytest.approx(model.integrity)
    assert len(collector.get_agenttype_vars_dataframe(Unit)) == 2 * len(model.units)


@pytest.mark.slow
def test_batch_run_over_two_levers_with_one_and_two_processes(scenario: Scenario, root: Path) -> None:
    """The worker processes start from nothing: what they return must be the same bits."""
    varied = {
        "scenario": "tangsel", "policy": "evaluate_and_adapt", "draw": [4],
        "training__hours_per_person": [20, 30], "evaluation__adapt": [True, False],
    }  # fmt: skip
    tables = []
    for processes in (1, 2):
        rows = mesa.batch_run(CityModel, varied, number_processes=processes, max_steps=24, display_progress=False)
        tables.append(pd.DataFrame(rows).sort_values("RunId", ignore_index=True))
    assert tables[0].equals(tables[1])
    assert len(tables[0]) == 4 and tables[0]["Step"].eq(24).all()
    last = CityModel(scenario, "evaluate_and_adapt", draw=4, training__hours_per_person=30, evaluation__adapt=False)
    run(last, 24)
    found = tables[0].query("training__hours_per_person == 30 and not evaluation__adapt").iloc[0]
    assert found["competence"] == last.competence and found["cost"] == last.cost
    assert tables[0]["competence"].nunique() > 1


def test_agents_by_type_as_mesa_gives_them(scenario: Scenario) -> None:
    """The words of Mesa's tutorials on `model.agents` and `model.agents_by_type`, against loops over every agent."""
    model = CityModel(scenario, draw=2)
    model.step()
    by_type = model.agents_by_type
    assert list(by_type) == model.agent_types == [CivilServant, Unit, Citizen]
    for kind, agents in by_type.items():
        everybody = [agent for agent in model.agents if isinstance(agent, kind)]
        assert isinstance(agents, type(model.agents)) and isinstance(agents, type(model.agents).__mro__[1])
        assert list(agents) == everybody == list(model.agents.select(agent_type=kind))
        assert agents.get("unique_id") == [agent.unique_id for agent in everybody]
        groups = agents.groupby("kecamatan")
        assert {name: len(group) for name, group in groups} == dict(Counter(agent.kecamatan for agent in everybody))
    citizens = by_type[Citizen]
    doubting = citizens.select(lambda citizen: citizen.trust < 0.5)
    alone = [citizen.trust for citizen in citizens if citizen.trust < 0.5]
    assert 0 < len(doubting) < len(citizens) and doubting.get("trust") == alone
    assert doubting.agg("trust", [min, max, len]) == [min(alone), max(alone), len(alone)]
    means = citizens.groupby("kecamatan").agg("trust", np.mean)
    assert means["Setu"] == pytest.approx(np.mean([c.trust for c in citizens if c.kecamatan == "Setu"]))
    assert model.agents.select(lambda a: isinstance(a, Unit)).agg("size", sum) == len(by_type[CivilServant])


class Gossip(Citizen):
    """A researcher's citizen, who talks to another."""

    def talk(self) -> None:
        other = self.random.choice(self.model.talkers)
        if other.kecamatan == self.kecamatan:
            middle = 0.5 * (self.trust + other.trust)
            self.trust = other.trust = middle


class GossipCity(CityModel):
    """A researcher's model: one more process after the month."""

    kinds = (CivilServant, Unit, Gossip)

    def step(self) -> None:
        super().step()
        self.talkers = self.citizens.select(at_most=300)
        self.talkers.shuffle_do("talk")


def test_a_process_and_an_agent_of_a_researcher(scenario: Scenario) -> None:
    """What a method writes through a view must reach the next month, the same way in every run, and nobody else."""
    city, again, plain = GossipCity(scenario, draw=1), GossipCity(scenario, draw=1), CityModel(scenario, draw=1)
    before = plain.citizens.values("trust")
    assert np.array_equal(run(city, 3), run(again, 3))
    run(plain, 3)
    assert np.array_equal(city.history.loc[:1], plain.history.loc[:1]), "the process comes after the first month"
    assert city.trust_sd < plain.trust_sd, "talking evens trust out"
    assert not np.array_equal(city.citizens.values("trust")[:300], plain.citizens.values("trust")[:300])
    assert city.agent_types == [CivilServant, Unit, Gossip] and isinstance(city.citizens[0], Gossip)
    assert np.std(city.citizens.values("trust")[:300]) < np.std(before[:300])


class Journalist(OwnAgent):
    """A real Mesa agent that a researcher adds."""

    def __init__(self, model: CityModel) -> None:
        super().__init__(model)
        self.stories = 0

    def step(self) -> None:
        self.stories += 1


def test_real_agents_live_beside_the_views(scenario: Scenario) -> None:
    model = CityModel(scenario)
    mine = [Journalist(model) for _ in range(3)]
    assert [a.unique_id for a in mine] == [1, 2, 3]
    assert len(model.agents) == sum(len(s) for s in model.agents_by_type.values())
    assert mine[1] in model.agents and model.agent_types[-1] is Journalist
    model.agents.select(agent_type=Journalist).shuffle_do("step")
    assert [a.stories for a in mine] == [1, 1, 1]
    ids = model.agents.get("unique_id")
    assert len(ids) == len(set(ids))
    mine[0].remove()
    assert model.agents.select(agent_type=Journalist).get("unique_id") == [2, 3]


def test_models_are_freed(scenario: Scenario) -> None:
    """Mesa 3.3 keeps every model that made a real agent; views and OwnAgent must not."""
    models: list[weakref.ref[CityModel]] = []
    for draw in range(50):
        model = CityModel(scenario, draw=draw, scale=0.001)
        Journalist(model)
        model.step()
        model.citizens.shuffle_do("step")
        kept = copy.copy(model.units)
        models.append(weakref.ref(model))
    del model, kept
    gc.collect()
    assert len(models) == 50
    assert not [ref for ref in models if ref() is not None]


def test_iterations_of_a_batch_are_said_to_be_the_same_run(scenario: Scenario) -> None:
    """Guards: three identical runs that somebody takes for three draws, or a warning for each of a thousand."""
    settings: dict[str, Any] = {"max_steps": 1, "display_progress": False}
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("default")
        rows = mesa.batch_run(CityModel, {"scenario": [scenario]}, iterations=3, **settings)
    assert len({row["trust"] for row in rows}) == 1 and len(rows) == 3
    said = [str(w.message) for w in told if w.category is UserWarning]
    assert len(said) == 1 and 'vary the draw: parameters={"draw": range(20)}' in said[0]
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        rows = mesa.batch_run(CityModel, {"scenario": [scenario], "draw": range(3)}, **settings)
        assert len({row["trust"] for row in rows}) == 3
        if "rng" in inspect.signature(mesa.batch_run).parameters:  # Mesa 3.5 seeds its iterations
            rows = mesa.batch_run(CityModel, {"scenario": [scenario]}, rng=[1, 2], **settings)
            assert len({row["trust"] for row in rows}) == 2
        CityModel(scenario)
