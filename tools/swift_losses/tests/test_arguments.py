"""What arrays, numbers and dtypes become."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import swift_losses


@pytest.mark.parametrize(
    ("dtype", "name"),
    [
        (None, "float32"),
        ("float64", "float64"),
        ("mixed_float16", "float16"),
        (np.float16, "float16"),
        (np.dtype("float64"), "float64"),
        (SimpleNamespace(compute_dtype="float16"), "float16"),
    ],
)
def test_a_class_computes_in_its_dtype(dtype: Any, name: str) -> None:
    loss = swift_losses.MeanSquaredError(dtype=dtype)
    assert loss.dtype == name
    assert loss(np.zeros((2, 3)), np.ones((2, 3), "int8")).dtype == name


@pytest.mark.parametrize("dtype", ["int32", "float8", np.int32, "x"])
def test_other_dtypes_are_refused(dtype: Any) -> None:
    with pytest.raises(ValueError, match="expected one of float16, bfloat16, float32, float64"):
        swift_losses.MeanSquaredError(dtype=dtype)


@pytest.mark.parametrize(
    ("y_pred", "dtype"),
    [
        ([[0.5, 1.5]], np.float32),
        ([[1, 2]], np.float32),
        ([[np.float64(0.5), 1.5]], np.float64),
        ([np.array([0.5, 1.5])], np.float64),
        (np.array([[0.5, 1.5]]), np.float64),
        (np.array([[0.5, 1.5]], "float16"), np.float16),
        (np.array([[0.5, 1.5]], ">f4"), np.float32),
        (np.array([[1, 2]]), np.float32),
        (np.array([[True, False]]), np.float32),
    ],
)
def test_a_function_computes_in_the_dtype_of_predictions(y_pred: Any, dtype: Any) -> None:
    losses = swift_losses.mean_absolute_error([[0.0, 0.0]], y_pred)
    assert losses.dtype == dtype
    np.testing.assert_array_equal(losses, np.abs(np.asarray(y_pred, dtype)).mean(axis=-1))


def test_integer_predictions_make_labels_integers() -> None:
    losses = swift_losses.mean_squared_error([[0.5, 1.7]], np.int32([[1, 1]]))
    np.testing.assert_array_equal(losses, [0.5])


def test_parameters_may_be_numbers_and_arrays_of_numpy() -> None:
    y_true, y_pred = np.eye(3), np.full((3, 3), 0.3)
    for alpha in ([1, 2, 3], (1, 2, 3), np.array([1, 2, 3])):
        losses = swift_losses.categorical_focal_crossentropy(y_true, y_pred, alpha=alpha)
        np.testing.assert_allclose(losses / losses[0], [1, 2, 3])
        loss = swift_losses.CategoricalFocalCrossentropy(alpha=alpha, reduction="none")
        np.testing.assert_allclose(loss(y_true, y_pred), losses, rtol=1e-6)
    assert swift_losses.huber([0.0], [3.0], delta=np.float32(2)) == 4
    np.testing.assert_array_equal(
        swift_losses.dice(y_true, y_pred, axis=np.int64(1)),
        swift_losses.dice(y_true, y_pred, axis=1),
    )


@pytest.mark.parametrize("wrong", ["text", {"a": 1}, [object()], [1j], None])
def test_what_is_no_array_of_numbers_is_refused(wrong: Any) -> None:
    for call in (
        swift_losses.mse,
        swift_losses.MeanSquaredError(),
        swift_losses.MeanSquaredError().value_and_gradient,
    ):
        with pytest.raises(TypeError):
            call([1.0], wrong)
        with pytest.raises(TypeError):
            call(wrong, [1.0])
