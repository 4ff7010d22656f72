"""Reports and complaints: rates of two channels, access to complaint, and the share completed."""

from __future__ import annotations

import math

import numpy as np

from analysis.calibration.direct.estimates import Estimate, expit, logit
from analysis.calibration.direct.published import figure

__all__ = ["channels", "laksa_rate", "lapor_rate"]

KOTA_TANGERANG_RESIDENTS = 1.9e6  # assumed: no row of the tables holds it; an error of 10 % is far inside the spread
SERVICE_SHARE, SERVICE_LOGIT_SD = 0.10, 0.7  # assumed: share of reports that complain about service (90 %: 3-26 %)
ENCOUNTERS_PER_ADULT_MONTH = 0.1  # assumption of the city profile
DISSATISFIED, DISSATISFIED_LOGIT_SD = 0.15, 0.7  # assumed: between official answers (3 %) and the poll (35 %)


def lapor_rate() -> float:
    """Reports per adult and month through SP4N-LAPOR in Tangsel, January-October 2024."""
    return figure("F0031") / 10.0 / figure("F0477")


def laksa_rate() -> float:
    """Reports per adult and month through the city's own channel LAKSA in Kota Tangerang, 2024."""
    adult_share = figure("F0477") / figure("F0398")  # registered voters per resident, of Tangsel
    return figure("F0040") / 12.0 / (KOTA_TANGERANG_RESIDENTS * adult_share)


def channels() -> list[Estimate]:
    """report_rate, complaint_access, completed_share."""
    return [_report_rate(), _complaint_access(), _completed_share()]


def _two_channels() -> tuple[float, float]:
    """Geometric mean of the two channels' rates and its log SD (their half-distance is one SD)."""
    low, high = math.log(lapor_rate()), math.log(laksa_rate())
    return math.exp((low + high) / 2.0), (high - low) / 2.0


def _report_rate() -> Estimate:
    middle, log_sd = _two_channels()
    return Estimate(
        "report_rate",
        middle * (1.0 - SERVICE_SHARE),
        log_sd,
        "lognormal",
        (1e-5, 5e-3),
        "reports per adult-month",
        "measured",
        ("F0031", "F0040", "F0477", "F0398"),
        "geometric mean of two channels that differ ninefold (LAPOR Tangsel, LAKSA Kota Tangerang), each one SD away; "
        "the Tangsel count contradicts itself by office, and what share concerns service is assumed (10 %)",
    )


def _complaint_access() -> Estimate:
    middle, log_sd = _two_channels()
    dissatisfied_rate = ENCOUNTERS_PER_ADULT_MONTH * DISSATISFIED
    spread = math.sqrt(
        log_sd**2
        + (SERVICE_LOGIT_SD * (1.0 - SERVICE_SHARE)) ** 2
        + (DISSATISFIED_LOGIT_SD * (1.0 - DISSATISFIED)) ** 2
    )
    return Estimate(
        "complaint_access",
        middle * SERVICE_SHARE / dissatisfied_rate,
        spread,
        "lognormal",
        (1e-5, 0.2),
        "complaints per dissatisfied encounter",
        "measured",
        ("F0031", "F0040", "F0269"),
        "channel rate times the assumed 10 % about service over the assumed 0.1 encounters per adult-month of which "
        "15 % dissatisfy; none of the three is counted anywhere, so only the order of magnitude is known",
    )


def _completed_share() -> Estimate:
    tangsel = figure("F0469") / 100.0
    others = [
        figure("F0468") / 100.0,
        figure("F0041") / figure("F0040"),
        figure("F0043") / figure("F0042"),
        figure("F0045") / figure("F0044"),
    ]
    logits = np.array([logit(tangsel), *(logit(x) for x in others)])
    within = math.sqrt(1.0 / (633 * tangsel * (1.0 - tangsel)))
    return Estimate(
        "completed_share",
        expit(logit(tangsel)),
        math.hypot(within, float(logits.std(ddof=1)) / 2.0),
        "logitnormal",
        (0.05, 0.999),
        "share of reports",
        "measured",
        ("F0469", "F0468", "F0467", "F0041", "F0043", "F0045"),
        "completed share of Tangsel's LAPOR, Aug 2024 (n = 633), with half the spread between channels and years; the "
        "8 % of 2022 is left out as a system in transition, and completed is not the same as solved",
    )
