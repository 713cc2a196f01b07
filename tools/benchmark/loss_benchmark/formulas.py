"""The losses in NumPy, as their definitions read, in the dtype of the predictions.

Each takes labels, predictions and whether slopes are wanted; it returns the losses of the rows and
the gradient of the losses' sum, or `None` for it. In float64 they are what everybody's results are
held against; in float32 they are the competitor NumPy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .workloads import Workload

Array = np.ndarray[Any, np.dtype[Any]]
Answer = tuple[Array, Array | None]
Formula = Callable[[Array, Array, bool], Answer]
EPSILON = 1e-7


def formula(workload: Workload) -> Formula:
    """The formula of a workload's loss."""
    return (FROM_LOGITS if workload.from_logits else FORMULAS)[workload.loss]


def categorical_crossentropy(t: Array, p: Array, slopes: bool) -> Answer:
    """-sum(t log q), q = p / sum(p)."""
    total = p.sum(axis=-1, keepdims=True)
    q = np.clip(p / total, EPSILON, 1 - EPSILON)
    losses = -(t * np.log(q)).sum(axis=-1)
    if not slopes:
        return losses, None
    by_logarithm = t * ((q > EPSILON) & (q < 1 - EPSILON))
    return losses, by_logarithm.sum(axis=-1, keepdims=True) / total - by_logarithm / p


def categorical_crossentropy_from_logits(t: Array, x: Array, slopes: bool) -> Answer:
    """-sum(t log softmax(x))."""
    shifted = x - x.max(axis=-1, keepdims=True)
    exponentials = np.exp(shifted)
    total = exponentials.sum(axis=-1, keepdims=True)
    losses = -(t * (shifted - np.log(total))).sum(axis=-1)
    if not slopes:
        return losses, None
    return losses, exponentials / total * t.sum(axis=-1, keepdims=True) - t


def sparse_categorical_crossentropy(ids: Array, p: Array, slopes: bool) -> Answer:
    """-log q of each row's class."""
    rows = np.arange(len(ids))
    total = p.sum(axis=-1)
    q = np.clip(p[rows, ids] / total, EPSILON, 1 - EPSILON)
    losses = -np.log(q)
    if not slopes:
        return losses, None
    inside = (q > EPSILON) & (q < 1 - EPSILON)
    gradient = np.repeat((inside / total)[:, np.newaxis], p.shape[-1], axis=-1)
    gradient[rows, ids] -= inside / p[rows, ids]
    return losses, gradient.astype(p.dtype, copy=False)


def sparse_categorical_crossentropy_from_logits(ids: Array, x: Array, slopes: bool) -> Answer:
    """-log softmax(x) of each row's class."""
    rows = np.arange(len(ids))
    shifted = x - x.max(axis=-1, keepdims=True)
    exponentials = np.exp(shifted)
    total = exponentials.sum(axis=-1)
    losses = np.log(total) - shifted[rows, ids]
    if not slopes:
        return losses, None
    gradient = exponentials / total[:, np.newaxis]
    gradient[rows, ids] -= 1
    return losses, gradient


def binary_crossentropy(t: Array, p: Array, slopes: bool) -> Answer:
    """The mean of -(t log q + (1 - t) log(1 - q))."""
    q = np.clip(p, EPSILON, 1 - EPSILON)
    losses = -(t * np.log(q) + (1 - t) * np.log(1 - q))
    return _means(losses, (q - t) / (q * (1 - q)) * (p == q) if slopes else None)


def binary_crossentropy_from_logits(t: Array, x: Array, slopes: bool) -> Answer:
    """The mean of max(x, 0) - x t + log(1 + exp(-|x|))."""
    exponentials = np.exp(-np.abs(x))
    losses = np.maximum(x, 0) - x * t + np.log1p(exponentials)
    if not slopes:
        return _means(losses, None)
    return _means(losses, np.where(x >= 0, 1, exponentials) / (1 + exponentials) - t)


def binary_focal_crossentropy(t: Array, p: Array, slopes: bool) -> Answer:
    """The mean of (1 - p_t)^2 times the crossentropy, p_t = t p + (1 - t) (1 - p)."""
    q = np.clip(p, EPSILON, 1 - EPSILON)
    crossentropy = -(t * np.log(q) + (1 - t) * np.log(1 - q))
    miss = 1 - (t * p + (1 - t) * (1 - p))
    losses = miss * miss * crossentropy
    if not slopes:
        return _means(losses, None)
    by_crossentropy = (q - t) / (q * (1 - q)) * (p == q)
    return _means(losses, miss * (miss * by_crossentropy - 2 * (2 * t - 1) * crossentropy))


def log_cosh(t: Array, p: Array, slopes: bool) -> Answer:
    """The mean of log(cosh(p - t)) = |d| + log(1 + exp(-2 |d|)) - log 2."""
    d = p - t
    size = np.abs(d)
    losses = size + np.log1p(np.exp(-2 * size)) - float(np.log(2))
    return _means(losses, np.tanh(d) if slopes else None)


def mean_squared_logarithmic_error(t: Array, p: Array, slopes: bool) -> Answer:
    """The mean of (log(1 + p) - log(1 + t))^2, both at least epsilon."""
    positive = np.maximum(p, EPSILON)
    d = np.log1p(positive) - np.log1p(np.maximum(t, EPSILON))
    return _means(d * d, 2 * d / (1 + positive) * (p >= EPSILON) if slopes else None)


