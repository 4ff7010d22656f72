"""A grid over levers: every combination of some values as a policy, compared with the policy it starts from.

    found = explore(scenario, {"training.follow_up": [0, 0.3, 0.6], "integrity.audit_probability": [0.04, 0.08]})
    found.frame      one row a combination and outcome
    found.figure("competence")

All combinations share their draws and their luck, like the policies of any comparison.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.decision.compare import SHOWN, compare
from analysis.presentation.words import Words
from data.errors import InputError, nearest
from data.notebook import table
from simulation.city import load_profile
from simulation.ensembles.ensemble import Ensemble
from simulation.levers import pack
from simulation.mesa_face.arguments import with_levers
from simulation.outcomes import NAMES
from simulation.policy import DEFAULTS, Policy, Text
from simulation.scenario import Scenario

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["MOST", "Exploration", "explore", "policies_of"]

MOST = 500  # combinations of one grid
SHOWN_ROWS = 40  # combinations that a notebook shows
LONGEST_NAME = 60  # characters


@dataclass(frozen=True)
class Exploration:
    """What a grid over levers gave.

    Attributes:
        frame: one row a combination and outcome: a column a lever (its dotted name), policy, title, outcome, unit, level, difference from
            the policy the grid starts from with low and high (central 90 % of draws), monte_carlo_error, share_better, draws,
            cost_difference over the horizon [Rp billion].
        levers: dotted names of the levers, in the order of the grid.
        base: name of the policy the grid starts from.
        left_out: combinations that cannot be had, with the reason.
        outcomes: every run, as `Ensemble.run` gives it.
        lang: language of titles and figures.
    """

    frame: pd.DataFrame
    levers: tuple[str, ...]
    base: str
    left_out: tuple[tuple[dict[str, Any], str], ...]
    outcomes: pd.DataFrame
    lang: str = "en"

    def figure(self, outcome: str = "competence") -> Figure:
        """The differences of one outcome over the grid: a line for one lever, a map for two, intervals for more.

        Raises: InputError for an outcome that was not asked for, with the nearest.
        """
        from analysis.report.grid_figure import grid

        there = list(dict.fromkeys(self.frame["outcome"]))
        if outcome not in there:
            raise InputError(f"outcome {outcome!r} is not in this exploration; {_hint(outcome, there)}")
        return grid(self.frame[self.frame["outcome"] == outcome], self.levers, Words(self.lang))

    def _repr_html_(self) -> str:
        words = Words(self.lang)
        shown = list(dict.fromkeys(self.frame["outcome"]))
        rows = []
        for _, part in list(self.frame.groupby("policy", sort=False))[:SHOWN_ROWS]:
            settings = [words.lever_value(name, part[name].iloc[0]) for name in self.levers]
            by = part.set_index("outcome")[["difference", "low", "high"]].to_dict("index")
            differences = [
                [words.difference(by[name][key], name) for key in ("difference", "low", "high")] for name in shown
            ]
            rows.append([*settings, *(f"{mean} ({low} … {high})" for mean, low, high in differences)])
        heads = [*map(words.lever, self.levers), *(f"{words.short(n)} [{words.difference_unit(n)}]" for n in shown)]
        note = "Differences; in brackets what 90 % of draws hold."
        more = self.frame["policy"].nunique() - len(rows)
        return table(repr(self), heads, rows, note + (f" {more} more in frame." if more else ""))

    def __repr__(self) -> str:
        cells = self.frame["policy"].nunique()
        left = f", {len(self.left_out)} left out" if self.left_out else ""
        draws = int(self.frame["draws"].max())
        return f"Exploration({' x '.join(self.levers)}: {cells} combinations{left}, {draws} draws, against {self.base})"


def explore(
    scenario: Scenario, grid: Mapping[str, Sequence[Any]], *, base: Policy | str | None = None, draws: int = 20, scale: float = 0.05,
    outcomes: Sequence[str] = tuple(SHOWN), window: int = 12, progress: Any = None, lang: str = "en", **settings: Any,
) -> Exploration:  # fmt: skip
    """Run every combination of some values of some levers, and compare each with the policy the grid starts from.

    Args:
        scenario: city, horizon and shocks; its policies are not run, but for `base`.
        grid: values to try for each lever, by its dotted name such as "training.follow_up".
        base: policy that the combinations change, by name or as a Policy; default the scenario's reference.
        draws, scale, progress: as `Ensemble`; settings: its other arguments (seed, workers, parameters).
        outcomes: which to compare; window: months at the end that are averaged [months]; lang: language of titles and figures.

    Raises:
        InputError: an unknown lever, outcome or policy (with the nearest), an empty grid or one of more than `MOST` combinations, a value
            that is not allowed, or no combination that can be paid.
    """
    for name in outcomes:
        if name not in NAMES:
            raise InputError(f"outcome {name!r} is not one of the model; {_hint(name, NAMES)}")
    start = base if isinstance(base, Policy) else scenario.policy(base or scenario.reference)
    cells, left_out = policies_of(start, grid, scenario, lang)
    run = scenario.with_(policies=(start, *cells), reference=start.name)
    ensemble = Ensemble(run, draws=draws, scale=scale, **settings)
    runs = ensemble.run(progress)
    compared = compare(
        runs[["policy", "draw", "seed", "month", "cost", *(o for o in outcomes if o != "cost")]], start.name, window
    )
    frame = compared[(compared["policy"] != start.name) & compared["outcome"].isin(outcomes)].copy()
    titles = {policy.name: localised_title(policy, lang) for policy in cells}
    for place, lever in enumerate(grid):
        frame.insert(
            place, lever, frame["policy"].map({name: values[lever] for name, values in _settings(cells, grid).items()})
        )
    frame.insert(len(grid) + 1, "title", frame["policy"].map(titles))
    columns = [
        *grid,
        "policy",
        "title",
        "outcome",
        "unit",
        "level",
        "difference",
        "low",
        "high",
        "monte_carlo_error",
        "share_better",
        "draws",
    ]
    frame = frame[[*columns, "cost_difference"]].reset_index(drop=True)
    return Exploration(frame, tuple(grid), start.name, tuple(left_out), runs, lang)


def policies_of(
    base: Policy, grid: Mapping[str, Sequence[Any]], scenario: Scenario, lang: str = "en"
) -> tuple[list[Policy], list[tuple[dict[str, Any], str]]]:
    """The combinations of a grid as policies, with names and titles made for them, and those that cannot be had with the reason.

    A combination cannot be had when it costs more than its budget, or when levers exclude each other.

    Raises: InputError, see `explore`.
    """
    if not grid or any(isinstance(values, str) or not len(values) for values in grid.values()):
        raise InputError(
            "grid: at least one lever with a list of values is needed, such as {'training.follow_up': [0, 0.5]}"
        )
    for lever in grid:
        if lever not in DEFAULTS:
            raise InputError(f"{lever}: unknown lever; {_hint(lever, DEFAULTS)}")
    count = 1
    for values in grid.values():
        count *= len(values)
    if count > MOST:
        raise InputError(f"grid: {count} combinations; at most {MOST}")
    profile = load_profile(scenario.city)
    alone = {lever: [_valid(base, lever, value) for value in values] for lever, values in grid.items()}
    for lever, values in alone.items():
        if len(set(values)) < len(values):
            raise InputError(f"{lever}: a value stands twice in {values}")
    found: list[Policy] = []
    left_out: list[tuple[dict[str, Any], str]] = []
    for number, combination in enumerate(itertools.product(*alone.values()), start=1):
        levers = dict(zip(grid, combination, strict=True))
        try:
            policy = _named(with_levers(base, {k.replace(".", "__"): v for k, v in levers.items()}), levers, number)
            pack(policy, profile)
        except InputError as error:
            left_out.append((levers, str(error).removeprefix("file: ")))
            continue
        found.append(policy)
    if not found:
        raise InputError(f"grid: none of {count} combinations can be had; the first: {left_out[0][1]}")
    return found, left_out


def localised_title(policy: Policy, lang: str) -> str:
    """The title of a policy in one language."""
    return policy.title.id if lang == "id" else policy.title.en


def _valid(base: Policy, lever: str, value: Any) -> Any:
    """The value, when the lever can have it whatever the others are. Raises InputError."""
    try:
        with_levers(base, {lever.replace(".", "__"): value})
    except InputError as error:
        # Only what the lever itself refuses ends the grid: what excludes another lever is left out, with its reason.
        if str(error).startswith(lever):
            raise
    return (
        float(value)
        if isinstance(value, int) and not isinstance(value, bool) and isinstance(DEFAULTS[lever], float)
        else value
    )


def _named(policy: Policy, levers: Mapping[str, Any], number: int) -> Policy:
    """The policy under a name and a title that say what was changed; its number in place of a name that would be too long."""
    titles = {}
    for lang in ("en", "id"):
        words = Words(lang)
        titles[lang] = ", ".join(f"{words.lever(k)}: {words.lever_value(k, v)}" for k, v in levers.items())
    parts = [f"{k.rpartition('.')[2]}_{v}" for k, v in levers.items()]
    slug = re.sub(r"[^a-z0-9]+", "_", "_".join(parts).lower()).strip("_")
    name = slug if len(slug) <= LONGEST_NAME else f"combination_{number:03d}"
    return policy.model_copy(update={"name": name, "title": Text(**titles), "note": None})


def _settings(policies: Sequence[Policy], levers: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {policy.name: {lever: policy.levers()[lever] for lever in levers} for policy in policies}


def _hint(name: str, allowed: Any) -> str:
    close = nearest(name, allowed)
    return f"did you mean '{close}'?" if close else f"allowed: {', '.join(allowed)}"
