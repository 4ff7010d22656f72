"""When a score was taken: occasions named in words or numbers, or dates, put in order."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.errors import InputError
from data.intake.personal import quotable

__all__ = ["occasion_numbers"]

MOST = 24  # occasions in one file; more distinct dates are days of single tests, not occasions
WORDS = {
    **dict.fromkeys(("pre", "pretest", "before", "baseline", "pra", "sebelum", "awal"), 0),
    **dict.fromkeys(("post", "posttest", "after", "endline", "pasca", "sesudah", "setelah", "akhir"), 1),
    **dict.fromkeys(("followup", "later", "lanjutan", "tindaklanjut"), 2),
}


def occasion_numbers(frame: pd.DataFrame) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Number (0, 1, …) of the occasion of each row, and the occasions' names in order.

    Read from `occasion`: numbers, dates, or words such as pre, post, follow-up (sebelum, sesudah, lanjutan), or from
    `date`. Without both there was one occasion.

    Raises:
        InputError: an occasion is empty or none of the words, or there are more than 24.
    """
    name = next((n for n in ("occasion", "date") if n in frame and frame[n].notna().any()), None)
    if name is None:
        return np.zeros(len(frame), dtype=np.int64), ("once",)
    column = frame[name]
    empty = np.flatnonzero(column.isna().to_numpy())
    if empty.size:
        raise InputError(f"training scores: row {int(frame['row'].iloc[empty[0]])}: column '{name}' is empty")
    texts = column.map(lambda value: f"{value:g}" if isinstance(value, float) else str(value).strip())
    if isinstance(column.dtype, np.dtype) and column.dtype.kind == "M":
        texts = column.dt.strftime("%Y-%m-%d")
    names = tuple(sorted(texts.unique(), key=_key(texts, frame, name)))
    if len(names) > MOST:
        raise InputError(
            f"training scores: column '{name}': {len(names)} different values; at most {MOST} occasions are allowed: "
            "add a column 'occasion' that says pre, post, …"
        )
    place = {text: number for number, text in enumerate(names)}
    return texts.map(place).to_numpy(dtype=np.int64), names


def _key(texts: pd.Series, frame: pd.DataFrame, name: str) -> Callable[[str], Any]:
    """How the occasions are put in order: as numbers, as dates, or as words."""
    if pd.to_numeric(texts, errors="coerce").notna().all():
        return float
    if texts.str.fullmatch(r"\d{4}-\d{2}(-\d{2})?").all():
        return str
    unknown = np.flatnonzero(~texts.map(_word).isin(WORDS).to_numpy())
    if unknown.size:
        raise InputError(
            f"training scores: row {int(frame['row'].iloc[unknown[0]])}: column '{name}': {quotable(texts.iloc[unknown[0]])}; "
            "allowed: numbers, dates such as 2026-03-31, or pre, post, follow-up (sebelum, sesudah, lanjutan)"
        )
    return lambda text: (WORDS[_word(text)], text)


def _word(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())
