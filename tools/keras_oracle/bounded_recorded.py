"""Arrays with bounds that remember what they were computed from: their operations and slopes.

As `recorded.Recorded` is to a `Tracked` number, so is a `RecordedArray` to the `BoundedArray` in
it: formulas run on it unchanged, and its slopes are those of the elements' rules.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .array_of_numbers import ArrayOfNumbers
from .bounded import BoundedArray
from .bounded_kinks import array_like, branch, reach_of, share_of_nan, share_taken
from .bounded_rounding import Array
from .bounded_sums import log_sum_exp, share
from .bounded_tape import BoundedTape, Node, Rearranged, Received, Rule, View


class RecordedArray(ArrayOfNumbers):
    """A bounded array with its node on a tape."""

    __slots__ = ("node", "number", "tape")

    def __init__(self, number: BoundedArray, node: Node, tape: BoundedTape) -> None:
        self.number = number
        self.node = node
        self.tape = tape

    @property
    def shape(self) -> tuple[int, ...]:
        """The extents of the array."""
        return self.number.value.shape

    @property
    def ndim(self) -> int:
        """How many axes the array has."""
        return self.number.value.ndim

    @property
    def value(self) -> Array:
        """The values."""
        return self.number.value

    @property
    def bound(self) -> Any:
        """The bounds on an implementation's error, or None where all numbers are exact."""
        return self.number.bound

    @property
    def distance(self) -> Array:
        """The bound, 0 where numbers are exact."""
        return self.number.distance

    def lifted(self, other: Any) -> Any:
        """Another array, or a number that is exact in every dtype, as one; else None."""
        return other if isinstance(other, RecordedArray) else self.number.lifted(other)

    def _result(self, number: BoundedArray, *sources: tuple[Any, Rule]) -> RecordedArray:
        """A result with what it was computed from, as far as that is recorded."""
        listed = [(it.node, rule) for it, rule in sources if isinstance(it, RecordedArray)]
        return RecordedArray(number, self.tape.add(Node(number.shape, listed)), self.tape)

    def _reduced(
        self,
        number: BoundedArray,
        rule: Rule,
        spread: Callable[[Array], Array],
        kept: Array | None = None,
    ) -> RecordedArray:
        """A result of all or the kept numbers along an axis, over which `spread` spreads arrays."""
        node = Node(number.shape, [(self.node, rule)], spread, kept)
        return RecordedArray(number, self.tape.add(node), self.tape)

    # MARK: elements elsewhere

    def rearranged(
        self, view: Callable[[Array], Array], back: Callable[[Array], Array]
    ) -> RecordedArray:
        """All elements in another shape or order, and the way back."""
        number = self.number.viewed(view)
        return self._view(Rearranged(number.shape, self.node, back), number)

    def broadcast(self, shape: tuple[int, ...]) -> RecordedArray:
        """The elements broadcast to a shape."""
        number = self.number.viewed(lambda array: np.broadcast_to(array, shape))
        return self._view(View(number.shape, self.node, Node.receive_all), number)

    def __getitem__(self, index: Any) -> RecordedArray:
        number = self.number[index]

        def back(source: Node, received: Received) -> None:
            source.receive_at(index, received)

        return self._view(View(number.shape, self.node, back), number)

    def _view(self, node: Node, number: BoundedArray) -> RecordedArray:
        return RecordedArray(number, self.tape.add(node), self.tape)

    def chosen(self, condition: Array, taken: Any, other: Any) -> RecordedArray:
        """Numbers of one array where a condition holds, else of the other."""
        number = numbers_of(taken).chosen(condition, numbers_of(taken), numbers_of(other))
        condition = np.broadcast_to(condition, number.shape)
        return self._parts(
            number,
            (taken, lambda received: _masked(received, condition)),
            (other, lambda received: _masked(received, ~condition)),
        )

    def joined(self, parts: Sequence[Any], axis: int) -> RecordedArray:
        """Arrays one after the other."""
        number = self.number.joined([numbers_of(part) for part in parts], axis)
        ends = np.cumsum([part.shape[axis] for part in parts])
        pieces = []
        for part, end in zip(parts, ends):
            places = (slice(None),) * axis + (slice(end - part.shape[axis], end),)
            pieces.append((part, lambda received, at=places: received.mapped(lambda a: a[at])))
        return self._parts(number, *pieces)

    def log_sum_exp(self, result: BoundedArray, mask: Array) -> RecordedArray:
        """A log(sum(exp(x))) over masked numbers of rows, of finite ones, that is known."""
        number = self.number

        def rule(slope: BoundedArray) -> BoundedArray:
            total = log_sum_exp(number.without_error(), mask)
            errors = np.where(mask, number.distance, 0.0)
            reach = errors + _largest_other(errors)
            shares = share(number, np.expand_dims(total, -1), reach)
            return np.expand_dims(slope, -1) * shares

        return self._reduced(result, rule, lambda array: np.expand_dims(array, -1), mask)

    def with_slopes(self, numbers: Any, slopes: BoundedArray, axis: int | None) -> RecordedArray:
        """Numbers with these slopes by the numbers along an axis, or each by one of its own."""

        def spread(array: Any) -> Any:
            return array if axis is None else np.expand_dims(array, axis)

        return self._reduced(numbers_of(numbers), lambda slope: spread(slope) * slopes, spread)

    def _parts(
        self, number: BoundedArray, *parts: tuple[Any, Callable[[Received], Received]]
    ) -> RecordedArray:
        """An array made of parts of others."""
        recorded = [(it.node, part) for it, part in parts if isinstance(it, RecordedArray)]

        def back(_: Node, received: Received) -> None:
            for node, part in recorded:
                node.receive_all(part(received))

        return self._view(View(number.shape, self.node, back), number)

    # MARK: arithmetic

    def __add__(self, other: Any) -> RecordedArray:
        return self._result(self.number + numbers_of(other), (self, None), (other, None))

    __radd__ = __add__

    def __sub__(self, other: Any) -> RecordedArray:
        number = self.number - numbers_of(other)
        return self._result(number, (self, None), (other, _opposite))

    def __rsub__(self, other: Any) -> RecordedArray:
        return self._result(numbers_of(other) - self.number, (self, _opposite), (other, None))

    def __mul__(self, other: Any) -> RecordedArray:
        number, factor = self.number, numbers_of(other)
        return self._result(
            number * factor,
            (self, lambda slope: slope * factor),
            (other, lambda slope: slope * number),
        )

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> RecordedArray:
        return self._quotient(self, other)

    def __rtruediv__(self, other: Any) -> RecordedArray:
        return self._quotient(other, self)

    def _quotient(self, dividend: Any, divisor: Any) -> RecordedArray:
        above, below = self.number.lifted(numbers_of(dividend)), numbers_of(divisor)
        quotient = above / below
        return self._result(
            quotient,
            (dividend, lambda slope: slope * (1 / self.number.lifted(below))),
            (divisor, lambda slope: slope * (-quotient / below)),
        )

    def __neg__(self) -> RecordedArray:
        return self._result(-self.number, (self, _opposite))

    def __abs__(self) -> RecordedArray:
        number, tape = self.number, self.tape

        def rule(slope: BoundedArray) -> BoundedArray:
            dialect, value = tape.rounding.dialect, number.value
            factor = np.where(value < 0, -1.0, 1.0)
            at_zero = (value == 0) & (number.distance == 0)
            if dialect.absolute_value_at_zero == "zero" and np.count_nonzero(at_zero):
                factor = np.where(at_zero, 0.0, factor)
            unknown = np.isnan(value)
            if np.count_nonzero(unknown):
                of_nan = dialect.absolute_value_of_nan
                factor = np.where(
                    unknown, {"minus_one": -1.0, "nan": np.nan, "zero": 0.0}[of_nan], factor
                )
            bound = None
            if number.bound is not None and not tape.one_sided:
                near = ~(number.magnitude > number.bound) & ~at_zero & ~unknown
                bound = reach_of(tape, near, 2.0, number.bound)
            return slope * array_like(number, factor, bound)

        return self._result(abs(number), (self, rule))

    # MARK: elementary functions

    def exp(self) -> RecordedArray:
        """e to the power of these numbers."""
        power = self.number.exp()
        return self._result(power, (self, lambda slope: slope * power))

    def log(self) -> RecordedArray:
        """The natural logarithm."""
        number = self.number
        return self._result(number.log(), (self, lambda slope: slope * (1 / number)))

    def log1p(self) -> RecordedArray:
        """log(1 + these numbers)."""
        number = self.number
        return self._result(number.log1p(), (self, lambda slope: slope * (1 / (1 + number))))

    def sqrt(self) -> RecordedArray:
        """The square root."""
        root = self.number.sqrt()
        return self._result(root, (self, lambda slope: slope * (0.5 / root)))

    def sigmoid(self) -> RecordedArray:
        """1 / (1 + exp(-x)), as one step: its slope is s (1 - s)."""
        sigmoid = self.number.sigmoid()
        return self._result(sigmoid, (self, lambda slope: slope * (sigmoid * (1 - sigmoid))))

    def softplus(self) -> RecordedArray:
        """log(1 + exp(x)), as one step: its slope is exp(x - softplus(x)), the sigmoid of x."""
        number = self.number

        def rule(slope: BoundedArray) -> BoundedArray:
            factor = share(number, number.without_error().softplus(), number.distance)
            finite = np.isfinite(number.value)
            if np.count_nonzero(finite) != np.size(finite):
                factor = np.where(finite, factor, number.sigmoid())
            return slope * factor

        return self._result(number.softplus(), (self, rule))

    def log_add_exp(self, other: Any) -> RecordedArray:
        """log(exp(a) + exp(b)), as one step: its slopes are exp(a - result), exp(b - result)."""
        first, second = self.number, numbers_of(other)
        shares: list[BoundedArray] = []

        def part(place: int) -> Rule:
            def rule(slope: BoundedArray) -> BoundedArray:
                if not shares:
                    terms = (first.without_error(), second.without_error())
                    total = terms[0].log_add_exp(terms[1])
                    rows = [np.broadcast_to(term, (1, *total.shape)) for term in terms]
                    both = first.joined(rows, 0)
                    shares.append(share(both, total, first.distance + second.distance))
                return slope * shares[0][place]

            return rule

        return self._result(first.log_add_exp(second), (self, part(0)), (other, part(1)))

    def reciprocal_root(self, limit: BoundedArray) -> RecordedArray:
        """min(1 / sqrt(x), limit)."""
        number, tape = self.number, self.tape
        value = number.reciprocal_root(limit)

        def rule(slope: BoundedArray) -> BoundedArray:
            # -1/2 x^(-3/2), where the square root was taken at all; whatever the limit is.
            infinite = number.exact(np.inf)
            root = number.reciprocal_root(infinite)
            root = np.where(number.value > number.distance, root, value)
            steep = -0.5 * np.where(number.value == 0, infinite, root / number)
            excess = number.value - (limit.value**-2 if np.isfinite(limit.value) else 0)
            whole = tape.rounding.dialect.maximum_tie == "whole"
            # The root is rounded as well before it is held against the limit.
            reach = 2 * number.rounding.elementary * np.where(excess != 0, number.magnitude, 0)
            near = BoundedArray(number.value, number.distance + reach, number.rounding)
            taken = share_taken(tape, near, excess, whole)
            passed = branch(tape, slope, taken, steep)
            unknown = np.isnan(value.value)
            return np.where(unknown, slope * value, passed) if np.any(unknown) else passed

        return self._result(value, (self, rule))

    def power(self, exponent: BoundedArray) -> RecordedArray:
        """x ** y for an exact y; its slope is y x ** (y - 1)."""
        number = self.number
        value = number.power(exponent)
        if exponent.value == 0 and self.tape.rounding.dialect.zeroth_power_slope == "zero":
            return self._result(value)
        less = number.exact(exponent.value - 1)
        return self._result(value, (self, lambda slope: slope * (exponent * number.power(less))))

    def sum(self, total: BoundedArray, axis: int | None, keepdims: bool) -> RecordedArray:
        """A sum along an axis that is known: each term has the slope 1."""
        shape = self.shape

        def spread(array: Array) -> Array:
            kept = array if keepdims or axis is None else np.expand_dims(array, axis)
            return np.broadcast_to(kept, shape)

        return self._reduced(total, lambda slope: slope.viewed(spread), spread)

    # MARK: comparison

    def __eq__(self, other: object) -> Any:
        return self.number == numbers_of(other)

    def __ne__(self, other: object) -> Any:
        return self.number != numbers_of(other)

    def __lt__(self, other: object) -> Any:
        return self.number < numbers_of(other)

    def __gt__(self, other: object) -> Any:
        return self.number > numbers_of(other)

    def __le__(self, other: object) -> Any:
        return self.number <= numbers_of(other)

    def __ge__(self, other: object) -> Any:
        return self.number >= numbers_of(other)

    __hash__ = None

    # MARK: kinks

    def selected(self, condition: Array, taken: Any, other: Any) -> RecordedArray:
        """As `chosen`, but the other numbers receive a slope of 0, which NaN survives."""
        first, second = numbers_of(taken), numbers_of(other)
        number = first.chosen(condition, first, second)
        condition = np.broadcast_to(condition, number.shape)

        def part(kept: Array) -> Rule:
            return lambda slope: slope.chosen(kept, slope, _nothing(slope))

        return self._result(number, (taken, part(condition)), (other, part(~condition)))

    def larger(self, other: BoundedArray) -> RecordedArray:
        """The larger of these numbers and exact ones; NaN passes."""
        number, tape = self.number, self.tape

        def rule(slope: BoundedArray) -> BoundedArray:
            dialect = tape.rounding.dialect
            whole = dialect.maximum_tie == "whole"
            taken = share_taken(tape, number, number.value - other.value, whole)
            taken = share_of_nan(taken, number, float(dialect.maximum_of_nan == "taken"))
            return branch(tape, slope, taken)

        return self._result(number.larger(other), (self, rule))

    def clipped(
        self, low: BoundedArray, high: BoundedArray, tie: str | None = None
    ) -> RecordedArray:
        """These numbers cut to [low, high]; the slope at a limit is that of the tie."""
        number, tape = self.number, self.tape

        def rule(slope: BoundedArray) -> BoundedArray:
            dialect = tape.rounding.dialect
            if dialect.clip_slope == "straight_through":
                return slope
            at_limit = tie or dialect.clip_tie
            inside = np.minimum(number.value - low.value, high.value - number.value)
            share, near = share_taken(tape, number, inside, at_limit == "whole")
            if at_limit == "none":
                share = np.where((inside == 0) & (number.distance == 0), 0.0, share)
            of_nan = tie is None and dialect.maximum_of_nan == "taken"
            return branch(tape, slope, share_of_nan((share, near), number, float(of_nan)))

        return self._result(number.clipped(low, high), (self, rule))

    def largest(self, peak: BoundedArray, axis: int) -> RecordedArray:
        """The maximum along an axis, which is kept, whose slope those equal to it share."""
        number, tape = self.number, self.tape

        def rule(slope: BoundedArray) -> BoundedArray:
            equal = number.value == peak.value
            count = np.add.reduce(equal, axis=axis, keepdims=True)
            part = 1 / array_like(number, count.astype(np.float64), None)
            factor = np.where(equal, part, number.exact(0))
            bound = factor.bound
            if (number.bound is not None) and not tape.one_sided:
                gap = np.abs(peak.value - number.value)
                near = equal | ~(gap > number.distance + peak.distance)
                alone = np.add.reduce(near, axis=axis, keepdims=True) == 1
                unsure = near & (number.distance != 0)
                unsure = np.logical_or.reduce(unsure, axis=axis, keepdims=True)
                near = near & ~alone & unsure
                either = np.maximum(factor.value, 1 - factor.value).astype(np.float64)
                reach = reach_of(tape, near, either, number.bound + peak.distance)
                if reach is not None:
                    bound = np.maximum(factor.distance, reach)
            factor = array_like(number, factor.value, bound)
            unknown = np.isnan(peak.value)
            return slope * (np.where(unknown, peak, factor) if np.any(unknown) else factor)

        return self._result(peak, (self, rule))


