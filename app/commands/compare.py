"""`asnlab compare`: simulate the policies of a scenario, compare them, write results and report, show the table."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from analysis.decision.compare import compare as compared
from analysis.report import Words
from app import table
from app.drawn import asked_for, keep
from app.execution import ensemble, lost, opened, publish, repair, run_missing
from app.job import Job
from app.locale import say
from app.machine import Machine
from app.run_folder import OUTCOMES, POSTERIOR, examine, write_record
from app.study import WINDOW, Settings, command, identity, study
from simulation import Scenario
from simulation.posterior.parameter_source import ParameterSource

__all__ = ["Request", "compare"]

QUICK_DRAWS = 20
QUICK_SCALE = 0.05


class Request(NamedTuple):
    """What was typed: None where an option was left out."""

    scenario: Path
    out: Path
    draws: int | None = None
    scale: float | None = None
    seed: int | None = None
    lang: str = "en"
    quick: bool = False
    machine: Machine = Machine()
    prior: bool = False
    posterior: Path | None = None


def compare(request: Request) -> None:
    """Run what is missing, or find the same run already in the folder; write what is missing; show the table.

    Raises:
        InputError: the scenario or the posterior cannot be used, or the folder holds something else or cannot be written.
        Stopped: the process was told to stop; the folder can be resumed.
    """
    request.machine.check()
    scenario = Scenario.load(request.scenario)
    settings = _settings(scenario, request)
    words = Words(request.lang)
    drawn = asked_for(scenario.city, request.prior, request.posterior)
    repeat = command(request.scenario, request.out, settings, request.lang, request.prior, request.posterior)
    job = Job(scenario, identity(scenario, settings, drawn.posterior_hash), repeat, words, drawn)
    found = examine(request.out, job.run)
    if found is None:
        # A policy that cannot be paid is found before any folder is made.
        for warning in ensemble(job, 1).warnings:
            print(warning, file=sys.stderr)
    elif found["complete"] and not _reason(found, request):
        print(say(request.lang, "there", folder=request.out))
        _keep(drawn, request)
        comparison = compared(request.out / OUTCOMES, scenario.reference, WINDOW)
        table.show(comparison, study(scenario, job.run, repeat, words, found["results"], drawn), words)
        return
    with opened(request.out, job) as store:
        found = examine(request.out, job.run)  # again: another command may have been at work until now
        if found is None:
            share = words.percent(settings.scale)
            line = say(request.lang, "running", policies=len(scenario.policies), draws=settings.draws, share=share)
            print(line, file=sys.stderr, flush=True)
            keep(drawn, request.out)  # before the record, which names it: whoever finds the record can resume
            write_record(request.out, job.record(None))
        else:
            job = job.in_order(found["order"])
            if reason := _reason(found, request):
                print(say(request.lang, "again", folder=request.out, reason=reason))
            _keep(drawn, request)
        digest = found["results"].get(OUTCOMES) if found and (request.out / OUTCOMES).exists() else None
        if digest is None:
            repair(store, request.out, request.lang)
            if found is not None and not found["complete"]:
                kept = store.held_draws() * len(scenario.policies)
                print(say(request.lang, "resuming", folder=request.out, kept=kept, total=job.runs), file=sys.stderr)
            run_missing(store, job, request.machine)
        comparison, told = publish(request.out, store, job, digest)
    table.show(comparison, told, words)
    print(say(request.lang, "written", folder=request.out))


def _settings(scenario: Scenario, request: Request) -> Settings:
    draws = request.draws or (min(QUICK_DRAWS, scenario.draws) if request.quick else scenario.draws)
    scale = request.scale or (min(QUICK_SCALE, scenario.scale) if request.quick else scenario.scale)
    seed = scenario.seed if request.seed is None else request.seed
    return Settings(draws, seed, scale, request.quick)


def _keep(drawn: ParameterSource, request: Request) -> None:
    """Restore a posterior that was deleted from the folder of a run, or changed there."""
    if keep(drawn, request.out):
        print(say(request.lang, "restored", file=request.out / POSTERIOR), file=sys.stderr)


def _reason(found: Mapping[str, Any], request: Request) -> str | None:
    """Why report and figures of a complete run have to be made again, None when they need not."""
    if found["complete"] and found["lang"] != request.lang:
        return say(request.lang, "reason_lang")
    missing = lost(request.out, found)
    return say(request.lang, "reason_missing", file=missing[0]) if missing else None
