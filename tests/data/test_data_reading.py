"""Broken copies of the tables and users' files are refused in one line that names file, line and column."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import data
from data.reading import read_checked
from data.schemas import ELEMENTS, TABLES, TEMPLATES


def cells(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def written(file: Path, rows: list[list[str]]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return file


def refusal(file: Path, schema: str) -> str:
    """The one line with which a file is refused, without the folder it lies in."""
    with pytest.raises(data.InputError) as caught:
        data.read_csv_for_people(file, schema)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(str(file))
    return message.replace(str(file), file.name)


@pytest.mark.parametrize(
    ("name", "column", "line", "value", "said"),
    [
        ("figures", "value", 12, "about 90", "figures.csv:12: column 'value': 'about 90'; allowed: a number"),
        ("figures", "source", 3, "", "figures.csv:3: column 'source': empty; allowed: the id of a row of sources.csv"),
        ("figures", "id", 3, "F0011", "figures.csv:3: column 'id': 'F0011' stands on line 2 already; each must differ"),
        ("figures", "se", 230, "-1", "figures.csv:230: column 'se': -1 is not allowed; allowed: 0 or more"),
        ("figures", "value", 2, "", "figures.csv:2: this row does not hold together; needed: a number in `value`"),
        ("skm_sekadau_2019", "U6", 7, "5", "skm_sekadau_2019.csv:7: column 'U6': 5 is not allowed; allowed: 1 to 4"),
        ("skm_sekadau_2019", "U6", 7, "2.5", "skm_sekadau_2019.csv:7: column 'U6': '2.5'; allowed: a whole number 1"),
        ("trust_polri", "month", 4, "2017-13", "trust_polri.csv:4: column 'month': 2017-13 is not allowed; allowed: a"),
        ("effects", "verified", 5, "maybe", "effects.csv:5: column 'verified': maybe is not allowed; allowed: one of"),
        (
            "ombudsman",
            "score_0_100",
            20,
            "101",
            "ombudsman.csv:20: column 'score_0_100': 101 is not allowed; allowed",
        ),
        (
            "ikm_panels",
            "ikm_0_100",
            6,
            "nan",
            "ikm_panels.csv:6: column 'ikm_0_100': 'nan'; allowed: a number 25 to 100",
        ),
    ],
)
def test_a_broken_copy_of_a_table_is_refused(
    tmp_path: Path, name: str, column: str, line: int, value: str, said: str
) -> None:
    """Guards the schemas: a wrong cell is found, and the message leads to it."""
    rows = cells(data.path(f"{name}.csv"))
    rows[line - 1][rows[0].index(column)] = value
    broken = written(tmp_path / f"{name}.csv", rows)
    with pytest.raises(data.InputError) as caught:
        read_checked(broken, TABLES[name], file_label=f"{name}.csv")
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_table_that_lost_or_gained_a_column_is_refused(tmp_path: Path, name: str) -> None:
    """Guards against schemas that look at some columns only."""
    rows = cells(data.path(f"{name}.csv"))
    for column in range(len(rows[0])):
        lost = written(tmp_path / "lost.csv", [row[:column] + row[column + 1 :] for row in rows])
        with pytest.raises(data.InputError, match=f"column '{rows[0][column]}' is missing"):
            read_checked(lost, TABLES[name], file_label="lost.csv")
    gained = written(tmp_path / "gained.csv", [[*row, "remark"] for row in rows])
    with pytest.raises(data.InputError, match="unknown column 'remark'"):
        read_checked(gained, TABLES[name], file_label="gained.csv")


def test_a_source_that_is_not_listed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards the link from rows to sources when the tables are edited."""
    for file in data.path().glob("*.csv"):
        rows = cells(file)
        if file.stem == "trust_polri":
            rows[1][rows[0].index("source")] = "nowhere"
        written(tmp_path / file.name, rows)
    monkeypatch.setattr("data.tables.HERE", tmp_path)
    with pytest.raises(data.InputError, match=r"trust_polri\.csv: source 'nowhere' is not a row of sources\.csv"):
        data.load("trust_polri")


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_a_template_is_a_good_file_with_marked_examples(name: str) -> None:
    """Guards against a template that its own reader refuses, and against examples that pass as data."""
    table = data.read_csv_for_people(data.path("templates", f"{name}.csv"), name)
    # an effect of fewer has no error; fewer staff are not shown, as a number would be about a person
    assert len(table) == {"training_scores": 8, "staff_list": 11}.get(name, 3)
    assert table.iloc[:, 0].str.startswith("EXAMPLE").all()
    assert list(table.columns) == list(TEMPLATES[name].columns)
    page = data.path("templates", "README.md").read_text(encoding="utf-8")
    assert all(column in page for column in TEMPLATES[name].columns if column not in ELEMENTS)


