"""Write docs/dose_response.md and its figure: each numeric lever from nothing to its bound, the others as today.

    python -m docs.dose_response                          a few hundred small paired runs a dose, some minutes
    python -m docs.dose_response --draws 20 --scale 0.01  a first look

A lever that costs money is paid for on top of today's budget, so that courses keep their money and what is seen is the lever's own; a
lever that makes seats dearer buys fewer of them with the same money, which is part of what it does.
"""

from __future__ import annotations

import argparse
import sys
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.figure import Figure

from analysis.decision.carried import HEADLINE
from analysis.decision.compare import compare
from analysis.presentation.style import COLOURS, GREY, INK, WIDTH, Picture, plain, styled, svg
from analysis.presentation.words import Words
from data.errors import InputError
from docs.refresh import ROOT, write
from docs.tables import table
from simulation import Ensemble, Scenario
from simulation.blocks import Shares, unflatten
from simulation.city import Profile, load_profile
from simulation.lever import Lever
from simulation.levers import budget, pack
from simulation.policy import LEVERS, Policy, Text

PAGE, FIGURE = ROOT / "docs" / "dose_response.md", ROOT / "docs" / "figures" / "dose_response.svg"
SCENARIO = "tangsel"
DRAWS, SCALE = 300, 0.02
STEPS = (0.0, 0.25, 0.5, 0.75, 1.0)  # squared: doses lie closer near nothing, where levers do most
# A lever that does nothing alone, and what has to stand beside it.
BESIDE: dict[str, dict[str, Any]] = {
    "needs.accuracy": {"training.targeting": "needs"},
    "evaluation.sample": {"evaluation.design": "pre_post_control", "evaluation.adapt": True},
    "evaluation.drop_after": {
        "evaluation.design": "pre_post_control", "evaluation.sample": 400, "evaluation.adapt": True, "evaluation.rule": "expected_value",
    },
}  # fmt: skip
TEXT = """# What more of one lever does

Each numeric lever from nothing to its bound, all others as today: difference from today's practice in the last twelve months of five years,
mean and 90 % of {draws} draws, {scale} of the city simulated, parameters drawn from {source}. Made by `python -m docs.dose_response`.

- A lever with a price is paid for on top of today's budget, so courses keep their money; the cost of five years stands beside each dose. A
  lever that makes seats dearer (method, hours, universities, coaching) buys fewer with the same money.
- A share is taken from the others of its kind in proportion to what they have.
- A lever that does nothing alone has others beside it: {beside}.
- A dose that no budget of ten times today's pays for is left out and named.
- The width of an interval is what is not known of the city and of effects; more runs do not narrow it.

![Dose and response, one row a lever, one column an outcome](figures/dose_response.svg)

{table}

Left out: {left_out}
"""


class Dose(NamedTuple):
    """One try of a lever: its name, the value, the policy."""

    lever: str
    value: float
    policy: Policy


def numeric() -> list[Lever]:
    """The levers that are numbers, in the order of their declaration."""
    return [lever for lever in LEVERS.values() if not lever.choices and not isinstance(lever.default, bool)]


def values_of(lever: Lever) -> list[float]:
    """Doses from the lever's least value to its bound, today's among them."""
    steps = [lever.low + (lever.high - lever.low) * step**2 for step in STEPS]
    whole = isinstance(lever.default, int)
    kept = {float(round(v) if whole else float(f"{v:.3g}")) for v in steps if v > 0.0 or lever.low == v}
    return sorted(kept | {float(lever.default)})


def doses(lever: Lever, profile: Profile) -> Iterator[Dose | str]:
    """The policies of a lever's doses; a sentence in place of one that is not allowed or cannot be paid for."""
    for number, value in enumerate(values_of(lever)):
        try:
            policy = paid(policy_of(lever, value, f"dose_{number}"), profile)
            pack(policy, profile)
        except InputError as error:
            yield f"`{lever.name}` {value:g} ({str(error).split(': ', 1)[-1]})"
        else:
            yield Dose(lever.name, value, policy)


