"""The nine SKM elements and how a column of someone's file is recognised as one of them.

Many units print complaints and facilities the other way round (U8 facilities, U9 complaints), so a column is matched
by its name; a code alone is the official order by assumption, and says so.

Source: PermenPANRB 14/2017, order as printed by government pages (see docs on regulations).
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from data.errors import InputError, nearest

__all__ = ["CODES", "ELEMENTS", "Element", "ElementWarning", "code_of", "element_of", "match_elements"]


class ElementWarning(UserWarning):
    """A column was taken as an element by its code alone, or its code disagrees with its name."""


@dataclass(frozen=True)
class Element:
    """One of the nine elements: official code, official and English name, words that give it away."""

    code: str
    name: str
    english: str
    words: tuple[str, ...]


ELEMENTS: tuple[Element, ...] = (
    Element("U1", "Persyaratan", "Requirements", ("syarat", "requirement")),
    Element("U2", "Sistem, Mekanisme, dan Prosedur", "Procedures", ("prosedur", "mekanisme", "procedure")),
    Element("U3", "Waktu Penyelesaian", "Time taken", ("waktu", "kecepatan", "time")),
    Element("U4", "Biaya/Tarif", "Cost", ("biaya", "tarif", "cost", "fee", "price")),
    Element("U5", "Produk Spesifikasi Jenis Pelayanan", "Product", ("produk", "spesifikasi", "product")),
    Element("U6", "Kompetensi Pelaksana", "Staff competence", ("kompetensi", "kemampuan", "competence")),
    Element(
        "U7", "Perilaku Pelaksana", "Staff behaviour", ("perilaku", "kesopanan", "keramahan", "behaviour", "behavior")
    ),
    Element(
        "U8",
        "Penanganan Pengaduan, Saran, dan Masukan",
        "Complaint handling",
        ("pengaduan", "saran", "masukan", "complaint"),
    ),
    Element("U9", "Sarana dan Prasarana", "Facilities", ("sarana", "prasarana", "fasilitas", "facilit")),
)
CODES: tuple[str, ...] = tuple(e.code for e in ELEMENTS)
_CODE = re.compile(r"^(?:u|unsur|element|elemen|q|p)?[\s_.\-]*([1-9])(?![0-9])[\s_.:\-)]*", re.IGNORECASE)


def code_of(column: str) -> tuple[str | None, str]:
    """A leading code (U1..U9) and the words that follow it."""
    text = re.sub(r"[_\s]+", " ", column.strip().lower())
    found = _CODE.match(text)
    if not found:
        return None, text
    return f"U{found.group(1)}", text[found.end() :].strip(" .:-")


def element_of(column: str) -> str | None:
    """Code of the element that the words of a column name give away, or None when they give none or several.

    Whole words decide first; parts of words count only when long: 'sarana' begins with 'saran', 'timestamp' with
    'time'.
    """
    _, words = code_of(column)
    if not words:
        return None
    tokens = set(re.findall(r"[a-z]+", words))
    whole = {e.code for e in ELEMENTS if tokens & set(e.words)}
    if len(whole) == 1:
        return whole.pop()
    part = {e.code for e in ELEMENTS if any(w in words for w in e.words if len(w) > 5)}
    candidates = whole or part
    return candidates.pop() if len(candidates) == 1 else None


def match_elements(columns: Iterable[str], place: str = "columns") -> dict[str, str]:
    """Element code -> the column that holds it.

    Names decide. A code without a name is accepted when no column named in words claims that element, with a warning
    that the official order is assumed. Columns that are no element are left alone.

    Raises:
        InputError: an element is missing, or two columns claim it.
    """
    columns = [str(c) for c in columns]
    found: dict[str, str] = {}
    coded: dict[str, str] = {}
    for column in columns:
        code, words = code_of(column)
        named = element_of(column)
        if named is None:
            if code is not None and not words:
                _claim(coded, code, column, place)
            continue
        _claim(found, named, column, place)
        if code is not None and code != named:
            warnings.warn(
                f"{place}: column '{column}' carries code {code} but names element {named}; matched by name",
                ElementWarning,
                stacklevel=2,
            )
    _add_coded(found, coded, place)
    missing = [e for e in ELEMENTS if e.code not in found]
    if missing:
        free = [c for c in columns if c not in found.values()]
        hint = nearest(missing[0].name, free) if free else None
        ask = f"; is it '{hint}'?" if hint else ""
        names = ", ".join(f"{e.code} {e.name}" for e in missing)
        raise InputError(f"{place}: no column for {names}; nine SKM elements are needed, named in words or U1..U9{ask}")
    return {code: found[code] for code in CODES}


def _claim(found: dict[str, str], code: str, column: str, place: str) -> None:
    if code in found:
        raise InputError(f"{place}: columns '{found[code]}' and '{column}' both stand for element {code}; keep one")
    found[code] = column


def _add_coded(found: dict[str, str], coded: Mapping[str, str], place: str) -> None:
    if not coded:
        return
    for code, column in coded.items():
        if code in found:
            raise InputError(
                f"{place}: column '{column}' has code {code}, but '{found[code]}' is that element by name; "
                "name the column in words (many units swap U8 and U9)"
            )
    found.update(coded)
    swapped = ": U8 as complaint handling and U9 as facilities" if {"U8", "U9"} & coded.keys() else ""
    warnings.warn(
        f"{place}: {', '.join(coded)} matched by code alone, in the official order{swapped}; "
        "many units swap the last two: check, or name the columns in words",
        ElementWarning,
        stacklevel=3,
    )
