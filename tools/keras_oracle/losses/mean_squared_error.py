"""keras.losses.mean_squared_error (Keras 3.15.1)."""

from __future__ import annotations

from ..arithmetic import Arithmetic, Array
from ..unreduced import Unreduced
from ._regression import mean_of_squares, mended_rows


def mean_squared_error(arithmetic: Arithmetic, y_true: Array, y_pred: Array) -> Unreduced:
    """mean((t - p)^2) along the last axis."""
    labels, predictions = mended_rows(arithmetic, y_true, y_pred)
    return Unreduced(mean_of_squares(labels - predictions, arithmetic))
