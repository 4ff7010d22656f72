"""Users' files: every bad input is named by sheet, row and column with what to do; good ones are read in every common form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import data
from data.intake import FILE_KINDS, read_file
from data.intake import sheets as sheets_module
from data.intake.columns import ANSWERS
from data.skm_elements import ELEMENTS

NAMES = [e.name for e in ELEMENTS]
GOOD = [3, 3, 4, 3, 2, 3, 4, 3, 3]
Save = Callable[..., Path]


@pytest.fixture(autouse=True)
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pseudonyms of these tests have a key of their own."""
    file = tmp_path / "settings" / "key"
    monkeypatch.setenv("ASNLAB_KEY", str(file))
    return file


@pytest.fixture
def excel(tmp_path: Path) -> Save:
    """Writes rows to a workbook; `merged` are ranges to merge, `sheet` the name of its sheet."""

    def save(rows: list[list[Any]], merged: tuple[str, ...] = (), sheet: str = "Data", name: str = "mine.xlsx") -> Path:
        book = openpyxl.Workbook()
        page = book.active
        assert page is not None
        page.title = sheet
        for row in rows:
            page.append(row)
        for cells in merged:
            page.merge_cells(cells)
        book.save(tmp_path / name)
        return tmp_path / name

    return save


def skm_rows(**changes: Any) -> list[list[Any]]:
    """A small SKM file; `changes` are cells such as C3=5, by their names in the spreadsheet."""
    rows: list[list[Any]] = [["unit", *NAMES], *(["Kelurahan A", *GOOD] for _ in range(4))]
    for cell, value in changes.items():
        rows[int(cell[1:]) - 1][ord(cell[0]) - ord("A")] = value
    return rows


def training_rows(*rows: list[Any]) -> list[list[Any]]:
    return [["participant", "group", "pre", "post"], *rows]


def complaint_rows(*rows: list[Any]) -> list[list[Any]]:
    return [["ticket", "received", "answered", "type"], *rows]


def refused(file: Path, kind: str, *parts: str, **options: Any) -> str:
    with pytest.raises(data.InputError) as caught:
        read_file(file, kind, **options)
    message = str(caught.value)
    assert "\n" not in message
    for part in parts:
        assert part in message, message
    return message


@pytest.mark.parametrize(
    ("cells", "parts"),
    [
        ({"E3": 5}, ("sheet 'Data': row 3, column E (Biaya/Tarif)", "'5'", "1, 2, 3 or 4", "do not convert")),
        ({"B2": 0}, ("row 2, column B (Persyaratan)", "'0'", "run from 0 to 4, another scale")),
        ({f"{c}{r}": 80 for c in "BCDEFG" for r in (2, 3, 4, 5)}, ("row 2", "scale of 1-100")),
        ({"D4": "baik sekali"}, ("row 4, column D (Waktu Penyelesaian)", "text (not shown)", "1, 2, 3 or 4")),
        ({"D4": "3,2"}, ("row 4, column D", "'3,2' has a decimal comma; write 3.2")),
        ({"D4": dt.datetime(2026, 2, 3)}, ("row 4, column D", "a date (2026-02-03)", "format the column as Number")),
        ({"D4": "3-Feb"}, ("row 4, column D", "a date (3-Feb)")),
        ({"D4": 3.2}, ("row 4, column D", "'3.2'", "not a mean")),
        ({"D4": "75%"}, ("row 4, column D", "without the percent sign")),
        ({"D4": "#DIV/0!"}, ("row 4, column D", "#DIV/0!", "mend the formula")),
        (
            {"I1": "U8 Sarana Prasarana", "J1": "U9 Penanganan Pengaduan"},
            ("row 1, column I", "U8", "U9 Sarana dan Prasarana", "14/2017"),
        ),
        ({"I1": "U9 Penanganan Pengaduan"}, ("row 1, column I", "code U9", "words of U8", "without the code")),
        ({"C1": "U1 Prosedur"}, ("row 1, column C", "U1 is Persyaratan")),
        ({"J1": "Penanganan Pengaduan"}, ("row 1", "both stand for element U8", "keep one")),
        ({"J1": "lain-lain"}, ("row 1", "no column for U9 Sarana dan Prasarana", "columns J were not recognised")),
    ],
)
def test_a_bad_cell_of_an_skm_file_is_named(cells: dict[str, Any], parts: tuple[str, ...], excel: Save) -> None:
    """Guards the errors of the issue one by one: an answer that is taken for another makes another index."""
    refused(excel(skm_rows(**cells)), "skm", *parts)


