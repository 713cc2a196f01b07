"""Answers cases with real Keras: one line of JSON in, one line out (loss-parity/answer/1).

usage: keras_adapter.py --backend jax|tensorflow|torch|numpy
"""

from __future__ import annotations

import argparse
import contextlib
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
    parser.add_argument(
        "--keep-float64",
        action="store_true",
        help="let Keras on JAX compute means and CTC of float64 in float64, not in float32",
    )
    arguments = parser.parse_args()
    backend = arguments.backend
    os.environ["KERAS_BACKEND"] = backend
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import keras

    precision = jax_precision if backend == "jax" else lambda _: contextlib.nullcontext()
    if arguments.keep_float64:
        keep_float64()

    # Answers have standard output to themselves.
    output = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        request = json.loads(line)
        with precision(request.get("dtype")):
            print(json.dumps(answer(keras, request)), file=output, flush=True)


def jax_precision(dtype: str) -> contextlib.AbstractContextManager[Any]:
    """Gives JAX the float64 that it has only if it is told so, and only where a case wants it."""
    import jax

    return jax.enable_x64(dtype == "float64")


def keep_float64() -> None:
    """Lets Keras's promotion of float64 and float32 give float64.

    On JAX it gives float32, so means and CTC of float64 are computed in float32.
    """
    from keras.src import backend
    from keras.src.backend.common import dtypes

    original = dtypes.result_type

    def result_type(*types: Any) -> str:
        if any(backend.standardize_dtype(type) == "float64" for type in types if type):
            return "float64"
        return original(*types)

    dtypes.result_type = backend.result_type = result_type


def answer(keras: Any, request: dict[str, Any]) -> dict[str, Any]:
    """Keras's answer to a request: a value, or an error."""
    if request.get("protocol") != PROTOCOL:
        return {"id": request.get("id"), "unsupported": f"expected protocol {PROTOCOL}"}
    try:
        losses = call(keras, request)
    except Exception as error:  # whatever Keras raises is its answer
        message = str(error).strip().split("\n")[0][:300]
        # Keras and its backends have exceptions, no codes: `unknown` matches any expected error.
        message = f"{type(error).__name__}: {message}"
        return {"id": request["id"], "error": {"code": "unknown", "message": message}}
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
