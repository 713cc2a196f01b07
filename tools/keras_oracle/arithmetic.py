"""The arithmetic that a formula runs in: lifts inputs and constants, and reduces arrays.

Formulas are plain NumPy on arrays of an arithmetic's numbers: operators, comparisons, `np.log`,
`np.exp` and the like reach exact numbers' own methods. What NumPy has no rule for on objects, or
what an arithmetic decides, stands in `Arithmetic`.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

from .array_of_numbers import ArrayOfNumbers
from .dialect import Dialect
from .errors import LossError
from .number_format import NumberFormat
from .recorded import Number, Recorded, Slope, Tape, largest, select
from .tracked import Numbers, Rounding, Tracked, log_sum_exp, total

Array = np.ndarray[Any, np.dtype[Any]]
Losses = TypeVar("Losses")

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


class Arithmetic(ABC):
    """What formulas ask of an arithmetic, whatever its numbers are."""

    rounding: Rounding
    """The dtype that constants are rounded to."""

    def __init__(self, dialect: Dialect, stages: bool = False) -> None:
        self.dialect = dialect
        self.stages: dict[str, Array] | None = {} if stages else None
        """Intermediate results in the order of the computation, where they are asked for."""
        self.zero = self.number(0.0)
        self.one = self.number(1.0)

    @property
    def fuzz(self) -> float:
        """Keras's epsilon before it is rounded to the dtype."""
        epsilon = self.dialect.epsilon
        return 2 * float(self.rounding.format.unit_roundoff) if epsilon == "machine" else epsilon

    @property
    def records(self) -> bool:
        """Whether slopes are asked for."""
        return False

    @property
    def epsilon(self) -> Number:
        """Keras's epsilon in the dtype."""
        return self.number(self.fuzz)

    def applied(
        self, formula: Callable[..., Losses], y_true: Array, y_pred: Array, **parameters: Any
    ) -> Losses:
        """What a formula gives to labels, predictions and parameters."""
        return formula(self, y_true, y_pred, **parameters)

    @abstractmethod
    def number(self, value: float) -> Number:
        """A number of the dtype."""

    @abstractmethod
    def constant(self, value: float) -> Number:
        """A number that is not of the dtype, as exactly as the arithmetic has it."""

    def rounded(self, value: float, choice: str) -> Number:
        """A constant that passes the dtype first which a choice of the dialect names."""
        return self.number(self.dialect.rounded(choice, value, self.rounding.format.dtype))

    @abstractmethod
    def array(self, values: Array) -> Array:
        """An array cast to the dtype, as numbers of the arithmetic."""

    @abstractmethod
    def predictions(self, values: Array) -> Array:
        """The array by which the gradient is taken, as numbers of the arithmetic."""

    def full(self, shape: tuple[int, ...], number: Number) -> Array:
        """An array of one number."""
        return np.full(shape, number)

    @abstractmethod
    def stack(self, numbers: Sequence[Number]) -> Array:
        """Numbers as an array of one axis."""

    @abstractmethod
    def clip(self, values: Array, low: Number, high: Number, tie: str | None = None) -> Array:
        """The values cut to [low, high]; NaN passes. The slope at a limit is that of the tie."""

    def positive_part(self, values: Array) -> Array:
        """max(x, 0); NaN passes."""
        return self.larger(values, self.zero)

    @abstractmethod
    def larger(self, values: Array, limit: Number) -> Array:
        """max(x, limit); NaN passes."""

    @abstractmethod
    def may_be_at_most(self, values: Array, limit: Number) -> Array:
        """Whether x <= limit, be it by rounding alone; not so for NaN."""

    @abstractmethod
    def power(self, values: Array, exponent: float) -> Array:
        """x ** exponent, the exponent rounded to the dtype, or to float32 before."""

    def log(self, values: Array) -> Array:
        """The logarithm of probabilities or rates."""
        kind = self.dialect.logarithm
        if kind == "log1p":
            return as_array(np.log1p(values))
        logarithms = as_array(np.log(values))
        if kind == "natural":
            return logarithms
        return logarithms / np.log(self.number(2.0 if kind == "base_2" else 10.0))

    def softplus(self, values: Array) -> Array:
        """log(1 + exp(x)) = max(x, 0) + log1p(exp(-|x|)), or x above 20."""
        numbers = self.log1p_exp(values)
        if self.dialect.softplus == "exact":
            return numbers
        return self.where(values > self.number(20.0), values, numbers)

    @abstractmethod
    def log1p_exp(self, values: Array) -> Array:
        """log(1 + exp(x)), however large x is."""

    @abstractmethod
    def sigmoid(self, values: Array) -> Array:
        """1 / (1 + exp(-x))."""

    def log_sigmoid(self, logits: Array) -> Array:
        """-log(1 + exp(-x)), without cancellation."""
        return np.negative(self.log1p_exp(-logits))

    @abstractmethod
    def log_add_exp(self, first: Array, second: Array) -> Array:
        """log(exp(a) + exp(b)); -inf adds nothing, not even a rounding."""

    @abstractmethod
    def reciprocal_root(self, values: Array, limit: Number) -> Array:
        """min(1 / sqrt(x), limit)."""

    @abstractmethod
    def sum(self, values: Array, axis: int | None = None, keepdims: bool = False) -> Array:
        """The sum along an axis, or over all elements."""

    def mean(self, values: Array, axis: int) -> Array:
        """The sum along an axis by its extent; NaN where that is zero."""
        if self.dialect.features == "sum":
            return self.sum(values, axis)
        if self.dialect.features == "batch_mean":
            axis = 0
        extent = self.number(values.shape[normalised_axis(axis, values.ndim)])
        return as_array(self.sum(values, axis) / extent)

    def class_sum(self, values: Array, axis: int) -> Array:
        """The sum along the axis of the classes."""
        total = self.sum(values, axis)
        if self.dialect.class_sums == "sum":
            return total
        return as_array(total / self.number(values.shape[normalised_axis(axis, values.ndim)]))

    @abstractmethod
    def max(self, values: Array, axis: int) -> Array:
        """The largest number along an axis, which is kept; NaN passes."""

    @abstractmethod
    def peak(self, values: Array, axis: int) -> Array:
        """The largest number along an axis, which is kept, as a constant: it has no slope."""

    @abstractmethod
    def where(self, condition: Array, taken: Array, other: Array) -> Array:
        """Numbers of one array where a condition holds, else of the other.

        The ones that are not taken receive a slope of 0, which an infinite slope makes NaN.
        """

    def log_softmax(self, logits: Array, axis: int) -> Array:
        """x - max(x) - log(sum(exp(x - max(x)))) along an axis."""
        shifted = logits - self.peak(logits, axis)
        return shifted - np.log(self.sum(np.exp(shifted), axis, keepdims=True))

    def softmax(self, logits: Array, axis: int) -> Array:
        """exp(x - max(x)) / sum(exp(x - max(x))) along an axis."""
        exponentials = np.exp(logits - self.peak(logits, axis))
        return exponentials / self.sum(exponentials, axis, keepdims=True)

    def stage(self, name: str, values: Array) -> None:
        """Notes an intermediate result, by a name of STAGES, where stages are asked for."""
        if self.stages is not None:
            assert name in STAGES, name
            self.stages[name] = self.constants(as_array(values))

    def log_sum_exp(self, row: Array) -> Number:
        """log(sum(exp(x))) = m + log(sum(exp(x - m))) of a row that is not empty.

        m is the maximum, or 0 where that is infinite.
        """
        peak = self.max(row, -1)[0]
        if peak in (np.inf, -np.inf):
            return np.log(self.sum(np.exp(row)))
        return np.log(self.sum(np.exp(row - peak))) + peak

    def log_sum_exp_of(self, values: Array, mask: Array) -> Array:
        """log(sum(exp(x))) of the masked numbers of each row; -inf where there are none."""
        rows = [numbers[kept] for numbers, kept in zip(values, mask)]
        nothing = self.number(-np.inf)
        return self.stack([self.log_sum_exp(row) if len(row) else nothing for row in rows])

    @abstractmethod
    def constants(self, values: Array) -> Array:
        """The numbers alone, without what they were computed from."""

    @abstractmethod
    def with_slopes(self, numbers: Array, sources: Array, slopes: Array, axis: int) -> Array:
        """Numbers with these slopes by the numbers along an axis, whatever their formula says."""

    def with_elementwise_slopes(self, numbers: Array, sources: Array, slopes: Array) -> Array:
        """Numbers with a slope each by a number of their own, whatever their formula says."""
        expanded = (array[..., np.newaxis] for array in np.broadcast_arrays(sources, slopes))
        return self.with_slopes(numbers, *expanded, -1)


