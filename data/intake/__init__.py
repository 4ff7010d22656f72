"""Users' own files: CSV and Excel read by column names in English or Indonesian, checked, and freed of personal data."""

from __future__ import annotations

from data.intake.columns import KINDS
from data.intake.days import read_days
from data.intake.read import Intake, Note, read_file

__all__ = ["KINDS", "Intake", "Note", "read_days", "read_file"]
