"""The command `asnlab`: options of each command, and what happens to errors.

Heavy modules are imported inside the commands: `asnlab --help` has to answer at once. Ctrl-C waits until those of a study are there: while
a library is loaded an interrupt may be lost, or come out as an error of the library.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any, cast

if __name__ == "__main__" and sys.path[0] == os.getcwd() != str(Path(__file__).resolve().parents[1]):
    # `python -m app.cli` looks for modules in the user's folder first: a data/ or analysis.py there would be imported in place of ours.
    del sys.path[0]

import typer

from app.defaults import (
    DONE,
    FEWEST_DRAWS,
    FEWEST_TABLE_RUNS,
    FEWEST_VALIDATION_RUNS,
    FRESH_RUNS,
    HIGHEST_PORT,
    INTERRUPTED,
    NOT_VERIFIED,
    PAGE_PORT,
    PAGE_SHARE,
    PREDICTION_RUNS,
    REPEATED_DRAWS,
    SMALLEST_SHARE,
    TERMINATED,
    UNUSABLE,
)
from app.evaluate_cli import evaluate
from app.language import Language
from app.stopped import Stopped
from data.errors import InputError
from simulation.ensembles.interrupts import kept_back

__all__ = ["app", "main"]

# Classes of errors that typer itself raises for options it cannot read; typer ships its own copy of click or uses the
# installed one, depending on its version.
OptionError = cast(type[Exception], typer.BadParameter.__mro__[2])

app = typer.Typer(
    name="asnlab",
    help="From evaluation data to compared policies: which strategy for civil servants moves competence and trust.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a study, made by asnlab compare.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Runs at a time [number of cores].")]
Cluster = Annotated[str | None, typer.Option(metavar="local:N", help="Run on N processes of this machine (Dask).")]
Scheduler = Annotated[str | None, typer.Option(metavar="ADDRESS", help="Run on the cluster of a Dask scheduler.")]

Prior = Annotated[bool, typer.Option("--prior", help="Leave the calibration out: draw every parameter from its prior.")]
PosteriorFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Posterior of `calibrate --targets` [the one shipped for the city]."),
]


def _version(asked: bool) -> None:
    if asked:
        from analysis.study.record import version

        typer.echo(f"asnlab {version('asnlab')}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """From evaluation data to compared policies: which strategy for civil servants moves competence and trust."""


@app.command()
def compare(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO", help="Scenario file, such as those in scenarios/.")],
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder for the results: new, empty, or holding the same run.")
    ],
    draws: Annotated[
        int | None, typer.Option(min=FEWEST_DRAWS, help="Draws of the parameters [the scenario's; 50].")
    ] = None,
    scale: Annotated[
        float | None, typer.Option(min=SMALLEST_SHARE, max=1, help="Share of the city simulated [the scenario's; 1].")
    ] = None,
    workers: Workers = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of chance [the scenario's; 1].")] = None,
    lang: Annotated[Language, typer.Option(help="Language of report, figures and table.")] = Language.en,
    quick: Annotated[
        bool, typer.Option("--quick", help="A first look in seconds: small scale, few draws; the report says so.")
    ] = False,
    prior: Prior = False,
    posterior: PosteriorFile = None,
    cluster: Cluster = None,
    scheduler: Scheduler = None,
) -> None:
    """Compare the policies of SCENARIO: table here; report.html, figures and data in DIR."""
    with kept_back():
        from app.commands.compare import compare as run
        from app.machine import Machine

    run(
        scenario, out, draws=draws, scale=scale, seed=seed, lang=lang.value, quick=quick, prior=prior,
        posterior=posterior, machine=Machine(workers, cluster, scheduler),
    )  # fmt: skip


@app.command()
def resume(folder: Folder, workers: Workers = None, cluster: Cluster = None, scheduler: Scheduler = None) -> None:
    """Run what is missing or damaged in DIR, then write report, figures and data."""
    with kept_back():
        from app.commands.resume import resume as run
        from app.machine import Machine

    run(folder, Machine(workers, cluster, scheduler))


@app.command()
def expand(
    folder: Folder,
    draws: Annotated[int, typer.Option(min=FEWEST_DRAWS, help="Total number of draws wanted, more than DIR has.")],
    workers: Workers = None,
    cluster: Cluster = None,
    scheduler: Scheduler = None,
) -> None:
    """Add draws to the study in DIR; the existing ones stay unchanged."""
    with kept_back():
        from app.commands.resume import expand as run
        from app.machine import Machine

    run(folder, draws, Machine(workers, cluster, scheduler))


@app.command()
def verify(
    folder: Folder,
    sample: Annotated[
        int, typer.Option(min=0, help="Draws to repeat, all policies, and compare bit for bit.")
    ] = REPEATED_DRAWS,
) -> None:
    """Check every hash in DIR and repeat a sample of its draws; status 1 when something is wrong."""
    with kept_back():
        from app.commands.verify import verify as run

    if not run(folder, sample):
        raise typer.Exit(NOT_VERIFIED)


@app.command()
def show(
    scenario: Annotated[
        Path | None, typer.Argument(metavar="[SCENARIO]", help="Scenario file [the shipped one].")
    ] = None,
    policy: Annotated[
        str | None, typer.Option(metavar="NAME", help="Policy at first [the scenario's reference].")
    ] = None,
    scale: Annotated[
        float, typer.Option(min=SMALLEST_SHARE, max=1, help="Share of the city simulated at first.")
    ] = PAGE_SHARE,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of chance at first [the scenario's].")] = None,
    lang: Annotated[Language, typer.Option(help="Language of the page.")] = Language.en,
    port: Annotated[
        int, typer.Option(min=0, max=HIGHEST_PORT, help="Port on this machine; 0 takes a free one.")
    ] = PAGE_PORT,
    browse: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in a browser.")] = True,
    prior: Prior = False,
    posterior: PosteriorFile = None,
) -> None:
    """Show the city month by month in a browser; nothing leaves this machine."""
    from app.commands.show import show as run

    run(scenario, policy, scale, seed, lang.value, port, browse, prior, posterior)


@app.command()
def calibrate(
    direct: Annotated[
        bool, typer.Option("--direct", help="Estimate parameters directly from published evaluation data.")
    ] = False,
    table: Annotated[
        bool, typer.Option("--table", help="Make the reference table of a city: prior runs of the model.")
    ] = False,
    targets: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Posterior for the targets in FILE, such as those in data/targets/."),
    ] = None,
    renew: Annotated[
        bool, typer.Option("--renew", help="Recompute the shipped table and posterior, as make posterior does.")
    ] = False,
    city: Annotated[
        str | None, typer.Option(metavar="NAME", help="City of the estimates or the table [that of data/default.yaml].")
    ] = None,
    runs: Annotated[int | None, typer.Option(min=FEWEST_TABLE_RUNS, help="Runs of the table [20,000].")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Runs at a time [number of cores].")] = None,
    source: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="Reference table to use, or the posterior to teach [the city's]."),
    ] = None,
    evaluation: Annotated[
        list[Path] | None,
        typer.Option(metavar="FOLDER", help="Teach effects by results of `evaluate --out`; may be given again."),
    ] = None,
    course: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=COURSE",
            help="What a course is: technical/agency, leadership, university, ... or what units changed.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write, a new file [the file the simulation reads].")
    ] = None,
) -> None:
    """Estimate parameters: directly from evaluation data, or by runs of the model that must reproduce published figures."""
    from app.commands.calibrate import CalibrationRequest
    from app.commands.calibrate import calibrate as run

    asked = CalibrationRequest(
        direct, table, targets, renew, city, runs, workers, source, out,
        tuple(evaluation) if evaluation else None, tuple(course) if course else None,
    )  # fmt: skip
    run(asked)


@app.command()
def validate(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the results: new or empty.")],
    targets: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Targets to validate [those shipped for the city, with its posterior]."),
    ] = None,
    city: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="City of the shipped targets and posterior [that of data/default.yaml]."),
    ] = None,
    source: Annotated[
        Path | None, typer.Option("--from", metavar="TABLE", help="Reference table to use [the city's].")
    ] = None,
    fresh: Annotated[
        int, typer.Option(min=FEWEST_VALIDATION_RUNS, help="Fresh runs with known parameters.")
    ] = FRESH_RUNS,
    runs: Annotated[int, typer.Option(min=FEWEST_VALIDATION_RUNS, help="Runs of each prediction.")] = PREDICTION_RUNS,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Seed of the fresh runs and their errors [that of the table].")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Runs at a time [number of cores].")] = None,
    lang: Annotated[Language, typer.Option(help="Language of the page.")] = Language.en,
    cards: Annotated[
        bool, typer.Option("--cards", help="Do the study cards again in simulated cities, in place of the calibration.")
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="Both, on one page.")] = False,
    deck: Annotated[Path | None, typer.Option(metavar="FILE", help="Cards of your own [data/cards.yaml].")] = None,
    draws: Annotated[
        int | None,
        typer.Option(min=FEWEST_DRAWS, help="Most draws of a card [until its median is precise, 1024 at most]."),
    ] = None,
    prior: Prior = False,
) -> None:
    """Check how far the calibration can be trusted, and with --cards whether published effects are found again: validation.html in DIR."""
    from app.commands.validate import ValidationRequest
    from app.commands.validate import validate as run

    run(
        ValidationRequest(
            out, targets, city, source, fresh, runs, workers, lang.value, seed, cards or everything, everything or not cards, deck, draws,
            prior,
        )
    )  # fmt: skip


app.add_typer(evaluate)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and leave with its status: 0 done, 1 not verified, 2 something cannot be used, 130 stopped by Ctrl-C."""
    status = _run(sys.argv[1:] if arguments is None else list(arguments))
    if status == INTERRUPTED:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C, while Python leaves, changes nothing any more
    sys.exit(status)


