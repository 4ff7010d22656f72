"""What a city borrows from others, stated wherever its results appear, so that nobody mistakes another city's numbers for its own."""

from __future__ import annotations

from markupsafe import Markup

from analysis.presentation.words import Words
from data.origins import Origins
from simulation.city import load_profile
from simulation.parameters import default

__all__ = ["borrowed"]

BUDGET = "money.training_budget"


def borrowed(city: str, words: Words) -> list[Markup]:
    """Sentences on how many numbers of profile and estimates are the city's own, borrowed and assumed; none where it borrows nothing.

    Raises: InputError when the city has no profile or no estimates.
    """
    profile, estimates = load_profile(city), default(city).origins
    if not profile.origins.borrowed and not estimates.borrowed:
        return []
    found = [_said("profile", profile.origins, profile.title, words)]
    budget_of = profile.origins.source.get(BUDGET, city)
    if budget_of != city:
        found.append(words.html("borrowed.budget", city=profile.title, lender=load_profile(budget_of).title))
    return [*found, _said("estimates", estimates, profile.title, words)]


def _said(kind: str, origins: Origins, city: str, words: Words) -> Markup:
    lent = [
        words.text("borrowed.lent", count=count, lender=load_profile(lender).title)
        for lender, count in origins.borrowed.items()
    ]
    return words.html(
        f"borrowed.{kind}", city=city, own=origins.own, total=len(origins.source), everywhere=origins.everywhere,
        lent=", ".join(lent) or words.text("borrowed.nothing_lent"), assumed=len(origins.assumed),
    )  # fmt: skip
