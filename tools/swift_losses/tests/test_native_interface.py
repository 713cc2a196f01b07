"""The C interface, called as its header says and as it says not to."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmark.c_interface import Failure, Inputs, LossArray, Output, Parameter

MODULE = next(Path(__file__).resolve().parents[1].glob("_swift_losses*.so"))
FLOAT32 = 11
NUMBER, TEXT, NUMBERS = 2, 3, 4


library = ctypes.CDLL(str(MODULE))
library.keras_loss_create.restype = ctypes.c_void_p
library.keras_loss_call.restype = ctypes.c_bool
library.keras_loss_reduce.restype = ctypes.c_bool
libc = ctypes.CDLL(None)
libc.free.argtypes = [ctypes.c_void_p]


def created(name: Any, *parameters: Parameter, failure: Failure | None = None) -> Any:
    items = (Parameter * len(parameters))(*parameters)
    to = None if failure is None else ctypes.byref(failure)
    return library.keras_loss_create(
        name, items, ctypes.c_int64(len(parameters)), False, None, None, to
    )


def described(values: np.ndarray[Any, Any], dtype: int = FLOAT32) -> LossArray:
    shape = (ctypes.c_int64 * values.ndim)(*values.shape)
    return LossArray(values.ctypes.data, shape, values.ndim, dtype)


def called(
    loss: Any,
    inputs: Inputs,
    value: Output | None,
    failure: Failure,
    gradient: Output | None = None,
) -> bool:
    to = [None if output is None else ctypes.byref(output) for output in (value, gradient)]
    return library.keras_loss_call(
        ctypes.c_void_p(loss), ctypes.byref(inputs), *to, ctypes.byref(failure)
    )


@pytest.fixture
def inputs() -> Inputs:
    y_true, y_pred = np.array([[0, 4]], np.float32), np.array([[0, 0]], np.float32)
    made = Inputs(ctypes.pointer(described(y_true)), ctypes.pointer(described(y_pred)))
    made.kept = (y_true, y_pred)
    return made


def test_a_loss_goes_into_the_memory_of_the_caller(inputs: Inputs) -> None:
    loss = created(b"Huber", Parameter(b"delta", NUMBER, 2))
    number = ctypes.c_float()
    value = Output(ctypes.addressof(number), 4)
    assert called(loss, inputs, value, Failure())
    assert (number.value, value.dtype, value.rank) == (3, FLOAT32, 0)
    assert value.data == ctypes.addressof(number)
    library.keras_loss_free(ctypes.c_void_p(loss))


def test_what_does_not_fit_goes_into_new_memory(inputs: Inputs) -> None:
    loss = created(b"mse", Parameter(b"reduction", TEXT, 0, b"none"))
    number = ctypes.c_float(-1)
    for value in [Output(), Output(ctypes.addressof(number), 3)]:
        assert called(loss, inputs, value, Failure())
        assert value.data != ctypes.addressof(number)
        assert ctypes.c_float.from_address(value.data).value == 8
        assert (value.rank, value.shape[0]) == (1, 1)
        libc.free(value.data)
    assert number.value == -1
    library.keras_loss_free(ctypes.c_void_p(loss))


def test_a_gradient_goes_into_the_memory_of_the_caller(inputs: Inputs) -> None:
    loss = created(b"mse", Parameter(b"reduction", TEXT, 0, b"sum"))
    number, slopes = ctypes.c_float(), np.full((1, 2), 7, np.float32)
    value = Output(ctypes.addressof(number), 4)
    y_pred = inputs.kept[1]
    for memory in [slopes, y_pred]:  # Predictions are overwritten once nobody reads them any more.
        gradient = Output(memory.ctypes.data, memory.nbytes)
        assert called(loss, inputs, value, Failure(), gradient)
        assert (number.value, memory.tolist()) == (8, [[0, -4]])
        assert (gradient.dtype, gradient.rank, list(gradient.shape[:2])) == (FLOAT32, 2, [1, 2])
        assert gradient.data == memory.ctypes.data
    library.keras_loss_free(ctypes.c_void_p(loss))


def test_a_gradient_that_does_not_fit_goes_into_new_memory(inputs: Inputs) -> None:
    loss = created(b"mse")
    number, slope = ctypes.c_float(), ctypes.c_float(7)
    value = Output(ctypes.addressof(number), 4)
    gradient = Output(ctypes.addressof(slope), 7)
    assert called(loss, inputs, value, Failure(), gradient)
    assert gradient.data != ctypes.addressof(slope)
    assert list((ctypes.c_float * 2).from_address(gradient.data)) == [0, -4]
    assert slope.value == 7
    libc.free(gradient.data)
    library.keras_loss_free(ctypes.c_void_p(loss))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (dict(dtype=13), "y_true has the dtype 13: expected one of the header"),
        (dict(dtype=-1), "y_true has the dtype -1: expected one of the header"),
        (dict(rank=65), "y_true has the rank 65: expected 0 to 64"),
        (dict(rank=-1), "y_true has the rank -1: expected 0 to 64"),
        (dict(shape=None), "y_true has the rank 2: expected 0 to 64"),
        (dict(data=None), "0 elements for shape (1, 2): expected 2"),
        (dict(shape=(ctypes.c_int64 * 2)(-1, 2)), "shape [-1, 2]: expected no negative extents"),
        (
            dict(shape=(ctypes.c_int64 * 2)(2**62, 4)),
            "shape [4611686018427387904, 4]: expected no negative extents",
        ),
    ],
)
def test_what_is_no_array_is_refused(inputs: Inputs, change: dict[str, Any], message: str) -> None:
    loss = created(b"mse")
    for name, value in change.items():
        setattr(inputs.y_true.contents, name, value)
    failure = Failure()
    assert not called(loss, inputs, Output(), failure)
    assert failure.message.decode().startswith(message)
    assert failure.code in (b"invalid_call", b"invalid_shape")
    library.keras_loss_free(ctypes.c_void_p(loss))


def test_calls_without_what_they_need_are_refused(inputs: Inputs) -> None:
    loss = created(b"mse")
    failure = Failure()
    assert not called(None, inputs, Output(), failure)
    assert not called(loss, inputs, None, failure)
    assert not called(loss, Inputs(), Output(), failure)
    assert failure.code == b"invalid_call"
    assert failure.message == b"a call without y_true or y_pred"
    # Nobody has to want to know.
    assert not library.keras_loss_call(None, None, None, None, None)
    assert not library.keras_loss_reduce(*[None] * 8)
    library.keras_loss_free(ctypes.c_void_p(loss))
    library.keras_loss_free(None)


def test_what_makes_no_loss_is_refused() -> None:
    failure = Failure()
    assert created(None, failure=failure) is None
    assert failure.message == b"no name of a loss is given"
    assert created(b"mse", Parameter(b"delta", 9), failure=failure) is None
    assert failure.message == b"a parameter of the kind 9: expected one of the header"
    assert created(b"mse", Parameter(b"delta", NUMBERS, 0, None, None, 3), failure=failure) is None
    assert failure.message == b"a list of 3 numbers without memory"
    assert created(b"mse", Parameter(b"reduction", TEXT), failure=failure) is None
    assert b'reduction is ""' in failure.message
    assert library.keras_loss_create(b"mse", None, ctypes.c_int64(1), 0, None, None, None) is None
    assert library.keras_loss_create(b"mse", None, ctypes.c_int64(-1), 0, None, None, None) is None


def test_long_messages_end_with_a_whole_character() -> None:
    failure = Failure()
    for length in range(900, 904):
        name = ("x" * length + "\N{SNOWMAN}" * 300).encode()[-900:].decode(errors="ignore")
        assert created(name.encode(), failure=failure) is None
        assert 470 < len(failure.message) < 480
        failure.message.decode()


def test_names_that_are_no_text_are_refused() -> None:
    failure = Failure()
    assert created(b"\xff\xfe", failure=failure) is None
    assert failure.code == b"invalid_parameter"
    failure.message.decode()