def _run(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal that cannot display a minus sign or a multiplication sign displays a question mark rather than a traceback.
            stream.reconfigure(errors="replace")
    command = typer.main.get_command(app)
    try:
        status = command.main(args=arguments, prog_name="asnlab", standalone_mode=False)
    except InputError as error:
        return _say(str(error), UNUSABLE)
    except (KeyboardInterrupt, typer.Abort):
        status = INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe (such as `head`) left early: nothing is wrong.
        sys.stderr.close()
        return DONE
    except OptionError as error:
        return _say(_explain(error), UNUSABLE)
    except Stopped as stop:
        _forget_interrupt()
        return _say(str(stop), stop.status)
    if status == INTERRUPTED:  # some versions of typer turn Ctrl-C into this status, others raise
        _forget_interrupt()
        return _say("stopped; nothing was written", INTERRUPTED)
    return status if isinstance(status, int) else DONE


def _forget_interrupt() -> None:
    """Have Python end with the status it is given.

    An interrupt on its way through exec of a text, as imports of dataclasses do it, leaves a note in Python to die of the signal at
    the end, whatever the status. The next exec of a text clears it.
    """
    exec("")


def _explain(error: Any) -> str:
    context = getattr(error, "ctx", None)
    place = context.command_path if context is not None else "asnlab"
    return f"{error.format_message().replace('Value error, ', '')} ({place} --help lists what is allowed)"


def _say(message: str, status: int) -> int:
    print("asnlab: " + " ".join(message.split()), file=sys.stderr)
    return status


if __name__ == "__main__":
    main()
