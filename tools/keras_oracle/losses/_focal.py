"""The factor that focal losses put on crossentropies."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array


def focal_factor(
    probabilities: Array, crossentropies: Array, gamma: float, arithmetic: Arithmetic
) -> Array:
    """(1 - p_t)^gamma, p_t being the probabilities."""
    dialect = arithmetic.dialect
    if dialect.focal_p_t == "of_crossentropy":
        probabilities = np.exp(np.negative(crossentropies))
    base = probabilities if dialect.focal_base == "p_t" else arithmetic.one - probabilities
    factor = arithmetic.power(base, gamma)
    return arithmetic.constants(factor) if dialect.focal_slope == "constant" else factor
