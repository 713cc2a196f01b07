"""keras.losses.mean_squared_logarithmic_error (Keras 3.15.1)."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array
from ..unreduced import Unreduced
from ._regression import mended_rows


def mean_squared_logarithmic_error(
    arithmetic: Arithmetic, y_true: Array, y_pred: Array
) -> Unreduced:
    """mean((log(max(p, epsilon) + 1) - log(max(t, epsilon) + 1))^2) along the last axis."""
    labels, predictions = mended_rows(arithmetic, y_true, y_pred)
    dialect = arithmetic.dialect
    epsilon = arithmetic.rounded(dialect.epsilon, dialect.msle_epsilon)
    log_p = np.log(arithmetic.larger(predictions, epsilon) + arithmetic.one)
    log_t = np.log(arithmetic.larger(labels, epsilon) + arithmetic.one)
    arithmetic.stage("log", log_p)
    losses = np.square(log_p - log_t)
    arithmetic.stage("per_element", losses)
    return Unreduced(arithmetic.mean(losses, -1))
