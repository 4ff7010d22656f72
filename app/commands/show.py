"""`asnlab show`: the city month by month in a browser, from this machine alone."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from threading import Thread

from app.locale import say
from app.web.server import listen, quiet, serve

__all__ = ["show"]


def show(
    scenario: Path | None, policy: str | None, scale: float, seed: int | None, lang: str, port: int, browse: bool,
    prior: bool = False, posterior: Path | None = None,
) -> None:  # fmt: skip
    """Serve the page of a city until Ctrl-C.

    Raises:
        InputError: the scenario, the policy, the posterior or the port cannot be used.
    """
    with listen(port) as listening:
        from app.drawn import asked_for
        from app.web.choices import ShownCity, choose
        from simulation.mesa_face.arguments import load_scenario

        assumed = load_scenario(scenario)
        choices = choose(assumed, lang, scale, seed, policy, asked_for(assumed.city, prior, posterior))
        # Compiled now, where it can be told: the first visitor would wait before an empty page.
        choices.first()
        with quiet(f"asnlab: {choices.profile.title}"):
            from app.web import page

            page.open_with(choices)

            def ready(url: str) -> None:
                print(say(lang, "opening", url=url), flush=True)
                if browse:
                    Thread(target=webbrowser.open, args=(url,), daemon=True).start()

            serve(listening, lang, ready, ShownCity.closing)
    print(say(lang, "shown_stopped"))
