"""README is true: its numbers come from a run that is repeated here, its code runs, what it names exists.

The default comparison (50 draws of the whole city) is run once, because its table is what README shows: a smaller run would have
other numbers. It takes about a minute on two cores.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from app.cli import app
from docs import refresh
from simulation import Policy
from simulation.city import load_profile
from simulation.levers import money_of

TEXT = refresh.README.read_text(encoding="utf-8")
WRITTEN_BY_A_RUN = {"report.html", "comparison.csv", "outcomes.parquet", "figures/*.svg", "run.json", "chunks/"}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """What `make compare` prints, and the folder it writes: run once."""
    folder = tmp_path_factory.mktemp("run") / "tangsel"
    return refresh.default_run(folder), folder


def test_the_table_is_that_of_the_default_run(run: tuple[str, Path]) -> None:
    """Guards against numbers in README that the engine no longer gives; `make docs` writes them again."""
    printed, _ = run
    assert "Trust" in printed and len(printed.splitlines()) > 20
    assert refresh.with_run(TEXT, printed) == TEXT


def test_the_figure_is_that_of_the_default_run(run: tuple[str, Path]) -> None:
    """Guards against a figure of an older run beside a table of a newer one."""
    shipped = refresh.ROOT / "docs" / "figures" / refresh.FIGURE
    drawn = (run[1] / "figures" / refresh.FIGURE).read_text(encoding="utf-8")
    assert refresh.released(drawn) == shipped.read_text(encoding="utf-8")
    assert f"docs/figures/{refresh.FIGURE}" in TEXT


def test_a_run_writes_what_readme_says(run: tuple[str, Path]) -> None:
    """Guards against a table of files that leaves one out or names one that is not written."""
    section = TEXT.split(f"In `{refresh.SHOWN_FOLDER}` it writes")[1].split("## ")[0]
    named = set(re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE))
    assert named == WRITTEN_BY_A_RUN
    found = {file.relative_to(run[1]).as_posix() for file in run[1].rglob("*") if file.is_file()}
    assert {
        re.sub(r"chunks/.*", "chunks/", re.sub(r"figures/.*\.svg", "figures/*.svg", name)) for name in found
    } == named


def test_python_blocks_run_and_print_what_stands_below_them() -> None:
    """Guards against example code that no longer runs, and against its numbers growing old."""
    assert len(list(refresh.code_blocks(TEXT))) == 3
    assert refresh.with_outputs(TEXT) == TEXT


def test_the_policy_loads_and_can_be_paid(tmp_path: Path) -> None:
    """Guards against an example policy with a lever that no longer exists or that costs more than its budget."""
    blocks = re.findall(r"^```yaml\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
    assert len(blocks) == 1
    file = tmp_path / "coached.yaml"
    file.write_text(blocks[0], encoding="utf-8")
    policy = Policy.load(file)
    moved = {key for key, value in policy.levers().items() if value != Policy(title=policy.title).levers()[key]}
    assert {key.split(".")[0] for key in moved} == set(yaml.safe_load(blocks[0])) - {"title", "author", "sources"}
    assert money_of(policy, load_profile("tangsel")).seats > 0


def test_levers_in_the_text_do_what_it_says() -> None:
    """Guards against `budget_factor: 1.5` no longer being half as much again."""
    title = {"en": "x", "id": "x"}
    profile = load_profile("tangsel")
    plans = [Policy.model_validate({"title": title, "budget_factor": factor}) for factor in (1.0, 1.5)]
    seats = [money_of(plan, profile).seats for plan in plans]
    assert seats[1] > 1.4 * seats[0]
    assert "`budget_factor: 1.5` gives half as much again" in TEXT


def test_the_size_of_the_city_is_right() -> None:
    """Guards against a first paragraph that speaks of another city."""
    profile = load_profile("tangsel")
    assert f"{profile.units} units" in TEXT
    assert round(profile.staff, -3) == 11_000 and "eleven thousand civil servants" in TEXT
    assert round(float(profile.numbers["adults"]), -5) == 1_100_000 and "a million adults" in TEXT


def test_classes_are_counted_from_the_parameters() -> None:
    """Guards against evidence classes in README that are not those of the parameters."""
    assert refresh.with_classes(TEXT) == TEXT


def test_every_file_named_exists() -> None:
    """Guards against links to nowhere, and against names of files that moved."""
    links = [target.split("#")[0] for target in re.findall(r"\]\(([^)]+)\)", TEXT) if not target.startswith("http")]
    names = re.findall(r"`((?:[a-z_]+/)+(?:[\w.]+)?)`", TEXT)
    made = {"scenarios/policies/coached.yaml", "data/cities/yourcity.yaml", "chunks/"}
    inside = [name for name in names if not name.startswith("results/") and name not in made and name != ".venv/bin"]
    assert len(links) > 8 and len(inside) > 8
    missing = [name for name in [*links, *inside] if not (refresh.ROOT / name).exists()]
    assert not missing


def test_every_command_named_exists() -> None:
    """Guards against a make target or an option that was renamed."""
    targets = set(re.findall(r"^([a-z]+):", (refresh.ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    asked = set(re.findall(r"\bmake ([a-z]+)`", TEXT)) | set(re.findall(r"^make ([a-z]+)$", TEXT, re.MULTILINE))
    assert {"compare", "test", "docs", "setup"} <= asked <= targets
    import typer

    commands = cast(Any, typer.main.get_command(app)).commands
    lines = re.findall(r"`(?:\.venv/bin/)?(asnlab [^`]+)`", TEXT)
    assert len(lines) >= 4
    for line in lines:
        words = shlex.split(line)
        command = commands[words[1]]
        if hasattr(command, "commands"):
            command = command.commands[words[2]]
        options = {flag for p in command.params for flag in (*p.opts, *p.secondary_opts)} | {"--help"}
        assert {word for word in words if word.startswith("--")} <= options, line
    named = set(re.findall(r"`(--[a-z]+)(?: [a-z]+)?`", TEXT))
    assert named <= {flag for parameter in commands["compare"].params for flag in parameter.opts}


def test_readme_speaks_of_what_the_results_do_not_say() -> None:
    """Guards the section that keeps a reader from taking too much, in both languages."""
    limits = TEXT.split("## What the results do not say")[1].split("\n## ")[0]
    for words in ("do not forecast", "not identified by local data", '"Not distinguishable" is not "no effect"'):
        assert words in limits
    assert "bukan ramalan" in TEXT.split("## Ringkasan bahasa Indonesia")[1]
