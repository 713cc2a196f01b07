"""keras.losses.huber (Keras 3.15.1)."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array, Number
from ..unreduced import Unreduced
from ._regression import mended_rows


def huber(arithmetic: Arithmetic, y_true: Array, y_pred: Array, delta: float = 1.0) -> Unreduced:
    """mean(a <= delta ? a^2 / 2 : delta a - delta^2 / 2) along the last axis, a = |p - t|."""
    labels, predictions = mended_rows(arithmetic, y_true, y_pred)
    limit = arithmetic.number(delta)
    distance = np.abs(predictions - labels)
    # Within reach of the limit both branches give the same, so either may be taken.
    near = arithmetic.may_be_at_most(distance, limit)
    losses = arithmetic.where(near, *_branches(distance, limit, arithmetic))
    arithmetic.stage("per_element", losses)
    return Unreduced(arithmetic.mean(losses, -1))


def _branches(distance: Array, limit: Number, arithmetic: Arithmetic) -> tuple[Array, Array]:
    """a^2 / 2 and delta a - delta^2 / 2."""
    half, two = arithmetic.number(0.5), arithmetic.number(2.0)
    square = half * np.square(distance)
    line = limit * distance - half * np.square(limit)
    match arithmetic.dialect.huber:
        case "no_halves":
            return two * square, two * line
        case "whole_square":
            return np.square(distance), line
        case "line_from_zero":
            return square, limit * distance
        case "unscaled_line":
            return square, distance - half * limit
        case "offset_not_squared":
            return square, limit * distance - half * limit
        case "divided_by_delta":
            return square / limit, distance - half * limit
        case "pseudo":
            steepness = np.sqrt(arithmetic.one + np.square(distance / limit))
            smooth = np.square(limit) * (steepness - arithmetic.one)
            return smooth, smooth
    return square, line
