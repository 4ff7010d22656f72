"""Forms of a file of training scores, what is refused in them, and the words and figures that come out."""

from __future__ import annotations

import re
import string
from pathlib import Path
from typing import Any, cast, get_args

import numpy as np
import pandas as pd
import pytest
import yaml

from analysis.evaluation import evaluate_training, figure, words
from analysis.evaluation.phrases import Phrases
from analysis.evaluation.training import Threat, made_up, threat_words
from analysis.evaluation.training.estimates import Role
from analysis.evaluation.training.made_up import DESIGNS, POSSIBLE
from analysis.evaluation.training.result import COLUMNS, EVERY
from analysis.evaluation.training.threats import CODES
from analysis.presentation.digits import places
from analysis.presentation.style import png_of
from analysis.presentation.words import LANGUAGES
from data.errors import InputError
from data.intake import read_file
from data.schemas import TEMPLATES

TEXTS = {lang: Path(evaluate_training.__code__.co_filename).with_name(f"texts.{lang}.yaml") for lang in ("en", "id")}


def flat(table: dict[str, Any], head: str = "") -> dict[str, str]:
    """A nested catalogue with dotted keys."""
    found: dict[str, str] = {}
    for key, value in table.items():
        found |= flat(value, f"{head}{key}.") if isinstance(value, dict) else {f"{head}{key}": str(value)}
    return found


def ran(**made: Any) -> Any:
    """A made-up study, evaluated; the cut-off is where it was made."""
    frame = made_up(**made)
    before = frame.groupby("participant")["before"].first().median() if "before" in frame else None
    return evaluate_training(frame, cutoff=("before", float(before)) if before is not None else None)


WHAT = {"once": "level", "pre_post": "change", "once_control": "difference"}
WHAT |= dict.fromkeys(("pre_post_control", "staggered", "cutoff"), "effect")


@pytest.mark.parametrize("design", DESIGNS)
def test_every_design_is_recognised(design: str) -> None:
    """Guards recognition: nobody is asked what kind of study a file holds."""
    result = ran(design=design)
    assert set(result.table["design"]) == {design}
    assert list(result.table.columns) == list(COLUMNS)
    assert (result.table["role"] == "main").sum() == 1
    assert result.table["what"].iloc[0] == WHAT[design]


def test_the_template_can_be_evaluated() -> None:
    """Guards the form of data/templates: pre and post beside each other are the same study as one below the other."""
    long = made_up("pre_post_control", people=40, units=0)
    wide = long.pivot(index=["participant", "group"], columns="occasion", values="test").reset_index()
    wide = wide.assign(programme="course", unit=None, jp=20.0)
    schema = TEMPLATES["training_scores"]
    wide = schema.validate(wide[list(schema.columns)].astype({"unit": "object"}))
    one, other = evaluate_training(wide), evaluate_training(long)
    pd.testing.assert_frame_equal(one.table.drop(columns="programme"), other.table.drop(columns="programme"))


def test_started_and_treated_say_the_same() -> None:
    """Guards the two ways to say who began when."""
    frame = made_up("staggered", people=60)
    first = frame[frame["treated"] == 1].groupby("participant")["occasion"].min()
    started = frame.drop(columns="treated").assign(started=frame["participant"].map(first))
    pd.testing.assert_frame_equal(evaluate_training(frame).table, evaluate_training(started).table)


@pytest.mark.parametrize(
    "names", [("pre", "post"), ("sebelum", "sesudah"), ("Pre-test", "Post-test"), (1, 2), ("2026-03-01", "2026-06-30")]
)
def test_occasions_in_words_numbers_and_dates(names: tuple[object, object]) -> None:
    """Guards the order of occasions: 'post' before 'pre' would turn every sign."""
    frame = made_up("pre_post", people=30)
    named = frame.assign(occasion=frame["occasion"].map(dict(zip(("pre", "post"), names, strict=True))))
    wanted = evaluate_training(frame).table["estimate"].iloc[0]
    assert evaluate_training(named).table["estimate"].iloc[0] == pytest.approx(wanted)
    assert wanted > 0


