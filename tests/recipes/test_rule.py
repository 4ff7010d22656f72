"""A rule added in a copy of the project: an equation and the process that calls it; whatever it changes is seen, and docked.

Guards the recipe of CONTRIBUTING.md: a rule that needs a list by hand, results that change unseen, and a reference that need not follow.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.recipes.test_lever_and_outcome import copied, parts_changed, run, touched, write

__all__ = ["copied"]  # a fixture

RULE = (
    (
        "simulation/rules/learning.py",
        "from simulation.engine.exact import LN2, exp\n",
        """

@rule
def refreshed(kept: float, practised: float) -> float:
    \"\"\"Share of trained competence left after a month when a share of it is practised by chance, 0-1.

    k' = k + p * (1 - k).

    Args:
        kept: share left without practice, 0-1.
        practised: share that work itself happens to practise in a month, 0-1.
    Source: assumed.
    \"\"\"
    return kept + practised * (1.0 - kept)
""",
    ),
    (
        "simulation/processes/training.py",
        "from simulation.rules.learning import dose, faded, gain, kept_share, repeated, use_hazard\n",
        "from simulation.rules.learning import refreshed\n",
    ),
    (
        "simulation/processes/training.py",
        "    kept = kept_share(nature.skill_half_life)\n",
        "    kept = refreshed(kept, 0.25)\n",
    ),
)
REFERENCE = "tests/reference/civil_servant.py"
WITHOUT = "self.fade(d, exp(-0.6931471805599453 / n.skill_half_life), n.skill_loss)"
WITH = """kept = exp(-0.6931471805599453 / n.skill_half_life)
            self.fade(d, kept + 0.25 * (1.0 - kept), n.skill_loss)"""
BY_HAND = """
from simulation.rules.learning import refreshed

assert refreshed(0.9, 0.0) == 0.9 and refreshed(0.9, 1.0) == 1.0
assert abs(refreshed(0.8, 0.25) - 0.85) < 1e-12
"""
DOCKING = ("-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "tests/simulation/test_docking.py")


def test_a_rule_takes_two_code_files(copied: Path) -> None:
    """The equation and the process that calls it; Python can call the equation too, as its own test does."""
    write(copied, *RULE)
    assert touched(copied) == ["simulation/processes/training.py", "simulation/rules/learning.py"]
    run(copied, "-c", BY_HAND)


@pytest.mark.torture
def test_what_a_rule_changes_is_seen_until_the_reference_follows(copied: Path) -> None:
    """The golden digests of competence move, those of the parameters do not; docking fails until the reference has the rule too."""
    write(copied, *RULE)
    moved = parts_changed(copied)
    assert "outcome excess" in moved and "parameters" not in moved
    with pytest.raises(AssertionError, match="test_docking"):
        run(copied, *DOCKING)
    source = (copied / REFERENCE).read_text(encoding="utf-8")
    assert source.count(WITHOUT) == 1
    (copied / REFERENCE).write_text(source.replace(WITHOUT, WITH), encoding="utf-8")
    run(copied, *DOCKING)
