"""keras.losses.categorical_crossentropy (Keras 3.15.1)."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array, normalised_axis
from ..unreduced import Unreduced
from ._probabilities import log_probabilities
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
    if arithmetic.dialect.categorical_shapes == "equal":
        require_same_shape(labels, predictions)
    else:
        require_broadcastable(labels, predictions)
    require_axes(predictions)
    if label_smoothing:
        counted = arithmetic.dialect.smoothing_class_count
        labels = smoothed(labels, label_smoothing, axis, counted, arithmetic)
    axis = normalised_axis(axis, predictions.ndim)
    rule = arithmetic.dialect.rescale
    log_q = log_probabilities(predictions, from_logits, rule, axis, arithmetic)
    products = labels * log_q
    arithmetic.stage("per_element", np.negative(products))
    losses = np.negative(arithmetic.class_sum(products, axis))
    if from_logits and arithmetic.dialect.softmax_slope == "labels_sum_to_one":
        softmax = arithmetic.softmax(arithmetic.constants(predictions), axis)
        losses = arithmetic.with_slopes(losses, predictions, softmax - labels, axis)
    return Unreduced(losses)


def smoothed(
    labels: Array, smoothing: float, axis: int, counted: str, arithmetic: Arithmetic
) -> Array:
    """t * (1 - s) + s / n, n the extent of the counted axis."""
    counted_axis = -1 if counted == "last_axis" else axis
    extent = labels.shape[normalised_axis(counted_axis, labels.ndim)]
    rule = arithmetic.dialect.smoothing_share
    classes = {"all": extent, "others": extent - 1, "all_but_one": extent - 1, "two": 2}[rule]
    share = arithmetic.number(smoothing) / arithmetic.number(classes)
    kept = labels * arithmetic.number(1.0 - smoothing)
    labels = kept + (share if rule != "others" else share * (arithmetic.one - labels))
    arithmetic.stage("labels", labels)
    return labels
