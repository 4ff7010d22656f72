"""The arguments of a model (scenario, whole numbers, levers as keywords), each checked and refused with a helpful error."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from data.errors import InputError, nearest
from data.lineage import default_city
from simulation.blocks import unflatten
from simulation.files import build
from simulation.policy import DEFAULTS, Policy
from simulation.scenario import Scenario


def whole(name: str, value: object) -> int:
    """A whole number from 0. Raises InputError."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 0:
        raise InputError(f"{name}: found {value!r}; a whole number from 0 is needed")
    return int(value)


def load_scenario(path: str | Path | None) -> Scenario:
    """The scenario in a file, or the shipped one. Raises InputError."""
    return Scenario.load(default_city() if path is None else path)


def with_levers(policy: Policy, levers: Mapping[str, object]) -> Policy:
    """The policy with some levers changed. Raises InputError for an unknown lever (with the nearest) or a value that is not allowed."""
    if not levers:
        return policy
    allowed = [name.replace(".", "__") for name in DEFAULTS]
    for name in levers:
        if name not in allowed:
            close = nearest(name, allowed)
            raise InputError(
                f"{name}: unknown lever; " + (f"did you mean '{close}'?" if close else f"allowed: {', '.join(allowed)}")
            )
    changed = {n.replace("__", "."): v.item() if isinstance(v, np.generic) else v for n, v in levers.items()}
    header = policy.model_dump(exclude=set(unflatten(DEFAULTS)))
    content = {**header, **unflatten({**policy.levers(), **changed})}
    try:
        return build(Policy, content, {}, Path("levers"))
    except InputError as error:
        raise InputError(str(error).removeprefix("levers:1: ")) from None
