"""The arithmetic of whole arrays with bounds: what the exact one gives, at NumPy's speed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .arithmetic import Arithmetic, Array
from .bounded import BoundedArray, growth, settled
from .bounded_rounding import BoundedRounding
from .dialect import Dialect
from .number_format import NumberFormat
from .tracked import ELEMENTARY_ULP, ROUNDING_ULP, SUM_DIGITS


class BoundedArithmetic(Arithmetic):
    """Binary arithmetic wider than a dtype, with the bounds of the exact arithmetic.

    A bound is not below that of `ExactArithmetic` for the same numbers, but for the share that
    `BoundedRounding.slack` is of it. Where that one raises `UnstableError`, a bound is NaN; it is
    raised here where rounding decides which way a computation goes on.
    """

    def __init__(self, dtype: str, dialect: Dialect) -> None:
        self.rounding = BoundedRounding(NumberFormat.of(dtype), dialect)
        super().__init__(dialect)

    def number(self, value: float) -> BoundedArray:
        """A number of the dtype, flushed where the dialect flushes subnormals."""
        return BoundedArray(self.rounding.number(float(value)), None, self.rounding)

    def constant(self, value: float) -> BoundedArray:
        """A number that is not of the dtype, exact."""
        return BoundedArray(self.rounding.kind(value), None, self.rounding)

    def array(self, values: Array) -> BoundedArray:
        """An array cast to the dtype."""
        return BoundedArray(self.rounding.cast(values), None, self.rounding)

    def predictions(self, values: Array) -> BoundedArray:
        """The array by which the gradient is taken, cast to the dtype."""
        return self.array(values)

    def full(self, shape: tuple[int, ...], number: BoundedArray) -> BoundedArray:
        """An array of one number."""
        return np.broadcast_to(number, shape)

    def stack(self, numbers: Sequence[BoundedArray]) -> BoundedArray:
        """Numbers as an array of one axis."""
        return numbers[0].joined([np.reshape(number, (1,)) for number in numbers], 0)

    def clip(
        self, values: BoundedArray, low: BoundedArray, high: BoundedArray, tie: str | None = None
    ) -> BoundedArray:
        """The values cut to [low, high]; NaN passes. The slope at a limit is that of the tie."""
        return values.clipped(low, high)

    def larger(self, values: BoundedArray, limit: BoundedArray) -> BoundedArray:
        """max(x, limit); NaN passes."""
        return values.larger(limit)

    def may_be_at_most(self, values: BoundedArray, limit: BoundedArray) -> Array:
        """Whether x <= limit, be it by rounding alone; not so for NaN."""
        return values.value - values.distance <= limit.value

    def power(self, values: BoundedArray, exponent: float) -> BoundedArray:
        """x ** exponent, the exponent rounded to the dtype, or to float32 before."""
        return values.power(self.rounded(exponent, self.dialect.ops_numbers))

    def softplus(self, values: BoundedArray) -> BoundedArray:
        """log(1 + exp(x)) = max(x, 0) + log1p(exp(-|x|)), or x above 20."""
        if self.dialect.softplus == "exact":
            return self.log1p_exp(values)
        limit = self.number(20.0)
        numbers = self.log1p_exp(values)
        chosen = self.where(values.value > limit.value, values, numbers)
        return chosen

    def log1p_exp(self, values: BoundedArray) -> BoundedArray:
        """log(1 + exp(x)), however large x is."""
        return values.softplus()

    def sigmoid(self, values: BoundedArray) -> BoundedArray:
        """1 / (1 + exp(-x))."""
        return values.sigmoid()

    def log_add_exp(self, first: BoundedArray, second: BoundedArray) -> BoundedArray:
        """log(exp(a) + exp(b)); -inf adds nothing, not even a rounding."""
        first_adds = first.value != -np.inf
        second_adds = second.value != -np.inf
        total = first.log_add_exp(second)
        if np.count_nonzero(first_adds) == first.size and np.count_nonzero(second_adds) == np.size(
            second.value
        ):
            return total
        return np.where(second_adds, np.where(first_adds, total, second), first)

    def reciprocal_root(self, values: BoundedArray, limit: BoundedArray) -> BoundedArray:
        """min(1 / sqrt(x), limit)."""
        return values.reciprocal_root(limit)

    def sum(
        self, values: BoundedArray, axis: int | None = None, keepdims: bool = False
    ) -> BoundedArray:
        """The sum along an axis, or over all elements, in any order of summation.

        n terms meet at most n - 1 roundings, each of at most the sum of the magnitudes.
        """
        return total(values, axis, keepdims and axis is not None)

    def max(self, values: BoundedArray, axis: int) -> BoundedArray:
        """The largest number along an axis, which is kept; NaN passes."""
        return self.peak(values, axis)

    def peak(self, values: BoundedArray, axis: int) -> BoundedArray:
        """The largest number along an axis, which is kept, as a constant: it has no slope."""
        if values.bound is None:
            peak = np.maximum.reduce(values.value, axis=axis, keepdims=True, initial=-np.inf)
            return BoundedArray(peak, None, self.rounding)
        rows = np.moveaxis(values, axis, 0)
        best = self.full(rows.shape[1:], self.number(-np.inf))
        for place in range(len(rows)):
            best = best.larger(rows[place])
        return np.expand_dims(best, axis)

    def where(self, condition: Array, taken: BoundedArray, other: BoundedArray) -> BoundedArray:
        """Numbers of one array where a condition holds, else of the other."""
        return np.where(condition, taken, other)

    def log_sum_exp_of(self, values: BoundedArray, mask: Array) -> BoundedArray:
        """log(sum(exp(x))) of the masked numbers of each row; -inf where there are none."""
        kept = np.any(mask, axis=-1)
        finite = np.all(np.isfinite(values.value) | ~mask, axis=-1)
        sums = log_sum_exp(values, mask)
        if not np.all(finite):
            rows = np.where(mask, values, self.number(-np.inf))
            peak = self.max(rows, -1)
            peak = np.where(np.isinf(peak.value), self.zero, peak)
            steps = np.log(self.sum(np.exp(rows - peak), -1)) + np.squeeze(peak, -1)
            sums = np.where(finite, sums, steps)
        return sums if np.all(kept) else np.where(kept, sums, self.number(-np.inf))

    def constants(self, values: BoundedArray) -> BoundedArray:
        """The numbers alone, without what they were computed from."""
        return values

    def with_slopes(
        self, numbers: BoundedArray, sources: BoundedArray, slopes: BoundedArray, axis: int
    ) -> BoundedArray:
        """Numbers with these slopes by the numbers along an axis, whatever their formula says."""
        return numbers


def total(values: BoundedArray, axis: int | None, keepdims: bool) -> BoundedArray:
    """The sum along an axis, in any order of summation."""

    def add(array: Any) -> Any:
        return np.add.reduce(array, axis=axis, keepdims=keepdims)

    rounding = values.rounding
    value = add(values.value)
    reach = values.magnitude if values.bound is None else values.magnitude + values.bound
    magnitude = add(reach)
    roundings = np.maximum(add(reach != 0) - 1, 0)
    bound = rounding.one_rounding * roundings * magnitude
    # Of the smallest float64s, half an ulp is no float64.
    bound = np.where((bound == 0) & (roundings != 0), rounding.least, bound)
    if values.bound is not None:
        bound = bound + add(values.bound)
    operand = BoundedArray(
        value, add(values.distance) if values.bound is not None else None, rounding
    )
    result = settled(
        rounding, value, bound, 0.0, lambda: rounding.has_few_digits(value, SUM_DIGITS), (operand,)
    )
    over = ~(magnitude < float(rounding.overflow))
    if np.count_nonzero(over):
        # The terms overflow in some order of summation.
        over = over & np.isfinite(result.value)
        return BoundedArray(result.value, np.where(over, np.nan, result.distance), rounding)
    return result


def log_sum_exp(values: BoundedArray, mask: Array) -> BoundedArray:
    """log(sum(exp(x))) of the masked numbers of each row, all finite, as one step.

    As `tracked.log_sum_exp`: what its errors amount to is explained there.
    """
    rounding = values.rounding
    peak = np.maximum.reduce(values.value, axis=-1, keepdims=True, initial=-np.inf, where=mask)
    distances = np.where(mask, values.value - peak, -np.inf)
    powers = np.exp(distances)
    sums = np.add.reduce(powers, axis=-1)
    shares = powers.astype(np.float64)
    errors = np.where(mask, values.distance, 0.0)
    spread = np.add.reduce(shares * growth(errors), axis=-1)
    rounded = 2 * ROUNDING_ULP * np.where(mask, -distances, 0.0) + 2 * ELEMENTARY_ULP
    steps = np.add.reduce(np.where(distances != 0, shares * rounded, 0.0), axis=-1)
    whole = sums.astype(np.float64)
    spread = np.minimum(spread / whole, np.maximum.reduce(errors, axis=-1, initial=0))
    count = np.add.reduce(mask, axis=-1)
    steps = steps / whole + 2 * ROUNDING_ULP * (count - 1)
    logarithms = np.log(sums)
    bound = spread + growth(rounding.unit * steps)
    bound = bound + rounding.elementary * logarithms.astype(np.float64)
    value = np.squeeze(peak, -1) + logarithms
    operand = BoundedArray(value, spread, rounding)
    return settled(rounding, value, bound, rounding.one_rounding, None, (operand,))
