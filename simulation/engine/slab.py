"""One aligned slab for all columns of a state, so that one copy restores it.

Each policy starts from such a copy: restoring column by column would be slower and could miss a column.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from simulation.engine.records import UInt8s

ALIGN = 128  # bytes: two cache lines, so that no two columns share one

Column = tuple[str, npt.DTypeLike, tuple[int, ...]]  # name, type, shape
Place = tuple[int, npt.DTypeLike, tuple[int, ...]]  # offset [bytes], type, shape


def slab_layout(columns: list[Column]) -> tuple[dict[str, Place], int]:
    """Offsets of columns in a slab, each at a multiple of ALIGN bytes; the second value is the size in bytes."""
    offset = 0
    places: dict[str, Place] = {}
    for name, dtype, shape in columns:
        places[name] = (offset, dtype, shape)
        size = int(np.prod(shape)) * np.dtype(dtype).itemsize
        offset += -(-size // ALIGN) * ALIGN
    return places, offset


def aligned(size: int) -> UInt8s:
    """A zeroed uint8 buffer that starts at a multiple of ALIGN bytes."""
    raw = np.zeros(size + ALIGN, dtype=np.uint8)
    start = -raw.ctypes.data % ALIGN
    return raw[start : start + size]


def view(raw: UInt8s, place: Place) -> npt.NDArray[np.generic]:
    """A column of the slab as an array; a record array when its type has fields."""
    offset, dtype, shape = place
    kind = np.dtype(dtype)
    size = int(np.prod(shape)) * kind.itemsize
    column = raw[offset : offset + size].view(kind).reshape(shape)
    return column.view(np.recarray) if kind.names else column
