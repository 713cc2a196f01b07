"""The arithmetic that a formula runs in: lifts inputs and constants, and reduces arrays.

Formulas are plain NumPy on arrays of `Tracked` numbers: `np.log`, `np.exp` and the operators
reach the numbers' own methods. What NumPy has no rule for on objects stands here.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np

from .dialect import Dialect
from .errors import LossError
from .number_format import NumberFormat
from .tracked import Tracked, total

Array = np.ndarray[Any, np.dtype[Any]]


class Arithmetic:
    """Exact arithmetic with the range and the constants of a dtype."""

    def __init__(self, dtype: str, dialect: Dialect) -> None:
        self.format = NumberFormat.of(dtype)
        self.dialect = dialect
        self._flush = dialect.subnormals == "flush"
        self.zero = self.number(0.0)
        self.one = self.number(1.0)

    def number(self, value: float) -> Tracked:
        """A number of the dtype, flushed where the dialect flushes subnormals."""
        rounded = Decimal(float(self.format.round(Decimal(float(value)))))
        if (
            self._flush
            and rounded.is_finite()
            and 0 < rounded.copy_abs() < self.format.smallest_normal
        ):
            rounded = Decimal(0).copy_sign(rounded)
        return Tracked(rounded, self.format, self._flush)

    def array(self, values: Array) -> Array:
        """An array cast to the dtype and lifted into exact numbers."""
        lifted = np.empty(values.shape, dtype=object)
        for index in np.ndindex(values.shape):
            lifted[index] = self.number(values[index])
        return lifted

    def clip(self, values: Array, low: Tracked, high: Tracked) -> Array:
        """The values cut to [low, high]; NaN passes."""
        return _elementwise(lambda x: x.clipped(low, high), values)

    def positive_part(self, values: Array) -> Array:
        """max(x, 0); NaN passes."""
        return _elementwise(lambda x: self.zero if x < self.zero else x, values)

    def sum(self, values: Array, axis: int | None = None, keepdims: bool = False) -> Array:
        """The sum along an axis, or over all elements, in any order of summation."""
        return self._reduce(lambda row: total(row, self.zero), values, axis, keepdims)

    def mean(self, values: Array, axis: int) -> Array:
        """The sum along an axis by its extent; NaN where that is zero."""
        extent = self.number(values.shape[normalised_axis(axis, values.ndim)])
        return _elementwise(lambda x: x / extent, self.sum(values, axis))

    def max(self, values: Array, axis: int) -> Array:
        """The largest number along an axis, which is kept; NaN passes."""

        def largest(row: Array) -> Tracked:
            best = self.number(-np.inf)
            for number in row:
                if best.isnan():
                    break
                if number.isnan() or best < number:
                    best = number
            return best

        return self._reduce(largest, values, axis, keepdims=True)

    def log_softmax(self, logits: Array, axis: int) -> Array:
        """x - max(x) - log(sum(exp(x - max(x)))) along an axis."""
        peak = self.max(logits, axis)
        # An infinite maximum is not subtracted: -inf - -inf has no meaning.
        finite = _elementwise(lambda x: x if x.value.is_finite() else self.zero, peak)
        shifted = logits - finite
        return shifted - np.log(self.sum(np.exp(shifted), axis, keepdims=True))

    def log_sigmoid(self, logits: Array) -> Array:
        """-log(1 + exp(-x)), without cancellation."""
        return -(self.positive_part(-logits) + np.log1p(np.exp(-np.abs(logits))))

    def _reduce(self, function: Any, values: Array, axis: int | None, keepdims: bool) -> Array:
        if axis is None:
            result = np.empty((), dtype=object)
            result[()] = function(values.ravel())
            return result
        moved = np.moveaxis(values, axis, -1)
        result = np.empty(moved.shape[:-1], dtype=object)
        for index in np.ndindex(result.shape):
            result[index] = function(moved[index])
        return np.expand_dims(result, axis) if keepdims else result


def normalised_axis(axis: int, rank: int) -> int:
    """The axis counted from the front, or an `axis_out_of_range` error."""
    if not -rank <= axis < rank:
        raise LossError("axis_out_of_range", f"axis {axis} of an array of rank {rank}")
    return axis % rank


def _elementwise(function: Any, values: Array) -> Array:
    result = np.empty(values.shape, dtype=object)
    for index in np.ndindex(values.shape):
        result[index] = function(values[index])
    return result
