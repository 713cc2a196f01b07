"""Answers cases with real tf.keras 2, the package tf-keras (loss-parity/answer/1).

usage: tf_keras_adapter.py
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from keras_adapter import CLASS_NAMES, tensorflow_gradient
from protocol import Losses, RefusedError, Request, arrays, serve, summary


def main() -> None:
    """Answers each line of standard input, until it ends."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import tensorflow as tf
    import tf_keras

    serve(lambda request: value_and_gradient(tf, tf_keras.losses, request))


def value_and_gradient(tf: Any, losses: Any, request: Request) -> Losses:
    """The losses of tf.keras and, where the request asks for it, their gradient."""
    loss, y_pred = question(tf, losses, request)
    value = np.asarray(loss(y_pred).numpy())
    if not request.get("gradient"):
        return Losses(value)
    try:
        return Losses(value, np.asarray(tensorflow_gradient(loss, y_pred).numpy()))
    except Exception as error:  # the value is an answer without it
        print(f"{request['id']}: no gradient: {summary(error)}", file=sys.stderr)
        return Losses(value)


def question(tf: Any, losses: Any, request: Request) -> tuple[Callable[[Any], Any], Any]:
    """The class or the function that a request names, as a function of y_pred, and y_pred."""
    inputs = {name: tf.convert_to_tensor(value) for name, value in arrays(request).items()}
    y_pred = inputs["y_pred"]
    if y_pred.dtype.name != request["dtype"]:
        raise RefusedError("not_in_dialect", "the losses of tf.keras 2 have no dtype of their own")
    name = request["loss"] if request["form"] == "function" else CLASS_NAMES[request["loss"]]
    if not hasattr(losses, name):
        raise RefusedError("not_in_dialect", f"tf.keras 2 has no {name}")
    if request["form"] == "function":
        function = getattr(losses, name)
        return lambda y_pred: function(inputs["y_true"], y_pred, **request["config"]), y_pred
    loss = getattr(losses, name)(**request["config"])

    def reduced(y_pred: Any) -> Any:
        if "mask" in inputs:
            y_pred._keras_mask = inputs["mask"]
        return loss(inputs["y_true"], y_pred, sample_weight=inputs.get("sample_weight"))

    return reduced, y_pred


if __name__ == "__main__":
    main()
