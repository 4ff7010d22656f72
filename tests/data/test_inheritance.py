"""A city that inherits: what it says itself counts, what it borrows is known, and a mistake is one line that names the file."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import data
from analysis.calibration.direct.recipe import Recipe
from analysis.presentation.words import LANGUAGES, Words
from analysis.report.borrowed import borrowed
from data.errors import InputError
from simulation.city import build_city, load_profile
from simulation.city_files import files_of, origins_record
from simulation.parameters import Parameters, default
from simulation.posterior.targets import Targets, shipped_targets
from simulation.registry import REGISTRY

LENDER = "tangsel"
ROW = {
    "value": 0.7, "se": 0.1, "distribution": "logitnormal", "bounds": [0.2, 0.95], "class": "measured", "evidence": ["F0259"],
    "method": "a poll of our own",
}  # fmt: skip
Write = Callable[..., None]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Writes a city's file into a copy of the data folder, which is read in place of the project's meanwhile."""
    for kind in ("cities", "estimates", "targets", "recipes"):
        shutil.copytree(data.path(kind), tmp_path / kind)

    def place(*parts: str) -> Path:
        return tmp_path.joinpath(*parts) if parts[0] != "default.yaml" else data.path(*parts)

    def file(kind: str, of: str, **content: Any) -> None:
        (tmp_path / kind / f"{of}.yaml").write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")

    caches = (load_profile, build_city, default)
    for cache in caches:
        cache.cache_clear()
    monkeypatch.setattr("data.lineage.path", place)
    yield file
    for cache in caches:
        cache.cache_clear()


def number(value: float) -> dict[str, Any]:
    return {"value": value, "source": "assumption"}


def refused(part: str, call: Callable[[], object], *parts: str) -> None:
    """One line that holds all parts, the file first."""
    with pytest.raises(InputError) as error:
        call()
    line = str(error.value)
    assert line.startswith(part) and "\n" not in line, line
    for part in parts:
        assert part in line


# Profiles


def test_what_a_profile_says_itself_counts_and_the_rest_is_borrowed(write: Write) -> None:
    """Guards: a number of the city's own that is overridden by its parent's, a borrowed one that passes for its own, and a lost row."""
    write(
        "cities",
        "kota",
        inherits=LENDER,
        name="Kota",
        adults=number(50_000),
        units={"kelurahan": {"counter": number(0.5)}},
    )
    write("cities", "desa", inherits="kota", name="Desa", money={"price_audit": number(9e6)})
    lender, kota, desa = (load_profile(name) for name in (LENDER, "kota", "desa"))
    assert (kota.title, kota.numbers["adults"], "code" in kota.numbers) == ("Kota", 50_000, False)
    counters = {u["kind"]: u["counter"] for u in kota.numbers["units"]}
    assert counters == {u["kind"]: u["counter"] for u in lender.numbers["units"]} | {"kelurahan": 0.5}
    assert kota.numbers["money"] == lender.numbers["money"] and kota.numbers["map"] == lender.numbers["map"]
    assert (kota.origins.own, kota.origins.borrowed) == (2, {LENDER: lender.origins.own - 2})
    assert desa.numbers["money"] == lender.numbers["money"] | {"price_audit": 9e6} and desa.numbers["adults"] == 50_000
    assert (desa.origins.own, desa.origins.borrowed) == (1, {"kota": 2, LENDER: 103})
    assert (lender.origins.own, lender.origins.borrowed) == (106, {})
    assert (
        len(desa.origins.assumed) == len(lender.origins.assumed) + 1
    )  # adults; price and counter were assumptions before


def test_a_list_of_rows_replaces_the_whole_and_the_map_of_other_places_goes(write: Write) -> None:
    """Guards: a city with its own kecamatan that is drawn on its parent's map."""
    rows = [{"name": n, "population": number(1e4), "kelurahan": number(3)} for n in ("Satu", "Dua")]
    units = {k: {"count": number(n)} for k, n in (("kecamatan", 2), ("kelurahan", 6), ("puskesmas", 2), ("school", 2))}
    write("cities", "kota", inherits=LENDER, name="Kota", kecamatan=rows, units=units)
    profile = load_profile("kota")
    assert [k["name"] for k in profile.numbers["kecamatan"]] == ["Satu", "Dua"] and "map" not in profile.numbers
    assert len(build_city("kota", 0.01).areas) == 6
    assert profile.origins.own == 8 and not [p for p in profile.origins.source if p.startswith("kecamatan.Serpong")]


