"""What the hinge losses share: labels of -1 and 1."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array, as_array
from ._shapes import rows


def signed_labels(labels: Array, arithmetic: Arithmetic) -> Array:
    """2 t - 1 where every label of the call is 0 or 1, else (or in Keras 1) the labels themselves.

    keras.src.losses.losses.convert_binary_labels_to_hinge (Keras 3.15.1).
    """
    rule = arithmetic.dialect.hinge_labels
    if rule == "as_given":
        return labels
    if rule == "zeros_alone":
        labels = arithmetic.where(labels == 0, -arithmetic.one, labels)
    elif rule == "always" or np.all((labels == 0) | (labels == 1)):
        labels = arithmetic.number(2.0) * labels - arithmetic.one
    else:
        return labels
    arithmetic.stage("labels", labels)
    return labels


def excesses(y_true: Array, y_pred: Array, arithmetic: Arithmetic) -> Array:
    """max(1 - t p, 0) of each element."""
    labels, predictions = arithmetic.array(y_true), arithmetic.predictions(y_pred)
    labels, predictions = rows(labels, predictions, arithmetic.dialect)
    return beyond(np.negative(signed_labels(labels, arithmetic) * predictions), arithmetic)


def beyond(shortfalls: Array, arithmetic: Arithmetic) -> Array:
    """max(1 + x, 0)."""
    dialect = arithmetic.dialect
    margins = as_array(shortfalls + arithmetic.number(dialect.hinge_margin))
    return arithmetic.positive_part(margins) if dialect.hinge_part == "positive" else margins
