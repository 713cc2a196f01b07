"""keras.losses.dice (Keras 3.15.1)."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array
from ..errors import LossError
from ..unreduced import Unreduced
from ._overlap import Axes, complement, sum_over
from ._shapes import require_broadcastable


def dice(arithmetic: Arithmetic, y_true: Array, y_pred: Array, axis: Axes = None) -> Unreduced:
    """1 - 2 sum(t p) / (sum(t) + sum(p) + epsilon), sums over `axis`, None for the whole batch."""
    labels, predictions = arithmetic.array(y_true), arithmetic.predictions(y_pred)
    require_broadcastable(labels, predictions, minimum_rank=0)
    intersection = sum_over(labels * predictions, axis, arithmetic)
    rule = arithmetic.dialect.dice
    if rule == "squares":
        labels, predictions = np.square(labels), np.square(predictions)
    sums = [sum_over(array, axis, arithmetic) for array in (labels, predictions)]
    try:
        sizes = sums[0] + sums[1]
    except ValueError as error:
        raise LossError("weight_not_broadcastable", f"the sums: {error}") from None
    if rule == "no_two":
        return Unreduced(complement(intersection, sizes, arithmetic))
    if rule == "jaccard":
        return Unreduced(complement(intersection, sizes - intersection, arithmetic))
    return Unreduced(complement(arithmetic.number(2.0) * intersection, sizes, arithmetic))
