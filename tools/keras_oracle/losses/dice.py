"""keras.losses.dice (Keras 3.15.1)."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array
from ..unreduced import Unreduced
from ._overlap import Axes, sum_over
from ._shapes import require_broadcastable


def dice(arithmetic: Arithmetic, y_true: Array, y_pred: Array, axis: Axes = None) -> Unreduced:
    """1 - 2 sum(t p) / (sum(t) + sum(p) + epsilon), sums over `axis`, None for the whole batch."""
    labels, predictions = arithmetic.array(y_true), arithmetic.predictions(y_pred)
    require_broadcastable(labels, predictions, minimum_rank=0)
    intersection = sum_over(labels * predictions, axis, arithmetic)
    sizes = sum_over(labels, axis, arithmetic) + sum_over(predictions, axis, arithmetic)
    quotient = arithmetic.number(2.0) * intersection / (sizes + arithmetic.epsilon)
    return Unreduced(np.asarray(arithmetic.one - quotient))
