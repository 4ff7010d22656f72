"""How figures of a report look and are written: names, colours, number formats, the same bytes for the same figure."""

from __future__ import annotations

import functools
import io
import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter
from numpy.typing import NDArray

from analysis.presentation.words import Words

__all__ = [
    "GREY",
    "INK",
    "PALE",
    "RULES",
    "WIDTH",
    "Picture",
    "Style",
    "end_labels",
    "label",
    "legend_above",
    "mark_above",
    "note_above",
    "plain",
    "png_of",
    "spread",
    "styled",
    "svg",
]

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

SCREEN = 110  # dots an inch of a figure in a notebook

# Okabe & Ito without black (the reference) and yellow (unreadable on white), then two dark tones of Tol's muted scheme.
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#882255", "#6E6E00"]
INK, GREY, PALE = "#1f2933", "#6b7280", "#e5e7eb"
WIDTH = 7.1
NOTE = 0.13  # height of a line above a figure [inches]
RULES: Any = {
    "svg.hashsalt": "asnlab",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 7.5,
    "axes.titlesize": 8,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 7,
    "axes.edgecolor": "#9aa3ad",
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 6.5,
    "ytick.labelsize": 6.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
}


@dataclass(frozen=True)
class Style:
    """How policies are called and coloured in every figure of one report.

    Attributes: titles of the policies in order, the reference among them; reference; words of the language;
    drawn_from, what the runs' parameters are drawn from, in words, told above a figure; start_year, the calendar year that begins with
    month 0, None where months are counted from the start.
    """

    titles: Mapping[str, str]
    reference: str
    words: Words
    drawn_from: str = ""
    start_year: int | None = None
    colours: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        others = [p for p in self.titles if p != self.reference]
        colours = {p: COLOURS[i % len(COLOURS)] for i, p in enumerate(others)}
        object.__setattr__(self, "colours", {self.reference: INK, **colours})

    @property
    def others(self) -> list[str]:
        """Every policy but the reference."""
        return [p for p in self.titles if p != self.reference]

    def name(self, policy: str, width: int = 26, lines: int = 2) -> str:
        """Title of a policy, broken into at most so many lines of so many characters."""
        title = self.titles[policy]
        if lines == 1:
            return label(title, width)
        return plain("\n".join(textwrap.wrap(title, width, max_lines=lines, placeholder=" …"))) or policy

    def numbers(self, digits: int | None = None, signed: bool = False) -> FuncFormatter:
        """Tick labels in the language's number format; as many decimals as the tick needs when `digits` is None."""
        return FuncFormatter(lambda x, _: self.words.number(x, _decimals(x) if digits is None else digits, signed))


def note_above(figure: Figure, text: str) -> None:
    """Write a line at the upper edge of a figure, in room of its own."""
    width, before = figure.get_size_inches()
    height = before + NOTE
    engine, margins = figure.get_layout_engine(), figure.subplotpars
    figure.set_size_inches(width, height)
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(rect=(0, 0, 1, before / height))
    else:
        figure.subplots_adjust(top=margins.top * before / height, bottom=margins.bottom * before / height)
    figure.text(0.995, 1 - 0.03 / height, plain(text), ha="right", va="top", fontsize=5.5, color=GREY)


def legend_above(axes: Axes, columns: int, **spacing: float) -> None:
    """A legend of one line between title and drawing, at the left."""
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(-0.02, 1.0),
        ncols=columns,
        fontsize=6,
        frameon=False,
        borderpad=0.2,
        **spacing,
    )


def mark_above(axes: Axes, text: str, x: float, size: float = 6) -> None:
    """A word above the drawing, over a place x of its axis."""
    axes.annotate(
        text, (x, 1.0), xycoords=("data", "axes fraction"), ha="center", va="bottom", fontsize=size, color=GREY
    )


def elide(title: str, width: int) -> str:
    """A title of at most `width` characters: words are left out in the middle, as titles often differ at the end."""
    if len(title) <= width:
        return title
    words = title.split()
    splits = [
        (" ".join(words[:front]), " ".join(words[back:]))
        for front in range(1, len(words))
        for back in range(front + 1, len(words))
    ]
    fitting = [pair for pair in splits if len(pair[0]) + len(pair[1]) + 3 <= width]
    if not fitting:
        return title[: width - 1].rstrip() + "…"
    # Much of the title, and about as much of its start as of its end.
    head, tail = max(fitting, key=lambda p: len(p[0]) + len(p[1]) - 0.5 * abs(len(p[0]) - len(p[1])))
    return f"{head} … {tail}"


