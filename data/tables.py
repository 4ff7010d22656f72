"""Find and load the project's tables; read a user's own CSV with errors that name line and column."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from data.errors import InputError, nearest

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa

__all__ = ["load", "names", "path", "read_csv_for_people"]

HERE = Path(__file__).resolve().parent


def path(*parts: str) -> Path:
    """Path of a file or folder inside the data package, for example `path("cities", "tangsel.yaml")`."""
    return HERE.joinpath(*parts)


def names() -> list[str]:
    """Names of the tables, in alphabetical order."""
    return sorted(file.stem for file in HERE.glob("*.csv"))


def load(name: str) -> pd.DataFrame:
    """Table `name`, checked against its schema.

    Returns:
        One row a fact. `attrs["sources"]`: the rows of sources.csv that this table cites;
        `attrs["sha256"]`: hash of the file's bytes. A fresh copy at every call.

    Raises:
        InputError: no such table, or the file does not fit its schema.
    """
    table, digest = _read(name)
    if name == "sources":
        cited = table
    else:
        sources, _ = _read("sources")
        unknown = set(table["source"]) - set(sources["source"])
        if unknown:
            raise InputError(f"data/{name}.csv: source '{min(unknown)}' is not a row of sources.csv")
        cited = sources[sources["source"].isin(table["source"])]
    from data.attached import Sources

    table.attrs = {"sources": Sources(cited.reset_index(drop=True)), "sha256": digest}
    return table


def read_csv_for_people(file: str | Path, schema: pa.DataFrameSchema | str) -> pd.DataFrame:
    """A user's own CSV, checked against a schema or a template's name (see data/templates/README.md).

    Raises:
        InputError: one line that names file, line and column, what was found and what is allowed.
    """
    from data.reading import read_checked
    from data.schemas import TEMPLATES

    if isinstance(schema, str):
        if schema not in TEMPLATES:
            raise InputError(_no_such("template", schema, list(TEMPLATES)))
        schema = TEMPLATES[schema]
    return read_checked(Path(file), schema, file_label=str(file))


def _read(name: str) -> tuple[pd.DataFrame, str]:
    from data.reading import read_checked
    from data.schemas import TABLES

    if name not in TABLES or name not in names():
        raise InputError(_no_such("table", name, names()))
    file = path(f"{name}.csv")
    return read_checked(file, TABLES[name], file_label=f"data/{name}.csv"), hashlib.sha256(
        file.read_bytes()
    ).hexdigest()


def _no_such(kind: str, name: str, allowed: list[str]) -> str:
    near = nearest(name, allowed)
    return f"data: no {kind} '{name}'; allowed: {', '.join(allowed)}" + (f"; did you mean '{near}'?" if near else "")
