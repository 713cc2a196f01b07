"""Keras on TensorFlow, compiled by XLA."""

from __future__ import annotations

import os

os.environ["KERAS_BACKEND"] = "tensorflow"

from typing import Any

import keras
import tensorflow as tf

from ..workloads import GRADIENT, LOSSES, Workload
from .keras_loss import keras_loss
from .peer import Array, Call


class KerasTensorFlowPeer:
    """Computes with `tf.function(jit_compile=True)` of `keras.losses`."""

    def prepared(self, workload: Workload, labels: Array, predictions: Array) -> Call:
        """The loss, compiled."""
        loss = keras_loss(workload)
        t, p = tf.constant(labels), tf.constant(predictions)

        def value_and_gradient(t: Any, p: Any) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(p)
                value = loss(t, p)
            return value, tape.gradient(value, p)

        chosen = {GRADIENT: value_and_gradient, LOSSES: loss.call}.get(workload.quantity, loss)
        function = tf.function(lambda t, p: chosen(t, p), jit_compile=True)
        compiled = function.get_concrete_function(t, p)
        return lambda: compiled(t, p)

    def version(self) -> str:
        """The versions of Keras and TensorFlow."""
        return f"Keras {keras.__version__}, TensorFlow {tf.__version__}"


def peer(threads: int, dtype: str) -> KerasTensorFlowPeer:
    """Creates the peer."""
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    return KerasTensorFlowPeer()
