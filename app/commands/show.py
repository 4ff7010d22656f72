"""`asnlab show`: the city month by month in a browser, from this machine alone."""

from __future__ import annotations

from pathlib import Path

from app.locale import say
from app.web.choices import choose
from app.web.server import listen, quiet, serve

__all__ = ["show"]


def show(
    scenario: Path | None, policy: str | None, scale: float, seed: int | None, lang: str, port: int, browse: bool
) -> None:
    """Serve the page of a city until Ctrl-C.

    Raises:
        InputError: the scenario, the policy or the port cannot be used.
    """
    choices = choose(scenario, lang, scale, seed, policy)
    with listen(port) as listening:
        # Compiled now, where it can be told: the first visitor would wait before an empty page.
        choices.first()
        with quiet(f"asnlab: {choices.profile.title}"):
            from app.web import page

            page.open_with(choices)
            serve(listening, lang, lambda url: print(say(lang, "opening", url=url), flush=True), browse)
    print(say(lang, "shown_stopped"))
