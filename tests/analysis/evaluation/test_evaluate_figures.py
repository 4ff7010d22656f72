"""Figures of the evaluation with names as long as offices have them: nothing is cut off, nothing lies on top of something else."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from analysis.evaluation import evaluate_complaints, evaluate_skm, evaluate_staff, evaluate_training, figure
from analysis.evaluation.cells import cell
from analysis.evaluation.complaints.limits import TYPES
from analysis.evaluation.ip_asn.evaluate import DOMAINS
from analysis.evaluation.phrases import Phrases
from analysis.evaluation.registry import Column
from analysis.evaluation.training import made_up
from analysis.evaluation.training.made_up import MadeDesign
from analysis.presentation.words import LANGUAGES
from data.intake.columns import ANSWERS

pytestmark = pytest.mark.slow  # draws many figures: not in `make quick`

UNITS = [
    "Dinas Kependudukan dan Pencatatan Sipil", "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu", "Kecamatan Ciputat Timur",
    "Kelurahan Pondok Kacang Barat", "Rumah Sakit Umum Daerah", "Badan A$B$",
]  # fmt: skip


def survey() -> Any:
    rng = np.random.default_rng(1)
    score = 0.8 * rng.normal(size=(300, 1)) + rng.normal(size=(300, 9))
    frame = pd.DataFrame(np.digitize(score, [-2.2, -1.0, 0.8]) + 1.0, columns=list(ANSWERS.values()))
    return evaluate_skm(frame.assign(unit=np.resize(UNITS, 300)), by="unit", repeats=100)


def staff(domains: bool) -> Any:
    rng = np.random.default_rng(2)
    frame = pd.DataFrame(
        {
            "unit": np.resize(UNITS, 200),
            "status": "PNS",
            "job": "pelaksana",
            "degree": "s1_d4",
            "jp_last_12_months": rng.choice([0.0, 8.0, 20.0], 200),
        }
    )
    return evaluate_staff(frame.assign(**{name: rng.normal(78, 9, 200) for name in DOMAINS}) if domains else frame)


def complaints() -> Any:
    rng = np.random.default_rng(3)
    received = np.busday_offset("2026-01-01", rng.integers(0, 250, 600), roll="forward")
    answered = np.busday_offset(received, rng.exponential(12, 600).astype(int))
    frame = pd.DataFrame({"received": received, "answered": answered}).apply(pd.to_datetime)
    return evaluate_complaints(frame.assign(type=np.resize(TYPES, 600), unit=np.resize(UNITS, 600)))


def training(design: MadeDesign, **made: Any) -> Any:
    return evaluate_training(made_up(design, seed=3, **made))


RESULTS = {
    "skm": survey,
    "needs": lambda: staff(domains=True),
    "dimensions": lambda: staff(domains=False),
    "complaints": complaints,
    "programmes": lambda: training("pre_post_control", effect={name: 3.0 for name in UNITS[:4]}),
    "three": lambda: training("pre_post", effect={name: 3.0 for name in UNITS[3:]}),
    "staggered": lambda: training("staggered", people=200),
    "once": lambda: training("once"),
}


def texts(figure: Figure) -> list[tuple[str, Bbox]]:
    """Texts that are drawn with their boxes [pixels]: labels of ticks beyond the limits are not."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    beyond = {
        id(tick.label1)
        for axes in figure.axes
        for axis in (axes.xaxis, axes.yaxis)
        for tick in axis.get_major_ticks()
        if not min(axis.get_view_interval()) <= tick.get_loc() <= max(axis.get_view_interval())
    }
    found = [t for t in figure.findobj(Text) if isinstance(t, Text) and t.get_visible() and id(t) not in beyond]
    return [(t.get_text(), t.get_window_extent(canvas.get_renderer())) for t in found if t.get_text().strip()]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", RESULTS)
def test_texts_stay_in_the_figure_and_apart(name: str, lang: str) -> None:
    """Guards titles and legends cut off at the edge, and labels on top of each other, as four domains beside long units were."""
    picture = figure(RESULTS[name](), lang)
    width, height = picture.get_size_inches() * picture.dpi
    boxes = texts(picture)
    for text, box in boxes:
        assert box.x0 > -2 and box.x1 < width + 2 and box.y0 > -2 and box.y1 < height + 2, f"'{text}' is cut off"
    for (first, a), (second, b) in combinations(boxes, 2):
        wide, high = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
        assert not (wide > 2 and high > 2), f"'{first}' lies on '{second}'"


def test_dollar_signs_in_names_are_shown() -> None:
    """Guards names with two dollar signs, which matplotlib reads as mathematics and draws without them."""
    for result in (staff(domains=True), survey(), complaints(), RESULTS["three"]()):
        written = [text for text, _ in texts(figure(result, "id")) if text.startswith("Badan")]
        assert written and all(text.startswith(r"Badan A\$B\$") for text in written)


def test_a_name_of_an_occasion_and_a_number_of_occasions_are_told_apart() -> None:
    """Guards rows of later occasions: '0 after the start' and 'follow-up after the start' said nothing; and a level is no effect."""
    said = {text for text, _ in texts(figure(RESULTS["staggered"](), "id"))}
    assert {"langsung sesudah mulai", "1 pengukuran sesudah mulai", "2 pengukuran sebelum mulai"} <= said
    frame = made_up("pre_post_control", seed=3)
    later = frame[frame["occasion"] == "post"].assign(occasion="follow-up")
    followed = figure(evaluate_training(pd.concat([frame, later], ignore_index=True)), "id")
    assert "selisih dari selisih: follow-up" in {text for text, _ in texts(followed)}
    assert "Rata-rata sesudah pelatihan dan selang 95%" in {t for t, _ in texts(figure(RESULTS["once"](), "id"))}


def test_shares_and_p_values_are_written_one_way() -> None:
    """Guards the terminal against other roundings than the words have: a share below one percent is not 0 %."""
    for lang, share, small in (("en", "0.40\u00a0%", "< 0.001"), ("id", "0,40%", "< 0,001")):
        say = Phrases(lang)
        p = Column("p", "p", "p")
        assert cell(Column("share", "share", "share"), [0.004], say) == say.percent(0.004) == share
        assert cell(p, [0.0004], say) == say.p(0.0004) == small
        assert say.p(0.0404) == f"= {cell(p, [0.0404], say)}" == f"= {say.number(0.04, 3)}"
