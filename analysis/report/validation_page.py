"""The validation as one self-contained page in the look of the report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from analysis.calibration.method.checks import LEVELS
from analysis.calibration.validation.fresh_runs import Validation
from analysis.calibration.validation.predictive import Prediction
from analysis.calibration.validation.restated import RESTATED
from analysis.presentation.words import Words
from analysis.report.page import inline
from analysis.report.validation_figures import label
from simulation.posterior.moments import UNMOVED
from simulation.posterior.nuisance import CONTRACTED

__all__ = ["render_validation"]

DIGITS, PUBLISHED = 3, 5  # significant digits of simulated and of published values


def render_validation(
    found: Validation, figures: Mapping[str, bytes], words: Words, city: str, command: str, version: str,
    cards: Mapping[str, Any] | None = None,
) -> str:  # fmt: skip
    """The page as HTML text.

    figures: SVG bytes of `draw_validation`; city: its title; command: what makes the page again; cards: of
    `cards_values`, where cards were run.
    """
    environment = Environment(
        loader=PackageLoader("analysis.report", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    table = found.parameters
    put_in = {str(row["target"]): row for row in found.restated.to_dict("records")}
    values: dict[str, Any] = {
        "words": words, "t": words.html, "found": found, "city": city, "command": command, "version": version,
        "figures": {name: inline(drawing, f"validation-{name}") for name, drawing in figures.items()},
        "parameters": [parameter({str(k): v for k, v in row.items()}, words) for row in table.to_dict("records")],
        "outside": table.loc[~table["within_band_of_all"], "parameter"].tolist(),
        "uncovered": table.loc[~table["covers"], "parameter"].tolist(),
        "calibrated": int((table["class"] == "calibrated").sum()),
        "not_calibrated": table.loc[table["class"] != "calibrated", "parameter"].tolist(),
        "targets": [row_of(p, words) | origin(put_in[p.name], words) for p in found.targets],
        "held_out": [row_of(p, words) for p in found.held_out],
        "restated": sum(bool(put_in[p.name]["restated"]) for p in found.targets), "restated_limit": words.percent(RESTATED),
        "missed": [label(p.name, words) for p in found.misses],
        "coverage": [
            {"level": words.percent(x), "mean": words.percent(float(table[f"coverage_{100 * x:.0f}"].mean())),
             "low": words.percent(float(table[f"coverage_{100 * x:.0f}"].min())),
             "high": words.percent(float(table[f"coverage_{100 * x:.0f}"].max())),
             "error": words.number(100 * found.experiment.coverage_error(x), 1)}
            for x in LEVELS
        ],
        "limits": [{"name": x.name, "found": words.number(x.found, 4), "holds": x.holds} for x in found.limits],
        "unmoved": [(name, words.text(f"validation.unmoved.{name}")) for name in UNMOVED],
        "limit": words.percent(CONTRACTED),
        "cards": cards,
        "hashes": {**found.about["stamps"], "targets": found.about["targets"]},
    }  # fmt: skip
    return environment.get_template("validation.html.j2").render(values)


def parameter(row: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """One parameter as cells."""
    cells: dict[str, Any] = {str(k): v for k, v in row.items()}
    for name in ("median", "low", "high", "direct_median"):
        cells[name] = short(float(row[name]), words)
    for name in ("contraction", "without_assumed", "coverage_50", "coverage_80", "coverage_90"):
        cells[name] = words.percent(float(row[name]))
    cells["recovery"] = words.number(float(row["recovery"]), 2)
    cells["class_word"] = words.text(f"evidence.{row['class']}")
    return cells


def origin(row: Mapping[Any, Any], words: Words) -> dict[str, Any]:
    """Whether a target restates a parameter or is learned from, as cells."""
    kind = words.text("validation.restated" if row["restated"] else "validation.learned")
    return {"origin": kind, "parameter": row["parameter"], "r2": words.percent(float(row["r2"]))}


def row_of(p: Prediction, words: Words) -> dict[str, Any]:
    """One prediction as cells."""
    cells: dict[str, Any] = {name: short(getattr(p, name), words) for name in ("middle", "low", "high")}
    cells["fact"] = short(p.fact, words, PUBLISHED)
    unit = words.raw("validation.units").get(p.unit, p.unit)
    return cells | {
        "label": label(p.name, words),
        "unit": unit,
        "hit": p.hit,
        "source": p.source,
        "place": words.percent(p.place),
    }


def short(value: float, words: Words, digits: int = DIGITS) -> str:
    """A number with so many significant digits."""
    if value == 0 or pd.isna(value):
        return words.number(value, 0)
    text = f"{float(f'{value:.{digits}g}'):.10f}".rstrip("0").rstrip(".")
    return words.number(float(text), len(text.partition(".")[2]))
