"""Words and numbers of the report in one language: texts from a catalogue, numbers as that language writes them."""

from __future__ import annotations

import math
import re
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from analysis.presentation.digits import agreed
from analysis.presentation.directions import known
from data import shipped_yaml
from data.errors import InputError
from simulation.policy import LEVERS

__all__ = ["LANGUAGES", "Words", "localised"]

LANGUAGES = ("en", "id")
SCALES = ("0-100", "1-4")
MINUS = "\N{MINUS SIGN}"
SMALLEST_P = 0.001  # p-values below are written as less than this
YEAR, FEWEST_MONTHS_IN_YEARS = 12, 24  # months; shorter horizons are written in months


class Words:
    """Texts and number formats of one language ('en' or 'id')."""

    def __init__(self, lang: str) -> None:
        if lang not in LANGUAGES:
            raise InputError(f"lang: '{lang}'; allowed are {', '.join(LANGUAGES)}")
        self.lang = lang
        self._texts = _catalogue(lang)

    def raw(self, key: str) -> Any:
        """The entry under a dotted key, as the catalogue has it."""
        entry: Any = self._texts
        for part in key.split("."):
            entry = entry[part]
        return entry

    def text(self, key: str, **values: object) -> str:
        """A text with its placeholders filled, not escaped: for figures and the terminal."""
        return str(self.raw(key)).format(**values)

    def html(self, key: str, **values: object) -> Markup:
        """A text with its placeholders filled and escaped: for the page."""
        text = Markup(self.raw(key)).format(**values)
        # A percent sign must not start a line.
        return Markup(re.sub(r"(?<=\d) %", "\N{NO-BREAK SPACE}%", text))

    def number(self, value: float, digits: int = 2, signed: bool = False) -> str:
        """A number with this language's decimal and thousands separators; an en dash for a missing one."""
        if not math.isfinite(value):
            return "–"
        sign = "+" if signed else ""
        text = f"{agreed(value):{sign},.{digits}f}"
        # A rounded zero has no sign: '-0.00' would claim a direction.
        if not any(c in "123456789" for c in text):
            text = f"{0:.{digits}f}"
        marks = {",": str(self.raw("number.thousand")), ".": str(self.raw("number.decimal")), "-": MINUS}
        return "".join(marks.get(c, c) for c in text)

    def percent(self, share: float) -> str:
        """A share 0-1 as a percentage: whole, but a share below one percent keeps two decimals."""
        if not math.isfinite(share):
            return "–"
        return self.text("number.percent", value=self.number(100 * share, 2 if 0 < share < 0.01 else 0))

    def p(self, value: float) -> str:
        """A p-value with its sign: three decimals, never zero. Texts and tables say of what."""
        return f"< {self.number(SMALLEST_P, 3)}" if value < SMALLEST_P else f"= {self.number(value, 3)}"

    def money(self, billion: float, signed: bool = False) -> str:
        """Rupiah [billion]."""
        if not math.isfinite(billion):
            return "–"
        text = self.number(abs(billion), 1)
        rounded = any(c in "123456789" for c in text)
        sign = ("+" if billion > 0 else MINUS) if rounded and (signed or billion < 0) else ""
        return sign + self.text("number.money", value=text)

    def horizon(self, months: int) -> str:
        """A number of months, in years where it is a whole number of them."""
        if months % YEAR or months < FEWEST_MONTHS_IN_YEARS:
            return self.text("answer.months", value=months)
        return self.text("answer.years", value=months // YEAR)

    def label(self, outcome: str) -> str:
        """Name of an outcome."""
        return known(outcome).labels[self.lang]

    def short(self, outcome: str) -> str:
        """Short name of an outcome, for narrow columns; its full name where there is none."""
        return str(self.raw("short").get(outcome, self.label(outcome)))

    def unit(self, outcome: str) -> str:
        """Unit of an outcome's level."""
        unit = known(outcome).unit
        return str(self.raw("units").get(unit, unit))

    def difference_unit(self, outcome: str) -> str:
        """Unit of a difference of an outcome: percentages and indices differ by points."""
        unit = known(outcome).unit
        if unit.startswith("%"):
            return str(self.raw("difference_units.percent"))
        if unit in SCALES:
            return str(self.raw("difference_units.index"))
        return self.unit(outcome)

    def difference(self, value: float, outcome: str) -> str:
        """A difference of an outcome, signed, without its unit."""
        return self.number(value, self.digits(outcome), signed=True)

    def level(self, value: float, outcome: str) -> str:
        """A level of an outcome with its unit; scales (0-100, 1-4) carry none."""
        text = self.number(value, self.digits(outcome, level=True))
        unit = "" if known(outcome).unit in SCALES else self.unit(outcome)
        if unit.startswith("%"):
            return self.text("number.percent", value=text) + unit[1:]
        return f"{text} {unit}".strip()

    def lever(self, name: str) -> str:
        """Name of a lever; its dotted name where the policy has none of that name."""
        return LEVERS[name].label(self.lang) if name in LEVERS else name

    def lever_value(self, name: str, value: object) -> str:
        """Setting of a lever: a word, yes or no, a percentage, or a number with no more decimals than it needs."""
        lever = LEVERS.get(name)
        if isinstance(value, bool):
            return str(self.raw("switch")[str(value)])
        if isinstance(value, (int, float)):
            share = lever is not None and lever.unit == "share"
            text = f"{100 * value if share else value:.4g}"
            number = self.number(float(text), len(text.partition(".")[2]))
            return self.text("number.percent", value=number) if share else number
        return lever.word(str(value), self.lang) if lever is not None and lever.choices else str(value)

    def digits(self, outcome: str, level: bool = False) -> int:
        """Decimals that mean something for an outcome: fewer for its level than for a difference."""
        unit = known(outcome).unit
        if unit in ("SD", "1-4", ""):
            return 2
        if unit.startswith("Rp") or unit == "reports":
            return 0 if level else 1
        return 1 if level else 2


def localised(value: object, lang: str) -> str:
    """A title that may be one text or a mapping of languages ({en: ..., id: ...}); English where one is missing."""
    if isinstance(value, str):
        return value
    dump = getattr(value, "model_dump", None)
    table = dump() if callable(dump) else value
    if isinstance(table, dict):
        return str(table.get(lang) or table.get("en") or next(iter(table.values())))
    return str(value)


@cache
def _catalogue(lang: str) -> dict[str, Any]:
    text = (Path(__file__).parent / f"texts.{lang}.yaml").read_text(encoding="utf-8")
    table: dict[str, Any] = shipped_yaml(text)
    return table
