"""keras.losses.mean_absolute_percentage_error (Keras 3.15.1)."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array
from ..unreduced import Unreduced
from ._regression import mended_rows


def mean_absolute_percentage_error(
    arithmetic: Arithmetic, y_true: Array, y_pred: Array
) -> Unreduced:
    """100 * mean(|(t - p) / max(|t|, epsilon)|) along the last axis."""
    labels, predictions = mended_rows(arithmetic, y_true, y_pred)
    shares = (labels - predictions) / _whole(labels, predictions, arithmetic)
    if arithmetic.dialect.percentage_sign == "dropped":
        shares = np.abs(shares)
    arithmetic.stage("per_element", shares)
    return Unreduced(arithmetic.number(arithmetic.dialect.percent) * arithmetic.mean(shares, -1))


def _whole(labels: Array, predictions: Array, arithmetic: Arithmetic) -> Array:
    """What differences are shares of: max(|t|, epsilon)."""
    dialect = arithmetic.dialect
    epsilon = arithmetic.rounded(arithmetic.fuzz, "clip_epsilon")
    sizes = np.abs(labels)
    match dialect.percentage_of:
        case "labels_without_floor":
            return sizes
        case "labels_plus_epsilon":
            return sizes + epsilon
        case "signed_labels":
            sizes = labels
        case "predictions":
            sizes = np.abs(predictions)
        case "both":
            sizes = (sizes + np.abs(predictions)) * arithmetic.number(0.5)
        case "mean_label":
            sizes = np.expand_dims(arithmetic.mean(sizes, -1), -1)
    return arithmetic.larger(sizes, epsilon)
