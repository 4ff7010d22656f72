"""A process that a researcher adds: paired with every other run, its own luck by coordinate, its source known.

Guards: a process of one's own that moves the luck of others, so that a difference is chance; results that hang on the number of workers;
a record that names a class nobody can look up.
"""

from __future__ import annotations

import importlib.util
import pickle
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from data.errors import InputError
from simulation import CityModel, Ensemble, Scenario
from simulation.engine import draws
from simulation.ensembles.runs import run_draws
from simulation.mesa_face.mentoring import Mentoring
from simulation.mesa_face.own_luck import OWN, decision_of, uniform
from simulation.mesa_face.own_process import class_name, importable, source_hash
from simulation.outcomes import COLUMN
from tests.simulation.mesa_face.own_processes import Distracted, Eager, Forgetful, NothingAdded

pytestmark = pytest.mark.slow  # runs whole studies: not in `make quick`

SIZE: dict[str, Any] = {"draws": 2, "scale": 0.01, "policies": ["status_quo", "integrated"]}


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    """A short one."""
    return Scenario.load("tangsel").with_(months=12)


@pytest.fixture(scope="module")
def plain(scenario: Scenario) -> pd.DataFrame:
    """Runs of the engine."""
    return Ensemble(scenario, **SIZE, workers=1).run()


@pytest.fixture(scope="module")
def mentored(scenario: Scenario) -> pd.DataFrame:
    """Runs with mentors, one after another."""
    return Ensemble(scenario, **SIZE, workers=1, model=Mentoring).run()


@pytest.mark.parametrize("model", [CityModel, NothingAdded])
def test_a_subclass_that_adds_nothing_gives_the_bits_of_the_engine(
    scenario: Scenario, plain: pd.DataFrame, model: type[CityModel]
) -> None:
    """Guards: a difference between runs of a model and runs of the engine that is no process."""
    pd.testing.assert_frame_equal(Ensemble(scenario, **SIZE, workers=1, model=model).run(), plain, check_exact=True)


def test_mentoring_is_paired(plain: pd.DataFrame, mentored: pd.DataFrame) -> None:
    """Guards: mentors who do nothing, or runs that differ by luck before the first of them has taught anybody."""
    assert list(plain.columns) == list(mentored.columns) and mentored.attrs == plain.attrs
    early = plain["month"] <= 1  # what is learned in month 1 counts from the next
    pd.testing.assert_frame_equal(mentored[early], plain[early], check_exact=True)
    late = plain["month"] == 12
    gain = (mentored["competence"] - plain["competence"])[late]
    assert (gain > 0.005).all() and (gain < 0.2).all()
    # News and careers come by the same luck: what competence does not reach is the same in every month.
    pd.testing.assert_series_equal(mentored["informed"], plain["informed"], check_exact=True)
    pd.testing.assert_series_equal(mentored["cost"], plain["cost"], check_exact=True)


def test_workers_and_executors_give_the_same_bits(scenario: Scenario, mentored: pd.DataFrame) -> None:
    """Guards: models on two threads that share their state."""
    two = Ensemble(scenario, **SIZE, workers=2, model=Mentoring)
    assert two.workers == 2
    pd.testing.assert_frame_equal(two.run(), mentored, check_exact=True)
    with ThreadPoolExecutor(2) as executor:
        pd.testing.assert_frame_equal(two.run(executor=executor), mentored, check_exact=True)
    sent = pickle.loads(pickle.dumps(two.plan))  # as to another process
    assert np.array_equal(run_draws(sent, [1])[1][0], two.rows(1))
    with pytest.raises(InputError, match=r"worker: has other source of simulation.mesa_face.mentoring:Mentoring"):
        run_draws(replace(sent, model_source="0" * 64, token="another"), [1])


