"""Priors: each follows from the tables, keeps room for harm, and is the one the simulation draws from."""

from __future__ import annotations

import math

import pytest

import data
from analysis.calibration.direct.bias_adjusted import BiasAdjusted
from analysis.calibration.direct.evidence import PRIORS, audit_on_logit
from analysis.calibration.direct.retention import half_life
from simulation.registry import REGISTRY

NAMES = {
    "training_effect_mean", "training_effect_sd", "aptitude_slope", "skill_half_life",
    "audit_effect", "audit_transport", "feedback_with_means", "feedback_without_means", "revision_mean",
    "ethics_effect", "trust_slope", "forum_effect", "complaint_to_needs",
    "complaint_to_repair", "complaint_to_responsiveness", "complaint_to_trust", "job_effect_mean", "client_effect_mean",
    "leadership_job_effect", "leading_on_results", "leadership_on_output", "criterion_to_client",
}  # fmt: skip
REGISTERED = {p.name: p for p in REGISTRY}


def test_every_effect_is_there() -> None:
    """Guards the list of coordinates."""
    assert set(PRIORS) == NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_the_registry_draws_from_the_documented_prior(name: str) -> None:
    """Guards against a registry whose numbers no longer follow from the evidence."""
    ours, theirs = PRIORS[name].as_prior(), REGISTERED[name].prior
    assert (ours.family, ours.a, ours.b) == (theirs.family, pytest.approx(theirs.a), pytest.approx(theirs.b))


@pytest.mark.parametrize(
    ("name", "mean", "sd"),
    [("training_effect_mean", 0.40, 0.20), ("training_effect_sd", 0.0, 0.25), ("aptitude_slope", 0.1, 0.2),
     ("leadership_on_output", 0.10, 0.07), ("audit_effect", 0.48, 0.24), ("feedback_with_means", 0.2, 0.35),
     ("feedback_without_means", 0.0, 0.2), ("revision_mean", 0.05, 0.10), ("skill_half_life", 9.0, 0.545),
     ("job_effect_mean", 0.31, 0.20), ("client_effect_mean", 0.12, 0.09), ("leadership_job_effect", 0.41, 0.25),
     ("criterion_to_client", 0.36, 0.075)],
)  # fmt: skip
def test_values_the_model_description_states(name: str, mean: float, sd: float) -> None:
    """Guards the numbers printed in the model's description."""
    assert (PRIORS[name].mean, PRIORS[name].sd) == (pytest.approx(mean), pytest.approx(sd))


@pytest.mark.parametrize("prior", PRIORS.values(), ids=lambda p: p.name)
def test_published_numbers_are_read_and_only_shaved_down(prior: BiasAdjusted) -> None:
    """Guards provenance: ids exist in the tables, factors only shrink, and no prior exceeds what was published."""
    known = set(data.load("effects")["id"]) | set(data.load("derived_moments")["id"])
    assert set(prior.published) <= known
    assert all(0.0 < s.factor <= 1.0 and s.why for s in prior.shaved)
    assert len(prior.reasoning) > 40
    elsewhere = ("audit_effect", "forum_effect", "leading_on_results")  # two on another scale, one a ratio
    if prior.family == "normal" and prior.published and prior.name not in elsewhere:
        assert abs(prior.mean) <= max(abs(v) for v in prior.published.values())


def test_harm_keeps_its_mass() -> None:
    """Guards negative mass where evidence shows harm: feedback, monitoring, revision, forums, targeting."""
    assert PRIORS["feedback_with_means"].below_zero() > 0.25
    assert PRIORS["feedback_without_means"].below_zero() == 0.5
    for name in ("aptitude_slope", "revision_mean", "forum_effect", "complaint_to_needs", "complaint_to_trust"):
        assert PRIORS[name].below_zero() > 0.2
    assert PRIORS["training_effect_mean"].below_zero() > 0.01


def test_audit_effect_is_olkens() -> None:
    """Guards the change of scale: 27.7 % to 19.2 % missing is 0.48 on the logit."""
    size, error = audit_on_logit()
    assert size == pytest.approx(math.log(0.277 / 0.723) - math.log(0.192 / 0.808))
    assert error == pytest.approx(0.243, abs=0.001)


def test_forum_effect_stays_below_its_trial() -> None:
    """Guards the shaving on the logit: a quarter of what the two arms found together."""
    missing = 0.237 * (1 - 0.237)
    found = (0.021 + 0.022) / 2 / missing
    assert PRIORS["forum_effect"].mean == pytest.approx(found / 4, abs=0.005)


def test_common_source_slopes_are_halved() -> None:
    """Guards the halving for one respondent answering both questions."""
    prior = PRIORS["trust_slope"]
    assert [s.factor for s in prior.shaved] == [0.5]
    assert prior.mean == pytest.approx(prior.published["ESSBE5_perf_trust"] / 2, abs=0.0025)
    # It is the only number behind what service does to trust: the rest are shares that nobody measured.
    shares = [REGISTERED[name].prior for name in ("halo_share", "lasting_share")]
    assert [(p.family, p.low, p.high) for p in shares] == [("uniform", 0.0, 1.0)] * 2


def test_a_prior_without_a_published_size_is_assumed() -> None:
    """Guards the word literature: a sign or an order of magnitude is not a size."""
    for name, prior in PRIORS.items():
        if prior.evidence_class == "assumed":
            assert REGISTERED[name].klass == "assumed", name


def test_what_clients_rated_holds_the_null() -> None:
    """Guards a prior that a randomised null refutes: with the spread between programmes, no gain lies within one SD and a half."""
    prior, spread = PRIORS["client_effect_mean"], PRIORS["training_effect_sd"].sd * math.sqrt(0.16)
    assert prior.mean < 1.5 * math.hypot(prior.sd, spread)
    assert prior.mean == pytest.approx(4.1 / 17.5 / 2, abs=0.005)


def test_prediction_interval_of_the_criterion_stands_in_the_table() -> None:
    """Guards two numbers typed from a note."""
    note = data.load("derived_moments").set_index("id").loc["cohen1981_re", "note"]
    assert "PI .208-.502" in note


def test_raudenbush_spread_stands_in_the_table() -> None:
    """Guards a number typed from a note."""
    note = data.load("derived_moments").set_index("id").loc["raudenbush1985_re", "note"]
    assert "tau .137" in note


def test_half_life_interval() -> None:
    """Guards 4 to 24 months, and that the fit and the prior agree."""
    prior = PRIORS["skill_half_life"]
    ratio = math.exp(2 * 1.6449 * prior.sd)
    assert ratio == pytest.approx(24 / 4, rel=0.01)
    assert half_life().value == pytest.approx(prior.mean, rel=0.05)
    assert half_life().se == pytest.approx(prior.sd, rel=0.02)
