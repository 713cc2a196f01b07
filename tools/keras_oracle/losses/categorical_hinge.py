"""keras.losses.categorical_hinge (Keras 3.15.1)."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array
from ..errors import LossError
from ..unreduced import Unreduced
from ._hinges import beyond
from ._shapes import rows


def categorical_hinge(arithmetic: Arithmetic, y_true: Array, y_pred: Array) -> Unreduced:
    """max(max((1 - t) p) - sum(t p) + 1, 0) along the last axis."""
    labels, predictions = arithmetic.array(y_true), arithmetic.predictions(y_pred)
    labels, predictions = rows(labels, predictions, arithmetic.dialect, mean=False)
    positive = arithmetic.sum(labels * predictions, -1)
    others = (arithmetic.one - labels) * predictions
    if others.size == 0:
        require_maximum(others, arithmetic.dialect.empty_maximum)
    rule = arithmetic.dialect.other_classes
    if rule != "largest_product":
        labels, predictions = np.broadcast_arrays(labels, predictions)
    if rule in ("sum", "mean"):
        return Unreduced(_margins(labels, predictions, positive, rule, arithmetic))
    if rule == "largest":
        others = predictions
    if rule == "largest_other":
        lowest = arithmetic.number(-np.inf)
        others = arithmetic.where(_labelled(labels), lowest, predictions)
    negative = np.squeeze(arithmetic.max(others, -1), -1)
    return Unreduced(beyond(negative - positive, arithmetic))


def _margins(
    labels: Array, predictions: Array, positive: Array, rule: str, arithmetic: Arithmetic
) -> Array:
    """sum(max(p - p_t + 1, 0)) over the classes that are not labelled, or that by their count."""
    margins = beyond(predictions - np.expand_dims(positive, -1), arithmetic)
    total = arithmetic.sum(arithmetic.where(_labelled(labels), arithmetic.zero, margins), -1)
    return total / arithmetic.number(margins.shape[-1]) if rule == "mean" else total


def _labelled(labels: Array) -> Array:
    """Whether a class is the one of the largest label, the first of them."""
    labelled = np.zeros(labels.shape, dtype=bool)
    for index in np.ndindex(labels.shape[:-1]):
        best = 0
        for place, label in enumerate(labels[index]):
            if labels[index][best] < label:
                best = place
        labelled[index][best : best + 1] = True
    return labelled


def require_maximum(values: Array, rule: str) -> None:
    """Raises `invalid_shape` where the maximum along the last axis of no elements is refused."""
    refused = {
        "minus_infinity": False,
        "no_rows": values.shape[-1] == 0 and 0 not in values.shape[:-1],
        "refused": values.size == 0,
    }
    if refused[rule]:
        raise LossError("invalid_shape", f"the maximum of an array of shape {values.shape}")