def test_controls_without_a_programme_are_read(excel: Save) -> None:
    """Guards the control group of several courses: its empty programme, or occasion, ended the command in a traceback."""
    head = ["participant", "programme", "group", "pre", "post"]
    rows = [
        head,
        ["P1", "A", "trained", 5, 6],
        ["P2", "B", "trained", 5, 6],
        ["P3", None, "control", 5, 6],
        ["P4", None, "control", 5, 6],
    ]
    assert read_file(excel(rows), "training").frame["programme"].isna().tolist() == [False, False, True, True]
    refused(excel([*rows, rows[-1]]), "training", "row 6, column A", "the same participant as in row 5")
    rows = [["participant", "occasion", "test"], ["P1", "pre", 5], ["P1", None, 6]]
    assert read_file(excel(rows), "training").frame["occasion"].isna().tolist() == [False, True]


def test_an_error_of_the_spreadsheet_is_no_name(excel: Save) -> None:
    """Guards labels and identities looked up in vain: #N/A would be a unit of its own, or one person of many."""
    refused(excel(skm_rows(A3="#N/A")), "skm", "row 3, column A (unit)", "shows the error #N/A", "type the text")
    refused(excel(training_rows(["#REF!", "trained", 5, 6])), "training", "row 2, column A (participant)", "#REF!")


def test_a_column_without_answers_is_named(excel: Save) -> None:
    """Guards the questionnaire of which one column was left empty: the message says which."""
    cells = {f"D{row}": None for row in (2, 3, 4, 5)}
    refused(
        excel(skm_rows(**cells)),
        "skm",
        "row 2, column D (Waktu Penyelesaian)",
        "every questionnaire has a gap",
        "4 of 4",
    )


def test_the_same_errors_without_a_sheet(tmp_path: Path) -> None:
    """Guards CSV: places without a sheet, and Excel's dates and commas as text."""
    for cell, part in (("3,2", "decimal comma"), ("3-Feb", "a date"), ("03/02/2026", "a date"), ("5", "another scale")):
        file = tmp_path / "mine.csv"
        file.write_text(";".join(["unit", *NAMES]) + "\n" + ";".join(["A", *["3"] * 8, cell]) + "\n", encoding="utf-8")
        message = refused(file, "skm", "mine.csv: row 2, column J (Sarana dan Prasarana)", part)
        assert "sheet '" not in message


@pytest.mark.parametrize(
    ("rows", "parts"),
    [
        (
            [["P1", "trained", 50, 60], ["P1", "trained", 50, 60]],
            ("row 3, column A", "the same participant", "row 2", "delete"),
        ),
        (
            [["P1", "trained", 50, 60], ["P1", "control", 50, 60]],
            ("row 3, column B (group)", "'control'", "'trained'", "one arm"),
        ),
        ([["P1", "trainned", 50, 60]], ("row 2, column B (group)", "trained, control", "did you mean 'trained'?")),
        ([["P1", "trained", "lima puluh", 60]], ("row 2, column C (pre)", "a number from 0 to 100")),
        ([["P1", "trained", 50, 101]], ("row 2, column D (post)", "'101'", "0 to 100")),
        ([["P1", "trained", "7,5", 8]], ("row 2, column C (pre)", "write 7.5")),
        ([["P1", "trained", dt.datetime(2026, 3, 7), 8]], ("row 2, column C (pre)", "a date")),
        ([[None, "trained", 50, 60]], ("row 2, column A (participant)", "empty")),
        ([[198703152010011005, "trained", 50, 60]], ("row 2, column A", "loses its last digits", "as Text")),
    ],
)
def test_a_bad_row_of_training_scores_is_named(rows: list[list[Any]], parts: tuple[str, ...], excel: Save) -> None:
    """Guards doubles, arms and scores: each changes the effect without any sign of it."""
    message = refused(excel(training_rows(*rows)), "training", *parts)
    assert "P1" not in message and "1987" not in message


@pytest.mark.parametrize(
    ("rows", "parts"),
    [
        (
            [["T1", "2026-03-09", "2026-03-02", None]],
            ("row 2, column C (answered)", "before the complaint", "2026-03-09"),
        ),
        ([["T1", "03/31/2026", None, None]], ("row 2, column B (received)", "no month 31", "2026-03-31")),
        ([["T1", "31/02/2026", None, None]], ("no day of the calendar",)),
        ([["T1", "2026-03-01", None, "pengaduhan"]], ("row 2, column D (type)", "did you mean 'not_supervisory'?")),
        (
            [["T1", "2026-03-01", None, None], ["T1", "2026-03-01", None, None]],
            ("row 3, column A", "the same ticket as in row 2"),
        ),
        ([["T1", None, None, None]], ("row 2, column B (received)", "empty")),
    ],
)
def test_a_bad_row_of_complaints_is_named(rows: list[list[Any]], parts: tuple[str, ...], excel: Save) -> None:
    """Guards days: an order of day and month that is taken for the other one makes a time to answer of months."""
    refused(excel(complaint_rows(*rows)), "complaints", *parts)


