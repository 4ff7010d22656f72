"""Kinds of evaluation, one entry a kind, which ties together its file format, options, computation, words, figure and printed tables.

A kind is a folder beside this file with its numbers, words, figure and texts.*.yaml (`title`, `heads` of the printed tables, and what its
words need), an entry here, and one of the same name in `data.intake.kinds` for the files that are read. The command line, the folder of
results and the tests go through this table and know no kind by name.

Importing it is cheap: the functions of a kind, and with them pandas, statsmodels and matplotlib, are loaded when they are needed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

__all__ = ["KINDS", "Column", "Functions", "Kind", "Option", "Result", "figure", "kind_of", "words"]

Form = Literal[
    "text", "whole", "two", "signed", "share", "p", "one_to_one", "two_to_two", "share_to_share",
]  # fmt: skip
"""How a printed cell is written: decimals or percent; `_to_` with two ends."""
Value = Literal["text", "word", "whole", "number", "pair", "yes_or_no", "day", "days"]
"""What an option takes; `pair` two numbers, `days` a file with one day a line."""


class Result(Protocol):
    """The result of an evaluation: its data and tidy tables by name. Result files take these names."""

    def tables(self) -> dict[str, pd.DataFrame]: ...


class Functions(NamedTuple):
    """The functions of a kind.

    result: class of its results. evaluate: frame of `data.intake.read_file` and options -> result. words: result, language -> paragraphs
    parted by empty lines. figure: result, language -> figure.
    """

    result: type[Any]
    evaluate: Callable[..., Any]
    words: Callable[[Any, str], str]
    figure: Callable[[Any, str], Figure]


class Column(NamedTuple):
    """A column of a printed table.

    head: key of its head among the kind's `heads`. form: how a cell is written. source: column of the tidy table, two for two ends.
    words: key of the kind's texts with words for its values, where they have any. error: column with the standard error of the values,
    which then says how many decimals are written (`analysis.presentation.digits`) in place of the form.
    """

    head: str
    form: Form
    source: str
    words: str = ""
    error: str = ""


@dataclass(frozen=True)
class Option:
    """Something the user may state besides the file: an argument of the kind's evaluate, and an option of the command line.

    Attributes: name of the argument; value it takes; help; metavar; among, the words it may be; lowest number allowed; asked, whether a
    person at the terminal is asked when it was left out (the kind's text `ask.<name>`). What is left out is left to evaluate.
    """

    name: str
    value: Value
    help: str
    metavar: str = ""
    among: tuple[str, ...] = ()
    lowest: int | None = None
    asked: bool = False


@dataclass(frozen=True)
class Kind:
    """One kind of evaluation.

    Attributes:
        name: on the command line, in the names of figures, and in `data.intake.kinds`, where columns, checks and template stand.
        folder: below this one, with its texts.
        help: what it gives, for the command line.
        functions: loads its functions.
        printed: tables that are printed in the terminal, by their names in `Result.tables`; those not there are passed over.
        options: what the user may state besides the file.
    """

    name: str
    folder: str
    help: str
    functions: Callable[[], Functions]
    printed: dict[str, tuple[Column, ...]]
    options: tuple[Option, ...] = field(default=())


def _skm() -> Functions:
    from analysis.evaluation.skm.evaluate import evaluate_skm
    from analysis.evaluation.skm.figure import figure
    from analysis.evaluation.skm.result import SkmResult
    from analysis.evaluation.skm.wording import words

    return Functions(SkmResult, evaluate_skm, words, figure)


def _training() -> Functions:
    from analysis.evaluation.training.evaluate import evaluate_training
    from analysis.evaluation.training.figure import figure
    from analysis.evaluation.training.result import TrainingResult
    from analysis.evaluation.training.wording import words

    return Functions(TrainingResult, evaluate_training, words, figure)


def _ip_asn() -> Functions:
    from analysis.evaluation.ip_asn.evaluate import evaluate_staff
    from analysis.evaluation.ip_asn.figure import figure
    from analysis.evaluation.ip_asn.result import StaffResult
    from analysis.evaluation.ip_asn.wording import words

    return Functions(StaffResult, evaluate_staff, words, figure)


def _complaints() -> Functions:
    from analysis.evaluation.complaints.evaluate import evaluate_complaints
    from analysis.evaluation.complaints.figure import figure
    from analysis.evaluation.complaints.result import ComplaintsResult
    from analysis.evaluation.complaints.wording import words

    return Functions(ComplaintsResult, evaluate_complaints, words, figure)


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            name="skm",
            folder="skm",
            help="IKM with interval and category, elements ranked, reliability, units or years compared, respondents needed.",
            functions=_skm,
            printed={
                "elements": (
                    Column("element", "text", "code", words="element"),
                    Column("nrr", "two", "nrr"),
                    Column("interval", "two_to_two", "low high"),
                    Column("category", "text", "category"),
                    Column("weakest", "share", "probability_weakest"),
                    Column("rest", "two", "rest_correlation"),
                ),
                "groups": (
                    Column("group", "text", "group"),
                    Column("n", "whole", "n"),
                    Column("index", "two", "index"),
                    Column("interval", "one_to_one", "low high"),
                    Column("difference", "signed", "difference"),
                    Column("p", "p", "p_holm"),
                ),
            },
            options=(
                Option("by", "word", "Compare units or years.", among=("unit", "year")),
                Option("precision", "number", "Wanted interval: plus or minus so many points [1.5].", "POINTS"),
                Option("population", "whole", "People served in the period.", lowest=1),
                Option("every_unit", "yes_or_no", "Whether every unit that is meant is in the file, or a sample."),
            ),
        ),
        Kind(
            name="training",
            folder="training",
            help="Effect of a training with its interval, a decision, and what threatens it; the design is recognised.",
            functions=_training,
            printed={
                "effects": (
                    Column("programme", "text", "programme", words="programmes"),
                    Column("role", "text", "role", words="role"),
                    Column("model", "text", "model", words="model"),
                    Column("points", "signed", "estimate", error="se"),
                    Column("interval", "two_to_two", "low high", error="se"),
                    Column("sd", "signed", "estimate_sd"),
                    Column("p", "p", "p"),
                )
            },
            options=(
                Option("randomised", "yes_or_no", "Whether a lottery decided who was trained.", asked=True),
                Option("outcome", "text", "Column to evaluate [test, supervisor_rating, ...].", "COLUMN"),
                Option("smallest", "number", "Smallest effect of interest [0.2].", "SD"),
                Option("chosen_by", "word", "What decided who was trained, if no lottery.", among=("pretest", "other")),
                Option("scale", "pair", "Scale of the outcome [0 100 for a test].", "LOW HIGH"),
                Option(
                    "everyone",
                    "number",
                    "Mean before training of everybody who was eligible [that of the file].",
                    "POINTS",
                ),
                Option(
                    "retest",
                    "number",
                    "Test-retest correlation of the outcome, 0 to 1 [the control group's, or 0.8].",
                    "R",
                ),
            ),
        ),
        Kind(
            name="ip-asn",
            folder="ip_asn",
            help="IP ASN of a staff list, the gap to 20 JP, and training needs by domain and unit.",
            functions=_ip_asn,
            printed={
                "staff": (
                    Column("group", "text", "name", words="names"),
                    Column("n", "whole", "n"),
                    Column("index", "one_to_one", "index_low index_high"),
                    Column("pns", "whole", "pns"),
                    Column("below", "whole", "below"),
                    Column("share", "share", "share_below"),
                    Column("missing", "whole", "jp_missing"),
                )
            },
        ),
        Kind(
            name="complaints",
            folder="complaints",
            help="Volumes, time to answer against the legal limits, share answered in time, units compared.",
            functions=_complaints,
            printed={
                "complaints": (
                    Column("group", "text", "name", words="names"),
                    Column("n", "whole", "n"),
                    Column("open", "whole", "open"),
                    Column("overdue", "whole", "overdue"),
                    Column("due", "whole", "due"),
                    Column("in_time", "share", "share_in_time"),
                    Column("interval", "share_to_share", "low high"),
                    Column("median", "whole", "median_days"),
                    Column("p", "p", "p_holm"),
                )
            },
            options=(
                Option("until", "day", "Day up to which the file is complete [its last].", "DAY"),
                Option("holidays", "days", "Public holidays, one a line, such as 2026-08-17.", "FILE"),
            ),
        ),
    )
}
"""Kinds of evaluation by their name on the command line."""


def kind_of(result: Result) -> Kind:
    """The kind that a result is of.

    Raises:
        TypeError: it is of none.
    """
    homes = [home.__module__ for home in type(result).__mro__]
    for kind in KINDS.values():
        near = any(home.startswith(f"{__package__}.{kind.folder}.") for home in homes)  # others need not be loaded
        if near and isinstance(result, kind.functions().result):
            return kind
    raise TypeError(f"{type(result).__name__}: no result of an evaluation; there are {', '.join(KINDS)}")


def words(result: Result, lang: str = "en") -> str:
    """A result in plain words in one language ('en' or 'id'), paragraphs parted by empty lines."""
    return kind_of(result).functions().words(result, lang)


def figure(result: Result, lang: str = "en") -> Figure:
    """A result as a figure in one language ('en' or 'id')."""
    return kind_of(result).functions().figure(result, lang)
