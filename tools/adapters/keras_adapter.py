"""Answers cases with real Keras: one line of JSON in, one line out (loss-parity/answer/1).

usage: keras_adapter.py --backend jax|tensorflow|torch|numpy
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import Any

import numpy as np

PROTOCOL = "loss-parity/answer/1"
Array = np.ndarray[Any, np.dtype[Any]]

CLASS_NAMES = {
    "mean_squared_error": "MeanSquaredError",
    "mean_absolute_error": "MeanAbsoluteError",
    "mean_absolute_percentage_error": "MeanAbsolutePercentageError",
    "mean_squared_logarithmic_error": "MeanSquaredLogarithmicError",
    "huber": "Huber",
    "log_cosh": "LogCosh",
    "cosine_similarity": "CosineSimilarity",
    "hinge": "Hinge",
    "squared_hinge": "SquaredHinge",
    "categorical_hinge": "CategoricalHinge",
    "kl_divergence": "KLDivergence",
    "poisson": "Poisson",
    "binary_crossentropy": "BinaryCrossentropy",
    "binary_focal_crossentropy": "BinaryFocalCrossentropy",
    "categorical_crossentropy": "CategoricalCrossentropy",
    "categorical_focal_crossentropy": "CategoricalFocalCrossentropy",
    "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy",
    "categorical_generalized_cross_entropy": "CategoricalGeneralizedCrossEntropy",
    "dice": "Dice",
    "tversky": "Tversky",
    "circle": "Circle",
    "ctc": "CTC",
}
"""The class of each function of keras.losses."""


def main() -> None:
    """Answers each line of standard input, until it ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--backend", required=True, choices=["jax", "tensorflow", "torch", "numpy"])
    backend = parser.parse_args().backend
    os.environ["KERAS_BACKEND"] = backend
    # Without it JAX has no float64.
    os.environ["JAX_ENABLE_X64"] = "1"
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import keras

    # Answers have standard output to themselves.
    output = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(answer(keras, request)), file=output, flush=True)


def answer(keras: Any, request: dict[str, Any]) -> dict[str, Any]:
    """Keras's answer to a request: a value, or an error of a code that the fixtures know."""
    if request.get("protocol") != PROTOCOL:
        return {"id": request.get("id"), "unsupported": f"expected protocol {PROTOCOL}"}
    try:
        losses = call(keras, request)
    except Exception as error:  # whatever Keras raises is its answer
        message = str(error).strip().split("\n")[0][:300]
        code = error_code(error)
        return {
            "id": request["id"],
            "error": {"code": code, "message": f"{type(error).__name__}: {message}"},
        }
    return {"id": request["id"], "value": tensor(losses)}


def call(keras: Any, request: dict[str, Any]) -> Array:
    """Calls the class or the function that a request names."""
    inputs = {name: array(value) for name, value in request["inputs"].items()}
    config = dict(request["config"])
    if isinstance(config.get("axis"), list):
        config["axis"] = tuple(config["axis"])
    if request["form"] == "function":
        function = getattr(keras.losses, request["loss"])
        y_pred = keras.ops.convert_to_tensor(inputs["y_pred"], dtype=request["dtype"])
        y_true = keras.ops.convert_to_tensor(inputs["y_true"])
        return keras.ops.convert_to_numpy(function(y_true, y_pred, **config))
    loss = getattr(keras.losses, CLASS_NAMES[request["loss"]])(dtype=request["dtype"], **config)
    y_pred = keras.ops.convert_to_tensor(inputs["y_pred"])
    if "mask" in inputs:
        keras.src.backend.set_keras_mask(y_pred, keras.ops.convert_to_tensor(inputs["mask"]))
    result = loss(inputs["y_true"], y_pred, sample_weight=inputs.get("sample_weight"))
    return keras.ops.convert_to_numpy(result)


def error_code(error: Exception) -> str:
    """The kind of an error, from its type and text: Keras and its backends have no codes."""
    text = str(error).lower()
    if "axis" in text and ("out of" in text or "bounds" in text or "range" in text):
        return "axis_out_of_range"
    if "reduction" in text or "0 < q < 1" in text or "must be in the interval" in text:
        return "invalid_parameter"
    return "other"


def array(value: dict[str, Any]) -> Array:
    """A tensor of the protocol as an array."""
    numbers = [float(number) if isinstance(number, str) else number for number in value["values"]]
    return np.array(numbers, dtype=value["dtype"]).reshape(value["shape"])


def tensor(losses: Any) -> dict[str, Any]:
    """An array as a tensor of the protocol."""
    losses = np.asarray(losses)
    return {
        "dtype": losses.dtype.name,
        "shape": list(losses.shape),
        "values": [number(value) for value in losses.ravel().tolist()],
    }


def number(value: float) -> float | str:
    """A number as JSON has it: non-finite ones are strings."""
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    return value


if __name__ == "__main__":
    main()
