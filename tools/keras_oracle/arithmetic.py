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
from .recorded import Recorded, Slope, Tape, largest, select
from .tracked import Rounding, Tracked, total

Array = np.ndarray[Any, np.dtype[Any]]

STAGES: tuple[str, ...] = (
    "labels",
    "sigmoid",
    "softmax",
    "row_sums",
    "rescaled",
    "clipped",
    "log",
    "per_element",
    "per_sample",
    "weights",
    "weighted",
    "reduced",
)
"""What intermediate results of losses are called.

`labels` are smoothed or made -1 and 1; `weights` have the mask in them. A loss has some of these.
"""


class Arithmetic:
    """Exact arithmetic with the range and the constants of a dtype.

    With a tape, what is computed from `predictions` is recorded, so that it has a gradient.
    """

    def __init__(
        self, dtype: str, dialect: Dialect, records: bool = False, stages: bool = False
    ) -> None:
        self.format = NumberFormat.of(dtype)
        self.dialect = dialect
        self.rounding = Rounding(self.format, dialect)
        self.tape = Tape(self.rounding) if records else None
        self.stages: dict[str, Array] | None = {} if stages else None
        """Intermediate results in the order of the computation, where they are asked for."""
        self.zero = self.number(0.0)
        self.one = self.number(1.0)

    @property
    def epsilon(self) -> Tracked:
        """Keras's epsilon in the dtype."""
        return self.number(self.dialect.epsilon)

    def number(self, value: float) -> Tracked:
        """A number of the dtype, flushed where the dialect flushes subnormals."""
        rounded = Decimal(float(self.format.round(Decimal(float(value)))))
        if (
            rounded.is_finite()
            and 0 < rounded.copy_abs() < self.format.smallest_normal
            and self.rounding.flushes
        ):
            rounded = Decimal(0).copy_sign(rounded)
        return Tracked(rounded, self.rounding)

    def rounded(self, value: float, dtype: str) -> Tracked:
        """A constant that has passed a dtype, which is this one where that is called "dtype"."""
        return self.number(value if dtype == "dtype" else float(np.dtype(dtype).type(value)))

    def array(self, values: Array) -> Array:
        """An array cast to the dtype and lifted into exact numbers."""
        lifted = np.empty(values.shape, dtype=object)
        for index in np.ndindex(values.shape):
            lifted[index] = self.number(values[index])
        return lifted

    def predictions(self, values: Array) -> Array:
        """The array by which the gradient is taken, cast to the dtype and lifted."""
        lifted = self.array(values)
        tape = self.tape
        return lifted if tape is None else _elementwise(tape.input, lifted)

    def clip(self, values: Array, low: Tracked, high: Tracked, tie: str | None = None) -> Array:
        """The values cut to [low, high]; NaN passes. The slope at a limit is that of the tie."""
        return _elementwise(
            lambda x: x.clipped(low, high, tie)
            if isinstance(x, Recorded)
            else x.clipped(low, high),
            values,
        )

    def positive_part(self, values: Array) -> Array:
        """max(x, 0); NaN passes."""
        return self.larger(values, self.zero)

    def larger(self, values: Array, limit: Tracked) -> Array:
        """max(x, limit); NaN passes."""
        return _elementwise(lambda x: x.larger(limit), values)

    def power(self, values: Array, exponent: float) -> Array:
        """x ** exponent, the exponent rounded to the dtype, or to float32 before."""
        number = self.rounded(exponent, self.dialect.ops_numbers)
        return _elementwise(lambda x: x.power(number), values)

    def softplus(self, values: Array) -> Array:
        """log(1 + exp(x)) = max(x, 0) + log1p(exp(-|x|)), or x above 20."""
        numbers = _elementwise(lambda x: x.softplus(), values)
        if self.dialect.softplus == "exact":
            return numbers
        limit = self.number(20.0)
        return self.where(_elementwise(lambda x: limit < x, values), values, numbers)

    def sigmoid(self, values: Array) -> Array:
        """1 / (1 + exp(-x))."""
        return _elementwise(lambda x: x.sigmoid(), values)

    def sum(self, values: Array, axis: int | None = None, keepdims: bool = False) -> Array:
        """The sum along an axis, or over all elements, in any order of summation."""
        return self._reduce(self._total, values, axis, keepdims)

    def mean(self, values: Array, axis: int) -> Array:
        """The sum along an axis by its extent; NaN where that is zero."""
        extent = self.number(values.shape[normalised_axis(axis, values.ndim)])
        return _elementwise(lambda x: x / extent, self.sum(values, axis))

    def max(self, values: Array, axis: int) -> Array:
        """The largest number along an axis, which is kept; NaN passes."""

        def of_row(row: Array) -> Any:
            peak = self._peak(row)
            if self.tape is None or not any(isinstance(number, Recorded) for number in row):
                return peak
            return largest(self.tape, list(row), peak)

        return self._reduce(of_row, values, axis, keepdims=True)

    def peak(self, values: Array, axis: int) -> Array:
        """The largest number along an axis, which is kept, as a constant: it has no slope."""
        return self._reduce(self._peak, values, axis, keepdims=True)

    def where(self, condition: Array, taken: Array, other: Array) -> Array:
        """Numbers of one array where a condition holds, else of the other.

        The ones that are not taken receive a slope of 0, which an infinite slope makes NaN.
        """
        condition, taken, other = np.broadcast_arrays(condition, taken, other)
        result = np.empty(condition.shape, dtype=object)
        for index in np.ndindex(result.shape):
            pair = (taken[index], other[index])
            result[index] = select(self.tape, *(pair if condition[index] else pair[::-1]))
        return result

    def log_softmax(self, logits: Array, axis: int) -> Array:
        """x - max(x) - log(sum(exp(x - max(x)))) along an axis."""
        shifted = logits - self.peak(logits, axis)
        return shifted - np.log(self.sum(np.exp(shifted), axis, keepdims=True))

    def softmax(self, logits: Array, axis: int) -> Array:
        """exp(x - max(x)) / sum(exp(x - max(x))) along an axis."""
        exponentials = np.exp(logits - self.peak(logits, axis))
        return exponentials / self.sum(exponentials, axis, keepdims=True)

    def reciprocal_root(self, values: Array, limit: Tracked) -> Array:
        """min(1 / sqrt(x), limit)."""
        return _elementwise(lambda x: x.reciprocal_root(limit), values)

    def stage(self, name: str, values: Array) -> None:
        """Notes an intermediate result, by a name of STAGES, where stages are asked for."""
        if self.stages is not None:
            assert name in STAGES, name
            self.stages[name] = self.constants(np.asarray(values, dtype=object))

    def constants(self, values: Array) -> Array:
        """The numbers alone, without what they were computed from."""
        return _elementwise(lambda x: x.number if isinstance(x, Recorded) else x, values)

    def with_slopes(self, numbers: Array, sources: Array, slopes: Array, axis: int) -> Array:
        """Numbers with these slopes by the numbers along an axis, whatever their formula says."""
        if self.tape is None:
            return numbers
        rows, by = np.moveaxis(sources, axis, -1), np.moveaxis(slopes, axis, -1)
        result = np.empty(rows.shape[:-1], dtype=object)
        for index in np.ndindex(result.shape):
            pairs = [(source, Slope(slope)) for source, slope in zip(rows[index], by[index])]
            number = np.asarray(numbers, dtype=object)[index]
            result[index] = Recorded(number.number, self.tape, pairs)
        return result

    def with_elementwise_slopes(self, numbers: Array, sources: Array, slopes: Array) -> Array:
        """Numbers with a slope each by a number of their own, whatever their formula says."""
        expanded = (array[..., np.newaxis] for array in np.broadcast_arrays(sources, slopes))
        return self.with_slopes(numbers, *expanded, -1)

    def log_sigmoid(self, logits: Array) -> Array:
        """-log(1 + exp(-x)), without cancellation."""
        return np.negative(_elementwise(lambda x: x.softplus(), -logits))

    def _total(self, row: Array) -> Any:
        numbers = [number.number if isinstance(number, Recorded) else number for number in row]
        sum = total(numbers, self.zero)
        return sum if self.tape is None else self.tape.sum(sum, row)

    def _peak(self, row: Array) -> Tracked:
        best = self.number(-np.inf)
        for number in row:
            best = best.larger(number.number if isinstance(number, Recorded) else number)
        return best

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
