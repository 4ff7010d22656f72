"""Doses of the page of dose and response: every numeric lever, from its least value to its bound, paid for, the others as today.

Guards a page that leaves a new lever out, moves two levers at once, or takes the money for one from another.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from docs import dose_response
from docs.dose_response import BESIDE, Dose, doses, numeric, values_of
from simulation.city import load_profile
from simulation.levers import budget
from simulation.policy import DEFAULTS, LEVERS, Policy, Text

PROFILE = load_profile("tangsel")
TODAY = Policy(title=Text(en="Today", id="Kini"))


@pytest.mark.parametrize("lever", numeric(), ids=lambda lever: lever.name)
def test_doses_go_from_nothing_to_the_bound_and_move_one_lever(lever: Any) -> None:
    """Guards: a lever whose effect is that of the courses its money was taken from."""
    values = values_of(lever)
    assert values == sorted(values) and values[-1] == lever.high and float(lever.default) in values
    tries = list(doses(lever, PROFILE))
    assert len(tries) == len(values)
    kept = [one for one in tries if isinstance(one, Dose)]
    assert len(kept) >= 2
    block = lever.name.rpartition(".")[0]
    for dose in kept:
        settings = dose.policy.levers()
        moved = {name for name, value in settings.items() if value != DEFAULTS[name]}
        same_block = {n for n in LEVERS if n.startswith(f"{block}.")} if dose_response.shared(lever, 0.5) else set()
        assert moved <= {lever.name, "budget_factor", *BESIDE.get(lever.name, {}), *same_block}
        assert settings[lever.name] == pytest.approx(dose.value)
        if lever.name != "budget_factor":
            assert budget(dose.policy, PROFILE).training == pytest.approx(budget(TODAY, PROFILE).training, rel=1e-6)


def test_today_is_today() -> None:
    """Guards: a dose of today's value that differs from today."""
    for lever in numeric():
        tries = [d for d in doses(lever, PROFILE) if isinstance(d, Dose) and d.value == float(lever.default)]
        settings = {n: v for n, v in tries[0].policy.levers().items() if n not in BESIDE.get(lever.name, {})}
        for name, value in settings.items():
            if name == "budget_factor" and lever.name in BESIDE:
                continue
            assert value == pytest.approx(DEFAULTS[name]) if isinstance(value, float) else value == DEFAULTS[name], (
                lever.name,
                name,
            )


def test_a_dose_that_cannot_be_paid_is_named() -> None:
    """Guards: a bound that silently is not shown."""
    left_out = [one for lever in numeric() for one in doses(lever, PROFILE) if isinstance(one, str)]
    assert all(one.startswith("`") and "(" in one and "\n" not in one for one in left_out)


def test_a_small_page(tmp_path: Path) -> None:
    """Guards: numbers of another dose, a lever that does nothing because it was not passed on, a page with holes."""
    files = tmp_path / "page.md", tmp_path / "figure.svg"
    arguments = [
        "--draws",
        "3",
        "--scale",
        "0.01",
        "--parameters",
        "prior",
        "--workers",
        "1",
        "--levers",
        "integrity.audit_probability",
    ]
    assert dose_response.main(arguments, *files) == 0
    rows = [line for line in files[0].read_text(encoding="utf-8").splitlines() if line.startswith("| `integrity")]
    assert len(rows) == len(values_of(LEVERS["integrity.audit_probability"]))
    today = next(row for row in rows if "(today)" in row)
    assert today.count("0.00 (0.00 to 0.00)") == 4
    most = rows[-1].split("|")
    assert most[2].strip() == "1" and most[5].strip().startswith("\N{MINUS SIGN}")  # side payments fall
    assert files[1].read_text(encoding="utf-8").startswith("<?xml")
