"""The shipped deck is whole and honest, and a bad card is refused in one line before anything is run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

import data
from analysis.calibration.cards import evidence_rows
from analysis.calibration.cards.card import AREAS
from analysis.calibration.cards.deck import Deck
from analysis.calibration.cards.evidence_rows import EvidenceRow, evidence_row, study_of
from analysis.calibration.cards.roles import role_fault, seen_studies
from data.errors import InputError
from simulation.files import tuples
from simulation.registry import REGISTRY

CONTENT: dict[str, Any] = yaml.safe_load(data.path("cards.yaml").read_text(encoding="utf-8"))


def test_the_shipped_deck_has_what_it_promises() -> None:
    """Guards against too few cards or holdouts, an area without any, and two cards that are one."""
    cards = Deck.load().cards
    assert len(cards) >= 20
    assert len({card.evidence[0] for card in cards.values() if card.role == "holdout"}) >= 8
    assert {card.area for card in cards.values()} == set(AREAS)
    assert sum(card.kind != "direction" for card in cards.values()) >= 20
    seen = {repr(card.model_dump(exclude={"title", "explanation"})) for card in cards.values()}
    assert len(seen) == len(cards)


def test_roles_follow_the_registry() -> None:
    """Guards holdouts against a parameter that begins to use their study, and priors against one that no longer does."""
    seen = seen_studies()
    deck = Deck.model_validate(tuples(CONTENT))
    assert not {name: fault for name, card in deck.cards.items() if (fault := role_fault(card, seen))}


def test_what_a_parameter_cites_makes_a_study_seen() -> None:
    """Guards the check itself: a holdout whose study enters some parameter's evidence is found, by any of its rows."""
    card = next(card for card in Deck.load().cards.values() if card.role == "holdout")
    study = study_of(card.evidence[0]) or ""
    assert study and study not in seen_studies()
    assert "stands in the evidence of training_effect_mean" in role_fault(card, {study: ["training_effect_mean"]})
    cited = {id_ for parameter in REGISTRY for id_ in parameter.evidence}
    assert all(study_of(id_) in seen_studies() for id_ in cited if study_of(id_) is not None)


def test_values_are_those_of_the_rows() -> None:
    """Guards against a published value that was typed again, or an interquartile range that became an error."""
    assert evidence_row("olken_audit") == EvidenceRow("olken_audit", "olken2007", -0.085, 0.044)
    assert evidence_row("oliveira2015_clients").se == pytest.approx((7.0 - 1.1) / 3.92)
    assert evidence_row("af2005_rr").se is None and evidence_row("rowe2018_train").se is None
    text = data.path("cards.yaml").read_text(encoding="utf-8")
    assert "value:" not in text and "estimate:" not in text


def changed(name: str, change: Callable[[dict[str, Any]], object]) -> str:
    """The shipped deck with one card changed, as text."""
    content = yaml.safe_load(yaml.safe_dump(CONTENT))
    change(content["cards"][name])
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False)


BAD: list[tuple[str, Callable[[dict[str, Any]], object], str]] = [
    ("learning_course", lambda c: c.update(evidence=["arthur2003_lerning"]), "no row 'arthur2003_lerning' in .*'arthur2003_learning'?"),
    ("learning_course", lambda c: c.update(role="holdout"), r"\.role: found holdout, but study 'arthur2003' stands in the evidence of"),
    ("audits_risk", lambda c: c.update(role="prior"), r"\.role: found prior, but study 'zamboni2018' stands in no parameter's evidence"),
    ("learning_course", lambda c: c.update(role="prio"), "found 'prio'; allowed: 'prior' or 'holdout'; did you mean 'prior'?"),
    ("learning_course", lambda c: c.update(quantity="testd"), r"\.quantity: found 'testd'; did you mean 'tested'?"),
    ("learning_course", lambda c: c.update(kind="nullish"), r"\.kind: found nullish, but the adjusted effect is 0.378"),
    ("audits_certain", lambda c: c.update(kind="sized"), r"\.kind: found sized, .* -4.25 is below 1 or its interval holds zero"),
    ("ethics_officers", lambda c: (c.update(kind="sized"), c.pop("sign")), r"\.kind: found sized, but the row has no value"),
    ("learning_course", lambda c: c.update(sign="positive"), "sign: needed where kind is direction, and only there"),
    ("learning_course", lambda c: c.update(fixed={"use_strat": 0.0}), r"\.fixed: found 'use_strat'; did you mean 'use_start'?"),
    ("learning_course", lambda c: c["course"].update(domain="tecnical"), r"\.course: Course: domain: .*did you mean 'technical'?"),
    ("learning_course", lambda c: c["course"].update(hors=2), r"\.course: .*'hors'; allowed: domain, hours"),
    ("learning_course", lambda c: c.pop("course"), r"\.quantity: found 'tested', an effect; a course or levers are needed"),
    ("trust_judgement", lambda c: c.update(levers={"participation.feedback": 1.0}), r"found 'trust_by_experience', read as people are"),
    ("learning_course", lambda c: c.update(treated={"kind": "areas"}), r"\.quantity: found 'tested' of areas; allowed: that of staff"),
    ("audits_risk", lambda c: c.update(levers={"integrity.audit_chance": 1.0}), "levers.integrity.audit_chance: unknown lever"),
    ("audits_risk", lambda c: c.update(course={"domain": "technical"}), "course, levers: found both"),
    ("audits_risk", lambda c: c["treated"].update(among="countr"), r"\.treated: Arm: among: .*did you mean 'counter'?"),
    ("audits_risk", lambda c: c["adjusted"][0].update(times=0), "times: found 0; a factor of zero leaves no effect"),
    ("audits_risk", lambda c: c["adjusted"][1].pop("high"), "low, high: found one of them"),
    ("audits_risk", lambda c: c["adjusted"][1].update(times=5.0), r"times: found 5; allowed: between low 0.1 and high 0.9"),
    ("audits_risk", lambda c: c.pop("explanation"), "explanation: missing; this key is needed"),
    ("audits_risk", lambda c: c.update(expects=3), "expects: unknown key"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "change", "says"), BAD, ids=[says[:40] for _, _, says in BAD])
def test_a_bad_card_is_refused(
    tmp_path: Path, name: str, change: Callable[[dict[str, Any]], object], says: str
) -> None:
    """Guards against a card that is run although a row, a role, a number or a name in it cannot be right."""
    file = tmp_path / "mine.yaml"
    file.write_text(changed(name, change), encoding="utf-8")
    with pytest.raises(InputError, match=says) as error:
        Deck.load(file)
    line = str(error.value)
    assert "\n" not in line and line.startswith(f"{file}:") and f"cards.{name}" in line


def test_a_study_with_zero_spread_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against an interval of no width, which no model could match."""
    rows = dict(evidence_rows._rows())
    table, row = rows["olken_audit"]
    for same in ({"se": 0.0}, {"se": None, "interval_type": "95", "ci_low": 1.0, "ci_high": 1.0}):
        monkeypatch.setattr(evidence_rows, "_rows", lambda same=same: rows | {"olken_audit": (table, row | same)})
        with pytest.raises(
            InputError, match=r"cards.audits_certain.evidence: row 'olken_audit' of effects is a study with zero spread"
        ):
            Deck.load()
