"""keras.losses.squared_hinge (Keras 3.15.1)."""

from __future__ import annotations

from ..arithmetic import Arithmetic, Array
from ..unreduced import Unreduced
from ._hinges import excesses
from ._regression import mean_of_squares


def squared_hinge(arithmetic: Arithmetic, y_true: Array, y_pred: Array) -> Unreduced:
    """mean(max(1 - t p, 0)^2) along the last axis."""
    return Unreduced(mean_of_squares(excesses(y_true, y_pred, arithmetic), arithmetic))
