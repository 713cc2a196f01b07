"""keras.losses.circle (Keras 3.15.1)."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array
from ..errors import LossError
from ..unreduced import Unreduced


def circle(
    arithmetic: Arithmetic,
    y_true: Array,
    y_pred: Array,
    gamma: float = 80.0,
    margin: float = 0.4,
    remove_diagonal: bool = True,
) -> Unreduced:
    """softplus(logsumexp(-gamma w_p (margin - D)) + logsumexp(gamma w_n (1 - margin - D))).

    D = max(1 - p p^T, 0); w_p = margin + D over pairs of one label, w_n = max(1 + margin - D, 0)
    over the others. Losses that are not positive are masked.
    """
    if y_pred.ndim != 2:
        raise LossError("shape_mismatch", f"embeddings of shape {y_pred.shape}, expected (n, d)")
    if y_true.ndim == 2 and y_true.shape[1] == 1:
        y_true = np.squeeze(y_true, 1)
    if y_true.shape != y_pred.shape[:1]:
        raise LossError("shape_mismatch", f"{y_true.shape} and {y_pred.shape}")
    embeddings = arithmetic.predictions(y_pred)
    products = arithmetic.sum(embeddings[:, np.newaxis, :] * embeddings[np.newaxis, :, :], -1)
    distances = arithmetic.positive_part(np.asarray(arithmetic.one - products, dtype=object))
    same = y_true[:, np.newaxis] == y_true[np.newaxis, :]
    others = ~same
    if remove_diagonal:
        same = same & ~np.eye(len(y_true), dtype=bool)
    scale, limit = arithmetic.number(gamma), arithmetic.number(margin)
    other_limit = arithmetic.number(1.0 - margin)
    pulled = arithmetic.positive_part(limit + distances)
    pushed = arithmetic.positive_part(arithmetic.number(1.0 + margin) - distances)
    positive = np.negative(scale) * pulled * (limit - distances)
    negative = scale * pushed * (other_limit - distances)
    losses = arithmetic.softplus(
        _log_sum_exp(positive, same, arithmetic) + _log_sum_exp(negative, others, arithmetic)
    )
    mask = np.frompyfunc(lambda loss: arithmetic.zero < loss, 1, 1)(losses).astype(bool)
    return Unreduced(losses, mask)


def _log_sum_exp(values: Array, mask: Array, arithmetic: Arithmetic) -> Array:
    """log(sum(exp(x))) over the masked numbers of each row; -inf where there are none."""
    result = np.empty(len(values), dtype=object)
    for row, (numbers, kept) in enumerate(zip(values, mask)):
        chosen = numbers[kept]
        if len(chosen) == 0:
            result[row] = arithmetic.number(-np.inf)
            continue
        peak = arithmetic.max(chosen, -1)[0]
        shifted = np.exp(chosen - peak)
        result[row] = arithmetic.sum(shifted)[()].log() + peak
    return result
