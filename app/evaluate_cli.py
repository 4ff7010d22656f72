"""Options of `asnlab evaluate`: the commands for a user's own files."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.language import Language

__all__ = ["evaluate"]

evaluate = typer.Typer(
    name="evaluate",
    help="Evaluate your own file (CSV or Excel): table and plain words here; tables, figure and words in --out DIR.",
    no_args_is_help=True,
)
File = Annotated[Path, typer.Argument(metavar="FILE", help="CSV or .xlsx; see data/templates.")]
Out = Annotated[Path | None, typer.Option(metavar="DIR", help="Folder for tables, figure and words: new or empty.")]
Lang = Annotated[Language, typer.Option(help="Language of words, table and figure.")]
Sheet = Annotated[str | None, typer.Option(metavar="NAME", help="Sheet of the workbook [the one that fits].")]
Key = Annotated[Path | None, typer.Option(metavar="FILE", help="Key of the pseudonyms [ASNLAB_KEY, or your settings].")]


class By(StrEnum):
    """What an SKM file is compared by."""

    unit = "unit"
    year = "year"


class ChosenBy(StrEnum):
    """What decided who was trained, where no lottery did."""

    pretest = "pretest"
    other = "other"


@evaluate.command(name="skm")
def evaluate_skm(
    file: File,
    by: Annotated[By | None, typer.Option(help="Compare units or years.")] = None,
    precision: Annotated[
        float | None, typer.Option(metavar="POINTS", help="Wanted interval: plus or minus so many points [1.5].")
    ] = None,
    population: Annotated[int | None, typer.Option(min=1, help="People served in the period.")] = None,
    out: Out = None,
    lang: Lang = Language.en,
    sheet: Sheet = None,
    key: Key = None,
) -> None:
    """IKM with interval and category, elements ranked, reliability, units or years compared, respondents needed."""
    from app.commands.evaluate import Request, skm

    skm(Request(file, out, lang.value, sheet, key), by and by.value, precision, population)


@evaluate.command(name="training")
def evaluate_training(
    file: File,
    randomised: Annotated[
        bool | None, typer.Option("--randomised/--not-randomised", help="Whether a lottery decided who was trained.")
    ] = None,
    outcome: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Column to evaluate [test, supervisor_rating, ...].")
    ] = None,
    smallest: Annotated[float, typer.Option(metavar="SD", help="Smallest effect of interest.")] = 0.2,
    chosen_by: Annotated[ChosenBy | None, typer.Option(help="What decided who was trained, if no lottery.")] = None,
    scale: Annotated[
        tuple[float, float] | None, typer.Option(metavar="LOW HIGH", help="Scale of the outcome [0 100 for a test].")
    ] = None,
    retest: Annotated[
        float | None,
        typer.Option(metavar="R", help="Test-retest correlation of the outcome, 0 to 1 [the control group's, or 0.8]."),
    ] = None,
    out: Out = None,
    lang: Lang = Language.en,
    sheet: Sheet = None,
    key: Key = None,
) -> None:
    """Effect of a training with its interval, a decision, and what threatens it; the design is recognised."""
    from app.commands.evaluate import Request, ask_randomised, training

    training(
        Request(file, out, lang.value, sheet, key),
        randomised=ask_randomised(randomised, lang.value),
        outcome=outcome,
        smallest=smallest,
        chosen_by=chosen_by and chosen_by.value,
        scale=scale,
        retest=retest,
        lang=lang.value,
    )


@evaluate.command(name="ip-asn")
def evaluate_ip_asn(
    file: File, out: Out = None, lang: Lang = Language.en, sheet: Sheet = None, key: Key = None
) -> None:
    """IP ASN of a staff list, the gap to 20 JP, and training needs by domain and unit."""
    from app.commands.evaluate import Request, ip_asn

    ip_asn(Request(file, out, lang.value, sheet, key))


@evaluate.command(name="complaints")
def evaluate_complaints(
    file: File,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DAY", help="Day up to which the file is complete [its last]."),
    ] = None,
    holidays: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Public holidays, one a line, such as 2026-08-17.")
    ] = None,
    out: Out = None,
    lang: Lang = Language.en,
    sheet: Sheet = None,
    key: Key = None,
) -> None:
    """Volumes, time to answer against the legal limits, share answered in time, units compared."""
    from app.commands.evaluate import Request, complaints

    complaints(Request(file, out, lang.value, sheet, key), until and until.date(), holidays)
