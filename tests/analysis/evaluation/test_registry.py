"""The table of kinds of evaluation holds together: files, options, printed columns and texts of every kind, in both languages."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

import analysis.evaluation
from analysis.evaluation import KINDS, figure, kind_of, words
from analysis.evaluation.cells import cell
from analysis.evaluation.phrases import Phrases
from analysis.evaluation.registry import Kind
from analysis.presentation.words import LANGUAGES
from data import InputError, path
from data.intake import FILE_KINDS, read_file

HERE = Path(analysis.evaluation.__file__).parent
SAID_BY_NUMBERS = ("number", "units", "difference_units", "short", "levers", "lever_values", "answer")
"""Entries of the report's catalogue that number formats read: a text of a kind must not take their place."""


@pytest.fixture(params=KINDS.values(), ids=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    """Each kind."""
    found: Kind = request.param
    return found


def result_of(kind: Kind, tmp_path: Path) -> Any:
    """Its template, evaluated, with each row ten times: some columns need more people than a template has."""
    lines = path("templates", f"{FILE_KINDS[kind.name].template}.csv").read_text(encoding="utf-8").splitlines()
    rows = [row.replace("EXAMPLE", f"EXAMPLE{number}") for number in range(10) for row in lines[1:]]
    (tmp_path / "mine.csv").write_text("\n".join([lines[0], *rows]) + "\n", encoding="utf-8")
    intake = read_file(tmp_path / "mine.csv", kind.name, key_file=tmp_path / "settings" / "key")
    return kind.functions().evaluate(intake.frame)


def texts(folder: Path, lang: str) -> dict[str, Any]:
    """A catalogue."""
    table: dict[str, Any] = yaml.safe_load((folder / f"texts.{lang}.yaml").read_text(encoding="utf-8"))
    return table


def keys(value: object, dotted: str = "") -> dict[str, list[str]]:
    """Dotted keys of a catalogue with the placeholders of each text."""
    if isinstance(value, dict):
        return {k: v for name, own in value.items() for k, v in keys(own, f"{dotted}.{name}").items()}
    return {dotted: sorted(re.findall(r"{(\w+)}", str(value)))}


def test_every_kind_can_be_read_and_every_file_evaluated() -> None:
    """Guards a kind without an entry for its files, and files that nothing evaluates."""
    assert KINDS.keys() == FILE_KINDS.keys()


def test_options_are_arguments_of_evaluate(kind: Kind) -> None:
    """Guards an option that evaluate does not know, which would end in a traceback when somebody uses it."""
    asked = inspect.signature(kind.functions().evaluate).parameters
    for option in kind.options:
        assert asked[option.name].kind is inspect.Parameter.KEYWORD_ONLY
        assert (option.value == "word") == bool(option.among)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_printed_tables_are_there_with_heads_and_words(kind: Kind, lang: str, tmp_path: Path) -> None:
    """Guards a column that its table does not have, and a head or a word that a language lacks."""
    say, tables = Phrases(lang, kind.folder), result_of(kind, tmp_path).tables()
    assert kind.printed.keys() & tables.keys()
    for name, columns in kind.printed.items():
        assert {column.head for column in columns} <= set(say.raw("heads"))
        for column in columns:
            assert not column.words or isinstance(say.raw(column.words), dict)
            if name in tables:
                first = tables[name].iloc[0]
                assert cell(column, [first[source] for source in column.source.split()], say)
    assert say.text("title") and all(say.text(f"ask.{o.name}") for o in kind.options if o.asked)


def test_both_languages_say_the_same_things(kind: Kind) -> None:
    """Guards a text or a placeholder that is there in one language only."""
    for folder in (HERE, HERE / kind.folder):
        assert keys(texts(folder, "en")) == keys(texts(folder, "id"))


def test_texts_of_a_kind_hide_no_others(kind: Kind) -> None:
    """Guards a kind whose own `notes` or `number` would silence what all kinds say."""
    own = set(texts(HERE / kind.folder, "en"))
    assert not own & {*texts(HERE, "en"), *SAID_BY_NUMBERS}


def test_a_result_finds_its_words_and_figure(kind: Kind, tmp_path: Path) -> None:
    """Guards the way of a notebook from a result to its words and figure, and results against having words of their own."""
    result = result_of(kind, tmp_path)
    assert kind_of(result) is kind
    assert words(result, "id") == kind.functions().words(result, "id") != words(result)
    assert figure(result, "id").get_size_inches()[0] > 5
    assert not {"words", "figure"} & set(dir(result))
    with pytest.raises(TypeError, match="str: no result of an evaluation; there are skm, "):
        words("a text")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="Phrases: no result"):
        kind_of(Phrases("en"))  # type: ignore[arg-type]
    with pytest.raises(InputError, match="lang: 'nl'; allowed are en, id"):
        words(result, "nl")
