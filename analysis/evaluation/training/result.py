"""Result of an evaluation of training: estimates by programme, decisions and threats, and tidy tables of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from analysis.evaluation.training.attrition import Ends
from analysis.evaluation.training.decision import Decision
from analysis.evaluation.training.designs import Design
from analysis.evaluation.training.estimates import Estimate, Standardiser
from analysis.evaluation.training.threats import Threat

__all__ = ["COLUMNS", "EVERY", "ProgrammeResult", "TrainingResult"]

COLUMNS = (
    "programme", "design", "role", "model", "occasion", "estimate", "se", "df", "low", "high", "p", "what",
    "estimate_sd", "estimate_sd_low", "estimate_sd_high", "standardiser", "standardiser_points", "n_treated", "n_control",
    "n_dropped", "clusters",
)  # fmt: skip
"""Columns of `TrainingResult.table`."""
EVERY = "*"  # programme of the mean over programmes


@dataclass(frozen=True)
class ProgrammeResult:
    """One programme: its design, its estimates (the main one first), its decision and its threats.

    ends: the lowest and the highest effect that people who left allow; None when nobody left.
    """

    design: Design
    estimates: list[Estimate]
    sd: Standardiser
    decision: Decision
    threats: list[Threat]
    balance: pd.DataFrame
    ends: Ends | None = None

    @property
    def main(self) -> Estimate:
        """The estimate that the decision rests on."""
        return self.estimates[0]


@dataclass(frozen=True)
class TrainingResult:
    """Result for one file.

    Attributes:
        programmes: one result a programme. outcome: the column that was used. scale: its lowest and highest value, if known.
        smallest: smallest effect of interest [SD]. randomised, chosen_by: what the user said.
        pooled: the mean effect over programmes (mixed model), where three or more have the same design of two occasions.
        evidence: what each programme can teach the city's model (`evidence.evidence_table`).
    """

    programmes: list[ProgrammeResult]
    outcome: str
    scale: tuple[float, float] | None
    smallest: float
    randomised: bool | None
    chosen_by: str | None
    pooled: list[Estimate]
    evidence: pd.DataFrame

    @property
    def table(self) -> pd.DataFrame:
        """One row a programme and estimate: see `COLUMNS`. low, high: 95 %; clusters: 0 when errors are of people.

        `what` says what it is an estimate of (`estimates.What`); p and the columns in SD are empty for a level.
        `standardiser` says whose SD divides: scores, control, before, before_within_arms (pooled), first_occasion.
        """
        rows = [_row(programme, estimate) for programme in self.programmes for estimate in programme.estimates]
        rows += [_pooled_row(e, self.programmes) for e in self.pooled]
        return pd.DataFrame(rows, columns=list(COLUMNS))

    @property
    def decisions(self) -> pd.DataFrame:
        """One row a programme: the fields of `Decision`."""
        return pd.DataFrame([vars(programme.decision) for programme in self.programmes])

    @property
    def warnings(self) -> list[Threat]:
        """Threats of all programmes, in the order of the programmes."""
        return [threat for programme in self.programmes for threat in programme.threats]

    @property
    def balance(self) -> pd.DataFrame:
        """Standardised differences before training, one row a programme and variable."""
        tables = [p.balance for p in self.programmes if len(p.balance)]
        return pd.concat(tables, ignore_index=True) if tables else self.programmes[0].balance

    def tables(self) -> dict[str, pd.DataFrame]:
        """Tidy tables by name: effects, decisions, balance, evidence; only those that hold something."""
        found = {"effects": self.table, "decisions": self.decisions, "balance": self.balance, "evidence": self.evidence}
        return {name: table for name, table in found.items() if len(table)}


def _row(programme: ProgrammeResult, estimate: Estimate) -> dict[str, object]:
    head = {"programme": programme.design.programme, "design": programme.design.kind}
    return {**head, **_numbers(estimate, programme.sd)}


def _pooled_row(estimate: Estimate, programmes: list[ProgrammeResult]) -> dict[str, object]:
    values = [p.sd.value for p in programmes]
    sd = Standardiser(math.sqrt(sum(v * v for v in values) / len(values)), programmes[0].sd.name)
    return {"programme": EVERY, "design": programmes[0].design.kind, **_numbers(estimate, sd)}


def _numbers(estimate: Estimate, sd: Standardiser) -> dict[str, object]:
    fit = estimate.fit
    low, high = fit.interval()
    level = estimate.what == "level"
    scale = math.nan if level else 1.0 / sd.value
    return {
        "role": estimate.role,
        "model": estimate.model,
        "occasion": estimate.occasion,
        "estimate": fit.value,
        "se": fit.se,
        "df": fit.df,
        "low": low,
        "high": high,
        "p": math.nan if level else fit.p(),
        "what": estimate.what,
        "estimate_sd": fit.value * scale,
        "estimate_sd_low": low * scale,
        "estimate_sd_high": high * scale,
        "standardiser": sd.name,
        "standardiser_points": sd.value,
        "n_treated": estimate.n_treated,
        "n_control": estimate.n_control,
        "n_dropped": estimate.n_dropped,
        "clusters": estimate.fit.clusters or 0,
    }
