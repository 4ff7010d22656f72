"""Newton's steps with exact derivatives until they no longer move, so that the result does not depend on where a search stopped."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["climb"]

Array = NDArray[np.float64]
MOST_STEPS = 30  # five to ten are usual; a likelihood that is still climbing after these has no maximum
SMALLEST_STEP = 1e-6  # share of a full step below which it is no longer halved
ROUNDING = 1e-9  # relative loss of likelihood that counts as rounding
SETTLED = 1e-18  # gain that one more step promises [log-likelihood]


def climb(
    start: Array, value: Callable[[Array], float], slopes: Callable[[Array], tuple[Array, Array]]
) -> Array | None:
    """The top of a log-likelihood near `start`.

    Args:
        start: k parameters. value: log-likelihood, -inf where it is not defined. slopes: its gradient (k) and Hessian (k × k).

    Returns:
        k parameters; None where there is no maximum (the steps do not converge, or the Hessian is not negative definite).
    """
    at, height = np.asarray(start, dtype=np.float64), value(start)
    for _ in range(MOST_STEPS):
        gradient, hessian = slopes(at)
        if not (np.isfinite(gradient).all() and np.isfinite(hessian).all()):
            return None
        try:
            np.linalg.cholesky(-hessian)
        except np.linalg.LinAlgError:
            return None
        step = np.linalg.solve(-hessian, gradient)
        if float(gradient @ step) < SETTLED:
            return at + step
        size = 1.0
        # near the top the gain is below rounding: only a real loss halves a step
        while size > SMALLEST_STEP and not value(at + size * step) >= height - ROUNDING * (1.0 + abs(height)):
            size /= 2.0
        at = at + size * step
        height = value(at)
    return None
