"""The result in plain words: a paragraph a programme, in English or Bahasa Indonesia."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.evaluation.training.columns import ONE
from analysis.evaluation.training.result import EVERY
from analysis.presentation.words import Words
from data import shipped_yaml
from data.arguments import argument

if TYPE_CHECKING:
    from analysis.evaluation.training.estimates import Estimate
    from analysis.evaluation.training.result import Study, TrainingResult
    from analysis.evaluation.training.threats import Threat

__all__ = ["TrainingWords", "paragraphs", "threat_words"]

SHARES = {"share", "treated", "control"}
COUNTS = {"n", "clusters", "top"}
P_VALUES = {"p"}


class TrainingWords(Words):
    """Words and number formats of one language, with the texts of this package."""

    def __init__(self, lang: str) -> None:
        super().__init__(lang)
        self._texts = _texts(lang)

    def programme(self, name: str) -> str:
        """Name of a programme; a file that names none has one for all, and the mean over programmes is of all."""
        return self.text("every") if name == ONE else self.text("all") if name == EVERY else name

    def outcome(self, name: str) -> str:
        """Name of an outcome; a column of the user's own keeps its name."""
        return str(self.raw("outcome").get(name, name))


@cache
def _texts(lang: str) -> dict[str, Any]:
    text = (Path(__file__).parent / f"texts.{lang}.yaml").read_text(encoding="utf-8")
    table: dict[str, Any] = shipped_yaml(text)
    return table


def paragraphs(result: TrainingResult, lang: str) -> list[str]:
    """A paragraph a programme, and one over all programmes where there is a pooled estimate."""
    words = TrainingWords(lang)
    found = [" ".join(_sentences(study, result, words)) for study in result.studies]
    for pooled in result.pooled:
        low, high = pooled.fit.interval()
        found.append(
            words.text(
                "pooled", value=_signed(words, pooled.fit.value), low=_signed(words, low), high=_signed(words, high)
            )
        )
    if len(result.studies) > 1:
        found.append(words.text("holm", n=len(result.studies)))
    return found


def threat_words(threat: Threat, lang: str) -> str:
    """One threat as a sentence."""
    words = TrainingWords(lang)

    def shown(name: str, value: float) -> str:
        if name in SHARES:
            return words.percent(value)
        if name in P_VALUES:
            return words.p(value)
        return words.number(value, 0 if name in COUNTS else 2 if name in ("difference", "retest") else 1)

    own = {k: shown(k, v) for k, v in threat.values.items()}
    return words.text(f"threat.{threat.code}", option=argument("retest"), **own)


def _sentences(study: Study, result: TrainingResult, words: TrainingWords) -> list[str]:
    design, main, decision = study.design, study.main, study.decision
    found = [
        words.text(
            "head",
            programme=words.programme(design.programme),
            design=words.text(f"design.{design.kind}"),
            outcome=words.outcome(result.outcome),
        )
    ]
    found += _estimate(study, main, words)
    found.append(
        words.text(f"verdict.{decision.verdict}", smallest=words.number(decision.smallest, 1),
                   sd=words.number(result.smallest, 1))
    )  # fmt: skip
    if decision.reason:
        found.append(_reason(study, result, words))
    if decision.verdict != "cannot_tell" and decision.holds_if:
        found.append(words.text(f"holds_if.{decision.holds_if}"))
    if result.randomised and main.n_control:
        found.append(words.text("lottery"))
    found += _lord(study, result, words)
    if main.effect:
        found.append(words.text("paper.keeps" if decision.paper_keeps else "paper.adjusts", p=words.p(decision.p)))
        if decision.paper_power == decision.paper_power:
            chance = words.percent(decision.paper_power)
            found.append(words.text("paper.power", smallest=words.number(decision.smallest, 1), power=chance))
    return found + [threat_words(threat, words.lang) for threat in study.threats]


def _estimate(study: Study, main: Estimate, words: TrainingWords) -> list[str]:
    low, high = main.fit.interval()
    if not main.effect:
        numbers = {"value": main.fit.value, "low": low, "high": high}
        shown = {name: words.number(value, 1) for name, value in numbers.items()}
        return [words.text("level", n=main.n_treated, **shown)]
    counts = words.text(
        "counts_two" if main.n_control else "counts_one", treated=main.n_treated, control=main.n_control
    )
    if main.n_dropped:
        counts += " " + words.text("dropped", n=main.n_dropped)
    name = words.text(f"model.{main.model}")
    found = [
        words.text(
            "estimate",
            model=name[0].upper() + name[1:],
            value=_signed(words, main.fit.value),
            low=_signed(words, low),
            high=_signed(words, high),
            sd=words.number(main.fit.value / study.sd.value, 2, signed=True),
            standardiser=words.text(f"standardiser.{study.sd.name}"),
            points=words.number(study.sd.value, 1),
            n=counts,
        )
    ]
    beside = [
        words.text("beside_item", model=words.text(f"model.{e.model}"), value=_signed(words, e.fit.value))
        for e in study.estimates
        if e.role == "beside" and e.model != "twfe_event"
    ]
    return [*found, words.text("beside", list="; ".join(beside))] if beside else found


def _reason(study: Study, result: TrainingResult, words: TrainingWords) -> str:
    decision = study.decision
    if decision.reason != "precision":
        return words.text(f"reason.{decision.reason}", chosen_by=argument("chosen_by"))
    if decision.needed is None:
        return words.text("reason.precision_unknown")
    n = words.number(decision.needed, 0)
    if decision.needed_units is not None:
        needed = words.text("reason.needed_units", units=words.number(decision.needed_units, 0), n=n)
    else:
        needed = words.text("reason.needed_people" if study.main.n_control else "reason.needed_group", n=n)
    return words.text(
        "reason.precision",
        needed=needed,
        smallest=words.number(decision.smallest, 1),
        sd=words.number(result.smallest, 1),
    )


def _lord(study: Study, result: TrainingResult, words: TrainingWords) -> list[str]:
    """Why one of two models leads when arms began unequal (Lord 1967)."""
    unequal = {"imbalance", "randomisation_doubtful"} & {threat.code for threat in study.threats}
    if study.design.kind != "pre_post_control" or not unequal:
        return []
    before = study.balance[study.balance["variable"] == "before"]
    low = bool(len(before)) and float(before["difference_sd"].iloc[0]) < 0.0
    if study.main.model == "ancova":
        why = "ancova_lottery" if result.randomised else "ancova_pretest" if result.chosen_by else "ancova_low"
    else:
        why = "did_other" if result.chosen_by or low else "did_high"
    return [words.text("lord", chosen=words.text(f"chosen.{why}"))]


def _signed(words: TrainingWords, value: float) -> str:
    return words.number(value, 2 if abs(value) < 10.0 else 1, signed=True)
