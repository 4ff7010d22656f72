"""A national scandal in trust: its size, its half-life, and the political noise around it.

Interrupted time series on one pollster's list for the national police (Polri), 2014-04 to 2023-04:

    logit(share) = level - size * 2**(-(months since September 2022) / half_life) + noise + sampling error,

noise a first-order autoregression in months (the waves are unevenly spaced). The fall built up over August 2022, which
one step cannot follow, so that wave is left out. Half-life, noise and persistence are averaged over a grid by their
marginal likelihood (generalised least squares inside), so no optimiser decides between flat tops.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import statsmodels.api as sm

from analysis.calibration.direct.estimates import Estimate, JointSpread, expit, logit
from analysis.calibration.direct.published import table

__all__ = ["ShockFit", "fit_polri", "likeliest_fit", "polri_waves", "series_fit", "trust_shock"]

Array = npt.NDArray[np.float64]
LIST_NOTE = "list published Apr 2023"
ONSET, BUILD_UP = "2022-09", "2022-08"
WAVE_SIZE, DESIGN_EFFECT = 1220, 1.5  # respondents a wave (F0252); multistage sampling, assumed
OWN_SHARE, OWN_SHARE_SD = 0.75, 0.15  # assumed: part of the fall that was the scandal's own, see `trust_shock`
HALF_LIVES = np.geomspace(1.0, 36.0, 24)
PERSISTENCES = np.array([0.3, 0.5, 0.7, 0.8, 0.88, 0.94, 0.97, 0.985])
NOISES = np.array([0.05, 0.08, 0.12, 0.17, 0.24, 0.34, 0.48, 0.68])


@dataclass(frozen=True)
class ShockFit:
    """Posterior of the interrupted series on the Polri list (means; SDs; on logit, log and natural scales)."""

    fall_logit: float
    size: float
    size_sd: float
    log_half_life: float
    log_half_life_sd: float
    correlation: float
    log_noise: float
    log_noise_sd: float
    logit_persistence: float
    logit_persistence_sd: float


def _month(label: str) -> int:
    year, month = label.split("-")
    return 12 * int(year) + int(month)


def polri_waves() -> dict[str, float]:
    """Share trusting (very or fairly) by month, one list of one pollster."""
    frame = table("trust_polri")
    frame = frame[frame["note"].astype(str).str.startswith(LIST_NOTE)]
    return {str(m): float(p) / 100.0 for m, p in zip(frame["month"], frame["percent_trust"], strict=True)}


def series_fit(half_life: float, noise: float, persistence: float) -> Any:
    """Generalised least squares of the logit of each wave on a level and the fall, for a given half-life and noise.

    Args: half_life of the fall [months]; noise, stationary SD of political mood [logit]; persistence, its monthly autocorrelation.
    Returns: statsmodels results (`level`, `size`); its `model.data.row_labels` are the months of the waves.
    """
    return _gls(*_series(), half_life, noise, persistence)


def likeliest_fit() -> Any:
    """The one of `series_fit` on the grid whose marginal likelihood is largest; `fit_polri` averages over all of them."""
    waves, since, sampling = _series()
    fits = [_gls(waves, since, sampling, h, n, p) for p in PERSISTENCES for n in NOISES for h in HALF_LIVES]
    return max(fits, key=_log_evidence)


def _series() -> tuple[pd.Series, Array, Array]:
    """Logit of each wave by month, months since the fall, sampling variance."""
    kept = {m: p for m, p in polri_waves().items() if m != BUILD_UP}
    share = np.array(list(kept.values()))
    y = pd.Series(np.log(share / (1.0 - share)), index=list(kept), name="logit trust")
    since = np.array([_month(m) for m in kept], dtype=float) - _month(ONSET)
    return y, since, DESIGN_EFFECT / (WAVE_SIZE * share * (1.0 - share))


def _gls(y: pd.Series, since: Array, sampling: Array, half_life: float, noise: float, persistence: float) -> Any:
    sigma = noise**2 * persistence ** np.abs(since[:, None] - since[None, :]) + np.diag(sampling)
    fall = np.where(since >= 0, -(2.0 ** (-since / half_life)), 0.0)
    columns = pd.DataFrame({"level": 1.0, "size": fall}, index=y.index)
    return sm.GLS(y, columns, sigma=sigma).fit(cov_type="fixed scale")


def fit_polri() -> ShockFit:
    """Fit the interrupted series; the grid is averaged by its marginal likelihood under flat priors on it."""
    waves = polri_waves()
    series = _series()
    rows: list[tuple[float, ...]] = []
    for persistence in PERSISTENCES:
        for noise in NOISES:
            for half in HALF_LIVES:
                result = _gls(*series, half, noise, persistence)
                size, size_var = float(result.params["size"]), float(np.asarray(result.cov_params())[1, 1])
                rows.append(
                    (_log_evidence(result), size, size_var, math.log(half), math.log(noise), logit(float(persistence)))
                )
    grid = np.array(rows)
    return _averaged(grid, logit(waves["2022-06"]) - logit(waves[ONSET]))


def _log_evidence(fit: Any) -> float:
    """Log marginal likelihood of a fit with flat priors on the two coefficients (known error scale)."""
    y, x, sigma, beta = fit.model.endog, fit.model.exog, fit.model.sigma, np.asarray(fit.params)
    inverse = np.linalg.inv(sigma)
    residual = y - x @ beta
    _, logdet_sigma = np.linalg.slogdet(sigma)
    _, logdet_info = np.linalg.slogdet(x.T @ inverse @ x)
    return float(-0.5 * (residual @ inverse @ residual + logdet_sigma + logdet_info))


def _averaged(grid: npt.NDArray[np.float64], fall: float) -> ShockFit:
    weight = np.exp(grid[:, 0] - grid[:, 0].max())
    weight /= weight.sum()
    size, size_var, half, noise, persistence = grid[:, 1:].T
    mean = {k: float(weight @ v) for k, v in {"s": size, "h": half, "n": noise, "p": persistence}.items()}
    size_sd = math.sqrt(float(weight @ (size_var + (size - mean["s"]) ** 2)))
    half_sd = math.sqrt(float(weight @ (half - mean["h"]) ** 2))
    cross = float(weight @ ((size - mean["s"]) * (half - mean["h"])))
    return ShockFit(
        fall_logit=fall,
        size=mean["s"],
        size_sd=size_sd,
        log_half_life=mean["h"],
        log_half_life_sd=half_sd,
        correlation=cross / (size_sd * half_sd),
        log_noise=mean["n"],
        log_noise_sd=math.sqrt(float(weight @ (noise - mean["n"]) ** 2)),
        logit_persistence=mean["p"],
        logit_persistence_sd=math.sqrt(float(weight @ (persistence - mean["p"]) ** 2)),
    )


def trust_shock() -> tuple[list[Estimate], JointSpread]:
    """Scandal size and half-life, political noise and its persistence.

    A fall common to all institutions in October 2022 (fuel prices) is in the series and cannot be told from the
    scandal with one institution: an assumed share of 0.75 (SD 0.15) of the fall is the scandal's own, and the
    spreads are widened for transport from a national police to a city's government.
    """
    fit = fit_polri()
    size = fit.size * OWN_SHARE
    log_size_sd = math.sqrt((fit.size_sd / fit.size) ** 2 + (OWN_SHARE_SD / OWN_SHARE) ** 2 + 0.3**2)
    log_half_sd = math.hypot(fit.log_half_life_sd, 0.3)
    noise_sd = math.hypot(fit.log_noise_sd, 0.4)
    persistence_sd = math.hypot(fit.logit_persistence_sd, 0.5)
    ids = ("trust_polri", "F0252")
    series = (
        "interrupted time series (GLS with autoregressive noise) on one pollster's 19 waves for the national police"
    )
    return [
        Estimate(
            "scandal_size",
            size,
            log_size_sd,
            "lognormal",
            (0.02, 2.0),
            "logit",
            "measured",
            ids,
            f"{series}; 0.75 (SD 0.15, assumed) of the fall is the scandal's own because the fall common to all "
            "institutions in late 2022 is not in the tables; 0.3 log added for transport to a city",
        ),
        Estimate(
            "scandal_half_life",
            math.exp(fit.log_half_life),
            log_half_sd,
            "lognormal",
            (0.5, 60.0),
            "months",
            "measured",
            ids,
            f"{series}; five waves after the fall hardly separate half-life from noise, 0.3 log added for transport",
        ),
        Estimate(
            "political_noise_sd",
            math.exp(fit.log_noise),
            noise_sd,
            "lognormal",
            (0.01, 1.0),
            "logit",
            "measured",
            ids,
            f"{series}: stationary SD of the noise net of sampling error; whether a city's trust moves as much "
            "as a national police's is not identified, 0.4 log added",
        ),
        Estimate(
            "political_noise_persistence",
            expit(fit.logit_persistence),
            persistence_sd,
            "logitnormal",
            (0.0, 0.999),
            "monthly autocorrelation",
            "measured",
            ids,
            f"{series}; waves one to twelve months apart barely identify it, 0.5 logit added",
        ),
    ], JointSpread(
        ("scandal_size", "scandal_half_life"),
        (
            (log_size_sd**2, fit.correlation * (fit.size_sd / fit.size) * fit.log_half_life_sd),
            (fit.correlation * (fit.size_sd / fit.size) * fit.log_half_life_sd, log_half_sd**2),
        ),
    )
