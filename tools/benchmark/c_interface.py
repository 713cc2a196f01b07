"""The C interface of the Swift losses, called with ctypes: as far as the benchmark needs it."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

FLOAT32 = 11
BOOLEAN = 1


class Parameter(ctypes.Structure):
    """A `keras_loss_parameter`."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("kind", ctypes.c_int32),
        ("number", ctypes.c_double),
        ("text", ctypes.c_char_p),
        ("numbers", ctypes.POINTER(ctypes.c_double)),
        ("count", ctypes.c_int64),
    )


class LossArray(ctypes.Structure):
    """A `keras_loss_array`."""

    _fields_ = (
        ("data", ctypes.c_void_p),
        ("shape", ctypes.POINTER(ctypes.c_int64)),
        ("rank", ctypes.c_int32),
        ("dtype", ctypes.c_int32),
    )


class Inputs(ctypes.Structure):
    """A `keras_loss_inputs`."""

    _fields_ = tuple(
        (name, ctypes.POINTER(LossArray))
        for name in ("y_true", "y_pred", "sample_weight", "mask", "ref_labels", "ref_embeddings")
    )


class Output(ctypes.Structure):
    """A `keras_loss_output`."""

    _fields_ = (
        ("data", ctypes.c_void_p),
        ("capacity", ctypes.c_int64),
        ("dtype", ctypes.c_int32),
        ("rank", ctypes.c_int32),
        ("shape", ctypes.c_int64 * 64),
    )


class Failure(ctypes.Structure):
    """A `keras_loss_failure`."""

    _fields_ = (("code", ctypes.c_char * 32), ("message", ctypes.c_char * 480))


class CLoss:
    """A class of `keras.losses`, reduced, on arrays of float32 in C order."""

    def __init__(self, library: str, name: str, parameters: dict[str, bool]) -> None:
        c = ctypes.CDLL(library)
        c.keras_loss_create.restype = ctypes.c_void_p
        c.keras_loss_create.argtypes = [
            ctypes.c_char_p,
            ctypes.POINTER(Parameter),
            ctypes.c_int64,
            ctypes.c_bool,
            ctypes.c_char_p,
            ctypes.c_char_p,
            ctypes.POINTER(Failure),
        ]
        c.keras_loss_call.restype = ctypes.c_bool
        c.keras_loss_call.argtypes = [ctypes.c_void_p] + [ctypes.c_void_p] * 4
        given = [Parameter(key.encode(), BOOLEAN, value) for key, value in parameters.items()]
        self.failure = Failure()
        self.loss = c.keras_loss_create(
            name.encode(),
            (Parameter * len(given))(*given),
            len(given),
            False,
            None,
            None,
            self.failure,
        )
        if not self.loss:
            raise ValueError(self.failure.message.decode())
        self.call = c.keras_loss_call
        self.value = ctypes.c_float()
        self.output = Output(ctypes.addressof(self.value), ctypes.sizeof(self.value))

    def __call__(self, y_true: Array, y_pred: Array) -> float:
        """The loss of a batch."""
        return self.prepared(y_true, y_pred)()

    def prepared(self, y_true: Array, y_pred: Array) -> Callable[[], float]:
        """What computes the loss of a batch whose arrays stay where they are."""
        labels, predictions = _described(y_true), _described(y_pred)
        inputs = Inputs(ctypes.pointer(labels), ctypes.pointer(predictions))
        parts = (self.loss, ctypes.byref(inputs), ctypes.byref(self.output), None, None)

        def call() -> float:
            if not self.call(*parts):
                raise ValueError("the loss has no value")
            return self.value.value

        return call


def _described(array: Array) -> LossArray:
    if array.dtype != np.float32 or not array.flags.c_contiguous:
        raise TypeError(f"an array of {array.dtype}: expected float32 in C order")
    return LossArray(array.ctypes.data, array.ctypes.shape_as(ctypes.c_int64), array.ndim, FLOAT32)