def kl_divergence(t: Array, p: Array, slopes: bool) -> Answer:
    """sum(t log(t / p)), both within [epsilon, 1]."""
    t, q = np.clip(t, EPSILON, 1), np.clip(p, EPSILON, 1)
    quotients = t / q
    return (t * np.log(quotients)).sum(axis=-1), -quotients * (p == q) if slopes else None


def poisson(t: Array, p: Array, slopes: bool) -> Answer:
    """The mean of p - t log(p + epsilon)."""
    shifted = p + EPSILON
    return _means(p - t * np.log(shifted), 1 - t / shifted if slopes else None)


def cosine_similarity(t: Array, p: Array, slopes: bool) -> Answer:
    """-sum(t p) / (|t| |p|)."""
    label_sizes = np.sqrt((t * t).sum(axis=-1, keepdims=True))
    sizes = np.sqrt((p * p).sum(axis=-1, keepdims=True))
    cosines = (t * p).sum(axis=-1, keepdims=True) / (label_sizes * sizes)
    if not slopes:
        return -cosines[:, 0], None
    return -cosines[:, 0], (cosines * p / sizes - t / label_sizes) / sizes


def mean_squared_error(t: Array, p: Array, slopes: bool) -> Answer:
    """The mean of (p - t)^2."""
    d = p - t
    return _means(d * d, 2 * d if slopes else None)


def mean_absolute_error(t: Array, p: Array, slopes: bool) -> Answer:
    """The mean of |p - t|."""
    d = p - t
    return _means(np.abs(d), np.sign(d) if slopes else None)


def huber(t: Array, p: Array, slopes: bool) -> Answer:
    """The mean of d^2 / 2 for |d| up to 1, else of |d| - 1/2."""
    d = p - t
    size = np.abs(d)
    losses = np.where(size <= 1, d * d * 0.5, size - 0.5)
    return _means(losses, np.clip(d, -1, 1) if slopes else None)


def mean_absolute_percentage_error(t: Array, p: Array, slopes: bool) -> Answer:
    """100 times the mean of |t - p| / |t|, that at least epsilon."""
    sizes = np.maximum(np.abs(t), EPSILON)
    d = p - t
    return _means(100 * np.abs(d / sizes), 100 * np.sign(d) / sizes if slopes else None)


def hinge(t: Array, p: Array, slopes: bool) -> Answer:
    """The mean of max(1 - t p, 0), t being -1 or 1."""
    miss = 1 - t * p
    return _means(np.maximum(miss, 0), -t * (miss > 0) if slopes else None)


def squared_hinge(t: Array, p: Array, slopes: bool) -> Answer:
    """The mean of max(1 - t p, 0)^2, t being -1 or 1."""
    miss = np.maximum(1 - t * p, 0)
    return _means(miss * miss, -2 * t * miss if slopes else None)


def categorical_hinge(t: Array, p: Array, slopes: bool) -> Answer:
    """max(max((1 - t) p) - sum(t p) + 1, 0)."""
    others = (1 - t) * p
    peak = others.max(axis=-1, keepdims=True)
    miss = peak - (t * p).sum(axis=-1, keepdims=True) + 1
    losses = np.maximum(miss, 0)[:, 0]
    if not slopes:
        return losses, None
    at_peak = others == peak
    # Elements that share the maximum share its slope.
    shares = at_peak / at_peak.sum(axis=-1, keepdims=True).astype(p.dtype)
    return losses, (miss > 0) * (shares * (1 - t) - t)


def dice(t: Array, p: Array, slopes: bool) -> Answer:
    """1 - 2 sum(t p) / (sum(t) + sum(p)) of the whole batch."""
    common = (t * p).sum()
    sizes = t.sum() + p.sum() + EPSILON
    loss = 1 - 2 * common / sizes
    return loss, 2 * common / (sizes * sizes) - t * (2 / sizes) if slopes else None


def tversky(t: Array, p: Array, slopes: bool) -> Answer:
    """1 - I / (I + (sum(t (1 - p)) + sum(p (1 - t))) / 2) of the batch, I = sum(t p)."""
    common = (t * p).sum()
    sizes = common + 0.5 * (t * (1 - p)).sum() + 0.5 * (p * (1 - t)).sum() + EPSILON
    loss = 1 - common / sizes
    if not slopes:
        return loss, None
    # The derivative of the denominator is t - t / 2 + (1 - t) / 2 = 1 / 2.
    return loss, 0.5 * common / (sizes * sizes) - t * (1 / sizes)


def _means(losses: Array, slopes: Array | None) -> Answer:
    columns = losses.shape[-1]
    return losses.mean(axis=-1), None if slopes is None else slopes * (1 / columns)


FORMULAS: dict[str, Formula] = {
    one.__name__: one
    for one in (
        categorical_crossentropy,
        sparse_categorical_crossentropy,
        binary_crossentropy,
        binary_focal_crossentropy,
        log_cosh,
        mean_squared_logarithmic_error,
        kl_divergence,
        poisson,
        cosine_similarity,
        mean_squared_error,
        mean_absolute_error,
        huber,
        mean_absolute_percentage_error,
        hinge,
        squared_hinge,
        categorical_hinge,
        dice,
        tversky,
    )
}
FROM_LOGITS: dict[str, Formula] = {
    "categorical_crossentropy": categorical_crossentropy_from_logits,
    "sparse_categorical_crossentropy": sparse_categorical_crossentropy_from_logits,
    "binary_crossentropy": binary_crossentropy_from_logits,
}
