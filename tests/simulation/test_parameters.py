"""Parameters: pedigree, priors that decide nothing, and draws that do not depend on each other."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml
from scipy import stats

import data
from data.errors import InputError
from simulation import parameters as module
from simulation.parameters import Parameters, structural, uniform_of
from simulation.registry import REGISTRY, STRUCTURE, Parameter
from tests.cities import ROOT

CLASSES = {"measured", "literature", "calibrated", "assumed"}
# Effects whose prior stops at zero because the opposite has no meaning, with the reason; all others admit harm.
NO_HARM = {
    "training_effect_sd": "a spread",
    "revision_sd": "a spread",
    "audit_transport": "a share of an effect that itself may be harmful",
    "hours_on_waiting": "fewer people at the counter cannot shorten the wait",
    "capacity_effect": "more people cannot answer fewer reports",
    "halo_share": "a share of a slope: service that people lived through and liked does not cost trust",
}


@pytest.fixture(scope="module")
def shipped() -> Parameters:
    """The shipped parameters."""
    return Parameters.load()


@pytest.fixture(scope="module")
def evidence() -> set[str]:
    """What a parameter may cite: rows of the tables of facts, or a table as a whole."""
    rows = {str(i) for name in ("effects", "figures", "derived_moments") for i in data.load(name)["id"]}
    return rows | set(data.names())


def value_of(record: np.ndarray, name: str) -> float:
    """One number of a packed draw."""
    return float(record[name][0])


def test_names_are_unique_and_described() -> None:
    """Guards: one parameter that hides another, and a number without a unit or a reason."""
    names = [p.name for p in REGISTRY]
    assert len(names) == len(set(names))
    assert all(p.unit and p.why and p.used for p in REGISTRY)


@pytest.mark.parametrize("stage", ["registry", "shipped"])
def test_class_and_evidence(stage: str, shipped: Parameters, evidence: set[str]) -> None:
    """Guards: a number of unknown standing, an id that no table has, and a literature number that cites nothing."""
    table: list[Parameter] = list(REGISTRY if stage == "registry" else shipped.table.values())
    assert {p.klass for p in table} <= CLASSES
    assert {(p.name, e) for p in table for e in p.evidence if e not in evidence} == set()
    assert [p.name for p in table if p.klass in ("measured", "literature") and not p.evidence] == []


@pytest.mark.parametrize("stage", ["registry", "shipped"])
def test_class_follows_the_size(stage: str, shipped: Parameters) -> None:
    """Guards: a sign from literature that lends its name to a size of ours: a published number must stand behind the size."""
    numbers = (
        {
            str(row["id"])
            for table, column in (("effects", "estimate"), ("figures", "value"), ("derived_moments", "value"))
            for row in data.load(table).dropna(subset=[column]).to_dict("records")
        }
        | {str(whole) for whole in data.load("figures").dropna(subset=["part_of", "value"])["part_of"]}
        | set(data.names())
    )
    table = REGISTRY if stage == "registry" else shipped.table.values()
    for p in table:
        if p.klass in ("measured", "literature"):
            assert set(p.evidence) & numbers, f"{p.name}: none of {p.evidence} holds a number"
            assert "size assumed" not in p.why and "width assumed" not in p.why, p.name
    assert {p.name: p.klass for p in table}["disclosure_on_trust"] == "assumed"


def test_every_effect_may_be_nothing_and_may_harm(shipped: Parameters) -> None:
    """Guards the golden rule: a lever whose prior cannot be zero, or cannot hurt, has won before data arrive."""
    effects = [p for p in shipped.table.values() if p.effect]
    assert len(effects) > 25
    for p in effects:
        low, high = p.prior.value(1e-9), p.prior.value(1 - 1e-9)
        assert low < 1e-4 * high, f"{p.name} cannot be zero"
        if p.name in NO_HARM:
            assert low >= 0.0, f"{p.name} is listed as bounded at zero"
        else:
            assert p.prior.value(0.001) < 0, f"{p.name} cannot harm"
    assert set(NO_HARM) <= {p.name for p in effects}


def test_harm_is_not_a_rounding(shipped: Parameters) -> None:
    """Guards: a prior that touches zero only in its last thousandth: at least 1 % of it means no good or harm."""
    for p in shipped.table.values():
        if p.effect and p.name not in NO_HARM:
            assert 0.01 < p.prior.cdf(0.0) < 0.99, p.name


def test_without_effects_sets_all_to_zero(shipped: Parameters) -> None:
    """Guards: an effect that survives in a run that must show none."""
    record = shipped.without_effects().draw(3, 5)
    assert {p.name for p in REGISTRY if p.effect and value_of(record, p.name) != 0.0} == set()
    others = [p.name for p in REGISTRY if not p.effect and p.name != "use_start"]
    full = shipped.draw(3, 5)
    assert all(value_of(record, n) == value_of(full, n) for n in others)


def test_draw_k_does_not_depend_on_how_many(shipped: Parameters) -> None:
    """Guards: more draws that change the earlier ones."""
    assert np.array_equal(shipped.draws(7, range(12))[4:5], shipped.draw(7, 4))
    assert not np.array_equal(shipped.draw(7, 4), shipped.draw(7, 5))
    assert not np.array_equal(shipped.draw(7, 4), shipped.draw(8, 4))


def test_a_parameter_depends_on_its_own_name_only(shipped: Parameters) -> None:
    """Guards: fixing one parameter that reshuffles all others."""
    before, after = shipped.draw(7, 4), shipped.replace(ethics_effect=0.3).draw(7, 4)
    changed = [n for n in before.dtype.names or () if not np.array_equal(before[n], after[n])]
    assert changed == ["ethics_effect"]


def test_uniforms_are_uniform() -> None:
    """Guards: draws that favour a part of every prior (Kolmogorov-Smirnov, 4,000 draws), or that two names share."""
    one = np.array([uniform_of(1, k, "use_start") for k in range(4000)])
    two = np.array([uniform_of(1, k, "use_hazard") for k in range(4000)])
    assert stats.kstest(one, "uniform").pvalue > 1e-4
    assert abs(np.corrcoef(one, two)[0, 1]) < 5 / 4000**0.5


def test_joint_draws_have_the_correlation_of_the_estimates(shipped: Parameters) -> None:
    """Guards: jointly estimated parameters drawn one by one: correlation of the logit of the start and the log of the hazard."""
    content = yaml.safe_load(data.path("estimates", "tangsel.yaml").read_text(encoding="utf-8"))
    (block,) = [b for b in content["covariance"] if set(b["names"]) == {"use_start", "use_hazard"}]
    (a, b), (_, d) = block["matrix"]
    records = shipped.draws(2, range(400))
    start, hazard = records["use_start"], records["use_hazard"]
    found = np.corrcoef(np.log(start / (1 - start)), np.log(hazard))[0, 1]
    wanted = b / math.sqrt(a * d)
    assert np.sign(found) == np.sign(wanted)
    assert found == pytest.approx(wanted, abs=0.15)


def test_draws_keep_their_margins(shipped: Parameters) -> None:
    """Guards: a correlation that changes the distributions themselves: medians within 4 standard errors on the scale of the prior."""
    records = shipped.draws(2, range(400))
    for name in ("use_hazard", "scandal_size", "training_effect_mean", "trust_level"):
        share = np.mean(records[name] < shipped.table[name].prior.value(0.5))
        assert share == pytest.approx(0.5, abs=0.1), name


def test_fixing_one_of_a_block_leaves_the_other_free(shipped: Parameters) -> None:
    """Guards: a fixed parameter moved by its partner, and a block that outlives its member."""
    fixed = shipped.replace(use_start=0.5)
    assert all("use_start" not in names for names, _ in fixed.covariance)
    assert value_of(fixed.draw(1, 1), "use_start") == 0.5
    assert value_of(fixed.draw(1, 1), "use_hazard") != value_of(fixed.draw(1, 2), "use_hazard")


def test_unknown_name_is_refused_with_the_nearest(shipped: Parameters) -> None:
    """Guards: a misspelt what-if that silently changes nothing."""
    with pytest.raises(InputError, match="did you mean 'ethics_effect'"):
        shipped.replace(ethic_effect=0.1)


@pytest.mark.parametrize(
    ("switch", "position", "governed"),
    [("trust_form", 0.0, "lasting_share"), ("aptitude_form", 0.0, "aptitude_slope")],
)
def test_structural_forms_switch_what_they_govern(switch: str, position: float, governed: str) -> None:
    """Guards: a structural alternative that is drawn but never applied."""
    values = {p.name: p.value for p in REGISTRY} | {switch: position, governed: 0.3}
    assert structural(values)[governed] == 0.0
    assert structural(values | {switch: 1.0})[governed] == 0.3


def test_complaint_learning_off_switches_all_four() -> None:
    """Guards: one of the four links of complaints that stays on."""
    values = {p.name: 0.2 for p in REGISTRY}
    names = [n for n in values if n.startswith("complaint_to_")]
    assert len(names) == 4
    assert all(structural(values | {"complaint_learning": 0.0})[n] == 0.0 for n in names)
    assert all(structural(values | {"complaint_learning": 1.0})[n] == 0.2 for n in names)


def test_structural_values_are_not_written_back() -> None:
    """Guards: a switch that changes the caller's values."""
    values = {p.name: p.value for p in REGISTRY} | {"trust_form": 0.0, "lasting_share": 0.3}
    structural(values)
    assert values["lasting_share"] == 0.3


