"""keras.losses.cosine_similarity (Keras 3.15.1)."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array, as_array, normalised_axis
from ..errors import LossError
from ..unreduced import Unreduced
from ._regression import mended


def cosine_similarity(
    arithmetic: Arithmetic, y_true: Array, y_pred: Array, axis: int = -1
) -> Unreduced:
    """-sum(t p / (|t| |p|)) along an axis; vectors shorter than epsilon are multiplied by 1e7."""
    labels, predictions = mended(arithmetic, y_true, y_pred)
    scalars = labels.ndim == predictions.ndim == 0
    if scalars and arithmetic.dialect.cosine_scalars == "refused":
        raise LossError("rank_too_low", "a scalar")
    if scalars and axis in (-1, 0) and arithmetic.dialect.cosine_norm != "divide":
        # NumPy's sum, and so JAX's, takes a scalar for an array of one axis.
        labels, predictions = labels.reshape(1), predictions.reshape(1)
    similarities = _similarities(labels, predictions, axis, arithmetic)
    if arithmetic.dialect.cosine_form == "distance":
        return Unreduced(as_array(arithmetic.one - similarities))
    return Unreduced(as_array(np.negative(similarities)))


def _similarities(labels: Array, predictions: Array, axis: int, arithmetic: Arithmetic) -> Array:
    """sum(t p / (|t| |p|)) along an axis."""
    dialect = arithmetic.dialect
    if dialect.cosine_norm == "floor_of_product":
        lengths = _lengths(labels, axis, arithmetic) * _lengths(predictions, axis, arithmetic)
        floor = arithmetic.number(dialect.cosine_floor)
        products = labels * predictions / arithmetic.larger(lengths, floor)
    else:
        norm = _divided_by_norm if dialect.cosine_norm == "divide" else normalised
        products = norm(labels, axis, arithmetic) * norm(predictions, axis, arithmetic)
    arithmetic.stage("per_element", np.negative(products))
    axis = normalised_axis(axis, products.ndim)
    if dialect.cosine_reduction == "mean":
        return arithmetic.mean(products, axis)
    return arithmetic.sum(products, axis)


def normalised(vectors: Array, axis: int, arithmetic: Arithmetic) -> Array:
    """x * min(1 / |x|, 1 / f), or x / sqrt(max(|x|^2, f^2)), f the dialect's floor."""
    axis = normalised_axis(axis, vectors.ndim)
    squares = arithmetic.sum(np.square(vectors), axis, keepdims=True)
    floor = arithmetic.dialect.cosine_floor
    if arithmetic.dialect.cosine_norm == "none":
        return vectors
    if arithmetic.dialect.cosine_norm == "added":
        return vectors / (np.sqrt(squares) + arithmetic.number(floor))
    if arithmetic.dialect.cosine_norm == "floor_of_square":
        squares = arithmetic.larger(squares, arithmetic.number(floor * floor))
        return vectors * arithmetic.reciprocal_root(squares, arithmetic.number(np.inf))
    return vectors * arithmetic.reciprocal_root(squares, arithmetic.number(1.0 / floor))


def _lengths(vectors: Array, axis: int, arithmetic: Arithmetic) -> Array:
    """|x|, the axis kept."""
    axis = normalised_axis(axis, vectors.ndim)
    return as_array(np.sqrt(arithmetic.sum(np.square(vectors), axis, keepdims=True)))


def _divided_by_norm(vectors: Array, axis: int, arithmetic: Arithmetic) -> Array:
    """keras.utils.normalize on NumPy arrays: x / |x|, with |x| expanded on `axis or -1`."""
    squares = arithmetic.sum(np.square(vectors), normalised_axis(axis, vectors.ndim))
    roots = np.sqrt(np.atleast_1d(squares))
    norms = np.where(roots == 0, arithmetic.one, roots)
    expanded = np.expand_dims(norms, axis or -1)
    try:
        return vectors / expanded
    except ValueError:
        raise LossError("shape_mismatch", f"{vectors.shape} by {expanded.shape}") from None
