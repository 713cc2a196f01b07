"""Arguments as Keras takes them: dtypes, arrays and parameters of many kinds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from ._keras import floatx

Losses: TypeAlias = np.ndarray[Any, np.dtype[Any]] | np.number[Any]
"""A number of NumPy, or an array."""

DTYPES = ("float16", "bfloat16", "float32", "float64")
_MIXED = {"mixed_float16": "float16", "mixed_bfloat16": "bfloat16"}


def dtype_name(dtype: Any) -> str:
    """The dtype in which a class computes: from a name, a NumPy dtype or a Keras policy.

    Raises:
        ValueError: It is not a floating dtype of Keras.
    """
    if dtype is None:
        return floatx()
    name = getattr(dtype, "compute_dtype", dtype)
    name = name if isinstance(name, str) else np.dtype(name).name
    name = _MIXED.get(name, name)
    if name not in DTYPES:
        raise ValueError(f"dtype is {dtype!r}: expected one of {', '.join(DTYPES)}")
    return name


def plain(value: Any) -> Any:
    """A parameter without NumPy's kinds of numbers, lists as tuples."""
    if isinstance(value, (np.ndarray, np.generic)):
        value = value.tolist()
    return tuple(map(plain, value)) if isinstance(value, (list, tuple)) else value


def as_array(
    values: ArrayLike, dtype: str | np.dtype[Any] | None
) -> np.ndarray[Any, np.dtype[Any]]:
    """An array of a dtype, of its own where that is None.

    Raises:
        TypeError: NumPy does not know bfloat16, as ml_dtypes is not there to teach it.
    """
    if dtype == "bfloat16":
        try:
            import ml_dtypes  # noqa: F401
        except ImportError as error:
            raise TypeError("bfloat16 needs the package ml_dtypes") from error
    array = np.asarray(values)
    return array if dtype is None else array.astype(dtype, copy=False)


def as_function_takes(y_true: ArrayLike, y_pred: ArrayLike) -> tuple[ArrayLike, ArrayLike]:
    """Labels and predictions as Keras's bare functions convert them.

    Numbers of Python are of `floatx()`, arrays of the dtype that they have. Integer predictions
    make the labels integers. (Keras goes on in integers up to a mean, where small ones wrap round:
    here they are of `floatx()` from then on.)
    """
    labels = y_true if isinstance(y_true, np.ndarray) else _converted(y_true)
    predictions = y_pred if isinstance(y_pred, np.ndarray) else _converted(y_pred)
    if predictions.dtype.kind in "biu":
        if labels.dtype.kind == "f":
            labels = labels.astype(predictions.dtype)
        predictions = as_array(predictions, floatx())
    return labels, predictions


def _converted(values: ArrayLike) -> np.ndarray[Any, np.dtype[Any]]:
    """An array, of `floatx()` where it is floats of Python."""
    array = np.asarray(values)
    if array.dtype == np.float64 and all(isinstance(x, float | int) for x in _leaves(values)):
        return as_array(array, floatx())
    return array


def _leaves(values: Any) -> Iterator[Any]:
    """What lists within lists hold; a number of NumPy is no number of Python here."""
    if isinstance(values, (list, tuple)):
        for value in values:
            yield from _leaves(value)
    else:
        yield None if isinstance(values, np.generic) else values
