"""keras.losses.categorical_hinge (Keras 3.15.1)."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array
from ..errors import LossError
from ..unreduced import Unreduced
from ._shapes import rows


def categorical_hinge(arithmetic: Arithmetic, y_true: Array, y_pred: Array) -> Unreduced:
    """max(max((1 - t) p) - sum(t p) + 1, 0) along the last axis."""
    labels, predictions = arithmetic.array(y_true), arithmetic.predictions(y_pred)
    labels, predictions = rows(labels, predictions, arithmetic.dialect, mean=False)
    positive = arithmetic.sum(labels * predictions, -1)
    others = (arithmetic.one - labels) * predictions
    require_maximum(others, arithmetic.dialect.empty_maximum)
    negative = np.squeeze(arithmetic.max(others, -1), -1)
    losses = np.asarray(negative - positive + arithmetic.one)
    return Unreduced(arithmetic.positive_part(losses))


def require_maximum(values: Array, rule: str) -> None:
    """Raises `invalid_shape` where the maximum along the last axis of no elements is refused."""
    refused = {
        "minus_infinity": False,
        "no_rows": values.shape[-1] == 0 and 0 not in values.shape[:-1],
        "refused": values.size == 0,
    }
    if refused[rule]:
        raise LossError("invalid_shape", f"the maximum of an array of shape {values.shape}")
