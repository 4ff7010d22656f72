"""Estimates that need no simulation: what published evaluation data give directly."""
