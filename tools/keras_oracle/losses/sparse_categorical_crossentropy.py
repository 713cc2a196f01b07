"""keras.losses.sparse_categorical_crossentropy (Keras 3.15.1; jax.nn backend)."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array, normalised_axis
from ..dialect import Dialect
from ..errors import LossError
from ..unreduced import Unreduced
from ._probabilities import rescale_and_clip


def sparse_categorical_crossentropy(
    arithmetic: Arithmetic,
    y_true: Array,
    y_pred: Array,
    from_logits: bool = False,
    ignore_class: int | None = None,
    axis: int = -1,
) -> Unreduced:
    """-log(q) of the labelled class; an id that is no class contributes nothing."""
    if y_pred.ndim < 1:
        raise LossError("rank_too_low", f"{y_pred.shape}")
    axis = normalised_axis(axis, y_pred.ndim)
    if y_true.ndim == y_pred.ndim and y_true.shape[axis] == 1:
        y_true = np.squeeze(y_true, axis)
    predictions = arithmetic.predictions(y_pred)
    valid = None
    if ignore_class is not None:
        compared = y_true.astype(y_pred.dtype)
        valid = compared != np.asarray(ignore_class).astype(y_pred.dtype)
        if valid.shape != _without(y_pred.shape, axis):
            raise LossError("shape_mismatch", f"{y_true.shape} and {y_pred.shape}")
        y_true = np.where(valid, y_true, np.zeros((), y_true.dtype))
        predictions = np.where(np.expand_dims(valid, axis), predictions, arithmetic.zero)
    if y_true.ndim == y_pred.ndim and y_true.shape[-1] == 1:
        y_true = np.squeeze(y_true, -1)
    # JAX wants the ids to have the leading axes, whichever axis the classes are on.
    if y_true.shape != y_pred.shape[:-1] or y_true.shape != _without(y_pred.shape, axis):
        raise LossError("shape_mismatch", f"{y_true.shape} and {y_pred.shape}")
    if from_logits:
        log_probabilities = arithmetic.log_softmax(predictions, axis)
    else:
        rule = arithmetic.dialect.sparse_rescale
        log_probabilities = np.log(rescale_and_clip(predictions, rule, axis, arithmetic))
    one_hot = one_hot_ids(y_true, y_pred.shape[axis], arithmetic.dialect)
    labels = np.where(np.moveaxis(one_hot, -1, axis), arithmetic.one, arithmetic.zero)
    losses = np.negative(arithmetic.sum(labels * log_probabilities, axis))
    if valid is not None:
        losses = np.where(valid, losses, arithmetic.zero)
    return Unreduced(losses, valid)


def one_hot_ids(labels: Array, classes: int, dialect: Dialect) -> Array:
    """Whether a label is each of the classes, on a new last axis."""
    ids = class_ids(labels)
    if dialect.nan_class_id == "no_class" and labels.dtype.kind == "f":
        ids = np.where(np.isnan(labels), -1, ids)
    if dialect.large_class_ids == "error" and np.any(ids >= classes):
        raise LossError("class_id_out_of_range", f"{ids.max()} of {classes} classes")
    return ids[..., np.newaxis] == np.arange(classes)


def class_ids(labels: Array) -> Array:
    """Labels as integers: truncated towards zero, NaN as 0, saturated."""
    if labels.dtype.kind in "iub":
        return labels.astype(np.int64)
    bounded = np.clip(np.nan_to_num(labels.astype(np.float64), nan=0.0), -(2.0**31), 2.0**31 - 1)
    return np.trunc(bounded).astype(np.int64)


def _without(shape: tuple[int, ...], axis: int) -> tuple[int, ...]:
    return shape[:axis] + shape[axis + 1 :]