class ExactArithmetic(Arithmetic):
    """Exact arithmetic with the range and the constants of a dtype, and bounds on its rounding.

    With a tape, what is computed from `predictions` is recorded, so that it has a gradient. With
    remembered numbers, operations that were done before are not done again.
    """

    def __init__(
        self,
        dtype: str,
        dialect: Dialect,
        records: bool = False,
        stages: bool = False,
        numbers: Numbers | None = None,
    ) -> None:
        format = NumberFormat.of(dtype)
        self.rounding = (
            Rounding(format, dialect) if numbers is None else numbers.rounding(format, dialect)
        )
        self.tape = Tape(self.rounding) if records else None
        super().__init__(dialect, stages)

    @property
    def records(self) -> bool:
        """Whether slopes are asked for."""
        return self.tape is not None

    def number(self, value: float) -> Tracked:
        """A number of the dtype, flushed where the dialect flushes subnormals."""
        return self.rounding.number(float(value))

    def constant(self, value: float) -> Tracked:
        """A number that is not of the dtype, exact."""
        return self.rounding.exact(value)

    def array(self, values: Array) -> Array:
        """An array cast to the dtype and lifted into exact numbers."""
        return _elementwise(self.number, values)

    def predictions(self, values: Array) -> Array:
        """The array by which the gradient is taken, cast to the dtype and lifted."""
        lifted = self.array(values)
        tape = self.tape
        return lifted if tape is None else _elementwise(tape.input, lifted)

    def stack(self, numbers: Sequence[Number]) -> Array:
        """Numbers as an array of one axis."""
        return _array(numbers, (len(numbers),))

    def clip(self, values: Array, low: Tracked, high: Tracked, tie: str | None = None) -> Array:
        """The values cut to [low, high]; NaN passes. The slope at a limit is that of the tie."""
        return _elementwise(
            lambda x: x.clipped(low, high, tie)
            if isinstance(x, Recorded)
            else x.clipped(low, high),
            values,
        )

    def larger(self, values: Array, limit: Tracked) -> Array:
        """max(x, limit); NaN passes."""
        return _elementwise(lambda x: x.larger(limit), values)

    def may_be_at_most(self, values: Array, limit: Tracked) -> Array:
        """Whether x <= limit, be it by rounding alone; not so for NaN."""
        near = _elementwise(lambda x: not x.isnan() and x.value - x.bound <= limit.value, values)
        return near.astype(bool)

    def power(self, values: Array, exponent: float) -> Array:
        """x ** exponent, the exponent rounded to the dtype, or to float32 before."""
        number = self.rounded(exponent, "ops_numbers")
        return _elementwise(lambda x: x.power(number), values)

    def log1p_exp(self, values: Array) -> Array:
        """log(1 + exp(x)), however large x is."""
        return _elementwise(lambda x: x.softplus(), values)

    def sigmoid(self, values: Array) -> Array:
        """1 / (1 + exp(-x))."""
        return _elementwise(lambda x: x.sigmoid(), values)

    def log_add_exp(self, first: Array, second: Array) -> Array:
        """log(exp(a) + exp(b)); -inf adds nothing, not even a rounding."""

        def of_numbers(first: Number, second: Number) -> Number:
            if second == -np.inf:
                return first
            if first == -np.inf:
                return second
            return first.log_add_exp(second)

        return _elementwise(of_numbers, *np.broadcast_arrays(first, second))

    def sum(self, values: Array, axis: int | None = None, keepdims: bool = False) -> Array:
        """The sum along an axis, or over all elements, in any order of summation."""
        return self._reduce(self._total, values, axis, keepdims)

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

        def chosen(condition: bool, taken: Number, other: Number) -> Number:
            return select(self.tape, *((taken, other) if condition else (other, taken)))

        return _elementwise(chosen, *np.broadcast_arrays(condition, taken, other))

    def reciprocal_root(self, values: Array, limit: Tracked) -> Array:
        """min(1 / sqrt(x), limit)."""
        return _elementwise(lambda x: x.reciprocal_root(limit), values)

    def log_sum_exp(self, row: Array) -> Number:
        """log(sum(exp(x))) of a row, as one step where all are finite."""
        numbers = list(self.constants(row))
        if not all(number.value.is_finite() for number in numbers):
            return super().log_sum_exp(row)
        result = log_sum_exp(numbers, self.zero)
        return result if self.tape is None else self.tape.log_sum_exp(result, row)

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
            pairs = [
                (source, Slope(slope))
                for source, slope in zip(rows[index], by[index])
                if isinstance(source, Recorded)
            ]
            number = np.asarray(numbers, dtype=object)[index]
            number = number.number if isinstance(number, Recorded) else number
            result[index] = Recorded(number, self.tape, pairs)
        return result

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
            return _array([function(np.asarray(values, dtype=object).ravel())], ())
        moved = np.moveaxis(values, axis, -1)
        *shape, extent = moved.shape
        count = math.prod(shape)
        rows = moved.reshape(count, extent)
        result = _array([function(row) for row in rows], tuple(shape))
        return np.expand_dims(result, axis) if keepdims else result


def as_array(numbers: Any) -> Array:
    """Numbers as an array: NumPy makes a bare number of an array of rank 0."""
    return numbers if isinstance(numbers, ArrayOfNumbers) else np.asarray(numbers)


def normalised_axis(axis: int, rank: int) -> int:
    """The axis counted from the front, or an `axis_out_of_range` error."""
    if not -rank <= axis < rank:
        raise LossError("axis_out_of_range", f"axis {axis} of an array of rank {rank}")
    return axis % rank


def _elementwise(function: Callable[..., Number], *arrays: Array) -> Array:
    """A function of the elements of some arrays of one shape, in their order."""
    elements = zip(*(array.ravel().tolist() for array in arrays))
    return _array([function(*numbers) for numbers in elements], arrays[0].shape)


def _array(numbers: Sequence[Number], shape: tuple[int, ...]) -> Array:
    """Numbers as an array of a shape."""
    result = np.empty(len(numbers), dtype=object)
    result[:] = numbers
    return result.reshape(shape)
