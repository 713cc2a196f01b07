"""The arithmetic of whole arrays with bounds: what the exact one gives, at NumPy's speed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .arithmetic import Arithmetic, Array
from .bounded import BoundedArray
from .bounded_recorded import RecordedArray, numbers_of
from .bounded_rounding import BoundedRounding
from .bounded_sums import log_sum_exp, total
from .bounded_tape import BoundedTape, Node

Numbers = BoundedArray | RecordedArray


class BoundedArithmetic(Arithmetic):
    """Binary arithmetic wider than a dtype, with the bounds of the exact arithmetic.

    A bound is not below that of `ExactArithmetic` for the same numbers, but for the share that
    `BoundedRounding.slack` is of it. Where that one raises `UnstableError`, a bound is NaN; it is
    raised here where rounding decides which way a computation goes on.
    """

    def __init__(self, rounding: BoundedRounding, records: bool = False) -> None:
        self.rounding = rounding
        self.tape = BoundedTape(self.rounding) if records else None
        super().__init__(rounding.dialect)

    @property
    def records(self) -> bool:
        """Whether slopes are asked for."""
        return self.tape is not None

    def number(self, value: float) -> BoundedArray:
        """A number of the dtype, flushed where the dialect flushes subnormals."""
        return BoundedArray(self.rounding.number(float(value)), None, self.rounding)

    def constant(self, value: float) -> BoundedArray:
        """A number that is not of the dtype, exact."""
        return BoundedArray(self.rounding.kind(value), None, self.rounding)

    def array(self, values: Array) -> BoundedArray:
        """An array cast to the dtype."""
        return BoundedArray(self.rounding.cast(values), None, self.rounding)

    def predictions(self, values: Array) -> Numbers:
        """The array by which the gradient is taken, cast to the dtype."""
        numbers = self.array(values)
        if self.tape is None:
            return numbers
        self.tape.input = Node(numbers.shape, [])
        return RecordedArray(numbers, self.tape.input, self.tape)

    def full(self, shape: tuple[int, ...], number: BoundedArray) -> BoundedArray:
        """An array of one number."""
        return number.broadcast(shape)

    def stack(self, numbers: Sequence[BoundedArray]) -> BoundedArray:
        """Numbers as an array of one axis."""
        return numbers[0].joined([number.reshape(1) for number in numbers], 0)

    def clip(
        self, values: Numbers, low: BoundedArray, high: BoundedArray, tie: str | None = None
    ) -> Numbers:
        """The values cut to [low, high]; NaN passes. The slope at a limit is that of the tie."""
        if isinstance(values, RecordedArray):
            return values.clipped(low, high, tie)
        return values.clipped(low, high)

    def larger(self, values: Numbers, limit: BoundedArray) -> Numbers:
        """max(x, limit); NaN passes."""
        return values.larger(limit)

    def may_be_at_most(self, values: Numbers, limit: BoundedArray) -> Array:
        """Whether x <= limit, be it by rounding alone; not so for NaN."""
        return values.value - values.distance <= limit.value

    def power(self, values: Numbers, exponent: float) -> Numbers:
        """x ** exponent, the exponent rounded to the dtype, or to float32 before."""
        return values.power(self.rounded(exponent, "ops_numbers"))

    def softplus(self, values: Numbers) -> Numbers:
        """log(1 + exp(x)) = max(x, 0) + log1p(exp(-|x|)), or x above 20."""
        if self.dialect.softplus == "exact" or self.rounding.format.dtype == "float64":
            result = super().softplus(values)
        else:
            # On both sides of 20 the same but for less than half an ulp, save that of a float64.
            is_large = values.value > self.rounding.number(20.0)
            result = self.where(is_large, values, self.log1p_exp(values))
        numbers_of(result).is_certain = numbers_of(values).has_certain_power
        return result

    def log1p_exp(self, values: Numbers) -> Numbers:
        """log(1 + exp(x)), however large x is."""
        return values.softplus()

    def sigmoid(self, values: Numbers) -> Numbers:
        """1 / (1 + exp(-x))."""
        return values.sigmoid()

    def log_add_exp(self, first: Numbers, second: Numbers) -> Numbers:
        """log(exp(a) + exp(b)); -inf adds nothing, not even a rounding."""
        if isinstance(second, RecordedArray):
            total = second.log_add_exp(first)
        else:
            total = first.log_add_exp(second)
        adds = first.value != -np.inf, second.value != -np.inf
        if all(np.count_nonzero(it) == np.size(it) for it in adds):
            return total
        return np.where(adds[1], np.where(adds[0], total, second), first)

    def reciprocal_root(self, values: Numbers, limit: BoundedArray) -> Numbers:
        """min(1 / sqrt(x), limit)."""
        return values.reciprocal_root(limit)

    def sum(self, values: Numbers, axis: int | None = None, keepdims: bool = False) -> Numbers:
        """The sum along an axis, or over all elements, in any order of summation."""
        keepdims = keepdims and axis is not None
        sums = total(numbers_of(values), axis, keepdims)
        if isinstance(values, RecordedArray):
            return values.sum(sums, axis, keepdims)
        return sums

    def max(self, values: Numbers, axis: int) -> Numbers:
        """The largest number along an axis, which is kept; NaN passes."""
        peak = self.peak(values, axis)
        return values.largest(peak, axis) if isinstance(values, RecordedArray) else peak

    def peak(self, values: Numbers, axis: int) -> BoundedArray:
        """The largest number along an axis, which is kept, as a constant: it has no slope."""
        return numbers_of(values).peak(axis)

    def where(self, condition: Array, taken: Numbers, other: Numbers) -> Numbers:
        """Numbers of one array where a condition holds, else of the other.

        The ones that are not taken receive a slope of 0, which an infinite slope makes NaN.
        """
        for numbers in (taken, other):
            if isinstance(numbers, RecordedArray):
                return numbers.selected(condition, taken, other)
        return taken.chosen(condition, taken, other)

    def log_sum_exp_of(self, values: Numbers, mask: Array) -> Numbers:
        """log(sum(exp(x))) of the masked numbers of each row; -inf where there are none."""
        kept = np.any(mask, axis=-1)
        finite = np.all(np.isfinite(values.value) | ~mask, axis=-1)
        sums = log_sum_exp(numbers_of(values), mask)
        if isinstance(values, RecordedArray):
            sums = values.log_sum_exp(sums, mask)
        if not np.all(finite):
            rows = np.where(mask, values, self.number(-np.inf))
            peak = self.max(rows, -1)
            peak = np.where(np.isinf(peak.value), self.zero, peak)
            steps = np.log(self.sum(np.exp(rows - peak), -1)) + np.squeeze(peak, -1)
            sums = np.where(finite, sums, steps)
        return sums if np.all(kept) else np.where(kept, sums, self.number(-np.inf))

    def constants(self, values: Numbers) -> BoundedArray:
        """The numbers alone, without what they were computed from."""
        return numbers_of(values)

    def with_slopes(self, numbers: Numbers, sources: Numbers, slopes: Numbers, axis: int) -> Any:
        """Numbers with these slopes by the numbers along an axis, whatever their formula says."""
        if isinstance(sources, RecordedArray):
            return sources.with_slopes(numbers, numbers_of(slopes), axis)
        return numbers_of(numbers)

    def with_elementwise_slopes(self, numbers: Numbers, sources: Numbers, slopes: Numbers) -> Any:
        """Numbers with a slope each by a number of their own, whatever their formula says."""
        if isinstance(sources, RecordedArray):
            return sources.with_slopes(numbers, numbers_of(slopes), None)
        return numbers_of(numbers)
