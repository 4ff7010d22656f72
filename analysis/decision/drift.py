"""Drift of the reference: what changes over the years with no policy at all, shown apart from what policies change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from analysis.decision.compare import INTERVAL
from analysis.decision.outcome_table import Outcomes, as_outcome_table

__all__ = ["Drift", "drift"]


class Drift(NamedTuple):
    """Last window of months less the first, mean and central 90 % of draws [unit of the outcome]."""

    mean: float
    low: float
    high: float


def drift(outcomes: Outcomes, reference: str, names: Iterable[str], window: int = 12) -> dict[str, Drift]:
    """Change of the reference from its first to its last months, by outcome.

    Args: window, months of both ends, which may not overlap: with fewer months nothing is returned.
    Raises: InputError as `compare`.
    """
    runs = as_outcome_table(outcomes, reference)
    chosen = np.flatnonzero(runs.after_start)
    if chosen.size < 2 * window:
        return {}
    found = {}
    for name in names:
        values = runs.values(reference, name)
        change = runs.by_draw(values[:, chosen[-window:]].mean(axis=1) - values[:, chosen[:window]].mean(axis=1))
        change = change[np.isfinite(change)]
        if change.size > 1:
            low, high = np.quantile(change, INTERVAL, method="weibull")
            found[name] = Drift(float(change.mean()), float(low), float(high))
    return found
