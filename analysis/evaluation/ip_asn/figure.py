"""The result of a staff list as a figure: hours of PNS by unit, and needs by domain (or points by dimension)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from analysis.evaluation.ip_asn.result import StaffResult
from analysis.evaluation.ip_asn.wording import unit_name
from analysis.evaluation.phrases import Phrases
from analysis.presentation.style import COLOURS, GREY, INK, PALE, WIDTH, Picture, label, legend_above, styled

__all__ = ["figure"]

ENOUGH, SOME, NONE = COLOURS[0], "#f2b48a", COLOURS[1]
MOST = 24  # units shown: those with the widest gaps


@styled
def figure(result: StaffResult, lang: str = "en") -> Figure:
    """Draw a result; a part whose columns are missing from the list is left out."""
    say = Phrases(lang, "ip_asn")
    hours = _hours_of_units(result)
    with_hours = bool(result.table.iloc[0]["below"] >= 0 and result.table.iloc[0]["jp_known"])
    right = not result.needs.empty or not result.dimensions.empty
    rows = [min(len(hours), MOST + 1)] if with_hours else []
    rows += [min(result.needs["unit"].nunique(), MOST + 1) if len(result.needs) else 4] if right else []
    # names of units need the whole width: the parts stand below each other
    heights = [1.0 + 0.2 * count for count in rows or [4]]
    picture = Picture(figsize=(WIDTH, sum(heights)), layout="constrained")
    axes = picture.subplots(len(heights), 1, squeeze=False, height_ratios=heights)[:, 0]
    if with_hours:
        _hours(axes[0], hours, say)
    if len(result.needs):
        _needs(axes[-1], result, say)
    elif right:
        _dimensions(axes[-1], result.dimensions, say)
    elif not with_hours:
        axes[0].set_axis_off()
        axes[0].text(0.5, 0.5, say.text("figure.nothing"), ha="center", va="center", color=GREY)
    return picture


def _hours_of_units(result: StaffResult) -> pd.DataFrame:
    units = result.table[(result.table["scope"] == "unit") & (result.table["pns"] > 0) & result.table["below"].notna()]
    units = units.sort_values(["share_below", "name"], ascending=[False, True], kind="stable").head(MOST)
    return pd.concat([units.iloc[::-1], result.table.iloc[[0]]])  # drawn from below: all staff on top


def _named(names: pd.Series, counts: pd.Series, say: Phrases) -> list[str]:
    pairs = zip(names, counts, strict=True)
    return [f"{label(unit_name(str(n), say), 30)} ({say.number(float(c), 0)})" for n, c in pairs]


def _hours(axes: Axes, table: pd.DataFrame, say: Phrases) -> None:
    y = np.arange(len(table))
    some = table["below"] - table["without"]
    parts = {
        "enough": (table["jp_known"] - table["below"], ENOUGH),
        "some": (some, SOME),
        "none": (table["without"], NONE),
        "unknown": (table["pns"] - table["jp_known"], PALE),
    }
    left = np.zeros(len(table))
    for name, (count, colour) in parts.items():
        share = (count / table["pns"].clip(lower=1)).to_numpy(dtype=float)
        axes.barh(y, share, left=left, height=0.68, color=colour, label=say.text(f"figure.{name}"))
        left += share
    axes.set_yticks(y, _named(table["name"], table["pns"], say))
    axes.set_xlim(0, 1)
    axes.set_ylim(-0.6, len(table) - 0.4)
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: say.percent(x)))
    axes.set_xlabel(say.text("figure.share"))
    axes.set_title(say.text("figure.hours"), pad=20)
    legend_above(axes, 4, handlelength=0.9, columnspacing=0.9)


def _needs(axes: Axes, result: StaffResult, say: Phrases) -> None:
    names = say.raw("domains")
    domains = [d for d in names if d in set(result.needs["domain"])]
    table = result.needs.pivot(index="unit", columns="domain", values="share_below_80")[domains]
    counts = result.needs.groupby("unit")["n"].max()
    order = table.drop(index="all").mean(axis=1).sort_values(ascending=False, kind="stable").head(MOST)
    table = table.loc[["all", *order.index]]
    grid = np.ma.masked_invalid(table.to_numpy(dtype=float))
    axes.imshow(grid, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (i, j), value in np.ndenumerate(table.to_numpy(dtype=float)):
        if np.isfinite(value):
            axes.text(
                j, i, say.percent(value), ha="center", va="center", fontsize=6, color="white" if value > 0.55 else INK
            )
    axes.set_xticks(range(len(domains)), [str(names[d]).replace(" ", "\n") for d in domains])
    axes.set_yticks(range(len(table)), _named(pd.Series(table.index), counts.loc[table.index], say))
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_title(say.text("figure.needs"), pad=8)


def _dimensions(axes: Axes, table: pd.DataFrame, say: Phrases) -> None:
    rows = table.iloc[::-1]
    names = say.raw("dimensions")
    y = np.arange(len(rows))
    low, high = (rows["low"] / rows["most"]).to_numpy(dtype=float), (rows["high"] / rows["most"]).to_numpy(dtype=float)
    axes.barh(y, np.ones(len(rows)), height=0.5, color=PALE)
    axes.barh(y, low, height=0.5, color=ENOUGH)
    axes.barh(y, high - low, left=low, height=0.5, color=ENOUGH, alpha=0.4)
    for place, (start, end) in enumerate(zip(rows["low"], rows["high"], strict=True)):
        text = say.number(end, 1) if end - start < 0.05 else f"{say.number(start, 1)} – {say.number(end, 1)}"
        axes.text(1.02, place, text, va="center", fontsize=6.5, color=GREY)
    labels = [
        say.text("figure.points", name=names[d], most=say.number(m, 0))
        for d, m in zip(rows["dimension"], rows["most"], strict=True)
    ]
    axes.set_yticks(y, labels)
    axes.set_xlim(0, 1)
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: say.percent(x)))
    axes.set_title(say.text("figure.dimensions"), pad=8)
