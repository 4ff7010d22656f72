"""Hides numbers that rest on few people, since they would describe a person, and numbers that would reveal them by subtraction."""

from __future__ import annotations

import pandas as pd

__all__ = ["SMALLEST", "too_few"]

SMALLEST = 5  # people below whom a number is not shown


def too_few(bases: pd.Series) -> pd.Series:
    """Which groups of a table cannot show a number that rests on so many of their people.

    A total over all groups stands beside them, so what is hidden can be found together by subtraction: groups are hidden, the
    smallest first, until that rests on enough people too. A base of zero has nothing to hide.

    Args:
        bases: people a number rests on, one a group.
    """
    hidden = (bases > 0) & (bases < SMALLEST)
    if hidden.any():
        for group in bases[(bases > 0) & ~hidden].sort_values(kind="stable").index:
            if bases[hidden].sum() >= SMALLEST:
                break
            hidden[group] = True
    return hidden