def test_the_hash_of_a_city_covers_what_it_inherits(write: Write, tmp_path: Path) -> None:
    """Guards: a run that goes on after the parent's numbers changed, and a stamp of the parent that changes for nothing."""
    assert load_profile(LENDER).sha256 == hashlib.sha256(data.path("cities", f"{LENDER}.yaml").read_bytes()).hexdigest()
    write("cities", "kota", inherits=LENDER, name="Kota")
    write("estimates", "kota", inherits=LENDER)
    before, drawn = load_profile("kota").sha256, Parameters.load("kota").source_hash
    assert before != load_profile(LENDER).sha256 and drawn != Parameters.load(LENDER).source_hash
    for kind in ("cities", "estimates"):
        with (tmp_path / kind / f"{LENDER}.yaml").open("a", encoding="utf-8") as stream:
            stream.write("# changed\n")
    load_profile.cache_clear()
    assert load_profile("kota").sha256 != before and Parameters.load("kota").source_hash != drawn
    assert list(files_of("kota")) == [f"data/{k}/{c}.yaml" for k in ("cities", "estimates") for c in ("kota", LENDER)]


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        ({"inherits": "tangsle", "name": "K"}, ["inherits", "data/cities/tangsle.yaml", "did you mean 'tangsel'?"]),
        ({"inherits": "kota", "name": "K"}, ["inherits", "in a circle: kota, kota"]),
        ({"inherits": "desa", "name": "K"}, ["in a circle: kota, desa, kota"]),
        ({"inherits": ["tangsel"], "name": "K"}, ["inherits", "the name of one city"]),
        ({"inherits": LENDER}, ["name: missing"]),
        ({"inherits": LENDER, "name": "K", "aduls": number(1)}, ["aduls: unknown key; did you mean 'adults'?"]),
        ({"inherits": LENDER, "name": "K", "money": {"price_audits": number(1)}}, ["money.price_audits", "'price_audit'"]),
        ({"inherits": LENDER, "name": "K", "units": {"kelurahn": {}}}, ["units.kelurahn", "did you mean 'kelurahan'?"]),
        ({"inherits": LENDER, "name": "K", "units": 3.5}, ["units: found 3.5", "its source"]),
        ({"inherits": LENDER, "name": "K", "units": "none"}, ["units: found 'none'"]),
        ({"inherits": LENDER, "name": "K", "adults": 5000}, ["adults: found 5000", "source"]),
        ({"inherits": LENDER, "name": "K", "adults": {"value": 5000}}, ["adults: source: missing"]),
        ({"inherits": LENDER, "name": "K", "adults": {"value": "many", "source": "x"}}, ["adults.value: found 'many'"]),
        ({"inherits": LENDER, "name": "K", "adults": number(1) | {"sorce": "x"}}, ["adults.sorce", "'source'"]),
        ({"inherits": LENDER, "name": "K", "staff": number(1)}, ["staff: found", "mapping"]),
        ({"inherits": LENDER, "name": "K", "adults": {"men": number(1)}}, ["adults: found", "a number with its source"]),
    ],
)  # fmt: skip
def test_a_profile_with_a_fault_is_refused(write: Write, content: dict[str, Any], parts: list[str]) -> None:
    """Guards: a mistyped key whose number is the parent's after all, an endless chain, a traceback where a sentence is needed."""
    write("cities", "desa", inherits="kota", name="D")
    write("cities", "kota", **content)
    place = "data/cities/desa.yaml" if content["inherits"] == "desa" else "data/cities/kota.yaml"
    refused(place, lambda: load_profile("kota"), *parts)


def test_a_file_that_is_no_yaml_is_refused(write: Write, tmp_path: Path) -> None:
    """Guards: a traceback of the YAML library."""
    (tmp_path / "cities" / "kota.yaml").write_text("inherits: tangsel\nname: [", encoding="utf-8")
    refused("data/cities/kota.yaml:", lambda: load_profile("kota"), "not valid YAML")