def test_merged_cells_are_named(excel: Save) -> None:
    """Guards a merged header, whose columns have no names, and a merged cell, whose rows are empty but for the first."""
    rows = [["unit", "Nilai unsur", *[None] * 8], ["A", *GOOD], ["B", *GOOD]]
    refused(excel(rows, merged=("B1:J1",)), "skm", "sheet 'Data'", "no header")
    rows = skm_rows()
    for column in range(5, 10):
        rows[0][column] = None
    refused(excel(rows, merged=("E1:J1",)), "skm", "row 1", "E1 to J1 are merged", "its own header")
    refused(
        excel(skm_rows(A3=None, A4=None), merged=("A2:A4",)),
        "skm",
        "row 2, column A",
        "A2 to A4 are merged",
        "fill every row",
    )


def test_empty_missing_and_foreign_files_are_named(tmp_path: Path, excel: Save) -> None:
    """Guards files that are no table, and the hint at the name that was meant."""
    empty = tmp_path / "empty.csv"
    empty.write_text("", encoding="utf-8")
    refused(empty, "skm", "the file is empty")
    refused(excel([]), "skm", "the file is empty")
    refused(excel(skm_rows()[:1]), "skm", "a header and no rows")
    refused(tmp_path / "mine.xlsxx", "skm", "no such file", "did you mean 'mine.xlsx'?")
    refused(tmp_path, "skm", "this is a folder")
    for name, content, part in (
        ("old.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 64, "an old or locked Excel file"),
        ("a.pdf", b"%PDF-1.7", "a PDF"),
        ("broken.xlsx", b"PK\x03\x04" + b"x" * 64, "damaged"),
        ("picture.csv", b"\x89PNG\0\0\0", "not a table"),
    ):
        file = tmp_path / name
        file.write_bytes(content)
        refused(file, "skm", name, part)
    refused(empty, "smk", "skm, training, ip-asn, complaints", "did you mean 'skm'?")


def test_a_missing_column_and_the_nearest_name(excel: Save) -> None:
    """Guards a header with a slip of the pen: the column is pointed at, not guessed."""
    refused(
        excel([["staff", "unit", "statis", "job"], ["1", "A", "PNS", "jpt"]]),
        "ip-asn",
        "no column 'status'",
        "column C ('statis')",
    )
    refused(excel([["received", "unit", "channel"], ["2026-01-05", "A", "web"]]), "complaints", "no column 'answered'")
    refused(excel([["participant", "unit", "programme"], ["1", "A", "X"]]), "training", "'post' or 'test'")


def test_huge_files_are_refused_before_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, excel: Save
) -> None:
    """Guards the memory of an office computer; the file here is sparse, its size is real."""
    file = tmp_path / "huge.csv"
    with file.open("wb") as handle:
        handle.truncate(sheets_module.LARGEST + 1)
    refused(file, "skm", "at most 50 MB")
    monkeypatch.setattr(sheets_module, "MOST_ROWS", 3)
    refused(excel(skm_rows()), "skm", "sheet 'Data'", "5 rows; at most 3")
    small = tmp_path / "small.csv"
    small.write_text("a,b\n" * 9, encoding="utf-8")
    refused(small, "skm", "4 rows; at most 3")
    monkeypatch.setattr(sheets_module, "UNPACKED", 100)
    refused(excel(skm_rows()), "skm", "unpacked")