def test_switches_are_drawn_in_both_positions(shipped: Parameters) -> None:
    """Guards: a structural choice made once for all draws."""
    records = shipped.draws(1, range(60))
    for p in STRUCTURE:
        assert set(records[p.name]) == {0.0, 1.0}, p.name


def test_survey_model_is_usable(shipped: Parameters) -> None:
    """Guards: thresholds out of order, a loading of one (no noise left), an element without a factor."""
    for k in range(30):
        record = shipped.draw(1, k)
        assert (np.diff(record["threshold"][0], axis=1) >= 0).all()
        assert ((record["loading"] >= 0.05) & (record["loading"] <= 0.97)).all()
        assert abs(value_of(record, "factor_correlation")) <= 0.9
    assert sorted(set(shipped.median()["factor"][0])) == [module.PROCESS, module.PEOPLE, module.PRICE]


def written(folder: Path, **changes: object) -> Path:
    """A copy of the estimates file with some parts changed."""
    content = yaml.safe_load(data.path("estimates", "tangsel.yaml").read_text(encoding="utf-8"))
    content.update(changes)
    file = folder / "mine.yaml"
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    return file


def test_estimates_with_unknown_name(tmp_path: Path) -> None:
    """Guards: an estimate that nobody reads because its name is misspelt."""
    row = {
        "value": 1.0,
        "se": 0.1,
        "distribution": "normal",
        "bounds": None,
        "class": "measured",
        "evidence": [],
        "method": "",
    }
    with pytest.raises(InputError, match=r"mine\.yaml: estimates\.use_strat: .*did you mean 'use_start'"):
        Parameters.read(written(tmp_path, estimates={"use_strat": row}))