# Estimates


def test_an_estimate_of_its_own_replaces_the_parents_whole_and_drops_its_joint_spread(write: Write) -> None:
    """Guards: joint draws of a value with another city's spread, and blocks that have nothing to do with it lost."""
    lender = Parameters.load(LENDER)
    write("estimates", "kota", inherits=LENDER, estimates={"use_start": ROW})
    kota = Parameters.load("kota")
    assert kota.table["use_start"].prior.a == 0.7 and kota.table["use_start"].evidence == ("F0259",)
    assert {n: p for n, p in kota.table.items() if n != "use_start"} == {
        n: p for n, p in lender.table.items() if n != "use_start"
    }
    assert [b[0] for b in lender.covariance] == [("use_start", "use_hazard"), ("scandal_size", "scandal_half_life")]
    assert [b[0] for b in kota.covariance] == [("scandal_size", "scandal_half_life")]
    assert kota.skm == lender.skm
    assert (kota.origins.own, kota.origins.borrowed, kota.origins.everywhere) == (1, {LENDER: 21}, len(REGISTRY) - 22)
    same = default(LENDER).draw(3, 5)
    for name in ("scandal_size", "scandal_half_life", "trust_level"):
        assert kota.draw(3, 5)[name] == same[name]


def test_a_block_of_its_own_stands_in_place_of_the_parents(write: Write) -> None:
    """Guards: two covariances of one parameter, and thresholds of the survey that mix two cities."""
    block = {"names": ["use_start", "use_hazard"], "matrix": [[0.04, 0.0], [0.0, 0.09]]}
    skm = yaml.safe_load(data.path("estimates", f"{LENDER}.yaml").read_text(encoding="utf-8"))["skm"]
    skm["elements"]["U1"]["loading"]["value"] = 0.5
    write("estimates", "kota", inherits=LENDER, covariance=[block], skm=skm)
    kota = Parameters.load("kota")
    assert sorted(b[0] for b in kota.covariance) == [("scandal_size", "scandal_half_life"), ("use_start", "use_hazard")]
    assert next(b[1] for b in kota.covariance if b[0][0] == "use_start")[1] == (0.0, 1.0)
    assert kota.skm["elements"]["U1"]["loading"]["value"] == 0.5


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        ({"inherits": "tangsle"}, ["inherits", "data/estimates/tangsle.yaml", "did you mean 'tangsel'?"]),
        ({"inherits": "kota"}, ["in a circle: kota, kota"]),
        ({"inherits": LENDER, "estimate": {}}, ["estimate: unknown key; did you mean 'estimates'?"]),
        ({"inherits": LENDER, "estimates": {"use_strat": ROW}}, ["estimates.use_strat: unknown parameter", "'use_start'"]),
        ({"inherits": LENDER, "estimates": {"use_start": {"value": 0.7}}}, ["estimates.use_start.se: missing"]),
        ({"inherits": LENDER, "estimates": {"use_start": 0.7}}, ["estimates.use_start: found 0.7"]),
        ({"inherits": LENDER, "estimates": {"use_start": ROW | {"value": "0,7"}}}, ["estimates.use_start.value: found '0,7'"]),
        ({"inherits": LENDER, "estimates": {"use_start": ROW | {"distribution": "norml"}}}, ["norml", "did you mean 'normal'?"]),
        ({"inherits": LENDER, "estimates": {"use_start": ROW | {"bound": []}}}, ["use_start.bound", "'bounds'"]),
        ({"inherits": LENDER, "covariance": [{"names": ["use_start"], "matrix": []}]}, ["covariance[0].matrix"]),
        ({"inherits": LENDER, "covariance": [{"names": ["use_strat"], "matrix": [[1.0]]}]}, ["covariance[0].names", "'use_start'"]),
        ({"estimates": {"use_start": ROW}}, ["skm: missing"]),
    ],
)  # fmt: skip
def test_estimates_with_a_fault_are_refused(write: Write, content: dict[str, Any], parts: list[str]) -> None:
    """Guards: a mistyped parameter that keeps the parent's value, half an estimate, a covariance of nothing."""
    write("estimates", "kota", **content)
    refused("data/estimates/kota.yaml: ", lambda: Parameters.load("kota"), *parts)


