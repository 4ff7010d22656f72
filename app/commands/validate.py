"""`asnlab validate`: whether the calibration can be trusted and published effects are found again, as a page and as numbers."""

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
    from analysis.calibration.cards.run import CardResult
    from analysis.calibration.method.reference_table import Table
    from analysis.presentation.words import Words
    from simulation.posterior.posterior_file import Posterior
    from simulation.posterior.targets import Targets

__all__ = ["ValidationRequest", "validate"]

PAGE, NUMBERS, TABLE = CALIBRATION_FILES = "validation.html", "validation.json", "validation.csv"
CARD_NUMBERS, CARD_TABLE = CARD_FILES = "cards.json", "cards.csv"
FILES = (*CALIBRATION_FILES, *CARD_FILES)


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
    cards: bool = False
    calibration: bool = True
    deck: Path | None = None
    draws: int | None = None
    prior: bool = False


def validate(asked: ValidationRequest) -> None:
    """Validate, write page and numbers, and print every failed prediction as a miss and every failed card.

    Raises:
        InputError: the folder holds something else than an earlier validation, targets or table cannot be used, the posterior is out of
            date, a card cannot be used, or an option of cards is given without them.
    """
    from analysis.presentation.words import Words

    if not asked.cards and (asked.deck is not None or asked.draws is not None or asked.prior):
        raise InputError("validate: found --deck, --draws or --prior; they belong to --cards or --all")
    if not asked.calibration and (asked.targets is not None or asked.source is not None):
        raise InputError("validate: found --targets or --from with --cards; they belong to the calibration, see --all")
    check_new(asked.out, FILES)  # an earlier validation is replaced
    check_writable(asked.out)
    words = Words(asked.lang)
    cards = _cards(asked) if asked.cards else None
    if asked.calibration:
        _validate_calibration(asked, words, cards)
    elif cards is not None:
        _write_cards_page(asked, words, cards)
    if cards is not None:
        _tell_cards(cards, words)
    print(say(asked.lang, "validate_written", file=asked.out / PAGE))


def _validate_calibration(asked: ValidationRequest, words: Words, cards: list[CardResult] | None) -> None:
    """The calibration, and on the same page the cards, if any."""
    from analysis.calibration.method.reference_table import SEED
    from analysis.calibration.validation.fresh_runs import validate as validated
    from analysis.report.cards_figure import draw_cards
    from analysis.report.cards_page import cards_values
    from analysis.report.validation_figures import draw_validation
    from analysis.report.validation_page import render_validation
    from simulation.city import load_profile

    table, targets, posterior = _subject(asked)
    seed = SEED if asked.seed is None else asked.seed
    workers = asked.workers or os.cpu_count() or 1

    def step(name: str) -> None:
        print(say(asked.lang, f"validate_{name}"), file=sys.stderr, flush=True)

    found = validated(table, targets, posterior, asked.fresh, asked.runs, workers, step, seed)
    section = None if cards is None else cards_values(cards, draw_cards(cards, words), words)
    page = render_validation(
        found,
        draw_validation(found, words),
        words,
        load_profile(targets.city).title,
        repeat(asked),
        version("asnlab"),
        section,
    )
    with new_folder(asked.out, FILES) as partial:
        (partial / PAGE).write_text(page, encoding="utf-8", newline="\n")
        (partial / NUMBERS).write_text(found.to_json(), encoding="utf-8", newline="\n")
        found.parameters.to_csv(partial / TABLE, index=False, float_format="%.6g", lineterminator="\n")
        if cards is not None:
            _write_cards(partial, cards, asked)
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


def _cards(asked: ValidationRequest) -> list[CardResult]:
    """Results of the deck."""
    from analysis.calibration.cards.deck import Deck
    from analysis.calibration.cards.run import FEWEST, MOST, SEED, run_cards
    from simulation.posterior.parameter_source import POSTERIOR, PRIOR

    most = MOST if asked.draws is None else asked.draws
    return run_cards(
        Deck.load(asked.deck, asked.city), asked.city, PRIOR if asked.prior else POSTERIOR, fewest=min(FEWEST, most), most=most,
        seed=SEED if asked.seed is None else asked.seed, workers=asked.workers,
        step=lambda names: print(say(asked.lang, "validate_cards", names=names), file=sys.stderr, flush=True),
    )  # fmt: skip


def _write_cards_page(asked: ValidationRequest, words: Words, cards: list[CardResult]) -> None:
    """The cards alone, as page and numbers."""
    from analysis.report.cards_figure import draw_cards
    from analysis.report.cards_page import render_cards
    from simulation.city import load_profile

    city = load_profile(asked.city or default_city()).title
    page = render_cards(cards, draw_cards(cards, words), words, city, repeat(asked), version("asnlab"))
    with new_folder(asked.out, FILES) as partial:
        (partial / PAGE).write_text(page, encoding="utf-8", newline="\n")
        _write_cards(partial, cards, asked)


def _write_cards(folder: Path, cards: list[CardResult], asked: ValidationRequest) -> None:
    """Numbers of the cards."""
    from analysis.calibration.cards.summary import table_of, to_json

    about = {"command": repeat(asked), "version": version("asnlab")}
    (folder / CARD_NUMBERS).write_text(to_json(cards, about), encoding="utf-8", newline="\n")
    table_of(cards).to_csv(folder / CARD_TABLE, index=False, float_format="%.6g", lineterminator="\n")


def _tell_cards(cards: list[CardResult], words: Words) -> None:
    """The headline, and a line for every card that failed."""
    from analysis.calibration.cards.verdict import FAILED
    from analysis.report.cards_page import card_cells, cards_headline

    for line in cards_headline(cards, words):
        print(line)
    for result in cards:
        if result.verdict.outcome == FAILED:
            cells = card_cells(result, words)
            print(
                say(
                    words.lang,
                    "validate_failed",
                    **{k: cells[k] for k in ("title", "adjusted", "model", "model_range", "why")},
                )
            )


def repeat(asked: ValidationRequest) -> str:
    """The command that repeats a validation, with paths as they were typed. Workers change nothing."""
    words = ["asnlab", "validate", "--out", str(asked.out)]
    for option, value in (("--targets", asked.targets), ("--city", asked.city), ("--from", asked.source)):
        words += [option, str(value)] if value is not None else []
    words += ["--fresh", str(asked.fresh), "--runs", str(asked.runs)] if asked.calibration else []
    words += ["--lang", asked.lang]
    words += [] if asked.seed is None else ["--seed", str(asked.seed)]
    words += ["--all" if asked.calibration else "--cards"] if asked.cards else []
    words += [] if asked.deck is None else ["--deck", str(asked.deck)]
    words += [] if asked.draws is None else ["--draws", str(asked.draws)]
    words += ["--prior"] if asked.prior else []
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
