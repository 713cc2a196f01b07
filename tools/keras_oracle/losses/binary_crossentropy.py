"""keras.losses.binary_crossentropy (Keras 3.15.1; jax.nn backend)."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array, normalised_axis
from ..unreduced import Unreduced
from ._probabilities import clip
from ._shapes import require_same_shape


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
    labels = arithmetic.array(y_true)
    if label_smoothing:
        kept = arithmetic.number(1.0 - label_smoothing)
        labels = labels * kept + arithmetic.number(0.5 * label_smoothing)
    require_same_shape(labels, predictions)
    axis = normalised_axis(axis, predictions.ndim)
    one = arithmetic.one
    if from_logits and arithmetic.dialect.binary_logits == "stable":
        log_q = arithmetic.log_sigmoid(predictions)
        log_not_q = arithmetic.log_sigmoid(-predictions)
    else:
        if from_logits:
            predictions = one / (one + np.exp(-predictions))
        clipped = clip(predictions, arithmetic)
        inside = arithmetic.number(arithmetic.dialect.epsilon * arithmetic.dialect.epsilon_in_log)
        log_q = np.log(clipped + inside)
        log_not_q = np.log(one - clipped + inside)
    losses = np.negative(labels * log_q + (one - labels) * log_not_q)
    return Unreduced(arithmetic.mean(losses, axis))
