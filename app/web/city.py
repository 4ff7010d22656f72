"""The city in Mesa's SolaraViz: a schematic map, three curves, and controls for policy, scale, draw, seed and two levers.

`asnlab show` starts it in a browser.
Mesa's own frame (Reset, Step, Model Parameters ...) is English in every language; Mesa has no place to translate it.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import solara
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator
from mesa.visualization import SolaraViz, make_plot_component
from mesa.visualization.utils import update_counter

from analysis.presentation.drawn_from import drawn_from
from analysis.report import localised
from app.web import tiles
from app.web.choices import Choices, ShownCity

__all__ = ["CURVES", "City"]

# Outcomes drawn over time, and the least height of the frame: what one city survey could not tell apart, about, is no great change.
CURVES = {"ikm": 10.0, "competence": 0.2, "trust": 20.0}


@solara.component
def Map(model: ShownCity, choices: Choices, measure_name: solara.Reactive[str]) -> None:
    """Month, policy, and the map of what was chosen."""
    update_counter.get()  # the model is the same object after a step: this has Mesa draw it again
    solara.Style(Path(__file__).parent / "tiles.css")
    names = {choices.say(measure.key): measure for measure in tiles.MEASURES}
    share = choices.words.percent(model.scale)
    with solara.Column(gap="4px", classes=["city"]):
        month = choices.say("month", month=model.month, months=model.assumptions.months)
        # Text, not Markdown: that asks the content network for mathematics.
        solara.Text(f"{month} · {localised(model.policy.title, choices.lang)}", classes=["city-month"])
        solara.Text(choices.say("city", share=share, draw=model.draw, seed=model.seed), classes=["city-note"])
        source = drawn_from(model.drawn_from, choices.words)
        solara.Text(choices.words.text("drawn_from.line", source=source), classes=["city-note"])
        if model.refused:
            solara.Text(choices.say("refused", reason=model.refused), classes=["city-refused"])
        solara.Select(
            choices.say("map_shows"), values=list(names), value=measure_name, dense=True, classes=["city-pick"]
        )
        measure = names[measure_name.value]
        solara.HTML(tag="div", unsafe_innerHTML=tiles.draw(model, measure, model.start[measure.key], choices.words))
        solara.Text(choices.say("map_note"), classes=["city-note"])


def _dress(axes: Axes, name: str, least: float, choices: Choices) -> None:
    """Give Mesa's plot of an outcome its name, unit, latest value and a frame of all months, at least `least` high."""
    words, values = choices.words, np.asarray(axes.lines[-1].get_ydata(), np.float64)
    axes.set_title(
        f"{words.label(name)}: {words.level(float(values[-1]), name)}", loc="left", fontsize=11, fontweight="bold"
    )
    axes.lines[-1].set(marker="o", markevery=[-1], clip_on=False)
    axes.set_ylabel("")
    axes.xaxis.label.set_visible(False)  # Mesa writes "Step"
    axes.annotate(choices.say("months"), (1, 0), (0, -22), "axes fraction", "offset points", ha="right", va="top")
    axes.set_xlim(0, choices.scenario.months)
    # Without a least height the noise of the first months would look like a large change.
    low, high = values.min(), values.max()
    spare = max(0.05 * (high - low), 0.5 * (least - (high - low)))
    axes.set_ylim(low - spare, high + spare)
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: words.number(y, words.digits(name, level=True))))
    figure = axes.get_figure(root=True)
    assert figure is not None
    figure.set_size_inches(6.2, 4.6)


def curves(choices: Choices) -> list[Any]:
    """One plot for each of CURVES, by Mesa's `make_plot_component`."""
    return [
        make_plot_component(
            name, post_process=partial(_dress, name=name, least=least, choices=choices), save_format="svg"
        )
        for name, least in CURVES.items()
    ]


@solara.component
def City(choices: Choices) -> None:
    """The page: each visitor has a city of their own."""
    model = solara.use_memo(lambda: solara.reactive(choices.first()), [choices])
    # Kept here, not in Map: on Reset Mesa rebuilds its parts, and the map's selection would be lost.
    measure_name = solara.use_memo(lambda: solara.reactive(choices.say(tiles.MEASURES[0].key)), [choices])

    def parts() -> list[Any]:
        return [(lambda city: Map(city, choices, measure_name), 0), *curves(choices)]

    components = solara.use_memo(parts, [choices])
    params = solara.use_memo(choices.controls, [choices])
    SolaraViz(model, components=components, model_params=params, name=choices.profile.title)
