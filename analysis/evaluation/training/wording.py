"""The result in plain words: a paragraph a programme, in English or Bahasa Indonesia."""

from __future__ import annotations

import math

from analysis.evaluation.clustered import Fit
from analysis.evaluation.phrases import Phrases
from analysis.evaluation.training.decision import Decision
from analysis.evaluation.training.estimates import Estimate
from analysis.evaluation.training.result import ProgrammeResult, TrainingResult
from analysis.evaluation.training.threats import Threat
from analysis.presentation.digits import places
from data.arguments import argument

__all__ = ["threat_words", "words"]

SHARES = {"share", "treated", "control"}
COUNTS = {"n", "clusters", "top"}
P_VALUES = {"p"}
OPTIONS = {"eligible_unknown": "everyone"}


def words(result: TrainingResult, lang: str = "en") -> str:
    """A paragraph a programme, and one over all programmes where there is a pooled estimate; parted by empty lines."""
    say = Phrases(lang, "training")
    found = [" ".join(_sentences(programme, result, say)) for programme in result.programmes]
    for pooled in result.pooled:
        key = "pooled" if pooled.what == "effect" else "pooled_change"
        found.append(say.text(key, **_written(say, pooled.fit)))
    if len(result.programmes) > 1:
        found.append(say.text("holm", n=len(result.programmes)))
    return "\n\n".join(found)


def threat_words(threat: Threat, lang: str = "en") -> str:
    """One threat as a sentence."""
    say = Phrases(lang, "training")

    def written(name: str, value: float) -> str:
        if name in SHARES:
            return say.percent(value)
        if name in P_VALUES:
            return say.p(value)
        return say.number(value, 0 if name in COUNTS else 2 if name in ("difference", "retest") else 1)

    own = {k: written(k, v) for k, v in threat.values.items()}
    return say.text(f"threat.{threat.code}", option=argument(OPTIONS.get(threat.code, "retest")), **own)


def _sentences(programme: ProgrammeResult, result: TrainingResult, say: Phrases) -> list[str]:
    design, main, decision = programme.design, programme.main, programme.decision
    found = [
        say.text(
            "head",
            programme=say.named("programmes", design.programme),
            design=say.text(f"design.{design.kind}"),
            outcome=say.named("outcome", result.outcome),
        )
    ]
    found += _estimate(programme, main, say)
    found.append(
        say.text(f"verdict.{decision.verdict}", smallest=say.number(decision.smallest, 1),
                   sd=say.number(result.smallest, 1))
    )  # fmt: skip
    if decision.reason:
        found.append(_reason(programme, result, say))
    if decision.holds_if:
        found.append(say.text(f"holds_if.{decision.holds_if}", **_both(programme, say)))
    if result.randomised and main.n_control:
        found.append(say.text("lottery"))
    found += _lord(programme, result, say)
    if main.what != "level":
        found.append(_paper(decision, say))
        if main.what == "effect" and math.isfinite(decision.paper_power):
            chance = say.percent(decision.paper_power)
            found.append(say.text("paper.power", smallest=say.number(decision.smallest, 1), power=chance))
    return found + [threat_words(threat, say.lang) for threat in programme.threats]


def _estimate(programme: ProgrammeResult, main: Estimate, say: Phrases) -> list[str]:
    if main.what == "level":
        return [say.text("level", n=main.n_treated, **_written(say, main.fit, signed=False))]
    counts = say.text("counts_two" if main.n_control else "counts_one", treated=main.n_treated, control=main.n_control)
    if main.n_dropped:
        counts += " " + say.text("dropped", n=main.n_dropped)
    name = say.text(f"model.{main.model}")
    found = [
        say.text(
            "estimate",
            model=name[0].upper() + name[1:],
            **_written(say, main.fit),
            sd=say.number(main.fit.value / programme.sd.value, 2, signed=True),
            standardiser=say.text(f"standardiser.{programme.sd.name}"),
            points=say.number(programme.sd.value, 1),
            n=counts,
        )
    ]
    beside = [
        say.text("beside_item", model=say.text(f"model.{e.model}"), value=_written(say, e.fit)["value"])
        for e in programme.estimates
        if e.role == "beside" and e.model != "twfe_event"
    ]
    return [*found, say.text("beside", list="; ".join(beside))] if beside else found


def _reason(programme: ProgrammeResult, result: TrainingResult, say: Phrases) -> str:
    decision = programme.decision
    if decision.reason == "attrition":
        return _left(programme, say)
    if decision.reason != "precision":
        return say.text(f"reason.{decision.reason}", chosen_by=argument("chosen_by"))
    if decision.needed is None:
        return say.text("reason.precision_unknown")
    n = say.number(decision.needed, 0)
    if decision.needed_units is not None:
        needed = say.text("reason.needed_units", units=say.number(decision.needed_units, 0), n=n)
    else:
        needed = say.text("reason.needed_people" if programme.main.n_control else "reason.needed_group", n=n)
    return say.text(
        "reason.precision_change" if programme.main.what == "change" else "reason.precision",
        needed=needed,
        smallest=say.number(decision.smallest, 1),
        sd=say.number(result.smallest, 1),
    )


def _both(programme: ProgrammeResult, say: Phrases) -> dict[str, str]:
    """The lowest and highest end of the two models that agree."""
    fit = programme.main.fit
    intervals = [estimate.fit.interval() for estimate in programme.estimates[:2]]
    decimals = places(fit.se, fit.value)
    ends = {"low": min(low for low, _ in intervals), "high": max(high for _, high in intervals)}
    return {name: say.number(end, decimals, True) for name, end in ends.items()}


def _left(programme: ProgrammeResult, say: Phrases) -> str:
    decision = programme.decision
    if not (math.isfinite(decision.lowest) and math.isfinite(decision.highest)):
        return say.text("reason.attrition_open")
    decimals = places(programme.main.fit.se, programme.main.fit.value)
    low, high = (say.number(end, decimals, True) for end in (decision.lowest, decision.highest))
    return say.text("reason.attrition", low=low, high=high)


def _paper(decision: Decision, say: Phrases) -> str:
    """What the paper's rule would do, said as that rule's, and where it differs from the decision, why."""
    if decision.paper_keeps:
        key = "keeps" if decision.verdict == "effective" else "keeps_anyway"
    else:
        key = "adjusts_anyway" if decision.verdict in ("effective", "cannot_tell", "rose") else "adjusts"
    return say.text(f"paper.{key}", p=say.p(decision.p))


def _lord(programme: ProgrammeResult, result: TrainingResult, say: Phrases) -> list[str]:
    """Why one of two models leads when arms began unequal (Lord 1967)."""
    unequal = {"imbalance", "randomisation_doubtful"} & {threat.code for threat in programme.threats}
    if programme.design.kind != "pre_post_control" or not unequal:
        return []
    known = {"pretest": "ancova_pretest", "other": "did_other"}.get(result.chosen_by or "", "both")
    why = "ancova_lottery" if result.randomised else known
    return [say.text("lord", chosen=say.text(f"chosen.{why}"))]


def _written(say: Phrases, fit: Fit, signed: bool = True) -> dict[str, str]:
    """The value of a fit and its interval, to the second digit of the standard error."""
    low, high = fit.interval()
    decimals = places(fit.se, fit.value)
    numbers = {"value": fit.value, "low": low, "high": high}
    return {name: say.number(number, decimals, signed) for name, number in numbers.items()}
