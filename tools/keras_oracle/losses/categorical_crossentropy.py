"""keras.losses.categorical_crossentropy (Keras 3.15.1)."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array, normalised_axis
from ..unreduced import Unreduced
from ._probabilities import rescale_and_clip
from ._shapes import require_axes, require_broadcastable, require_same_shape


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
        counted = arithmetic.dialect.smoothing_class_count
        labels = smoothed(labels, label_smoothing, axis, counted, arithmetic)
    if arithmetic.dialect.categorical_shapes == "equal":
        require_same_shape(labels, predictions)
    else:
        require_broadcastable(labels, predictions)
    require_axes(predictions)
    axis = normalised_axis(axis, predictions.ndim)
    if from_logits:
        log_probabilities = arithmetic.log_softmax(predictions, axis)
    else:
        rule = arithmetic.dialect.rescale
        log_probabilities = np.log(rescale_and_clip(predictions, rule, axis, arithmetic))
    arithmetic.stage("log", log_probabilities)
    products = labels * log_probabilities
    arithmetic.stage("per_element", np.negative(products))
    losses = np.negative(arithmetic.sum(products, axis))
    if from_logits and arithmetic.dialect.softmax_slope == "labels_sum_to_one":
        softmax = arithmetic.softmax(arithmetic.constants(predictions), axis)
        losses = arithmetic.with_slopes(losses, predictions, softmax - labels, axis)
    return Unreduced(losses)


def smoothed(
    labels: Array, smoothing: float, axis: int, counted: str, arithmetic: Arithmetic
) -> Array:
    """t * (1 - s) + s / n, n the extent of the counted axis."""
    counted_axis = -1 if counted == "last_axis" else axis
    classes = labels.shape[normalised_axis(counted_axis, labels.ndim)]
    share = arithmetic.number(smoothing) / arithmetic.number(classes)
    labels = labels * arithmetic.number(1.0 - smoothing) + share
    arithmetic.stage("labels", labels)
    return labels
