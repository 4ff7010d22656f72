"""First direct estimates: every parameter that published evaluation data can fix without running the model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from analysis.calibration.direct import (
    channels,
    retention,
    side_payments,
    skm_thresholds,
    trust_level,
    trust_shock,
    units,
)
from analysis.calibration.direct.estimates import Estimate, write_yaml
from analysis.calibration.direct.published import sha256_of
from analysis.calibration.direct.recipe import Recipe
from analysis.calibration.direct.skm_thresholds import GROUPS, skm_block
from simulation.city import load_profile

__all__ = ["INPUTS", "MADE_BY", "direct_estimates", "run_direct"]

INPUTS = (
    "effects",
    "figures",
    "ikm_between_units",
    "ikm_panels",
    skm_thresholds.TABLE,
    "trust_polri",
)
MADE_BY = "asnlab calibrate --direct"


def direct_estimates(city: str) -> dict[str, Any]:
    """Content of a city's estimates file (see `run_direct`), rounded, in a fixed order."""
    recipe = Recipe.load(city)
    encounters = float(load_profile(city).numbers["encounters"])
    start, hazard, use_joint = retention.use_and_hazard()
    shock, shock_joint = trust_shock.trust_shock()
    found: list[Estimate] = [
        start,
        hazard,
        retention.half_life(),
        *shock,
        *trust_level.trust_level(recipe.short),
        units.unit_spread(),
        units.leniency(recipe),
        *units.element_levels(GROUPS, recipe.survey),
        units.drift(recipe.panels),
        units.year_effect(recipe.panels),
        *side_payments.side_payments(),
        *channels.channels(recipe, encounters),
    ]
    return {
        "version": 1,
        "made_by": MADE_BY,
        "inputs": {name: sha256_of(name) for name in sorted((*INPUTS, recipe.survey.answers.table))},
        "estimates": {e.name: e.as_entry() for e in found},
        "covariance": [use_joint.as_entry(), shock_joint.as_entry()],
        "skm": skm_block(),
    }


def run_direct(city: str, out: Path) -> dict[str, Any]:
    """Estimate everything for a city and write it to `out` (YAML); returns what was written.

    The file is written under a temporary name and moved. Same tables, same machine: same bytes.

    Raises:
        InputError: the city has no recipe, or a table is missing or breaks its schema.
        OSError: `out` cannot be written.
    """
    content = direct_estimates(city)
    write_yaml(content, Path(out))
    return content
