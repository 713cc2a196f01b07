"""Shapes of y_true and y_pred: what the functions of keras.losses do with those that differ."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Array
from ..dialect import Dialect
from ..errors import LossError


def same_rank(first: Array, second: Array) -> tuple[Array, Array]:
    """Mends ranks that differ by one where the higher one ends in an extent of 1.

    keras.src.losses.loss.squeeze_or_expand_to_same_rank (Keras 3.15.1).
    """
    if first.ndim == second.ndim + 1 and first.shape[-1] == 1:
        if second.ndim == 1:
            return first, second[..., np.newaxis]
        return np.squeeze(first, -1), second
    if second.ndim == first.ndim + 1 and second.shape[-1] == 1:
        if first.ndim == 1:
            return first[..., np.newaxis], second
        return first, np.squeeze(second, -1)
    return first, second


def squeezed(first: Array, second: Array) -> tuple[Array, Array]:
    """Removes the last extent, of 1, of the array that has one axis more.

    tf_keras.src.utils.losses_utils.remove_squeezable_dimensions (tf-keras 2.21).
    """
    if first.ndim == second.ndim + 1 and first.shape[-1] == 1:
        return np.squeeze(first, -1), second
    if second.ndim == first.ndim + 1 and second.shape[-1] == 1:
        return first, np.squeeze(second, -1)
    return first, second


def require_same_shape(y_true: Array, y_pred: Array) -> None:
    """Raises `shape_mismatch` unless the shapes agree."""
    if y_true.shape != y_pred.shape:
        raise LossError("shape_mismatch", f"{y_true.shape} and {y_pred.shape}")


def require_axes(y_pred: Array) -> None:
    """Raises `rank_too_low` for a scalar."""
    if y_pred.ndim < 1:
        raise LossError("rank_too_low", f"{y_pred.shape}")


def require_broadcastable(y_true: Array, y_pred: Array, minimum_rank: int = 1) -> None:
    """Raises `shape_mismatch` unless the shapes broadcast, `rank_too_low` for too few axes."""
    try:
        shape = np.broadcast_shapes(y_true.shape, y_pred.shape)
    except ValueError:
        raise LossError("shape_mismatch", f"{y_true.shape} and {y_pred.shape}") from None
    if len(shape) < minimum_rank:
        raise LossError("rank_too_low", f"{shape}")


def rows(y_true: Array, y_pred: Array, dialect: Dialect, mean: bool = True) -> tuple[Array, Array]:
    """Arrays that broadcast, with a last axis to reduce; scalars get one where they are accepted.

    Where a reduction takes a scalar for an array of one axis, the result is a scalar as well;
    `mean` tells whether it is a mean.
    """
    accepted = ("everywhere",) if mean else ("accepted", "everywhere")
    if y_true.ndim == y_pred.ndim == 0 and dialect.scalars in accepted:
        return y_true.reshape(1), y_pred.reshape(1)
    require_broadcastable(y_true, y_pred)
    return y_true, y_pred
