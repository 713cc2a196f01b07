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
from .bounded_rounding import Array, BoundedRounding
from .tracked import ELEMENTARY_ULP, ROUNDING_ULP, SUM_DIGITS, UnstableError

Bound = Any
"""An array of float64, or None where all numbers are exact."""


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
        self.is_certain: Callable[[], Array] | None = None
        """Which numbers are 0, or on one side of it, in every implementation, despite the bound."""

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
        bounds = [np.broadcast_to(part.distance, part.shape) for part in parts]
        return BoundedArray(value, np.concatenate(bounds, axis), self.rounding)

    def exact(self, value: float) -> BoundedArray:
        """A number that every implementation has exactly."""
        return BoundedArray(self.rounding.kind(value), None, self.rounding)

    def within(self, distance: Bound) -> BoundedArray:
        """These numbers, known only to some distance."""
        return BoundedArray(self.value, np.maximum(self.distance, distance), self.rounding)

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

    def isnan(self) -> Array:
        """Which are not numbers."""
        return np.isnan(self.value)

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
        return _sum(self, other, other.value)

    __radd__ = __add__

    def __sub__(self, other: Any) -> BoundedArray:
        other = self.lifted(other)
        if other is None:
            return NotImplemented
        return _sum(self, other, -other.value)

    def __rsub__(self, other: Any) -> BoundedArray:
        return self.lifted(other) - self

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
        return settled(
            rounding,
            value,
            bound,
            rounding.one_rounding,
            lambda: rounding.has_few_digits(value)
            & rounding.loses_nothing(self.value, other.value, value),
            (self, other),
            lambda: (abs(self.value) - self.distance) * (abs(other.value) - other.distance),
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
        if other.bound is not None:
            room = other.magnitude - other.bound * (1 + rounding.slack)
            # A divisor that may round to 0: also where it is 0 for want of smaller numbers.
            unstable = ~(room > 0) & (other.bound != 0)
            bound = np.abs(value).astype(np.float64) * (other.bound / room)
            if self.bound is not None:
                bound = bound + self.bound / room
            if np.count_nonzero(unstable):
                bound = np.where(unstable, np.nan, bound)
                operands = (self, other)
                quotient = settled(
                    rounding, value, bound, rounding.one_rounding, is_exact, operands, least
                )
                return _doubtful(quotient, unstable)
        elif self.bound is not None:
            bound = self.bound / other.magnitude
        return settled(
            rounding, value, bound, rounding.one_rounding, is_exact, (self, other), least
        )

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
        return settled(
            rounding,
            value,
            bound,
            rounding.elementary,
            lambda: (self.value == 0) | (self.value < _NO_POWER),
            (self,),
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
            return settled(rounding, value, None, rounding.elementary, lambda: at_one, (self,))
        room = argument.astype(np.float64) - self.bound * (1 + rounding.slack)
        bound = self.bound / room
        result = settled(rounding, value, bound, rounding.elementary, lambda: at_one, (self,))
        unstable = _may_be_zero(argument, self.bound)
        return _doubtful(result, unstable) if np.count_nonzero(unstable) else result

    def softplus(self) -> BoundedArray:
        """log(1 + exp(x)) = max(x, 0) + log1p(exp(-|x|))."""
        return self.larger(self.exact(0)) + (-abs(self)).exp().log1p()

    def has_certain_power(self) -> Array:
        """Whether every implementation finds exp(x) positive, or all of them that it underflows."""
        rounding = self.rounding
        least = np.log(2 * rounding.tiny if rounding.flushes else 2 * rounding.subnormal)
        low, high = self.value - self.distance, self.value + self.distance
        return (low > least) | (high < np.log(rounding.kind(rounding.subnormal) / 4))

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
        return settled(rounding, value, bound, rounding.one_rounding, None, (self, other))

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

        result = settled(rounding, value, bound, rounding.one_rounding, is_exact, (self,))
        return self._without_sign(result)

    def _without_sign(self, result: BoundedArray) -> BoundedArray:
        """A result that NaN is for negative numbers: of those near 0 rounding decides."""
        if self.bound is None or not np.count_nonzero(self.value < 0):
            return result
        unsigned = (self.value < 0) & _may_be_zero(self.value, self.bound)
        return _doubtful(result, unsigned) if np.count_nonzero(unsigned) else result

    def reciprocal_root(self, limit: BoundedArray) -> BoundedArray:
        """min(1 / sqrt(x), limit), as one step: near 0 the limit keeps it from being unstable."""

        def root(values: Array) -> Array:
            roots = np.minimum(1 / np.sqrt(np.maximum(values, 0)), limit.value)
            return np.where(values <= 0, limit.value, roots)

        value = np.where(self.value < 0, np.nan, root(self.value))
        bound = None
        if self.bound is not None:
            bound = self._spread(
                value, root(self.value - self.bound), root(self.value + self.bound)
            )
        rounding = self.rounding

        def is_exact() -> Array:
            # Both are powers of 2, or one has digits without end.
            whole = (np.frexp(value)[0] == 0.5) & (self.value * value * value == 1)
            return (value == limit.value) | (value == 0) | (whole & rounding.has_few_digits(value))

        result = settled(rounding, value, bound, rounding.elementary, is_exact, (self,))
        result = self._without_sign(result)
        if self.bound is None:
            return result
        # In float16 the limit is infinite: rounding decides whether a root is there at all.
        unsure = np.isinf(value) & (self.bound > 0)
        return _doubtful(result, unsure) if np.count_nonzero(unsure) else result

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
        bound, ends = None, [value, value]
        if self.bound is not None:
            low = self.value - self.bound
            low = np.where((self.value >= 0) & (low < 0), 0, low)
            ends = [np.power(end, power) for end in (low, self.value + self.bound)]
            if power < 0:
                ends = [np.where(end == 0, np.inf, end) for end in ends]
            bound = self._spread(value, *ends)
        result = settled(
            self.rounding,
            value,
            bound,
            self.rounding.elementary,
            lambda: self._is_exact_power(value, power),
            (self,),
            lambda: np.minimum(*map(np.abs, ends)) * (1 - self.rounding.elementary),
        )
        return result if power == np.rint(power) else self._without_sign(result)

    def _is_exact_power(self, value: Array, exponent: Any) -> Array:
        """Whether a power that the dtype has is that, and not only near to it."""
        rounding, base = self.rounding, self.value
        special = (base == 1) | (base == 0) | np.isinf(base)
        exact = np.True_
        for _ in range(3):
            if exponent == np.rint(exponent):
                break
            root = np.sqrt(base)
            whole = (root * root == base) & rounding.loses_nothing(root, root, base)
            exact, base, exponent = exact & rounding.holds(root) & whole, root, 2 * exponent
        if exponent != np.rint(exponent) or abs(exponent) > 64:
            return special
        if exponent < 0:
            # Both are powers of 2, or one has digits without end.
            exact = exact & (np.frexp(value)[0] == 0.5)
            value = 1 / value
        product = base
        for _ in range(int(abs(exponent)) - 1):
            next_product = product * base
            exact = exact & rounding.loses_nothing(product, base, next_product)
            product = next_product
        return special | (exact & (product == value) & rounding.has_few_digits(value))

    def _spread(self, value: Array, first: Array, second: Array) -> Array:
        """How far the ends of an interval are from a value, both of them rounded."""
        spread = np.maximum(np.abs(first - value), np.abs(second - value)).astype(np.float64)
        # The wider format's own error, which the difference brings out.
        noise = 4 * float(np.finfo(self.rounding.kind).eps)
        spread = np.where(spread > 0, spread + noise * np.abs(value).astype(np.float64), spread)
        unstable = ~(np.isfinite(first) & np.isfinite(second))
        spread = np.where(self.bound == 0, 0, spread)
        return np.where(unstable & (self.bound != 0), np.nan, spread)

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
            if (
                self.is_certain is not None
                and np.count_nonzero(near)
                and not np.count_nonzero(other.magnitude)
            ):
                near = near & ~self.is_certain()
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
        return BoundedArray(value, bound, self.rounding)


BoundedArray.mixes = (BoundedArray,)


def settled(
    rounding: BoundedRounding,
    value: Array,
    bound: Bound,
    own: float,
    is_exact: Callable[[], Array] | None,
    operands: tuple[BoundedArray, ...],
    least: Callable[[], Array] | None = None,
) -> BoundedArray:
    """Results: what their operands' errors amount to, and their own rounding, if there is one.

    `own` is the error of the operation itself as a share of the result; `is_exact` tells which
    results are exactly what the operation gives, where the dtype has them; `least` gives the least
    magnitude that an implementation may get, where that is more than the bound says.
    """
    magnitude = np.abs(value)
    if magnitude.dtype != np.float64:
        magnitude = magnitude.astype(np.float64)
    size = magnitude.size
    exact: Any = None
    if bound is None:
        reach = magnitude
        widened = own * magnitude
        exact = rounding.holds(value)
    else:
        reach = magnitude + bound
        widened = bound + own * reach
        certain = bound == 0
        if np.count_nonzero(certain):
            exact = certain & rounding.holds(value)
    if exact is not None:
        if is_exact is not None and np.count_nonzero(exact):
            exact = exact & is_exact()
        all_exact = np.count_nonzero(exact) == size
        widened = None if all_exact else np.where(exact, 0.0, widened)
    if np.count_nonzero(magnitude <= rounding.tiny):
        value, widened = _small(rounding, value, widened, own * reach, exact)
        magnitude = None
    if np.count_nonzero(reach < rounding.safe) != size:
        value, widened = _extreme(rounding, value, bound, widened, own, operands, least)
        magnitude = None
    result = BoundedArray(value, widened, rounding)
    result._magnitude = magnitude
    return result


def _small(
    rounding: BoundedRounding, value: Array, bound: Bound, own: Array, exact: Any
) -> tuple[Array, Bound]:
    """Results of which some are smaller than normal numbers."""
    small = np.abs(value) < rounding.tiny
    if exact is not None:
        held = rounding.holds_small(value)
        if np.count_nonzero(small & ~held):
            bound = np.where(small & exact & ~held, own, 0.0 if bound is None else bound)
        small = small & ~(exact & held)
    if not np.count_nonzero(small):
        return value, bound
    bound = 0.0 if bound is None else bound
    if rounding.flushes:
        # Either flushed to zero or rounded gradually: both are sensible.
        lost, unit = small, rounding.tiny
    else:
        lost, unit = small & (np.abs(value) < rounding.vanishing), rounding.subnormal
    bound = np.where(small, bound + unit, bound)
    return np.where(lost, np.copysign(rounding.kind(0), value), value), bound


def _extreme(
    rounding: BoundedRounding,
    value: Array,
    bound: Bound,
    widened: Bound,
    own: float,
    operands: tuple[BoundedArray, ...],
    least: Callable[[], Array] | None,
) -> tuple[Array, Bound]:
    """Results of which some are infinite, not numbers, near overflow or doubtful."""
    size = np.abs(value)
    # A correctly rounded operation overflows as its exact result says.
    reach = max(own - rounding.one_rounding, 0.0) * size
    if bound is not None:
        reach = reach + bound
    finite = np.isfinite(value)
    overflows = finite & (size >= rounding.overflow)
    undecided = finite & (
        ((size + reach >= rounding.overflow) & ~overflows)
        | (((size - reach if least is None else least()) < rounding.overflow) & overflows)
    )
    if rounding.format.dtype == "float16":
        # What computes in float32 and rounds at the end, as compiled programs do, does not.
        undecided = undecided | overflows
    doubtful = np.zeros(np.shape(value), dtype=bool)
    for operand in operands:
        if operand.bound is not None:
            doubtful = doubtful | ~np.isfinite(operand.bound)
    value = np.where(overflows, np.copysign(rounding.kind(np.inf), value), value)
    widened = np.where(overflows | ~finite, 0.0, 0.0 if widened is None else widened)
    return value, np.where(undecided | doubtful, np.nan, widened)


def _doubtful(numbers: BoundedArray, unstable: Array) -> BoundedArray:
    """Numbers of which some have no bound."""
    bound = np.where(unstable, np.nan, numbers.distance)
    return BoundedArray(numbers.value, bound, numbers.rounding)


def _may_be_zero(values: Array, bound: Array) -> Array:
    """Whether rounding alone decides on which side of 0 values are."""
    return ~(np.abs(values) > bound) & (bound != 0) & ~np.isnan(values)


def growth(bound: Bound) -> Array:
    """At least exp(bound) - 1, without its cancellation: b + b^2 for b up to 1."""
    small = bound + bound * bound
    large = bound > 1
    if np.count_nonzero(large):
        return np.where(large, np.exp(bound) * (1 + 2.0**-40), small)
    return small


def grown(exponent: Array, power: Array, bound: Array) -> Array:
    """By how much exp(exponent), the power, grows with errors of the exponent."""
    growths = power.astype(np.float64) * growth(bound)
    large = bound > 1
    if np.count_nonzero(large):
        # The power may be too small for a float64, and its growth too large.
        sums = np.exp(exponent + bound).astype(np.float64) * (1 + 2.0**-40)
        return np.where(large, sums, growths)
    return growths


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
    errors = None if values.bound is None else add(values.bound)
    if errors is not None:
        bound = bound + errors
    result = settled(
        rounding,
        value,
        bound,
        0.0,
        lambda: (roundings == 0) & rounding.has_few_digits(value, SUM_DIGITS),
        (BoundedArray(value, errors, rounding),),
    )
    if result.bound is not None:
        # Of the smallest float64s, half an ulp is no float64.
        lost = (result.bound == 0) & (roundings != 0) & np.isfinite(value)
        if np.count_nonzero(lost):
            result.bound = np.where(lost, rounding.least, result.bound)
    result = undecided_sum(result, magnitude)
    if values.bound is None:
        result.is_certain = lambda: rounding.has_sums(values.value, magnitude, axis, keepdims)
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
    spread = np.add.reduce(grown(distances, powers, errors), axis=-1)
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


def share(term: BoundedArray, total: BoundedArray, reach: Array) -> BoundedArray:
    """exp(x - total), the share that exp(x) has of the sum of which the total is the logarithm.

    As `tracked.share`: why its error is what it is stands there.
    """
    exponent = term.without_error() - total
    own = exponent.exp().rounded(1)
    others = np.maximum(1 - own.magnitude, 0)
    excess = growth(reach)
    of_others = np.where(others == 0, 0.0, others * excess)
    of_own = np.where(own.magnitude == 0, 0.0, grown(exponent.value, own.magnitude, reach))
    spread = np.minimum(of_own, of_others)
    bound = own.distance + spread + own.distance * excess
    finite = np.isfinite(own.value)
    return BoundedArray(own.value, np.where(finite, bound, own.distance), own.rounding)


def undecided_sum(total: BoundedArray, magnitude: Array) -> BoundedArray:
    """A total of terms that add up to a magnitude: where some overflow, their order decides."""
    over = ~(magnitude < float(total.rounding.overflow))
    if not np.count_nonzero(over):
        return total
    # The sum of the positive terms, or of the negative ones, whichever is larger.
    largest = magnitude / 2 + total.magnitude / 2
    over = ~(largest < float(total.rounding.overflow)) & np.isfinite(total.value)
    return _doubtful(total, over)


def _sum(first: BoundedArray, second: BoundedArray, addend: Array) -> BoundedArray:
    """The first numbers and an addend, which is the second ones or their opposites."""
    value = first.value + addend
    bound = first.bound
    if bound is None:
        bound = second.bound
        if bound is not None and np.shape(bound) != np.shape(value):
            bound = np.broadcast_to(bound, np.shape(value))
    elif second.bound is not None:
        bound = bound + second.bound

    rounding = first.rounding

    def is_exact() -> Array:
        whole = (value - first.value == addend) & (value - addend == first.value)
        return whole & rounding.has_few_digits(value, SUM_DIGITS)

    return settled(rounding, value, bound, rounding.one_rounding, is_exact, (first, second))
