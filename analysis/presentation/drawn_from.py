"""What runs drew their parameters from, in the words of a language: for captions, figures and pages."""

from __future__ import annotations

from analysis.presentation.words import Words
from simulation.city import load_profile
from simulation.posterior.parameter_source import ParameterSource

__all__ = ["drawn_from"]


def drawn_from(source: ParameterSource, words: Words) -> str:
    """Such as "the posterior of Kota Tangerang Selatan"; with its hash for one's own, and what own evaluations moved.

    A word says where only a canary speaks for it.
    """
    text = words.text(f"drawn_from.{source.origin}", city=load_profile(source.city).title, hash=source.short_hash)
    found = source.posterior.taught if source.posterior is not None else None
    if found is not None:
        keys = ("before", "sd_before", "after", "sd_after")
        moved = [
            words.text(
                "drawn_from.moved",
                name=name,
                **{k: words.number(v) for k, v in zip(keys, found.moved(name), strict=True)},
            )
            for name in found.prior
        ]
        text = words.text("drawn_from.taught", source=text, count=len(found.studies), moved="; ".join(moved))
    return words.text("drawn_from.canary", source=text) if source.canary else text
