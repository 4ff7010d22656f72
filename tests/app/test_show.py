"""What `asnlab show` puts on its page, and how it refuses: everything but the browser (see test_show_in_a_browser.py).

Guards: a tile with another kecamatan's number, a control that makes another city than it says, Solara loaded where it spoils inline
plots, levers that Mesa's SolaraViz cannot pass on, an option that is refused with a traceback.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.web import tiles
from app.web.choices import Choices, ShownCity, choose
from app.web.server import Guarded
from data.errors import InputError
from simulation import CityModel
from simulation.city import load_profile

MAP = [["Serpong Utara", "Pondok Aren", ""], ["Serpong", "Ciputat", "Ciputat Timur"], ["Setu", "Pamulang", ""]]


@pytest.fixture(scope="module")
def choices() -> Choices:
    return choose(policy="integrated", seed=7)


def city(choices: Choices, **changed: Any) -> ShownCity:
    """The city of the controls as they stand, with some moved."""
    values = {name: c["value"] if isinstance(c, dict) else c for name, c in choices.controls().items()}
    return ShownCity(**{**values, **{name: spaced(value) for name, value in changed.items()}})


def spaced(value: Any) -> Any:
    """Per cent signs keep to their numbers by a no-break space."""
    return value.replace(" %", "\N{NO-BREAK SPACE}%") if isinstance(value, str) else value


def test_the_controls_make_the_city_they_name(choices: Choices) -> None:
    shown = city(choices, budget="150 %", hours="30", share="2 %", draw=4, seed=9)
    plain = CityModel(None, "integrated", draw=4, seed=9, scale=0.02, budget_factor=1.5, training__hours_per_person=30)
    for _ in range(3):
        shown.step()
        plain.step()
    assert shown.history.equals(plain.history) and shown.policy == plain.policy and not shown.refused


@pytest.mark.parametrize("lang", ["en", "id"])
def test_every_policy_can_be_chosen_by_its_title(lang: str) -> None:
    choices = choose(lang=lang)
    listed = choices.controls()["policy"]["values"]
    assert [getattr(p.title, lang) for p in choices.scenario.policies] == listed
    for title, policy in choices.policies.items():
        assert city(choices, policy=title, share=choices.words.percent(0.01)).policy == policy


def test_two_policies_of_one_title_are_told_apart(choices: Choices) -> None:
    first, second = choices.scenario.policies[:2]
    twice = choices.scenario.with_(policies=(first, second.model_copy(update={"title": first.title})))
    assert list(Choices(twice).policies) == [f"Today's practice ({first.name})", f"Today's practice ({second.name})"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"scenario": "scenarios/tngsel.yaml"}, "scenarios/tngsel.yaml: no such file"),
        ({"policy": "integratd"}, "did you mean 'integrated'?"),
        ({"scale": 2}, "scale: found 2"),
        ({"seed": -1}, "seed: found -1"),
        ({"lang": "fr"}, "lang: 'fr'"),
    ],
)
def test_what_cannot_be_opened_is_refused(given: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError, match=re.escape(told)) as caught:
        choose(**given)
    assert "\n" not in str(caught.value)


def test_a_plan_that_costs_too_much_is_shown_without_its_levers(choices: Choices) -> None:
    shown = city(choices, policy="All, with half as much again", budget="50 %")
    assert "its items cost" in shown.refused and "\n" not in shown.refused
    assert shown.policy == choices.scenario.policy("integrated_plus")


def test_a_city_does_not_move_on_while_the_server_closes(choices: Choices, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = city(choices)
    monkeypatch.setattr(type(shown.closing), "is_set", lambda self: True)
    shown.step()
    assert shown.month == 0 and not shown.running


def test_tiles_hold_what_the_agents_hold(choices: Choices) -> None:
    """The quick sums over rows against Mesa's own groupby over agents."""
    model = city(choices)
    model.step()
    trust, lived, competence = (tiles.seen(model, measure) for measure in tiles.MEASURES)
    people = model.citizens.groupby("kecamatan")
    staff = model.civil_servants.groupby("kecamatan")
    for k, name in enumerate(model.kecamatan_names[:-1]):
        assert trust[k, 0] == pytest.approx(100 * people.groups[name].agg("trust", np.mean))
        assert lived[k, 0] == pytest.approx(people.groups[name].agg("lived", np.mean))
        assert competence[k, 0] == pytest.approx(staff.groups[name].agg("competence", np.mean))
        assert (trust[k, 1], competence[k, 1]) == (len(people.groups[name]), len(staff.groups[name]))
    assert competence[:, 1].sum() < len(model.civil_servants), "units of the whole city lie in no kecamatan"


def test_the_map_is_laid_out_as_the_profile_says(choices: Choices) -> None:
    profile = load_profile("tangsel")
    assert tiles.placed(profile) == [(y, x, n) for y, row in enumerate(MAP, 1) for x, n in enumerate(row, 1) if n]
    drawn = tiles.draw(city(choices), tiles.MEASURES[0], city(choices).start["map_trust"], choices.words)
    assert re.search(r"grid-area: 2 / 3\">\s*<div class=\"tile-name\">Ciputat Timur<", drawn)
    part = {"map": [["Setu"], ["", "Serpong"]], "kecamatan": profile.numbers["kecamatan"]}
    below = tiles.placed(replace(profile, numbers=part))
    assert below[:2] == [(1, 1, "Setu"), (2, 2, "Serpong")] and {y for y, _, _ in below[2:]} == {3, 4}
    assert len({name for _, _, name in below}) == len(below) == 7


