"""One answer everywhere: Python, the Mesa model and the command line draw from the same parameters, and each says from which."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.decision.compare import compare
from analysis.presentation.drawn_from import drawn_from
from analysis.presentation.words import LANGUAGES, Words
from data.errors import InputError
from simulation import CityModel, Ensemble, simulate
from simulation.outcomes import NAMES
from simulation.parameters import default
from simulation.posterior import checked, parameter_source
from simulation.posterior.checked import calibrated, shipped_posterior
from simulation.posterior.parameter_source import GIVEN, NO_POSTERIOR, OWN, POSTERIOR, PRIOR, source_of
from simulation.posterior.standing import CANARY, HASH
from tests.cities import shipped
from tests.command import ROOT, asnlab

CITY = "tangsel"
PAIR = ("status_quo", "integrated")


def same(one: object, other: object) -> bool:
    """Whether two records of parameters are the same bits."""
    return np.asarray(one).tobytes() == np.asarray(other).tobytes()


def test_python_and_the_command_line_draw_the_same(tmp_path: Path) -> None:
    """Guards against two answers to one question, which one would find out by luck."""
    typed = ("compare", ROOT / "scenarios" / "tangsel.yaml", "--out", "run", "--scale", "0.01", "--draws", "2")
    done = asnlab(*typed, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    theirs = pd.read_parquet(tmp_path / "run" / "outcomes.parquet")
    ensemble = Ensemble(shipped(), draws=2, scale=0.01, workers=2)
    ours = ensemble.run()
    keys = ["policy", "draw", "month"]
    rows = [frame.sort_values(keys)[list(NAMES)].to_numpy() for frame in (ours, theirs)]
    assert np.array_equal(*rows)
    assert "Parameters drawn from the posterior of Kota Tangerang Selatan" in done.stdout
    assert ensemble.drawn_from.posterior_hash == shipped_posterior(CITY).sha256


def test_the_posterior_of_the_city_is_what_everything_draws_from() -> None:
    """Guards the default of each face, and that the priors have to be asked for."""
    ensemble = Ensemble(shipped(), draws=2, scale=0.01, policies=PAIR)
    assert same(ensemble.nature(1), calibrated(CITY).draw(1, 1))
    assert same(CityModel(shipped(), draw=1).nature, ensemble.nature(1))
    prior = Ensemble(shipped(), draws=2, scale=0.01, policies=PAIR, parameters="prior")
    assert same(prior.nature(1), default().draw(1, 1)) and not same(prior.nature(1), ensemble.nature(1))
    rows = [simulate(shipped(), "integrated", **asked)["trust"].to_numpy() for asked in ({}, {"parameters": PRIOR})]
    assert not np.array_equal(*rows)
    assert np.array_equal(rows[1], simulate(shipped(), "integrated", parameters=default())["trust"].to_numpy())


def test_every_face_says_from_what() -> None:
    """Guards against a table or a model from which nobody can tell whether it is calibrated."""
    for asked, said in (
        (POSTERIOR, "posterior of tangsel"),
        (PRIOR, "priors, without calibration"),
        (default(), "parameters given"),
    ):
        ensemble = Ensemble(shipped(), draws=2, scale=0.01, policies=PAIR, parameters=asked)
        model = CityModel(shipped(), parameters=asked)
        table = ensemble.run()
        told = [repr(ensemble), repr(model), table.attrs["drawn_from"], model.history.attrs["drawn_from"]]
        told.append(compare(table, "status_quo").attrs["drawn_from"])
        assert all(said in text for text in told), told
        later = ensemble.run(first=2)
        assert pd.concat([table, later], ignore_index=True).attrs == table.attrs


def test_a_city_without_a_posterior_is_refused_unless_the_prior_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards a new city against numbers that nobody calibrated and that look as if somebody had."""
    for module in (checked, parameter_source):
        monkeypatch.setattr(module, "shipped_posterior_file", lambda city: tmp_path / f"{city}.csv")
    for make in (lambda: Ensemble(shipped()), lambda: CityModel(shipped()), lambda: simulate(shipped())):
        with pytest.raises(InputError, match=r"city 'tangsel': no posterior.*calibrate --table.*parameters=\"prior\""):
            make()
    assert CityModel(shipped(), parameters="prior").drawn_from.origin == PRIOR


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("priors", "did you mean 'prior'"),
        ("posteriors", "did you mean 'posterior'"),
        ("shipped", "ends in .csv"),
        (None, "allowed: 'posterior', 'prior'"),
        (3, "allowed: 'posterior', 'prior'"),
        ("mine.csv", "mine.csv: no such file"),
        (Path("no", "mine.csv"), "mine.csv: no such file"),
    ],
)
def test_what_is_none_is_refused(asked: object, said: str) -> None:
    """Guards against a typing error that takes the default, and against None, which used to mean the priors."""
    with pytest.raises(InputError) as error:
        source_of(asked, CITY)  # type: ignore[arg-type]
    assert said in str(error.value) and "\n" not in str(error.value)


def test_a_posterior_file_of_ones_own(tmp_path: Path) -> None:
    """Guards the way from `calibrate --targets` to Python."""
    posterior = shipped_posterior(CITY)
    mine = replace(posterior, seed=posterior.seed + 1)
    mine.write(tmp_path / "mine.csv")
    for asked in (tmp_path / "mine.csv", str(tmp_path / "mine.csv")):
        found = source_of(asked, CITY)
        assert (found.origin, found.posterior_hash, found.stands_by) == (
            OWN,
            mine.sha256,
            source_of(POSTERIOR, CITY).stands_by,
        )
        assert found.posterior is not None and found.posterior.text() == mine.text()
    assert "own posterior of tangsel" in str(found) and source_of(found, CITY) is found
    with pytest.raises(InputError, match="city 'tangsel', not of 'bogor'"):
        source_of(tmp_path / "mine.csv", "bogor")


def test_a_canary_is_told_wherever_it_speaks() -> None:
    """Guards against evidence that is told as proof."""
    source = replace(source_of(POSTERIOR, CITY), stands_by=HASH)
    assert "canary" not in str(source)
    assert source.record() == {"origin": POSTERIOR, "stands_by": HASH}
    old = replace(source, stands_by=CANARY)
    assert "not proved" in str(old) and old.record()["stands_by"] == CANARY
    assert "not proved" in drawn_from(old, Words("en")) and "belum terbukti" in drawn_from(old, Words("id"))
    given = source_of(calibrated(CITY), CITY)
    assert given.origin == GIVEN and given.posterior_hash == source.posterior_hash
    assert source_of(PRIOR, CITY).posterior_hash == NO_POSTERIOR
    for lang in LANGUAGES:
        assert len({drawn_from(replace(source, origin=o), Words(lang)) for o in (POSTERIOR, OWN, PRIOR, GIVEN)}) == 4


def test_it_is_read_once_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards a model that is made in milliseconds against a file that is read and checked in half a second."""
    first = source_of(POSTERIOR, CITY)
    monkeypatch.setattr(parameter_source, "shipped_posterior", lambda city: pytest.fail("read again"))
    assert source_of(POSTERIOR, CITY) is first