def policy_of(lever: Lever, value: float, name: str) -> Policy:
    """Today's practice with one lever at a value. Raises InputError when that is not allowed."""
    moved: dict[str, Any] = {**(BESIDE.get(lever.name, {}) if value else {}), **shared(lever, value)}
    moved[lever.name] = round(value) if isinstance(lever.default, int) else value
    title = f"{lever.en}: {value:g}"
    return Policy(**{"name": name, "title": Text(en=title, id=title), **unflatten(moved)})


def shared(lever: Lever, value: float) -> dict[str, float]:
    """What is left for the other shares of a lever's block, in proportion to what they have today; nothing for any other lever."""
    *blocks, _ = lever.name.split(".")
    here: Any = Policy
    for block in blocks:
        here = here.model_fields[block].annotation
    if not blocks or not issubclass(here, Shares):
        return {}
    others = [one for one in LEVERS.values() if one.name.startswith(f"{'.'.join(blocks)}.") and one.name != lever.name]
    today = sum(float(one.default) for one in others)
    parts = [float(one.default) / today if today > 0.0 else 1.0 / len(others) for one in others]
    return {one.name: (1.0 - value) * part for one, part in zip(others, parts, strict=True)}


def paid(policy: Policy, profile: Profile) -> Policy:
    """The same policy with its items paid for on top of today's money for courses. Raises InputError beyond the bound of the budget.

    Measuring is never paid for more people than the courses have, so items follow the budget, and the budget is found by halving.
    """
    today = Policy(title=policy.title)
    if policy.budget_factor != today.budget_factor:
        return policy
    moved = {name: value for name, value in policy.levers().items() if value != today.levers()[name]}

    def funded(factor: float) -> Policy:
        named: dict[str, Any] = {"name": policy.name, "title": policy.title}
        return Policy(**{**named, **unflatten({**moved, "budget_factor": factor})})

    def courses(factor: float) -> float:
        try:
            return budget(funded(factor), profile).training
        except InputError:
            return -1.0

    wanted, low, high = budget(today, profile).training, 0.0, LEVERS["budget_factor"].high
    if courses(high) < wanted:
        budget(funded(high), profile)  # says what costs more than the budget
        raise InputError(f"policy {policy.name}: leaves less for courses than today at {high:g} times today's budget")
    if courses(today.budget_factor) == wanted:
        return policy
    while high - low > 1e-10:
        middle = (low + high) / 2.0
        low, high = (low, middle) if courses(middle) >= wanted else (middle, high)
    return funded(float(f"{high:.10g}"))


def responses(
    levers: list[Lever], draws: int, scale: float, parameters: str, workers: int
) -> tuple[pd.DataFrame, list[str], str]:
    """Responses to every dose: one row a lever, dose and outcome; doses left out; what the parameters were drawn from."""
    scenario = Scenario.load(SCENARIO)
    profile, today = load_profile(scenario.city), scenario.policy(scenario.reference)
    found, left_out, source = [], [], ""
    for lever in levers:
        tries = list(doses(lever, profile))
        left_out += [one for one in tries if isinstance(one, str)]
        kept = [one for one in tries if isinstance(one, Dose)]
        plans = scenario.with_(policies=(today, *(dose.policy for dose in kept)))
        ensemble = Ensemble(plans, draws=draws, scale=scale, parameters=parameters, workers=workers)
        told = compare(ensemble.run(), today.name)
        for dose in kept:
            rows = told[(told["policy"] == dose.policy.name) & told["outcome"].isin(HEADLINE)]
            columns = ["outcome", "difference", "low", "high", "monte_carlo_error", "cost_difference"]
            found.append(rows[columns].assign(lever=lever.name, dose=dose.value))
        source = str(ensemble.drawn_from)
        print(f"docs: {lever.name}: {len(kept)} doses", file=sys.stderr, flush=True)
    return pd.concat(found, ignore_index=True), left_out, source


