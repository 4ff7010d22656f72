"""How long training lasts: in use at the workplace, and as skill when out of use."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm

from analysis.calibration.direct.estimates import Estimate, JointSpread
from analysis.calibration.direct.published import effect

__all__ = ["POINT_ERROR", "SAKS", "half_life", "half_life_implied_by_loss", "use_and_hazard", "use_fit"]

SAKS = (("saks2006_immediate", 0.0), ("saks2006_6m", 6.0), ("saks2006_12m", 12.0))
POINT_ERROR = 0.10  # [share] assumed SD of each point: trainers' perceptions in 150 organizations, not measurements
TATEL = (("tatel2025_acc", 6.5, 2.0), ("tatel2025_speed", 13.0, 1.0), ("tatel2025_mixed", 11.0, 1.0))
TRANSPORT_LOG_SD = 0.41  # [log] assumed: procedural skills of laboratories and trades -> administrative work


def use_fit() -> Any:
    """Weighted least squares of log share in use on months (statsmodels results; `const`, `months`).

    Weights are from the assumed error of each point, carried to the log by the delta method. The scale of the errors is given, not
    estimated from three residuals.
    """
    share = np.array([effect(id_) for id_, _ in SAKS])
    months = pd.DataFrame({"const": 1.0, "months": [m for _, m in SAKS]})
    log_error = POINT_ERROR / share
    return sm.WLS(np.log(share), months, weights=1.0 / log_error**2).fit(cov_type="fixed scale")


def use_and_hazard() -> tuple[Estimate, Estimate, JointSpread]:
    """Share of training in use at once and the monthly hazard of falling out of use.

    `use_fit` over the three points of Saks & Belcourt (2006).

    Returns:
        use_start [share, logit-normal], use_hazard [per month, lognormal], their covariance (logit, log).
    """
    fit = use_fit()
    start, hazard = math.exp(float(fit.params["const"])), -float(fit.params["months"])
    jacobian = np.diag([1.0 / (1.0 - start), -1.0 / hazard])  # d logit(p)/d log p, d log h/d slope
    covariance = jacobian @ np.asarray(fit.cov_params()) @ jacobian
    ids = tuple(id_ for id_, _ in SAKS)
    how = (
        "weighted least squares of log share in use on months through three points (0, 6, 12 months), each with an "
        "assumed SD of 10 points because trainers estimated them; three points cannot tell a falling hazard from a "
        "constant one"
    )
    return (
        Estimate(
            "use_start",
            start,
            math.sqrt(covariance[0, 0]),
            "logitnormal",
            (0.2, 0.95),
            "share of trained people",
            "literature",
            ids,
            how,
        ),
        Estimate(
            "use_hazard",
            hazard,
            math.sqrt(covariance[1, 1]),
            "lognormal",
            (0.002, 0.3),
            "per month",
            "literature",
            ids,
            how,
        ),
        JointSpread(("use_start", "use_hazard"), tuple(tuple(float(x) for x in row) for row in covariance)),
    )


def half_life() -> Estimate:
    """Months out of use after which half of a trained excess is gone.

    Geometric mean of the half-loss times of Tatel & Ackerman (2025): accuracy 6.5, speed 13, mixed 11 months; accuracy
    counts twice, because office work is closer to it. Spread: between the kinds of task, and transport.
    """
    logs = np.array([math.log(months) for _, months, _ in TATEL])
    weights = np.array([w for _, _, w in TATEL])
    median = math.exp(float(np.average(logs, weights=weights)))
    between = float(logs.std(ddof=1))
    return Estimate(
        "skill_half_life",
        median,
        math.hypot(between, TRANSPORT_LOG_SD),
        "lognormal",
        (2.0, 60.0),
        "months",
        "literature",
        (*(id_ for id_, _, _ in TATEL), "arthur1998_365"),
        "geometric mean of the half-loss times by kind of task (accuracy twice), spread between kinds plus an assumed "
        "transport SD of 0.41 log from procedural skills to office work; the share out of use for a year in Arthur "
        "(1998) lies inside the interval",
    )


def half_life_implied_by_loss(gain: float, loss: float, months: float = 12.0) -> float:
    """Half-life that loses `loss` of an acquired `gain` in `months` [months]; a check against Arthur et al. (1998).

    Raises ValueError unless 0 < loss < gain: exponential forgetting cannot lose more than was gained.
    """
    if not 0.0 < loss < gain:
        raise ValueError(f"loss {loss} must lie between 0 and the gain {gain}")
    return -months * math.log(2.0) / math.log(1.0 - loss / gain)
