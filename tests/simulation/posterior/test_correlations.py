"""Correlated errors of targets: what a file may say, what a fit makes of it.

Guards against figures of one office or one poll that count as often as they were printed, and against blocks that no errors could have.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analysis.calibration.direct.published_targets import published_targets
from analysis.calibration.method.regression_abc import Amortised, noisy
from data.errors import InputError
from simulation.posterior.targets import Target, Targets, shipped_targets

PAID = """city: tangsel
targets:
  paid_school: {value: 0.22, se: 0.03, source: x}
  paid_health: {value: 0.19, se: 0.03, source: x}
  trusting: {value: 0.7, se: 0.02, source: x}
"""


def written(folder: Path, block: str, head: str = PAID) -> Path:
    """A targets file with a block of correlations."""
    file = folder / "mine.yaml"
    file.write_text(head + "correlations:\n" + block, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("- {names: [paid_school, paid_heath], matrix: [[1.0, 0.4], [0.4, 1.0]]}", "did you mean 'paid_health'"),
        ("- {names: [paid_school, paid_school], matrix: [[1.0, 0.4], [0.4, 1.0]]}", "'paid_school' stands twice"),
        ("- {names: [paid_school, paid_health], matrix: [[1.0, 0.4]]}", "2 rows of 2"),
        ("- {names: [paid_school, paid_health], matrix: [[1.0, 0.4], [0.3, 1.0]]}", "not symmetric: 0.4 and 0.3"),
        ("- {names: [paid_school, paid_health], matrix: [[0.9, 0.4], [0.4, 1.0]]}", "1.0 on the diagonal"),
        (
            "- {names: [paid_school, paid_health], matrix: [[1.0, 1.0], [1.0, 1.0]]}",
            "not positive definite (least eigenvalue 0)",
        ),
        (
            "- {names: [paid_school, paid_health, trusting], matrix: [[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]]}",
            "not positive definite (least eigenvalue -0.8)",
        ),
    ],
)
def test_a_block_that_cannot_be_is_refused_in_one_line(tmp_path: Path, block: str, said: str) -> None:
    """Guards: a fit with errors that nothing could have, or a fault without its line."""
    file = written(tmp_path, block)
    with pytest.raises(InputError) as error:
        Targets.load(file)
    assert str(error.value).startswith(f"{file}:7: correlations.0") and said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_target_that_is_replaced_or_left_out_takes_its_correlations_along(tmp_path: Path) -> None:
    """Guards: a city's own poll tied to the errors of the national one that it replaces."""
    block = (
        "- {names: [trusting, paid_school, paid_health], matrix: [[1.0, 0.2, 0.3], [0.2, 1.0, 0.4], [0.3, 0.4, 1.0]]}"
    )
    targets = Targets.load(written(tmp_path, block))
    own = Target(value=0.6, se=0.02, source=("own poll",))
    for changed in (targets.with_(trusting=own), targets.without("trusting")):
        assert [(b.names, b.matrix[0]) for b in changed.correlations] == [(("paid_school", "paid_health"), (1.0, 0.4))]
    assert targets.without("trusting", "paid_school").correlations == ()
    assert targets.hash() != targets.model_copy(update={"correlations": ()}).hash()


def test_inherited_correlations_end_where_own_values_begin(tmp_path: Path) -> None:
    """Guards: a city's own figure tied to the office of the city it borrows from, and borrowed figures that forget what they share."""
    file = tmp_path / "mine.yaml"
    file.write_text(
        "city: mine\ninherits: tangsel\ntargets:\n  paid_school: {value: 0.1, se: 0.02, source: x}\n", encoding="utf-8"
    )
    names = [b.names for b in Targets.load(file).correlations]
    assert ("process_mean", "people_mean") in names and ("paid_civil_registration", "paid_health") in names
    assert not any("paid_school" in group for group in names)


def test_errors_are_drawn_with_these_correlations() -> None:
    """Guards: a block that is read and never used, and one that changes the size of an error."""
    targets = shipped_targets("tangsel")
    names = targets.fitted
    root = targets.error_root()
    seen = noisy(np.zeros((40_000, len(names))), root, seed=3)
    assert np.allclose(seen.std(axis=0), targets.errors(), rtol=0.02)
    wanted = np.eye(len(names))
    for block in targets.correlations:
        places = [names.index(n) for n in block.names]
        wanted[np.ix_(places, places)] = block.matrix
    assert np.abs(np.corrcoef(seen, rowvar=False) - wanted).max() < 0.025
    assert np.count_nonzero(np.tril(wanted, -1)) >= 6


def test_errors_without_correlations_are_the_same_bits() -> None:
    """Guards: a fit of somebody's own targets that changes because other targets may be correlated now."""
    error = np.array([0.5, 2.0, 0.1])
    table = np.random.default_rng(1).normal(size=(50, 3))
    assert (noisy(table, error, 7) == noisy(table, np.diag(error), 7)).all()


def test_shared_errors_decide_how_sure_a_difference_is() -> None:
    """Guards: a fit that ignores the block. Two parameters, each seen once: with shared errors their difference is known better."""
    line = np.random.default_rng(2).normal(size=(4000, 2)) * 2.0
    spread = {}
    for shared in (0.0, 0.9):
        root = np.linalg.cholesky(np.array([[1.0, shared], [shared, 1.0]]))
        sample = Amortised(line, line, root, seed=4).posterior(np.zeros(2))
        mean = sample.weight @ (sample.line[:, 0] - sample.line[:, 1])
        spread[shared] = float(np.sqrt(sample.weight @ ((sample.line[:, 0] - sample.line[:, 1]) - mean) ** 2))
    # Prior variance of the difference 8; of its error 2 (1 - shared): the posterior's is 1 / (1 / 8 + 1 / that).
    assert spread[0.0] == pytest.approx(1.265, abs=0.08) and spread[0.9] == pytest.approx(0.442, abs=0.05)


def test_the_shipped_file_has_what_its_recipe_gives() -> None:
    """Guards: a block typed by hand, and offices, waves or a survey that share nothing."""
    shipped, made = shipped_targets("tangsel"), published_targets("tangsel")["correlations"]
    assert [(list(b.names), [list(row) for row in b.matrix], b.note) for b in shipped.correlations] == [
        (b["names"], b["matrix"], b["note"]) for b in made
    ]
    for block in shipped.correlations:
        assert (np.array(block.matrix) > 0.3).all(), block.names
