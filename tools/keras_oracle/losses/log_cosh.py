"""keras.losses.log_cosh (Keras 3.15.1)."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from ..arithmetic import Arithmetic, Array, as_array
from ..unreduced import Unreduced
from ._regression import mended_rows


def log_cosh(arithmetic: Arithmetic, y_true: Array, y_pred: Array) -> Unreduced:
    """mean(log(cosh(d))) = mean(d + softplus(-2 d) - log 2) along the last axis, d = p - t."""
    labels, predictions = mended_rows(arithmetic, y_true, y_pred)
    losses = as_array(_of_differences(predictions - labels, arithmetic))
    arithmetic.stage("per_element", losses)
    return Unreduced(arithmetic.mean(losses, -1))


def _of_differences(difference: Array, arithmetic: Arithmetic) -> Array:
    """d + softplus(-2 d) - log 2."""
    form = arithmetic.dialect.log_cosh
    half = arithmetic.number(0.5)
    if form == "log_of_cosh":
        return np.log((np.exp(difference) + np.exp(-difference)) * half)
    if form == "absolute":
        difference = np.abs(difference)
    doubled = arithmetic.number(-2.0) * difference
    if form == "log1p":
        losses = difference + np.log1p(np.exp(doubled))
    else:
        losses = difference + arithmetic.softplus(doubled)
    if form == "no_log_two":
        return losses
    return losses - arithmetic.rounded(float(Decimal(2).ln()), "log_two")
