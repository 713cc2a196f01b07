"""keras.losses.log_cosh (Keras 3.15.1)."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from ..arithmetic import Arithmetic, Array
from ..unreduced import Unreduced
from ._regression import mended_rows


def log_cosh(arithmetic: Arithmetic, y_true: Array, y_pred: Array) -> Unreduced:
    """mean(log(cosh(d))) = mean(d + softplus(-2 d) - log 2) along the last axis, d = p - t."""
    labels, predictions = mended_rows(arithmetic, y_true, y_pred)
    log_two = arithmetic.rounded(float(Decimal(2).ln()), arithmetic.dialect.log_two)
    difference = predictions - labels
    doubled = arithmetic.number(-2.0) * difference
    losses = difference + arithmetic.softplus(doubled) - log_two
    arithmetic.stage("per_element", losses)
    return Unreduced(arithmetic.mean(np.asarray(losses), -1))
