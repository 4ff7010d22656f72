"""Outcomes of many runs, a column at a time: from a frame in memory, or from the file of a run without reading all of it.

A comparison needs one number a run of each outcome, so it reads one policy and one outcome at a time. A hundred times as many runs then
need hardly more memory.
"""

from __future__ import annotations

import abc
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.errors import InputError, nearest
from simulation.ensembles.parquet import KEY_COLUMNS, RunFile
from simulation.outcomes import OUTCOMES

__all__ = ["KEYS", "OutcomeTable", "Outcomes", "as_outcome_table"]

Array = NDArray[np.float64]
KEYS = KEY_COLUMNS


class OutcomeTable(abc.ABC):
    """Runs of some policies that share draws, seeds and months.

    Attributes: policies, in alphabetical order; outcomes, the columns in the order of the model, others behind; draws, the draw of each
    run, int64 (runs,); months, int64 (months,).
    """

    def __init__(self, policies: Iterable[str], columns: Iterable[str], draws: Any, months: Any) -> None:
        self.policies = sorted(policies)
        there = [c for c in columns if c not in KEYS]
        ordered = [o.name for o in OUTCOMES if o.name in there]
        self.outcomes = ordered + [c for c in there if c not in ordered]
        self.draws = draws
        self.months = months

    @abc.abstractmethod
    def values(self, policy: str, outcome: str) -> Array:
        """An outcome of the runs of a policy: float64 (runs, months), not a number where there is none."""

    @abc.abstractmethod
    def only(self, policies: Iterable[str]) -> Self:
        """The same runs of some policies."""

    def close(self) -> None:
        """Close the file; a frame has none."""
        return

    @property
    def after_start(self) -> Any:
        """Which months count: all but the first, which is the start; bool (months,)."""
        return self.months > self.months[0] if len(self.months) > 1 else np.ones(1, dtype=bool)

    def by_draw(self, values: Array) -> Array:
        """Mean of the runs of each draw: float64 (runs, ...) becomes (draws, ...)."""
        first = np.flatnonzero(np.diff(self.draws, prepend=self.draws[:1] - 1))
        if len(first) == len(self.draws):
            return values
        there = np.isfinite(values)
        total = np.add.reduceat(np.where(there, values, 0.0), first, axis=0)
        with np.errstate(invalid="ignore"):
            return np.asarray(total / np.add.reduceat(there, first, axis=0, dtype=np.int64))


class _Frame(OutcomeTable):
    """A checked frame in the order of its keys."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame
        groups = frame.groupby("policy", sort=True).indices
        self._rows = {str(p): slice(int(rows[0]), int(rows[-1]) + 1) for p, rows in groups.items()}
        keys = frame.iloc[next(iter(self._rows.values()))]
        change = np.flatnonzero(keys[["draw", "seed"]].ne(keys[["draw", "seed"]].shift()).any(axis=1))
        months = np.unique(keys["month"].to_numpy())
        self._run = np.repeat(np.arange(len(change)), np.diff(change, append=len(keys)))
        self._month = np.searchsorted(months, keys["month"].to_numpy())
        super().__init__(self._rows, frame.columns, keys["draw"].to_numpy()[change], months)

    def values(self, policy: str, outcome: str) -> Array:
        values = np.full((len(self.draws), len(self.months)), np.nan)
        column = self._frame[outcome].iloc[self._rows[policy]]
        values[self._run, self._month] = column.to_numpy(dtype=np.float64, na_value=np.nan)
        return values

    def only(self, policies: Iterable[str]) -> Self:
        return type(self)(self._frame[self._frame["policy"].isin(list(policies))])


class _File(OutcomeTable):
    """The table that a run leaves, see `simulation.ensembles.parquet`."""

    def __init__(self, file: RunFile, policies: Iterable[str]) -> None:
        self._file = file
        super().__init__(policies, file.columns, file.draws, file.months)

    def values(self, policy: str, outcome: str) -> Array:
        values: Array = self._file.values(policy, outcome)
        if np.isinf(values).any():
            raise InputError(f"outcomes: column '{outcome}': infinite value; numbers or empty")
        return values

    def only(self, policies: Iterable[str]) -> Self:
        return type(self)(self._file, policies)

    def close(self) -> None:
        self._file.close()


Outcomes = pd.DataFrame | Path | OutcomeTable


def as_outcome_table(outcomes: Outcomes, reference: str) -> OutcomeTable:
    """The outcome table of a frame or an outcomes.parquet (or the table itself), checked to hold the reference policy.

    Raises:
        InputError: a key column is missing or repeated, a value is no finite number, the reference is missing, or the policies do not
            share the same draws, seeds and months.
    """
    if isinstance(outcomes, Path):
        file = RunFile.of(outcomes)
        # Rows in another order than a run leaves them are put in order in memory.
        outcomes = pd.read_parquet(outcomes) if file is None else _File(file, file.policies)
    if isinstance(outcomes, pd.DataFrame):
        return _Frame(_checked(outcomes, reference))
    _check_reference(reference, outcomes.policies)
    return outcomes


def _check_reference(reference: str, policies: list[str]) -> None:
    if reference not in policies:
        guess = nearest(reference, policies)
        hint = f"; did you mean '{guess}'?" if guess else ""
        raise InputError(
            f"outcomes: no reference policy '{reference}'; policies are {', '.join(sorted(policies))}{hint}"
        )


def _checked(outcomes: pd.DataFrame, reference: str) -> pd.DataFrame:
    """The frame in key order, or an InputError that says why it cannot be compared."""
    missing = [key for key in KEYS if key not in outcomes.columns]
    if missing:
        raise InputError(f"outcomes: no column '{missing[0]}'; the keys are {', '.join(KEYS)}")
    _check_reference(reference, [str(p) for p in outcomes["policy"].unique()])
    frame = outcomes.sort_values(KEYS, kind="stable", ignore_index=True)
    repeated = frame.duplicated(KEYS)
    if repeated.any():
        place = ", ".join(f"{k} {v}" for k, v in frame.loc[repeated, KEYS].iloc[0].items())
        raise InputError(f"outcomes: {place}: found twice; each run has one row a month")
    runs = {str(p): part[["draw", "seed", "month"]].to_numpy() for p, part in frame.groupby("policy", sort=True)}
    for policy, keys in runs.items():
        if not np.array_equal(keys, runs[reference]):
            raise InputError(
                f"outcomes: policy '{policy}' and reference '{reference}' do not share the same draws, seeds and "
                "months; a paired comparison needs every run of both"
            )
    names = [c for c in frame.columns if c not in KEYS]
    for name in names:
        if not pd.api.types.is_numeric_dtype(frame[name]):
            raise InputError(f"outcomes: column '{name}': found {frame[name].dtype}; outcomes are numbers")
        if np.isinf(frame[name].to_numpy(dtype=np.float64, na_value=np.nan)).any():
            raise InputError(f"outcomes: column '{name}': infinite value; numbers or empty")
    return frame
