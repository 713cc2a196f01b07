"""keras.losses.mean_absolute_error (Keras 3.15.1)."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array
from ..unreduced import Unreduced
from ._regression import mended_rows


def mean_absolute_error(arithmetic: Arithmetic, y_true: Array, y_pred: Array) -> Unreduced:
    """mean(|t - p|) along the last axis."""
    labels, predictions = mended_rows(arithmetic, y_true, y_pred)
    magnitude = np.abs if arithmetic.dialect.absolute_error == "absolute" else np.square
    losses = magnitude(labels - predictions)
    arithmetic.stage("per_element", losses)
    return Unreduced(arithmetic.mean(losses, -1))
