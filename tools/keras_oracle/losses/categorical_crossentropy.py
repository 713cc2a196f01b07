"""keras.losses.categorical_crossentropy (Keras 3.15.1; jax.nn backend)."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array, normalised_axis
from ..unreduced import Unreduced
from ._probabilities import rescale_and_clip
from ._shapes import require_same_shape


def categorical_crossentropy(
    arithmetic: Arithmetic,
    y_true: Array,
    y_pred: Array,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Unreduced:
    """-sum(t * log(q)) along an axis, q = clip(p / sum(p)) or the softmax of logits."""
    predictions = arithmetic.predictions(y_pred)
    labels = arithmetic.array(y_true)
    if label_smoothing:
        labels = smoothed(labels, label_smoothing, axis, arithmetic)
    require_same_shape(labels, predictions)
    axis = normalised_axis(axis, predictions.ndim)
    if from_logits:
        log_probabilities = arithmetic.log_softmax(predictions, axis)
    else:
        rule = arithmetic.dialect.rescale
        log_probabilities = np.log(rescale_and_clip(predictions, rule, axis, arithmetic))
    losses = np.negative(arithmetic.sum(labels * log_probabilities, axis))
    if from_logits and arithmetic.dialect.softmax_slope == "labels_sum_to_one":
        softmax = arithmetic.softmax(arithmetic.constants(predictions), axis)
        losses = arithmetic.with_slopes(losses, predictions, softmax - labels, axis)
    return Unreduced(losses)


def smoothed(labels: Array, smoothing: float, axis: int, arithmetic: Arithmetic) -> Array:
    """t * (1 - s) + s / n, n the dialect's class count."""
    counted = -1 if arithmetic.dialect.smoothing_class_count == "last_axis" else axis
    classes = labels.shape[normalised_axis(counted, labels.ndim)]
    share = arithmetic.number(smoothing) / arithmetic.number(classes)
    return labels * arithmetic.number(1.0 - smoothing) + share
