"""What runs drew their parameters from, in the words of a language: for captions, figures and pages."""

from __future__ import annotations

from analysis.presentation.words import Words
from simulation.city import load_profile
from simulation.posterior.parameter_source import ParameterSource

__all__ = ["drawn_from"]


def drawn_from(source: ParameterSource, words: Words) -> str:
    """Such as "the posterior of Kota Tangerang Selatan"; with its hash for one's own, and a word where only a canary speaks for it."""
    text = words.text(f"drawn_from.{source.origin}", city=load_profile(source.city).title, hash=source.short_hash)
    return words.text("drawn_from.canary", source=text) if source.canary else text
