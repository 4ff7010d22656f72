"""Estimates that need no simulation, taken directly from published evaluation data."""
