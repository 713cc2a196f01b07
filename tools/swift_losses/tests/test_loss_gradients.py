"""Gradients, held against differences of values in float64."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from batches import PARAMETERS, Arrays, batch

import swift_losses
from swift_losses._lookup import CLASSES

CASES = [(name, given) for name in CLASSES for given in [{}, *PARAMETERS.get(name, [])]]


def differences(value: Any, y_pred: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """d(sum(value))/d(y_pred) by central differences."""
    slopes = np.zeros_like(y_pred)
    for index in np.ndindex(y_pred.shape):
        step = np.zeros_like(y_pred)
        step[index] = 1e-6
        slopes[index] = np.sum(value(y_pred + step) - value(y_pred - step)) / 2e-6
    return slopes


def assert_close(gradient: Any, slopes: Any) -> None:
    """Differences of large values are not known to more places than these."""
    np.testing.assert_allclose(gradient, slopes, rtol=1e-5, atol=1e-8 + 1e-8 * abs(slopes).max())


@pytest.mark.parametrize(("name", "given"), CASES)
def test_a_class_knows_its_gradient(name: str, given: dict[str, Any]) -> None:
    y_true, y_pred = batch(name)
    y_pred = y_pred.astype("float64")
    if "axis" in given and given["axis"] == 0 and name != "CosineSimilarity":
        # Crossentropies of y_true's transpose: no row of it may be without a label.
        y_true, y_pred = y_true[:3], y_pred[:3]
    weights = np.linspace(0.5, 2, len(y_pred))
    for reduction in ("sum_over_batch_size", "sum"):
        loss = CLASSES[name](reduction=reduction, dtype="float64", **given)
        given_weights = weights if np.ndim(loss.call(y_true, y_pred)) and "axis" not in given else 2
        value, gradient = loss.value_and_gradient(y_true, y_pred, given_weights)
        assert value == loss(y_true, y_pred, given_weights)
        slopes = differences(lambda p: loss(y_true, p, given_weights), y_pred)  # noqa: B023
        assert_close(gradient, slopes)


@pytest.mark.parametrize(("name", "given"), CASES)
def test_a_function_knows_the_gradient_of_its_sum(name: str, given: dict[str, Any]) -> None:
    y_true, y_pred = batch(name)
    y_pred = y_pred.astype("float64")
    function = CLASSES[name].function
    given = ({"q": 0.5} if name == "CategoricalGeneralizedCrossEntropy" else {}) | given
    losses, gradient = swift_losses.value_and_gradient(function, y_true, y_pred, **given)
    named = swift_losses.value_and_gradient(function.__name__, y_true, y_pred, **given)
    np.testing.assert_array_equal(losses, function(y_true, y_pred, **given))
    np.testing.assert_array_equal(gradient, named[1])
    slopes = differences(lambda p: function(y_true, p, **given), y_pred)
    assert_close(gradient, slopes)


def test_circle_takes_references() -> None:
    y_true, y_pred = batch("Circle")
    y_pred = y_pred.astype("float64")
    # None of them is a sample itself: the loss has a kink where a product is 1.
    references = {"ref_labels": np.array([0, 1, 1]), "ref_embeddings": y_pred[[1, 0, 2], ::-1]}
    given = references | {"remove_diagonal": False}
    losses, gradient = swift_losses.value_and_gradient("circle", y_true, y_pred, **given)
    np.testing.assert_array_equal(losses, swift_losses.circle(y_true, y_pred, **given))
    assert not np.array_equal(losses, swift_losses.circle(y_true, y_pred))
    slopes = differences(lambda p: swift_losses.circle(y_true, p, **given), y_pred)
    assert_close(gradient, slopes)


def test_a_mask_leaves_no_gradient(digits: Arrays) -> None:
    mask = np.array([True, False, True, True])
    _, gradient = swift_losses.MeanSquaredError().value_and_gradient(*digits, mask=mask)
    assert not gradient[1].any()
    assert gradient[mask].any(axis=1).all()


def test_aliases_and_parameters_of_functions(digits: Arrays) -> None:
    losses, gradient = swift_losses.value_and_gradient("MSE", *digits)
    np.testing.assert_array_equal(losses, swift_losses.mse(*digits))
    np.testing.assert_allclose(gradient, 2 * (digits[1] - digits[0]) / 3, rtol=1e-6)
    with pytest.raises(TypeError, match="delta"):
        swift_losses.value_and_gradient("mse", *digits, delta=1.0)
    with pytest.raises(TypeError, match="'q'"):
        swift_losses.value_and_gradient("categorical_generalized_cross_entropy", *digits)
    for wrong in ("Huber", "typo", None):
        with pytest.raises(ValueError, match="expected one of mean_squared_error"):
            swift_losses.value_and_gradient(wrong, *digits)


def test_numpy_has_no_gradients(digits: Arrays) -> None:
    loss = swift_losses.Huber(dialect="keras-3.15/numpy")
    with pytest.raises(swift_losses.LossError, match="no gradients") as refused:
        loss.value_and_gradient(*digits)
    assert refused.value.code == "not_in_dialect"
