"""`asnlab show` as a planner meets it: the real command, a real browser, Mesa's SolaraViz, no internet.

Guards: a page that stays blank, a map or curve that does not follow the months, controls that change nothing, a visitor who sees another's
city, files fetched from outside, something written into the home folder, a server that cannot be stopped or leaves a process behind.

Without Chromium these tests are skipped, except where ASNLAB_NEED_BROWSER is set: there they fail.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from playwright import sync_api

from simulation.engine.compiled import CACHE

expect = sync_api.expect

KECAMATAN = {"Serpong", "Serpong Utara", "Pondok Aren", "Ciputat", "Ciputat Timur", "Pamulang", "Setu"}
SECONDS = 60  # to wait for what must come: a busy machine is slow
# Every address that the server looks up or connects to, written down by Python itself.
WATCHED = """
import os, sys
def hear(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        with open(os.environ["CONNECTIONS"], "a") as log:
            print(repr(args[0] if event == "socket.getaddrinfo" else args[1]), file=log)
sys.addaudithook(hear)
"""


class Show(NamedTuple):
    """A running `asnlab show`."""

    process: subprocess.Popen[str]
    url: str
    home: Path
    connections: Path


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        said = "no Chromium: on Debian, apt-get install --no-install-recommends chromium"
        if os.environ.get("ASNLAB_NEED_BROWSER"):
            pytest.fail(said)
        pytest.skip(said)
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found)
        yield running
        running.close()


@pytest.fixture(scope="module")
def show(browser: Any, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Show]:
    """The command with an empty home, on a free port, in a process group of its own."""
    place = tmp_path_factory.mktemp("show")
    home, connections = place / "home", place / "connections"
    home.mkdir()
    connections.touch()
    (place / "sitecustomize.py").write_text(WATCHED, encoding="utf-8")
    outside = {k: v for k, v in os.environ.items() if not k.startswith(("SOLARA", "XDG"))}
    environment = {
        **outside, "PYTHONPATH": f"{place}{os.pathsep}{root}", "HOME": str(home), "ASNLAB_CACHE": str(CACHE.parent),
        "CONNECTIONS": str(connections),
    }  # fmt: skip
    with open(place / "errors", "w+", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "show", "--no-open", "--port", "0"],
            cwd=place, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True, start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )  # fmt: skip
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            errors.seek(0)
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            assert found, line + errors.read()
            yield Show(process, found.group(), home, connections)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


class Visit:
    """One visitor's page, with everything that went wrong on it."""

    def __init__(self, browser: Any, url: str) -> None:
        self.page = browser.new_page(viewport={"width": 1400, "height": 1000})
        self.page.set_default_timeout(1000 * SECONDS)
        self.wrong: list[str] = []
        self.page.on("console", lambda m: self.wrong.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("requestfailed", lambda request: self.wrong.append(f"failed: {request.url}"))
        self.page.on("response", lambda r: self.wrong.append(f"{r.status}: {r.url}") if r.status >= 400 else None)
        self.page.on("request", self._local)
        self.page.on("websocket", self._local)
        self.page.goto(url)
        self.month(0)

    def _local(self, request: Any) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob") and address.hostname != "127.0.0.1":
            self.wrong.append(f"outside: {request.url}")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def month(self, month: int) -> None:
        """Wait until this month is shown."""
        expect(self.page.get_by_text(f"Month {month} of 60")).to_be_visible(timeout=1000 * SECONDS)

    def pick(self, label: str, value: str) -> None:
        """Choose from the list below a label."""
        self.page.get_by_role("button", name=re.compile(f"^{re.escape(label)}")).click()
        self.page.get_by_role("option", name=value, exact=True).click()

    def curves(self) -> list[Any]:
        """Width in pixels and source of each drawing."""
        found = self.page.locator("main img, .vue-grid-item img")
        expect(found).to_have_count(3, timeout=1000 * SECONDS)
        drawn: list[Any] = found.evaluate_all(
            "async all => Promise.all(all.map(async i => (await i.decode(), [i.naturalWidth, i.src])))"
        )
        return drawn

    def trust(self) -> list[str]:
        """The level on each tile of the map."""
        return [str(text) for text in self.page.locator(".tile-level").all_inner_texts()]


@pytest.fixture(scope="module")
def visit(browser: Any, show: Show) -> Iterator[Visit]:
    """One page for all tests: opening it takes most of their time."""
    visitor = Visit(browser, show.url)
    yield visitor
    visitor.page.close()


def test_the_city_follows_the_months_and_the_controls(visit: Visit) -> None:
    assert set(visit.page.locator(".tile-name").all_inner_texts()) == KECAMATAN
    expect(visit.page.get_by_text("Parameters drawn from the posterior of Kota Tangerang Selatan")).to_be_visible()
    start, map_at_start = visit.curves(), visit.trust()
    assert all(width > 100 for width, _ in start)
    visit.press("Step")
    visit.month(1)
    assert all(now[1] != before[1] for now, before in zip(visit.curves(), start, strict=True))
    first = visit.trust()
    assert len(first) == 7 and first != map_at_start
    visit.pick("The map shows", "Experience at the counter (citizens' running mean)")
    expect(visit.page.locator(".tile-level").first).to_contain_text("SD")
    visit.pick("Policy", "Citizen feedback and forums")
    visit.press("Reset")
    visit.month(0)
    expect(visit.page.locator(".tile-level").first).to_contain_text("SD")  # still what was chosen
    expect(visit.page.locator(".city-month")).to_contain_text("Citizen feedback and forums")
    visit.press("▶")
    some_month = re.compile(r"Month (?!0 |1 )\d+ of 60")
    expect(visit.page.get_by_text(some_month)).to_be_visible(timeout=1000 * SECONDS)
    try:
        visit.page.get_by_role("button", name="❚❚", exact=True).click(timeout=10_000)
        expect(visit.page.get_by_role("button", name="▶", exact=True)).to_be_visible()
    except sync_api.TimeoutError:
        visit.month(60)  # a busy machine shows some months only, and was through before it could be stopped
    assert not visit.wrong


def test_each_visitor_has_a_city_of_their_own(visit: Visit, browser: Any, show: Show) -> None:
    visit.press("Reset")
    visit.month(0)
    visit.press("Step")
    visit.month(1)
    other = Visit(browser, show.url)  # waits for month 0
    assert not visit.wrong + other.wrong
    assert other.page.locator("html").get_attribute("lang") == "en"
    # Were a part of the page ever to ask the outside, the browser would refuse.
    asked = "new Promise(done => {addEventListener('securitypolicyviolation', e => done(e.blockedURI)); fetch('http://192.0.2.1/x')})"
    assert other.page.evaluate(f"() => {asked}").startswith("http://192.0.2.1")
    other.page.close()


def test_a_plan_that_is_not_possible_says_why(visit: Visit) -> None:
    visit.pick("Policy", "All, with half as much again")
    visit.pick("Budget, share of today's", "50 %")
    visit.press("Reset")
    expect(visit.page.get_by_text("its items cost")).to_be_visible(timeout=1000 * SECONDS)
    visit.pick("Budget, share of today's", "100 %")
    visit.press("Reset")
    expect(visit.page.get_by_text("its items cost")).to_have_count(0, timeout=1000 * SECONDS)
    assert not visit.wrong


def test_ctrl_c_stops_it_while_a_page_is_open(visit: Visit, show: Show) -> None:
    """The last test of this file: nothing is left, nothing was written at home, nobody outside was asked."""
    visit.press("▶")
    show.process.send_signal(signal.SIGINT)
    rest, _ = show.process.communicate(timeout=SECONDS)
    assert show.process.returncode == 0 and rest.strip() == "stopped"
    with pytest.raises(ProcessLookupError):
        os.killpg(show.process.pid, 0)
    assert "Traceback" not in (show.home.parent / "errors").read_text(encoding="utf-8")
    # matplotlib and IPython keep their caches; an identity of Solara would lie beside them.
    assert {entry.name for entry in show.home.iterdir()} <= {".cache", ".config", ".ipython"}
    asked = set(show.connections.read_text(encoding="utf-8").splitlines())
    assert not [address for address in asked if "127.0.0.1" not in address]
