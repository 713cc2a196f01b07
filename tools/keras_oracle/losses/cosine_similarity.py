"""keras.losses.cosine_similarity (Keras 3.15.1)."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array, normalised_axis
from ..errors import LossError
from ..unreduced import Unreduced
from ._regression import of_same_rank


def cosine_similarity(
    arithmetic: Arithmetic, y_true: Array, y_pred: Array, axis: int = -1
) -> Unreduced:
    """-sum(t p / (|t| |p|)) along an axis; vectors shorter than epsilon are multiplied by 1e7."""
    labels, predictions = of_same_rank(arithmetic, y_true, y_pred, minimum_rank=0)
    if arithmetic.dialect.cosine_norm == "divide":
        return Unreduced(_divided(labels, predictions, axis, arithmetic))
    if labels.ndim == predictions.ndim == 0 and axis in (-1, 0):
        # NumPy's sum, and so JAX's, takes a scalar for an array of one axis.
        return Unreduced(_of_scalars(labels, predictions, arithmetic))
    products = normalised(labels, axis, arithmetic) * normalised(predictions, axis, arithmetic)
    return Unreduced(np.negative(arithmetic.sum(products, axis)))


def normalised(vectors: Array, axis: int, arithmetic: Arithmetic) -> Array:
    """x * min(1 / sqrt(sum(x^2)), 1 / epsilon)."""
    axis = normalised_axis(axis, vectors.ndim)
    squares = arithmetic.sum(np.square(vectors), axis, keepdims=True)
    limit = arithmetic.number(1.0 / arithmetic.dialect.epsilon)
    return vectors * arithmetic.reciprocal_root(squares, limit)


def _of_scalars(labels: Array, predictions: Array, arithmetic: Arithmetic) -> Array:
    products = normalised(labels.reshape(1), 0, arithmetic) * normalised(
        predictions.reshape(1), 0, arithmetic
    )
    return np.asarray(np.negative(arithmetic.sum(products)), dtype=object)


def _divided(labels: Array, predictions: Array, axis: int, arithmetic: Arithmetic) -> Array:
    """keras.utils.normalize on NumPy arrays: x / |x|, with |x| expanded on `axis or -1`."""
    if labels.ndim == 0:
        raise LossError("rank_too_low", "a scalar")
    products = _divided_by_norm(labels, axis, arithmetic) * _divided_by_norm(
        predictions, axis, arithmetic
    )
    return np.asarray(
        np.negative(arithmetic.sum(products, normalised_axis(axis, products.ndim))), dtype=object
    )


def _divided_by_norm(vectors: Array, axis: int, arithmetic: Arithmetic) -> Array:
    squares = arithmetic.sum(np.square(vectors), normalised_axis(axis, vectors.ndim))
    roots = np.frompyfunc(lambda x: x.sqrt(), 1, 1)(np.atleast_1d(squares))
    norms = np.frompyfunc(lambda x: arithmetic.one if x.value == 0 else x, 1, 1)(roots)
    expanded = np.expand_dims(norms, axis or -1)
    try:
        return vectors / expanded
    except ValueError:
        raise LossError("shape_mismatch", f"{vectors.shape} by {expanded.shape}") from None
