"""Every lever of a policy tried, one at a time or by chance: what tests of prices, processes and docking share.

Tries follow from the declarations in `simulation.policy`, so a new lever is tried without a line here. A lever that does nothing alone
needs a line in BEFORE (what stands already) or TOGETHER (what moves with it).
"""

from __future__ import annotations

import random
from typing import Any

from pydantic import ValidationError

from data.errors import InputError
from simulation.blocks import Shares, unflatten
from simulation.city import load_profile
from simulation.lever import Lever
from simulation.levers import pack
from simulation.policy import LEVERS, Policy

MEASURED = {"evaluation.design": "pre_post_control", "evaluation.sample": 400, "evaluation.rule": "expected_value"}
BEFORE: dict[str, dict[str, Any]] = {
    "training.targeting": {"needs.accuracy": 0.6},
    "needs.complaints_inform": {"needs.accuracy": 0.6, "training.targeting": "needs"},
    "evaluation.design": {"evaluation.adapt": True},
    "evaluation.rule": {**MEASURED, "evaluation.rule": "significance", "evaluation.adapt": True},
    "evaluation.adapt": MEASURED,
    "evaluation.revise": {**MEASURED, "evaluation.adapt": True},
    "evaluation.drop_after": {**MEASURED, "evaluation.adapt": True},
}
FAR = {
    "training.counter_seats": 0.6
}  # values to try where a tenth of the way does nothing: people at counters have more seats anyway
TOGETHER: dict[str, dict[str, Any]] = {"needs.accuracy": {"training.targeting": "needs"}}


def policy_of(levers: dict[str, Any]) -> Policy:
    """A policy with levers by dotted name; money for it is there."""
    title = {"en": "Tried", "id": "Dicoba"}
    return Policy.model_validate({"name": "tried", "title": title, **unflatten({"budget_factor": 10.0, **levers})})


def siblings(lever: Lever) -> list[Lever]:
    """The levers that a share must add up to one with, itself among them; none for any other lever."""
    *blocks, _ = lever.name.split(".")
    here: Any = Policy
    for block in blocks:
        here = here.model_fields[block].annotation
    inside = f"{'.'.join(blocks)}."
    return [v for v in LEVERS.values() if v.name.startswith(inside)] if blocks and issubclass(here, Shares) else []


def value_tried(lever: Lever) -> Any:
    """A value that is not today's: a tenth of the way to the largest, the last choice, the switch turned."""
    if lever.choices:
        return next(choice for choice in reversed(lever.choices) if choice != lever.default)
    if isinstance(lever.default, bool):
        return not lever.default
    value = FAR.get(lever.name, lever.default + 0.1 * (lever.high - lever.default))
    return max(round(value), lever.default + 1) if isinstance(lever.default, int) else value


def tried(lever: Lever) -> tuple[dict[str, Any], dict[str, Any]]:
    """Levers before a try of this one and after it, by dotted name."""
    before = BEFORE.get(lever.name, {})
    shares = [one for one in siblings(lever) if one.name != lever.name]
    if shares:
        giver = max(shares, key=lambda one: float(one.default))
        moved = min(0.2, float(giver.default))
        return before, {**before, giver.name: giver.default - moved, lever.name: lever.default + moved}
    return before, {**before, **TOGETHER.get(lever.name, {}), lever.name: value_tried(lever)}


def all_moved() -> Policy:
    """A policy that moves every lever."""
    levers = {name: value_tried(lever) for name, lever in LEVERS.items() if not siblings(lever)}
    for name, lever in LEVERS.items():
        if siblings(lever):
            shares = siblings(lever)
            levers[name] = (1 + shares.index(lever)) / sum(range(1, len(shares) + 1))
    return policy_of({**levers, "budget_factor": 9.0})


def by_chance(luck: random.Random) -> Policy:
    """A policy with every lever by chance, drawn again until it is allowed and its budget pays for it."""
    while True:
        levers = {name: value_by_chance(lever, luck) for name, lever in LEVERS.items()}
        for lever in LEVERS.values():
            if siblings(lever) and lever == siblings(lever)[0]:
                cuts = [luck.expovariate(1.0) for _ in siblings(lever)]
                levers |= {one.name: cut / sum(cuts) for one, cut in zip(siblings(lever), cuts, strict=True)}
        try:
            pack(chosen := policy_of(levers), load_profile("tangsel"))
        except (InputError, ValidationError):
            continue
        return chosen


def value_by_chance(lever: Lever, luck: random.Random) -> Any:
    """Today's value, an end of the range, or anything inside: more often near the least than near the largest."""
    if lever.choices:
        return luck.choice(lever.choices)
    if isinstance(lever.default, bool):
        return luck.random() < 0.5
    inside = lever.low + (lever.high - lever.low) * luck.random() ** 3
    value = luck.choice([lever.default, lever.low, lever.high, inside, inside, inside])
    return round(value) if isinstance(lever.default, int) else float(value)
