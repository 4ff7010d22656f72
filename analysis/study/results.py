"""From runs to results: outcomes, comparison, figures, report and record, written whole into the folder of a study."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.decision.carried import Carried, carried
from analysis.decision.compare import SHOWN, compare, trajectories
from analysis.decision.outcome_table import Outcomes, OutcomeTable, as_outcome_table
from analysis.presentation.drawn_from import drawn_from
from analysis.presentation.words import Words, localised
from analysis.report import Facts, Lever, figures, render
from analysis.report.borrowed import borrowed
from analysis.report.carried_figure import carried_bars
from analysis.study.folder import CARRIED, COMPARISON, OUTCOMES_FILE, REPORT, staged, write_record
from analysis.study.record import inputs, key_of, versions
from analysis.study.specification import Specification
from simulation.city import load_profile
from simulation.ensembles.store import Store, sha256

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["WINDOW", "carries", "facts", "publish"]

WINDOW = 12  # months at the end of the horizon that are averaged


def publish(folder: Path, store: Store, specification: Specification, digest: str | None) -> pd.DataFrame:
    """Write every result and the record; returns the comparison.

    Args:
        digest: hash of outcomes that are there already, None to make them from the chunks.
    """
    # From here to the last move the folder may hold a mix of old and new files: the record says so.
    write_record(folder, specification.record(None))
    with staged(folder) as partial:
        there = folder / OUTCOMES_FILE
        if digest is None:
            there = partial / OUTCOMES_FILE
            store.table(len(specification.scenario.policies), there)
            digest = sha256(there)
        with contextlib.closing(as_outcome_table(there, specification.scenario.reference)) as table:
            comparison, hashes = _write(partial, table, digest, specification)
        write_record(partial, specification.record(hashes))
    if not store.missing(specification.identity["draws"]):
        store.drop_unlisted()
    return comparison


def carries(outcomes: Outcomes, specification: Specification) -> Carried:
    """What carries the differences of a study's outcomes. Raises InputError as `carried`."""
    inputs, parameters = specification.ensemble(1).inputs_frame(), specification.source.parameters.table
    return carried(outcomes, inputs, parameters, specification.scenario.reference, WINDOW)


def facts(specification: Specification, hashes: Mapping[str, str]) -> Facts:
    """What a report says about a study besides its numbers. hashes: of the results, by file."""
    lang, scenario, run = specification.lang, specification.scenario, specification.identity
    words = Words(lang)
    base = scenario.policy(scenario.reference).levers()
    levers = {
        p.name: [
            Lever(words.lever(name), words.lever_value(name, value), words.lever_value(name, base[name]))
            for name, value in p.levers().items()
            if value != base[name]
        ]
        for p in scenario.policies
    }
    return Facts(
        title=localised(scenario.title, lang),
        city=load_profile(scenario.city).title,
        months=scenario.months,
        reference=scenario.reference,
        titles={p.name: localised(p.title, lang) for p in scenario.policies},
        draws=run["draws"],
        seed=run["seed"],
        scale=run["scale"],
        quick=run["quick"],
        window=WINDOW,
        drawn_from=_drawn_from(specification, words),
        levers=levers,
        notes={p.name: localised(p.note, lang) for p in scenario.policies if p.note is not None},
        command=specification.repeat,
        key=key_of(run),
        versions=versions(),
        hashes={**inputs(run), **hashes},
        borrowed=borrowed(scenario.city, words),
    )


def _drawn_from(specification: Specification, words: Words) -> str:
    text = drawn_from(specification.source, words)
    own = specification.identity.get("model")
    return text if own is None else words.text("drawn_from.own_process", source=text, model=own["class"])


def _write(
    folder: Path, outcomes: OutcomeTable, digest: str, specification: Specification
) -> tuple[pd.DataFrame, Mapping[str, str]]:
    """Write comparison, figures and report into `folder`; `digest` is the hash of the outcomes; returns the hash of every file."""
    comparison = compare(outcomes, specification.scenario.reference, WINDOW)
    comparison.to_csv(folder / COMPARISON, index=False, float_format="%.6g", lineterminator="\n")
    hashes = {OUTCOMES_FILE: digest, COMPARISON: sha256(folder / COMPARISON)}
    report_facts, words = facts(specification, hashes), Words(specification.lang)
    style = figures.Style(
        report_facts.titles, report_facts.reference, words, report_facts.drawn_from, specification.scenario.start_year
    )
    paths = trajectories(outcomes, style.reference, [o for o in SHOWN if o in outcomes.outcomes])
    drawings = figures.draw_all(comparison, paths, outcomes, style)
    what_carries = carries(outcomes, specification)
    what_carries.table().to_csv(folder / CARRIED, index=False, float_format="%.6g", lineterminator="\n")
    hashes[CARRIED] = sha256(folder / CARRIED)
    if not what_carries.differences.empty:
        drawings["carried"] = figures.as_svg("carried", lambda: carried_bars(what_carries, style), style)
    (folder / "figures").mkdir()
    for name, drawing in drawings.items():
        file = folder / "figures" / f"{name}.svg"
        file.write_bytes(drawing)
        hashes[f"figures/{name}.svg"] = sha256(file)
    page = render(
        outcomes,
        comparison,
        drawings,
        report_facts,
        words,
        specification.source.parameters.table.values(),
        what_carries,
    )
    (folder / REPORT).write_text(page, encoding="utf-8", newline="\n")
    hashes[REPORT] = sha256(folder / REPORT)
    return comparison, hashes
