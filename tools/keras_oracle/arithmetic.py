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
        self.epsilon = self.number(dialect.epsilon)

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
        return self.larger(values, self.zero)

    def larger(self, values: Array, limit: Tracked) -> Array:
        """max(x, limit); NaN passes."""
        return _elementwise(lambda x: x.larger(limit), values)

    def power(self, values: Array, exponent: float) -> Array:
        """x ** exponent, the exponent rounded to the dtype."""
        return _elementwise(lambda x: x.power(self.number(exponent)), values)

    def softplus(self, values: Array) -> Array:
        """log(1 + exp(x)) = max(x, 0) + log1p(exp(-|x|))."""
        return self.positive_part(values) + np.log1p(np.exp(-np.abs(values)))

    def sigmoid(self, values: Array) -> Array:
        """1 / (1 + exp(-x))."""
        return self.one / (self.one + np.exp(-values))

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
                best = best.larger(number)
            return best

        return self._reduce(largest, values, axis, keepdims=True)

    def log_softmax(self, logits: Array, axis: int) -> Array:
        """x - max(x) - log(sum(exp(x - max(x)))) along an axis."""
        peak = self.max(logits, axis)
        # An infinite maximum is not subtracted: -inf - -inf has no meaning.
        finite = _elementwise(lambda x: x if x.value.is_finite() else self.zero, peak)
        shifted = logits - finite
        return shifted - np.log(self.sum(np.exp(shifted), axis, keepdims=True))

    def softmax(self, logits: Array, axis: int) -> Array:
        """exp(x - max(x)) / sum(exp(x - max(x))) along an axis."""
        exponentials = np.exp(logits - self.max(logits, axis))
        return exponentials / self.sum(exponentials, axis, keepdims=True)

    def reciprocal_root(self, values: Array, limit: Tracked) -> Array:
        """min(1 / sqrt(x), limit)."""
        return _elementwise(lambda x: x.reciprocal_root(limit), values)

    def log_sigmoid(self, logits: Array) -> Array:
        """-log(1 + exp(-x)), without cancellation."""
        return -self.softplus(-logits)

    def _reduce(self, function: Any, values: Array, axis: int | None, keepdims: bool) -> Array:
        if axis is None:
            result = np.empty((), dtype=object)
            result[()] = function(np.asarray(values, dtype=object).ravel())
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
