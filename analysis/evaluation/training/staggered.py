"""Programmes that people begin at different occasions: effects by cohort, averaged; not two-way fixed effects.

With different beginnings the usual two-way model compares late beginners with early ones who are still gaining, and can
turn a gain into a loss. Here each cohort is compared at each time since it began with those who began last or never,
and the cohorts' effects are averaged (interaction-weighted estimator of Sun & Abraham 2021; with never-trained people and
no gaps it equals the group-time average of Callaway & Sant'Anna 2021 against the never-trained).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm

from analysis.evaluation.clustered import Array, Clustered, Fit
from analysis.evaluation.training.designs import Design
from analysis.evaluation.training.estimates import Estimate, Role
from analysis.evaluation.training.places import place_of
from data.errors import InputError

__all__ = ["staggered"]

NEVER = 10_000.0


@dataclass(frozen=True)
class Rows:
    """Person-occasions: y, person, time, start (NEVER for controls), cluster."""

    table: pd.DataFrame
    last: float  # the cohort that the others are compared with


def staggered(design: Design) -> list[Estimate]:
    """Average effect over all cohorts and occasions since training (main), by time since training, and before it.

    Beside: two-way fixed effects with time since training (`twfe_event`), the same effect for all cohorts, with
    the errors of the usual sandwich clustered by person (by unit where units began whole).
    """
    rows = _rows(design)
    columns = _cells(rows)
    if not any(e >= 0 for _, e in columns):
        raise InputError(
            f"{place_of(design.programme)}: all began together with the comparison; nobody is left to compare with"
        )
    share = rows.table.drop_duplicates("person")["start"].value_counts()
    y, x = _within(rows, np.column_stack([_cell(rows, g, e) for g, e in columns]))
    fitted, counts = Clustered(y, x, rows.table["cluster"]), _people(design, rows)

    def combined(cells: list[tuple[float, int]], role: Role, occasion: str) -> Estimate:
        weight = np.array([float(share[c[0]]) if c in cells else 0.0 for c in columns])
        pick = np.concatenate([weight / weight.sum(), np.zeros(x.shape[1] - len(columns))])
        return Estimate(role, "cohorts", occasion, fitted.of(pick), *counts)

    after = sorted({e for _, e in columns if e >= 0})
    found = [combined([c for c in columns if c[1] >= 0], "main", "all")]
    found += [combined([c for c in columns if c[1] == e], "later", f"+{e}") for e in after]
    found += [
        combined([c for c in columns if c[1] == e], "before", str(e)) for e in sorted({e for _, e in columns if e < -1})
    ]
    return found + _two_way(rows, counts)


def _rows(design: Design) -> Rows:
    people = design.people.reset_index(names="person")
    people["cluster"] = people["unit"] if design.split_by_unit else people["person"].astype(str)
    people["start"] = people["start"].fillna(NEVER)
    names = [f"y{t}" for t in design.times]
    long = people.melt(["person", "cluster", "start"], names, "time", "y").dropna(subset="y")
    long["time"] = long["time"].str[1:].astype(float)
    last = float(long["start"].max())
    if last < NEVER:  # nobody is never trained: the last to begin are the controls until they begin
        long = long[long["time"] < last]
    long = long[long.groupby("person")["y"].transform("size") > 1]
    # a cohort is only compared when it was seen just before it began
    seen = {g: bool((long.loc[long["start"] == g, "time"] == g - 1).any()) for g in long["start"].unique() if g != last}
    long = long[long["start"].map(lambda g: seen.get(g, True))]
    if long["start"].nunique() < 2 or (long["start"] == last).sum() == 0:
        raise InputError(f"{place_of(design.programme)}: no two cohorts can be compared; more occasions are needed")
    return Rows(long.sort_values(["person", "time"], ignore_index=True), last)


def _cells(rows: Rows) -> list[tuple[float, int]]:
    """Cohort and time since its beginning of every effect; the time just before is the zero."""
    table = rows.table[rows.table["start"] != rows.last]
    since = (table["time"] - table["start"]).astype(int)
    return sorted({(float(g), int(e)) for g, e in zip(table["start"], since, strict=True) if e != -1})


def _cell(rows: Rows, cohort: float, since: int) -> Array:
    table = rows.table
    return np.asarray((table["start"] == cohort) & (table["time"] - cohort == since), dtype=np.float64)


def _within(rows: Rows, cells: Array) -> tuple[Array, Array]:
    """Outcome and regressors less each person's mean: effects of persons are gone, those of occasions are columns."""
    table = rows.table
    times = sorted(table["time"].unique())[1:]
    columns = [cells, *[(table["time"] == t).to_numpy(dtype=float)[:, None] for t in times]]
    x = pd.DataFrame(np.column_stack(columns))
    centred = x - x.groupby(table["person"].to_numpy()).transform("mean")
    y = table["y"] - table.groupby("person")["y"].transform("mean")
    return y.to_numpy(dtype=float), centred.to_numpy(dtype=float)


def _people(design: Design, rows: Rows) -> tuple[int, int, int]:
    used = rows.table.drop_duplicates("person")["start"]
    treated = int((used != rows.last).sum())
    return treated, int(len(used) - treated), int(len(design.people) - len(used))


def _two_way(rows: Rows, counts: tuple[int, int, int]) -> list[Estimate]:
    """Two-way fixed effects with one coefficient for each time since training, cohorts taken to be alike."""
    table = rows.table
    since = (table["time"] - table["start"]).where(table["start"] != rows.last)
    steps = sorted(int(e) for e in since.dropna().unique() if e >= 0)
    cells = np.column_stack([np.asarray(since == e, dtype=np.float64) for e in steps])
    y, x = _within(rows, cells)
    labels = pd.factorize(table["cluster"])[0]
    found = sm.OLS(y, x).fit(cov_type="cluster", cov_kwds={"groups": labels}, use_t=True)
    # the sandwich counts the coefficients of persons, as least squares with their dummies does
    persons, n, clusters = table["person"].nunique(), len(table), int(labels.max() + 1)
    inflate = math.sqrt((n - x.shape[1]) / max(n - x.shape[1] - persons, 1))
    return [
        Estimate(
            "beside",
            "twfe_event",
            f"+{e}",
            Fit(float(found.params[i]), float(found.bse[i]) * inflate, clusters - 1.0, clusters),
            *counts,
        )
        for i, e in enumerate(steps)
    ]
