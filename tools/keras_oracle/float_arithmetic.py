"""The arithmetic that NumPy has: the oracle's formulas on ordinary arrays, rounding as they go.

It shows what a plain implementation gives, with the rounding noise that it has: goldens, which are
exact, allow for that, and a mistake made in it has to be found through it. It has no gradients.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .arithmetic import Arithmetic, Array
from .dialect import Dialect
from .number_format import NumberFormat
from .recorded import Number
from .tracked import Rounding

DTYPES = ("float16", "float32", "float64")
"""What NumPy computes in: it has no bfloat16."""


class FloatArithmetic(Arithmetic):
    """Ordinary arrays of a dtype of NumPy's, which rounds the result of each operation.

    Where the dialect flushes subnormals, those of inputs are zero, while results keep theirs:
    tolerances allow for both.
    """

    def __init__(self, dtype: str, dialect: Dialect, stages: bool = False) -> None:
        if dtype not in DTYPES:
            raise ValueError(f"NumPy has no {dtype}")
        self.dtype = np.dtype(dtype)
        self.rounding = Rounding(NumberFormat.of(dtype), dialect)
        super().__init__(dialect, stages)

    def number(self, value: float) -> Number:
        """A number of the dtype, flushed where the dialect flushes subnormals."""
        return self.array(np.array(value))[()]

    def constant(self, value: float) -> Number:
        """A float64: what is computed with it is of float64 as well."""
        return np.float64(value)

    def array(self, values: Array) -> Array:
        """An array cast to the dtype, flushed where the dialect flushes subnormals."""
        cast = values.astype(self.dtype)
        subnormal = np.abs(cast) < float(self.rounding.format.smallest_normal)
        if np.any(subnormal & (cast != 0)) and self.rounding.flushes:
            return np.where(subnormal, np.copysign(cast * 0, cast), cast)
        return cast

    def predictions(self, values: Array) -> Array:
        """An array cast to the dtype."""
        return self.array(values)

    def stack(self, numbers: Sequence[Number]) -> Array:
        """Numbers as an array of one axis."""
        return np.array(numbers, dtype=self.dtype)

    def clip(self, values: Array, low: Number, high: Number, tie: str | None = None) -> Array:
        """The values cut to [low, high]; NaN passes."""
        return np.asarray(np.clip(values, low, high))

    def larger(self, values: Array, limit: Number) -> Array:
        """max(x, limit); NaN passes."""
        return np.asarray(np.maximum(values, limit))

    def may_be_at_most(self, values: Array, limit: Number) -> Array:
        """Whether x <= limit; not so for NaN."""
        return np.asarray(values <= limit)

    def power(self, values: Array, exponent: float) -> Array:
        """x ** exponent, the exponent rounded to the dtype, or to float32 before."""
        return np.asarray(np.power(values, self.rounded(exponent, "ops_numbers")))

    def log1p_exp(self, values: Array) -> Array:
        """log(1 + exp(x)), however large x is."""
        return np.asarray(np.logaddexp(values, self.zero))

    def sigmoid(self, values: Array) -> Array:
        """1 / (1 + exp(-x))."""
        return np.asarray(self.one / (self.one + np.exp(-values)))

    def log_add_exp(self, first: Array, second: Array) -> Array:
        """log(exp(a) + exp(b))."""
        return np.logaddexp(first, second)

    def reciprocal_root(self, values: Array, limit: Number) -> Array:
        """min(1 / sqrt(x), limit)."""
        return np.asarray(np.minimum(self.one / np.sqrt(values), limit))

    def sum(self, values: Array, axis: int | None = None, keepdims: bool = False) -> Array:
        """The sum along an axis, or over all elements, in NumPy's order."""
        return np.asarray(np.sum(values, axis=axis, keepdims=keepdims and axis is not None))

    def max(self, values: Array, axis: int) -> Array:
        """The largest number along an axis, which is kept; NaN passes."""
        return np.max(values, axis=axis, keepdims=True, initial=-np.inf)

    def peak(self, values: Array, axis: int) -> Array:
        """The largest number along an axis, which is kept."""
        return self.max(values, axis)

    def where(self, condition: Array, taken: Array, other: Array) -> Array:
        """Numbers of one array where a condition holds, else of the other."""
        return np.where(condition, taken, other)

    def constants(self, values: Array) -> Array:
        """The numbers themselves: none is recorded."""
        return values

    def with_slopes(self, numbers: Array, sources: Array, slopes: Array, axis: int) -> Array:
        """The numbers themselves: none has a slope."""
        return numbers
