"""Calls that need no tensors have the bits and errors of those that do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from swift_losses._native import native

Array = np.ndarray[Any, np.dtype[Any]]

SHAPES = [(3, 4), (5, 1), (1, 1), (2, 3, 7), (300, 3), (1, 100), (0, 3), (3, 0), (4,)]
SPECIAL = [0, -0.0, 1, -1, np.nan, np.inf, -np.inf, 1e-40, -1e-42, 1e-7, 1 - 1e-7, 3e38, 0.5, 2]
OPTIONS: dict[str, list[Any]] = {
    "from_logits": [True],
    "label_smoothing": [0.1],
    "axis": [0, 1, -2, 2],
    "delta": [0.5],
    "gamma": [0],
    "apply_class_balancing": [True],
}


def elsewhere(array: Array) -> Array:
    """The same numbers in memory that is not aligned: a tensor is made of it."""
    memory = np.empty(array.nbytes + 1, np.uint8)[1:]
    copy = memory.view(array.dtype).reshape(array.shape)
    copy[...] = array
    assert array.size == 0 or not copy.flags.aligned
    return copy


def batches(shape: tuple[int, ...], dtype: type[np.floating[Any]]) -> list[tuple[Array, Array]]:
    chance = np.random.default_rng(len(shape))
    pairs = [
        (chance.normal(size=shape), chance.normal(size=shape)),
        (chance.integers(2, size=shape), chance.random(shape)),
        (chance.choice(SPECIAL, shape), chance.choice(SPECIAL, shape)),
        (chance.random(shape) * 1e-38, chance.random(shape) * 1e-38),
    ]
    return [(y_true.astype(dtype), y_pred.astype(dtype)) for y_true, y_pred in pairs]


def told(call: Any, *arrays: Array) -> list[Any]:
    """Types, dtypes, shapes and bits of what is returned, or the error."""
    try:
        answer = call(*arrays)
    except native.LossError as error:
        return [error.code, str(error)]
    parts = answer if isinstance(answer, tuple) else (answer,)
    return [(type(part), part.dtype, part.shape, part.tobytes()) for part in parts]


@pytest.mark.parametrize("dialect", native.dialects())
@pytest.mark.parametrize("description", native.catalogue(), ids=lambda found: found["class"])
def test_it_is_the_same_without_tensors(description: dict[str, Any], dialect: str) -> None:
    known = dict(description["parameters"])
    options = [{}, {"reduction": "sum"}, {"reduction": "mean"}, {"reduction": "none"}]
    options += [{name: value} for name in OPTIONS if name in known for value in OPTIONS[name]]
    for given in options:
        for dtype in (None, "float32"):
            try:
                loss = native.Loss(description["class"], given, False, dialect, dtype)
            except native.LossError:
                continue
            for shape in SHAPES:
                for y_true, y_pred in batches(shape, np.float32) + batches(shape, np.float64):
                    for call in (loss, loss.value_and_gradient):
                        expected = told(call, y_true, elsewhere(y_pred))
                        assert told(call, y_true, y_pred) == expected, (given, dtype, shape)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_scalars_are_new_ones_each_time(dtype: type[np.floating[Any]]) -> None:
    loss = native.Loss("mse", {}, False, "keras-3.15/jax", None)
    ones, zeros = np.ones((2, 3), dtype), np.zeros((2, 3), dtype)
    first, second = loss(ones, zeros), loss(ones, ones)
    assert type(first) is type(second) is dtype
    assert (first, second) == (1, 0)
