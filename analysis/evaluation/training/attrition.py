"""What people without a score after training can do to an effect: the ends between which it lies, whoever left.

Complete cases compare those who stayed. When those leave who gained little, a useless training looks effective, and no model of the
scores that were kept can see it. The effect on people who would stay in either arm lies between two ends (Zhang & Rubin 2003; Imai
2008): each arm is trimmed, from above or below, by the most who can be in it only because of their arm, which is the share who left the
other arm over the share who stayed in this one. Where one arm is complete these are the bounds of Lee (2009). Unlike his they do not
take it that training moves everybody in one direction, to stay or to leave, which equal shares of leavers do not show.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from analysis.evaluation.clustered import Array, Fit
from analysis.evaluation.training.designs import Design
from analysis.evaluation.training.estimates import Estimate, groups_of

__all__ = ["Ends", "ends"]


@dataclass(frozen=True)
class Ends:
    """The lowest and the highest effect that the people who left allow, each a fit of its own [points]."""

    low: Fit
    high: Fit


def ends(design: Design, estimate: Estimate) -> Ends | None:
    """The ends of an estimate; None when nobody left, or when there is no comparison that leaving could spoil."""
    if design.kind == "staggered":
        return _of_cohorts(design, estimate)
    if design.kind not in ("once_control", "pre_post_control", "cutoff") or estimate.role not in ("main", "beside"):
        return None
    outcome, tested = _outcome(design, estimate)
    arm = design.people["arm"]
    stayed = {a: outcome.notna()[tested & (arm == a)] for a in (True, False)}
    if all(s.all() for s in stayed.values()):
        return None
    if design.kind == "cutoff":
        lost = {a: 1.0 - float(s.mean()) for a, s in stayed.items()}
        return _of_shares(estimate, lost[True], lost[False], float(outcome.std()))
    groups = groups_of(design, tested)
    clusters = pd.factorize(groups)[0] if groups is not None else np.arange(int(tested.sum()))
    treated, y = arm[tested].to_numpy(), outcome[tested].to_numpy(dtype=float)
    known = np.isfinite(y)
    plain = float(y[known & treated].mean() - y[known & ~treated].mean())
    found = [_end(estimate.fit, y, treated, clusters, lowest, plain) for lowest in (True, False)]
    return Ends(found[0], found[1])


def _outcome(design: Design, estimate: Estimate) -> tuple[pd.Series, pd.Series]:
    """What the model compares between the arms, empty for those who left, and who was there before."""
    people, y = design.people, design.y(design.post)
    everybody = pd.Series(True, index=people.index)
    if estimate.model == "did" and design.pre is not None:
        before = design.y(design.pre)
        return y - before, before.notna()
    columns = list(design.covariates) if estimate.model in ("ancova", "adjusted") else []
    if estimate.model == "ancova" and design.pre is not None:
        columns = [f"y{design.pre}", *columns]
    tested = people[columns].notna().all(axis=1) if columns else everybody
    if not columns:
        return y, tested
    used = tested & y.notna()
    x = np.column_stack([np.ones(int(used.sum())), people.loc[used, ["arm", *columns]].to_numpy(dtype=float)])
    slopes = np.linalg.lstsq(x, y[used].to_numpy(dtype=float), rcond=None)[0][2:]
    return y - (people[columns].to_numpy(dtype=float) @ slopes), tested


def _end(fit: Fit, y: Array, treated: np.ndarray, clusters: np.ndarray, lowest: bool, plain: float) -> Fit:
    """The effect when the trained are trimmed to their lowest (or highest) and the others to their highest (or lowest)."""
    known = np.isfinite(y)
    tested = {a: float((treated == a).sum()) for a in (True, False)}
    share = {a: float((known & (treated == a)).sum()) / tested[a] for a in (True, False)}
    value, influence = 0.0, np.zeros(len(y))
    for a, sign in ((True, 1.0), (False, -1.0)):
        cut = (1.0 - share[not a]) / share[a]
        if cut >= 1.0:
            return Fit(-math.inf if lowest else math.inf, max(fit.se, 1e-12), fit.df)
        own = np.flatnonzero(known & (treated == a))
        up = 1.0 if lowest == a else -1.0  # +1: the highest are cut off
        mean, edge, capped = _trimmed(up * y[own], cut)
        value += sign * up * mean
        # of a trimmed mean: the capped values (Huber 1981), and the shares that say how much is trimmed (Lee 2009, proposition 3)
        n = float(len(own))
        influence[own] += sign * up * (capped - capped.mean()) / ((1.0 - cut) * n) * math.sqrt(n / max(n - 1.0, 1.0))
        by_cut = -sign * up * (edge - mean) / (1.0 - cut)
        for b, slope in ((a, -cut / share[a]), (not a, -1.0 / share[a])):
            of = treated == b
            influence[of] += by_cut * slope * (known[of] - share[b]) / tested[b]
    sums = np.bincount(clusters, influence)
    # the model's own error is kept where it is larger: it knows covariates and few units
    return Fit(fit.value + value - plain, max(float(np.sqrt(np.sum(sums**2))), fit.se), fit.df, fit.clusters)


def _trimmed(y: Array, cut: float) -> tuple[float, float, Array]:
    """Mean without the highest `cut`, the value at the edge, and the values capped there."""
    ordered = np.sort(y)
    weights = np.clip((1.0 - cut) * len(y) - np.arange(len(y)), 0.0, 1.0)
    edge = float(ordered[np.flatnonzero(weights > 1e-9)[-1]])
    return float(ordered @ weights / weights.sum()), edge, np.minimum(y, edge)


def _of_cohorts(design: Design, estimate: Estimate) -> Ends | None:
    """Ends for people who began at different occasions: shares of occasions without a score, in those begun and not begun.

    Changes are taken to be normal with the spread that they have, as each cohort and occasion is too small to trim.
    """
    scores = design.people[[f"y{t}" for t in design.times]].to_numpy(dtype=float)
    start = design.people["start"].fillna(math.inf).to_numpy(dtype=float)[:, None]
    times = np.array(design.times, dtype=float)[None, :]
    begun = times >= start
    first = float(np.nanmin(np.where(np.isfinite(start), start, np.nan)))
    missing = ~np.isfinite(scores)
    after = (times >= first) & np.ones_like(missing)
    lost = [float(missing[after & who].mean()) if (after & who).any() else 0.0 for who in (begun, ~begun)]
    if max(lost) == 0.0:
        return None
    before = np.where(begun, np.nan, scores)
    centred = (
        scores - np.nanmean(np.where(np.isfinite(before).any(axis=1, keepdims=True), before, scores), axis=1)[:, None]
    )
    return _of_shares(estimate, lost[0], lost[1], float(np.nanstd(centred[begun])))


def _of_shares(estimate: Estimate, lost_treated: float, lost_control: float, spread: float) -> Ends:
    """Ends from shares lost and the spread of the outcome, as for a normal one."""
    stayed = {True: 1.0 - lost_treated, False: 1.0 - lost_control}
    moved = 0.0
    for a in (True, False):
        cut = (1.0 - stayed[not a]) / max(stayed[a], 1e-12)
        # mean of the rest when the highest `cut` of a normal is taken away
        moved += spread * float(norm.pdf(norm.isf(cut))) / (1.0 - cut) if cut < 1.0 else math.inf
    fit = estimate.fit
    return Ends(*(Fit(fit.value + side * moved, fit.se, fit.df, fit.clusters) for side in (-1.0, 1.0)))