def test_a_city_without_estimates_is_told_how_to_borrow_them(write: Write) -> None:
    """Guards: another city's estimates taken silently, and a refusal that leaves people alone."""
    write("cities", "kota", inherits=LENDER, name="Kota")
    refused(
        "data/estimates/kota.yaml: no such file", lambda: Parameters.load("kota"), "inherits: tangsel",
        "asnlab calibrate --direct --city kota",
    )  # fmt: skip
    refused("city 'tangsell': no profile", lambda: Parameters.load("tangsell"), "did you mean 'tangsel'?")


def test_a_users_own_file_may_inherit_too(write: Write, tmp_path: Path) -> None:
    """Guards: files that only work inside the project."""
    mine = tmp_path / "mine.yaml"
    mine.write_text(yaml.safe_dump({"inherits": LENDER, "estimates": {"use_start": ROW}}), encoding="utf-8")
    found = Parameters.read(mine)
    assert (
        found.table["use_start"].prior.a == 0.7
        and found.table["use_hazard"] == Parameters.load(LENDER).table["use_hazard"]
    )


# Targets and recipes


def test_targets_are_inherited_replaced_and_left_out(write: Write, tmp_path: Path) -> None:
    """Guards: a target of the parent's that cannot be got rid of, and one left out by a mistyped name."""
    own = {"value": 0.5, "se": 0.02, "source": ["our own poll"]}
    write("targets", "kota", city="kota", inherits=LENDER, targets={"trusting": own, "report_rate": None})
    write("targets", "desa", city="desa", inherits="kota")
    lender = shipped_targets(LENDER)
    kota, desa = (Targets.load(tmp_path / "targets" / f"{name}.yaml") for name in ("kota", "desa"))
    assert kota.city == "kota" and kota.targets["trusting"].value == 0.5
    assert set(kota.targets) == set(desa.targets) == set(lender.targets) - {"report_rate"}
    assert desa.targets == kota.targets and kota.hash() != lender.hash()
    write("targets", "kota", city="kota", inherits=LENDER, targets={"report_rat": None})
    with pytest.raises(InputError, match=r"targets\.report_rat: .*did you mean 'report_rate'"):
        Targets.load(tmp_path / "targets" / "kota.yaml")
    write("targets", "kota", city="kota", inherits="tangsle")
    with pytest.raises(InputError, match=r"no data/targets/tangsle\.yaml; did you mean 'tangsel'"):
        Targets.load(tmp_path / "targets" / "kota.yaml")


def test_a_city_without_a_recipe_is_refused() -> None:
    """Guards: direct estimates of one city made from another's figures."""
    refused("data/recipes/kota.yaml: no such file", lambda: Recipe.load("kota"), "tangsel", "inherits: <city>")
    refused("data/recipes/tangsell.yaml", lambda: Recipe.load("tangsell"), "did you mean 'tangsel'?")


# What is said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_city_that_borrows_says_so(write: Write, lang: str) -> None:
    """Guards: another city's budget that is shown as its own, and sentences where nothing is borrowed."""
    assert borrowed(LENDER, Words(lang)) == []
    write("cities", "kota", inherits=LENDER, name="Kota <Contoh>", adults=number(50_000))
    write("estimates", "kota", inherits=LENDER, estimates={"use_start": ROW})
    profile, budget, estimates = borrowed("kota", Words(lang))
    for part in ("1 ", "106", "105 ", "Kota Tangerang Selatan", "Kota &lt;Contoh&gt;", "70 "):
        assert part in profile
    assert "Kota Tangerang Selatan" in budget and "Kota &lt;Contoh&gt;" in budget
    for part in (" 1 ", "21 ", f"{len(REGISTRY) - 22} ", f"{len(REGISTRY)} "):
        assert part in estimates
    assert origins_record("kota")["profile"] == {
        "numbers": 106,
        "own": 1,
        "borrowed": {LENDER: 105},
        "everywhere": 0,
        "assumed": 70,
    }
    write("cities", "kota", inherits=LENDER, name="Kota", money={"training_budget": number(4e9)})
    load_profile.cache_clear()
    assert len(borrowed("kota", Words(lang))) == 2
