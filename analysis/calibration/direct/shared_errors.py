"""Which published targets share the source of their errors, and how strongly that correlates them.

The error of a target is made of parts (sampling, distance between offices, the way from a nation to a city). Two targets correlate by the
parts that come from one source: product of their SDs, times how far the part moves both alike, over the product of the whole errors. What
a part is made of is published or declared with the targets; how far it moves both alike is an assumption where nothing published says it.
Targets that are read off one poll but whose common part is small (the share that trusts and its spread) are left uncorrelated.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from analysis.calibration.direct import side_payments, units
from analysis.calibration.direct.recipe import Survey
from analysis.calibration.direct.skm_thresholds import GROUPS
from analysis.presentation.digits import rounded
from simulation.posterior.moments import SCALES, moment

__all__ = ["OFFICES_ALIKE", "WAVES_ALIKE", "WAY_TO_THE_CITY", "shared_errors"]

OFFICES_ALIKE = (
    0.6  # assumed: an office above the others in procedures is above them in people; 0 would be Sekadau's respondents
)
WAVES_ALIKE = 0.8  # assumed: one step from a national police to a city, for two statistics of the same noise or of the same recovery
WAY_TO_THE_CITY = 0.8  # assumed: a city with fewer side payments than the nation has fewer at each of its services
Rows = Mapping[str, Mapping[str, Any]]


def shared_errors(rows: Rows, survey: Survey) -> list[dict[str, Any]]:
    """The correlation blocks of a targets file. rows: the targets as they stand in the file."""
    payments = tuple(name for name in rows if name.startswith("paid_"))
    way = side_payments.TRANSPORT_LOGIT_SD
    return [
        _block(
            ("process_mean", "people_mean"),
            lambda a, b: _offices(rows, survey),
            f"the same {len(survey.offices)} offices: their distance as found; units and the way from them to the city alike by "
            f"{OFFICES_ALIKE:g}, assumed",
        ),
        _block(
            ("trust_swing", "trust_tremor"),
            lambda a, b: WAVES_ALIKE * _discrepant(rows, a) * _discrepant(rows, b),
            f"one pollster's waves: the step from a national police to a city moves both alike by {WAVES_ALIKE:g}, assumed",
        ),
        _block(
            ("regained_early", "regained_late"),
            lambda a, b: WAVES_ALIKE * _discrepant(rows, a) * _discrepant(rows, b),
            f"one half-life behind both: its step from a national police to a city moves both alike by {WAVES_ALIKE:g}, assumed",
        ),
        _block(
            payments,
            lambda a, b: WAY_TO_THE_CITY * way**2 / _whole(rows, a) / _whole(rows, b),
            f"one survey of the nation: the way to the city ({way:g} logit) alike by {WAY_TO_THE_CITY:g}, assumed; sampling and how "
            "often users come are each service's own",
        ),
    ]


def _offices(rows: Rows, survey: Survey) -> float:
    """Correlation of the two official means: offices as they differ, units between and transport as assumed."""
    groups = [list(GROUPS[name]) for name in ("process", "people")]
    levels = units.unit_levels(survey)
    process, people = (np.array([np.mean([unit[e] for e in group]) for unit in levels]) for group in groups)
    between = (units.unit_spread().value / 25.0) ** 2 / len(levels) + survey.transport**2
    alike = OFFICES_ALIKE * between + float(np.ptp(process) * np.ptp(people)) / 4.0 * _together(process, people)
    return alike / _whole(rows, "process_mean") / _whole(rows, "people_mean")


def _together(one: Any, other: Any) -> float:
    """Correlation over offices, sign only where there are two; 0 where one of them does not differ."""
    if np.ptp(one) == 0.0 or np.ptp(other) == 0.0:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])


def _whole(rows: Rows, name: str) -> float:
    """SD of error and discrepancy on the moment's scale."""
    row = rows[name]
    return math.hypot(row["se"] * SCALES[moment(name).scale].slope(row["value"]), row["discrepancy"])


def _discrepant(rows: Rows, name: str) -> float:
    """Share of that SD that the discrepancy has."""
    return float(rows[name]["discrepancy"]) / _whole(rows, name)


def _block(names: tuple[str, ...], correlation: Callable[[str, str], float], note: str) -> dict[str, Any]:
    """A block as it stands in the file. correlation: of two different targets, the same whichever stands first."""
    matrix = [[1.0 if a == b else rounded(correlation(a, b)) for b in names] for a in names]
    return {"names": list(names), "matrix": matrix, "note": note}
