"""Keras on JAX, compiled."""

from __future__ import annotations

import os

os.environ["KERAS_BACKEND"] = "jax"

import jax
import keras

from ..workloads import Workload
from .jax_call import compiled
from .keras_loss import keras_loss
from .peer import Array, Call


class KerasJAXPeer:
    """Computes with `jax.jit` of `keras.losses`."""

    def prepared(self, workload: Workload, labels: Array, predictions: Array) -> Call:
        """The loss, compiled."""
        loss = keras_loss(workload)
        return compiled(workload, labels, predictions, loss.call, loss)

    def version(self) -> str:
        """The versions of Keras and JAX."""
        return f"Keras {keras.__version__}, JAX {jax.__version__}"


def peer(threads: int, dtype: str) -> KerasJAXPeer:
    """Creates the peer."""
    jax.config.update("jax_enable_x64", dtype == "float64")
    return KerasJAXPeer()
