"""How losses of the extension module are made and called."""

from __future__ import annotations

import gc
import pickle
import weakref
from typing import Any

import numpy as np
import pytest

from swift_losses._native import LossError, native

ONE = np.ones((1, 1), np.float32)


def test_arguments_have_places_and_names() -> None:
    loss = native.Loss("mse", {"reduction": "none"}, False, None, None)
    y_true, y_pred = np.ones((2, 1), np.float32), np.zeros((2, 1), np.float32)
    weights, mask = np.array([3, 5], np.float32), np.array([True, False])
    expected = [3, 0]
    assert loss(y_true, y_pred, weights, mask).tolist() == expected
    assert loss(y_true, mask=mask, sample_weight=weights, y_pred=y_pred).tolist() == expected
    assert loss(y_true, y_pred, None, None).tolist() == [1, 1]
    value, gradient = loss.value_and_gradient(y_true, y_pred, mask=mask, sample_weight=weights)
    assert (value.tolist(), gradient.tolist()) == (expected, [[-6], [0]])


@pytest.mark.parametrize("method", ["__call__", "value_and_gradient"])
def test_wrong_arguments_are_told(method: str) -> None:
    call = getattr(native.Loss("mse", {}, False, None, None), method)
    with pytest.raises(TypeError, match="missing argument 'y_true'"):
        call()
    with pytest.raises(TypeError, match="missing argument 'y_pred'"):
        call(ONE)
    with pytest.raises(TypeError, match="unexpected keyword argument 'weight'"):
        call(ONE, ONE, weight=ONE)
    with pytest.raises(TypeError, match="multiple values for argument 'y_pred'"):
        call(ONE, ONE, y_pred=ONE)
    with pytest.raises(TypeError, match="at most 4 positional arguments"):
        call(ONE, ONE, ONE, ONE, ONE)
    with pytest.raises(TypeError, match="y_pred has the dtype object"):
        call(ONE, None)


@pytest.mark.parametrize(
    ("name", "config", "code", "message"),
    [
        ("nonsense", {}, "invalid_parameter", "loss is nonsense: expected a name of keras.losses"),
        ("huber", {"delta": "x"}, "invalid_parameter", 'delta is "x": expected a number'),
        ("huber", {"detla": 1.0}, "invalid_parameter", "detla is given: expected no parameter"),
        ("huber", {"reduction": "min"}, "invalid_parameter", 'reduction is "min"'),
        ("dice", {"axis": [0.5]}, "invalid_parameter", "axis is 0.5: expected an integer"),
        ("mse", {"dtype": "float32", "name": "x", "reduction": 3}, "invalid_parameter", "is 3"),
    ],
)
def test_what_keras_refuses_to_make_is_refused(
    name: str, config: dict[str, Any], code: str, message: str
) -> None:
    with pytest.raises(LossError, match=message) as raised:
        native.Loss(name, config, False, None, None)
    assert raised.value.code == code
    assert isinstance(raised.value, ValueError)


