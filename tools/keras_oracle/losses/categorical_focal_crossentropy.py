"""keras.losses.categorical_focal_crossentropy (Keras 3.15.1)."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array, normalised_axis
from ..unreduced import Unreduced
from ._probabilities import rescale_and_clip
from ._shapes import require_axes, require_same_shape
from .categorical_crossentropy import smoothed


def categorical_focal_crossentropy(
    arithmetic: Arithmetic,
    y_true: Array,
    y_pred: Array,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Unreduced:
    """sum(alpha (1 - q)^gamma * -t log q) along an axis; logits pass softmax, rescale and clip."""
    labels, predictions = arithmetic.array(y_true), arithmetic.predictions(y_pred)
    require_same_shape(labels, predictions)
    require_axes(predictions)
    dialect = arithmetic.dialect
    if label_smoothing:
        counted = dialect.focal_smoothing_class_count
        labels = smoothed(labels, label_smoothing, axis, counted, arithmetic)
    axis = normalised_axis(axis, predictions.ndim)
    if from_logits:
        predictions = arithmetic.softmax(predictions, axis)
    q = rescale_and_clip(predictions, "before_clip", axis, arithmetic, by_ops=True)
    crossentropy = np.negative(labels) * np.log(q)
    factor = arithmetic.number(alpha) * arithmetic.power(arithmetic.one - q, gamma)
    return Unreduced(arithmetic.sum(factor * crossentropy, axis))
