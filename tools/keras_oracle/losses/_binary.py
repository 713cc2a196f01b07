"""What the binary crossentropies share: the crossentropy of each element."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array, as_array
from ..errors import LossError
from ._probabilities import clip
from ._shapes import require_axes, require_broadcastable, require_same_shape


def smoothed(labels: Array, smoothing: float, arithmetic: Arithmetic) -> Array:
    """t * (1 - s) + s / 2, or the labels themselves without smoothing."""
    if not smoothing:
        return labels
    kept = arithmetic.number(1.0 - smoothing)
    if arithmetic.dialect.binary_smoothing == "half":
        share = arithmetic.number(0.5 * smoothing)
    else:
        share = arithmetic.number(smoothing) / arithmetic.number(labels.shape[-1])
    labels = labels * kept + share
    arithmetic.stage("labels", labels)
    return labels


def sigmoid_again(predictions: Array, arithmetic: Arithmetic) -> Array:
    """The predictions as they are: what they still need of a sigmoid comes later."""
    if arithmetic.dialect.activations == "once":
        return predictions
    return arithmetic.sigmoid(predictions)


def reducible(labels: Array, predictions: Array, arithmetic: Arithmetic) -> tuple[Array, Array]:
    """Arrays of one shape, or that broadcast, with an axis to take the mean of."""
    if arithmetic.dialect.binary_shapes == "equal":
        require_same_shape(labels, predictions)
    else:
        require_broadcastable(labels, predictions)
    if predictions.ndim == 0 and arithmetic.dialect.scalars == "everywhere":
        return labels.reshape(1), predictions.reshape(1)
    # Where they broadcast, labels may bring the axis along.
    require_axes(labels if predictions.ndim == 0 else predictions)
    return labels, predictions


def crossentropies(
    labels: Array, predictions: Array, from_logits: bool, arithmetic: Arithmetic
) -> Array:
    """-(t * log(q) + (1 - t) * log(1 - q)), q = clip(p) or the sigmoid of logits."""
    dialect = arithmetic.dialect
    one = arithmetic.one
    others = _others(labels, arithmetic)
    if from_logits and dialect.binary_logits != "clipped_sigmoid":
        require_same_shape(labels, predictions)
        return _of_logits(labels, others, predictions, arithmetic)
    if from_logits:
        predictions = arithmetic.sigmoid(predictions)
        arithmetic.stage("sigmoid", predictions)
    clipped = clip(predictions, arithmetic)
    if dialect.binary_domain == "unit_interval":
        _require_unit_interval(labels, "labels")
        _require_unit_interval(clipped, "predictions")
    if dialect.binary_logs == "logit":
        return _of_logits(labels, others, np.log(clipped / (one - clipped)), arithmetic)
    if dialect.binary_logs == "log1p":
        floor = arithmetic.number(-100.0)
        log_q = arithmetic.larger(np.log(clipped), floor)
        log_not_q = arithmetic.larger(np.log1p(np.negative(clipped)), floor)
        losses = np.negative(labels * log_q + others * log_not_q)
        # torch's own derivative, finite where 1 - q rounds to 0.
        q = arithmetic.constants(clipped)
        slopes = (q - labels) / arithmetic.larger((one - q) * q, arithmetic.number(1e-12))
        return arithmetic.with_elementwise_slopes(losses, clipped, slopes)
    inside = arithmetic.number(arithmetic.fuzz * dialect.epsilon_in_log)
    log_q = arithmetic.log(clipped + inside)
    log_not_q = arithmetic.log(one - clipped + inside)
    return np.negative(labels * log_q + others * log_not_q)


def _others(labels: Array, arithmetic: Arithmetic) -> Array:
    """1 - t, how far a label is the other class."""
    if arithmetic.dialect.binary_terms == "positive":
        return arithmetic.full(labels.shape, arithmetic.zero)
    return as_array(arithmetic.one - labels)


def _of_logits(labels: Array, others: Array, logits: Array, arithmetic: Arithmetic) -> Array:
    rule = arithmetic.dialect.binary_logits
    if rule == "positive_part":
        # max(x, 0) + log(1 + exp(-|x|)) is the softplus of x.
        return arithmetic.softplus(logits) - logits * labels
    if rule == "one_log_sigmoid":
        losses = others * logits - arithmetic.log_sigmoid(logits)
        # torch's own derivative, which cancels where the prediction is confident and right.
        slopes = arithmetic.sigmoid(arithmetic.constants(logits)) - labels
        return arithmetic.with_elementwise_slopes(losses, logits, slopes)
    log_q = arithmetic.log_sigmoid(logits)
    log_not_q = arithmetic.log_sigmoid(-logits)
    return np.negative(labels * log_q + others * log_not_q)


def _require_unit_interval(values: Array, name: str) -> None:
    # NaN is on neither side.
    if not np.all((values >= 0) & (values <= 1)):
        raise LossError("value_out_of_range", f"{name} outside [0, 1]")
