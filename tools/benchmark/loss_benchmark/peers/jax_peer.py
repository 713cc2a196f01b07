"""JAX: formulas written by hand, compiled."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from ..workloads import Workload
from .jax_call import compiled
from .jax_formulas import FORMULAS, FROM_LOGITS
from .peer import Array, Call


class JAXPeer:
    """Computes with `jax.jit`."""

    def prepared(self, workload: Workload, labels: Array, predictions: Array) -> Call:
        """The formula, compiled."""
        losses = (FROM_LOGITS if workload.from_logits else FORMULAS)[workload.loss]
        return compiled(workload, labels, predictions, losses, lambda t, p: jnp.mean(losses(t, p)))

    def version(self) -> str:
        """The version of JAX."""
        return f"JAX {jax.__version__}"


def peer(threads: int, dtype: str) -> JAXPeer:
    """Creates the peer."""
    jax.config.update("jax_enable_x64", dtype == "float64")
    return JAXPeer()