def test_controls_without_a_programme_are_shared() -> None:
    """Guards one control group for two courses."""
    frame = made_up("pre_post_control", people=40, effect={"a": 4.0, "b": 0.0})
    frame.loc[(frame["group"] == "control") & (frame["programme"] == "a"), "programme"] = None
    frame = frame[~((frame["group"] == "control") & (frame["programme"] == "b"))]
    table = evaluate_training(frame, randomised=True).table
    assert table.loc[table["role"] == "main", "n_control"].tolist() == [20, 20]


def test_a_follow_up_is_a_row_of_its_own() -> None:
    """Guards three occasions: the decision rests on the first after training, the later one is shown."""
    frame = made_up("pre_post_control", people=60)
    later = frame[frame["occasion"] == "post"].assign(occasion="follow-up", test=lambda f: f["test"] - 1.0)
    table = evaluate_training(pd.concat([frame, later])).table
    assert table.loc[table["role"] == "main", "occasion"].tolist() == ["post"]
    assert table.loc[table["role"] == "later", "occasion"].tolist() == ["follow-up"]


def test_three_programmes_have_a_mean_over_programmes() -> None:
    """Guards the mixed model: with effects of 2, 4 and 6 its mean is the mean of the three, and programmes - 1 df."""
    frame = made_up("pre_post_control", people=400, effect={"a": 2.0, "b": 4.0, "c": 6.0})
    table = evaluate_training(frame, randomised=True).table
    pooled = table[table["role"] == "pooled"].iloc[0]
    each = table[(table["model"] == "did") & (table["programme"] != "*")]["estimate"].mean()
    assert pooled["estimate"] == pytest.approx(each, abs=0.15)
    assert pooled["df"] == 2.0


def test_every_code_of_the_tables_has_words() -> None:
    """Guards the table in the terminal: the mean over three programmes had a role without a name, which ended in a traceback."""
    result = ran(design="pre_post", effect={"A": 2.0, "B": 4.0, "C": 6.0}, people=40)
    assert set(result.tables()) == {"effects", "decisions"} and "pooled" in set(result.tables()["effects"]["role"])
    for lang in LANGUAGES:
        say = Phrases(lang, "training")
        assert set(say.raw("role")) == set(get_args(Role)) and EVERY in say.raw("programmes")
        assert set(result.table["model"]) <= set(say.raw("model"))


def spoilt(**changes: Any) -> pd.DataFrame:
    """Ten people before and after with one thing wrong."""
    frame = made_up("pre_post_control", people=10, seed=3).astype({"test": "object"})
    for column, (row, value) in changes.items():
        frame.loc[row, column] = value
    return frame


BAD = [
    (spoilt().head(0), {}, r"no rows"),
    (spoilt().drop(columns="participant"), {}, r"column 'participant' is missing"),
    (spoilt(test=(3, "good")), {}, r"row 4: column 'test': a text \(not shown\); allowed: a number"),
    (spoilt(test=(3, 101.0)), {}, r"row 4: column 'test': '101'; allowed: 0 to 100"),
    (spoilt(test=(3, -1.0)), {}, r"row 4: column 'test': '-1'; allowed: 0 to 100"),
    (spoilt().assign(test=lambda f: f["test"].astype(float) / 20), {}, r"columns? .*all values lie between .* say so: scale=\(0, 10\)"),
    (spoilt(group=(3, "other")), {}, r"row 4: column 'group': a text \(not shown\); allowed: trained or control"),
    (spoilt(group=(3, "trained"), participant=(3, "P1")), {}, r"rows? \d+"),
    (spoilt(occasion=(3, "summer")), {}, r"row 4: column 'occasion': a text \(not shown\); allowed: numbers, dates"),
    (spoilt(), {"outcome": "tests"}, r"outcome: 'tests' is no column .* did you mean 'test'"),
    (spoilt(), {"smallest": 0.0}, r"smallest: 0.0; allowed"),
    (spoilt(), {"scale": (10.0, 0.0)}, r"scale=\(10.0, 0.0\); allowed: the lowest value first"),
    (spoilt(), {"chosen_by": "boss"}, r"chosen_by: 'boss'; allowed: pretest, other"),
    (spoilt(), {"covariates": ["age"]}, r"covariate: 'age' is no column"),
    (spoilt().assign(group="control"), {}, r"nobody was trained"),
    (spoilt().assign(test=50.0), {}, r"all people have the same score"),
]  # fmt: skip


