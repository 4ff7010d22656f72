"""Personal data never leave the file they came in: not in tables, figures, words, standard output or errors of any kind of evaluation.

Guards people: a NIP in a CSV that is mailed around, a telephone number in an error text that is pasted into a ticket.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from app.cli import main
from data.errors import InputError
from data.intake import FILE_KINDS, read_file
from data.intake.columns import ANSWERS
from data.intake.personal import mask, nature_of_cell, nature_of_header, nature_of_label, quotable
from data.intake.pseudonym import pseudonym, read_key

NIP, NIK, PHONE, EMAIL = "198703152010011005", "3674051503870002", "081234567890", "budi.santoso87@contoh.go.id"
NAME, TITLED = "Budi Santoso", "Dra. Rahayu Wulandari, M.Si"
SECRETS = (
    NIP,
    NIK,
    PHONE,
    EMAIL,
    NAME,
    "Santoso",
    "santoso",
    "Rahayu",
    "Wulandari",
    "0812-3456-7890",
    "34567890",
    "19870315 201001 1 005",
)
NAMES = list(ANSWERS.values())


@pytest.fixture(autouse=True)
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A key of its own for each test."""
    file = tmp_path / "settings" / "key"
    monkeypatch.setenv("ASNLAB_KEY", str(file))
    return file


def people(kind: str, count: int = 12) -> list[list[Any]]:
    """A good file of a kind that is full of personal data: under their own headers, under others, and in columns that are used."""
    head = ["Nama Lengkap", "NIP", "No. KTP", "No HP", "Email", "Catatan", "Unit Kerja"]

    def person(i: int) -> list[Any]:
        nip = f"{NIP[:-3]}{5 + i:03d}"
        unit = [TITLED, PHONE, EMAIL, f"Dinas A (hub. {PHONE})"][i] if i < 4 else f"Dinas {i % 2}"
        return [
            NAME,
            nip,
            f"{NIK[:-2]}{2 + i:02d}",
            PHONE,
            EMAIL,
            f"telp 0812-3456-7890, NIP 19870315 201001 1 005, {NAME}",
            unit,
        ]

    if kind == "skm":
        return [[*head, *NAMES], *([*person(i), *[3, 4, 3, 2, 3, 4, 3, 3, 1 + 5 * i % 4]] for i in range(count))]
    if kind == "training":
        arms = ["trained", "control"]
        return [
            [*head, "Kelompok", "Pretest", "Posttest"],
            *([*person(i), arms[i % 2], 50 + i, 60 + 2 * i] for i in range(count)),
        ]
    if kind == "ip-asn":
        own = ["PNS", "pelaksana", "s1_d4", 12]
        return [[*head, "Status", "Jabatan", "Pendidikan", "JP"], *([*person(i), *own] for i in range(count))]
    days = ["2026-01-05", "2026-01-09", "pengaduan"]
    return [
        [*head, "Nomor Tiket", "Diterima", "Dijawab", "Jenis", "Pelapor"],
        *([*person(i), f"{PHONE}-{i}", *days, NAME] for i in range(count)),
    ]


def save(rows: list[list[Any]], file: Path) -> Path:
    if file.suffix == ".csv":
        quoted = ["\t".join("" if c is None else str(c) for c in row) for row in rows]
        file.write_text("\n".join(quoted), encoding="utf-8")
        return file
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file


def leaks(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["evaluate", *map(str, arguments)])
    return int(str(ended.value.code))


@pytest.mark.parametrize("lang", ["en", "id"])
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", list(FILE_KINDS))
def test_nothing_personal_comes_out(
    kind: str, suffix: str, lang: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], key: Path
) -> None:
    """Guards every file and every line that an evaluation writes; and that the user is told what was done."""
    file = save(people(kind), tmp_path / f"mine.{suffix}")
    out = tmp_path / "out"
    by = ["--by", "unit"] if kind == "skm" else []
    assert run(kind, file, "--out", out, "--lang", lang, *by) == 0
    said = capfd.readouterr()
    assert not leaks(said.out + said.err)
    written = [path for path in out.rglob("*") if path.is_file()]
    assert len(written) >= 5
    for path in written:
        assert not leaks(path.read_bytes().decode("utf-8", errors="ignore")), path.name
    assert "UU 27/2022" in said.out and "UU 27/2022" in (out / "words.md").read_text(encoding="utf-8")
    assert str(key) in said.out and str(key) not in (out / "words.md").read_text(encoding="utf-8")
    secret = key.read_text(encoding="ascii").strip()
    assert not any(secret in path.read_bytes().decode("utf-8", errors="ignore") for path in written)
    for column in "ACDE":
        assert f"column {column} (" in said.out or f"kolom {column} (" in said.out


