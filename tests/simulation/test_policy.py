"""Policies as data: what they refuse, with which words, and how they add up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import data
from data.errors import InputError
from simulation.policy import DEFAULTS, Evaluation, Needs, Policy, Providers, Text, Training
from tests import ROOT

HEADER = "title: {en: Mine, id: Punya saya}\n"
few = settings(max_examples=40, deadline=None)


def refused(folder: Path, text: str) -> str:
    """The message with which a policy file of this text is refused; it must be one line that begins with file and line."""
    file = folder / "mine.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        Policy.load(file)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(f"{file}")
    return message.removeprefix(f"{file}:")


@few
@given(
    share=st.floats(0, 1),
    hours=st.floats(1, 200),
    sample=st.integers(2, 5000),
    targeting=st.sampled_from(["equal", "needs"]),
    adapt=st.booleans(),
    words=st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=20),
)
def test_round_trip(
    tmp_path_factory: pytest.TempPathFactory,
    share: float,
    hours: float,
    sample: int,
    targeting: str,
    adapt: bool,
    words: str,
) -> None:
    """Guards: a policy written to a file that reads back as another one (numbers, switches, text in any letters)."""
    policy = Policy.model_validate(
        {
            "name": "p",
            "title": {"en": words, "id": words},
            "training": {"hours_per_person": hours, "targeting": targeting,
                         "providers": {"agency": 1 - share, "university": share, "seminar": 0.0}},
            "needs": {"accuracy": 0.6},
            "evaluation": {"sample": sample, "adapt": adapt},
        }
    )  # fmt: skip
    file = tmp_path_factory.mktemp("policy") / "p.yaml"
    file.write_text(policy.to_yaml(), encoding="utf-8")
    assert Policy.load(file) == policy


@pytest.mark.parametrize("name", [f.stem for f in sorted(ROOT.glob("scenarios/policies/*.yaml"))])
def test_shipped_policies(root: Path, tmp_path: Path, name: str) -> None:
    """Guards: a policy without a title in both languages, without grounds, or that does not say what pays for it."""
    policy = Policy.load(root / "scenarios" / "policies" / f"{name}.yaml")
    evidence = {str(i) for table in ("effects", "figures", "derived_moments") for i in data.load(table)["id"]}
    assert policy.name == name
    assert policy.title.en and policy.title.id and policy.title.en != policy.title.id
    assert policy.author and policy.date
    assert policy.sources and set(policy.sources) <= evidence
    assert policy.note is not None and len(policy.note.en) > 30 and len(policy.note.id) > 30
    pays = ("budget", "cost", "paid", "seats", "money")
    assert any(word in policy.note.en for word in pays), "the note says what the money buys or what pays for it"
    copy = tmp_path / f"{name}.yaml"
    copy.write_text(policy.to_yaml(), encoding="utf-8")
    assert Policy.load(copy) == policy


def test_name_comes_from_the_file(tmp_path: Path) -> None:
    """Guards: two files that compete under one name in a report."""
    (tmp_path / "my_plan.yaml").write_text(HEADER, encoding="utf-8")
    assert Policy.load(tmp_path / "my_plan.yaml").name == "my_plan"


def test_defaults_are_todays_practice(root: Path) -> None:
    """Guards: a status quo that moves a lever, so that every other policy would move it back by default."""
    assert Policy.load(root / "scenarios" / "policies" / "status_quo.yaml").levers() == DEFAULTS


@pytest.mark.parametrize(
    ("text", "start", "parts"),
    [
        ("training:\n  targetting: needs\n", "3: training.targetting:", ["unknown key", "did you mean 'targeting'"]),
        ("trainning: {}\n", "2: trainning:", ["unknown key", "did you mean 'training'"]),
        ("training:\n  providers:\n    agencies: 1.0\n", "4: training.providers.agencies:", ["did you mean 'agency'"]),
        ("zzzz: 1\n", "2: zzzz:", ["unknown key", "allowed:", "participation"]),
        ("training: {targeting: need}\n", "2: training.targeting:", ["found 'need'", "did you mean 'needs'"]),
        ("training: {hours_per_person: twenty}\n", "2: training.hours_per_person:", ["found 'twenty'", "number"]),
        ("training: {hours_per_person: '20'}\n", "2: training.hours_per_person:", ["found '20'", "number"]),
        ("training: {hours_per_person: -5}\n", "2: training.hours_per_person:", ["found -5", "greater than or equal to 1"]),
        ("training: {hours_per_person: .nan}\n", "2: training.hours_per_person:", ["found nan"]),
        ("budget_factor: -1\n", "2: budget_factor:", ["found -1", "greater than or equal to 0"]),
        ("budget_factor: .inf\n", "2: budget_factor:", ["found inf"]),
        ("evaluation: {adapt: 1}\n", "2: evaluation.adapt:", ["found 1", "boolean"]),
        ("evaluation: {sample: 60.5}\n", "2: evaluation.sample:", ["found 60.5", "integer"]),
        ("training: 5\n", "2: training:", ["found 5"]),
        ("training:\n  providers: {agency: 0.5, university: 0.2, seminar: 0.2}\n", "3: training.providers:",
         ["add up to 0.9", "must add up to 1"]),
        ("budget_factor: 1.0\nbudget_factor: 2.0\n", "3: budget_factor:", ["stands twice"]),
        ("training:\n  follow_up: 0.1\n  follow_up: 0.2\n", "4: training.follow_up:", ["stands twice"]),
        ("training: {follow_up: 0.1\n", "", ["not valid YAML"]),
        ("name: Bad Name\n", "2: name:", ["found 'Bad Name'"]),
    ],
)  # fmt: skip
def test_errors_name_line_key_and_remedy(tmp_path: Path, text: str, start: str, parts: list[str]) -> None:
    """Guards: a misspelt lever that is ignored, or an error that does not say where it is and what is allowed."""
    message = refused(tmp_path, HEADER + text)
    assert message.startswith(start), message
    for part in parts:
        assert part in message, message


def test_title_is_needed(tmp_path: Path) -> None:
    """Guards: a report with a policy that has no name for people."""
    assert "title: missing" in refused(tmp_path, "author: me\n")
    assert "title.id: missing" in refused(tmp_path, "title: {en: Mine}\n")


@pytest.mark.parametrize("text", ["- one\n- two\n", "just words\n", ""])
def test_not_a_mapping(tmp_path: Path, text: str) -> None:
    """Guards: a traceback for a list, a sentence or an empty file."""
    assert "a mapping of keys and values is needed" in refused(tmp_path, text)


def test_missing_file_names_the_nearest(tmp_path: Path) -> None:
    """Guards: a person left to guess which file was meant."""
    (tmp_path / "integrity.yaml").write_text(HEADER, encoding="utf-8")
    with pytest.raises(InputError, match=r"integrty\.yaml: no such file; did you mean '.*integrity\.yaml'"):
        Policy.load(tmp_path / "integrty.yaml")


def test_bytes_that_are_not_text(tmp_path: Path) -> None:
    """Guards: a traceback when somebody passes a spreadsheet."""
    file = tmp_path / "sheet.yaml"
    file.write_bytes(b"PK\x03\x04\xff\xfe\x00")
    with pytest.raises(InputError, match="cannot be read"):
        Policy.load(file)


def test_dates_stay_words(tmp_path: Path) -> None:
    """Guards: a date that YAML turns into an object and the policy then refuses."""
    (tmp_path / "p.yaml").write_text(HEADER + "date: 2026-11-24\n", encoding="utf-8")
    assert Policy.load(tmp_path / "p.yaml").date == "2026-11-24"


def policy(name: str, **levers: object) -> Policy:
    """A policy with some levers moved."""
    return Policy.model_validate({"name": name, "title": {"en": name, "id": name}, **levers})


def test_adding_policies_that_move_different_levers() -> None:
    """Guards: a sum that depends on the order, or that loses a lever."""
    a = policy("a", training={"targeting": "needs"}, needs={"accuracy": 0.6}, budget_factor=1.2)
    b = policy("b", integrity={"audit_probability": 0.2}, participation={"feedback": 0.5})
    both = a + b
    assert both.levers() == (b + a).levers()
    moved = {k: v for k, v in both.levers().items() if v != DEFAULTS[k]}
    assert moved == {"training.targeting": "needs", "needs.accuracy": 0.6, "budget_factor": 1.2, "integrity.audit_probability": 0.2,
                     "participation.feedback": 0.5}  # fmt: skip


def test_nothing_added_is_the_same_policy() -> None:
    """Guards: a neutral element that is not neutral, and a policy in conflict with itself."""
    a = policy("a", training={"targeting": "needs", "follow_up": 0.2}, needs={"accuracy": 0.6})
    assert (a + Policy(title=Text(en="", id=""))).levers() == a.levers()
    assert (a + a).levers() == a.levers()


def test_needs_without_an_analysis_are_refused(tmp_path: Path) -> None:
    """Guards: training aimed at needs that nobody has measured, for nothing."""
    assert "needs.accuracy" in refused(tmp_path, HEADER + "training: {targeting: needs}\n")
    assert "needs.accuracy" in refused(tmp_path, HEADER + "needs: {complaints_inform: true}\n")


def test_a_name_that_is_not_the_file_s_is_refused(tmp_path: Path) -> None:
    """Guards: a policy that a scenario finds under one name and a report shows under another."""
    assert "name: found 'other'" in refused(tmp_path, HEADER + "name: other\n")


def test_conflict_is_refused_by_name() -> None:
    """Guards: one policy silently winning over the other."""
    a, b = policy("a", integrity={"audit_probability": 0.2}), policy("b", integrity={"audit_probability": 0.3})
    with pytest.raises(InputError, match=r"a \+ b: integrity\.audit_probability: 0\.2 against 0\.3"):
        _ = a + b


def test_policies_are_frozen() -> None:
    """Guards: a run that changes the policy it is given."""
    with pytest.raises(ValueError, match="frozen"):
        cast(Any, policy("a").training).follow_up = 0.5


def test_dotted_levers_are_complete() -> None:
    """Guards: a lever left out of sums and factorial designs."""
    written = yaml.safe_load(policy("a").to_yaml())
    header = {"name", "title", "author", "date", "sources", "note"}
    leaves = sum(1 for k in DEFAULTS if "." in k)
    blocks = {k: v for k, v in written.items() if k not in header and isinstance(v, dict)}

    def count(tree: dict[str, object]) -> int:
        return sum(count(v) if isinstance(v, dict) else 1 for v in tree.values())

    assert count(blocks) == leaves


HERE = {"title": {"en": "Mine", "id": "Punya saya"}}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Training(**{"follow_upp": 0.6}), "Training: follow_upp: unknown key; did you mean 'follow_up'?"),
        (lambda: Training(follow_up=6), "Training: follow_up: found 6; input should be less than or equal to 1"),
        (lambda: Needs(accuracy=cast(Any, "much")), "Needs: accuracy: found 'much'; input should be a valid number"),
        (
            lambda: Evaluation(design=cast(Any, "pre_pots")),
            "Evaluation: design: found 'pre_pots'; allowed: 'none', 'satisfaction', 'readiness', 'pre_post' or 'pre_post_control'; "
            "did you mean 'pre_post'?",
        ),
        (lambda: Providers(agency=0.5), "Providers: shares add up to 0.6; they must add up to 1"),
        (lambda: Policy(**{**HERE, "trainning": {}}), "Policy: trainning: unknown key; did you mean 'training'?"),
        (
            lambda: Policy(**{**HERE, "training": {"providers": {"agancy": 1.0}}}),
            "Policy: training.providers.agancy: unknown key; did you mean 'agency'?",
        ),
        (lambda: Policy(**{"name": "a"}), "Policy: title: missing; this key is needed"),
        (
            lambda: Policy(**{**HERE, "note": "a\nb"}),
            "Policy: note: found 'a\\nb'; input should be a valid dictionary or instance of Text",
        ),
        (lambda: Text(**{"en": "x" * 3, "id": ["y" * 500]}), f"Text: id: found ('{'y' * 78}; input should be a valid string"),
    ],
)  # fmt: skip
def test_a_policy_made_in_python_is_refused_in_one_line(make: Callable[[], object], message: str) -> None:
    """Guards: a researcher in a notebook who gets the traceback of a library where a file would get one line and the nearest name."""
    with pytest.raises(InputError) as caught:
        make()
    assert str(caught.value) == message


def test_lists_are_taken_in_python_as_in_files() -> None:
    """Guards: a list of sources refused in Python that a file may have."""
    assert Policy(**{**HERE, "sources": ["kamil_2023"]}).sources == ("kamil_2023",)


def test_a_sum_that_excludes_itself_is_refused_in_one_line() -> None:
    """Guards: two policies whose sum is not allowed, refused with the traceback of a library."""
    a = policy("a", training={"providers": {"agency": 0.85, "university": 0.10, "seminar": 0.05}})
    b = policy("b", training={"providers": {"agency": 0.85, "university": 0.05, "seminar": 0.10}})
    with pytest.raises(
        InputError, match=r"^Policy: training\.providers: shares add up to 1\.05; they must add up to 1$"
    ):
        _ = a + b