@pytest.mark.parametrize(("frame", "asked", "said"), BAD)
def test_bad_input_is_refused_in_one_line(frame: pd.DataFrame, asked: dict[str, Any], said: str) -> None:
    """Guards against a number from a file that cannot give one, and against an error nobody can act on."""
    with pytest.raises(InputError) as caught:
        evaluate_training(frame, **asked)
    assert re.search(said, str(caught.value)), caught.value
    assert "\n" not in str(caught.value)


SECRETS = ("198703152010011005", "Budi Santoso", "budi@contoh.go.id")


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("column", ["occasion", "group", "test", "started"])
def test_errors_never_quote_a_cell_that_can_be_a_person(column: str, secret: str) -> None:
    """Guards people: whatever slipped into a column of occasions, arms or scores is not printed."""
    frame = spoilt().assign(started=None) if column == "started" else spoilt()
    frame[column] = frame[column].astype("object")
    frame.loc[3, column] = secret
    with pytest.raises(InputError) as caught:
        evaluate_training(frame, outcome="test")
    assert secret not in str(caught.value) and "1987" not in str(caught.value), caught.value
    assert f"row 4: column '{column}'" in str(caught.value) and "not shown" in str(caught.value)


def test_rows_have_their_numbers_in_the_file(tmp_path: Path) -> None:
    """Guards the way back to a cell: titles above the header and rows left out before do not shift the numbers in an error."""
    lines = [
        "Nilai diklat;;;",
        ";;;",
        "participant;group;pre;post",
        "EXAMPLE 1;trained;1;2",
        "P1;trained;5;8",
        "Jumlah;;5;8",
    ]
    lines += ["P2;control;5;6", "P3;control;6;12", "P4;trained;6;7"]
    (tmp_path / "mine.csv").write_text("\n".join(lines), encoding="utf-8")
    frame = read_file(tmp_path / "mine.csv", "training", key_file=tmp_path / "key").frame
    with pytest.raises(InputError, match=r"row 8: column 'post': '12'; allowed: 0 to 10$"):
        evaluate_training(frame, scale=(0.0, 10.0))
    with pytest.raises(InputError, match=r"columns 'pre' and 'post': all values lie between 5 and 8"):
        evaluate_training(frame[frame["post"] < 10])


def test_one_person_in_two_arms_is_refused_without_naming_the_person() -> None:
    """Guards the arms, and personal data: rows are named, people are not."""
    frame = made_up("pre_post_control", people=10, seed=3)
    who = frame["participant"].iloc[0]
    frame["participant"] = frame["participant"].replace(who, "Siti Aminah")
    other = {"trained": "control", "control": "trained"}[frame["group"].iloc[0]]
    frame.loc[1, "group"] = other
    with pytest.raises(InputError, match=r"rows 1 and 2: one person in two arms") as caught:
        evaluate_training(frame)
    assert "Siti" not in str(caught.value)


def test_a_file_of_too_few_is_told_so() -> None:
    """Guards a message about equal scores, or about a programme 'all' that is in nobody's file."""
    wide = pd.DataFrame(
        {"participant": ["a", "b"], "group": ["trained", "control"], "pre": [50.0, 60.0], "post": [60.0, 61.0]}
    )
    for rows in (1, 2):
        with pytest.raises(InputError, match=f"^training scores: people with scores: {rows}; at least 2 an arm"):
            evaluate_training(wide.head(rows))
    with pytest.raises(InputError, match=r"outcome: 'pre' is one of the two scores of a test; .* outcome='test'"):
        evaluate_training(wide, outcome="pre")
    with pytest.raises(InputError, match=r"^programme 'x': people with scores: 2; at least 2 an arm"):
        evaluate_training(wide.assign(programme="x"))


