"""Direct estimates: the shipped file is what the code gives, and the code finds what is known."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

import data
from analysis.calibration.direct import (
    channels,
    retention,
    side_payments,
    skm_thresholds,
    trust_level,
    trust_shock,
    units,
)
from analysis.calibration.direct.direct_estimates import INPUTS, run_direct
from analysis.calibration.direct.estimates import Estimate, write_yaml
from analysis.calibration.direct.recipe import Recipe
from data.errors import InputError
from data.skm_elements import CODES
from simulation.city import load_profile
from simulation.registry import REGISTRY

CITY = "tangsel"
RECIPE = Recipe.load(CITY)
ENCOUNTERS = load_profile(CITY).numbers["encounters"]

EXPECTED = {
    "use_start", "use_hazard", "skill_half_life", "scandal_size", "scandal_half_life", "political_noise_sd",
    "political_noise_persistence", "trust_level", "trust_spread", "unit_spread", "leniency", "nrr_process",
    "nrr_people", "nrr_price", "ikm_drift", "side_payment_civil_registration", "side_payment_school",
    "side_payment_health", "side_payment_other", "report_rate", "complaint_access", "completed_share",
    "survey_year_effect", "completion_swing",
}  # fmt: skip


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """One run of the analysis into an empty folder."""
    out = tmp_path_factory.mktemp("direct") / "tangsel.yaml"
    return out, run_direct(CITY, out)


def _close(ours: Any, theirs: Any, place: str = "") -> None:
    if isinstance(ours, dict):
        assert list(ours) == list(theirs), place
        for key in ours:
            _close(ours[key], theirs[key], f"{place}/{key}")
    elif isinstance(ours, list):
        assert len(ours) == len(theirs), place
        for k, (a, b) in enumerate(zip(ours, theirs, strict=True)):
            _close(a, b, f"{place}/{k}")
    elif isinstance(ours, float):
        assert ours == pytest.approx(theirs, rel=2e-3, abs=1e-4), place
    else:
        assert ours == theirs, place


def test_the_shipped_file_is_what_the_analysis_gives(run: tuple[Path, dict[str, Any]]) -> None:
    """Guards against a file edited by hand or left behind by a change of the tables or of the code."""
    shipped = yaml.safe_load(data.path("estimates", "tangsel.yaml").read_text(encoding="utf-8"))
    _close(yaml.safe_load(run[0].read_text(encoding="utf-8")), shipped)


@pytest.mark.slow
def test_a_second_run_gives_the_same_bytes(run: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    """Guards reproducibility on one machine, and that nothing but the file is left."""
    skm_thresholds.loadings.cache_clear()
    again = tmp_path / "again.yaml"
    run_direct(CITY, again)
    assert again.read_bytes() == run[0].read_bytes()
    assert [p.name for p in tmp_path.iterdir()] == ["again.yaml"]


def test_every_parameter_is_there_and_known_to_the_simulation(run: tuple[Path, dict[str, Any]]) -> None:
    """Guards names and fields, and that values lie within their bounds."""
    content = run[1]
    assert set(content["estimates"]) == EXPECTED
    assert {p.name for p in REGISTRY} >= EXPECTED
    for name, row in content["estimates"].items():
        assert row["bounds"][0] <= row["value"] <= row["bounds"][1], name
        assert row["se"] > 0 and row["method"] and row["evidence"], name
        assert row["class"] in ("measured", "literature", "assumed"), name
    assert content["inputs"] == {
        name: data.load(name).attrs["sha256"] for name in (*INPUTS, RECIPE.survey.answers.table)
    }


def test_evidence_ids_exist(run: tuple[Path, dict[str, Any]]) -> None:
    """Guards provenance."""
    known = set(data.load("figures")["id"]) | set(data.load("effects")["id"]) | set(data.names())
    for name, row in run[1]["estimates"].items():
        assert set(row["evidence"]) <= known, name


def test_covariances_agree_with_the_spreads(run: tuple[Path, dict[str, Any]]) -> None:
    """Guards joint draws: the diagonal is the square of each se, and the matrix is positive definite."""
    for block in run[1]["covariance"]:
        matrix = np.array(block["matrix"])
        assert np.linalg.eigvalsh(matrix).min() > 0
        for k, name in enumerate(block["names"]):
            assert math.sqrt(matrix[k, k]) == pytest.approx(run[1]["estimates"][name]["se"], rel=1e-4)


def test_use_of_training_meets_saks_points() -> None:
    """Guards the fit: 62, 44 and 34 % within two points each, and a start that rises with the hazard."""
    start, hazard, joint = retention.use_and_hazard()
    for share, months in ((0.62, 0), (0.44, 6), (0.34, 12)):
        assert start.value * math.exp(-hazard.value * months) == pytest.approx(share, abs=0.02)
    assert joint.matrix[0][1] > 0


def test_use_fit_recovers_exact_points(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards the regression on points without error."""
    points = {"saks2006_immediate": 0.7, "saks2006_6m": 0.7 * math.exp(-0.6), "saks2006_12m": 0.7 * math.exp(-1.2)}
    monkeypatch.setattr(retention, "effect", points.__getitem__)
    start, hazard, _ = retention.use_and_hazard()
    assert (start.value, hazard.value) == (pytest.approx(0.7), pytest.approx(0.1))


