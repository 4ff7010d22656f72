"""Read what is declared once: notes on the annotations of a class, by attribute and in order.

Levers (`simulation.policy`), outcomes (`simulation.outcomes`) and parameters (`simulation.registry`) are attributes of a class with
`Annotated[float, Note(...)]`: the name of the attribute is the name everywhere, for type checkers too, and every list is made from it.
"""

from __future__ import annotations

from typing import Annotated, TypeVar, get_args, get_origin, get_type_hints

Note = TypeVar("Note")


def declared(owner: type, kind: type[Note]) -> dict[str, Note]:
    """The note of that kind on each attribute that a class itself declares. Raises TypeError for an attribute without one."""
    notes: dict[str, Note] = {}
    for name, hint in get_type_hints(owner, include_extras=True).items():
        found = [n for n in get_args(hint)[1:] if isinstance(n, kind)] if get_origin(hint) is Annotated else []
        if len(found) != 1:
            raise TypeError(f"{owner.__name__}.{name}: declare it as Annotated[..., {kind.__name__}(...)]")
        notes[name] = found[0]
    return notes