@pytest.mark.parametrize(
    ("rows", "told"),
    [([["Serpnog"]], "'Serpnog': no kecamatan; did you mean 'Serpong'?"), ([["Setu", "Setu"]], "'Setu': stands twice")],
)
def test_a_wrong_map_is_refused(rows: list[list[str]], told: str) -> None:
    profile = load_profile("tangsel")
    with pytest.raises(InputError, match=re.escape(f"cities/tangsel.yaml: map: {told}")):
        tiles.placed(replace(profile, numbers={**profile.numbers, "map": rows}))


def test_tones_are_fixed_by_the_start() -> None:
    assert [tiles.tone(v, 60.0, 10.0) for v in (0, 50, 55, 60, 66, 70, 100)] == [0, 0, 1, 2, 4, 4, 4]
    assert tiles.tone(float("nan"), 60.0, 10.0) == 0
    css = (Path(tiles.__file__).parent / "tiles.css").read_text(encoding="utf-8")
    assert [f".tone{t} " in css for t in range(tiles.TONES + 1)] == [True] * tiles.TONES + [False]


def test_letters_on_tiles_can_be_read() -> None:
    """WCAG AA: letters differ from their tone by at least 4.5 to 1."""
    css = (Path(tiles.__file__).parent / "tiles.css").read_text(encoding="utf-8")
    pairs = re.findall(r"\.tone\d \{ background: #(\w{6}); color: #(\w{6}); \}", css)
    assert len(pairs) == tiles.TONES

    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for pair in pairs:
        low, high = sorted(light(colour) for colour in pair)
        assert (high + 0.05) / (low + 0.05) >= 4.5, pair


def test_pages_carry_their_language_and_refuse_the_outside() -> None:
    """In two parts, as servers send long pages: the length that is told must be that of the whole page."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        start = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", b"20")]
        await send({"type": "http.response.start", "status": 200, "headers": start})
        await send({"type": "http.response.body", "body": b"<html><p>a", "more_body": True})
        await send({"type": "http.response.body", "body": b"b</p></html>"})

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(Guarded(app, "id")({"type": "http"}, None, send))
    start, body = sent
    headers = dict(start["headers"])
    assert body["body"] == b'<html lang="id"><p>ab</p></html>' and headers[b"content-length"] == b"32"
    assert headers[b"content-security-policy"].startswith(b"default-src 'self'")


WITHOUT_SOLARA = """
import importlib, os, pkgutil, sys
import simulation, analysis, app
for package in (simulation, analysis, app):
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if found.name not in ("app.web.city", "app.web.page"):
            importlib.import_module(found.name)
assert "app.commands.show" in sys.modules and "mesa" in sys.modules
assert not {"solara", "reacton", "ipyvuetify"} & set(sys.modules), "loaded"
assert "MPLBACKEND" not in os.environ
import matplotlib
assert matplotlib.rcParams._get("backend") is matplotlib.rcsetup._auto_backend_sentinel, "a backend was chosen"
"""

# SolaraViz on the model itself, as in Mesa's tutorial, with levers as controls.
IN_SOLARAVIZ = """
from app.web.server import quiet
with quiet("a test"):
    import ipyvuetify, solara
    from mesa.visualization import Slider, SolaraViz, make_plot_component
    from simulation import CityModel
    model = solara.reactive(CityModel())
    params = {"policy": "integrated", "training__hours_per_person": Slider("Hours", 20, 10, 40, 10), "draw": 3}
    page = SolaraViz(model, components=[make_plot_component("trust")], model_params=params)
    box, shown = solara.render(solara.AppLayout(children=[page]), handle_error=False)
    def press(label):
        shown.find(ipyvuetify.Btn, children=[label]).widget.click()
    first = model.value
    press("Step")
    press("Step")
    assert first.month == 2
    shown.find(ipyvuetify.Slider, label="Hours").widget.v_model = 40
    press("Reset")
    now = model.value
    assert now is not first and now.month == 0 and now.draw == 3
    assert now.policy.name == "integrated" and now.policy.training.hours_per_person == 40
"""


@pytest.mark.parametrize("code", [WITHOUT_SOLARA, IN_SOLARAVIZ], ids=["without Solara", "in SolaraViz"])
@pytest.mark.slow
def test_in_a_process_of_its_own(root: Path, code: str) -> None:
    """Importing Solara sets matplotlib's backend, and inline plots of a notebook would no longer appear."""
    outside = {k: v for k, v in os.environ.items() if k != "MPLBACKEND"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, env=outside, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--policy", "integratd"], "did you mean 'integrated'?"),
        (["--scale", "0"], "'--scale'"),
        (["--port", "70000"], "'--port'"),
        (["--lang", "fr"], "'fr'"),
        (["--port", "{taken}"], "port {taken}: in use by another program; give another with --port"),
    ],
)
@pytest.mark.slow
def test_what_cannot_be_shown_is_refused_in_one_line(root: Path, arguments: list[str], told: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = str(other.getsockname()[1])
        words = [a.replace("{taken}", taken) for a in arguments]
        done = subprocess.run(
            [sys.executable, "-m", "app.cli", "show", "--no-open", *words],
            cwd=root, capture_output=True, text=True, timeout=300,
        )  # fmt: skip
    assert done.returncode == 2 and done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1 and told.replace("{taken}", taken) in done.stderr
