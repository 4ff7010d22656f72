"""Correlation of the errors of targets that share an office, a poll, a wave or a way to the city, as a block of the targets file.

    correlations:
      - names: [paid_school, paid_health]
        matrix: [[1.0, 0.4], [0.4, 1.0]]   # of error and discrepancy together, on the scales of the moments
        note: one survey, brought from the nation to the city by the same step

Targets that no block names have errors of their own. A target stands in one block at most.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable

import numpy as np
from pydantic import Field

from data.errors import nearest
from simulation.blocks import Block
from simulation.engine.records import Float64s

__all__ = ["Correlation", "correlation_fault", "error_root", "kept"]

SAME = 1e-9  # two entries of a matrix that a person typed are the same


class Correlation(Block):
    """Correlations of some targets' errors. Attributes: names of the targets; matrix, rows in their order; note, what they share."""

    names: tuple[str, ...] = Field(min_length=2)
    matrix: tuple[tuple[float, ...], ...]
    note: str = ""


def correlation_fault(blocks: Iterable[Correlation], targets: Collection[str]) -> str:
    """The first fault of the blocks as `correlations.NUMBER: ...`, counted from 0; empty when there is none."""
    seen: set[str] = set()
    for number, block in enumerate(blocks):
        place = f"correlations.{number}"
        for name in block.names:
            if name not in targets:
                close = nearest(name, targets)
                hint = f"did you mean '{close}'?" if close else f"allowed: {', '.join(targets)}"
                return f"{place}: names '{name}', which is no target of this file; {hint}"
            if name in seen:
                return f"{place}: '{name}' stands twice; a target belongs to one block, once"
            seen.add(name)
        if wrong := _matrix_fault(block):
            return f"{place}: {wrong}"
    return ""


def _matrix_fault(block: Correlation) -> str:
    n = len(block.names)
    if len(block.matrix) != n or any(len(row) != n for row in block.matrix):
        return f"matrix: found {len(block.matrix)} rows of {sorted({len(row) for row in block.matrix})} numbers; {n} rows of {n} are needed"
    matrix = np.array(block.matrix)
    if not np.isfinite(matrix).all() or (np.abs(np.diag(matrix) - 1.0) > SAME).any() or (np.abs(matrix) > 1.0).any():
        return "matrix: correlations from -1.0 to 1.0 are needed, with 1.0 on the diagonal"
    if (np.abs(matrix - matrix.T) > SAME).any():
        i, j = np.argwhere(np.abs(matrix - matrix.T) > SAME)[0]
        return f"matrix: not symmetric: {matrix[i, j]:g} and {matrix[j, i]:g} between '{block.names[i]}' and '{block.names[j]}'"
    if _root(block.matrix) is None:
        least = float(np.linalg.eigvalsh(matrix)[0])
        return (
            f"matrix: not positive definite (least eigenvalue {least:.3g}): no errors of {', '.join(block.names)} correlate like this; "
            "smaller correlations are needed"
        )
    return ""


def kept(blocks: Iterable[Correlation], names: Collection[str]) -> tuple[Correlation, ...]:
    """The blocks with these targets only; a block that keeps fewer than two says nothing and is dropped."""
    found = []
    for block in blocks:
        rows = [k for k, name in enumerate(block.names) if name in names]
        if len(rows) > 1:
            matrix = tuple(tuple(block.matrix[i][j] for j in rows) for i in rows)
            found.append(Correlation(names=tuple(block.names[k] for k in rows), matrix=matrix, note=block.note))
    return tuple(found)


def error_root(names: tuple[str, ...], errors: Float64s, blocks: Iterable[Correlation]) -> Float64s:
    """Lower triangular root of the covariance of errors: float64 (names, names), diagonal where nothing is correlated.

    Args: errors, their SDs, float64 (names,); blocks, without fault.
    """
    correlation = np.eye(len(names))
    for block in kept(blocks, names):
        places = [names.index(name) for name in block.names]
        correlation[np.ix_(places, places)] = block.matrix
    root = _root(correlation.tolist())
    assert root is not None, "blocks were checked when they were read"
    scaled: Float64s = np.asarray(errors)[:, None] * np.array(root)
    return scaled


def _root(matrix: Iterable[Iterable[float]]) -> list[list[float]] | None:
    """Cholesky root by rows, None unless positive definite. Plain arithmetic: libraries differ in the last bit between processors."""
    rows = [list(row) for row in matrix]
    root: list[list[float]] = []
    for i, row in enumerate(rows):
        new = [0.0] * len(rows)
        for j in range(i + 1):
            rest = row[j]
            for k in range(j):
                rest -= new[k] * (root[j][k] if j < i else new[k])
            if i == j:
                if not rest > SAME:
                    return None
                new[i] = math.sqrt(rest)
            else:
                new[j] = rest / root[j][j]
        root.append(new)
    return root
