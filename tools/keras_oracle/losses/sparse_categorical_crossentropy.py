"""keras.losses.sparse_categorical_crossentropy (Keras 3.15.1)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arithmetic import Arithmetic, Array, normalised_axis
from ..dialect import Dialect
from ..errors import LossError
from ..unreduced import Unreduced
from ._probabilities import log_probabilities
from ._shapes import require_axes


def sparse_categorical_crossentropy(
    arithmetic: Arithmetic,
    y_true: Array,
    y_pred: Array,
    from_logits: bool = False,
    ignore_class: int | None = None,
    axis: int = -1,
) -> Unreduced:
    """-log(q) of the labelled class; an id that is no class contributes nothing, or is refused."""
    dialect = arithmetic.dialect
    require_axes(y_pred)
    if dialect.sparse_ids != "matched":
        if y_pred.ndim == 1 and (y_true.ndim == 1 or dialect.sparse_ids == "always_flattened"):
            y_pred = y_pred[np.newaxis]
        if y_pred.ndim > 3 and dialect.sparse_ids == "always_flattened":
            y_pred = y_pred.reshape(-1, y_pred.shape[-1])
    axis = normalised_axis(axis, y_pred.ndim)
    if dialect.sparse_axis == "last_only" and axis != y_pred.ndim - 1:
        raise LossError("not_in_dialect", f"{dialect.id} has no axis but the last")
    y_true = _ids_of_rows(y_true, y_pred.shape, axis, dialect)
    predictions = arithmetic.predictions(y_pred)
    valid = None
    if ignore_class is not None:
        valid = _counted(y_true, ignore_class, y_pred.dtype, dialect)
        y_true = np.where(valid, y_true, np.zeros((), y_true.dtype))
        predictions = np.where(np.expand_dims(valid, axis), predictions, arithmetic.zero)
    rule = dialect.sparse_rescale if dialect.rescale == "before_clip" else dialect.rescale
    log_q = log_probabilities(predictions, from_logits, rule, axis, arithmetic)
    one_hot = np.moveaxis(_one_hot(y_true, y_pred.shape[axis], dialect), -1, axis)
    if dialect.sparse_selection == "one_hot":
        labels = np.where(one_hot, arithmetic.one, arithmetic.zero)
        selected = labels * log_q
    else:
        selected = arithmetic.where(one_hot, log_q, arithmetic.zero)
    losses = np.negative(arithmetic.class_sum(selected, axis))
    if valid is not None:
        losses = np.where(valid, losses, arithmetic.zero)
    return Unreduced(losses, valid)


def _ids_of_rows(y_true: Array, shape: tuple[int, ...], axis: int, dialect: Dialect) -> Array:
    """The ids, one for each row of classes; `shape_mismatch` where they do not fit."""
    rows = shape[:axis] + shape[axis + 1 :]
    if dialect.sparse_ids != "matched" and y_true.ndim != len(rows):
        if y_true.size != int(np.prod(rows, dtype=np.int64)):
            raise LossError("shape_mismatch", f"{y_true.shape} and {shape}")
        return y_true.reshape(rows)
    for candidate in (axis, -1):
        if y_true.ndim == len(shape) and y_true.shape[candidate] == 1:
            y_true = np.squeeze(y_true, candidate)
    leads = dialect.sparse_axis != "leading_ids" or y_true.shape == shape[:-1]
    if y_true.shape != rows or not leads:
        raise LossError("shape_mismatch", f"{y_true.shape} and {shape}")
    return y_true


def _counted(labels: Array, ignored: int, dtype: Any, dialect: Dialect) -> Array:
    """Which labels are not the ignored class."""
    if dialect.ignore_class_compared == "as_ids":
        return class_ids(labels) != ignored
    return labels.astype(dtype) != np.asarray(ignored).astype(dtype)


def _one_hot(labels: Array, classes: int, dialect: Dialect) -> Array:
    """As `one_hot_ids`; ids that are no class are refused where the dialect does so."""
    one_hot = one_hot_ids(labels, classes, dialect)
    free = one_hot.any(-1)
    if not free.all() and dialect.ignored_class_id is not None:
        free = free | (class_ids(labels) == dialect.ignored_class_id)
    if not free.all() and dialect.sparse_class_ids == "refused":
        raise LossError("class_id_out_of_range", f"not all of {labels} are below {classes}")
    return one_hot


def one_hot_ids(labels: Array, classes: int, dialect: Dialect) -> Array:
    """Whether a label is each of the classes, on a new last axis."""
    ids = class_ids(labels)
    unknown = np.isnan(labels) if labels.dtype.kind == "f" else np.zeros(labels.shape, bool)
    if unknown.any() and dialect.nan_class_id == "no_class":
        ids = np.where(unknown, -1, ids)
    if np.any(ids >= classes) and dialect.large_class_ids == "error":
        raise LossError("class_id_out_of_range", f"{ids.max()} of {classes} classes")
    return ids[..., np.newaxis] == np.arange(classes)


def class_ids(labels: Array) -> Array:
    """Labels as integers: truncated towards zero, NaN as 0, saturated."""
    if labels.dtype.kind in "iub":
        return labels.astype(np.int64)
    bounded = np.clip(np.nan_to_num(labels.astype(np.float64), nan=0.0), -(2.0**31), 2.0**31 - 1)
    return np.trunc(bounded).astype(np.int64)
