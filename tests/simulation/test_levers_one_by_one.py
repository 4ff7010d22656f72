"""Each of the seven things the policy paper asks for moves its own process, and no other."""

from __future__ import annotations

import pytest

from simulation.levers import budget
from simulation.parameters import default
from simulation.policy import Policy
from tests.cities import Lab, changed, policy

# Service is cut off from the staff here, and complaints from what is learned: so only the process of the lever itself can move.
UNCOUPLED = default().replace(
    competence_on_people=0.0, integrity_on_people=0.0, load_on_people=0.0, side_payment_penalty=0.0, responsiveness_on_people=0.0,
    leadership_on_use=0.0, seminar_on_process=0.0, forum_effect=0.0, complaint_learning=0.0, disclosure_on_trust=0.0, complaint_access=0.0,
    feedback_with_means=0.3, feedback_without_means=0.3, training_effect_sd=0.2, audit_transport=0.8, ethics_effect=0.2,
)  # fmt: skip

TRAINING = {
    "applied", "idle", "staff.jp", "staff.jp_before", "staff.course", "staff.seminar", "units.hours",
    "programmes.gained", "programmes.held",
}  # fmt: skip
PLANS = {"staff.domain", "staff.when"}
CHANNELS = {"env", "units.climate", "units.knowledge"}

LEVERS = {
    "continuous training": ({"budget_factor": 1.3}, TRAINING | PLANS | {"staff.leads", "units.leadership", "units.ideas"}, 12),
    "leadership courses": ({"training__leadership_share": 0.25}, TRAINING | {"staff.leads", "units.leadership"}, 12),
    "integrity and ethics": (
        {"integrity__ethics_share": 0.5, "integrity__audit_probability": 0.2, "integrity__disclosure": True},
        {"staff.integrity", "staff.paid", "staff.wronged", "units.norm", "units.hours", "staff.jp", "staff.jp_before"},
        12,
    ),
    "needs analysis": (
        {"training__targeting": "needs", "needs__accuracy": 0.6},
        TRAINING | PLANS | {"units.leadership", "units.ideas"},
        12,
    ),
    "cooperation with universities": (
        {"training__providers": {"agency": 0.35, "university": 0.5, "seminar": 0.15}},
        # A dearer seat needs a larger budget for as many seats, and a tenth of that budget is for leaders.
        TRAINING | {"staff.leads", "units.leadership", "units.ideas"},
        12,
    ),
    "evaluation that adapts": (
        {"evaluation__design": "pre_post_control", "evaluation__sample": 400, "evaluation__rule": "expected_value",
         "evaluation__adapt": True},
        {"env", "programmes.delta", "programmes.offline", "programmes.tried"},
        12,  # it measures in December; from February on its revisions are training
    ),
    "citizens' feedback and forums": (
        {"participation__channel_access": 2.0, "participation__handling_capacity": 2.0, "participation__forums_per_year": 1.0,
         "participation__feedback": 0.6, "participation__disclose_results": True},
        CHANNELS,
        12,
    ),
}  # fmt: skip


def same_seats(lab: Lab, levers: dict[str, object]) -> Policy:
    """The policy with a budget that leaves today's technical seats untouched, so that a lever is not paid for by another process."""
    chosen = policy("moved", **levers)
    if "budget_factor" in levers:
        return chosen
    total = budget(policy("status_quo"), lab.profile)
    other = budget(policy("moved", budget_factor=10.0, **levers), lab.profile)
    price = seat_price(lab, chosen) / seat_price(lab, policy("status_quo"))
    share = (1 - policy("status_quo").training.leadership_share) / (1 - chosen.training.leadership_share)
    money = total.training * price * share + other.total - other.training
    return policy("moved", budget_factor=money / total.total, **levers)


def seat_price(lab: Lab, chosen: Policy) -> float:
    """Price of a technical seat under a policy [rupiah]."""
    from simulation.levers import pack

    return float(pack(chosen.model_copy(update={"budget_factor": 10.0}), lab.profile)["seat_price"][0])


@pytest.fixture(scope="module")
def lab() -> Lab:
    """A small settled city whose processes are cut off from each other."""
    return Lab(scale=0.05, parameters=UNCOUPLED)


@pytest.mark.parametrize("lever", LEVERS)
def test_a_lever_moves_its_process_and_no_other(lab: Lab, lever: str) -> None:
    """Guards against a lever that reaches into a process it should not, or that does nothing."""
    moved, own, months = LEVERS[lever]
    lab.again()
    lab.months(policy("status_quo"), 0, months)
    before = lab.columns()
    lab.again()
    lab.months(same_seats(lab, moved), 0, months)
    found = changed(before, lab.columns())
    assert found, f"{lever} changes nothing"
    assert found <= own, f"{lever} also moves {sorted(found - own)}"
    heart = {
        "continuous training": "staff.jp", "leadership courses": "staff.leads", "integrity and ethics": "staff.integrity",
        "needs analysis": "staff.domain", "cooperation with universities": "units.ideas", "evaluation that adapts": "programmes.delta",
        "citizens' feedback and forums": "units.climate",
    }  # fmt: skip
    assert heart[lever] in found


def test_staff_reach_service_and_service_reaches_trust_when_coupled() -> None:
    """Guards the tests above against a model in which nothing ever reaches the citizen."""
    lab = Lab(scale=0.05)
    lab.months(policy("status_quo"), 0, 12)
    before = lab.columns()
    for lever, (moved, _, months) in LEVERS.items():
        lab.again()
        lab.months(same_seats(lab, moved), 0, max(months, 36 if lever == "evaluation that adapts" else 12))
        assert "citizens.trust" in changed(before, lab.columns()), lever
