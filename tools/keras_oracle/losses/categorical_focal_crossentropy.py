"""keras.losses.categorical_focal_crossentropy (Keras 3.15.1)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arithmetic import Arithmetic, Array, normalised_axis
from ..errors import LossError
from ..unreduced import Unreduced
from ._focal import focal_factor
from ._probabilities import logarithms, rescale_and_clip, softmax_again
from ._shapes import require_axes, require_same_shape
from .categorical_crossentropy import smoothed


def categorical_focal_crossentropy(
    arithmetic: Arithmetic,
    y_true: Array,
    y_pred: Array,
    alpha: float | list[float] = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Unreduced:
    """sum(alpha (1 - q)^gamma * -t log q) along an axis; logits pass softmax, rescale and clip.

    A list of alphas runs along the last axis, even if the classes are on another one.
    """
    labels, predictions = arithmetic.array(y_true), arithmetic.predictions(y_pred)
    require_same_shape(labels, predictions)
    require_axes(predictions)
    dialect = arithmetic.dialect
    if label_smoothing:
        counted = dialect.focal_smoothing_class_count
        labels = smoothed(labels, label_smoothing, axis, counted, arithmetic)
    axis = normalised_axis(axis, predictions.ndim)
    predictions = softmax_again(predictions, axis, arithmetic)
    if from_logits and dialect.categorical_focal_logits == "log_softmax":
        log_q = arithmetic.log_softmax(predictions, axis)
        q = arithmetic.softmax(predictions, axis)
    else:
        if from_logits:
            predictions = arithmetic.softmax(predictions, axis)
            arithmetic.stage("softmax", predictions)
        q = rescale_and_clip(predictions, dialect.rescale, axis, arithmetic, by_ops=True)
        log_q = logarithms(q, arithmetic)
    crossentropy = np.negative(labels * log_q)
    if dialect.categorical_focal_predictions == "as_given":
        q = predictions
    whole = arithmetic.sum(crossentropy, axis, keepdims=True)
    factor = focal_factor(q, whole, gamma, arithmetic)
    losses = _alphas(alpha, predictions.shape, axis, arithmetic) * factor * crossentropy
    arithmetic.stage("per_element", losses)
    return Unreduced(arithmetic.class_sum(losses, axis))


def _alphas(
    alpha: float | list[float], shape: tuple[int, ...], axis: int, arithmetic: Arithmetic
) -> Any:
    """One factor, or those of a list, which Keras makes a tensor of first."""
    if not isinstance(alpha, list):
        return arithmetic.number(alpha)
    by_class = arithmetic.dialect.alpha_axis == "classes"
    extent = shape[axis if by_class else -1]
    if len(alpha) not in (1, extent):
        raise LossError("invalid_parameter", f"{len(alpha)} alphas for an extent of {extent}")
    factors = arithmetic.stack([arithmetic.rounded(number, "alpha_list") for number in alpha])
    return np.expand_dims(factors, tuple(range(1, len(shape) - axis))) if by_class else factors
