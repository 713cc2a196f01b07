"""keras.losses.binary_focal_crossentropy (Keras 3.15.1)."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array, normalised_axis
from ..unreduced import Unreduced
from ._probabilities import clip
from ._shapes import require_same_shape


def binary_focal_crossentropy(
    arithmetic: Arithmetic,
    y_true: Array,
    y_pred: Array,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Unreduced:
    """mean((1 - p_t)^gamma * binary crossentropy) along an axis, p_t = t p + (1 - t) (1 - p).

    The factor takes p as it is, the crossentropy clips it.
    """
    labels, predictions = arithmetic.array(y_true), arithmetic.predictions(y_pred)
    one = arithmetic.one
    if label_smoothing:
        kept = arithmetic.number(1.0 - label_smoothing)
        labels = labels * kept + arithmetic.number(0.5 * label_smoothing)
    if from_logits:
        predictions = arithmetic.sigmoid(predictions)
    require_same_shape(labels, predictions)
    axis = normalised_axis(axis, predictions.ndim)
    q = clip(predictions, arithmetic)
    crossentropy = np.negative(labels * np.log(q) + (one - labels) * np.log(one - q))
    p_t = labels * predictions + (one - labels) * (one - predictions)
    losses = arithmetic.power(one - p_t, gamma) * crossentropy
    if apply_class_balancing:
        weight = arithmetic.number(alpha)
        other = arithmetic.number(1.0 - alpha)
        losses = (labels * weight + (one - labels) * other) * losses
    return Unreduced(arithmetic.mean(losses, axis))