def test_half_life_holds_the_loss_arthur_found() -> None:
    """Guards the check: a loss of 1.4 SD in a year from laboratory gains of 1.6 to 2.5 SD lies inside the interval."""
    low, high = retention.half_life().interval(0.95)
    for gain in (1.6, 2.0, 2.5):
        assert low < retention.half_life_implied_by_loss(gain, 1.4) < high
    with pytest.raises(ValueError, match="between 0 and the gain"):
        retention.half_life_implied_by_loss(1.0, 1.4)


def test_fall_of_trust_in_the_police() -> None:
    """Guards the series: 76.4 % in June 2022, 62.8 % in September; 0.65 on the logit."""
    waves = trust_shock.polri_waves()
    assert len(waves) == 19
    assert (waves["2022-06"], waves["2022-09"]) == (0.764, 0.628)
    fit = trust_shock.fit_polri()
    assert fit.fall_logit == pytest.approx(0.651, abs=0.001)
    assert 0.8 * fit.fall_logit < fit.size < 1.1 * fit.fall_logit


def test_shock_is_recovered_from_a_made_series(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards the interrupted series: a drop of 0.8 with a half-life of six months, noise small, is found."""
    rng = np.random.default_rng(4)
    waves = {}
    for k in range(-60, 30, 2):
        year, month = divmod(2022 * 12 + 8 + k, 12)
        z = 1.1 - (0.8 * 2 ** (-k / 6) if k >= 0 else 0.0) + rng.normal(scale=0.04)
        waves[f"{year}-{month + 1:02d}"] = 1 / (1 + math.exp(-z))
    assert "2022-09" in waves
    waves["2022-06"] = waves.get("2022-06", 0.75)
    monkeypatch.setattr(trust_shock, "polri_waves", lambda: waves)
    fit = trust_shock.fit_polri()
    assert fit.size == pytest.approx(0.8, abs=0.15)
    assert math.exp(fit.log_half_life) == pytest.approx(6.0, rel=0.35)
    assert math.exp(fit.log_noise) < 0.12


def test_trust_level_and_spread() -> None:
    """Guards the LSI shares, and that the spread of a known normal is found again."""
    level, spread = trust_level.trust_level("the city")
    assert level.value == pytest.approx(75 / 98)
    from scipy.stats import norm

    cuts = [math.log(0.2 / 0.8), 0.0, math.log(0.8 / 0.2)]
    below = norm.cdf((np.array(cuts) - 0.7) / 1.2)
    shares = (1 - below[2], below[2] - below[1], below[1] - below[0], below[0])
    assert trust_level.four_category_spread(shares) == (pytest.approx(0.7), pytest.approx(1.2))
    low, high = spread.interval()
    assert low < 0.7 and high > 1.4


def test_between_unit_spread() -> None:
    """Guards 'about 2.1': expected ranges are right, and the estimate lies there."""
    assert units.range_factor(2) == pytest.approx(2 / math.sqrt(math.pi), abs=1e-6)
    rng = np.random.default_rng(2)
    assert units.range_factor(21) == pytest.approx(np.ptp(rng.normal(size=(40_000, 21)), axis=1).mean(), abs=0.02)
    estimate = units.unit_spread()
    assert 1.8 < estimate.value < 2.3
    low, high = estimate.interval()
    assert low < 1.6 and high > 2.6


def test_respondents_vary_as_the_noise_assumes() -> None:
    """Guards the SD of respondents' indices that is taken off the ranges."""
    own = data.load("skm_sekadau_2019")[list(CODES)].astype(float).mean(axis=1) * 25
    assert own.std(ddof=1) == pytest.approx(units.RESPONDENT_SD, abs=0.1)


def test_leniency_is_the_gap_between_office_and_poll() -> None:
    """Guards the scale: about 97 % content at the office, 64.8 % in the poll, 1.6 latent SD; zero is three SE away."""
    estimate = units.leniency(RECIPE)
    assert estimate.value == pytest.approx(1.63, abs=0.05)
    assert estimate.value / estimate.se > 3


def test_element_levels_give_the_official_index() -> None:
    """Guards the grouping: levels weighted by their elements give the mean index of the two offices."""
    levels = {e.name: e.value for e in units.element_levels(skm_thresholds.GROUPS, RECIPE.survey)}
    total = sum(levels[f"nrr_{factor}"] * len(members) for factor, members in skm_thresholds.GROUPS.items())
    assert total / 9 * 25 == pytest.approx((86.694 + 87.278) / 2, abs=0.01)


def test_drift_separates_instruments_and_stays_uncertain() -> None:
    """Guards the series kept and left out, and a drift near the plain mean of their slopes."""
    frame = units.panels(RECIPE.panels)
    assert frame["series"].nunique() == 4
    assert frame["series"].str.contains("2004").sum() == 4
    assert not frame["series"].str.contains("Serpong|BPBD").any()
    slopes = [np.polyfit(g["year"], g["ikm_0_100"], 1)[0] for _, g in frame.groupby("series")]
    estimate = units.drift(RECIPE.panels)
    assert min(slopes) < estimate.value < max(slopes)
    assert estimate.value == pytest.approx(np.mean(slopes), abs=0.1)
    assert estimate.interval()[0] < 0.05


def test_side_payments_give_back_the_share_of_users() -> None:
    """Guards per encounter against per year: 31 % of users in a year is less at one counter visit."""
    for estimate in side_payments.side_payments()[:3]:
        service = estimate.name.removeprefix("side_payment_")
        id_, k, _ = side_payments.ENCOUNTERS[service]
        share = data.load("figures").set_index("id").loc[id_, "value"] / 100
        assert 1 - (1 - estimate.value) ** k == pytest.approx(share)
        assert estimate.value < share


def test_two_channels_differ_ninefold(root: Path) -> None:
    """Guards the two rates, that the estimate spans them, and that texts say the same of them as the tables of evidence."""
    assert round(channels.channel_rate(RECIPE, "laksa") / channels.channel_rate(RECIPE, "lapor")) == 9
    for name, words in (
        ("analysis/presentation/texts.en.yaml", "They differ ninefold"),
        ("analysis/presentation/texts.id.yaml", "Bedanya sembilan kali"),
        ("docs/calibration.md", "they differ ninefold"),
        ("data/estimates/tangsel.yaml", "differ ninefold"),
    ):
        assert words in (root / name).read_text(encoding="utf-8"), name
    low, high = channels.channels(RECIPE, ENCOUNTERS)[0].interval(0.90)
    assert low < channels.channel_rate(RECIPE, "lapor") and channels.channel_rate(RECIPE, "laksa") < high


def test_years_of_a_channel_differ_by_what_three_figures_say() -> None:
    """Guards the spread between years: 8, 99 and 92 % lie 3.7 logits apart, without the odd one 1.6, and three years fix neither."""
    swing, log_sd = channels.between_years(RECIPE)
    logits = np.log([0.0806 / 0.9194, 0.992 / 0.008, 0.924 / 0.076])
    assert math.sqrt(logits.std(ddof=1) * logits[1:].std(ddof=1)) == pytest.approx(swing)
    assert logits[1:].std(ddof=1) < swing < logits.std(ddof=1)
    assert 0.5 < log_sd < 0.8
    level = next(e for e in channels.channels(RECIPE, ENCOUNTERS) if e.name == "completed_share")
    assert level.se > swing / math.sqrt(3.0)  # a level seen in three such years


def test_year_effect_of_the_survey_is_what_a_line_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards the mixed model: a made panel with a known year effect, levels and rises of its own, gives it back."""
    found = units.year_effect(RECIPE.panels)
    assert 0.1 < found.value < 0.5  # between the calmest series and the least calm one
    rng = np.random.default_rng(4)
    rises = 0.5 + 0.2 * rng.normal(size=12)
    rows = [
        {
            "area": f"A{k}",
            "unit": "U",
            "year": 2000.0 + t,
            "ikm_0_100": 80.0 + 2 * k + rises[k] * t + 0.8 * rng.normal(),
        }
        for k in range(12)
        for t in range(10)
    ]
    monkeypatch.setattr(units, "table", lambda name: pd.DataFrame(rows))
    assert units.year_effect(RECIPE.panels).value == pytest.approx(0.8, rel=0.2)


def test_completed_is_not_followed_up() -> None:
    """Guards 92.4 % completed against 100 % followed up."""
    assert channels.channels(RECIPE, ENCOUNTERS)[2].value == pytest.approx(0.924)


def test_loadings_follow_the_data(run: tuple[Path, dict[str, Any]]) -> None:
    """Guards the two factors: all load, thresholds rise; time and product with procedures would load wrongly."""
    block = run[1]["skm"]
    for code, row in block["elements"].items():
        z = [t["value"] for t in row["thresholds"]]
        assert z[0] < z[1] < z[2], code
        assert row["factor"] == "price" or 0.6 < row["loading"]["value"] < 0.97, code
    assert abs(block["factor_correlation"]["value"]) < 0.1
    assert block["textbook_grouping"]["elements"]["U5"]["loading"]["value"] < 0
    assert (round(block["alpha"]["process"], 2), round(block["alpha"]["people"], 2)) == (0.74, 0.85)


def test_thresholds_reproduce_the_answers(run: tuple[Path, dict[str, Any]]) -> None:
    """Guards the scale: answers simulated from the model have Sekadau's means."""
    rng = np.random.default_rng(1)
    own = skm_thresholds.published_answers().mean()
    for code, row in run[1]["skm"]["elements"].items():
        load = row["loading"]["value"]
        latent = load * rng.normal(size=40_000) + math.sqrt(1 - load**2) * rng.normal(size=40_000)
        answers = 1 + np.digitize(latent, [t["value"] for t in row["thresholds"]])
        assert answers.mean() == pytest.approx(own[code], abs=0.04), code


def test_loadings_are_recovered_from_made_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards the joint fit: loadings 0.9, 0.7, 0.5 from 1,500 made respondents."""
    import pandas as pd

    rng = np.random.default_rng(6)
    truth = {"U1": 0.9, "U2": 0.7, "U9": 0.5}
    score = rng.normal(size=1500)
    made = pd.DataFrame({
        code: 1.0 + np.digitize(v * score + math.sqrt(1 - v**2) * rng.normal(size=1500), [-1.8, -0.8, 0.9])
        for code, v in truth.items()
    })  # fmt: skip
    monkeypatch.setattr(skm_thresholds, "published_answers", lambda: made)
    skm_thresholds.loadings.cache_clear()
    try:
        found = skm_thresholds.loadings(("U1", "U2", "U9"))
    finally:
        skm_thresholds.loadings.cache_clear()
    for code, value in truth.items():
        assert found[code][0] == pytest.approx(value, abs=0.08), code


def test_estimates_refuse_nonsense() -> None:
    """Guards the file against a value outside its bounds or a spread of zero."""
    with pytest.raises(ValueError, match="bounds"):
        Estimate("x", 2.0, 0.1, "normal", (0.0, 1.0), "", "measured", (), "")
    with pytest.raises(ValueError, match="se > 0"):
        Estimate("x", 0.5, 0.0, "normal", (0.0, 1.0), "", "measured", (), "")


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    """Guards the old estimates: content YAML cannot hold raises and nothing is overwritten or left over."""
    out = tmp_path / "estimates.yaml"
    out.write_text("old", encoding="utf-8")
    with pytest.raises(yaml.YAMLError):
        write_yaml({"bad": object()}, out)
    assert out.read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["estimates.yaml"]


def test_unknown_figures_are_named() -> None:
    """Guards a mistyped id."""
    from analysis.calibration.direct.published import figure, figure_parts

    with pytest.raises(InputError, match="no row with id 'F9999'"):
        figure("F9999")
    with pytest.raises(InputError, match="no number"):
        figure("F0259")
    assert figure_parts("F0259") == (12, 63, 20, 3, 3)
