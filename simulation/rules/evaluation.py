"""What an evaluation design sees of a programme, and what the office decides."""

from __future__ import annotations

import math

from simulation.engine.compiled import rule

# Choices of the levers evaluation.design, evaluation.rule and evaluation.revise, numbered as the policy lists them.
NONE, SATISFACTION, READINESS, PRE_POST, PRE_POST_CONTROL = 0, 1, 2, 3, 4
SIGNIFICANCE, EQUIVALENCE, EXPECTED_VALUE = 0, 1, 2
CONTENT, METHOD, BOTH = 0, 1, 2
SMALLEST = 0.20  # smallest effect of interest [staff SD]; a small effect by Cohen's convention
PRIOR_MEAN, PRIOR_SD = 0.40, 0.25  # what an office expects of a course before it measures [staff SD]


@rule
def seen_mean(design: int, true: float, reaction: float, leniency: float, validity: float, bias: float) -> float:
    """Mean of what a design measures when the true mean gain is `true` [staff SD].

    A satisfaction sheet says nothing of learning; self-rated readiness is lenient and follows learning weakly; pre/post adds what
    would have happened anyway; pre/post with a control group is unbiased.
    Source: arthur2003_reaction, sitz2010_selfassess, heidemeier2009_leniency, heidemeier2009_r.
    """
    if design == SATISFACTION:
        return reaction
    if design == READINESS:
        return leniency + validity * true
    return true + bias if design == PRE_POST else true


@rule
def seen_error(design: int, n: float, reliability: float) -> float:
    """Standard error of that mean for n participants [staff SD]; a gain score has SD sqrt(2 (1 - reliability)).

    With a control group of the same size the variances add.
    """
    change = math.sqrt(2.0 * (1.0 - reliability))
    spread = change if design >= PRE_POST else 1.0
    return spread * math.sqrt((2.0 if design == PRE_POST_CONTROL else 1.0) / max(n, 1.0))


@rule
def keep(decision: int, seen: float, error: float) -> float:
    """True when the office keeps the programme as it is.

    significance: the policy paper's rule, keep when the gain is significantly above zero (one-sided 2.5 %).
    equivalence: revise only when the gain is shown to be below the smallest effect of interest (upper 90 % limit).
    expected_value: keep when the gain expected after the measurement reaches the smallest effect of interest.
    """
    if decision == SIGNIFICANCE:
        return seen > 1.96 * error
    if decision == EQUIVALENCE:
        return seen + 1.645 * error > SMALLEST
    weight = PRIOR_SD * PRIOR_SD / (PRIOR_SD * PRIOR_SD + error * error)
    return PRIOR_MEAN + weight * (seen - PRIOR_MEAN) > SMALLEST


@rule
def regression_to_mean(needs: float, reliability: float) -> float:
    """By how much a pre/post design overstates the gain when the lowest scorers were sent [staff SD].

    People chosen on a noisy test score improve by themselves: (1 - reliability) times how far below the mean they were chosen, about
    0.8 SD when most of the staff is eligible but each is sent to the domain of the largest estimated gap.
    """
    return 0.8 * (1.0 - reliability) * needs


@rule
def method_step(way: int, seen: float, before: float) -> int:
    """Direction in which a method is changed: 1 towards coaching, -1 back.

    The first step goes towards coaching, classroom to blended to coaching. The next goes on in the same direction, or back when the
    evaluation saw less than before the last step. Source: the policy paper revises curriculum and method; the order is taylor2005_order
    (practice and coaching help more than lectures). Class: assumed.

    Args:
        way: direction of the last step, 0 before the first.
        seen, before: mean gain that the evaluation saw now, and when the method was changed last [staff SD].
    """
    if way == 0:
        return 1
    return -way if seen < before else way
