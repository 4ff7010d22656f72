"""Side payments per encounter, from the share of users who paid within twelve months (GCB 2020).

A user who meets the service k times in the year and pays each time with probability p has paid at least once with
probability 1 - (1 - p)**k. The survey prints the share of users; k is an assumption with a wide spread, and it decides
the level: per encounter, the probability is well below the printed share.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy.stats import norm

from analysis.calibration.direct.estimates import Estimate, logit
from analysis.calibration.direct.published import figure

__all__ = ["ENCOUNTERS", "paid_fit", "per_encounter", "side_payments"]

# service: figure, encounters of a user in twelve months (median) and its log SD, both assumed
ENCOUNTERS: dict[str, tuple[str, float, float]] = {
    "civil_registration": ("F0470", 1.5, 0.35),
    "school": ("F0471", 2.0, 0.5),
    "health": ("F0472", 3.0, 0.5),
}
USERS, DESIGN_EFFECT = 400.0, 1.5  # users of one service among 1,000 respondents, assumed; multistage sample
TRANSPORT_LOGIT_SD = 0.5  # assumed: nation 2020 -> city; KPK's integrity score (F0474) is not a rate of payments


def per_encounter(share_in_year: float, encounters: float) -> float:
    """Probability per encounter that gives `share_in_year` of users with `encounters` >= 1 encounters each."""
    never: float = (1.0 - share_in_year) ** (1.0 / max(encounters, 1.0))
    return 1.0 - never


def paid_fit(service: str) -> Any:
    """Binomial regression of the users who paid within a year on nothing but how often they came (statsmodels results; `const`).

    With a complementary log-log link and the log of the encounters as offset the constant is log(-log(1 - p)) of one encounter:
    1 - (1 - p)**k is then the share of users. Scale: the design effect of the sample, not estimated from one share.
    """
    id_, encounters, _ = ENCOUNTERS[service]
    share = figure(id_) / 100.0
    paid, constant = pd.Series([1.0, 0.0], name="paid"), pd.DataFrame({"const": [1.0, 1.0]})
    offset = np.full(2, math.log(max(encounters, 1.0)))
    family, users = sm.families.Binomial(sm.families.links.CLogLog()), np.array([share, 1.0 - share]) * USERS
    return sm.GLM(paid, constant, family=family, offset=offset, freq_weights=users).fit(scale=DESIGN_EFFECT, tol=1e-12)


def _spread(share: float, median_k: float, log_sd_k: float) -> float:
    """SD of the logit of the probability over the uncertain number of encounters and the sampling error."""
    levels = (np.arange(200) + 0.5) / 200.0
    ks = median_k * np.exp(log_sd_k * norm.ppf(levels))
    logits = np.array([logit(per_encounter(share, float(k))) for k in ks])
    sampling = math.sqrt(DESIGN_EFFECT / (USERS * share * (1.0 - share)))
    return math.sqrt(float(logits.var()) + sampling**2 + TRANSPORT_LOGIT_SD**2)


def side_payments() -> list[Estimate]:
    """Probability of a side payment per encounter, by service; `other` lies between the three that were asked."""
    found: list[Estimate] = []
    for service, (id_, median_k, log_sd_k) in ENCOUNTERS.items():
        p = -math.expm1(-math.exp(float(paid_fit(service).params["const"])))
        spread = _spread(figure(id_) / 100.0, median_k, log_sd_k)
        found.append(
            Estimate(
                f"side_payment_{service}",
                p,
                spread,
                "logitnormal",
                (0.001, 0.6),
                "probability per encounter",
                "measured",
                (id_,),
                "share of users who paid within 12 months (GCB 2020) solved for one encounter at an assumed "
                f"{median_k:g} encounters a year (log SD {log_sd_k:g}); the survey does not give encounters, users "
                "asked or the city, so 0.5 logit is added for transport",
            )
        )
    logits = np.array([logit(e.value) for e in found])
    between = float(logits.std(ddof=1))
    found.append(
        Estimate(
            "side_payment_other",
            1.0 / (1.0 + math.exp(-float(logits.mean()))),
            math.hypot(between, float(np.mean([e.se for e in found]))),
            "logitnormal",
            (0.001, 0.6),
            "probability per encounter",
            "measured",
            tuple(id_ for id_, _, _ in ENCOUNTERS.values()),
            "mean logit of the three services asked, spread between them added; no figure on licensing, social or "
            "general offices was found",
        )
    )
    return found