def plain(text: str) -> str:
    """A text as matplotlib shows it: dollar signs would be read as mathematics."""
    return text.replace("$", r"\$")


def label(title: str, width: int) -> str:
    """A user's own name for a figure: elided to a width, and shown as it is."""
    return plain(elide(title, width))


class Picture(Figure):
    """A matplotlib figure in the look of the report that a notebook shows by itself, whether pyplot was imported or not.

    It is an ordinary figure: change its axes, titles and sizes, then save it with `savefig`.
    """

    def _repr_png_(self) -> bytes:
        return png_of(self, dpi=SCREEN)


def styled(draw: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """A function that draws, run with the style of the report; the style of the caller's own figures stays as it is."""

    @functools.wraps(draw)
    def inside(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        with mpl.rc_context(RULES):
            return draw(*args, **kwargs)

    return inside


def png_of(figure: Figure, dpi: int = 150) -> bytes:
    """A figure as PNG: the same bytes for the same figure."""
    buffer = io.BytesIO()
    with mpl.rc_context(RULES):
        FigureCanvasAgg(figure).print_figure(buffer, format="png", dpi=dpi, metadata={"Software": None})
    return buffer.getvalue()


def svg(figure: Figure, name: str) -> bytes:
    """A figure as SVG with text as text: the same bytes for the same figure (no date or version, fixed identifiers)."""
    buffer = io.BytesIO()
    rules: Any = {**RULES, "svg.hashsalt": f"asnlab {name}"}
    with mpl.rc_context(rules):
        FigureCanvasSVG(figure).print_figure(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue().decode()
    # matplotlib lists a dozen fonts in every text; three are enough, and the drawing needs no outside declaration.
    text = re.sub(r"font-family: [^;\"]*", "font-family: 'DejaVu Sans', Verdana, Arial, sans-serif", text)
    text = re.sub(r"font: ([0-9a-z .]*px) [^;\"]*", r"font: \1 'DejaVu Sans', Verdana, Arial, sans-serif", text)
    text = re.sub(r"<!DOCTYPE[^>]*>\s*", "", text)
    return re.sub(r"\s*<metadata>.*?</metadata>", "", text, flags=re.DOTALL).encode()


def end_labels(axes: Axes, ends: Mapping[str, float], x: float, style: Style) -> None:
    """Names of the policies right of the panel, beside where their lines end, moved apart where they would overlap."""
    low, high = axes.get_ylim()
    axes.set_ylim(low, high)
    order = sorted(ends, key=lambda p: ends[p])
    values = np.array([(ends[p] - low) / (high - low) for p in order])
    gap = 0.115
    placed = spread(values, gap)
    placed = placed - max(0.0, placed[-1] - 1.0)
    placed = placed + max(0.0, -0.05 - placed[0])
    for policy, y in zip(order, placed, strict=True):
        axes.annotate(
            style.name(policy, 29, 1),
            xy=(x, ends[policy]),
            xytext=(1.09, y),
            textcoords="axes fraction",
            va="center",
            fontsize=6,
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "lw": 0.6,
                "color": style.colours[policy],
                "shrinkA": 1,
                "shrinkB": 0,
                "relpos": (0, 0.5),
            },
        )


def spread(values: NDArray[np.float64], gap: float) -> NDArray[np.float64]:
    """The same values in the same order, moved apart as little as needed: neighbours end at least `gap` apart."""
    order = np.argsort(values, kind="stable")
    offset = gap * np.arange(values.size)
    # Least squares under order constraints: isotonic regression of the values less their places in line.
    pools: list[tuple[float, int]] = []
    for value in values[order] - offset:
        mean, size = float(value), 1
        while pools and pools[-1][0] > mean:
            before, count = pools.pop()
            mean, size = (before * count + mean * size) / (count + size), count + size
        pools.append((mean, size))
    placed = np.empty_like(values)
    placed[order] = np.repeat([m for m, _ in pools], [k for _, k in pools]) + offset
    return placed


def _decimals(x: float) -> int:
    """Decimals a round tick needs: 0.25 two, 1.5 one, 20 none."""
    for digits in range(4):
        if abs(round(x, digits) - x) < 1e-9:
            return digits
    return 4
