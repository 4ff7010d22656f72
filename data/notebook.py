"""How objects show themselves in a notebook: a caption and a small table, everything escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

__all__ = ["table"]


def table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[object]], note: str = "") -> str:
    """A table as HTML for `_repr_html_`.

    Args: caption, a line above, or none; columns, names of the columns, none for a table without a head; rows, cells; note, a line below.
    """
    head = f"<thead><tr>{''.join(f'<th>{escape(name)}</th>' for name in columns)}</tr></thead>" if columns else ""
    body = "".join(f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>" for row in rows)
    below = f"<p>{escape(note)}</p>" if note else ""
    above = f"<p><b>{escape(caption)}</b></p>" if caption else ""
    return f"{above}<table>{head}<tbody>{body}</tbody></table>{below}"
