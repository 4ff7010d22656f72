"""Programmes with no control group: a mean, or a change that holds whatever else happened in between."""

from __future__ import annotations

import pandas as pd

from analysis.evaluation.training.designs import Design
from analysis.evaluation.training.estimates import Estimate
from analysis.evaluation.training.fits import mean, mixed
from analysis.evaluation.training.places import place_of
from data.errors import InputError

__all__ = ["once", "pre_post"]


def once(design: Design) -> list[Estimate]:
    """Mean after training with its interval. It is a level: nothing can be said of an effect."""
    y = design.y(design.post).dropna()
    if len(y) < 2:
        raise InputError(f"{place_of(design.programme)}: {len(y)} score; at least 2 are needed")
    fit = mean(y.to_numpy(dtype=float))
    return [Estimate("main", "mean", design.occasions[design.post], fit, len(y), 0, len(design.people) - len(y))]


def pre_post(design: Design) -> list[Estimate]:
    """Paired t of the change; beside it a mixed model with a random intercept by unit; the change at later occasions."""
    assert design.pre is not None
    before = design.y(design.pre)
    found = []
    for time in (design.post, *design.later):
        change = (design.y(time) - before).dropna()
        if len(change) < 2:
            if time == design.post:
                raise InputError(
                    f"{place_of(design.programme)}: {len(change)} people have a score before and after; at least 2 are needed"
                )
            continue
        occasion, counts = design.occasions[time], (len(change), 0, len(design.people) - len(change))
        role = "main" if time == design.post else "later"
        fit = mean(change.to_numpy(dtype=float))
        found.append(Estimate("main" if role == "main" else "later", "paired", occasion, fit, *counts))
        if time == design.post and design.units >= 3:
            nothing = pd.DataFrame(index=change.index)
            units = design.people.loc[change.index, "unit"]
            with_units = mixed(change.to_numpy(dtype=float), nothing, "const", units)
            if with_units is not None:
                found.append(Estimate("beside", "mixed_unit", occasion, with_units, *counts))
    return found