def rows_of(found: pd.DataFrame, words: Words) -> list[list[str]]:
    """The table: a row a lever and dose, a column an outcome."""
    rows = []
    for (name, dose), part in found.groupby(["lever", "dose"], sort=False):
        cells = part.set_index("outcome")
        today = dose == float(LEVERS[str(name)].default) and (dose == 0.0 or str(name) not in BESIDE)
        said = [
            f"`{name}`",
            f"{dose:g}{' (today)' if today else ''}",
            words.money(float(part["cost_difference"].iloc[0]), signed=True),
        ]
        for outcome in HEADLINE:
            mean, low, high = (
                words.difference(float(cells[c][outcome]), outcome) for c in ("difference", "low", "high")
            )
            said.append(f"{mean} ({low} to {high})")
        rows.append(said)
    return rows


@styled
def drawn(found: pd.DataFrame, words: Words) -> Figure:
    """Mean and 90 % of draws over the dose: a row a lever, a column an outcome (one scale a column)."""
    names = list(dict.fromkeys(found["lever"]))
    figure = Picture(figsize=(WIDTH, 0.62 * len(names) + 0.4))
    grid = figure.subplots(len(names), len(HEADLINE), sharey="col", squeeze=False)
    height = 0.62 * len(names) + 0.4
    figure.subplots_adjust(left=0.24, right=0.985, top=1 - 0.3 / height, bottom=0.25 / height, wspace=0.3, hspace=0.55)
    for i, name in enumerate(names):
        for j, outcome in enumerate(HEADLINE):
            axes, lever = grid[i, j], LEVERS[name]
            line = found[(found["lever"] == name) & (found["outcome"] == outcome)]
            axes.axhline(0, color=INK, lw=0.5)
            axes.axvline(float(lever.default), color=GREY, lw=0.5, ls=(0, (3, 2)))
            axes.fill_between(line["dose"], line["low"], line["high"], color=COLOURS[0], alpha=0.25, lw=0)
            axes.plot(line["dose"], line["difference"], "o-", color=COLOURS[0], lw=1.0, ms=1.8)
            axes.set_xticks([lever.low, lever.high], [f"{lever.low:g}", f"{lever.high:g}"])
            axes.tick_params(labelsize=5, pad=1)
            if i == 0:
                axes.set_title(f"{words.short(outcome)} ({words.difference_unit(outcome)})", fontsize=6.5)
            if j == 0:
                axes.set_ylabel(
                    plain(textwrap.fill(lever.en, 30)), rotation=0, ha="right", va="center", fontsize=6, labelpad=4
                )
    return figure


def page(found: pd.DataFrame, left_out: list[str], about: Mapping[str, str]) -> str:
    """docs/dose_response.md."""
    words = Words("en")
    beside = "; ".join(
        f"`{name}` with " + ", ".join(f"`{key}: {value}`" for key, value in others.items())
        for name, others in BESIDE.items()
    )
    units = [f"{words.short(o)}, {words.difference_unit(o)}" for o in HEADLINE]
    body = table(["lever", "dose", "cost of five years", *units], rows_of(found, words))
    return TEXT.format(table=body, beside=beside, left_out="; ".join(left_out) or "nothing.", **about)


def main(arguments: list[str], page_file: Path = PAGE, figure_file: Path = FIGURE) -> int:
    """Run every dose and write page and figure."""
    parser = argparse.ArgumentParser(prog="docs.dose_response", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--draws", type=int, default=DRAWS)
    parser.add_argument("--scale", type=float, default=SCALE)
    parser.add_argument("--parameters", default="posterior")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--levers", nargs="*", choices=[v.name for v in numeric()], metavar="LEVER")
    asked = parser.parse_args(arguments)
    chosen = [lever for lever in numeric() if not asked.levers or lever.name in asked.levers]
    found, left_out, source = responses(chosen, asked.draws, asked.scale, asked.parameters, asked.workers)
    words = Words("en")
    about = {"draws": str(asked.draws), "scale": words.percent(asked.scale), "source": source}
    write(figure_file, svg(drawn(found, words), "dose_response").decode())
    write(page_file, page(found, left_out, about))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
