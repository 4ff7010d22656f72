"""The canary: runs that are simulated again tell a change that moves moments from one that does not, and the verdict is kept."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from analysis.calibration.method.reference_table import Table, load
from data.errors import InputError
from simulation.posterior import canary as canaries
from simulation.posterior import standing as standings
from simulation.posterior.canary import DRAWS, Canary, difference, load_canary, telling_runs, verdict
from simulation.posterior.checked import checked, shipped_posterior
from simulation.posterior.moment_runs import MomentRuns
from simulation.posterior.moments import MOMENT_NAMES
from simulation.posterior.nuisance import table_parameters
from simulation.posterior.places import cached_table_file, canary_file, shipped_table_file
from simulation.posterior.standing import CANARY, HASH, standing
from simulation.priors import Prior

pytestmark = pytest.mark.slow  # where the shipped stamps are of older sources, each of these runs the canary

CITY = "tangsel"
OLD = {"model": "0" * 64, "priors": "1" * 64, "city": "2" * 64}


@pytest.fixture(scope="module")
def shipped() -> Canary:
    """The shipped canary."""
    return load_canary(canary_file(shipped_table_file(CITY)))


@pytest.fixture(scope="module")
def table() -> Table:
    """The shipped table."""
    return load(shipped_table_file(CITY))


@pytest.fixture
def few(shipped: Canary) -> Canary:
    """Some runs of the shipped canary, as if sources that are gone had made them."""
    return replace(shipped, numbers=shipped.numbers[::64], moments=shipped.moments[::64], stamps=OLD)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of its own for tables and verdicts; what this process knows of older ones is forgotten."""
    monkeypatch.setenv("ASNLAB_CACHE", str(tmp_path))
    standings._standing.cache_clear()
    return tmp_path


def test_the_shipped_canary_is_of_the_shipped_table(shipped: Canary, table: Table) -> None:
    """Guards against a canary of other runs: it would say of another table that it stands."""
    assert dict(shipped.stamps) == table.stamps == {k: shipped_posterior(CITY).stamps[k] for k in table.stamps}
    assert shipped.moments.shape == (DRAWS, len(MOMENT_NAMES)) and shipped.seed == table.seed
    step = (table.moments.max(axis=0) - table.moments.min(axis=0)) / 65_535
    assert (np.abs(shipped.moments - table.moments[shipped.numbers]) <= 0.51 * step).all()
    assert canary_file(shipped_table_file(CITY)).stat().st_size < 100_000


def test_it_holds_the_extremes_of_every_parameter(shipped: Canary, table: Table) -> None:
    """Guards against a change that shows only at the end of a parameter's range."""
    assert (shipped.numbers == telling_runs(table_parameters("tangsel"), table.seed, len(table.moments))).all()
    inside = table.place[shipped.numbers]
    assert (inside.min(axis=0) == table.place.min(axis=0)).all() and (
        inside.max(axis=0) == table.place.max(axis=0)
    ).all()
    names = ("trust_learning", "audit_effect", "theme_rate")  # not in the table: drawn from their priors in every run
    places = [table_parameters("tangsel").places(table.seed, k) for k in range(600)]
    small = set(telling_runs(table_parameters("tangsel"), table.seed, 600).tolist())
    assert len(small) == DRAWS
    for name in names:
        column = [row[name] for row in places]
        assert {int(np.argmin(column)), int(np.argmax(column))} <= small


def test_runs_of_today_are_those_of_the_canary(few: Canary) -> None:
    """Guards the reason of it all: the same sources, the same moments, to the last digit that a processor leaves alone."""
    assert difference(few, table_parameters("tangsel")) is None


def test_a_change_of_any_run_is_seen_and_named(few: Canary) -> None:
    """Guards against a change that few runs show, a run that ends in an error, and one that gives no number."""
    moments = few.moments.copy()
    moments[-1, 3] += 1e-10
    said = difference(replace(few, moments=moments), table_parameters("tangsel"))
    assert said is not None and f"run {few.numbers[-1]} of its canary" in said and MOMENT_NAMES[3] in said

    def broken(number: int) -> object:
        raise ZeroDivisionError("division by zero")

    assert "gives no moments (division by zero)" in str(difference(few, table_parameters("tangsel"), broken))
    kept = few.moments.copy()
    assert difference(few, table_parameters("tangsel"), lambda number: kept[list(few.numbers).index(number)]) is None
    assert difference(few, table_parameters("tangsel"), lambda number: kept[0] * np.nan) is not None


