"""Shape of every table (pandera): columns, types, allowed values. One schema a table, named as its file."""

from __future__ import annotations

import pandera.pandas as pa

from data.schemas.evidence import EVIDENCE
from data.schemas.surveys import SURVEYS
from data.schemas.templates import ELEMENTS, TEMPLATES

__all__ = ["ELEMENTS", "TABLES", "TEMPLATES"]

TABLES: dict[str, pa.DataFrameSchema] = {str(schema.name): schema for schema in (*EVIDENCE, *SURVEYS)}
"""Schemas of the project's own tables, by table name."""
