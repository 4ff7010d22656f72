"""The specification of a study before any run: made from arguments, or read from the record in a folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from analysis.presentation.words import Words
from analysis.study.folder import RECORD, same_sources
from analysis.study.identity import Settings, identity
from analysis.study.own_model import same_model
from analysis.study.record import record
from analysis.study.repeat import command, python_line, with_draws, with_lang
from analysis.study.source import asked_for, of_study
from data.errors import InputError
from simulation import Ensemble, Scenario
from simulation.posterior.parameter_source import ParameterSource

if TYPE_CHECKING:
    from simulation import CityModel

__all__ = ["Specification", "from_record", "scenario_of", "specified"]


class Specification(NamedTuple):
    """Scenario, identity of the study, where parameters come from, language of its report, what repeats it, and a class of one's own."""

    scenario: Scenario
    identity: dict[str, Any]
    source: ParameterSource
    lang: str
    repeat: str
    model: type[CityModel] | None = None

    @property
    def runs(self) -> int:
        """How many runs it has: policies by draws."""
        return len(self.scenario.policies) * int(self.identity["draws"])

    def record(self, results: Mapping[str, str] | None) -> dict[str, Any]:
        """Content of run.json; results None while the study is not complete."""
        return record(self.identity, self.scenario.names, self.lang, self.repeat, results, self.source)

    def ensemble(self, workers: int) -> Ensemble:
        """Its runs. Raises InputError when a policy cannot be paid."""
        size = {name: self.identity[name] for name in ("draws", "seed", "scale")}
        return Ensemble(self.scenario, **size, workers=workers, parameters=self.source, model=self.model)

    def in_order(self, names: list[str]) -> Specification:
        """The same with its policies in the order in which the folder has them."""
        return self._replace(scenario=self.scenario.with_(policies=tuple(self.scenario.policy(n) for n in names)))

    def in_language(self, lang: str) -> Specification:
        """The same with its report in another language. Raises InputError for one there is not."""
        Words(lang)
        return self._replace(lang=lang, repeat=with_lang(self.repeat, lang))

    def with_draws(self, draws: int) -> Specification:
        """The same with another number of draws."""
        return self._replace(identity={**self.identity, "draws": draws}, repeat=with_draws(self.repeat, draws))


def specified(
    scenario: Scenario | str | Path, folder: Path, *, draws: int | None = None, seed: int | None = None,
    scale: float | None = None, quick: bool = False, parameters: str | Path = "posterior", lang: str = "en",
    model: type[CityModel] | None = None,
) -> Specification:  # fmt: skip
    """The specification of a requested study, see `Study.create`.

    Raises: InputError when scenario, size, parameters, language or model cannot be used.
    """
    Words(lang)
    content = scenario if isinstance(scenario, Scenario) else Scenario.load(scenario)
    size = Settings.of(content, draws, seed, scale, quick)
    source = asked_for(parameters, content.city)
    found = identity(content, size, source.posterior_hash, model)
    if isinstance(scenario, Scenario) or model is not None:
        repeat = python_line(folder, size, lang, parameters, model)
    else:
        repeat = command(Path(scenario), folder, size, lang, parameters)
    return Specification(content, found, source, lang, repeat, model)


def scenario_of(folder: Path, found: Mapping[str, Any]) -> Scenario:
    """The scenario in a record, with the draws, seed and scale of the study. Raises InputError when it cannot be used."""
    run = found["run"]
    try:
        size = {name: run[name] for name in ("draws", "seed", "scale")}
        policies = [run["policies"][name] for name in found["order"]]
        scenario = Scenario.model_validate_json(json.dumps({**run["scenario"], "policies": policies}))
        return scenario.model_copy(update=size)
    except (KeyError, TypeError, ValueError) as error:
        raise _of_another_version(folder, error) from None


def from_record(folder: Path, found: Mapping[str, Any], model: type[CityModel] | None = None) -> Specification:
    """The study in a folder, from nothing but its record, and the class that runs its months where it has one.

    Raises: InputError when the record cannot be used or the study was made with an engine, a posterior or data that are not installed.
    """
    same_model(folder, found["run"], model)
    scenario = scenario_of(folder, found)
    run = dict(found["run"])
    try:
        # JSON sorts keys; report and tables follow the order of the scenario.
        run["policies"] = {name: run["policies"][name] for name in found["order"]}
        settings = Settings(run["draws"], run["seed"], run["scale"], run["quick"])
        repeat = str(found["command"])
        Words(found["lang"])
        now = identity(scenario, settings, str(run["posterior"]), model)
    except (InputError, KeyError, TypeError, ValueError) as error:
        raise _of_another_version(folder, error) from None
    same_sources(folder, run, now)
    source = of_study(folder, scenario.city, run["posterior"], repeat)
    return Specification(scenario, run, source, found["lang"], repeat, model)


def _of_another_version(folder: Path, error: Exception) -> InputError:
    fault = " ".join(str(error).split())[:120]
    return InputError(f"{folder / RECORD}: is not the record of a run of this version: {fault}")
