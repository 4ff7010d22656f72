"""Outcomes: one table of names that every result follows, and a run that fills all of it."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.city import build_city, load_profile
from simulation.declared import declared
from simulation.engine.memory import Engine
from simulation.levers import pack
from simulation.outcomes import COLUMN, NAMES, OUTCOMES, Outcome, as_records
from simulation.parameters import default
from simulation.scenario import Scenario
from simulation.schedule import BEFORE, run
from tests import ROOT

MONTHS = 14  # a December and a January are in it
PERCENT = ("job_match", "in_use", "side_payments", "favouritism", "satisfied", "trust", "trusting", "dissatisfied", "completed", "in_time",
           "informed")  # fmt: skip


@pytest.fixture(scope="module")
def rows() -> np.ndarray:
    """Status quo and the integrated strategy for 14 months at one in a hundred, over rows of NaN: float64 (2, 15, outcomes)."""
    root = ROOT
    scenario, profile = Scenario.load(root / "scenarios" / "tangsel.yaml"), load_profile("tangsel")
    reference, integrated = (pack(scenario.policy(n), profile) for n in ("status_quo", "integrated"))
    engine, filled = Engine(build_city("tangsel", 0.01)), np.full((2, MONTHS + 1, len(NAMES)), np.nan)
    levers = np.concatenate([reference, reference, integrated])
    run(
        engine.city,
        engine.state,
        engine.work,
        engine.moving,
        engine.kept,
        levers,
        default().draw(1, 0),
        np.int64(7),
        0,
        MONTHS,
        1,
        as_records(filled),
    )
    return filled


def column(rows: np.ndarray, name: str) -> np.ndarray:
    """One outcome: (policies, months + 1)."""
    return rows[:, :, COLUMN[name]]


def test_names_are_unique_and_complete() -> None:
    """Guards: two columns of one name, and a row of the policy paper that nothing measures."""
    assert len(NAMES) == len(set(NAMES)) == len(COLUMN)
    wanted = {"competence", "job_match", "in_use", "ip_asn", "integrity", "side_payments", "favouritism", "responsiveness", "process",
              "people", "satisfaction", "ikm", "units_p10", "trust", "trusting", "trust_sd", "trust_gap", "complaints_per_100",
              "completed", "in_time", "repair_months", "informed", "programme_quality", "revised_wrongly", "kept_wrongly", "jp", "cost",
              "citizen_hours", "citizen_rupiah"}  # fmt: skip
    assert wanted <= set(NAMES)


def test_labels_units_and_directions() -> None:
    """Guards: an outcome that a report cannot print in one of its languages, or colours without a direction."""
    for o in OUTCOMES:
        assert o.en and o.id and o.en != o.id, o.name
        assert o.unit and o.better in (-1, 0, 1), o.name
    for labels in ([o.en for o in OUTCOMES], [o.id for o in OUTCOMES]):
        assert len(set(labels)) == len(labels)
    better = {o.name: o.better for o in OUTCOMES}
    assert (better["trust"], better["side_payments"], better["complaints"], better["cost"]) == (1, -1, 0, -1)


def test_rows_are_records_of_the_same_memory() -> None:
    """Guards: a record that names columns in another order than results do, or a copy that the engine would fill in vain."""
    rows = np.arange(2.0 * 3 * len(NAMES)).reshape(2, 3, len(NAMES))
    records = as_records(rows)
    assert records.shape == (2, 3) and records.dtype.names == NAMES and np.shares_memory(rows, records)
    for name in NAMES:
        assert np.array_equal(records[name], rows[:, :, COLUMN[name]]), name


def test_an_outcome_without_a_declaration_is_refused() -> None:
    """Guards: a column without unit, direction and names."""

    class Bare:
        visits: float

    with pytest.raises(TypeError, match=r"Bare\.visits: declare it as Annotated\[\.\.\., Outcome"):
        declared(Bare, Outcome)


def test_a_run_fills_every_column(rows: np.ndarray) -> None:
    """Guards: a column that nobody writes: rows are NaN before the run and none may stay so, nor be zero in every month."""
    assert rows.shape == (2, MONTHS + 1, len(NAMES))
    assert [n for n in NAMES if not np.isfinite(column(rows, n)).all()] == []
    empty = {n for n in NAMES if not column(rows, n).any()}
    assert empty <= {"revisions", "revised_wrongly", "kept_wrongly"}


def test_both_policies_start_alike(rows: np.ndarray) -> None:
    """Guards: a policy with a better start."""
    assert np.array_equal(rows[0, 0], rows[1, 0])
    assert not np.array_equal(rows[0, -1], rows[1, -1])


def test_outcomes_stay_inside_their_units(rows: np.ndarray) -> None:
    """Guards: a share above 100, an index off its scale, a negative count or cost."""
    for name in PERCENT:
        values = column(rows, name)
        assert values.min() >= 0.0 and values.max() <= 100.0, name
    for name in ("nrr_process", "nrr_people"):
        assert column(rows, name).min() >= 1.0 and column(rows, name).max() <= 4.0
    for name in ("ikm", "ip_asn"):
        assert column(rows, name).min() > 25.0 and column(rows, name).max() <= 100.0
    for o in OUTCOMES:
        # Of a year's budget most is spent from February to November, so a month's twelfth of it is not enough then.
        if o.name != "unspent" and o.unit.startswith(
            ("Rp", "thousand", "reports", "a month", "cumulative", "JP", "per 100", "months", "points")
        ):
            assert column(rows, o.name).min() >= 0.0, o.name


def test_cost_is_the_sum_of_its_items(rows: np.ndarray) -> None:
    """Guards: an item that is paid twice or forgotten."""
    items = sum(column(rows, f"cost_{k}") for k in ("training", "integrity", "evaluation", "participation", "needs"))
    assert column(rows, "cost") == pytest.approx(items, rel=1e-12, abs=1e-9)


def test_month_zero_meets_its_targets(rows: np.ndarray) -> None:
    """Guards: a start away from today: trust as the poll has it, and everything that is measured against the start near zero."""
    target = 100 * float(default().draw(1, 0)["trust_level"][0])
    assert column(rows, "trusting")[0, 0] == pytest.approx(target, abs=0.1)
    for name in ("competence", "process", "people", "satisfaction"):
        assert abs(column(rows, name)[0, 0]) < 0.25, name
    assert column(rows, "job_match")[0, 0] == pytest.approx(60.0, abs=2.0)


def test_start_is_a_january() -> None:
    """Guards: a plan whose first year begins in mid-year, so that its seats would come late."""
    assert BEFORE % 12 == 0