@pytest.fixture
def answers() -> list[list[str]]:
    """A header by element names and two respondents."""
    header = ["respondent", "unit", "date", *ELEMENTS]
    return [header, ["1", "Disdukcapil", "2026-03-02", *"343433432"], ["2", "Disdukcapil", "", *"433434343"]]


def test_columns_are_found_by_name_whatever_their_order_and_spelling(tmp_path: Path, answers: list[list[str]]) -> None:
    """Guards the swap of U8 and U9: order, capitals and punctuation must not move an answer to another element."""
    swapped = [[*row[:10], row[11], row[10], "note"] for row in answers]
    swapped[0] = [name.upper().replace(",", "") for name in swapped[0]]
    table = data.read_csv_for_people(written(tmp_path / "mine.csv", swapped), "skm_respondents")
    assert table["Penanganan Pengaduan, Saran, dan Masukan"].to_list() == [3, 4]
    assert table["Sarana dan Prasarana"].to_list() == [2, 3]
    assert table["NOTE" if "NOTE" in table else "note"].to_list() == ["note", "note"]


def test_a_spreadsheet_in_indonesian_is_read(tmp_path: Path, answers: list[list[str]]) -> None:
    """Guards against refusing what spreadsheets write here: semicolons, a byte-order mark, an empty last row."""
    lines = [";".join(f'"{cell}"' if "," in cell else cell for cell in row) for row in answers]
    file = tmp_path / "mine.csv"
    file.write_bytes(b"\xef\xbb\xbf" + "\r\n".join([*lines, ";" * 11, ""]).encode())
    assert len(data.read_csv_for_people(file, "skm_respondents")) == 2


def test_an_answer_of_five_is_refused(tmp_path: Path, answers: list[list[str]]) -> None:
    """Guards the index against answers off the scale."""
    answers[2][8] = "5"
    assert refusal(written(tmp_path / "mine.csv", answers), "skm_respondents") == (
        "mine.csv:3: column 'Kompetensi Pelaksana': 5 is not allowed; allowed: 1 to 4"
    )


def test_an_unanswered_element_is_refused(tmp_path: Path, answers: list[list[str]]) -> None:
    """Guards against nine means that come from different respondents."""
    answers[1][11] = ""
    said = refusal(written(tmp_path / "mine.csv", answers), "skm_respondents")
    assert said == "mine.csv:2: column 'Sarana dan Prasarana': empty; allowed: a whole number 1 to 4"


@pytest.mark.parametrize("value", ["tiga", "3,5", "1_0", "inf", "0x3"])
def test_text_in_a_number_column_is_refused(tmp_path: Path, answers: list[list[str]], value: str) -> None:
    """Guards against text that turns into a missing answer without a word."""
    answers[1][3] = value
    said = refusal(written(tmp_path / "mine.csv", answers), "skm_respondents")
    assert said.startswith(f"mine.csv:2: column 'Persyaratan': '{value}'")
    assert said.endswith("allowed: a whole number 1 to 4")


def test_a_missing_column_is_named_with_its_nearest(tmp_path: Path, answers: list[list[str]]) -> None:
    """Guards against a bare KeyError when an element is spelt in another way."""
    answers[0][8] = "Kompetensi Petugas"
    assert refusal(written(tmp_path / "mine.csv", answers), "skm_respondents") == (
        "mine.csv:1: column 'Kompetensi Pelaksana' is missing; found 'Kompetensi Petugas' instead: rename it"
    )