def test_several_sheets_ask_for_a_name(tmp_path: Path) -> None:
    """Guards a workbook of several rounds: none is taken by chance; the one sheet with a table is found."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["Petunjuk pengisian"])
    for title in ("2024", "2025"):
        page = book.create_sheet(title)
        for row in skm_rows():
            page.append(row)
    book.save(tmp_path / "rounds.xlsx")
    refused(tmp_path / "rounds.xlsx", "skm", "'2024', '2025'", "sheet='NAME'")
    assert len(read_file(tmp_path / "rounds.xlsx", "skm", sheet="2025").frame) == 4
    refused(tmp_path / "rounds.xlsx", "skm", "no sheet '2023'", "2024, 2025", sheet="2023")
    del book["2025"]
    book.save(tmp_path / "rounds.xlsx")
    assert read_file(tmp_path / "rounds.xlsx", "skm").notes[0].values == {"sheet": "2024", "row": 1}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_in_every_common_form(tmp_path: Path, encoding: str, delimiter: str) -> None:
    """Guards names of elements that hold commas, and letters beyond ASCII in either encoding."""
    file = tmp_path / "mine.csv"
    quoted = [f'"{name}"' for name in NAMES]
    lines = [delimiter.join(["Unit Kerja", *quoted])] + [delimiter.join(["Café Kota", *map(str, GOOD)])] * 3
    file.write_text("\r\n".join(lines), encoding=encoding, newline="")
    frame = read_file(file, "skm").frame
    assert frame[NAMES].iloc[0].tolist() == GOOD and frame["unit"].tolist() == ["Café Kota"] * 3
    assert list(frame.index) == [2, 3, 4]


def test_a_file_as_offices_keep_it(excel: Save) -> None:
    """Guards titles, a header of two rows, a row number, remarks, totals and a questionnaire with a gap."""
    rows: list[list[Any]] = [
        ["PENGOLAHAN SURVEI KEPUASAN MASYARAKAT", *[None] * 11],
        [None],
        ["No", "Unit Layanan", "Tahun", "NILAI UNSUR PELAYANAN", *[None] * 8, "Keterangan"],
        [None, None, None, *[f"U{i}" for i in range(1, 10)], None],
        [None, None, None, *NAMES, None],
        [1, "Puskesmas A", 2025, *GOOD, "cepat"],
        [2, "Puskesmas A", 2025, *GOOD[:-1], None, None],
        [3, "Puskesmas A", 2025, *GOOD, None],
        ["Jumlah", None, None, *[6] * 9, None],
        ["NRR per unsur", None, None, *[3.1] * 9, None],
    ]
    rows[4][1], rows[4][2] = "Unit Layanan", "Tahun"
    found = read_file(excel(rows, merged=("A1:L1", "D3:L3")), "skm")
    assert found.frame[NAMES].to_numpy().tolist() == [GOOD, GOOD]
    assert found.frame["year"].tolist() == [2025.0, 2025.0] and found.frame["unit"].tolist() == ["Puskesmas A"] * 2
    notes = {note.key: note.values for note in found.notes}
    assert notes["gaps"] == {"count": 1, "rows": "7", "of": 3} and notes["totals"] == {"rows": "9, 10"}


def test_codes_and_words_in_two_rows_must_agree(excel: Save) -> None:
    """Guards the swap where a unit prints its codes above and its words below."""
    swapped = [*NAMES[:7], NAMES[8], NAMES[7]]
    rows = [["unit", *ANSWERS], [None, *swapped], *(["A", *GOOD] for _ in range(3))]
    refused(excel(rows), "skm", "U8", "words of U9", "look at the questionnaire")


def test_codes_alone_are_told(excel: Save) -> None:
    """Guards the assumption of the official order: it is made, and said."""
    found = read_file(excel([["unit", *ANSWERS], ["A", *GOOD]]), "skm")
    assert [n.values for n in found.notes if n.key == "by_code"] == [{"codes": ", ".join(ANSWERS)}]
    assert found.frame[NAMES].iloc[0].tolist() == GOOD


def test_words_and_days_in_both_languages(excel: Save) -> None:
    """Guards Indonesian headers, words and dates against being read as others."""
    rows = [
        ["No. Tiket", "Tanggal Laporan", "Tanggal Selesai", "Kanal", "Perangkat Daerah", "Klasifikasi Laporan"],
        ["a", "5 Januari 2026", dt.datetime(2026, 1, 9, 10, 30), "LAPOR", "Dinas A", "Permintaan Informasi"],
        ["b", "06/01/2026", "-", "LAPOR", "Dinas A", "Pengaduan Berkadar Pengawasan"],
    ]
    frame = read_file(excel(rows), "complaints").frame
    assert frame["received"].dt.strftime("%m-%d").tolist() == ["01-05", "01-06"]
    assert frame["answered"].dt.day.tolist()[0] == 9 and frame["answered"].isna().tolist() == [False, True]
    assert frame["type"].tolist() == ["information", "supervisory"]
    rows = [
        ["ID Pegawai", "OPD", "Status Kepegawaian", "Jenis Jabatan", "Pendidikan Terakhir", "JP"],
        [7, "A", "P3K", "Staf", "S-1", 12],
    ]
    one = read_file(excel(rows), "ip-asn").frame.iloc[0]
    assert one[["status", "job", "degree", "jp_last_12_months"]].tolist() == ["PPPK", "pelaksana", "s1_d4", 12.0]


@pytest.mark.parametrize("kind", list(FILE_KINDS))
def test_templates_are_read_and_say_that_they_are_examples(kind: str) -> None:
    """Guards template and reader against drifting apart."""
    found = read_file(data.path("templates", f"{FILE_KINDS[kind].template}.csv"), kind)
    assert len(found.frame) >= 3 and "only_examples" in [note.key for note in found.notes]


def test_examples_are_left_out_beside_real_rows(tmp_path: Path) -> None:
    """Guards an index with three invented respondents in it."""
    text = data.path("templates", "skm_respondents.csv").read_text(encoding="utf-8")
    file = tmp_path / "mine.csv"
    file.write_text(text + "R1,Kelurahan A,2026-03-04," + ",".join(map(str, GOOD)) + "\n", encoding="utf-8")
    found = read_file(file, "skm")
    assert found.frame[NAMES].to_numpy().tolist() == [GOOD]
    assert [n.values for n in found.notes if n.key == "examples"] == [{"count": 3, "rows": "2-4"}]


def left_out(found: Any, key: str) -> list[str]:
    return [note.values["rows"] for note in found.notes if note.key == key]


def test_records_are_no_totals_for_their_first_letters(excel: Save) -> None:
    """Guards people and places whose names begin like a word for totals: without them the effect and the index are others."""
    names = ["Sumarni", "Sumberejo", "Totalindo", "Jumlahwati", "Meana"]
    people = [[name, arm, 50 + i, 60 + i] for i, name in enumerate(names) for arm in ("trained",)]
    found = read_file(excel(training_rows(*people, ["P9", "control", 50, 55])), "training")
    assert len(found.frame) == 6 and not left_out(found, "totals")
    units = ["Kecamatan Sumur", "Sumberejo", "Total Persada", "Sum Sum", "Indeks Jaya"]
    found = read_file(excel([["unit", *NAMES], *([unit, *GOOD] for unit in units)]), "skm")
    assert found.frame["unit"].tolist() == units and not left_out(found, "totals")


def test_a_record_called_total_is_kept_where_other_cells_say_whose_it_is(excel: Save) -> None:
    """Guards a participant numbered or named like a total: a group, a unit or a status in the row makes it a record."""
    found = read_file(excel(training_rows(["Total", "trained", 50, 60], ["P2", "control", 50, 55])), "training")
    assert len(found.frame) == 2 and not left_out(found, "totals")
    rows = [["respondent", "unit", *NAMES], [1, "Total", *GOOD], [2, "Dinas A", *GOOD], ["Total", None, *GOOD]]
    found = read_file(excel(rows), "skm")
    assert found.frame["unit"].tolist() == ["Total", "Dinas A"] and left_out(found, "totals") == ["4"]


def test_rows_of_totals_are_left_out_and_told(excel: Save, tmp_path: Path) -> None:
    """Guards totals in every form that offices write, also where their numbers could be answers; each is named by its row."""
    heads = [
        "Jumlah",
        "Rata-rata",
        "NRR per unsur",
        "Sub Total",
        "Jumlah Dinas A",
        "IKM Unit Pelayanan",
        "Total 2025",
        "Grand total",
    ]
    rows = [["unit", *NAMES], ["Dinas A", *GOOD], ["Dinas B", *GOOD], *([head, *GOOD] for head in heads)]
    found = read_file(excel(rows), "skm")
    assert found.frame["unit"].tolist() == ["Dinas A", "Dinas B"] and left_out(found, "totals") == ["4-11"]
    rows = [
        ["No", "unit", *NAMES],
        [1, "Dinas A", *GOOD],
        ["Jumlah", "Dinas A", *[6] * 9],
        ["Rata-rata", None, *[3] * 9],
    ]
    assert left_out(read_file(excel(rows), "skm"), "totals") == ["3, 4"]
    rows = training_rows(["P1", "trained", 50, 60], ["P2", "control", 50, 55], ["Jumlah", None, 100, 115])
    assert left_out(read_file(excel(rows), "training"), "totals") == ["4"]
    refused(excel([["unit", *NAMES], ["Dinas A", *GOOD], ["Total Persada", *[6] * 9]]), "skm", "row 3, column B")


def test_rows_without_anything_that_is_used_are_told(excel: Save) -> None:
    """Guards signatures and remarks below a table: what is passed over is named, so a row with its cells in wrong columns is seen."""
    rows = [["unit", *NAMES, "Catatan"], ["Dinas A", *GOOD, None], *([[None] * 10 + ["Mengetahui"]] * 3)]
    found = read_file(excel(rows), "skm")
    assert len(found.frame) == 1 and left_out(found, "blank") == ["3-5"]
