"""The losses as one writes them by hand in JAX: of each row, to be compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

EPSILON = 1e-7
Formula = Callable[[Any, Any], Any]


def _clipped(p: Any) -> Any:
    return jnp.clip(p, EPSILON, 1 - EPSILON)


def _categorical(t: Any, p: Any) -> Any:
    return -jnp.sum(t * jnp.log(_clipped(p / jnp.sum(p, -1, keepdims=True))), -1)


def _picked(p: Any, ids: Any) -> Any:
    return jnp.take_along_axis(p, ids[:, None], -1)[:, 0]


def _sparse(ids: Any, p: Any) -> Any:
    return -jnp.log(_clipped(_picked(p, ids) / jnp.sum(p, -1)))


def _binary(t: Any, p: Any) -> Any:
    q = _clipped(p)
    return -(t * jnp.log(q) + (1 - t) * jnp.log(1 - q))


def _binary_from_logits(t: Any, x: Any) -> Any:
    return jnp.mean(jnp.maximum(x, 0) - x * t + jnp.log1p(jnp.exp(-jnp.abs(x))), -1)


def _focal(t: Any, p: Any) -> Any:
    return jnp.mean((1 - (t * p + (1 - t) * (1 - p))) ** 2 * _binary(t, p), -1)


def _log_cosh(t: Any, p: Any) -> Any:
    size = jnp.abs(p - t)
    return jnp.mean(size + jnp.log1p(jnp.exp(-2 * size)) - jnp.log(2.0).astype(p.dtype), -1)


def _squared_logarithmic(t: Any, p: Any) -> Any:
    logarithms = jnp.log1p(jnp.maximum(p, EPSILON)) - jnp.log1p(jnp.maximum(t, EPSILON))
    return jnp.mean(logarithms**2, -1)


def _kl_divergence(t: Any, p: Any) -> Any:
    t, p = jnp.clip(t, EPSILON, 1), jnp.clip(p, EPSILON, 1)
    return jnp.sum(t * jnp.log(t / p), -1)


def _cosine(t: Any, p: Any) -> Any:
    sizes = jnp.sum(t * t, -1) * jnp.sum(p * p, -1)
    return -jnp.sum(t * p, -1) * jax.lax.rsqrt(sizes)


def _huber(t: Any, p: Any) -> Any:
    size = jnp.abs(p - t)
    return jnp.mean(jnp.where(size <= 1, 0.5 * size * size, size - 0.5), -1)


def _percentage(t: Any, p: Any) -> Any:
    return 100 * jnp.mean(jnp.abs((t - p) / jnp.maximum(jnp.abs(t), EPSILON)), -1)


def _categorical_hinge(t: Any, p: Any) -> Any:
    return jnp.maximum(jnp.max((1 - t) * p, -1) - jnp.sum(t * p, -1) + 1, 0)


def _dice(t: Any, p: Any) -> Any:
    return 1 - 2 * jnp.sum(t * p) / (jnp.sum(t) + jnp.sum(p) + EPSILON)


def _tversky(t: Any, p: Any) -> Any:
    common = jnp.sum(t * p)
    missed, wrong = jnp.sum(t * (1 - p)), jnp.sum(p * (1 - t))
    return 1 - common / (common + 0.5 * missed + 0.5 * wrong + EPSILON)


FORMULAS: dict[str, Formula] = {
    "categorical_crossentropy": _categorical,
    "sparse_categorical_crossentropy": _sparse,
    "binary_crossentropy": lambda t, p: jnp.mean(_binary(t, p), -1),
    "binary_focal_crossentropy": _focal,
    "log_cosh": _log_cosh,
    "mean_squared_logarithmic_error": _squared_logarithmic,
    "kl_divergence": _kl_divergence,
    "poisson": lambda t, p: jnp.mean(p - t * jnp.log(p + EPSILON), -1),
    "cosine_similarity": _cosine,
    "mean_squared_error": lambda t, p: jnp.mean((p - t) ** 2, -1),
    "mean_absolute_error": lambda t, p: jnp.mean(jnp.abs(p - t), -1),
    "huber": _huber,
    "mean_absolute_percentage_error": _percentage,
    "hinge": lambda t, p: jnp.mean(jnp.maximum(1 - t * p, 0), -1),
    "squared_hinge": lambda t, p: jnp.mean(jnp.maximum(1 - t * p, 0) ** 2, -1),
    "categorical_hinge": _categorical_hinge,
    "dice": _dice,
    "tversky": _tversky,
}
FROM_LOGITS: dict[str, Formula] = {
    "categorical_crossentropy": lambda t, x: -jnp.sum(t * jax.nn.log_softmax(x), -1),
    "sparse_categorical_crossentropy": lambda ids, x: (jax.nn.logsumexp(x, -1) - _picked(x, ids)),
    "binary_crossentropy": _binary_from_logits,
}
