"""The losses of Keras, whatever it computes with."""

from __future__ import annotations

from typing import Any

import keras

from ..workloads import Workload

CLASSES = {
    name.lower(): value for name, value in vars(keras.losses).items() if isinstance(value, type)
}


def keras_loss(workload: Workload) -> Any:
    """The object of `keras.losses` that computes a workload."""
    keras.config.set_floatx(workload.dtype)
    parameters = {"from_logits": True} if workload.from_logits else {}
    return CLASSES[workload.loss.replace("_", "")](**parameters)
