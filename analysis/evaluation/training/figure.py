"""Effects with their intervals, against zero and the smallest effect of interest."""

from __future__ import annotations

import textwrap

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.evaluation.phrases import Phrases
from analysis.evaluation.training.estimates import Estimate
from analysis.evaluation.training.result import ProgrammeResult, TrainingResult
from analysis.presentation.style import GREY, INK, PALE, WIDTH, Picture, label, plain, styled

__all__ = ["figure"]

COLOURS = {"effective": "#009E73", "harmful": "#D55E00", "no_meaningful_effect": "#0072B2"}  # any other verdict: ink
MARKS = {"effective": "^", "harmful": "v", "no_meaningful_effect": "s"}
MOST_ROWS = 60
ROW, EDGE = 0.2, 0.9  # inches a row, and for title and axis


@styled
def figure(result: TrainingResult, lang: str = "en") -> Figure:
    """One row a programme and model: dot and 95 % interval [points]; filled for the estimate that the decision rests on.

    The band is the smallest effect of interest, where all programmes have about the same; otherwise each has its own.
    """
    say = Phrases(lang, "training")
    count = len(result.programmes)
    rows = [(programme, e) for programme in result.programmes for e in _estimates(programme, count)][:MOST_ROWS]
    picture = Picture(figsize=(WIDTH, EDGE + ROW * (len(rows) + 0.9 * count)), layout="constrained")
    axes = picture.subplots()
    _rows(axes, rows, say)
    kinds = {e.what for _, e in rows}
    what = kinds.pop() if len(kinds) == 1 else "mixed"
    level = what == "level"
    axes.set_xlabel(say.text(f"figure.axis.{what}"))
    axes.xaxis.set_major_locator(MaxNLocator(7))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: say.number(x, 0 if abs(x - round(x)) < 1e-9 else 1)))
    if not level:
        axes.axvline(0.0, color=GREY, lw=0.7, zorder=0)
    axes.set_title(say.text(f"figure.title.{what}"), x=0.0)
    if not level:
        band = say.text("figure.smallest", sd=say.number(result.smallest, 1))
        axes.annotate(band, (1.0, 1.0), (0, 4), "axes fraction", textcoords="offset points", ha="right", color=GREY,
                      fontsize=6.5)  # fmt: skip
    return picture


def _estimates(programme: ProgrammeResult, programmes: int) -> list[Estimate]:
    """All estimates of one programme; with many programmes the main one and the one beside it."""
    effects = [e for e in programme.estimates if e.model != "twfe_event"]
    return effects if programmes <= 3 else effects[:1]


def _rows(axes: Axes, rows: list[tuple[ProgrammeResult, Estimate]], say: Phrases) -> None:
    place, ticks, labels = 0.0, [], []
    last = None
    for programme, estimate in rows:
        if programme is not last:
            place += 0.9
            top = place
            name = label(say.named("programmes", programme.design.programme), 60)
            verdict = say.text(f"verdict.{programme.decision.verdict}", smallest=say.number(programme.decision.smallest, 1),
                                 sd=say.number(programme.decision.smallest / programme.sd.value, 1))  # fmt: skip
            axes.annotate(f"{name}. {textwrap.shorten(verdict, 110, placeholder=' …')}", (0.0, place), (2, 0),
                          ("axes fraction", "data"), textcoords="offset points", va="center", fontsize=7, weight="bold",
                          color=COLOURS.get(programme.decision.verdict, INK), zorder=4,
                          bbox={"fc": "white", "ec": "none", "pad": 0.5})  # fmt: skip
            last = programme
            count = sum(1 for s, _ in rows if s is programme)
            if estimate.what != "level":
                axes.fill_betweenx([top + 0.45, top + count + 0.45], -programme.decision.smallest, programme.decision.smallest,
                                   color=PALE, lw=0, zorder=-1)  # fmt: skip
        place += 1.0
        _dot(axes, place, programme, estimate)
        ticks.append(place)
        labels.append(_label(estimate, say))
    axes.set_yticks(ticks, labels)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_ylim(place + 0.7, 0.3)


def _dot(axes: Axes, place: float, programme: ProgrammeResult, estimate: Estimate) -> None:
    main = estimate.role == "main"
    colour = COLOURS.get(programme.decision.verdict, INK) if main else GREY
    low, high = estimate.fit.interval()
    axes.plot([low, high], [place, place], color=colour, lw=1.6 if main else 1.0, solid_capstyle="butt")
    axes.plot(
        estimate.fit.value, place, MARKS.get(programme.decision.verdict, "o") if main else "o", ms=5 if main else 4,
        mfc=colour if main else "white", mec=colour, mew=1.0,
    )  # fmt: skip


def _label(estimate: Estimate, say: Phrases) -> str:
    name = say.text(f"model.{estimate.model}")
    if estimate.role in ("later", "before"):
        since = estimate.occasion.lstrip("+-")
        if since == estimate.occasion:  # a name of the user's, not a number of occasions since the start
            name = say.text("figure.at", model=name, occasion=estimate.occasion)
        else:
            name = say.text("figure.start" if since == "0" else f"figure.{estimate.role}", n=since)
    return plain("\n".join(textwrap.wrap(name, 44)))
