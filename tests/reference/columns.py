"""Objects into columns and back, by the engine's names and types: for comparing the two, and for starting from a state of either."""

from __future__ import annotations

from typing import Any

import numpy as np

CITIZEN = ("demand", "alpha", "trust", "expected", "lived", "belief")
ENV = {
    "NEWS": "news", "MOOD": "mood", "OPEN": "open", "USUAL_OPEN": "usual_open", "RATE": "rate", "VOICED": "voiced", "OWED": "owed",
    "INFORMED": "informed", "TOLD": "told", "FOLLOWED": "followed", "REVISIONS": "revisions", "REVISED_WRONGLY": "revised_wrongly",
    "KEPT_WRONGLY": "kept_wrongly",
}  # fmt: skip
STOCKS = ("base", "applied", "idle", "behaviour", "used", "plan")  # a row a person, a column a domain; of plan a month


def of_engine(engine: Any) -> dict[str, Any]:
    """A copy of every column of the engine's state."""
    from simulation.engine.columns import Env, Ref

    state = engine.state
    found = {name: np.array(getattr(state, name)) for name in (*STOCKS, "pull", "payments", "asks")}
    found["table"] = np.stack([state.table.T >> np.uint64(20 * k) & np.uint64(2**20 - 1) for k in range(3)], axis=-1)
    found |= {f"citizens.{name}": np.array(getattr(state.citizens, name)) for name in CITIZEN}
    for group in ("staff", "units", "programmes"):
        records = getattr(state, group)
        found |= {f"{group}.{name}": np.array(records[name]) for name in records.dtype.names}
    found |= {f"env.{name}": state.env[getattr(Env, name)].copy() for name in Env._fields}
    found |= {f"ref.{name}": state.ref[getattr(Ref, name)].copy() for name in Ref._fields}
    return found


def of_city(city: Any, types: dict[str, Any]) -> dict[str, Any]:
    """The same columns of a reference city; types: columns of an engine, whose types are taken."""
    found: dict[str, Any] = {}
    for name, like in types.items():
        group, _, field = name.rpartition(".")
        found[name] = np.array(values(city, group, field), dtype=like.dtype)
    return found


def values(city: Any, group: str, field: str) -> Any:
    """A column as a list of Python numbers."""
    match group:
        case "citizens":
            return [getattr(who, field) for who in city.citizens]
        case "staff":
            return [who.job.code if field == "job" else getattr(who, field) for who in city.staff]
        case "units" | "programmes":
            return [getattr(one, field) for one in getattr(city, group)]
        case "env":
            return getattr(city, ENV[field])
        case "ref":
            return getattr(city.normally, field.lower())
    if field in STOCKS:
        return [getattr(who, field) for who in city.staff]
    if field == "pull":
        return [k.pull for k in city.kecamatan]
    if field == "payments":
        return city.payments
    return city.survey.table if field == "table" else city.nature.factor


def put(city: Any, columns: dict[str, Any]) -> None:
    """Give a reference city the state of these columns."""
    for name, column in columns.items():
        group, _, field = name.rpartition(".")
        given = column.tolist()
        match group:
            case "citizens" | "units" | "programmes":
                for one, value in zip(getattr(city, group), given, strict=True):
                    setattr(one, field, value)
            case "staff" if field not in ("job", "status"):  # a post keeps its class
                for one, value in zip(city.staff, given, strict=True):
                    setattr(one, field, value)
            case "env":
                setattr(city, ENV[field], given)
            case "ref":
                setattr(city.normally, field.lower(), given)
            case "":
                put_stock(city, field, given)


def put_stock(city: Any, field: str, given: Any) -> None:
    """Columns that are no field of a record."""
    if field in STOCKS:
        for one, value in zip(city.staff, given, strict=True):
            setattr(one, field, value)
    elif field == "pull":
        for kecamatan, value in zip(city.kecamatan, given, strict=True):
            kecamatan.pull = value
    elif field == "payments":
        city.payments = given
    elif field == "table":
        city.survey.table = given