def test_a_doubled_column_is_refused(tmp_path: Path, answers: list[list[str]]) -> None:
    """Guards against one of two columns being dropped without a word."""
    answers = [[*row, row[3]] for row in answers]
    assert "column 'Persyaratan' appears 2 times" in refusal(written(tmp_path / "mine.csv", answers), "skm_respondents")


def test_a_row_with_a_cell_too_many_is_refused(tmp_path: Path, answers: list[list[str]]) -> None:
    """Guards against an unquoted comma that shifts the answers of one respondent."""
    answers[2].insert(1, "Kelurahan")
    said = refusal(written(tmp_path / "mine.csv", answers), "skm_respondents")
    assert said == "mine.csv:3: 13 cells in this row; the header has 12"


def test_lines_are_those_an_editor_shows(tmp_path: Path, answers: list[list[str]]) -> None:
    """Guards the line number when a quoted cell holds a line break and empty lines lie between."""
    answers[1][1] = "Disdukcapil\nlantai 2"
    answers[2][3] = "9"
    file = written(tmp_path / "mine.csv", [answers[0], answers[1], [], answers[2]])
    assert refusal(file, "skm_respondents").startswith("mine.csv:5: column 'Persyaratan': 9 is not allowed")


def test_files_that_are_none_are_refused(tmp_path: Path, answers: list[list[str]]) -> None:
    """Guards against tracebacks for empty, missing, binary and header-only files and for folders."""
    empty = tmp_path / "empty.csv"
    empty.write_text("\n\n", encoding="utf-8")
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"PK\x03\x04\xff\xfe")
    assert refusal(empty, "skm_respondents").startswith("empty.csv: the file is empty")
    assert refusal(binary, "skm_respondents").startswith("binary.csv: byte 4 is not UTF-8 text")
    assert refusal(tmp_path / "emptty.csv", "skm_respondents") == "emptty.csv: no such file; did you mean 'empty.csv'?"
    assert refusal(tmp_path, "skm_respondents").endswith("this is a folder; a CSV file is needed")
    header = written(tmp_path / "header.csv", answers[:1])
    assert refusal(header, "skm_respondents").startswith("header.csv:1: a header and no rows")
    with pytest.raises(data.InputError, match=r"no template 'skm_respondent';.*did you mean 'skm_respondents'"):
        data.read_csv_for_people(header, "skm_respondent")


@pytest.mark.parametrize(
    ("name", "column", "value", "said"),
    [
        (
            "training_scores",
            "group",
            "treated",
            "column 'group': treated is not allowed; allowed: one of trained, control",
        ),
        ("training_scores", "pre", "105", "column 'pre': 105 is not allowed; allowed: 0 to 100"),
        ("staff_list", "status", "honorer", "column 'status': honorer is not allowed; allowed: one of PNS, PPPK"),
        ("staff_list", "age", "", "column 'age': empty; allowed: a whole number 17 to 66"),
        (
            "staff_list",
            "degree",
            "sarjana",
            "column 'degree': sarjana is not allowed; allowed: one of below_slta, slta",
        ),
    ],
)
def test_a_broken_template_is_refused(tmp_path: Path, name: str, column: str, value: str, said: str) -> None:
    """Guards the other two templates in the same way."""
    rows = cells(data.path("templates", f"{name}.csv"))
    rows[1][rows[0].index(column)] = value
    assert refusal(written(tmp_path / "mine.csv", rows), name).startswith(f"mine.csv:2: {said}")


def test_nearest_forgives_typing_and_knows_when_to_be_silent() -> None:
    """Guards the hints in every error message."""
    names = ["status_quo", "needs_based_training"]
    assert data.nearest("Status Quo", names) == "status_quo"
    assert data.nearest("need_based_trainings", names) == "needs_based_training"
    assert data.nearest("zzz", names) is None
