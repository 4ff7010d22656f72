"""README is true: its numbers come from a run that can be repeated, its code runs, what it names exists.

The default comparison (50 draws of the whole city) is repeated by `make torture`. Here its table and figure are made again from the
comparison that was kept, and some of its draws are repeated to the bit: see docs/default_run.py.
"""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from analysis.study.record import canonical
from app.cli import app
from docs import default_run, refresh
from simulation import Policy
from simulation.city import load_profile
from simulation.levers import money_of

TEXT = refresh.README.read_text(encoding="utf-8")
WRITTEN_BY_A_RUN = {
    "report.html",
    "comparison.csv",
    "carried.csv",
    "outcomes.parquet",
    "figures/*.svg",
    "run.json",
    "chunks/",
}


REPEATED = (0, 31)


def test_table_and_figure_are_those_of_the_comparison() -> None:
    """Guards against a number typed by hand, and against words, rounding or drawing that have changed since; `make docs` mends it."""
    comparison = default_run.kept_comparison()
    said = default_run.printed(comparison, default_run.kept_carried())
    assert "Trust" in said and len(said.splitlines()) > 20
    assert refresh.with_run(TEXT, said) == TEXT
    assert default_run.readme_figure(comparison) == refresh.FIGURE.read_text(encoding="utf-8")
    assert f"docs/figures/{default_run.FIGURE}" in TEXT


def test_the_comparison_is_that_of_todays_scenario_posterior_and_engine() -> None:
    """Guards against numbers that `make compare` no longer gives: what the run was made from, and the bits of two draws in fifty."""
    kept = default_run.kept_draws()
    assert kept["made_from"] == json.loads(canonical(default_run.made_from()))
    assert len(kept["digests"]) == kept["made_from"]["draws"] == len(set(kept["digests"]))
    assert default_run.repeated(REPEATED) == {draw: kept["digests"][draw] for draw in REPEATED}
    assert set(default_run.kept_comparison()["draws"]) == {kept["made_from"]["draws"]}


@pytest.mark.torture
def test_the_default_run_repeats_everything_that_is_shown(tmp_path: Path) -> None:
    """The whole of it, 400 runs of the whole city: what is printed, drawn and kept, to the byte."""
    said = default_run.run(tmp_path / "tangsel")
    assert refresh.with_run(TEXT, said) == TEXT
    assert default_run.figure_of(tmp_path / "tangsel") == refresh.FIGURE.read_text(encoding="utf-8")
    assert {
        file: file.read_text(encoding="utf-8")
        for file in (default_run.COMPARISON, default_run.CARRIED, default_run.DRAWS)
    } == (default_run.keep(tmp_path / "tangsel"))


def test_a_run_writes_what_readme_says(short: Path) -> None:
    """Guards against a table of files that leaves one out or names one that is not written."""
    section = TEXT.split(f"In `{default_run.SHOWN_FOLDER}` it writes")[1].split("## ")[0]
    named = set(re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE))
    assert named == WRITTEN_BY_A_RUN
    found = {file.relative_to(short / "done").as_posix() for file in (short / "done").rglob("*") if file.is_file()}
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
    made = {"scenarios/policies/coached.yaml", "data/cities/yourcity.yaml", "data/estimates/yourcity.yaml", "chunks/"}
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