@pytest.mark.parametrize("kind", list(FILE_KINDS))
@pytest.mark.parametrize("secret", [NIP, NIK, PHONE, EMAIL, NAME, TITLED, int(PHONE), float(NIK)])
def test_an_error_never_quotes_a_person(
    kind: str, secret: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Guards error texts: a personal value in every cell of every column in turn, the header's too."""
    good = people(kind, 4)
    refused = 0
    for row in (0, 1):
        for column in range(len(good[0])):
            rows = [list(cells) for cells in good]
            rows[row][column] = secret
            try:
                found = read_file(save(rows, tmp_path / "mine.xlsx"), kind)
                text = found.frame.to_csv() + repr(found.notes)
            except InputError as error:
                refused += 1
                text = str(error)
            assert not leaks(text) and str(secret) not in text, text
    assert refused > 0
    assert not leaks("".join(capfd.readouterr()))


def test_a_file_without_a_header_shows_nothing_of_its_rows(tmp_path: Path) -> None:
    """Guards the error that would list the 'columns' of a file whose first row is a person."""
    for kind in FILE_KINDS:
        with pytest.raises(InputError) as caught:
            read_file(save(people(kind)[1:], tmp_path / "mine.xlsx"), kind)
        assert not leaks(str(caught.value)) and "header" in str(caught.value)


def test_names_of_sheets_and_files_are_masked(tmp_path: Path) -> None:
    """Guards places: a sheet or file named after a person's number."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = NIK
    book.active.append(["staff", "unit", "status", "job"])
    book.active.append(["x", "A", "honorer", "jpt"])
    book.save(tmp_path / f"{NIP}.xlsx")
    with pytest.raises(InputError) as caught:
        read_file(tmp_path / f"{NIP}.xlsx", "ip-asn")
    assert not leaks(str(caught.value)) and "row 2, column C (status)" in str(caught.value)


def test_the_same_person_in_two_files(tmp_path: Path, key: Path) -> None:
    """Guards the link between files: one key, one pseudonym, whatever the spelling; another key, another pseudonym."""
    training, staff = people("training"), people("ip-asn")
    staff[1][1] = f"{NIP[:8]} {NIP[8:14]} {NIP[14]} {NIP[15:]}"
    first = read_file(save(training, tmp_path / "a.xlsx"), "training").frame["participant"].tolist()
    second = read_file(save(staff, tmp_path / "b.csv"), "ip-asn").frame["staff"].tolist()
    assert first == second and len(set(first)) == len(first)
    assert all(len(p) == 14 and p.startswith("p-") for p in first)
    other = read_file(tmp_path / "a.xlsx", "training", key_file=tmp_path / "other").frame["participant"].tolist()
    assert not set(first) & set(other)
    secret = read_key(key)
    assert pseudonym("0812 3456-7890", "telephone", secret) == pseudonym("+62 812-3456-7890", "telephone", secret)
    assert pseudonym("BUDI  Santoso", "name", secret) == pseudonym("budi santoso", "name", secret)
    assert pseudonym(NIP, "nip", secret) != pseudonym(NIP, "id", secret)


def test_a_respondent_is_known_again_by_a_nik_alone(tmp_path: Path) -> None:
    """Guards repeated respondents: told from a NIK, not from a running number or a name that many have."""
    rows = people("skm")
    rows[2][2] = rows[1][2]
    for row in rows:
        row[1] = None
    frame = read_file(save(rows, tmp_path / "a.xlsx"), "skm").frame
    assert frame["respondent"].duplicated().sum() == 1
    for row in rows:
        row[2] = row[3] = row[4] = None
    assert "respondent" not in read_file(save(rows, tmp_path / "b.xlsx"), "skm").frame


@pytest.mark.skipif(os.name != "posix", reason="modes of files are those of POSIX")
def test_the_key_is_its_owner_s_alone(tmp_path: Path, key: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Guards the key: made with mode 600, refused when others can read it, damaged, or among the results."""
    file = save(people("ip-asn"), tmp_path / "mine.csv")
    assert run("ip-asn", file) == 0
    assert stat.S_IMODE(key.stat().st_mode) == 0o600 and stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    key.chmod(0o644)
    assert run("ip-asn", file) == 2
    assert "chmod 600" in capfd.readouterr().err
    key.chmod(0o600)
    key.write_text("short", encoding="ascii")
    assert run("ip-asn", file) == 2
    assert "holds no key" in capfd.readouterr().err
    out = tmp_path / "out"
    assert run("ip-asn", file, "--out", out, "--key", out / "inside" / "key") == 2
    assert "must not lie among the results" in capfd.readouterr().err and not out.exists()


def test_no_key_is_made_where_none_is_needed(tmp_path: Path, key: Path) -> None:
    """Guards against a secret on disk for a file without persons."""
    read_file(save([["unit", *NAMES], *(["Dinas A", *[3] * 9] for _ in range(3))], tmp_path / "mine.csv"), "skm")
    assert not key.exists()


@pytest.mark.parametrize(
    ("header", "nature"),
    [
        ("Nama", "name"), ("NAMA LENGKAP", "name"), ("Nama Responden", "name"), ("Full name", "name"),
        ("Nama Peserta (dengan gelar)", "name"),
        ("Nama Unit", None), ("Nama Diklat", None), ("Nama OPD", None), ("N I P", None), ("NIP/NRP", None),
        ("NIP", "nip"), ("No. NIP Baru", "nip"),
        ("NIK", "nik"), ("No. KTP", "nik"), ("NPWP", "nik"), ("No HP/WA", "telephone"), ("Nomor Telepon", "telephone"),
        ("WhatsApp", "telephone"),
        ("E-mail", "email"), ("Alamat Email", "email"), ("Surel", "email"), ("Tanggal Lahir", "birth"), ("Tempat, Tgl Lahir", "birth"),
        ("Alamat Rumah", "address"), ("Persyaratan", None), ("Unit", None), ("Kontak", "telephone"),
    ],
)  # fmt: skip
def test_headers(header: str, nature: str | None) -> None:
    """Guards recognition by header: the usual spellings, and names that are not of persons."""
    assert nature_of_header(header) == nature


@pytest.mark.parametrize(
    ("cell", "nature"),
    [
        (NIP, "nip"), ("19870315 201001 1 005", "nip"), (NIK, "nik"), (float(NIK), "nik"), (int(NIK), "nik"),
        ("3674.0515.0387.0002", "nik"),
        (PHONE, "telephone"), ("+62 812-3456-7890", "telephone"), (81234567890, "telephone"), ("(021) 745 1234", "telephone"),
        (EMAIL, "email"),
        ("mail: a.b@c.id", "email"), (NAME, "name"), (TITLED, "name"), ("Siti Nurhaliza, S.Pd", "name"), ("Ir. H. Joko", "name"),
        ("Dinas Kesehatan", None), ("Kelurahan Siti Rejo", None), ("Puskesmas Pondok Ranji", None), ("SDN Pamulang 01", None),
        ("2026-03-31", None),
        ("Diklat PIM IV", None), ("12345", None), (3.5, None), (None, None), ("Satpol PP", None), ("RSUD dr. Soetomo", None),
    ],
)  # fmt: skip
def test_cells(cell: Any, nature: str | None) -> None:
    """Guards recognition by content: numbers in their usual spellings, names with a title or a common given name, and offices."""
    assert nature_of_label(cell) == nature


@pytest.mark.parametrize(
    ("cell", "nature"),
    [
        ("Ibu rumah tangga", None), ("Ibu hamil", None), ("Ibu Rumah Tangga", None), ("Setia Budi", None), ("Pondok Indah", None),
        ("Taman Sari", None), ("Budi Mulya", None), ("Sri Rejeki", None), ("Mega Mendung", None), ("Keban Agung", None),
        ("Eka Jaya", None), ("Kebon Sari", None),
        (NAME, "name"), (TITLED, "name"), ("Siti Aminah", "name"), ("Hj. Aminah", "name"), ("Ibu Sri", "name"), ("Bapak Joko", "name"),
        ("Sri Wahyuni", "name"), ("Sri Lestari", "name"), ("Agus Jaya", "name"), ("Indah Permata Sari", "name"), ("Agus Salim", "name"),
    ],
)  # fmt: skip
def test_occupations_and_places_are_no_persons(cell: str, nature: str | None) -> None:
    """Guards columns of units and occupations: a kelurahan or a housewife made a pseudonym, or a person's name let through."""
    assert nature_of_label(cell, places=True) == nature


@pytest.mark.parametrize("header", ["Kelurahan", "Kecamatan", "Puskesmas", "unit"])
def test_places_stay_under_their_headers(header: str, tmp_path: Path) -> None:
    """Guards the comparison of places: with pseudonyms in their stead nobody knows which is which; a person's name still goes."""
    places = ["Budi Mulya", "Taman Sari", "Pondok Indah", NAME]
    rows = [[header, "Pekerjaan", *NAMES], *([place, "Ibu rumah tangga", *[3] * 9] for place in places)]
    found = read_file(save(rows, tmp_path / "mine.csv"), "skm")
    assert found.frame["unit"].tolist()[:3] == places[:3] and found.frame["unit"].iloc[3].startswith("p-")
    assert found.frame["occupation"].tolist() == ["Ibu rumah tangga"] * 4
    own = [note.values["columns"] for note in found.notes if note.key == "personal"]
    assert own == [[{"column": "A", "nature": "name", "action": "cells", "count": "1"}]]


def test_what_an_error_may_quote() -> None:
    """Guards quotes: short numbers and dates help to find a cell; anything longer or in words is not shown."""
    assert [quotable(v) for v in (5, 5.0, "3,2", "12/03", "3-Feb")] == ["'5'", "'5'", "'3,2'", "'12/03'", "'3-Feb'"]
    for value in (*SECRETS, int(PHONE), float(NIK), "kurang baik"):
        assert "not shown" in quotable(value) and not leaks(quotable(value))
    assert nature_of_cell("0812") is None and mask(f"a {NIP} b") == "a … b"
