"""A study: policies compared in a folder that keeps every run, so that whoever has the folder can go on with it."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from analysis.decision.carried import Carried
from analysis.decision.compare import compare
from analysis.report import Facts
from analysis.study.computing import Begun, Resources, repair, run_missing
from analysis.study.events import (
    Created,
    Listener,
    Mended,
    Restored,
    Resuming,
    Unchanged,
    Warned,
    Written,
    warn,
)
from analysis.study.folder import (
    OUTCOMES_FILE,
    POSTERIOR,
    RECORD,
    REPORT,
    examine,
    lost,
    read_record,
    refuse_changed,
    remade_because,
    write_record,
)
from analysis.study.own_model import same_model
from analysis.study.results import WINDOW, carries, facts, publish
from analysis.study.source import keep, stated
from analysis.study.specification import Specification, from_record, scenario_of, specified
from analysis.study.verification import Verification, verify
from analysis.study.work import at_work
from data.errors import InputError
from data.notebook import table
from simulation import Scenario
from simulation.ensembles.progress import Progress
from simulation.ensembles.store import Store
from simulation.posterior.parameter_source import DRAWN_FROM

if TYPE_CHECKING:
    import pandas as pd

    from simulation import CityModel

__all__ = ["Study"]


class Study:
    """A comparison of policies on disk, made with `Study.create` or found with `Study.open`.

    The folder is the study: run.json says what it is, every run is kept as it finishes, and the same folder is what `asnlab compare`,
    `resume`, `expand` and `verify` read and write. Ctrl-C leaves a folder that resumes.

    Attributes: folder; tell, called with what happens (see `analysis.study.events`), by default Python's warnings for what matters.
    """

    def __init__(self, folder: Path, specification: Specification | None = None, tell: Listener = warn,
        model: type[CityModel] | None = None,
    ) -> None:  # fmt: skip
        self.folder = folder
        self.tell = tell
        self._specification = specification
        self._model = model
        self._store = Store(folder)
        self._new = False
        self._compared: tuple[str, pd.DataFrame] | None = None

    @classmethod
    def create(
        cls, scenario: Scenario | str | Path, folder: str | Path, *, draws: int | None = None, seed: int | None = None,
        scale: float | None = None, quick: bool = False, parameters: str | Path = "posterior", lang: str = "en",
        model: type[CityModel] | None = None, tell: Listener = warn,
    ) -> Self:  # fmt: skip
        """A study in a folder that is new or empty, or the same study where the folder holds it already. Nothing is run yet.

        Args:
            scenario: a scenario or its file; folder: where the study lies.
            draws, seed, scale: in place of those of the scenario; quick: fewer draws and a small share of the city where none are given.
            parameters: "posterior" (the one shipped for the city), "prior", or the file of a posterior of one's own.
            lang: language of report and figures, "en" or "id".
            model: a subclass of CityModel whose months are run, see `Ensemble`; it lies in a file, whose hash the record keeps. Only
                `Study.open(folder, model=...)` goes on with such a study: no command imports what a record names.
        Raises:
            InputError: scenario, parameters, model or a number cannot be used, a policy cannot be paid, the folder holds something else
                or cannot be written, or another process is at work in it.
        """
        place = Path(folder)
        wanted = specified(
            scenario,
            place,
            draws=draws,
            seed=seed,
            scale=scale,
            quick=quick,
            parameters=parameters,
            lang=lang,
            model=model,
        )
        study = cls(place, wanted, tell, model)
        found = examine(place, wanted.identity)
        if found is None:
            # A policy that cannot be paid is found before any folder is made.
            for line in wanted.ensemble(1).warnings:
                tell(Warned(line))
            with study._at_work():
                found = examine(place, wanted.identity)  # again: another process may have been at work until now
                if found is None:
                    size = wanted.identity
                    tell(Created(len(wanted.scenario.policies), size["draws"], size["scale"]))
                    keep(wanted.source, place)  # before the record, which names it: whoever finds the record can resume
                    write_record(place, wanted.record(None))
                    study._new = True
        if found is not None:
            study._specification = wanted.in_order(found["order"])
        return study

    @classmethod
    def open(cls, folder: str | Path, *, model: type[CityModel] | None = None, tell: Listener = warn) -> Self:
        """The study in a folder, whoever made it.

        Args: model, the class that runs its months, where it was made with one. Without, its outcomes can be read, and nothing run.
        Raises: InputError when there is none, or when it was made with another class or source.
        """
        study = cls(Path(folder), tell=tell, model=model)
        found = read_record(study.folder)
        if model is not None:
            same_model(study.folder, found["run"], model)
        return study

    @property
    def record(self) -> dict[str, Any]:
        """Content of run.json as it is now: what was run, with what, and the hash of every result."""
        return read_record(self.folder)

    @property
    def complete(self) -> bool:
        """Whether all runs are there and every result was written."""
        return bool(self.record["complete"])

    @property
    def lang(self) -> str:
        """Language of report and figures."""
        return self._specification.lang if self._specification else str(self.record["lang"])

    @property
    def scenario(self) -> Scenario:
        """The scenario, with the draws, seed and scale of the study."""
        return scenario_of(self.folder, self.record)

    @property
    def outcomes(self) -> pd.DataFrame:
        """All runs as one tidy table, as `Ensemble.run` gives it, `attrs` included. Raises InputError while the study is not complete."""
        import pandas as pd

        table = pd.read_parquet(self._result(OUTCOMES_FILE))
        table.attrs[DRAWN_FROM] = stated(self.record)
        return table

    def comparison(self) -> pd.DataFrame:
        """Paired difference of every policy from the reference, see `analysis.decision.compare.compare`.

        Raises: InputError while the study is not complete.
        """
        file, record = self._result(OUTCOMES_FILE), self.record
        if self._compared is None or self._compared[0] != record["key"]:
            self._compared = record["key"], compare(file, record["run"]["scenario"]["reference"], WINDOW)
        table = self._compared[1].copy()
        table.attrs[DRAWN_FROM] = stated(record)
        return table

    def carried(self) -> Carried:
        """What carries each headline difference, see `analysis.decision.carried`. Raises InputError as `resume`, and until complete."""
        return carries(self._result(OUTCOMES_FILE), self._known())

    def facts(self) -> Facts:
        """What the report says besides the numbers, in its language. Raises InputError as `resume`."""
        return facts(self._known(), self.record["results"])

    def run(
        self, *, workers: int | Callable[[], int] | None = None, executor: Executor | Begun | None = None,
        progress: Progress | bool | None = None,
    ) -> Self:  # fmt: skip
        """Run what is missing and write every result; a complete study is left as it is.

        Args:
            workers: how many runs at a time [number of cores]; executor: where, such as that of a Dask client; default threads of this
                process. The results are the same bits on each.
            progress: True shows a bar, in a notebook too; or a function of (runs done, runs in all).
        Raises:
            InputError: a result was edited, another process is at work in the folder, nothing can be written, or workers were lost.
        """
        found = self._same()
        if found["complete"] and remade_because(self.folder, found, self.lang) is None:
            self.tell(Unchanged())
            self._keep_posterior()
            return self
        with self._at_work() as store:
            found = self._same()  # again: another process may have been at work until now
            specification = self._specification = self._known().in_order(found["order"])
            if reason := remade_because(self.folder, found, self.lang):
                self.tell(reason)
            self._keep_posterior()
            digest = found["results"].get(OUTCOMES_FILE) if (self.folder / OUTCOMES_FILE).exists() else None
            if digest is None:
                repair(store, self.folder, self.tell)
                if not found["complete"] and not self._new:
                    self.tell(Resuming(self._kept(), specification.runs))
                self._new = False
                run_missing(store, specification, Resources(executor, workers, progress), self.tell)
            self._publish(specification, digest)
        self.tell(Written())
        return self

    def resume(
        self, *, workers: int | Callable[[], int] | None = None, executor: Executor | Begun | None = None,
        progress: Progress | bool | None = None,
    ) -> Self:  # fmt: skip
        """Run what is missing or damaged, chunks of a complete study included, and make its results when they are not there.

        Args: as `run`.
        Raises: InputError as `run`, and when the study was made with an engine, a posterior or data that are not installed.
        """
        return self._finish(None, Resources(executor, workers, progress))

    def expand(
        self, draws: int, *, workers: int | Callable[[], int] | None = None, executor: Executor | Begun | None = None,
        progress: Progress | bool | None = None,
    ) -> Self:  # fmt: skip
        """Bring the study to `draws` draws in all; those it holds stay as they are.

        Args: as `run`.
        Raises: InputError as `resume`, and when it has that many draws already.
        """
        return self._finish(draws, Resources(executor, workers, progress))

    def verify(self, sample: int = 3) -> Verification:
        """Recompute every hash and repeat a sample of draws, all policies of each; writes nothing.

        Raises: InputError when another process is at work in the folder.
        """
        return verify(self.folder, sample, self._model)

    def report(self, lang: str | None = None) -> Path:
        """The report of a complete study, made again when it is missing or wanted in another language; figures and record follow it.

        Raises: InputError while the study is not complete, and as `run`.
        """
        self._result(RECORD)
        if lang is not None:
            self._specification = self._known().in_language(lang)
        self.run()
        return self.folder / REPORT

    def __repr__(self) -> str:
        try:
            record = self.record
        except InputError as error:
            return f"Study({str(error)!r})"
        run = record["run"]
        state = "complete" if record["complete"] else "not complete"
        size = f"{len(run['policies'])} policies, {run['draws']} draws, seed {run['seed']}, scale {run['scale']:g}"
        model = f", model {run['model']['class']}" if "model" in run else ""
        return f"Study({str(self.folder)!r}: {size}, drawn from {stated(record)}{model}; {state})"

    def _repr_html_(self) -> str:
        try:
            record = self.record
            rows = [(name, record["run"]["policies"][name]["title"]["en"]) for name in record["order"]]
            done = f"{self._store.held_draws() * len(rows)} of {record['run']['draws'] * len(rows)} runs are kept."
        except InputError:
            return table(repr(self), [], [])
        return table(repr(self), ["policy", "title"], rows, "" if record["complete"] else done)

    def _finish(self, draws: int | None, resources: Resources) -> Self:
        """`resume`, and `expand` where draws are given."""
        self._specification = from_record(self.folder, self.record, self._model)
        with self._at_work() as store:
            found = self.record  # again: another process may have been at work until now
            specification = from_record(self.folder, found, self._model)
            refuse_changed(self.folder, found, f"`asnlab resume {self.folder}`")
            if draws is not None:
                if draws <= specification.identity["draws"]:
                    raise InputError(
                        f"--draws: found {draws}; {self.folder} has {specification.identity['draws']} draws: give the number "
                        "wanted in all, which is more"
                    )
                specification = specification.with_draws(draws)
                write_record(self.folder, specification.record(None))
            self._specification = specification
            repair(store, self.folder, self.tell)
            if (kept := self._kept()) < specification.runs:
                self.tell(Resuming(kept, specification.runs))
            ran = run_missing(store, specification, resources, self.tell)
            whole = found["complete"] and draws is None
            if whole and not lost(self.folder, found):
                self.tell(Mended(ran))
                return self
            there = whole and (self.folder / OUTCOMES_FILE).exists()
            self._publish(specification, found["results"][OUTCOMES_FILE] if there else None)
        self.tell(Written())
        return self

    def _known(self) -> Specification:
        if self._specification is None:
            self._specification = from_record(self.folder, self.record, self._model)
        return self._specification

    def _same(self) -> dict[str, Any]:
        """The record, when the folder still holds this study. Raises InputError."""
        return examine(self.folder, self._known().identity) or self.record

    def _keep_posterior(self) -> None:
        """Restore a posterior that was deleted from the folder, or changed there."""
        if keep(self._known().source, self.folder):
            self.tell(Restored(self.folder / POSTERIOR))

    def _publish(self, specification: Specification, digest: str | None) -> None:
        self._compared = None
        comparison = publish(self.folder, self._store, specification, digest)
        self._compared = self.record["key"], comparison

    def _result(self, name: str) -> Path:
        """A file of a complete study. Raises InputError."""
        if not self.complete:
            raise InputError(
                f"{self.folder}: is not complete; go on with: asnlab resume {shlex.quote(str(self.folder))}"
            )
        if not (self.folder / name).exists():
            raise InputError(f"{self.folder / name}: missing; `asnlab resume {self.folder}` makes it again")
        return self.folder / name

    def _kept(self) -> int:
        return self._store.held_draws() * len(self._known().scenario.policies)

    def _at_work(self) -> AbstractContextManager[Store]:
        return at_work(self._store, self.tell, lambda: (self._kept(), self._known().runs))
