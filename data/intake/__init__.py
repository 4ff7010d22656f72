"""Users' own files: CSV and Excel read by column names in English or Indonesian, checked, and freed of personal data."""

from __future__ import annotations

from data.intake.days import read_days
from data.intake.kinds import FILE_KINDS, FileKind
from data.intake.notes import Note
from data.intake.read import Intake, read_file

__all__ = ["FILE_KINDS", "FileKind", "Intake", "Note", "read_days", "read_file"]
