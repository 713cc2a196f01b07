"""The numbers that losses are computed from: the same ones on every machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from .workloads import Workload

Array = np.ndarray[Any, np.dtype[Any]]
Chance = np.random.Generator

CONFIDENT = "confident"
WELL_CONDITIONED = "well conditioned"


def inputs(workload: Workload) -> tuple[Array, Array]:
    """The labels and predictions of a workload.

    No prediction is 0, no row of probabilities sums to anything but 1 up to rounding, and no
    loss has its limits among the inputs, so that all definitions of it agree.
    """
    chance = np.random.default_rng(len(workload.loss))
    shape = (workload.rows, workload.columns)
    dtype = np.dtype(workload.dtype)
    ids = chance.integers(workload.columns, size=workload.rows, dtype=np.int32)
    match workload.loss:
        case "categorical_crossentropy" | "sparse_categorical_crossentropy":
            predictions = _logits(chance, shape, workload.inputs, ids)
            if not workload.from_logits:
                predictions = _softmax(predictions.astype(dtype))
            labels = ids if workload.is_sparse else _one_hot(ids, shape, dtype)
        case "binary_crossentropy" | "binary_focal_crossentropy" | "dice" | "tversky":
            labels = chance.integers(2, size=shape, dtype=np.int8)
            if workload.from_logits:
                predictions = _binary_logits(chance, workload.inputs, labels)
            else:
                predictions = _between(chance, shape, 0.01, 0.99)
        case "hinge" | "squared_hinge":
            labels = chance.integers(2, size=shape, dtype=np.int8) * 2 - 1
            predictions = _between(chance, shape, -2, 2)
        case "categorical_hinge":
            labels = _one_hot(ids, shape, dtype)
            predictions = _between(chance, shape, -1, 1)
        case "kl_divergence":
            labels = _softmax(_between(chance, shape, -2, 2).astype(dtype))
            predictions = _softmax(_between(chance, shape, -2, 2).astype(dtype))
        case "poisson" | "mean_squared_logarithmic_error" | "mean_absolute_percentage_error":
            labels = _between(chance, shape, 0.1, 5)
            predictions = _between(chance, shape, 0.1, 5)
        case _:
            labels = _between(chance, shape, -2, 2)
            predictions = labels + _between(chance, shape, -3, 3)
    # Slopes at a kink are chosen, not right or wrong.
    predictions[predictions == 0] = 0.5
    if workload.inputs == WELL_CONDITIONED:
        labels, predictions = _without_cancellation(workload.loss, chance, labels, predictions)
    return labels if workload.is_sparse else labels.astype(dtype), predictions.astype(dtype)


def write_inputs(workload: Workload, folder: Path, labels: Array, predictions: Array) -> None:
    """Writes what a worker reads to prepare a workload."""
    workload.write(folder)
    np.save(folder / "y_true.npy", labels)
    np.save(folder / "y_pred.npy", predictions)


def read_inputs(folder: Path) -> tuple[Workload, Array, Array]:
    """What `write_inputs` wrote, in memory of the caller's own."""
    return Workload.read(folder), np.load(folder / "y_true.npy"), np.load(folder / "y_pred.npy")


def _between(chance: Chance, shape: tuple[int, ...], low: float, high: float) -> Array:
    return chance.random(shape, np.float32) * np.float32(high - low) + np.float32(low)


def _logits(chance: Chance, shape: tuple[int, ...], inputs: str, ids: Array) -> Array:
    if inputs != CONFIDENT:
        return chance.standard_normal(shape, np.float32) * np.float32(2)
    # The labelled class is ahead of the others by 10 to 80.
    logits = chance.random(shape, np.float32)
    logits[np.arange(len(ids)), ids] += _between(chance, ids.shape, 10, 80)
    return logits


def _binary_logits(chance: Chance, inputs: str, labels: Array) -> Array:
    if inputs != CONFIDENT:
        return chance.standard_normal(labels.shape, np.float32) * np.float32(3)
    return _between(chance, labels.shape, 10, 80) * (2 * labels - 1).astype(np.float32)


def _softmax(logits: Array) -> Array:
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    exponentials /= exponentials.sum(axis=-1, keepdims=True)
    return exponentials


def _one_hot(ids: Array, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    labels = np.zeros(shape, dtype)
    labels[np.arange(len(ids)), ids] = 1
    return labels


def _without_cancellation(
    loss: str, chance: Chance, labels: Array, predictions: Array
) -> tuple[Array, Array]:
    """Inputs whose last bits do not decide about the loss's first ones."""
    shape = predictions.shape
    match loss:
        case "categorical_crossentropy":
            # The least likely class: a loss far from 0.
            labels = _one_hot(predictions.argmin(axis=-1), shape, predictions.dtype)
        case "sparse_categorical_crossentropy":
            labels = predictions.argmin(axis=-1).astype(np.int32)
        case "binary_crossentropy" | "binary_focal_crossentropy":
            if predictions.min() >= 0:
                labels = predictions < 0.5
        case "log_cosh":
            predictions = labels + _between(chance, shape, 0.5, 3)
        case "mean_squared_logarithmic_error":
            labels, predictions = _between(chance, shape, 0.001, 0.01), predictions + 3
        case "kl_divergence":
            labels = _between(chance, shape, 0.5, 1)
            predictions = _between(chance, shape, 0.01, 0.1)
        case "poisson":
            predictions = _between(chance, shape, 0.01, 0.5)
        case "hinge" | "squared_hinge" | "categorical_hinge":
            predictions = np.where(labels > 0, -1, 1) * _between(chance, shape, 0.1, 2)
    return labels, predictions
