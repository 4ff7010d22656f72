"""Programmes with a control group: difference after, analysis of covariance, difference in differences."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from analysis.evaluation.clustered import Fit
from analysis.evaluation.training.designs import Design
from analysis.evaluation.training.estimates import Estimate, groups_of
from analysis.evaluation.training.fits import mixed, regression
from analysis.evaluation.training.places import place_of
from data.errors import InputError

__all__ = ["MainModel", "once_control", "pre_post_control"]

MainModel = Literal["ancova", "did"]


def once_control(design: Design) -> list[Estimate]:
    """Difference after training; adjusted for covariates where there are any."""
    raw = _difference(design, design.y(design.post), "difference", "beside" if design.covariates else "main")
    if not design.covariates:
        return [raw]
    return [_adjusted(design, design.post, list(design.covariates), "adjusted", "main"), raw]


def pre_post_control(design: Design, main: MainModel) -> list[Estimate]:
    """All models of the effect at `post`, the main one first; then later occasions and the time before.

    ANCOVA compares people with the same score before; difference in differences compares changes. They differ when
    the arms began unequal, and then each is right under another reason for it (Lord 1967): see `threats`.
    """
    assert design.pre is not None
    pre, before = f"y{design.pre}", design.y(design.pre)

    def model(kind: MainModel, time: int, role: Literal["main", "beside", "later", "before"]) -> Estimate:
        if kind == "ancova":
            return _adjusted(design, time, [pre, *design.covariates], "ancova", role)
        return _difference(design, design.y(time) - before, "did", role, time)

    other: MainModel = "did" if main == "ancova" else "ancova"
    found = [model(main, design.post, "main"), model(other, design.post, "beside")]
    both = design.y(design.post).where(before.notna())
    found.append(_difference(design, both, "difference", "beside"))
    found += _mixed(design, before)
    found += [model(main, t, "later") for t in design.later if _enough(design, design.y(t) - before)]
    for t in design.earlier:
        change = before - design.y(t)
        if _enough(design, change):
            found.append(_difference(design, change, "did", "before", t))
    return found


def _enough(design: Design, y: pd.Series) -> bool:
    known = y.notna()
    return bool(known[design.people["arm"]].sum() > 1 and known[~design.people["arm"]].sum() > 1)


def _counts(design: Design, known: pd.Series) -> tuple[int, int, int]:
    arm = design.people["arm"]
    return int((known & arm).sum()), int((known & ~arm).sum()), int((~known).sum())


def _checked(design: Design, y: pd.Series, time: int) -> pd.Series:
    known = y.notna()
    trained, control, _ = _counts(design, known)
    if min(trained, control) < 2:
        raise InputError(
            f"{place_of(design.programme)}: {trained} trained and {control} control people have the scores needed at "
            f"'{design.occasions[time]}'; at least 2 of each are needed"
        )
    return known


def _difference(
    design: Design,
    y: pd.Series,
    model: str,
    role: Literal["main", "beside", "later", "before"],
    time: int | None = None,
) -> Estimate:
    time = design.post if time is None else time
    known = _checked(design, y, time)
    arm = pd.DataFrame({"arm": design.people.loc[known, "arm"]})
    fit = regression(y[known].to_numpy(dtype=float), arm, "arm", groups_of(design, known))
    return Estimate(role, model, design.occasions[time], fit, *_counts(design, known))


def _adjusted(
    design: Design,
    time: int,
    columns: list[str],
    model: str,
    role: Literal["main", "beside", "later", "before"],
) -> Estimate:
    y = design.y(time)
    known = _checked(design, y.where(design.people[columns].notna().all(axis=1)), time)
    x = design.people.loc[known, ["arm", *columns]]
    if known.sum() < x.shape[1] + 3:
        raise InputError(
            f"{place_of(design.programme)}: {known.sum()} people for {x.shape[1] + 1} coefficients; more people or "
            "fewer covariates are needed"
        )
    fit = regression(y[known].to_numpy(dtype=float), x, "arm", groups_of(design, known))
    return Estimate(role, model, design.occasions[time], fit, *_counts(design, known))


def _mixed(design: Design, before: pd.Series) -> list[Estimate]:
    """Changes with a random intercept by unit, where there are units enough to see their spread."""
    change = (design.y(design.post) - before).dropna()
    units = design.people.loc[change.index, "unit"]
    if design.units < 5 or units.nunique() < 5:
        return []
    arm = design.people.loc[change.index, ["arm"]]
    fit: Fit | None = mixed(change.to_numpy(dtype=float), arm, "arm", units)
    if fit is None:
        return []
    if design.split_by_unit:
        fit = Fit(fit.value, fit.se, float(units.nunique() - 2), fit.clusters)
    counts = _counts(design, design.y(design.post).notna() & before.notna())
    return [Estimate("beside", "mixed_unit", design.occasions[design.post], fit, *counts)]
