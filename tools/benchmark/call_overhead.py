"""What a call of a loss costs in Python, by several ways, side by side.

usage: call_overhead.py [ROUNDS]; `tools/benchmark/call_overhead` runs it with what it needs.

Each round times every way once, so that all of them meet the same machine; processor time is
measured, so that others who use it count less. A batch of one number shows what a call costs
without the arithmetic.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
import timeit
from collections.abc import Callable
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "numpy")

import keras
import numpy as np
import torch
from c_interface import CLoss

import swift_losses
from swift_losses._native import native

Array = np.ndarray[Any, np.dtype[Any]]
Ways = dict[str, Callable[[], Any]]
CALLS = 500
SHAPES = ((32, 10), (1, 1))


def mean_squared_error(y_true: Array, y_pred: Array) -> Any:
    """NumPy, as one writes it."""
    return np.mean(np.square(y_true - y_pred))


def categorical_crossentropy(y_true: Array, y_pred: Array) -> Any:
    """NumPy, from logits."""
    shifted = y_pred - y_pred.max(axis=-1, keepdims=True)
    logarithms = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return -np.mean((y_true * logarithms).sum(axis=-1))


def ways(loss: str, y_true: Array, y_pred: Array) -> Ways:
    """Ways to call a loss of `LOSSES` on a batch."""
    name, given, formula, torch_loss = LOSSES[loss]
    ours = getattr(swift_losses, name)(**given)
    extension = native.Loss(name, given, False, "keras-3.15/jax", "float32")
    through_c = CLoss(native.__file__, name, given)
    theirs = getattr(keras.losses, name)(**given)
    tensors = torch.from_numpy(y_true), torch.from_numpy(y_pred)
    prepared = through_c.prepared(y_true, y_pred)
    return {
        "swift_losses": lambda: ours(y_true, y_pred),
        "its extension module alone": lambda: extension(y_true, y_pred),
        "ctypes": lambda: through_c(y_true, y_pred),
        "ctypes, arrays prepared": lambda: prepared(),
        "NumPy": lambda: formula(y_true, y_pred),
        "torch": lambda: torch_loss(*tensors),
        "Keras on NumPy": lambda: theirs(y_true, y_pred),
    }


LOSSES: dict[str, tuple[str, dict[str, Any], Callable[..., Any], Callable[..., Any]]] = {
    "mean squared error": (
        "MeanSquaredError",
        {},
        mean_squared_error,
        lambda t, p: torch.nn.functional.mse_loss(p, t),
    ),
    "categorical crossentropy from logits": (
        "CategoricalCrossentropy",
        {"from_logits": True},
        categorical_crossentropy,
        lambda t, p: torch.nn.functional.cross_entropy(p, t),
    ),
}


def check(loss: str, found: Ways, y_true: Array, y_pred: Array) -> None:
    """Raises where a way gives another number than NumPy's formula in float64."""
    expected = LOSSES[loss][2](y_true.astype(np.float64), y_pred.astype(np.float64))
    for name, way in found.items():
        # Keras on NumPy clips the probabilities.
        np.testing.assert_allclose(float(way()), expected, rtol=1e-5, atol=2e-7, err_msg=name)


def measure(found: Ways, rounds: int) -> dict[str, list[float]]:
    """Microseconds of processor time a call, once a round."""
    times: dict[str, list[float]] = {name: [] for name in found}
    timers = {name: timeit.Timer(way, timer=time.thread_time) for name, way in found.items()}
    for _ in range(rounds + 1):
        for name, timer in timers.items():
            times[name].append(timer.timeit(CALLS) / CALLS * 1e6)
    # The first round warms up.
    return {name: found[1:] for name, found in times.items()}


def main() -> int:
    """Prints a table for each loss; returns the exit code."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    torch.set_num_threads(1)
    chance = np.random.default_rng(1)
    versions = f"Python {sys.version.split()[0]}, NumPy {np.__version__}"
    print(f"{versions}, torch {torch.__version__}, ", end="")
    print(f"Keras {keras.__version__}; float32; microseconds of processor time a call")
    for loss in LOSSES:
        columns = []
        for shape in SHAPES:
            y_true = np.eye(shape[1], dtype=np.float32)[chance.integers(shape[1], size=shape[0])]
            y_pred = chance.normal(size=shape).astype(np.float32)
            found = ways(loss, y_true, y_pred)
            check(loss, found, y_true, y_pred)
            columns.append(measure(found, rounds))
        heads = "".join(f"{f'{a} x {b}: median':>20}{'least':>8}" for a, b in SHAPES)
        print(f"\n{loss:<38}{heads}")
        for name in columns[0]:
            cells = [
                f"{statistics.median(times[name]):>20.2f}{min(times[name]):>8.2f}"
                for times in columns
            ]
            print(f"  {name:<36}{''.join(cells)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
