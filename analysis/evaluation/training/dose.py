"""How an outcome goes with an amount (hours of training, a rating), other things held equal: an association."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.evaluation.clustered import Fit
from analysis.evaluation.training.fits import regression
from data.errors import InputError, nearest

__all__ = ["dose"]


def dose(
    frame: pd.DataFrame, *, outcome: str, amount: str, covariates: Sequence[str] = (), standardised: bool = False
) -> Fit:
    """Slope of `outcome` on `amount`, adjusted for covariates (least squares, HC2).

    Nobody was assigned to an amount, so this is no effect. Rows with a gap are left out.

    Args:
        frame: one row a person. standardised: SD of the outcome per SD of the amount, both of the rows used.

    Raises:
        InputError: a column is not there or holds no numbers, or there are too few rows.
    """
    columns = list(dict.fromkeys([outcome, amount, *covariates]))
    for name in columns:
        if name not in frame:
            near = nearest(name, map(str, frame.columns))
            raise InputError(f"'{name}' is no column of the table" + (f"; did you mean '{near}'?" if near else ""))
        if not pd.api.types.is_numeric_dtype(frame[name]):
            raise InputError(f"column '{name}': text; numbers are needed")
    used = frame[columns].astype(float).dropna()
    if len(used) < len(columns) + 2 or used[amount].nunique() < 2:
        raise InputError(f"{len(used)} complete rows; more people, or different amounts, are needed")
    if standardised:
        pair = used[[outcome, amount]]
        used[[outcome, amount]] = (pair - pair.mean()) / pair.std()
    return regression(used[outcome].to_numpy(dtype=float), used[[amount, *covariates]], amount)
