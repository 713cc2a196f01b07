"""keras.losses.binary_crossentropy (Keras 3.15.1)."""

from __future__ import annotations

from ..arithmetic import Arithmetic, Array, normalised_axis
from ..unreduced import Unreduced
from ._binary import crossentropies, reducible, sigmoid_again, smoothed


def binary_crossentropy(
    arithmetic: Arithmetic,
    y_true: Array,
    y_pred: Array,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Unreduced:
    """mean(-(t * log(q) + (1 - t) * log(1 - q))) along an axis, q = clip(p) or sigmoid(x)."""
    predictions = arithmetic.predictions(y_pred)
    labels = smoothed(arithmetic.array(y_true), label_smoothing, arithmetic)
    labels, predictions = reducible(labels, predictions, arithmetic)
    predictions = sigmoid_again(predictions, arithmetic)
    losses = crossentropies(labels, predictions, from_logits, arithmetic)
    arithmetic.stage("per_element", losses)
    return Unreduced(arithmetic.mean(losses, normalised_axis(axis, losses.ndim)))
