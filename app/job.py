"""One run as the commands see it: made from a scenario file and options, or from the record in a folder."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from analysis.report import Words
from app.drawn import of_run
from app.record import record
from app.run_folder import RECORD, same_sources
from app.study import Settings, identity
from data.errors import InputError
from simulation import Scenario
from simulation.posterior.parameter_source import ParameterSource

__all__ = ["Job", "expanded", "from_record"]


class Job(NamedTuple):
    """What is run and told: scenario, identity of the run, command that repeats it, words of the report, and what is drawn from."""

    scenario: Scenario
    run: dict[str, Any]
    repeat: str
    words: Words
    drawn: ParameterSource

    def record(self, results: Mapping[str, str] | None) -> dict[str, Any]:
        """Content of run.json; results None while the run is not complete."""
        return record(self.run, self.scenario.names, self.words.lang, self.repeat, results, self.drawn)

    @property
    def runs(self) -> int:
        """How many runs it has: policies by draws."""
        return len(self.scenario.policies) * int(self.run["draws"])

    def in_order(self, names: list[str]) -> Job:
        """The same job with its policies in the order in which the folder has them."""
        return self._replace(scenario=self.scenario.with_(policies=tuple(self.scenario.policy(n) for n in names)))


def from_record(folder: Path, found: Mapping[str, Any]) -> Job:
    """The run of a folder, from nothing but its record.

    Raises: InputError when the record cannot be used or the run was made with an engine, a posterior or data that are not installed.
    """
    run = dict(found["run"])
    try:
        # JSON sorts keys; report and tables follow the order of the scenario.
        run["policies"] = {name: run["policies"][name] for name in found["order"]}
        settings = Settings(run["draws"], run["seed"], run["scale"], run["quick"])
        scenario = Scenario.model_validate_json(
            json.dumps({**run["scenario"], "policies": list(run["policies"].values())})
        )
        words, repeat = Words(found["lang"]), str(found["command"])
        now = identity(scenario, settings, str(run["posterior"]))
    except (InputError, KeyError, TypeError, ValueError) as error:
        fault = " ".join(str(error).split())[:120]
        raise InputError(f"{folder / RECORD}: is not the record of a run of this version: {fault}") from None
    same_sources(folder, run, now)
    return Job(scenario, run, repeat, words, of_run(folder, scenario.city, run["posterior"], repeat))


def expanded(job: Job, draws: int) -> Job:
    """The same run with more draws."""
    repeat = re.sub(r"--draws \d+", f"--draws {draws}", job.repeat)
    return job._replace(run={**job.run, "draws": draws}, repeat=repeat)
