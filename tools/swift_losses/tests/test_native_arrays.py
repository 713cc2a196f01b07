"""What the extension module takes for arrays, and what it returns."""

from __future__ import annotations

import array
from typing import Any

import ml_dtypes
import numpy as np
import pytest

from swift_losses._native import LossError, native

Array = np.ndarray[Any, np.dtype[Any]]
FLOATS = ["float16", "bfloat16", "float32", "float64"]
LABELS = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]


def mse(dtype: str | None = None) -> Any:
    return native.Loss("MeanSquaredError", {"reduction": "none"}, False, None, dtype)


def squares(y_true: Any, y_pred: Any) -> Array:
    """Mean squares, exact for the small numbers of these tests."""
    difference = np.asarray(y_true, np.float64) - np.asarray(y_pred, np.float64)
    return np.mean(difference**2, axis=-1)


@pytest.fixture
def pair() -> tuple[Array, Array]:
    y_true = np.arange(24, dtype=np.float32).reshape(2, 3, 4) % 5
    return y_true, (np.arange(24, dtype=np.float32).reshape(2, 3, 4) % 3) / 4


# MARK: Dtypes


@pytest.mark.parametrize("dtype", FLOATS)
def test_a_loss_has_the_dtype_of_the_predictions(pair: tuple[Array, Array], dtype: str) -> None:
    y_true, y_pred = pair
    losses, gradient = mse().value_and_gradient(y_true, y_pred.astype(dtype))
    assert (losses.dtype.name, gradient.dtype.name) == (dtype, dtype)
    assert (losses.shape, gradient.shape) == ((2, 3), (2, 3, 4))
    expected = squares(y_true, y_pred).astype(dtype)
    np.testing.assert_allclose(losses.astype(float), expected.astype(float), rtol=1e-6)


@pytest.mark.parametrize("given", FLOATS + LABELS)
@pytest.mark.parametrize("dtype", FLOATS)
def test_a_class_casts_everything_to_its_dtype(given: str, dtype: str) -> None:
    y_true = np.array([[0, 1, 1], [1, 0, 1]]).astype(given)
    y_pred = np.array([[1, 1, 0], [1, 1, 1]]).astype(given)
    weights = np.array([1, 0]).astype(given)
    losses = mse(dtype)(y_true, y_pred, weights, np.array([1, 1]).astype(given))
    assert losses.dtype.name == dtype
    third = np.array([2 / 3, 0]).astype(dtype)
    assert losses.tolist() == third.tolist()


@pytest.mark.parametrize("dtype", FLOATS)
def test_a_scalar_is_one_of_numpy(dtype: str) -> None:
    loss = native.Loss("mse", {}, False, None, dtype)([[1.0, 0.0]], [[0.5, 0.0]])
    assert type(loss) is np.dtype(dtype).type
    assert float(loss) == 0.125


def test_labels_of_any_dtype_are_class_ids(pair: tuple[Array, Array]) -> None:
    y_pred = np.array([[0.5, 0.25, 0.25], [0.25, 0.25, 0.5]], np.float32)
    function = native.Loss("sparse_categorical_crossentropy", {}, True, None, None)
    expected = function(np.array([0, 2]), y_pred).tolist()
    for dtype in [*FLOATS, *LABELS[1:]]:
        assert function(np.array([0, 2]).astype(dtype), y_pred).tolist() == expected, dtype


def test_bytes_other_than_0_and_1_are_true_in_a_bool() -> None:
    flags = np.array([0, 1, 2, 255], np.uint8).view(bool)
    losses = mse("float32")(flags[:, None], np.zeros((4, 1)), mask=flags)
    assert losses.tolist() == [0, 1, 1, 1]


def test_long_doubles_are_doubles() -> None:
    loss = mse()(np.array([[1]], np.longdouble), np.array([[0.5]], np.longdouble))
    assert (loss.dtype, loss.tolist()) == (np.float64, [0.25])


@pytest.mark.parametrize(
    ("array", "dtype"),
    [
        (np.array([[None]]), "object"),
        (np.array([["a"]]), "<U1"),
        (np.array([[b"a"]]), "|S1"),
        (np.array([[1j]]), "complex128"),
        (np.array([["2020-01-01"]], "datetime64[D]"), "datetime64[D]"),
        (np.zeros((1, 1), [("a", "f4")]), "[('a', '<f4')]"),
        (np.zeros((1, 1), ml_dtypes.float8_e4m3fn), "float8_e4m3fn"),
    ],
)
@pytest.mark.parametrize("name", ["y_true", "y_pred", "sample_weight", "mask"])
def test_what_holds_no_numbers_is_told_by_name_and_dtype(
    array: Array, dtype: str, name: str
) -> None:
    arrays = {"y_true": [[1.0]], "y_pred": [[1.0]], name: array}
    with pytest.raises(TypeError) as raised:
        mse("float32")(**arrays)
    assert str(raised.value) == f"{name} has the dtype {dtype}: expected bool, integers or floats"


# MARK: Memory


