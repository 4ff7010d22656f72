"""`asnlab validate`: whether the calibration can be trusted, as a page and as numbers."""

from __future__ import annotations

import functools
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from analysis.study.record import version
from app.commands.calibrate import tell_table
from app.defaults import FRESH_RUNS, PREDICTION_RUNS
from app.locale import say
from app.new_folder import check_new, check_writable, new_folder
from data import default_city
from data.errors import InputError

if TYPE_CHECKING:
    from analysis.calibration.method.reference_table import Table
    from simulation.posterior.posterior_file import Posterior
    from simulation.posterior.targets import Targets

__all__ = ["ValidationRequest", "validate"]

PAGE, NUMBERS, TABLE = FILES = "validation.html", "validation.json", "validation.csv"


class ValidationRequest(NamedTuple):
    """The options of `asnlab validate`."""

    out: Path
    targets: Path | None = None
    city: str | None = None
    source: Path | None = None
    fresh: int = FRESH_RUNS
    runs: int = PREDICTION_RUNS
    workers: int | None = None
    lang: str = "en"
    seed: int | None = None


def validate(asked: ValidationRequest) -> None:
    """Validate, write page and numbers, and print every failed prediction as a miss.

    Raises:
        InputError: the folder holds something else than an earlier validation, targets or table cannot be used, or the posterior is out of
            date.
    """
    from analysis.calibration.method.reference_table import SEED
    from analysis.calibration.validation.fresh_runs import validate as validated
    from analysis.presentation.words import Words
    from analysis.report.validation_figures import draw_validation
    from analysis.report.validation_page import render_validation
    from simulation.city import load_profile

    check_new(asked.out, FILES)  # an earlier validation is replaced
    check_writable(asked.out)
    words = Words(asked.lang)
    table, targets, posterior = _subject(asked)
    seed = SEED if asked.seed is None else asked.seed
    workers = asked.workers or os.cpu_count() or 1

    def step(name: str) -> None:
        print(say(asked.lang, f"validate_{name}"), file=sys.stderr, flush=True)

    found = validated(table, targets, posterior, asked.fresh, asked.runs, workers, step, seed)
    page = render_validation(
        found, draw_validation(found, words), words, load_profile(targets.city).title, repeat(asked), version("asnlab")
    )
    with new_folder(asked.out, FILES) as partial:
        (partial / PAGE).write_text(page, encoding="utf-8", newline="\n")
        (partial / NUMBERS).write_text(found.to_json(), encoding="utf-8", newline="\n")
        found.parameters.to_csv(partial / TABLE, index=False, float_format="%.6g", lineterminator="\n")
    verdict = "validate_well" if found.calibrated_well else "validate_not_well"
    print(say(asked.lang, verdict))
    for miss in found.misses:
        print(
            say(
                asked.lang,
                "validate_miss",
                name=miss.name,
                fact=f"{miss.fact:.4g}",
                low=f"{miss.low:.4g}",
                high=f"{miss.high:.4g}",
            )
        )
    print(say(asked.lang, "validate_written", file=asked.out / PAGE))


def repeat(asked: ValidationRequest) -> str:
    """The command that repeats a validation, with paths as they were typed. Workers change nothing."""
    words = ["asnlab", "validate", "--out", str(asked.out)]
    for option, value in (("--targets", asked.targets), ("--city", asked.city), ("--from", asked.source)):
        words += [option, str(value)] if value is not None else []
    words += ["--fresh", str(asked.fresh), "--runs", str(asked.runs), "--lang", asked.lang]
    words += [] if asked.seed is None else ["--seed", str(asked.seed)]
    return shlex.join(words)


def _subject(asked: ValidationRequest) -> tuple[Table, Targets, Posterior]:
    """Table, targets and posterior to validate: those shipped, or those of a targets file."""
    from analysis.calibration.method.fitting import fit
    from analysis.calibration.method.reference_table import of_city
    from simulation.posterior.checked import shipped_posterior
    from simulation.posterior.places import shipped_table_file
    from simulation.posterior.targets import Targets, shipped_targets

    if asked.targets is not None:
        if asked.city is not None:
            raise InputError("validate: --city does not belong to --targets FILE, which names its city")
        targets = Targets.load(asked.targets)
        table = of_city(targets.city, asked.source, functools.partial(tell_table, lang=asked.lang))
        return table, targets, fit(table, targets)
    city = asked.city or default_city()
    targets = shipped_targets(city)
    # The shipped posterior is validated with the table it was made from, whatever lies in the user's cache.
    return of_city(city, asked.source or shipped_table_file(city)), targets, shipped_posterior(city)
