"""keras.losses.tversky (Keras 3.15.1)."""

from __future__ import annotations

from ..arithmetic import Arithmetic, Array
from ..unreduced import Unreduced
from ._overlap import Axes, complement, sum_over
from ._shapes import require_broadcastable


def tversky(
    arithmetic: Arithmetic,
    y_true: Array,
    y_pred: Array,
    alpha: float = 0.5,
    beta: float = 0.5,
    axis: Axes = None,
) -> Unreduced:
    """1 - I / (I + alpha sum(t (1 - p)) + beta sum(p (1 - t)) + epsilon), I = sum(t p).

    alpha weighs the false negatives up to Keras 3.15, the false positives from 3.16 on.
    """
    labels, predictions = arithmetic.array(y_true), arithmetic.predictions(y_pred)
    require_broadcastable(labels, predictions, minimum_rank=0)
    one = arithmetic.one
    intersection = sum_over(labels * predictions, axis, arithmetic)
    negatives = sum_over(labels * (one - predictions), axis, arithmetic)
    positives = sum_over(predictions * (one - labels), axis, arithmetic)
    if arithmetic.dialect.tversky_alpha == "false_positives":
        negatives, positives = positives, negatives
    weighted = arithmetic.number(alpha) * negatives + arithmetic.number(beta) * positives
    return Unreduced(complement(intersection, intersection + weighted, arithmetic))
