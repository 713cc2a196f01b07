"""keras.losses.binary_focal_crossentropy (Keras 3.15.1)."""

from __future__ import annotations

from ..arithmetic import Arithmetic, Array, normalised_axis
from ..unreduced import Unreduced
from ._binary import crossentropies, reducible, sigmoid_again, smoothed
from ._focal import focal_factor
from ._probabilities import clip


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

    The factor takes p as it is, the crossentropy clips it, or takes the logits themselves.
    """
    one, dialect = arithmetic.one, arithmetic.dialect
    predictions = arithmetic.predictions(y_pred)
    labels = smoothed(arithmetic.array(y_true), label_smoothing, arithmetic)
    labels, predictions = reducible(labels, predictions, arithmetic)
    predictions = sigmoid_again(predictions, arithmetic)
    if from_logits and dialect.binary_focal_logits == "logits":
        crossentropy = crossentropies(labels, predictions, True, arithmetic)
        predictions = arithmetic.sigmoid(predictions)
        arithmetic.stage("sigmoid", predictions)
    else:
        if from_logits:
            predictions = arithmetic.sigmoid(predictions)
            arithmetic.stage("sigmoid", predictions)
        crossentropy = crossentropies(labels, predictions, False, arithmetic)
    if dialect.focal_labels == "as_given":
        labels, _ = reducible(arithmetic.array(y_true), predictions, arithmetic)
    if dialect.binary_focal_predictions == "clipped":
        predictions = clip(predictions, arithmetic)
    p_t = labels * predictions + (one - labels) * (one - predictions)
    losses = focal_factor(p_t, crossentropy, gamma, arithmetic) * crossentropy
    if apply_class_balancing:
        weight = arithmetic.number(alpha)
        other = weight if dialect.focal_balance == "same" else arithmetic.number(1.0 - alpha)
        losses = (labels * weight + (one - labels) * other) * losses
    arithmetic.stage("per_element", losses)
    return Unreduced(arithmetic.mean(losses, normalised_axis(axis, losses.ndim)))
