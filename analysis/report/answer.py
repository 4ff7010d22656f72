"""The answer in two sentences, written from the numbers and no stronger than they are."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from analysis.decision.compare import SURVEY_ERROR, SURVEY_N, compare
from analysis.decision.outcome_table import Outcomes, as_outcome_table
from analysis.presentation.directions import known
from analysis.presentation.words import Words
from analysis.report.facts import Facts
from analysis.report.rows import Row, leaders, rows_of

__all__ = ["among_equal_cost", "answer", "named", "sentence"]

ASKED = ("competence", "trust")
# Strategies count as equally expensive when their cost differs from the reference by at most this share.
SAME_COST = 0.05
LEAST_COST = (
    0.05  # difference below which costs are called the same [Rp billion]: half of the last decimal that is printed
)
FEWEST_EQUAL = 3  # strategies of equal cost, the reference included, that are worth a comparison of their own


def answer(comparison: pd.DataFrame, facts: Facts, words: Words) -> list[Markup]:
    """One sentence for competence, one for trust."""
    return [sentence(comparison, outcome, facts, words) for outcome in ASKED]


def sentence(comparison: pd.DataFrame, outcome: str, facts: Facts, words: Words) -> Markup:
    """What the numbers say about one outcome: a winner, no winner, the reference ahead, no difference, or no values."""
    what = words.text(f"answer.{outcome}")
    rows = {policy: row for (policy, name), row in rows_of(comparison).items() if name == outcome}
    leader = leaders(comparison).get(outcome)
    choice = named(comparison, outcome, facts)
    if leader is None or choice is None:
        return words.html("answer.missing", what=what)
    kind, policy = choice
    if kind == "none":
        return words.html("answer.none", what=what)
    row = rows[policy]
    # A share near the threshold may lie on its other side: say so whichever way it fell.
    close = [] if leader.settled or kind == "reference" else [words.text("answer.close", draws=facts.draws)]
    difference, low, high = (words.difference(value, outcome) for value in (row.difference, row.low, row.high))
    return words.html(
        f"answer.{kind}",
        what=what,
        policy=facts.titles[policy],
        reference=facts.titles[facts.reference],
        difference=difference,
        low=low,
        high=high,
        unit=words.difference_unit(outcome),
        cost=_cost(row.cost_difference, facts, words),
        n=len(facts.titles),
        probability=words.percent(leader.probability),
        caveats="".join(f"; {caveat}" for caveat in [*close, *_caveats(row, outcome, words)]),
    )


def named(comparison: pd.DataFrame, outcome: str, facts: Facts) -> tuple[str, str] | None:
    """What kind of sentence an outcome gets, and the policy it is about; None where there are no values or nobody to compare."""
    rows = {policy: row for (policy, name), row in rows_of(comparison).items() if name == outcome}
    leader = leaders(comparison).get(outcome)
    others = {p: rows[p] for p in facts.others if p in rows}
    if leader is None or not others:
        return None
    if all(row.difference == row.low == row.high == 0 for row in others.values()):
        return "none", leader.policy
    sign = known(outcome).sign
    if leader.policy == facts.reference:
        return "reference", max(others, key=lambda p: (others[p].probability_best, sign * others[p].difference))
    if leader.distinguishable and sign * others[leader.policy].difference > 0:
        return ("best" if others[leader.policy].sure else "likely"), leader.policy
    return "open", leader.policy


def among_equal_cost(outcomes: Outcomes, comparison: pd.DataFrame, facts: Facts, words: Words) -> Markup | None:
    """The best of the strategies that cost about as much as the reference; None when that adds nothing to the answer."""
    cost = {policy: row.cost_total for (policy, _), row in rows_of(comparison).items()}
    base = cost[facts.reference]
    same = [p for p in facts.titles if abs(cost[p] - base) <= SAME_COST * base]
    if len(same) < FEWEST_EQUAL or len(same) == len(facts.titles):
        return None
    first = leaders(compare(as_outcome_table(outcomes, facts.reference).only(same), facts.reference, facts.window))
    if not set(ASKED) <= set(first):
        return None
    values: dict[str, str] = {}
    for outcome in ASKED:
        values[outcome] = facts.titles[first[outcome].policy]
        values[f"{outcome}_probability"] = words.percent(first[outcome].probability)
    return words.html("answer.equal_money", reference=facts.titles[facts.reference], **values)


def _cost(difference: float, facts: Facts, words: Words) -> str:
    if abs(difference) < LEAST_COST:
        return words.text("answer.cost_same")
    kind = "cost_more" if difference > 0 else "cost_less"
    return words.text(f"answer.{kind}", money=words.money(abs(difference)), years=words.horizon(facts.months))


def _caveats(row: Row, outcome: str, words: Words) -> list[str]:
    found = []
    if not row.sure:
        found.append(words.text("answer.zero_inside"))
    if outcome == "trust":
        side = "below_survey" if abs(row.difference) < SURVEY_ERROR else "above_survey"
        found.append(words.text(f"answer.{side}", n=SURVEY_N, error=words.number(SURVEY_ERROR, 0)))
    if not row.settled:
        more = row.draws_needed
        text = (
            words.text("answer.unsettled", more=words.number(more, 0)) if more else words.text("answer.unsettled_many")
        )
        found.append(text)
    return found