def test_missing_estimates_say_how_to_make_them(tmp_path: Path) -> None:
    """Guards: a traceback where a sentence is needed."""
    with pytest.raises(
        InputError,
        match=r"none\.yaml: no such estimates file; make it with `asnlab calibrate --direct --out none.yaml`",
    ):
        Parameters.read(tmp_path / "none.yaml")


def test_estimates_replace_priors(tmp_path: Path, shipped: Parameters) -> None:
    """Guards: an estimates file that is read but not used, and a run record that would not notice another file."""
    row = {
        "value": 0.9,
        "se": 0.0,
        "distribution": "normal",
        "bounds": [0, 1],
        "class": "measured",
        "evidence": ["F0001"],
        "method": "x",
    }
    mine = Parameters.read(written(tmp_path, estimates={"use_start": row}, covariance=[]))
    assert value_of(mine.draw(1, 1), "use_start") == 0.9
    assert mine.table["use_start"].klass == "measured"
    assert mine.source_hash != shipped.source_hash
    assert mine.table["use_hazard"] == {p.name: p for p in REGISTRY}["use_hazard"]


def test_draws_are_the_same_bits_on_any_processor() -> None:
    """Guards: a worker without fused multiply-add draws other parameters, and its runs differ in the last bit of everything."""
    script = "from simulation.parameters import default; print(default().draws(1, range(40)).tobytes().hex())"
    drawn = set()
    for processor in ("Prescott", "Haswell"):
        environment = {**os.environ, "OPENBLAS_CORETYPE": processor, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
        )
        drawn.add(done.stdout)
    assert len(drawn) == 1 and len(drawn.pop()) > 10_000