def test_what_others_draw_changes_nothing(scenario: Scenario, mentored: pd.DataFrame) -> None:
    """Guards: luck that is a stream, so that a second process changes the first."""
    found = Ensemble(scenario, **SIZE, workers=1, model=Distracted).run()
    pd.testing.assert_frame_equal(found, mentored, check_exact=True)


def test_luck_is_a_coordinate(scenario: Scenario) -> None:
    """Guards: luck that hangs on the set, the order or the policy, or that two decisions, months, draws or kinds share."""
    model = CityModel(scenario, draw=1)
    staff = model.civil_servants
    luck = model.uniform("mentoring", staff)
    assert luck.shape == (len(staff),) and luck.dtype == np.float64
    assert ((luck > 0) & (luck < 1)).all() and len(set(luck)) == len(luck)
    assert abs(luck.mean() - 0.5) < 4 * np.sqrt(1 / 12 / len(luck))
    assert np.array_equal(model.uniform("mentoring", staff.sort("competence")), luck[_order(staff)])
    assert np.array_equal(model.uniform("mentoring", model.rows(model.kinds[0], [7, 3])), luck[[7, 3]])
    assert np.array_equal(CityModel(scenario, "integrated", draw=1).uniform("mentoring", staff), luck)
    others = [
        model.uniform("coaching", staff),
        CityModel(scenario, draw=2).uniform("mentoring", staff),
        model.uniform("mentoring", model.citizens)[: len(staff)],
    ]
    model.step()
    others.append(model.uniform("mentoring", staff))
    for other in others:
        assert not np.isin(other, luck).any()
    assert len(model.uniform("mentoring", model.agents)) == len(model.agents)
    with pytest.raises(InputError, match="a name for the decision is needed"):
        model.uniform("", staff)


def _order(staff: Any) -> Any:
    competence = staff.values("competence").tolist()
    return sorted(range(len(competence)), key=competence.__getitem__, reverse=True)


def test_own_decisions_never_meet_the_engine_s() -> None:
    """Guards: a process that is given the luck of the survey or of the news; equations that drifted from the engine's."""
    engine = [int(v) for v in vars(draws).values() if isinstance(v, np.uint64)]
    decisions = [n for n in engine if n < 1000]
    assert len(decisions) >= 28 and max(decisions) < OWN
    names = [f"decision {k}" for k in range(2000)]
    assert len({decision_of(name) for name in names}) == len(names)
    assert all(OWN <= decision_of(name) < 2**64 for name in names)
    # The same hash as the engine's, on its own numbers: kind is the area, row the place.
    shared = draws.key(12345, np.uint64(decision_of("a")), 7, 2)
    one = draws.unit_interval(draws.bits(shared, 90))
    assert uniform(12345, "a", 7, np.array([1, 2]), np.array([90, 90]))[1] == one


def test_a_class_in_no_file_runs_alone_and_cannot_be_sent(scenario: Scenario) -> None:
    """Guards: a class of a notebook that a worker cannot import, found out after an hour."""

    class InANotebook(Mentoring):
        pass

    ensemble = Ensemble(scenario, **SIZE, workers=2, model=InANotebook)
    assert ensemble.workers == 1 and "model InANotebook" in repr(ensemble)
    assert not importable(InANotebook)
    with ThreadPoolExecutor(1) as executor, pytest.raises(InputError) as caught:
        ensemble.run(executor=executor)
    assert "put the class into a file, such as inanotebook.py, and import it" in str(caught.value)
    with pytest.raises(InputError, match="in no file that can be imported"):
        source_hash(InANotebook)


@pytest.mark.parametrize("wrong", [Mentoring.step, "mentoring:Mentoring", dict, Ensemble])
def test_what_is_no_model_is_refused(scenario: Scenario, wrong: Any) -> None:
    """Guards: anything callable taken for a model."""
    with pytest.raises(InputError, match=r"^model: found .*a subclass of simulation.CityModel is needed"):
        Ensemble(scenario, model=wrong)