def test_unknown_dialects_and_dtypes_are_refused_with_those_that_there_are() -> None:
    with pytest.raises(LossError, match=r"expected one of keras-3\.15/jax, keras-3\.15/numpy"):
        native.Loss("mse", {}, False, "keras-4", None)
    for dtype in ["int32", "float8"]:
        with pytest.raises(LossError, match="float16, bfloat16, float32 or float64"):
            native.Loss("mse", {}, False, None, dtype)
    with pytest.raises(LossError, match="no classes of losses") as raised:
        native.Loss("mse", {}, False, "keras-1", None)
    assert raised.value.code == "not_in_dialect"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((3, {}), "str"),
        (("mse", None), "dict"),
        (("mse", {3: 1}), "the name of a parameter is 3: expected a str"),
        (("mse", {"a": object()}), "a is <object .*>: expected a bool, a number, a str"),
        (("mse", {}, False, 3), "dialect is 3: expected a str"),
        (("mse", {}, False, None, 3), "dtype is 3: expected a str"),
    ],
)
def test_arguments_of_a_wrong_type_are_told(arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        native.Loss(*arguments)


def test_texts_with_zero_characters_or_half_characters_are_refused() -> None:
    for name in ["mse\0", "mse\ud800"]:
        with pytest.raises(ValueError):
            native.Loss(name, {})
        with pytest.raises(ValueError):
            native.Loss("mse", {"reduction": name})


def test_parameters_are_read_as_numpy_and_python_have_them() -> None:
    def value(**config: Any) -> float:
        loss = native.Loss("huber", config, False, None, None)
        return float(loss(np.array([[4.0]]), np.array([[0.0]])))

    for delta in [2, 2.0, np.float32(2), np.int64(2), np.array(2.0)]:
        assert value(delta=delta) == 6, repr(delta)
    for from_logits in [True, np.True_]:
        native.Loss("binary_crossentropy", {"from_logits": from_logits})
    for axis in [None, 0, (0, 1), [0, 1], np.array([0, 1])]:
        native.Loss("dice", {"axis": axis})
    native.Loss("categorical_focal_crossentropy", {"alpha": np.array([0.25, 0.5])})


def test_errors_of_shapes_have_their_code() -> None:
    with pytest.raises(LossError) as raised:
        native.Loss("categorical_crossentropy", {}, True, None, None)(ONE, np.ones((2, 2)))
    assert raised.value.code == "shape_mismatch"
    assert "y_true has shape (1, 1) and y_pred (2, 2)" in str(raised.value)


def test_reductions_alone() -> None:
    losses, weights, mask = [1.0, 2.0, 4.0], [1.0, 1.0, 0.5], [True, False, True]
    assert native.reduce(losses) == np.float32(7 / 3)
    assert native.reduce(losses, None, None, "sum") == 7
    assert native.reduce(losses, weights, None, "mean_with_sample_weight") == np.float32(2)
    assert native.reduce(losses, weights, mask, "none").tolist() == [1, 0, 2]
    assert native.reduce(losses, weights, mask, None, None, "float64").dtype == np.float64
    with pytest.raises(LossError, match='reduction is "nonsense"'):
        native.reduce(losses, None, None, "nonsense")
    with pytest.raises(LossError) as raised:
        native.reduce(losses, [1.0, 2.0])
    assert raised.value.code == "weight_not_broadcastable"


def test_the_catalogue_is_made_anew_for_each_caller() -> None:
    first = native.catalogue()
    assert len(first) == 22
    huber = next(loss for loss in first if loss["function"] == "huber")
    assert huber == {
        "function": "huber",
        "class": "Huber",
        "aliases": [],
        "parameters": [("delta", 1.0), ("reduction", "sum_over_batch_size")],
    }
    axis = dict(next(x for x in first if x["class"] == "CosineSimilarity")["parameters"])["axis"]
    assert (axis, type(axis)) == (-1, int)
    first.clear()
    assert len(native.catalogue()) == 22
    assert native.dialects()[0] == "keras-3.15/jax"


def test_calls_are_counted_where_they_reach_the_losses() -> None:
    loss = native.Loss("mse", {}, False, None, None)
    before = native.calls()
    loss(ONE, ONE)
    loss.value_and_gradient(ONE, ONE)
    native.reduce([1.0])
    with pytest.raises(TypeError):
        loss(ONE, "x")
    assert native.calls() == before + 3


def test_a_loss_is_immutable() -> None:
    loss = native.Loss("mse", {}, False, None, None)
    with pytest.raises(AttributeError):
        loss.reduction = "none"
    with pytest.raises(TypeError):
        native.Loss.__call__ = None
    with pytest.raises(TypeError):
        pickle.dumps(loss)


def test_losses_and_their_arrays_are_forgotten() -> None:
    held = np.ones((1, 1), np.float32)
    watched = weakref.ref(held)
    loss = native.Loss("mse", {}, False, None, None)
    loss.value_and_gradient(held, held, held)
    del held, loss
    gc.collect()
    assert watched() is None


def test_what_calls_a_loss_needs_one() -> None:
    class Ours(native.MaskedLoss):
        def _call_with_mask(self, *arguments: Any, **named: Any) -> str:
            return "asked"

    ours = Ours()
    with pytest.raises(TypeError, match="not initialised"):
        ours([1.0], [2.0])
    with pytest.raises(TypeError, match="expected a Loss"):
        ours._native = ours
    ours._native = native.Loss("mse", {}, False, "keras-3.15/jax", "float32")
    assert ours(np.ones((1, 1)), np.zeros((1, 1))) == 1
    # Of what is no array of NumPy, Python is asked whether it has a mask.
    assert ours([[1.0]], y_pred=[[0.0]]) == "asked"
    with pytest.raises(TypeError, match="unexpected keyword argument 'ref_labels'"):
        ours(np.ones((1, 1)), np.zeros((1, 1)), ref_labels=np.ones(1))