def test_priors_count_where_moments_read_them(few: Canary) -> None:
    """Guards both: a prior that moves the moments, and one that no run of today's practice uses."""
    priors = table_parameters("tangsel")
    assert difference(few, priors.with_priors({"disclosure_on_trust": Prior("normal", 0.3, 0.1)}, None, "x")) is None
    assert difference(few, priors.with_priors({"trust_learning": Prior("uniform", 0.06, 0.25)}, None, "x"))


def test_a_canary_file_comes_back_and_an_edited_one_does_not(few: Canary, tmp_path: Path) -> None:
    """Guards against a file that was edited until the posterior stood."""
    file = tmp_path / "c.parquet"
    few.write(file)
    again = load_canary(file)
    assert (again.moments == few.moments).all() and again.sha256 == few.sha256
    content = pq.read_table(file)
    pq.write_table(content.slice(0, 3), file)
    with pytest.raises(InputError, match="is not a canary"):
        load_canary(file)
    file.write_bytes(b"seven-sided")
    with pytest.raises(InputError, match="is not a canary"):
        load_canary(file)


def test_a_posterior_of_other_sources_stands_by_its_canary(
    few: Canary, cache: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards the whole way: the canary is found by the hashes, simulated once, told, and its verdict kept."""
    ours = shipped_posterior(CITY)
    old = replace(ours, stamps={**ours.stamps, **OLD}, stands_by="")
    with pytest.raises(InputError, match=r"out of date, made from another model and priors and city.*no canary"):
        checked(old, "x.csv", CITY, "`calibrate`")
    few.write(canary_file(cached_table_file(CITY)))
    standings._standing.cache_clear()
    found = checked(old, "x.csv", CITY, "`calibrate`")
    assert found.stands_by == CANARY and found.sha256 == old.sha256
    assert "comparing moments of 8 runs" in capsys.readouterr().err
    standings._standing.cache_clear()  # another process: it asks the cache

    def never(*_: object) -> None:
        raise AssertionError("simulated again")

    monkeypatch.setattr(canaries, "MomentRuns", never)
    assert standing(CITY, old.stamps).by == CANARY
    assert capsys.readouterr().err == ""


def test_a_canary_that_differs_refuses_and_says_where(few: Canary, cache: Path) -> None:
    """Guards against numbers of a model that no longer exists."""
    moments = few.moments.copy()
    moments[0, 0] += 0.001
    replace(few, moments=moments).write(canary_file(cached_table_file(CITY)))
    old = replace(shipped_posterior(CITY), stamps={**shipped_posterior(CITY).stamps, **OLD})
    for _ in range(2):  # the verdict that is kept says the same
        with pytest.raises(
            InputError, match=rf"another model .*run {few.numbers[0]} of its canary gives .*process_mean.*--prior"
        ):
            checked(old, "x.csv", CITY, "`calibrate`")
        standings._standing.cache_clear()
    verdicts = [json.loads(file.read_text(encoding="utf-8")) for file in (cache / "canary").glob("*.json")]
    assert sum(v["difference"] is not None for v in verdicts) == 1


def test_a_verdict_that_cannot_be_kept_is_found_again(few: Canary, cache: Path) -> None:
    """Guards against a cache that is full, damaged or no folder."""
    (cache / "canary").write_text("a file", encoding="utf-8")
    assert verdict(few, OLD, table_parameters("tangsel")) is None
    (cache / "canary").unlink()
    assert verdict(few, OLD, table_parameters("tangsel")) is None
    (kept,) = (cache / "canary").glob("*.json")
    for damage in ("", "[]", '{"difference": 3}', "{}"):
        kept.write_text(damage, encoding="utf-8")
        assert verdict(few, OLD, table_parameters("tangsel")) is None


def test_moments_do_not_depend_on_the_thread(few: Canary) -> None:
    """Guards the comparison on threads against state that runs share."""
    alone = MomentRuns(CITY)
    rows = np.array([alone.draw(table_parameters("tangsel"), few.seed, int(k)) for k in few.numbers[:3]])
    assert (np.abs(rows - few.moments[:3]) <= 1e-12 * np.maximum(np.abs(rows), 1.0)).all()


@pytest.mark.torture
def test_a_release_stands_by_its_hash() -> None:
    """Guards a release against evidence where proof is due: `make posterior` before it."""
    assert shipped_posterior(CITY).stands_by == HASH
