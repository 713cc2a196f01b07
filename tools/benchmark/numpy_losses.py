"""The benchmark's NumPy competitor: reads the inputs once, then computes once a line of input.

usage: numpy_losses.py FOLDER LOSS FROM_LOGITS ROWS CLASSES; answers each line with nanoseconds.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
LOW = np.float32(1e-7)
HIGH = np.float32(1 - 1e-7)


def log_softmax(x: Array) -> Array:
    """x - max(x) - log(sum(exp(x - max(x)))) for each row."""
    shifted = x - x.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def log_rescaled(p: Array) -> Array:
    """log(clip(p / sum(p))) for each row."""
    return np.log(np.clip(p / p.sum(axis=-1, keepdims=True), LOW, HIGH))


def categorical(y_true: Array, ids: Array, y_pred: Array, from_logits: bool) -> Array:
    """-sum(t log q)."""
    log_q = log_softmax(y_pred) if from_logits else log_rescaled(y_pred)
    return -(y_true * log_q).sum(axis=-1)


def sparse(y_true: Array, ids: Array, y_pred: Array, from_logits: bool) -> Array:
    """-log q of each row's class."""
    rows = np.arange(len(ids))
    if from_logits:
        peak = y_pred.max(axis=-1)
        total = np.exp(y_pred - peak[:, np.newaxis]).sum(axis=-1)
        return np.log(total) - (y_pred[rows, ids] - peak)
    q = y_pred[rows, ids] / y_pred.sum(axis=-1)
    return -np.log(np.clip(q, LOW, HIGH))


def binary(y_true: Array, ids: Array, y_pred: Array, from_logits: bool) -> Array:
    """The mean of -(t log q + (1 - t) log(1 - q))."""
    if from_logits:
        losses = np.maximum(y_pred, 0) - y_pred * y_true + np.log1p(np.exp(-np.abs(y_pred)))
    else:
        q = np.clip(y_pred, LOW, HIGH)
        losses = -(y_true * np.log(q) + (1 - y_true) * np.log(1 - q))
    return losses.mean(axis=-1)


LOSSES: dict[str, Callable[[Array, Array, Array, bool], Array]] = {
    "categorical_crossentropy": categorical,
    "sparse_categorical_crossentropy": sparse,
    "binary_crossentropy": binary,
}


def main() -> None:
    """Computes once for each line of standard input."""
    folder, loss, logits, rows, classes = sys.argv[1:]
    shape = (int(rows), int(classes))
    y_true = np.fromfile(Path(folder) / "y_true.f32", np.float32).reshape(shape)
    y_pred = np.fromfile(Path(folder) / "y_pred.f32", np.float32).reshape(shape)
    ids = np.fromfile(Path(folder) / "ids.i32", np.int32)
    for _ in sys.stdin:
        start = time.perf_counter_ns()
        losses = LOSSES[loss](y_true, ids, y_pred, logits == "true")
        elapsed = time.perf_counter_ns() - start
        losses.astype(np.float32).tofile(Path(folder) / "losses.f32")
        print(elapsed, flush=True)


if __name__ == "__main__":
    main()
