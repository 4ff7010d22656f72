"""`asnlab compare`: simulate the policies of a scenario, compare them, write results and report, show the table."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from analysis import figures
from analysis.compare import SHOWN, trajectories
from analysis.compare import compare as compared
from analysis.report import Study, Words, render
from app import table
from app.locale import say
from app.record import record, sha256
from app.run_folder import OUTCOMES, RECORD, examine, staged, write_record
from app.study import WINDOW, Settings, command, identity, study
from simulation import Ensemble, Scenario
from simulation.parameters import Parameters

if TYPE_CHECKING:
    from analysis.figures import Style

__all__ = ["Request", "compare"]

QUICK_DRAWS = 20
QUICK_SCALE = 0.05


class Job(NamedTuple):
    """What is run and told: scenario, identity of the run, command that repeats it, words of the report."""

    scenario: Scenario
    run: dict[str, Any]
    repeat: str
    words: Words


class Request(NamedTuple):
    """What was typed: None where an option was left out."""

    scenario: Path
    out: Path
    draws: int | None = None
    scale: float | None = None
    workers: int | None = None
    seed: int | None = None
    lang: str = "en"
    quick: bool = False


def compare(request: Request) -> None:
    """Run, or find the same run already in the folder; write what is missing; show the table.

    Raises:
        InputError: the scenario cannot be used, or the folder holds something else or cannot be written.
    """
    scenario = Scenario.load(request.scenario)
    settings = _settings(scenario, request)
    words = Words(request.lang)
    repeat = command(request.scenario, request.out, settings, request.lang)
    job = Job(scenario, identity(scenario, settings), repeat, words)
    found = examine(request.out, job.run)
    reason = None if found is None else _reason(found, request)
    if found is not None and reason is None:
        print(say(request.lang, "there", folder=request.out))
        comparison = compared(pd.read_parquet(request.out / OUTCOMES), scenario.reference, WINDOW)
        table.show(comparison, study(*job, found["results"]), words)
        return
    with staged(request.out, same=found is not None) as partial:
        if found is None:
            outcomes = _simulate(scenario, settings, request)
            outcomes.to_parquet(partial / OUTCOMES, index=False)
            digest = sha256(partial / OUTCOMES)
        else:
            print(say(request.lang, "again", folder=request.out, reason=reason))
            outcomes = pd.read_parquet(request.out / OUTCOMES)
            digest = found["results"][OUTCOMES]
        comparison, told = _write(partial, outcomes, digest, job)
    table.show(comparison, told, words)
    print(say(request.lang, "written", folder=request.out))


def _settings(scenario: Scenario, request: Request) -> Settings:
    draws = request.draws or (min(QUICK_DRAWS, scenario.draws) if request.quick else scenario.draws)
    scale = request.scale or (min(QUICK_SCALE, scenario.scale) if request.quick else scenario.scale)
    seed = scenario.seed if request.seed is None else request.seed
    return Settings(draws, seed, scale, request.quick)


def _reason(found: Mapping[str, Any], request: Request) -> str | None:
    """Why report and figures have to be made again, None when they need not."""
    if found["lang"] != request.lang:
        return say(request.lang, "reason_lang")
    lost = [name for name in found["results"] if not (request.out / name).exists()]
    return say(request.lang, "reason_missing", file=lost[0]) if lost else None


def _simulate(scenario: Scenario, settings: Settings, request: Request) -> pd.DataFrame:
    share = Words(request.lang).percent(settings.scale)
    line = say(request.lang, "running", policies=len(scenario.policies), draws=settings.draws, share=share)
    print(line, file=sys.stderr, flush=True)
    ensemble = Ensemble(
        scenario,
        draws=settings.draws,
        seed=settings.seed,
        workers=request.workers or os.cpu_count() or 1,
        scale=settings.scale,
    )
    for warning in ensemble.warnings:
        print(warning, file=sys.stderr)
    with _progress() as progress:
        outcomes: pd.DataFrame = ensemble.run(progress=progress)
    return outcomes


def _write(folder: Path, outcomes: pd.DataFrame, digest: str, job: Job) -> tuple[pd.DataFrame, Study]:
    """Write comparison, figures, report and record into `folder`; `digest` is the hash of the outcomes."""
    comparison = compared(outcomes, job.scenario.reference, WINDOW)
    comparison.to_csv(folder / "comparison.csv", index=False, float_format="%.6g", lineterminator="\n")
    hashes = {OUTCOMES: digest, "comparison.csv": sha256(folder / "comparison.csv")}
    told = study(*job, hashes)
    drawn = _draw(comparison, outcomes, figures.Style(told.titles, told.reference, job.words))
    (folder / "figures").mkdir()
    for name, drawing in drawn.items():
        file = folder / "figures" / f"{name}.svg"
        file.write_bytes(drawing)
        hashes[f"figures/{name}.svg"] = sha256(file)
    page = render(outcomes, comparison, drawn, told, job.words, Parameters.load().table.values())
    (folder / "report.html").write_text(page, encoding="utf-8", newline="\n")
    hashes["report.html"] = sha256(folder / "report.html")
    write_record(folder / RECORD, record(job.run, job.words.lang, hashes))
    return comparison, told


def _draw(comparison: pd.DataFrame, outcomes: pd.DataFrame, style: Style) -> dict[str, bytes]:
    paths = trajectories(outcomes, style.reference, [o for o in SHOWN if o in outcomes])
    return figures.draw_all(comparison, paths, outcomes, style)


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal, silence elsewhere."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    with Progress(BarColumn(40), MofNCompleteColumn(), TimeRemainingColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
