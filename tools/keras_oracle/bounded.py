"""The tracked arithmetic on whole arrays: values with bounds on what a dtype's rounding may do.

A `BoundedArray` is to an array of `Tracked` numbers what an array is to its elements: its bounds
follow the same rules, with the same special cases, in binary floating point wider than the dtype.
Where a `Tracked` number would have no finite bound, and where rounding decides whether a result
overflows, the bound is NaN, which passes on to all that follows.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .array_of_numbers import ArrayOfNumbers
from .bounded_powers import is_exact_power, spread_of
from .bounded_results import Bound, grown, growth, may_be_zero, settled
from .bounded_rounding import Array, BoundedRounding
from .tracked import SUM_DIGITS, UnstableError

_NO_POWER = -2302585208.0
"""Exponentials of numbers below this are 0 to the exact arithmetic's decimals as well."""


class BoundedArray(ArrayOfNumbers):
    """Values, and bounds on the distance at which an implementation may be from them."""

    __slots__ = ("_magnitude", "bound", "is_certain", "rounding", "value")

    def __init__(self, value: Array, bound: Bound, rounding: BoundedRounding) -> None:
        self.value = value
        self.bound = bound
        self.rounding = rounding
        self._magnitude: Array | None = None
        self.is_certain: Callable[[Any, Array], Array] | None = None
        """Where a comparison with other numbers is that of every implementation, despite bounds."""

    @property
    def shape(self) -> tuple[int, ...]:
        """The extents of the array."""
        return self.value.shape

    @property
    def ndim(self) -> int:
        """How many axes the array has."""
        return self.value.ndim

    @property
    def magnitude(self) -> Array:
        """The absolute values as float64."""
        if self._magnitude is None:
            magnitude = np.abs(self.value)
            if magnitude.dtype != np.float64:
                magnitude = magnitude.astype(np.float64)
            self._magnitude = magnitude
        return self._magnitude

    @property
    def distance(self) -> Array:
        """The bound, 0 where numbers are exact."""
        return np.float64(0) if self.bound is None else self.bound

    def viewed(self, view: Callable[[Array], Array]) -> BoundedArray:
        """The elements that a view of arrays has, where it has them."""
        bound = None if self.bound is None else view(self.bound)
        return BoundedArray(view(self.value), bound, self.rounding)

    def rearranged(
        self, view: Callable[[Array], Array], back: Callable[[Array], Array]
    ) -> BoundedArray:
        """All elements in another shape or order."""
        return self.viewed(view)

    def broadcast(self, shape: tuple[int, ...]) -> BoundedArray:
        """The elements broadcast to a shape."""
        return self.viewed(lambda array: np.broadcast_to(array, shape))

    def __getitem__(self, index: Any) -> BoundedArray:
        if index == ():
            return self
        return self.viewed(lambda array: array[index])

    def chosen(self, condition: Array, taken: BoundedArray, other: BoundedArray) -> BoundedArray:
        """Numbers of one array where a condition holds, else of the other."""
        value = np.where(condition, taken.value, other.value)
        bound = None
        if taken.bound is not None or other.bound is not None:
            bound = np.where(condition, taken.distance, other.distance)
        return BoundedArray(value, bound, taken.rounding)

    def joined(self, parts: Sequence[BoundedArray], axis: int) -> BoundedArray:
        """Arrays one after the other."""
        value = np.concatenate([part.value for part in parts], axis)
        if all(part.bound is None for part in parts):
            return BoundedArray(value, None, self.rounding)
        bounds = [np.broadcast_to(part.distance, part.shape) for part in parts]
        return BoundedArray(value, np.concatenate(bounds, axis), self.rounding)

    def exact(self, value: float) -> BoundedArray:
        """A number that every implementation has exactly."""
        return BoundedArray(self.rounding.kind(value), None, self.rounding)

    def doubtful(self, unstable: Array) -> BoundedArray:
        """These numbers, of which some have no bound."""
        bound = np.where(unstable, np.nan, self.distance)
        return BoundedArray(self.value, bound, self.rounding)

    def result(
        self,
        value: Array,
        bound: Bound,
        own: float,
        is_exact: Callable[[], Array] | None,
        errors: tuple[Bound, ...],
        least: Callable[[], Array] | None = None,
        is_doubtful: Callable[[], Array] | None = None,
    ) -> BoundedArray:
        """What an operation makes of these numbers, see `bounded_results.settled`."""
        rounding = self.rounding
        value, bound, magnitude = settled(
            rounding, value, bound, own, is_exact, errors, least, is_doubtful
        )
        result = BoundedArray(value, bound, rounding)
        result._magnitude = magnitude
        return result

    def without_error(self) -> BoundedArray:
        """These numbers as an implementation has them that made no error up to here."""
        bound = None
        if self.bound is not None and np.count_nonzero(doubt := np.isnan(self.bound)):
            bound = np.where(doubt, np.nan, 0.0)
        return BoundedArray(self.value, bound, self.rounding)

    def rounded(self, times: int) -> BoundedArray:
        """These numbers rounded some times more."""
        unit = self.rounding.one_rounding * times
        if self.bound is None:
            bound = unit * self.magnitude
        else:
            bound = self.bound + unit * (self.magnitude + self.bound)
        if np.count_nonzero(self.magnitude < np.inf) != self.magnitude.size:
            bound = np.where(np.isfinite(self.magnitude), bound, self.distance)
        return BoundedArray(self.value, bound, self.rounding)

    def lifted(self, other: Any) -> BoundedArray | None:
        """Another array, or a number that is exact in every dtype, as one; else None."""
        if isinstance(other, BoundedArray):
            return other
        return self.exact(other) if isinstance(other, (int, float)) else None

    # MARK: arithmetic

    def __add__(self, other: Any) -> BoundedArray:
        other = self.lifted(other)
        if other is None:
            return NotImplemented
        return self._plus(other, other.value)

    __radd__ = __add__

    def __sub__(self, other: Any) -> BoundedArray:
        other = self.lifted(other)
        if other is None:
            return NotImplemented
        return self._plus(other, -other.value)

    def __rsub__(self, other: Any) -> BoundedArray:
        return self.lifted(other) - self

    def _plus(self, other: BoundedArray, addend: Array) -> BoundedArray:
        """The sum with other numbers or their opposites, which are the addend."""
        value, rounding = self.value + addend, self.rounding
        bound = self.bound
        if bound is None:
            bound = other.bound
        elif other.bound is not None:
            bound = bound + other.bound

        def is_exact() -> Array:
            whole = (value - self.value == addend) & (value - addend == self.value)
            return whole & rounding.has_few_digits(value, SUM_DIGITS)

        return self.result(value, bound, rounding.one_rounding, is_exact, (self.bound, other.bound))

    def __neg__(self) -> BoundedArray:
        return self._of_same_magnitude(-self.value)

    def __abs__(self) -> BoundedArray:
        return self._of_same_magnitude(np.abs(self.value))

    def _of_same_magnitude(self, value: Array) -> BoundedArray:
        result = BoundedArray(value, self.bound, self.rounding)
        result._magnitude = self._magnitude
        return result

    def __mul__(self, other: Any) -> BoundedArray:
        other = self.lifted(other)
        if other is None:
            return NotImplemented
        value = self.value * other.value
        bound = None
        if other.bound is not None:
            bound = self.magnitude * other.bound
            if self.bound is not None:
                bound = bound + (other.magnitude + other.bound) * self.bound
        elif self.bound is not None:
            bound = other.magnitude * self.bound
        rounding = self.rounding
        return self.result(
            value,
            bound,
            rounding.one_rounding,
            lambda: rounding.has_few_digits(value)
            & rounding.loses_nothing(self.value, other.value, value),
            (self.bound, other.bound),
            lambda: (abs(self.value) - self.distance) * (abs(other.value) - other.distance),
            # Infinity times what is 0 or not, for all that rounding tells.
            lambda: (np.isinf(self.value) & may_be_zero(other.value, other.distance))
            | (np.isinf(other.value) & may_be_zero(self.value, self.distance)),
        )

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> BoundedArray:
        other = self.lifted(other)
        if other is None:
            return NotImplemented
        value = self.value / other.value
        rounding = self.rounding

        def is_exact() -> Array:
            product = value * other.value
            whole = rounding.loses_nothing(value, other.value, product)
            whole = (product == self.value) & whole & rounding.has_few_digits(value)
            return whole | (other.magnitude == np.inf)

        def least() -> Array:
            return (self.magnitude - self.distance) / (other.magnitude + other.distance)

        bound: Bound = None
        unstable = np.False_
        if other.bound is not None:
            room = other.magnitude - other.bound * (1 + rounding.slack)
            # A divisor that may round to 0: also where it is 0 for want of smaller numbers.
            unstable = ~(room > 0) & (other.bound != 0)
            bound = np.abs(value).astype(np.float64) * (other.bound / room)
            if self.bound is not None:
                bound = bound + self.bound / room
        elif self.bound is not None:
            bound = self.bound / other.magnitude
        errors = (self.bound, other.bound)
        result = self.result(value, bound, rounding.one_rounding, is_exact, errors, least)
        return result.doubtful(unstable) if np.count_nonzero(unstable) else result

    def __rtruediv__(self, other: Any) -> BoundedArray:
        return self.lifted(other) / self

    # MARK: elementary functions

    def exp(self) -> BoundedArray:
        """e to the power of these numbers."""
        value = np.exp(self.value)
        bound = None
        if self.bound is not None:
            bound = grown(self.value, value, self.bound)
        rounding = self.rounding
        return self.result(
            value,
            bound,
            rounding.elementary,
            lambda: (self.value == 0) | (self.value < _NO_POWER),
            (self.bound,),
            lambda: np.exp(self.value - self.distance) * (1 - rounding.elementary),
        )

    def log(self) -> BoundedArray:
        """The natural logarithm."""
        return self._logarithm(np.log(self.value), self.value, self.value == 1)

    def log1p(self) -> BoundedArray:
        """log(1 + these numbers)."""
        return self._logarithm(np.log1p(self.value), 1 + self.value, self.value == 0)

    def _logarithm(self, value: Array, argument: Array, at_one: Array) -> BoundedArray:
        """Of an argument that is as inexact as these numbers; exact at one."""
        rounding = self.rounding
        if self.bound is None:
            return self.result(value, None, rounding.elementary, lambda: at_one, (self.bound,))
        room = argument.astype(np.float64) - self.bound * (1 + rounding.slack)
        bound = self.bound / room
        result = self.result(value, bound, rounding.elementary, lambda: at_one, (self.bound,))
        unstable = may_be_zero(argument, self.bound)
        return result.doubtful(unstable) if np.count_nonzero(unstable) else result

    def softplus(self) -> BoundedArray:
        """log(1 + exp(x)) = max(x, 0) + log1p(exp(-|x|))."""
        return self.larger(self.exact(0)) + (-abs(self)).exp().log1p()

    def has_certain_power(self, order: Any, other: Array) -> Array:
        """Whether every implementation finds exp(x) positive, or all of them that it underflows.

        As `is_certain` of what exp(x) is, or log(1 + exp(x)).
        """
        rounding = self.rounding
        least = np.log(2 * rounding.tiny if rounding.flushes else 2 * rounding.subnormal)
        low, high = self.value - self.distance, self.value + self.distance
        underflows = high < np.log(rounding.kind(rounding.subnormal) / 4)
        return ((low > least) | underflows) & (other == 0)

    def sigmoid(self) -> BoundedArray:
        """1 / (1 + exp(-x))."""
        one = self.exact(1)
        return one / (one + (-self).exp())

    def log_add_exp(self, other: BoundedArray) -> BoundedArray:
        """log(exp(a) + exp(b)) = max(a, b) + log1p(exp(-|a - b|)), as one step; not for NaN."""
        rounding = self.rounding
        is_less = self.value < other.value
        high, low = (
            np.where(is_less, other.value, self.value),
            np.where(is_less, self.value, other.value),
        )
        difference = low - high
        power = np.exp(difference)
        value = high + np.log1p(power)
        steps = 2 * rounding.elementary + rounding.one_rounding
        bound: Bound = None
        if self.bound is not None or other.bound is not None:
            of_high = np.where(is_less, other.distance, self.distance)
            of_low = np.where(is_less, self.distance, other.distance)
            spread = growth(of_high) + grown(difference, power, of_low)
            bound = np.minimum(np.maximum(of_high, of_low), spread) + steps
        else:
            bound = np.full(np.shape(value), steps)
        is_infinite = ~np.isfinite(difference)
        if np.count_nonzero(is_infinite):
            # Infinities of one sign, or one of them against a number, which stays exact.
            value = np.where(is_infinite, high, value)
            bound = np.where(is_infinite, 0 * (self.distance + other.distance), bound)
        nan = np.isnan(self.value) | np.isnan(other.value)
        if np.count_nonzero(nan):
            value = np.where(nan, np.nan, value)
        return self.result(value, bound, rounding.one_rounding, None, (self.bound, other.bound))

    def sqrt(self) -> BoundedArray:
        """The square root, correctly rounded by every implementation."""
        value = np.sqrt(self.value)
        rounding = self.rounding
        bound = None
        if self.bound is not None:
            # |sqrt(x + e) - sqrt(x)| <= e / sqrt(x), and never more than sqrt(e).
            bound = np.fmin(self.bound / value.astype(np.float64), np.sqrt(self.bound))

        def is_exact() -> Array:
            square = value * value
            whole = rounding.loses_nothing(value, value, square)
            return (square == self.value) & whole & rounding.has_few_digits(value)

        result = self.result(value, bound, rounding.one_rounding, is_exact, (self.bound,))
        return self._without_sign(result)

    def _without_sign(self, result: BoundedArray) -> BoundedArray:
        """A result that NaN is for negative numbers: of those near 0 rounding decides."""
        if self.bound is None or not np.count_nonzero(self.value < 0):
            return result
        unsigned = (self.value < 0) & may_be_zero(self.value, self.bound)
        return result.doubtful(unsigned) if np.count_nonzero(unsigned) else result

    def reciprocal_root(self, limit: BoundedArray) -> BoundedArray:
        """min(1 / sqrt(x), limit), as one step: near 0 the limit keeps it from being unstable."""

        def root(values: Array) -> Array:
            roots = np.minimum(1 / np.sqrt(np.maximum(values, 0)), limit.value)
            return np.where(values <= 0, limit.value, roots)

        value = np.where(self.value < 0, np.nan, root(self.value))
        bound = None
        if self.bound is not None:
            bound = spread_of(
                self.rounding,
                self.bound,
                value,
                root(self.value - self.bound),
                root(self.value + self.bound),
            )
        rounding = self.rounding

        def is_exact() -> Array:
            # Both are powers of 2, or one has digits without end.
            whole = (np.frexp(value)[0] == 0.5) & (self.value * value * value == 1)
            return (value == limit.value) | (value == 0) | (whole & rounding.has_few_digits(value))

        result = self.result(value, bound, rounding.elementary, is_exact, (self.bound,))
        result = self._without_sign(result)
        if self.bound is None:
            return result
        # In float16 the limit is infinite: rounding decides whether a root is there at all.
        unsure = np.isinf(value) & (self.bound > 0)
        return result.doubtful(unsure) if np.count_nonzero(unsure) else result

    def power(self, exponent: BoundedArray) -> BoundedArray:
        """These numbers to the power of an exact one; as C's pow for special values."""
        power = exponent.value
        if power == 0:
            ones = np.ones_like(self.value)
            return BoundedArray(ones, None, self.rounding)
        value = np.power(self.value, power)
        if power != np.rint(power):
            # But for -infinity, whose powers are those of infinity.
            value = np.where((self.value < 0) & np.isfinite(self.value), np.nan, value)
        elif power < 0:
            value = np.where(self.value == 0, np.inf, value)
        bound, ends, crosses = None, [value, value], np.False_
        if self.bound is not None:
            low = self.value - self.bound
            low = np.where((self.value >= 0) & (low < 0), 0, low)
            crosses = (low < 0) & (self.value + self.bound > 0)
            ends = [np.power(end, power) for end in (low, self.value + self.bound)]
            if power < 0:
                ends = [np.where(end == 0, np.inf, end) for end in ends]
            bound = spread_of(self.rounding, self.bound, value, *ends)
        result = self.result(
            value,
            bound,
            self.rounding.elementary,
            lambda: is_exact_power(self.rounding, self.value, value, power),
            (self.bound,),
            lambda: (
                np.where(crosses, 0.0, np.minimum(*map(np.abs, ends)))
                * (1 - self.rounding.elementary)
            ),
        )
        if power < 0 and self.bound is not None:
            unstable = may_be_zero(self.value, self.bound)
            return result.doubtful(unstable) if np.count_nonzero(unstable) else result
        return result if power == np.rint(power) else self._without_sign(result)

    # MARK: comparison: by value, NaN unordered

    def __eq__(self, other: object) -> Any:
        return self._compared(operator.eq, other)

    def __ne__(self, other: object) -> Any:
        return self._compared(operator.ne, other)

    def __lt__(self, other: object) -> Any:
        return self._compared(operator.lt, other)

    def __gt__(self, other: object) -> Any:
        return self._compared(operator.gt, other)

    def __le__(self, other: object) -> Any:
        return self._compared(operator.le, other)

    def __ge__(self, other: object) -> Any:
        return self._compared(operator.ge, other)

    __hash__ = None

    def _compared(self, order: Callable[[Any, Any], Any], other: Any) -> Any:
        """The comparison; raises `UnstableError` where rounding decides what it gives."""
        other = self.lifted(other)
        if other is None:
            return NotImplemented
        if self.bound is not None or other.bound is not None:
            reach = (self.distance + other.distance) * (1 + self.rounding.slack)
            near = ~(np.abs(self.value - other.value) > reach) & (reach != 0)
            if self.is_certain is not None and other.bound is None and np.count_nonzero(near):
                near = near & ~self.is_certain(order, other.value)
            if np.count_nonzero(near):
                raise UnstableError("rounding decides a comparison")
        return np.asarray(order(self.value, other.value))

    def larger(self, other: BoundedArray) -> BoundedArray:
        """The larger of two numbers; NaN passes."""
        value = np.maximum(self.value, other.value)
        if self.bound is None and other.bound is None:
            return BoundedArray(value, None, self.rounding)
        is_less = self.value < other.value
        of_best = np.where(is_less, other.distance, self.distance)
        of_least = np.where(is_less, self.distance, other.distance)
        gap = np.abs(self.value - other.value)
        # An implementation may take the other one; it is no further off than either bound.
        may_be_other = ~(gap >= of_best + of_least) & np.isfinite(value)
        bound = np.where(may_be_other, np.maximum(of_best, of_least), of_best)
        return BoundedArray(value, bound, self.rounding)

    def peak(self, axis: int) -> BoundedArray:
        """The largest number along an axis, which is kept; NaN passes."""
        if self.bound is None:
            peak = np.maximum.reduce(self.value, axis=axis, keepdims=True, initial=-np.inf)
            return BoundedArray(peak, None, self.rounding)
        rows = np.moveaxis(self, axis, 0)
        best = self.exact(-np.inf).broadcast(rows.shape[1:])
        for place in range(len(rows)):
            best = best.larger(rows[place])
        return np.expand_dims(best, axis)

    def clipped(self, low: BoundedArray, high: BoundedArray) -> BoundedArray:
        """These numbers cut to [low, high]; NaN passes."""
        value = np.minimum(np.maximum(self.value, low.value), high.value)
        if self.bound is None:
            return BoundedArray(value, None, self.rounding)
        # Within reach of the limit, an implementation may still be inside the interval.
        cut = np.abs(self.value - value).astype(np.float64)
        reach = np.maximum(self.bound * (1 + self.rounding.slack) - cut, 0)
        bound = np.where(cut > 0, reach, self.bound)
        result = BoundedArray(value, bound, self.rounding)
        result.is_certain = lambda order, other: (
            (order is operator.ge and other <= low.value)
            | (order is operator.le and other >= high.value)
        )
        return result


BoundedArray.mixes = (BoundedArray,)
