"""Figure of the study cards: what the model finds beside what it should, on the scale on which a card passes."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.calibration.cards.run import CardResult
from analysis.calibration.cards.verdict import DELTA, FACTOR, PASSED
from analysis.presentation.style import COLOURS, GREY, PALE, WIDTH, Picture, styled, svg
from analysis.presentation.words import Words

__all__ = ["cards_figure", "draw_cards"]

BLUE, ORANGE = COLOURS[0], COLOURS[1]
LEFT, RIGHT = -1.5, 3.5  # ends of the axis of ratios; what lies outside is an arrow
EDGE = 3.5  # of the axis of deltas


def draw_cards(results: Sequence[CardResult], words: Words) -> bytes:
    """The figure as SVG bytes."""
    return svg(cards_figure(results, words), "validation-cards")


@styled
def cards_figure(results: Sequence[CardResult], words: Words) -> Figure:
    """Sized cards and upper bounds as ratios to the adjusted effect, nullish ones as deviations in deltas; bars are 90 % intervals.

    Thin and grey: the study; thick: the model. Orange: not passed. Hollow: judged by size alone. H: a holdout.
    """
    ratios = [r for r in results if r.should is not None and r.card.kind in ("sized", "upper")]
    nulls = [r for r in results if r.should is not None and r.card.kind == "nullish"]
    rows = [max(len(ratios), 1), max(len(nulls), 1)]
    figure = Picture(figsize=(WIDTH, 0.19 * sum(rows) + 1.3), layout="constrained")
    upper, lower = figure.subplots(2, 1, height_ratios=[r + 1.0 for r in rows])
    _panel(upper, ratios, words, ratio=True)
    _panel(lower, nulls, words, ratio=False)
    return figure


def _panel(axis: Axes, results: Sequence[CardResult], words: Words, ratio: bool) -> None:
    low, high = (LEFT, RIGHT) if ratio else (-EDGE, EDGE)
    axis.axvspan(*((1.0 / FACTOR, FACTOR) if ratio else (-1.0, 1.0)), color=PALE, lw=0)
    axis.axvline(1.0 if ratio else 0.0, color=GREY, lw=0.6)
    from_below = list(results)[::-1]
    for y, r in enumerate(from_below):
        assert r.should is not None
        effect = r.should.effect

        def at(value: float, effect: float = effect, unit: str = r.card.unit) -> float:
            return value / effect if ratio else (value - effect) / DELTA[unit]

        colour = BLUE if r.verdict.outcome == PASSED else ORANGE
        if r.should.low is not None and r.should.high is not None:
            _bar(axis, y + 0.16, at(r.should.low), at(r.should.high), (low, high), GREY, 0.9)
        _bar(axis, y - 0.12, at(r.model.low), at(r.model.high), (low, high), colour, 1.8)
        where = at(r.model.median)
        marker = "o" if low <= where <= high else (">" if where > high else "<")
        face = "white" if r.verdict.alone else colour
        axis.plot(
            [min(max(where, low), high)], [y - 0.12], marker=marker, ms=4, color=colour, mfc=face, mew=0.9, zorder=3
        )
    labels = [
        f"{r.card.title.model_dump()[words.lang]}{' · H' if r.card.role == 'holdout' else ''}" for r in from_below
    ]
    axis.set_yticks(range(len(from_below)), labels, fontsize=5.8)
    axis.set_xlim(low, high)
    axis.set_ylim(-0.7, max(len(from_below), 1) - 0.3)
    axis.set_xlabel(words.text("cards.axis_ratio" if ratio else "cards.axis_delta"))
    axis.xaxis.set_major_formatter(lambda x, _: words.number(x, 1))


def _bar(axis: Axes, y: float, a: float, b: float, ends: tuple[float, float], colour: str, width: float) -> None:
    low, high = max(min(a, b), ends[0]), min(max(a, b), ends[1])
    if low < high:
        axis.hlines(y, low, high, color=colour, lw=width)