RecordedArray.mixes = (RecordedArray, BoundedArray)


def numbers_of(array: Any) -> Any:
    """The numbers alone, without what they were computed from."""
    return array.number if isinstance(array, RecordedArray) else array


def _largest_other(errors: Array) -> Array:
    """The largest number of each row beside each of its numbers."""
    if errors.shape[-1] < 2:
        return np.zeros_like(errors)
    ordered = np.partition(errors, -2, axis=-1)
    second, first = ordered[..., -2:-1], ordered[..., -1:]
    return np.where(errors < first, first, np.where(_is_alone(errors, first), second, first))


def _is_alone(numbers: Array, largest: Array) -> Array:
    """Whether only one number of a row is the largest."""
    return np.add.reduce(numbers == largest, axis=-1, keepdims=True) == 1


def _opposite(slope: BoundedArray) -> BoundedArray:
    return -slope


def _nothing(slope: BoundedArray) -> BoundedArray:
    """A slope times 0: NaN where that is infinite."""
    bound = None if slope.bound is None else slope.bound * 0
    return BoundedArray(slope.value * 0, bound, slope.rounding)


def _masked(received: Received, condition: Array) -> Received:
    presence = condition if received.presence is None else received.presence & condition
    kept = (np.where(condition, array, 0) for array in received[:4])
    return Received(*kept, presence)
