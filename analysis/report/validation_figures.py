"""Figures of a validation: ranks against their band, contraction, predictions against facts, which target informs what."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.figure import Figure

from analysis.calibration.method.checks import ecdf_band
from analysis.calibration.validation.fresh_runs import Validation
from analysis.calibration.validation.predictive import Prediction
from analysis.presentation.style import COLOURS, GREY, INK, PALE, WIDTH, Picture, styled, svg
from analysis.presentation.words import Words
from simulation.posterior.nuisance import CONTRACTED

__all__ = ["contracted", "draw_validation", "informed", "predicted", "ranks"]

BLUE, ORANGE = COLOURS[0], COLOURS[1]
ACROSS = 5


def _short(name: str) -> str:
    """A parameter's name where there is little room."""
    return name.replace("side_payment_", "payment_").replace("political_", "").replace("civil_registration", "civil")


def draw_validation(found: Validation, words: Words) -> dict[str, bytes]:
    """Every figure as SVG bytes, by name."""
    figures: dict[str, Callable[[], Figure]] = {
        "ranks": lambda: ranks(found, words),
        "contracted": lambda: contracted(found, words),
        "targets": lambda: predicted(found.targets, words),
        "held_out": lambda: predicted(found.held_out, words),
        "informed": lambda: informed(found, words),
    }
    drawings = {}
    for name, draw in figures.items():
        if name == "held_out" and not found.held_out:
            continue
        drawings[name] = svg(draw(), f"validation-{name}")
    return drawings


@styled
def ranks(found: Validation, words: Words) -> Figure:
    """ECDF of the truth's place in its posterior less the diagonal, one panel a parameter, with the band of all together."""
    names = found.parameters["parameter"].tolist()
    rows = -(-len(names) // ACROSS)
    figure = Picture(figsize=(WIDTH, 1.12 * rows), layout="constrained")
    axes = figure.subplots(rows, ACROSS, sharex=True, sharey=True, squeeze=False)
    draws = len(found.experiment.place)
    grid, low, high = ecdf_band(draws, found.gamma_all)
    for panel, axis in enumerate(axes.flat):
        if panel >= len(names):
            axis.set_axis_off()
            continue
        place = np.sort(found.experiment.place[:, panel])
        ecdf = np.searchsorted(place, grid, side="right") / draws
        inside = bool(found.parameters["within_band_of_all"].iloc[panel])
        axis.fill_between(grid, low - grid, high - grid, color=PALE, lw=0)
        axis.axhline(0, color=GREY, lw=0.5)
        axis.plot(grid, ecdf - grid, color=BLUE if inside else ORANGE, lw=0.9)
        axis.set_title(_short(names[panel]), fontsize=6, weight="normal")
        axis.set_xticks([0, 0.5, 1], ["0", words.number(0.5, 1), "1"])
        axis.yaxis.set_major_formatter(lambda y, _: words.number(y, 1))
        axis.tick_params(labelsize=5.5)
    figure.supxlabel(words.text("validation.axis_place"), fontsize=6.5)
    return figure


@styled
def contracted(found: Validation, words: Words) -> Figure:
    """Share of each parameter's prior spread that the targets took away; hollow: without assumed targets."""
    table = found.parameters.iloc[::-1]
    figure = Picture(figsize=(WIDTH, 0.19 * len(table) + 0.5), layout="constrained")
    axis = figure.subplots()
    y = np.arange(len(table))
    calibrated = (table["class"] == "calibrated").to_numpy()
    axis.axvline(CONTRACTED, color=INK, lw=0.7, ls=(0, (3, 2)))
    axis.hlines(y, 0, table["contraction"], color=PALE, lw=4)
    axis.scatter(table["contraction"], y, s=16, c=[BLUE if c else ORANGE for c in calibrated], zorder=3)
    axis.scatter(table["without_assumed"], y, s=24, facecolors="none", edgecolors=GREY, lw=0.7, zorder=2)
    axis.set_yticks(y, table["parameter"])
    axis.set_xlim(min(-0.08, float(table["contraction"].min()) - 0.04), 1.0)
    axis.xaxis.set_major_formatter(lambda x, _: words.percent(x))
    axis.set_xlabel(words.text("validation.axis_contraction"))
    return figure


@styled
def predicted(rows: Sequence[Prediction], words: Words) -> Figure:
    """Facts on the scale of their 90 % interval: -1 and 1 are its ends, 0 the middle. A fact outside is a miss."""
    from_below = list(rows)[::-1]
    figure = Picture(figsize=(WIDTH, 0.2 * len(from_below) + 0.55), layout="constrained")
    axis = figure.subplots()
    axis.axvspan(-1, 1, color=PALE, lw=0)
    axis.axvline(0, color=GREY, lw=0.6)
    for y, row in enumerate(from_below):
        half = row.high - row.middle if row.fact > row.middle else row.middle - row.low
        at = (row.fact - row.middle) / half if half > 0 else 0.0
        edge = 3.3
        colour = BLUE if row.hit else ORANGE
        axis.plot(
            [min(max(at, -edge), edge)],
            [y],
            marker="o" if abs(at) <= edge else (">" if at > 0 else "<"),
            ms=4,
            color=colour,
        )
    axis.set_yticks(range(len(from_below)), [label(row.name, words) for row in from_below])
    axis.set_xlim(-3.5, 3.5)
    axis.set_ylim(-0.7, len(from_below) - 0.3)
    axis.set_xlabel(words.text("validation.axis_interval"))
    axis.xaxis.set_major_formatter(lambda x, _: words.number(x, 0, signed=True))
    return figure


def label(name: str, words: Words) -> str:
    """What a moment or a held-out fact is called."""
    return str(words.raw("validation.facts").get(name, name))


@styled
def informed(found: Validation, words: Words) -> Figure:
    """Contraction that is lost when one target is left out: targets down, parameters across."""
    table = found.identified
    figure = Picture(figsize=(WIDTH, 0.2 * len(table) + 1.5), layout="constrained")
    axis = figure.subplots()
    values = table.to_numpy(dtype=float)
    axis.imshow(np.clip(values, 0, 0.5), cmap="Blues", aspect="auto", vmin=0, vmax=0.6)
    for i, j in np.argwhere(np.abs(values) >= 0.03):
        axis.text(
            j,
            i,
            f"{100 * values[i, j]:.0f}",
            ha="center",
            va="center",
            fontsize=5.5,
            color=INK if values[i, j] < 0.4 else "white",
        )
    axis.set_xticks(
        range(values.shape[1]), [_short(str(c)) for c in table.columns], rotation=55, ha="right", fontsize=6
    )
    axis.set_yticks(range(values.shape[0]), [label(str(n), words) for n in table.index], fontsize=6)
    for side in axis.spines.values():
        side.set_visible(False)
    axis.tick_params(length=0)
    return figure
