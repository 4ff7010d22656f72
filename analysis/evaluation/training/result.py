"""What an evaluation gives back: a tidy table, decisions, threats, words and a figure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from analysis.evaluation.training.decision import Decision
from analysis.evaluation.training.designs import Design
from analysis.evaluation.training.estimates import Estimate, Standardiser
from analysis.evaluation.training.threats import Threat

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["COLUMNS", "EVERY", "Study", "TrainingResult"]

COLUMNS = (
    "programme", "design", "role", "model", "occasion", "estimate", "se", "df", "low", "high", "p", "effect_points",
    "effect_sd", "effect_sd_low", "effect_sd_high", "standardiser", "standardiser_points", "n_treated", "n_control",
    "n_dropped", "clusters",
)  # fmt: skip
"""Columns of `TrainingResult.table`."""
EVERY = "*"  # programme of the mean over programmes


@dataclass(frozen=True)
class Study:
    """One programme: its design, its estimates (the main one first), its decision and its threats."""

    design: Design
    estimates: list[Estimate]
    sd: Standardiser
    decision: Decision
    threats: list[Threat]
    balance: pd.DataFrame

    @property
    def main(self) -> Estimate:
        """The estimate that the decision rests on."""
        return self.estimates[0]


@dataclass(frozen=True)
class TrainingResult:
    """Result for one file.

    Attributes:
        studies: one a programme. outcome: the column that was used. scale: its lowest and highest value, if known.
        smallest: smallest effect of interest [SD]. randomised, chosen_by: what the user said. lang: language when none is given.
    """

    studies: list[Study]
    outcome: str
    scale: tuple[float, float] | None
    smallest: float
    randomised: bool | None
    chosen_by: str | None
    lang: str

    @property
    def table(self) -> pd.DataFrame:
        """One row a programme and estimate: see `COLUMNS`. low, high: 95 %; clusters: 0 when errors are of people.

        `effect_points` and `effect_sd` are empty for a level (one occasion without a control), which is no effect.
        `standardiser` says whose SD divides: scores, control, before, before_within_arms (pooled), first_occasion.
        """
        rows = [_row(study, estimate) for study in self.studies for estimate in study.estimates]
        rows += [_pooled_row(e, self.studies) for e in self.pooled]
        return pd.DataFrame(rows, columns=list(COLUMNS))

    @cached_property
    def pooled(self) -> list[Estimate]:
        """The mean effect over programmes (mixed model), where three or more have the same design of two occasions."""
        from analysis.evaluation.training.pooled import over_programmes

        return over_programmes([s.design for s in self.studies])

    @property
    def decisions(self) -> pd.DataFrame:
        """One row a programme: the fields of `Decision`."""
        return pd.DataFrame([vars(study.decision) for study in self.studies])

    @property
    def warnings(self) -> list[Threat]:
        """Threats of all programmes, in the order of the programmes."""
        return [threat for study in self.studies for threat in study.threats]

    @property
    def balance(self) -> pd.DataFrame:
        """Standardised differences before training, one row a programme and variable."""
        tables = [s.balance for s in self.studies if len(s.balance)]
        return pd.concat(tables, ignore_index=True) if tables else self.studies[0].balance

    def tables(self) -> dict[str, pd.DataFrame]:
        """Tidy tables by name: effects, decisions, balance; only those that hold something."""
        found = {"effects": self.table, "decisions": self.decisions, "balance": self.balance}
        return {name: table for name, table in found.items() if len(table)}

    def shown(self, lang: str | None = None) -> dict[str, pd.DataFrame]:
        """The tables as people read them: programmes, roles and models in words; files keep the codes."""
        from analysis.evaluation.training.wording import TrainingWords

        words, found = TrainingWords(lang or self.lang), self.tables()
        roles, models = words.raw("role"), words.raw("model")
        effects = found["effects"].assign(
            programme=lambda t: t["programme"].map(words.programme),
            role=lambda t: t["role"].map(roles),
            model=lambda t: t["model"].map(models),
        )
        return found | {"effects": effects}

    def words(self, lang: str | None = None) -> str:
        """The result in plain words, one paragraph a programme."""
        from analysis.evaluation.training.wording import paragraphs

        return "\n\n".join(paragraphs(self, lang or self.lang))

    def figure(self, lang: str | None = None) -> Figure:
        """Effects with their intervals against the smallest effect of interest."""
        from analysis.evaluation.training.figure import draw

        return draw(self, lang or self.lang)


def _row(study: Study, estimate: Estimate) -> dict[str, object]:
    head = {"programme": study.design.programme, "design": study.design.kind}
    return {**head, **_numbers(estimate, study.sd)}


def _pooled_row(estimate: Estimate, studies: list[Study]) -> dict[str, object]:
    values = [s.sd.value for s in studies]
    sd = Standardiser(math.sqrt(sum(v * v for v in values) / len(values)), studies[0].sd.name)
    return {"programme": EVERY, "design": studies[0].design.kind, **_numbers(estimate, sd)}


def _numbers(estimate: Estimate, sd: Standardiser) -> dict[str, object]:
    fit = estimate.fit
    low, high = fit.interval()
    scale = 1.0 / sd.value if estimate.effect else math.nan
    return {
        "role": estimate.role,
        "model": estimate.model,
        "occasion": estimate.occasion,
        "estimate": fit.value,
        "se": fit.se,
        "df": fit.df,
        "low": low,
        "high": high,
        "p": fit.p() if estimate.effect else math.nan,
        "effect_points": fit.value if estimate.effect else math.nan,
        "effect_sd": fit.value * scale,
        "effect_sd_low": low * scale,
        "effect_sd_high": high * scale,
        "standardiser": sd.name,
        "standardiser_points": sd.value,
        "n_treated": estimate.n_treated,
        "n_control": estimate.n_control,
        "n_dropped": estimate.n_dropped,
        "clusters": estimate.fit.clusters or 0,
    }
