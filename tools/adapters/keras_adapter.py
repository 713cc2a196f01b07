"""Answers cases with real Keras: one line of JSON in, one line out (loss-parity/answer/1).

usage: keras_adapter.py --backend jax|tensorflow|torch|numpy
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from protocol import Array, Losses, Request, arrays, serve, summary

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


FLOATS = {"alpha", "beta", "delta", "gamma", "label_smoothing", "margin", "q"}
"""The parameters that are floats in Keras."""


def main() -> None:
    """Answers each line of standard input, until it ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--backend", required=True, choices=["jax", "tensorflow", "torch", "numpy"])
    parser.add_argument(
        "--keep-float64",
        action="store_true",
        help="let Keras on JAX and torch compute in float64 what it computes in float32 then",
    )
    arguments = parser.parse_args()
    backend = arguments.backend
    os.environ["KERAS_BACKEND"] = backend
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import keras

    precision = jax_precision if backend == "jax" else lambda _: contextlib.nullcontext()
    if arguments.keep_float64:
        keep_float64()

    def compute(request: Request) -> Losses:
        with precision(request["dtype"]):
            return value_and_gradient(keras, backend, request)

    serve(compute)


def jax_precision(dtype: str) -> contextlib.AbstractContextManager[Any]:
    """Gives JAX the float64 that it has only if it is told so, and only where a case wants it."""
    import jax

    return jax.enable_x64(dtype == "float64")


def keep_float64() -> None:
    """Lets Keras's promotion of float64 and float32 give float64.

    It gives float32, so JAX and torch compute means and CTC of float64 in float32, torch also
    hinges, MSLE, and every reduction that divides.
    """
    from keras.src import backend
    from keras.src.backend.common import dtypes

    original = dtypes.result_type

    def result_type(*types: Any) -> str:
        if any(backend.standardize_dtype(type) == "float64" for type in types if type):
            return "float64"
        return original(*types)

    dtypes.result_type = backend.result_type = result_type


def value_and_gradient(
    keras: Any, backend: str, request: Request, inputs: dict[str, Array] | None = None
) -> Losses:
    """Keras's losses and, where the request asks for it and the backend has it, their gradient.

    The inputs are those of the request, or arrays already.
    """
    losses, y_pred = question(keras, request, arrays(request) if inputs is None else inputs)
    value = numbers(keras, losses(y_pred))
    if not request.get("gradient") or backend not in GRADIENTS:
        return Losses(value)
    try:
        gradient = numbers(keras, GRADIENTS[backend](losses, y_pred))
    except Exception as error:  # the value is an answer without it
        print(f"{request['id']}: no gradient: {summary(error)}", file=sys.stderr)
        return Losses(value)
    # A class casts y_pred to its dtype; the gradient is in y_pred's own, with that dtype's numbers.
    return Losses(value, np.asarray(gradient).astype(request["dtype"]))


def numbers(keras: Any, tensor: Any) -> Array:
    """A tensor of the backend as an array."""
    if keras.backend.backend() == "tensorflow":
        # Keras's conversion refuses scalars of bfloat16.
        return np.asarray(tensor.numpy())
    return keras.ops.convert_to_numpy(tensor)


def question(
    keras: Any, request: Request, inputs: dict[str, Array]
) -> tuple[Callable[[Any], Any], Any]:
    """The class or the function that a request names, as a function of y_pred, and y_pred."""
    # JSON has 0 for 0.0: to JAX x ** 0 is a constant, x ** 0.0 has a slope, NaN at 0.
    config = {
        name: float(value) if name in FLOATS and isinstance(value, int) else value
        for name, value in request["config"].items()
    }
    if isinstance(config.get("axis"), list):
        config["axis"] = tuple(config["axis"])
    if request["form"] == "function":
        function = getattr(keras.losses, request["loss"])
        y_true = keras.ops.convert_to_tensor(inputs["y_true"])
        y_pred = keras.ops.convert_to_tensor(inputs["y_pred"], dtype=request["dtype"])
        for name in ("ref_labels", "ref_embeddings"):
            if name in inputs:
                config[name] = keras.ops.convert_to_tensor(inputs[name])
        return lambda y_pred: function(y_true, y_pred, **config), y_pred
    loss = getattr(keras.losses, CLASS_NAMES[request["loss"]])(dtype=request["dtype"], **config)

    def losses(y_pred: Any) -> Any:
        if "mask" in inputs:
            keras.src.backend.set_keras_mask(y_pred, keras.ops.convert_to_tensor(inputs["mask"]))
        return loss(inputs["y_true"], y_pred, sample_weight=inputs.get("sample_weight"))

    return losses, keras.ops.convert_to_tensor(inputs["y_pred"])


def jax_gradient(losses: Callable[[Any], Any], y_pred: Any) -> Any:
    """d(sum of the losses) / d(y_pred), operation by operation, as JAX differentiates."""
    import jax

    value, pullback = jax.vjp(losses, y_pred)
    return pullback(jax.numpy.ones_like(value))[0]


def tensorflow_gradient(losses: Callable[[Any], Any], y_pred: Any) -> Any:
    """d(sum of the losses) / d(y_pred), as TensorFlow's tape differentiates."""
    import tensorflow as tf

    with tf.GradientTape() as tape:
        tape.watch(y_pred)
        value = losses(y_pred)
    # Losses that do not depend on y_pred, as where all are masked, have a gradient of zeros.
    return tape.gradient(value, y_pred, unconnected_gradients=tf.UnconnectedGradients.ZERO)


def torch_gradient(losses: Callable[[Any], Any], y_pred: Any) -> Any:
    """d(sum of the losses) / d(y_pred), as torch's autograd differentiates."""
    import torch

    leaf = y_pred.detach().clone().requires_grad_()
    value = losses(leaf).sum()
    if not value.requires_grad:
        return torch.zeros_like(leaf)
    (gradient,) = torch.autograd.grad(value, leaf, allow_unused=True)
    return torch.zeros_like(leaf) if gradient is None else gradient


GRADIENTS = {"jax": jax_gradient, "tensorflow": tensorflow_gradient, "torch": torch_gradient}
"""How each backend differentiates; NumPy does not."""


if __name__ == "__main__":
    main()
