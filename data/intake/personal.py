"""Personal data recognised in headers and cells: names, NIP, NIK, telephone numbers, e-mail addresses, birth dates, addresses.

UU 27/2022 protects them, and no result here needs them. Recognition by content errs on the side of taking too much: a label that looks
like a person is replaced, and the user is told.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from data.shipped import shipped_yaml

__all__ = ["STRENGTH", "mask", "nature_of_cell", "nature_of_header", "nature_of_label", "normal", "quotable"]

STRENGTH = ("nip", "nik", "email", "telephone", "name")
"""Natures that tell a person, the surest first; birth dates and addresses tell no one alone and are only left out."""

_HEADERS: tuple[tuple[str, str], ...] = (
    ("nip", r"(no |nomor )?(nip|nip baru|nip lama|nrp|nomor induk pegawai|employee number)"),
    (
        "nik",
        r"(no |nomor )?(nik|ktp|no ktp|nik ktp|nomor induk kependudukan|kk|kartu keluarga|npwp|paspor|passport"
        r"|national id|identity number|id number|identitas)( number)?",
    ),
    ("email", r"(alamat )?(e ?mail|surel|surat elektronik)( address| responden| peserta| pelapor)?"),
    (
        "telephone",
        r"(no |nomor |nmr )?(telepon|telpon|telp|tlp|hp|handphone|ponsel|wa|whatsapp|phone|mobile|telephone|kontak|contact)"
        r"( number| no| nomor| hp| wa| aktif| responden| peserta| pelapor)*",
    ),
    (
        "name",
        r"(nama|name)( lengkap| responden| peserta| pegawai| pelapor| pengadu| pemohon| asn| pns| petugas| karyawan| staf| staff"
        r"| dan gelar| tanpa gelar| ktp| anda| saudara)*|(full|first|last|respondent|participant|employee|reporter|staff) ?name"
        r"|name of (respondent|participant|employee|reporter)|pelapor|reporter",
    ),
    ("birth", r"(tempat |tgl |tanggal )+lahir|ttl|(date|place) of birth|birth ?(date|day|place)|dob"),
    ("address", r"alamat( rumah| lengkap| tinggal| responden| pelapor)*|(home )?address"),
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_NIP = re.compile(r"(?<!\d)\d{18}(?!\d)|(?<!\d)(?:19|20)\d{6}[ .-]*(?:19|20)\d{4}[ .-]*[12][ .-]*\d{3}(?!\d)")
_NIK = re.compile(r"(?<!\d)\d{16}(?!\d)|(?<!\d)\d{4}(?:[ .-]\d{4}){3}(?!\d)|(?<!\d)\d{6}[ .-]\d{6}[ .-]\d{4}(?!\d)")
_TELEPHONE = re.compile(
    r"(?<![\d.])(?:\+?62|0)[ .()-]*8\d{1,2}[ .-]*\d{3,4}[ .-]*\d{2,5}(?!\d)|(?<![\d.])8\d{8,11}(?!\d)"
    r"|(?<!\d)\(?0\d{2,3}\)?[ .-]?\d{3,4}[ .-]?\d{3,4}(?!\d)"
)
_CONTENT = (("email", _EMAIL), ("nip", _NIP), ("nik", _NIK), ("telephone", _TELEPHONE))
_TITLES = re.compile(
    r"(?:^|[\s,])(?:drs?|dra|ir|hj?|prof|bpk|bapak|ibu|sdr|sdri|tn|ny|mr|mrs|ms)\.\s*[A-Z]"
    r"|(?:^(?:bapak|ibu|sdri?|tn|ny)\s(?!(?:rumah|hamil|menyusui|pkk|guru|muda|dan|atau|ibu|bapak)\b))"
    r"|,\s*(?:s|m|a)\.?\s?(?:pd|kom|sos|si|h|e|t|ap|ip|kep|km|ked|hum|ak|stp|md|m|ag|farm|gz|psi|th|ikom|ling)\b"
    r"|\b[SM]\.\s?(?:Pd|Kom|Sos|Si|H|E|T|AP|IP|Kep|KM|Ked|Hum|Ak|STP|M|Ag|Farm|Gz|Psi|IKom|Ling)\b",
    re.IGNORECASE,
)


def normal(text: object) -> str:
    """Lower case, words apart by one space, no punctuation: how headers are compared."""
    return " ".join(re.findall(r"[a-z0-9]+", str(text).lower()))


def nature_of_header(header: object) -> str | None:
    """What personal data a header announces, or None."""
    words = normal(re.sub(r"\([^)]*\)", " ", str(header)))
    return next((nature for nature, pattern in _HEADERS if re.fullmatch(pattern, words)), None)


def nature_of_cell(cell: object) -> str | None:
    """Numbers and addresses of a person in a cell, anywhere in it."""
    if cell is None or isinstance(cell, bool):
        return None
    text = f"{cell:.0f}" if isinstance(cell, float) and cell == int(cell) and abs(cell) < 1e19 else str(cell)
    return next((nature for nature, pattern in _CONTENT if pattern.search(text)), None)


def nature_of_label(cell: object, places: bool = False) -> str | None:
    """As `nature_of_cell`, and names: a title, or a common given name in two to five words none of which belongs to an office.

    Args: places, whether the column is one of offices, places or occupations, where a given name beside a word of place names
    (Sri Rejeki, Budi Mulya) is no person, nor is one that often ends a place's name (Keban Agung).
    """
    found = nature_of_cell(cell)
    if found or not isinstance(cell, str):
        return found
    words = re.findall(r"[a-z']+", cell.lower())
    if set(words) & _words("not_persons") or any(sign.isdigit() for sign in cell):
        return None
    if _TITLES.search(cell):
        return "name"
    if not 2 <= len(words) <= 5 or not set(words[:2]) & _words("given_names"):
        return None
    return None if places and _is_place(words) else "name"


def _is_place(words: list[str]) -> bool:
    """Whether words with a given name among the first two are a place's name rather than a person's."""
    given_names, both = _words("given_names"), _words("also_places")
    if words[0] in given_names - both or set(words) <= given_names:
        return False
    if set(words) & _words("place_words"):
        return True
    return words[0] not in given_names and words[1] in both


@cache
def _words(key: str) -> frozenset[str]:
    lists = shipped_yaml((Path(__file__).parent / "names.yaml").read_text(encoding="utf-8"))
    return frozenset(str(lists[key]).split())


def mask(text: str) -> str:
    """A text with numbers and addresses of persons blotted out."""
    for _, pattern in _CONTENT:
        text = pattern.sub("…", text)
    return text


def quotable(cell: object) -> str:
    """How an error may speak of a cell: short numbers as they are, anything that might be a person's only by its kind."""
    if isinstance(cell, float) and cell == int(cell) and abs(cell) < 1e15:
        cell = int(cell)
    text = str(cell).strip()
    if re.fullmatch(r"[-+]?[\d.,/ :%-]{1,12}", text) and sum(sign.isdigit() for sign in text) <= 6:
        return f"'{text}'"
    if re.fullmatch(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}", text):
        return f"'{text}'"
    if re.fullmatch(r"\d{1,2}[-/ ][A-Za-z]{3}([-/ ]\d{2,4})?|#[A-Z/0!?]+", text):
        return f"'{text}'"
    digits = sum(sign.isdigit() for sign in text)
    number = digits > 6 and not re.search(r"[^\W\d_]", text)
    return f"a number of {digits} digits (not shown)" if number else "a text (not shown)"
