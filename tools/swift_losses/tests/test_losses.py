"""Classes and functions give one another's numbers, and what is passed to them arrives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from batches import PARAMETERS, Arrays, batch

import swift_losses
from swift_losses._lookup import CLASSES

CASES = [(name, given) for name in CLASSES for given in [{}, *PARAMETERS.get(name, [])]]


@pytest.mark.parametrize(("name", "given"), CASES)
def test_an_unreduced_class_gives_what_its_function_gives(name: str, given: dict[str, Any]) -> None:
    cls = CLASSES[name]
    y_true, y_pred = batch(name)
    required = {"q": 0.5} if name == "CategoricalGeneralizedCrossEntropy" else {}
    losses = cls.function(y_true, y_pred, **(required | given))
    np.testing.assert_array_equal(cls(reduction=None, **given)(y_true, y_pred), losses)
    np.testing.assert_array_equal(cls(**given).call(y_true, y_pred), losses)
    plain = cls.function(y_true, y_pred, **required)
    assert not given or not np.array_equal(losses, plain), "the parameter changes nothing"


@pytest.mark.parametrize("name", CLASSES)
def test_positional_arguments_are_those_of_keras(name: str) -> None:
    for given in PARAMETERS.get(name, []):
        config = CLASSES[name](**given)._parameters
        assert {key: config[key] for key in given} == given
        for key, value in given.items():
            assert getattr(CLASSES[name](**given), key) == value


def test_values_are_those_of_the_formulas(digits: Arrays) -> None:
    y_true, y_pred = (array.astype("float64") for array in digits)
    error = y_pred - y_true
    q = y_pred / y_pred.sum(axis=-1, keepdims=True)
    expected = {
        "mse": (error**2).mean(axis=-1),
        "mae": abs(error).mean(axis=-1),
        "huber": np.where(abs(error) <= 0.25, error**2 / 2, 0.25 * abs(error) - 0.03125).mean(-1),
        "categorical_crossentropy": -(y_true * np.log(q)).sum(axis=-1),
        "kld": (np.clip(y_true, 1e-7, 1) * np.log(np.clip(y_true, 1e-7, 1) / y_pred)).sum(-1),
    }
    for name, losses in expected.items():
        given = {"delta": 0.25} if name == "huber" else {}
        np.testing.assert_allclose(
            swift_losses.get(name)(y_true, y_pred, **given), losses, rtol=1e-12
        )


def test_reductions_weights_and_masks(digits: Arrays) -> None:
    losses = swift_losses.mse(*digits).astype("float64")
    weights = np.array([1, 0.5, 2, 4])
    mask = np.array([True, False, True, True])
    weighted = losses * weights
    expected = {
        "sum": weighted.sum(),
        "mean": weighted.mean(),
        "sum_over_batch_size": weighted.mean(),
        "mean_with_sample_weight": weighted.sum() / weights.sum(),
    }
    for reduction, value in expected.items():
        loss = swift_losses.MeanSquaredError(reduction=reduction)
        np.testing.assert_allclose(loss(*digits, sample_weight=weights), value, rtol=1e-6)
    loss = swift_losses.MeanSquaredError()
    np.testing.assert_allclose(
        loss(*digits, weights, mask=mask), weighted[mask].sum() / 3, rtol=1e-6
    )
    np.testing.assert_allclose(loss(*digits, mask=mask), losses[mask].mean(), rtol=1e-6)


class Absolute(swift_losses.Loss):
    """A loss of a user."""

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """|t - p|."""
        self.dtypes = (y_true.dtype.name, y_pred.dtype.name)
        return abs(y_true - y_pred).mean(axis=-1)


def test_a_loss_of_ones_own_is_weighed_and_reduced(digits: Arrays) -> None:
    own, built_in = Absolute(), swift_losses.MeanAbsoluteError()
    weights, mask = np.array([1, 0.5, 2, 4]), np.array([1, 0, 1, 1])
    for given in ({}, {"sample_weight": weights}, {"mask": mask}):
        np.testing.assert_allclose(own(*digits, **given), built_in(*digits, **given), rtol=1e-6)
    value = Absolute(dtype="float16")(*digits)
    assert value.dtype == np.float16
    loss = Absolute(dialect="tf-keras-2")
    assert loss(digits[0], digits[1].astype("float64")).dtype == np.float64
    assert loss.dtypes == ("float64", "float64")
    with pytest.raises(NotImplementedError, match="gradient"):
        own.value_and_gradient(*digits)
    with pytest.raises(NotImplementedError, match="call"):
        swift_losses.Loss()(*digits)


def test_call_of_a_subclass_is_called(digits: Arrays) -> None:
    class Doubled(swift_losses.MeanSquaredError):
        def call(self, y_true: Any, y_pred: Any) -> Any:
            return 2 * super().call(y_true, y_pred)

    once = swift_losses.MeanSquaredError()(*digits)
    np.testing.assert_allclose(Doubled()(*digits), 2 * once, rtol=1e-6)
    with pytest.raises(NotImplementedError):
        Doubled().value_and_gradient(*digits)


def test_names_are_those_of_keras() -> None:
    class KLDLike(swift_losses.Loss):
        pass

    assert swift_losses.Huber().name == "huber_loss"
    assert swift_losses.Huber(name=None).name == "huber"
    assert swift_losses.CTC(name="mine").name == "mine"
    assert [KLDLike().name for _ in range(3)] == ["kld_like", "kld_like_1", "kld_like_2"]


def test_what_decides_the_value_is_read_only() -> None:
    loss = swift_losses.Huber(delta=2.0)
    for name in ("dtype", "reduction", "dialect", "delta"):
        with pytest.raises(AttributeError):
            setattr(loss, name, "x")
