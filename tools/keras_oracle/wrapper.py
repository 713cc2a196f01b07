"""keras.losses.Loss.__call__ (Keras 3.15.1): casts, rank repair, mask, weights, reduction."""

from __future__ import annotations

from typing import Any

import numpy as np

from .arithmetic import Arithmetic, Array
from .dialect import Dialect
from .errors import LossError
from .losses import LOSSES
from .losses._shapes import same_rank
from .number_format import cast
from .recorded import Number, select

REDUCTIONS = ("none", "sum", "sum_over_batch_size", "mean", "mean_with_sample_weight")


def call_function(
    loss: str,
    dialect: Dialect,
    config: dict[str, Any],
    y_true: Array,
    y_pred: Array,
    arithmetic: Arithmetic | None = None,
) -> Array:
    """What the bare function returns; it computes in the dtype of y_pred."""
    arithmetic = arithmetic or Arithmetic(y_pred.dtype.name, dialect)
    return LOSSES[loss](arithmetic, y_true, y_pred, **config).losses


def call_class(
    loss: str,
    dialect: Dialect,
    config: dict[str, Any],
    dtype: str,
    y_true: Array,
    y_pred: Array,
    sample_weight: Array | None = None,
    mask: Array | None = None,
    arithmetic: Arithmetic | None = None,
) -> Array:
    """What the loss class, made with `config` and `dtype`, returns."""
    arithmetic = arithmetic or Arithmetic(dtype, dialect)
    parameters = dict(config)
    reduction = parameters.pop("reduction", "sum_over_batch_size")
    if reduction is None:
        reduction = "none"
    if reduction not in REDUCTIONS:
        raise LossError("invalid_parameter", f"reduction {reduction!r}")
    if loss == "categorical_generalized_cross_entropy":
        # The one class that has a default that its function lacks, and checks a parameter.
        parameters.setdefault("q", 0.5)
        if not 0 < parameters["q"] < 1:
            raise LossError("invalid_parameter", f"q is {parameters['q']}, expected 0 < q < 1")
    y_true, y_pred = same_rank(cast(y_true, dtype), cast(y_pred, dtype))
    losses, own_mask = LOSSES[loss](arithmetic, y_true, y_pred, **parameters)
    # NumPy turns object arrays of rank 0 into bare numbers.
    losses = np.asarray(losses, dtype=object)
    if own_mask is not None:
        mask = own_mask if mask is None else _broadcast("mask", np.logical_and, mask, own_mask)
    weight = None if sample_weight is None else arithmetic.array(sample_weight)
    if mask is not None:
        weight = merged(mask, weight, reduction, arithmetic)
    if weight is not None:
        losses, weight = same_rank(losses, weight)
        losses = _broadcast("sample_weight", np.multiply, losses, weight)
    return reduced(losses, weight, reduction, arithmetic)


def merged(mask: Array, weight: Array | None, reduction: str, arithmetic: Arithmetic) -> Array:
    """Mask and weight as one weight; mean-like reductions give kept positions total / valid."""
    kept = arithmetic.one
    if reduction in ("mean", "sum_over_batch_size"):
        count = int(np.count_nonzero(mask))
        kept = arithmetic.number(mask.size) / count if count else arithmetic.zero
    factors = np.where(mask, kept, arithmetic.zero)
    if weight is None:
        return factors
    factors, weight = same_rank(factors, weight)
    product = _broadcast("sample_weight", np.multiply, weight, factors)
    if arithmetic.dialect.mask_and_weight == "in_place" and product.shape != weight.shape:
        raise LossError("weight_not_broadcastable", f"{weight.shape} and a mask {factors.shape}")
    return product


def reduced(losses: Array, weight: Array | None, reduction: str, arithmetic: Arithmetic) -> Array:
    """The weighted losses reduced; shapes () and (0,) stay as they are."""
    if reduction == "none" or losses.shape in ((), (0,)):
        return losses
    loss = arithmetic.sum(losses)
    if reduction == "sum":
        return loss
    if reduction == "mean_with_sample_weight" and weight is not None:
        divisor = arithmetic.sum(weight)[()]
    else:
        divisor = arithmetic.number(losses.size)
    return _array(divide_no_nan(loss[()], divisor, arithmetic))


def divide_no_nan(number: Number, divisor: Number, arithmetic: Arithmetic) -> Number:
    """number / divisor, 0 where the divisor is 0."""
    if divisor.value == 0:
        return select(arithmetic.tape, arithmetic.zero, number)
    return number / divisor


def _broadcast(argument: str, operation: Any, first: Array, second: Array) -> Array:
    try:
        return np.asarray(operation(first, second))
    except ValueError as error:
        raise LossError("weight_not_broadcastable", f"{argument}: {error}") from None


def _array(number: Number) -> Array:
    result = np.empty((), dtype=object)
    result[()] = number
    return result