def test_a_step_that_runs_no_month_is_named(scenario: Scenario) -> None:
    """Guards: a loop without end where a subclass forgets the month."""
    with pytest.raises(InputError, match=r"Forgetful.step ran 0 months; call super\(\).step\(\) in it, once"):
        Ensemble(scenario, **SIZE, model=Forgetful).rows(0)


def test_the_hash_follows_source_and_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards: a record that says the same of two processes, or names a file that is not what ran."""
    file = tmp_path / "own_process_here.py"
    source = "from simulation import CityModel\nclass Own(CityModel):\n    share = 0.5\n    def step(self):\n        super().step()\n"
    file.write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("own_process_here", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "own_process_here", module)
    spec.loader.exec_module(module)
    assert class_name(module.Own) == "own_process_here:Own"
    first = source_hash(module.Own)
    assert first == source_hash(module.Own) and len(first) == 64
    monkeypatch.setattr(module.Own, "share", 0.6)
    assert source_hash(module.Own) != first
    monkeypatch.setattr(module.Own, "share", 0.5)
    file.write_text(source + "# a remark\n", encoding="utf-8")
    assert source_hash(module.Own) != first
    file.write_text(source.replace("super().step()", "super().step(); self.x = 1"), encoding="utf-8")
    with pytest.raises(InputError, match=r"own_process_here\.py was changed after Own was imported"):
        source_hash(module.Own)
    assert source_hash(Mentoring) != source_hash(Eager)


@pytest.mark.parametrize("kind", ["civil_servants", "units", "citizens"])
def test_final_state_is_the_end_of_the_run(scenario: Scenario, kind: str) -> None:
    """Guards: agents of another run than the outcomes are of."""
    ensemble = Ensemble(scenario, **SIZE, workers=1)
    frame = ensemble.final_state("integrated", 1, kind)
    model = CityModel(scenario, "integrated", draw=1)
    model.run_model()
    assert np.array_equal(model.history.iloc[-1, 1:].to_numpy(dtype=float), ensemble.rows(1)[1, -1])
    agents = getattr(model, kind)
    assert list(frame.columns[:4]) == ["policy", "draw", "seed", "row"] and len(frame) == len(agents)
    assert (
        set(frame["policy"]) == {"integrated"} and set(frame["draw"]) == {1} and set(frame["seed"]) == {scenario.seed}
    )
    for name in frame.columns[4:]:
        assert np.array_equal(frame[name].to_numpy(), agents.values(name)), name
    assert frame.attrs["drawn_from"] == str(ensemble.drawn_from)


def test_trust_by_kecamatan_is_a_groupby(scenario: Scenario) -> None:
    """Guards: a mean over agents that is not the outcome."""
    ensemble = Ensemble(scenario, **SIZE, workers=1)
    citizens = ensemble.final_state("status_quo", 0, "citizens")
    by = citizens.groupby("kecamatan")["trust"].mean()
    assert len(by) == 7 and (by.between(0, 1)).all()
    assert 100 * citizens["trust"].mean() == pytest.approx(ensemble.rows(0)[0, -1, COLUMN["trust"]], abs=1e-3)


def test_final_state_has_the_own_process(scenario: Scenario) -> None:
    """Guards: agents of the plain city beside outcomes of one's own process."""
    plain, own = (Ensemble(scenario, **SIZE, model=m).final_state("status_quo", 0) for m in (None, Eager))
    assert (own["competence"].mean() - plain["competence"].mean()) > 0.05


def test_final_state_refuses_what_is_not_there(scenario: Scenario) -> None:
    """Guards: a wrong kind or policy that ends in a traceback."""
    ensemble = Ensemble(scenario, **SIZE)
    with pytest.raises(InputError, match="did you mean 'citizens'"):
        ensemble.final_state("integrated", 0, "citizen")
    with pytest.raises(InputError, match="did you mean 'integrated'"):
        ensemble.final_state("integratd", 0)
