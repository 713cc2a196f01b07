"""Compiling a loss with JAX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from ..workloads import GRADIENT, LOSSES, Workload
from .peer import Array, Call


def compiled(
    workload: Workload,
    labels: Array,
    predictions: Array,
    losses: Callable[[Any, Any], Any],
    loss: Callable[[Any, Any], Any],
) -> Call:
    """`jax.jit` of what is asked: the losses of the rows, or the reduced loss."""
    jax.clear_caches()
    t, p = jax.block_until_ready((jnp.asarray(labels), jnp.asarray(predictions)))
    if workload.quantity == LOSSES:
        function = jax.jit(losses)
    elif workload.quantity == GRADIENT:
        function = jax.jit(jax.value_and_grad(loss, argnums=1))
    else:
        function = jax.jit(loss)
    return lambda: jax.block_until_ready(function(t, p))