def test_any_layout_has_the_same_losses(pair: tuple[Array, Array]) -> None:
    y_true, y_pred = pair
    expected, slopes = mse().value_and_gradient(y_true, y_pred)
    wide = np.zeros((2, 3, 8), np.float32)
    wide[..., ::2] = y_pred
    odd = np.zeros(y_pred.nbytes + 1, np.uint8)[1:].view(np.float32).reshape(y_pred.shape)
    odd[:] = y_pred
    assert not odd.flags.aligned
    fixed = y_pred.copy()
    fixed.flags.writeable = False
    layouts = {
        "strided": wide[..., ::2],
        "reversed": y_pred[::-1, ::-1, ::-1].copy()[::-1, ::-1, ::-1],
        "fortran": np.asfortranarray(y_pred),
        "byte-swapped": y_pred.astype(">f4"),
        "byte-swapped and strided": wide.astype(">f4")[..., ::2],
        "misaligned": odd,
        "read-only": fixed,
        "subclass": y_pred.view(np.matrix) if y_pred.ndim == 2 else y_pred.view(np.ma.MaskedArray),
        "memoryview": memoryview(y_pred),
        "list": y_pred.tolist(),
        "tuple": tuple(map(tuple, y_pred.tolist())),
    }
    for name, layout in layouts.items():
        losses, gradient = mse().value_and_gradient(y_true, layout)
        assert losses.tolist() == expected.tolist(), name
        assert gradient.tolist() == slopes.tolist(), name
        assert mse("float32")(layout, y_pred).tolist() == squares(y_pred, y_pred).tolist(), name


def test_broadcast_views_are_arrays() -> None:
    ones = np.broadcast_to(np.float32(1), (3, 4))
    assert mse()(ones, np.zeros((3, 4), np.float32)).tolist() == [1, 1, 1]


def test_what_has_a_buffer_or_an_array_method_is_an_array() -> None:
    class Given:
        def __array__(self, dtype: Any = None, copy: Any = None) -> Array:
            return np.array([[2.0]], np.float32)

    assert mse()(Given(), np.zeros((1, 1), np.float32)).tolist() == [4]
    assert float(mse()(array.array("f", [2]), array.array("f", [0]))) == 4


def test_what_an_array_method_raises_is_raised() -> None:
    class Broken:
        def __array__(self, dtype: Any = None, copy: Any = None) -> Array:
            raise KeyError("no array today")

    with pytest.raises(KeyError, match="no array today"):
        mse()(Broken(), np.zeros((1, 1)))


def test_lists_of_several_lengths_are_refused_by_numpy() -> None:
    with pytest.raises(ValueError, match="inhomogeneous"):
        mse()([[1.0], [1.0, 2.0]], np.zeros((2, 2)))


def test_python_numbers_are_float32_as_in_keras() -> None:
    function = native.Loss("mean_squared_error", {}, True, None, None)
    assert function([1.0], [0.1]).dtype == np.float32
    assert function([1], [0]).dtype == np.float32
    assert function(np.array([1.0]), np.array([0.1])).dtype == np.float64


# MARK: Shapes


def test_shapes_without_elements() -> None:
    empty = np.zeros((0, 3), np.float32)
    losses, gradient = mse().value_and_gradient(empty, empty)
    assert (losses.shape, gradient.shape) == ((0,), (0, 3))
    means = mse()(np.zeros((3, 0), np.float32), np.zeros((3, 0), np.float32))
    assert (means.shape, np.isnan(means).all()) == ((3,), True)


def test_a_scalar_is_refused_or_taken_as_keras_does() -> None:
    with pytest.raises(LossError, match="at least 1 axis") as raised:
        mse()(np.float32(1), np.float32(0))
    assert raised.value.code == "rank_too_low"
    dice = native.Loss("dice", {}, True, None, None)
    assert dice(np.array(1, np.float32), np.array(1, np.float32)).shape == ()


def test_many_axes() -> None:
    shape = (1,) * 31 + (2,)
    losses = mse()(np.ones(shape, np.float32), np.zeros(shape, np.float32))
    assert losses.shape == (1,) * 31


def test_results_are_new_arrays(pair: tuple[Array, Array]) -> None:
    y_true, y_pred = pair
    losses, gradient = mse().value_and_gradient(y_true, y_pred)
    assert losses.flags.owndata and losses.flags.writeable
    assert gradient.flags.owndata and gradient.flags.writeable
    assert not np.shares_memory(gradient, y_pred)
    again = mse()(y_true, y_pred)
    losses[:] = 7
    assert again.tolist() == squares(y_true, y_pred).tolist()


def test_references_of_circle() -> None:
    embeddings = np.eye(3, dtype=np.float32)
    circle = native.Loss("circle", {}, True, None, None)
    own = circle([0, 1, 0], embeddings)
    same = circle([0, 1, 0], embeddings, ref_labels=[0, 1, 0], ref_embeddings=embeddings)
    assert own.tolist() == same.tolist()
    losses, gradient = circle.value_and_gradient(
        np.array([0, 1, 0]), embeddings, ref_labels=np.array([0, 1]), ref_embeddings=np.eye(2, 3)
    )
    assert (losses.shape, gradient.shape) == ((3,), (3, 3))
    for loss in [native.Loss("circle", {}, False, None, None), mse()]:
        with pytest.raises(LossError, match="ref_labels is given"):
            loss([0, 1, 0], embeddings, ref_labels=[0, 1, 0])


def test_functions_take_no_weights() -> None:
    function = native.Loss("huber", {}, True, None, None)
    for name in ["sample_weight", "mask"]:
        with pytest.raises(LossError, match=f"{name} is given: expected none, by a function"):
            function(np.zeros((1, 1)), np.zeros((1, 1)), **{name: [1]})
