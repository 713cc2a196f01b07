"""keras.losses.circle (Keras 3.15.1)."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array, as_array
from ..errors import LossError
from ..unreduced import Unreduced
from .sparse_categorical_crossentropy import class_ids


def circle(
    arithmetic: Arithmetic,
    y_true: Array,
    y_pred: Array,
    gamma: float = 80.0,
    margin: float = 0.4,
    remove_diagonal: bool = True,
    *,
    ref_labels: Array | None = None,
    ref_embeddings: Array | None = None,
) -> Unreduced:
    """softplus(logsumexp(-gamma w_p (margin - D)) + logsumexp(gamma w_n (1 - margin - D))).

    D = max(1 - p r^T, 0), r the references: p itself where there are none, else constants.
    w_p = margin + D over pairs of one label, w_n = max(1 + margin - D, 0) over the others.
    Losses that are not positive are masked.
    """
    labels = _labels(y_true, y_pred)
    references = _labels(
        y_true if ref_labels is None else ref_labels,
        y_pred if ref_embeddings is None else ref_embeddings,
    )
    embeddings = arithmetic.predictions(y_pred)
    others = embeddings if ref_embeddings is None else arithmetic.array(ref_embeddings)
    if embeddings.shape[1] != others.shape[1]:
        raise LossError("shape_mismatch", f"{embeddings.shape} and references {others.shape}")
    distances = _distances(embeddings, others, arithmetic)
    same = labels[:, np.newaxis] == references[np.newaxis, :]
    different = ~same
    if remove_diagonal:
        same = same & ~np.eye(*same.shape, dtype=bool)
    scale, limit = arithmetic.number(gamma), arithmetic.number(margin)
    other_limit = arithmetic.number(1.0 - margin)
    pulled = _weights(limit + distances, arithmetic)
    pushed = _weights(arithmetic.number(1.0 + margin) - distances, arithmetic)
    positive_scale = scale if arithmetic.dialect.circle_gamma == "both" else arithmetic.one
    positive = np.negative(positive_scale) * pulled * (limit - distances)
    negative = scale * pushed * (other_limit - distances)
    losses = arithmetic.softplus(
        arithmetic.log_sum_exp_of(positive, same) + arithmetic.log_sum_exp_of(negative, different)
    )
    return Unreduced(losses, losses > 0)


def _distances(embeddings: Array, others: Array, arithmetic: Arithmetic) -> Array:
    """max(1 - p r^T, 0)."""
    if arithmetic.dialect.circle_embeddings == "normalised":
        embeddings, others = (
            vectors / np.sqrt(arithmetic.sum(np.square(vectors), -1, keepdims=True))
            for vectors in (embeddings, others)
        )
    products = arithmetic.sum(embeddings[:, np.newaxis, :] * others[np.newaxis, :, :], -1)
    rule = arithmetic.dialect.circle_distance
    if rule == "product":
        return arithmetic.positive_part(products)
    distances = as_array(arithmetic.one - products)
    return distances if rule == "uncut" else arithmetic.positive_part(distances)


def _weights(values: Array, arithmetic: Arithmetic) -> Array:
    """max(x, 0)."""
    rule = arithmetic.dialect.circle_weights
    if rule == "one":
        return arithmetic.full(values.shape, arithmetic.one)
    weights = arithmetic.positive_part(values)
    return arithmetic.constants(weights) if rule == "detached" else weights


def _labels(labels: Array, embeddings: Array) -> Array:
    """The label of each embedding as an integer, from (n,) or (n, 1)."""
    if embeddings.ndim != 2:
        raise LossError(
            "shape_mismatch", f"embeddings of shape {embeddings.shape}, expected (n, d)"
        )
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = np.squeeze(labels, 1)
    if labels.shape != embeddings.shape[:1]:
        raise LossError("shape_mismatch", f"{labels.shape} and {embeddings.shape}")
    return class_ids(labels)
