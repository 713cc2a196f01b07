"""keras.losses.Loss.__call__ (Keras 3.15.1, tf-keras 2.21): casts, ranks, mask, weights, mean."""

from __future__ import annotations

from typing import Any

import numpy as np

from .arithmetic import Arithmetic, Array, ExactArithmetic, Number, as_array
from .dialect import Dialect
from .errors import LossError
from .losses import LOSSES
from .losses._shapes import same_rank, squeezed
from .number_format import cast, held_in
from .unreduced import Unreduced
from .vocabulary import require

REDUCTIONS = ("none", "sum", "sum_over_batch_size", "mean", "mean_with_sample_weight")
_NAMES: dict[str, dict[str | None, str]] = {
    "keras_3": {**{name: name for name in REDUCTIONS}, None: "none"},
    "keras_2": {**{name: name for name in REDUCTIONS[:3]}, "auto": "sum_over_batch_size"},
}
"""What a dialect's names of reductions mean."""


def call_function(
    loss: str,
    dialect: Dialect,
    config: dict[str, Any],
    y_true: Array,
    y_pred: Array,
    arithmetic: Arithmetic | None = None,
    **references: Array,
) -> Array:
    """What the bare function returns; it computes in the dtype of y_pred.

    `references` are the arrays that circle's function takes besides.
    """
    require(loss, "function", config, dialect)
    require_castable(loss, y_true, y_pred, dialect)
    arithmetic = arithmetic or ExactArithmetic(y_pred.dtype.name, dialect)
    return unreduced(loss, arithmetic, y_true, y_pred, **config, **references).losses


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
    require(loss, "class", config, dialect)
    arithmetic = arithmetic or ExactArithmetic(dtype, dialect)
    parameters = dict(config)
    names = _NAMES[dialect.reduction_names]
    given = parameters.pop("reduction", "sum_over_batch_size")
    if given not in names:
        raise LossError("invalid_parameter", f"reduction {given!r}")
    reduction = names[given]
    if loss == "categorical_generalized_cross_entropy":
        # The one class that has a default that its function lacks, and checks a parameter.
        parameters.setdefault("q", 0.5)
        if not 0 < parameters["q"] < 1:
            raise LossError("invalid_parameter", f"q is {parameters['q']}, expected 0 < q < 1")
    if dialect.class_dtype == "own":
        y_true, y_pred = cast(y_true, dtype), cast(y_pred, dtype)
    elif y_pred.dtype != held_in(dtype):
        raise LossError("not_in_dialect", f"a class of {dialect.id} has no dtype of its own")
    require_castable(loss, y_true, y_pred, dialect)
    if dialect.class_ranks == "expand_vectors":
        y_true, y_pred = same_rank(y_true, y_pred)
    elif dialect.class_ranks == "squeeze":
        y_true, y_pred = squeezed(y_true, y_pred)
    losses, own_mask = unreduced(loss, arithmetic, y_true, y_pred, **parameters)
    if own_mask is not None and dialect.own_mask == "merged":
        mask = own_mask if mask is None else _broadcast("mask", np.logical_and, mask, own_mask)
    weight = None if sample_weight is None else weights(sample_weight, arithmetic)
    if mask is not None:
        weight = merged(mask, weight, reduction, arithmetic)
    if weight is not None:
        if dialect.weighting == "after_reduction":
            losses = reduced(losses, None, reduction, y_pred, arithmetic)
        losses, weight = weighted(losses, weight, arithmetic)
    result = reduced(losses, weight, reduction, y_pred, arithmetic)
    if dialect.result_root and reduction not in ("none", "sum"):
        result = as_array(np.sqrt(result))
    arithmetic.stage("reduced", result)
    return result


def unreduced(
    loss: str, arithmetic: Arithmetic, y_true: Array, y_pred: Array, **parameters: Any
) -> Unreduced:
    """The losses before weights and reduction."""
    if arithmetic.dialect.arguments == "predictions_first":
        y_true, y_pred = y_pred, y_true
    losses, mask = arithmetic.applied(LOSSES[loss], y_true, y_pred, **parameters)
    if arithmetic.dialect.sign == "negated":
        losses = np.negative(losses)
    # NumPy turns arrays of rank 0 into bare numbers.
    losses = as_array(losses)
    arithmetic.stage("per_sample", losses)
    return Unreduced(losses, mask)


def weights(sample_weight: Array, arithmetic: Arithmetic) -> Array:
    """The weights as numbers of the dtype."""
    weight = arithmetic.array(sample_weight)
    if arithmetic.dialect.weighting == "squared":
        return as_array(np.square(weight))
    if arithmetic.dialect.weighting == "normalised":
        return as_array(weight / arithmetic.sum(weight))
    return weight


