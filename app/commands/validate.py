"""`asnlab validate`: whether the calibration can be trusted, as a page and as numbers."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from app.locale import say
from app.new_folder import check_new, new_folder
from app.record import version

if TYPE_CHECKING:
    from analysis.calibration.posterior import Posterior
    from analysis.calibration.reference_table import Table
    from analysis.calibration.targets import Targets

__all__ = ["Asked", "validate"]

PAGE, NUMBERS, TABLE = "validation.html", "validation.json", "validation.csv"


class Asked(NamedTuple):
    """What was typed."""

    out: Path
    targets: Path | None = None
    city: str = "tangsel"
    source: Path | None = None
    fresh: int = 200
    runs: int = 200
    workers: int | None = None
    lang: str = "en"


def validate(asked: Asked) -> None:
    """Validate and write page and numbers; a miss is printed as a miss.

    Raises:
        InputError: the folder holds something else than an earlier validation, targets or table cannot be used, or the posterior is out of
            date.
    """
    from analysis.calibration.validation import validate as validated
    from analysis.report.validation_figures import draw_validation
    from analysis.report.validation_page import render_validation
    from analysis.report.words import Words
    from simulation.city import load_profile

    earlier = _earlier(asked.out)
    words = Words(asked.lang)
    table, targets, posterior = _subject(asked)
    workers = asked.workers or os.cpu_count() or 1

    def step(name: str) -> None:
        print(say(asked.lang, f"validate_{name}"), file=sys.stderr, flush=True)

    found = validated(table, targets, posterior, asked.fresh, asked.runs, workers, step)
    command = f"asnlab validate --out {asked.out.name} --fresh {asked.fresh} --runs {asked.runs} --lang {asked.lang}"
    page = render_validation(
        found, draw_validation(found, words), words, load_profile(targets.city).title, command, version("asnlab")
    )
    with new_folder(asked.out) as partial:
        (partial / PAGE).write_text(page, encoding="utf-8", newline="\n")
        (partial / NUMBERS).write_text(found.to_json(), encoding="utf-8", newline="\n")
        found.parameters.to_csv(partial / TABLE, index=False, float_format="%.6g", lineterminator="\n")
        for file in earlier:  # only now that the new ones are whole
            file.unlink(missing_ok=True)
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


def _earlier(folder: Path) -> list[Path]:
    """Files of an earlier validation, which a new one replaces. Raises InputError when anything else is in the folder."""
    if folder.is_dir() and {file.name for file in folder.iterdir()} <= {PAGE, NUMBERS, TABLE}:
        return list(folder.iterdir())
    check_new(folder)
    return []


def _subject(asked: Asked) -> tuple[Table, Targets, Posterior]:
    """Table, targets and posterior to validate: those shipped, or those of a targets file."""
    from analysis.calibration.fitting import fit
    from analysis.calibration.posterior import shipped_posterior
    from analysis.calibration.reference_table import of_city
    from analysis.calibration.targets import Targets, shipped_targets

    if asked.targets is not None:
        targets = Targets.load(asked.targets)
        table = of_city(targets.city, asked.source)
        return table, targets, fit(table, targets)
    targets = shipped_targets(asked.city)
    return of_city(asked.city, asked.source), targets, shipped_posterior(asked.city)