def test_a_participant_twice_at_an_occasion_is_refused() -> None:
    """Guards against a row copied twice, which would count a person as two."""
    frame = made_up("pre_post_control", people=10)
    with pytest.raises(InputError, match=r"rows 1 and 21: one participant twice at occasion 'pre'"):
        evaluate_training(pd.concat([frame, frame.head(1)], ignore_index=True))


def test_training_cannot_be_undone() -> None:
    """Guards `treated`, which means trained by then."""
    frame = made_up("staggered", people=40)
    late = frame["occasion"] == "4"
    with pytest.raises(InputError, match=r"'treated' means trained by then"):
        evaluate_training(frame.assign(treated=frame["treated"].where(~late, 0)))


def test_one_unit_an_arm_cannot_be_decided() -> None:
    """Guards against a unit taken for a training: one trained office against one other office."""
    frame = made_up("pre_post_control", people=200, effect=15.0)
    frame["unit"] = np.where(frame["group"] == "trained", "north", "south")
    result = evaluate_training(frame)
    assert result.decisions["reason"].tolist() == ["single_unit"]
    assert "single_unit" in {t.code for t in result.warnings}


def test_self_report_and_its_scale() -> None:
    """Guards outcomes that people say of themselves: a warning, and a scale of 1 to 5 recognised."""
    frame = made_up("pre_post_control", people=80).rename(columns={"test": "readiness"})
    frame["readiness"] = (frame["readiness"] / 14).clip(1, 5).round()
    result = evaluate_training(frame)
    assert (result.outcome, result.scale) == ("readiness", (1.0, 5.0))
    assert "self_report" in {t.code for t in result.warnings}
    with pytest.raises(InputError, match="allowed: 1 to 5"):
        evaluate_training(frame.assign(readiness=frame["readiness"] + 1), scale=(1.0, 5.0))


def test_catalogues_have_the_same_keys_and_placeholders() -> None:
    """Guards against a text that one language lacks, and a threat without words."""
    english, indonesian = (flat(yaml.safe_load(TEXTS[lang].read_text(encoding="utf-8"))) for lang in ("en", "id"))
    assert english.keys() == indonesian.keys()
    for key, text in english.items():
        names = [{name for _, name, _, _ in string.Formatter().parse(t) if name} for t in (text, indonesian[key])]
        assert names[0] == names[1], key
    assert {key.removeprefix("threat.") for key in english if key.startswith("threat.")} == set(CODES)
    with pytest.raises(ValueError, match="no such code"):
        Threat("unlucky", "a")


@pytest.mark.parametrize(("design", "threat"), [(d, t) for d in DESIGNS for t in (None, *POSSIBLE[d])])
def test_words_and_figure_of_every_design(design: str, threat: str | None) -> None:
    """Guards every text that can be said: filled, with its numbers as the language writes them, and every threat in it."""
    result = ran(design=design, threat=threat, people=80)
    main = result.programmes[0].main.fit
    for lang in ("en", "id"):
        said = words(result, lang)
        assert "{" not in said and not re.search(r"\b(nan|inf)\b", said)
        for found in result.warnings:
            assert threat_words(found, lang) in said
        shown = f"{abs(main.value):.{places(main.se, main.value)}f}"
        assert (shown.replace(".", ",") if lang == "id" else shown) in said
        picture = png_of(figure(result, lang))
        assert picture.startswith(b"\x89PNG") and len(picture) > 5000


def test_an_unknown_made_up_threat_is_refused() -> None:
    """Guards against a threat that a design cannot have and that would silently do nothing."""
    with pytest.raises(InputError, match=r"threat: 'attrition'; allowed here: ceiling, trend"):
        made_up("staggered", threat="attrition")
    with pytest.raises(InputError, match=r"design: 'prepost'.*did you mean 'pre_post'"):
        made_up(cast(Any, "prepost"))
