"""keras.losses.categorical_generalized_cross_entropy (Keras 3.15.1)."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array
from ..errors import LossError
from ..unreduced import Unreduced
from ._probabilities import clip, rescaled
from ._shapes import require_broadcastable
from .sparse_categorical_crossentropy import one_hot_ids


def categorical_generalized_cross_entropy(
    arithmetic: Arithmetic, y_true: Array, y_pred: Array, q: float
) -> Unreduced:
    """(1 - p_t^q) / q, p_t the prediction of the labelled class, 0 for an id that is no class."""
    if y_pred.ndim < 1:
        raise LossError("rank_too_low", f"{y_pred.shape}")
    predictions = arithmetic.predictions(y_pred)
    one_hot = one_hot_ids(y_true, y_pred.shape[-1], arithmetic.dialect)
    labels = np.where(one_hot, arithmetic.one, arithmetic.zero)
    require_broadcastable(labels, predictions)
    dialect = arithmetic.dialect
    if dialect.generalized_predictions == "rescaled":
        predictions = rescaled(predictions, -1, arithmetic)
    elif dialect.generalized_predictions == "clipped":
        predictions = clip(predictions, arithmetic)
    p_t = arithmetic.sum(predictions * labels, -1)
    if dialect.generalized_power == "logarithm":
        return Unreduced(np.negative(arithmetic.log(p_t)))
    if dialect.generalized_power == "linear":
        return Unreduced(arithmetic.one - p_t)
    losses = arithmetic.one - arithmetic.power(p_t, q)
    return Unreduced(
        losses if dialect.generalized_power == "undivided" else losses / arithmetic.number(q)
    )