def weighted(losses: Array, weight: Array, arithmetic: Arithmetic) -> tuple[Array, Array]:
    """The losses times their weights, and the weights with mended ranks."""
    losses, weight = weighable(losses, weight, arithmetic.dialect)
    arithmetic.stage("weights", weight)
    product = _broadcast("sample_weight", np.multiply, losses, weight)
    if arithmetic.dialect.weight_of_zero == "selects":
        product = arithmetic.where(weight != 0, product, arithmetic.zero)
    if arithmetic.dialect.slopes == "without_weights":
        unweighted = np.broadcast_to(losses, product.shape)
        product = arithmetic.with_elementwise_slopes(product, unweighted, arithmetic.one)
    arithmetic.stage("weighted", product)
    return product, weight


def merged(mask: Array, weight: Array | None, reduction: str, arithmetic: Arithmetic) -> Array:
    """Mask and weight as one weight; mean-like reductions give kept positions total / valid."""
    kept, dropped = arithmetic.one, arithmetic.zero
    scaled = arithmetic.dialect.mask_scale == "total_by_kept"
    if scaled and reduction in ("mean", "sum_over_batch_size"):
        count = int(np.count_nonzero(mask))
        if count:
            kept = arithmetic.number(mask.size) / arithmetic.number(count)
        elif arithmetic.dialect.fully_masked == "nan":
            # 0 * (total / 0).
            dropped = arithmetic.number(np.nan)
    factors = np.where(mask, kept, dropped)
    if weight is None:
        return factors
    factors, weight = weighable(factors, weight, arithmetic.dialect)
    product = _broadcast("sample_weight", np.multiply, weight, factors)
    if arithmetic.dialect.mask_and_weight == "in_place" and product.shape != weight.shape:
        raise LossError("weight_not_broadcastable", f"{weight.shape} and a mask {factors.shape}")
    return product


def weighable(losses: Array, weight: Array, dialect: Dialect) -> tuple[Array, Array]:
    """Losses and weight with mended ranks."""
    if dialect.weight_ranks == "mended":
        return same_rank(losses, weight)
    if dialect.weight_ranks == "as_given":
        return losses, weight
    # tf_keras.src.utils.losses_utils.squeeze_or_expand_dimensions (tf-keras 2.21).
    if weight.ndim == losses.ndim + 1:
        if weight.shape[-1] != 1:
            raise LossError("weight_not_broadcastable", f"{losses.shape} and {weight.shape}")
        weight = np.squeeze(weight, -1)
    elif losses.ndim == weight.ndim + 1 and weight.ndim > 0:
        weight = weight[..., np.newaxis]
    return losses, weight


def require_castable(loss: str, y_true: Array, y_pred: Array, dialect: Dialect) -> None:
    """Raises `not_in_dialect` for labels of another dtype that the loss does not cast."""
    cast = {
        "all": True,
        "all_but_cosine": loss != "cosine_similarity",
        "none": loss == "sparse_categorical_crossentropy",
    }[dialect.labels_cast]
    if not cast and y_true.dtype != y_pred.dtype:
        raise LossError("not_in_dialect", f"{loss} of {y_true.dtype} and {y_pred.dtype}")


def reduced(
    losses: Array, weight: Array | None, reduction: str, y_pred: Array, arithmetic: Arithmetic
) -> Array:
    """The weighted losses reduced; shape () stays as it is, and (0,) may."""
    dialect = arithmetic.dialect
    empty = ((), (0,)) if dialect.empty_losses == "unreduced" else ((),)
    if reduction == "none" or losses.shape in empty:
        return losses
    loss = arithmetic.sum(losses)
    if reduction == "sum":
        return loss
    by_weights = reduction == "mean_with_sample_weight" and weight is not None
    rule = dialect.weighted_divisor if by_weights else dialect.divisor
    divisor = divisor_of(rule, losses, weight, y_pred, arithmetic)
    mean = divide_no_nan(loss, divisor, arithmetic)
    if dialect.slopes == "of_sum":
        mean = arithmetic.with_elementwise_slopes(mean, loss, arithmetic.one)
    return mean


def divisor_of(
    rule: str, losses: Array, weight: Array | None, y_pred: Array, arithmetic: Arithmetic
) -> Number:
    """What a mean divides by: see `Steps.divisor`."""
    if rule == "weights" and weight is not None:
        return arithmetic.sum(weight)[()]
    if rule == "nonzero_weights" and weight is not None:
        of_losses = np.broadcast_to(weight, losses.shape)
        return arithmetic.number(int(np.count_nonzero(of_losses != 0)))
    counts = {
        "losses_minus_one": losses.size - 1,
        "samples": len(losses),
        "predictions": y_pred.size,
    }
    return arithmetic.number(counts.get(rule, losses.size))


def divide_no_nan(number: Array, divisor: Number, arithmetic: Arithmetic) -> Array:
    """number / divisor, 0 where the divisor is 0."""
    if divisor == 0:
        return arithmetic.where(np.array(True), arithmetic.zero, number)
    return as_array(number / divisor)


def _broadcast(argument: str, operation: Any, first: Array, second: Array) -> Array:
    try:
        return as_array(operation(first, second))
    except ValueError as error:
        raise LossError("weight_not_broadcastable", f"{argument}: {error}") from None
