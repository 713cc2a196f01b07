"""keras.losses.huber (Keras 3.15.1)."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array
from ..unreduced import Unreduced
from ._regression import mended_rows


def huber(arithmetic: Arithmetic, y_true: Array, y_pred: Array, delta: float = 1.0) -> Unreduced:
    """mean(a <= delta ? a^2 / 2 : delta a - delta^2 / 2) along the last axis, a = |p - t|."""
    labels, predictions = mended_rows(arithmetic, y_true, y_pred)
    limit = arithmetic.number(delta)
    half = arithmetic.number(0.5)
    distance = np.abs(predictions - labels)
    # Within reach of the limit both branches give the same, so either may be taken.
    near = arithmetic.may_be_at_most(distance, limit)
    square = half * np.square(distance)
    line = limit * distance - half * np.square(limit)
    losses = arithmetic.where(near, square, line)
    arithmetic.stage("per_element", losses)
    return Unreduced(arithmetic.mean(losses, -1))
