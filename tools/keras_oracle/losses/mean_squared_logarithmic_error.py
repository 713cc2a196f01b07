"""keras.losses.mean_squared_logarithmic_error (Keras 3.15.1)."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array
from ..unreduced import Unreduced
from ._regression import mean_of_squares, mended_rows


def mean_squared_logarithmic_error(
    arithmetic: Arithmetic, y_true: Array, y_pred: Array
) -> Unreduced:
    """mean((log(max(p, epsilon) + 1) - log(max(t, epsilon) + 1))^2) along the last axis."""
    labels, predictions = mended_rows(arithmetic, y_true, y_pred)
    log_p = _logarithm(predictions, arithmetic)
    arithmetic.stage("log", log_p)
    return Unreduced(mean_of_squares(log_p - _logarithm(labels, arithmetic), arithmetic))


def _logarithm(values: Array, arithmetic: Arithmetic) -> Array:
    """log(max(x, epsilon) + 1)."""
    dialect = arithmetic.dialect
    if dialect.msle_floor == "epsilon":
        epsilon = arithmetic.rounded(arithmetic.fuzz, "msle_epsilon")
        values = arithmetic.larger(values, epsilon)
    if dialect.msle_offset == "one":
        values = values + arithmetic.one
    logarithms = np.log(values)
    if dialect.msle_log == "natural":
        return logarithms
    base = arithmetic.number(2.0 if dialect.msle_log == "base_2" else 10.0)
    return logarithms / np.log(base)
