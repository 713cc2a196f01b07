"""Exact gradients: numbers that remember what they were computed from, walked back once.

A `Recorded` behaves as the `Tracked` number in it, so that the formulas of the losses run on it
unchanged. It also holds, for each number that it was computed from, its slope by that number. The
slopes are `Tracked` as well: a gradient comes with a bound on what rounding may do to it, as the
value does. At a kink the slope is the dialect's; where rounding alone decides on which side of the
kink an implementation is, the slope's bound covers both sides, and what follows from it is on an
edge: either side is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from .dialect import Dialect
from .tracked import Rounding, Tracked, difference, log_sum_exp, next_serial, share, total

GRADIENT_ROUNDINGS = 2
"""How often a gradient may be rounded beside the steps of the formula.

An implementation may round the slope of a loss and then multiply it by the weight of the sample,
where the chain rule multiplies each of the slope's terms.
"""

Number = Any
"""A `Tracked`, a `Recorded`, or a Python number that is exact in every dtype."""


class Tape:
    """The numbers of a computation in the order in which they came to be."""

    def __init__(self, rounding: Rounding, remembers: bool = False) -> None:
        self.numbers: list[Recorded] = []
        self.inputs: list[Recorded] = []
        self.has_kinks = False
        """Whether rounding decides on which side of some kink a number is."""
        self._known: dict[Any, Any] | None = {} if remembers else None
        """Gradients by the numbers that are recorded, where these may be so again."""
        self.rounding = rounding
        self.zero = rounding.exact(0)
        self.one = rounding.exact(1)
        self.half = rounding.exact("0.5")

    @property
    def dialect(self) -> Dialect:
        """Whose slopes at kinks are followed."""
        return self.rounding.dialect

    def input(self, number: Tracked) -> Recorded:
        """A number by which the derivative is taken."""
        recorded = Recorded(number, self)
        self.inputs.append(recorded)
        return recorded

    def forget(self) -> None:
        """Lets go of what is recorded, which refers to the tape."""
        self.numbers, self.inputs = [], []
        if self._known is not None:
            self._known.clear()

    def at_kink(self, factor: Tracked, side: Tracked) -> Slope:
        """A slope on either side of a kink, and that on the side where the exact number is."""
        self.has_kinks = True
        return _AtKink(factor, side)

    def sum(self, sum: Tracked, terms: Iterable[Number]) -> Number:
        """A sum that is known, with the terms that are recorded; itself where none is."""
        sources = [(term, _SAME) for term in terms if isinstance(term, Recorded)]
        return Recorded(sum, self, sources) if sources else sum

    def log_sum_exp(self, result: Tracked, terms: Sequence[Number]) -> Number:
        """A log(sum(exp(x))) that is known, with the terms that are recorded."""
        numbers = [term.number if isinstance(term, Recorded) else term for term in terms]
        total = log_sum_exp([number.without_error() for number in numbers], self.zero)
        sources = []
        for index, term in enumerate(terms):
            if isinstance(term, Recorded):
                others = numbers[:index] + numbers[index + 1 :]
                reach = term.bound + max((other.bound for other in others), default=0)
                sources.append((term, Slope(share(term.number, total, reach))))
        return Recorded(result, self, sources) if sources else result

    def gradient(self, results: Sequence[Number]) -> list[Tracked]:
        """d(sum of the results)/d(input), for each input in turn."""
        return self._gradient(results, one_sided=False)

    def edges(self, results: Sequence[Number], gradient: Sequence[Tracked]) -> list[bool]:
        """Which elements of the gradient are on an edge.

        That is where rounding decides between the sides of a kink, and these are farther apart
        than what rounding does on one of them.
        """
        if not self.has_kinks:
            return [False] * len(self.inputs)
        of_one_side = self._gradient(results, one_sided=True)
        return [either.bound - one.bound > one.bound for either, one in zip(gradient, of_one_side)]

    def _gradient(self, results: Sequence[Number], one_sided: bool) -> list[Tracked]:
        if self._known is None:
            return self._walk(results, one_sided)
        names = (tuple(it.serial for it in them) for them in (self.numbers, results))
        key = (one_sided, *names)
        found: list[Tracked] = self.rounding.recall(
            self._known, key, self._walk, results, one_sided
        )
        return found

    def _walk(self, results: Iterable[Number], one_sided: bool) -> list[Tracked]:
        numbers = self.numbers
        for place, number in enumerate(numbers):
            number.place = place
        terms: list[list[Tracked] | None] = [None] * len(numbers)
        for result in results:
            if isinstance(result, Recorded):
                terms[result.place] = [*(terms[result.place] or ()), self.one]
        slopes: dict[int, Tracked] = {}
        for place in range(len(numbers) - 1, -1, -1):
            received = terms[place]
            if received is None:
                continue
            slope = received[0] if len(received) == 1 else total(received, self.zero)
            sources = numbers[place].sources
            if not sources:
                slopes[place] = slope
            for source, own in sources:
                rule = own.of_one_side() if one_sided else own
                passed = slope if rule is _SAME else rule.times(slope)
                known = terms[source.place]
                if known is None:
                    terms[source.place] = [passed]
                else:
                    known.append(passed)
        return [
            slopes[it.place].rounded(GRADIENT_ROUNDINGS) if it.place in slopes else self.zero
            for it in self.inputs
        ]


class Slope:
    """How a number changes with one that it was computed from."""

    __slots__ = ("factor",)

    def __init__(self, factor: Tracked) -> None:
        self.factor = factor

    def times(self, slope: Tracked) -> Tracked:
        """The slope of the result by the source: the chain rule."""
        return slope * self.factor

    def of_one_side(self) -> Slope:
        """The slope of those who are on the side of a kink where the exact number is."""
        return self


class _AtKink(Slope):
    """A slope of which rounding decides what it is: the factor's bound covers both sides."""

    __slots__ = ("side",)

    def __init__(self, factor: Tracked, side: Tracked) -> None:
        super().__init__(factor)
        self.side = side

    def of_one_side(self) -> Slope:
        return Slope(self.side)


class _Same(Slope):
    """A slope of 1: nothing is multiplied, so nothing is rounded."""

    def __init__(self) -> None:
        pass

    def times(self, slope: Tracked) -> Tracked:
        return slope


class _Opposite(_Same):
    """A slope of -1."""

    def times(self, slope: Tracked) -> Tracked:
        return -slope


class _Nothing(_Same):
    """No slope: 0 arrives, whatever is infinite or NaN above."""

    def times(self, slope: Tracked) -> Tracked:
        return slope.rounding.exact(0)


_SAME, _OPPOSITE, _NOTHING = _Same(), _Opposite(), _Nothing()


class Recorded:
    """A tracked number with the numbers that it was computed from, and its slopes by them."""

    __slots__ = ("number", "place", "serial", "sources", "tape")

    def __init__(
        self, number: Tracked, tape: Tape, sources: Sequence[tuple[Recorded, Slope]] = ()
    ) -> None:
        self.number = number
        self.sources = sources
        self.tape = tape
        self.place = 0
        """Where it stands on the tape that is walked."""
        self.serial = next_serial()
        tape.numbers.append(self)

    @property
    def value(self) -> Any:
        """The exact value."""
        return self.number.value

    @property
    def bound(self) -> Any:
        """The bound on an implementation's error."""
        return self.number.bound

    def isnan(self) -> bool:
        """Whether this is not a number."""
        return self.number.isnan()

    def _result(self, number: Tracked, *sources: tuple[Number, Slope | Tracked]) -> Recorded:
        recorded = [
            (source, Slope(slope) if type(slope) is Tracked else slope)
            for source, slope in sources
            if type(source) is Recorded
        ]
        return Recorded(number, self.tape, recorded)

    def _lifted(self, other: Number) -> Tracked:
        if isinstance(other, Recorded):
            return other.number
        return other if isinstance(other, Tracked) else self.tape.rounding.exact(other)

    # MARK: arithmetic

    def __add__(self, other: Number) -> Recorded:
        if isinstance(other, np.ndarray):
            return NotImplemented
        return self._result(self.number + self._lifted(other), (self, _SAME), (other, _SAME))

    __radd__ = __add__

    def __sub__(self, other: Number) -> Recorded:
        if isinstance(other, np.ndarray):
            return NotImplemented
        return self._result(self.number - self._lifted(other), (self, _SAME), (other, _OPPOSITE))

    def __rsub__(self, other: Number) -> Recorded:
        return self._result(self._lifted(other) - self.number, (self, _OPPOSITE), (other, _SAME))

    def __mul__(self, other: Number) -> Recorded:
        if isinstance(other, np.ndarray):
            return NotImplemented
        factor = self._lifted(other)
        return self._result(self.number * factor, (self, factor), (other, self.number))

    __rmul__ = __mul__

    def __truediv__(self, other: Number) -> Recorded:
        if isinstance(other, np.ndarray):
            return NotImplemented
        return self._quotient(self, other)

    def __rtruediv__(self, other: Number) -> Recorded:
        return self._quotient(other, self)

    def _quotient(self, dividend: Number, divisor: Number) -> Recorded:
        below = self._lifted(divisor)
        quotient = self._lifted(dividend) / below
        sources = [(dividend, self.tape.one / below)]
        if isinstance(divisor, Recorded):
            sources.append((divisor, -quotient / below))
        return self._result(quotient, *sources)

    def __neg__(self) -> Recorded:
        return self._result(-self.number, (self, _OPPOSITE))

    def __abs__(self) -> Recorded:
        tape, number = self.tape, self.number
        if number.isnan():
            of_nan = tape.dialect.absolute_value_of_nan
            slope = {"minus_one": -tape.one, "nan": number, "zero": tape.zero}[of_nan]
        elif number.value == 0 and number.bound == 0:
            slope = tape.one if tape.dialect.absolute_value_at_zero == "one" else tape.zero
        else:
            slope = -tape.one if number.value < 0 else tape.one
            if abs(number.value) <= number.bound:
                slope = tape.at_kink(slope.within(2), slope)
        return self._result(abs(number), (self, slope))

    # MARK: elementary functions; NumPy calls these on the elements of an object array

    def exp(self) -> Recorded:
        """e to the power of this number."""
        power = self.number.exp()
        return self._result(power, (self, power))

    def log(self) -> Recorded:
        """The natural logarithm."""
        return self._result(self.number.log(), (self, self.tape.one / self.number))

    def log1p(self) -> Recorded:
        """log(1 + this number)."""
        slope = self.tape.one / (self.tape.one + self.number)
        return self._result(self.number.log1p(), (self, slope))

    def sqrt(self) -> Recorded:
        """The square root."""
        root = self.number.sqrt()
        return self._result(root, (self, self.tape.half / root))

    def sigmoid(self) -> Recorded:
        """1 / (1 + exp(-x)), as one step: its slope is s (1 - s)."""
        sigmoid = self.number.sigmoid()
        return self._result(sigmoid, (self, sigmoid * (self.tape.one - sigmoid)))

    def softplus(self) -> Recorded:
        """log(1 + exp(x)), as one step: its slope is exp(x - softplus(x)), the sigmoid of x."""
        number = self.number
        if number.value.is_finite():
            slope = share(number, number.without_error().softplus(), number.bound)
        else:
            slope = number.sigmoid()
        return self._result(number.softplus(), (self, slope))

    def log_add_exp(self, other: Number) -> Recorded:
        """log(exp(a) + exp(b)), as one step: its slopes are exp(a - result), exp(b - result)."""
        first, second = self.number, self._lifted(other)
        total = first.without_error().log_add_exp(second.without_error())
        reach = first.bound + second.bound
        return self._result(
            first.log_add_exp(second),
            (self, share(first, total, reach)),
            (other, share(second, total, reach)),
        )

    def reciprocal_root(self, limit: Tracked) -> Recorded:
        """min(1 / sqrt(x), limit)."""
        number, tape = self.number, self.tape
        value = number.reciprocal_root(limit)
        if number.isnan() or number.value < 0:
            return self._result(value, (self, value))
        # -1/2 x^(-3/2), where the square root was taken at all; whatever the limit is.
        infinite = tape.rounding.exact("Infinity")
        is_positive = number.value > number.bound
        root = number.reciprocal_root(infinite) if is_positive else value
        steep = -tape.half * (root / number if number.value else infinite)
        reach = difference(limit.value**-2 if limit.value.is_finite() else 0, number.value)
        taken = _share(tape, -reach, number.bound, tape.dialect.maximum_tie == "whole")
        return self._result(value, *_branch(tape, self, taken, steep))

    def power(self, exponent: Tracked) -> Recorded:
        """x ** y for an exact y; its slope is y x ** (y - 1)."""
        number, tape = self.number, self.tape
        value = number.power(exponent)
        if exponent.value == 0 and tape.dialect.zeroth_power_slope == "zero":
            return self._result(value)
        slope = exponent * number.power(tape.rounding.exact(exponent.value - 1))
        return self._result(value, (self, slope))

    # MARK: kinks

    def __eq__(self, other: object) -> bool:
        return self.number == other

    def __lt__(self, other: Number) -> bool:
        return self.number < other

    def __gt__(self, other: Number) -> bool:
        return self.number > other

    def __le__(self, other: Number) -> bool:
        return self.number <= other

    def __ge__(self, other: Number) -> bool:
        return self.number >= other

    def larger(self, other: Tracked) -> Recorded:
        """The larger of this number and an exact one; NaN passes."""
        tape, number = self.tape, self.number
        if number.isnan():
            return self._result(number, *_branch(tape, self, self._share_of_nan()))
        excess = difference(number.value, other.value)
        whole = tape.dialect.maximum_tie == "whole"
        taken = _share(tape, excess, number.bound, whole)
        return self._result(number.larger(other), *_branch(tape, self, taken))

    def _share_of_nan(self) -> _Taken:
        taken = self.tape.dialect.maximum_of_nan == "taken"
        return _taken(self.tape.one if taken else self.tape.zero)

    def clipped(self, low: Tracked, high: Tracked, tie: str | None = None) -> Recorded:
        """This number cut to [low, high].

        At a limit the slope is whole, half or none of 1: that of `tie`, or that of any clip.
        """
        tape, number = self.tape, self.number
        if number.isnan():
            taken = _taken(tape.zero) if tie else self._share_of_nan()
            return self._result(number, *_branch(tape, self, taken))
        if tape.dialect.clip_slope == "straight_through":
            return self._result(number.clipped(low, high), (self, _SAME))
        tie = tie or tape.dialect.clip_tie
        inside = min(difference(number.value, low.value), difference(high.value, number.value))
        taken = _share(tape, inside, number.bound, tie == "whole")
        if tie == "none" and inside == 0 and number.bound == 0:
            taken = _taken(tape.zero)
        return self._result(number.clipped(low, high), *_branch(tape, self, taken))


class _Taken(NamedTuple):
    """The share of a branch's slope that is passed on."""

    either: Tracked
    """Its bound covers what rounding may make of it."""
    side: Tracked
    """On the side of the kink where the exact number is."""


def _taken(share: Tracked) -> _Taken:
    """A share that rounding has no part in."""
    return _Taken(share, share)


def _share(tape: Tape, excess: Any, bound: Any, is_whole: bool) -> _Taken:
    """The slope of a branch that is taken where `excess` is positive, and shared where it is 0."""
    if excess == 0:
        share = tape.one if is_whole else tape.half
    else:
        share = tape.one if excess > 0 else tape.zero
    # Rounding alone may put an implementation on either side.
    undecided = abs(excess) < bound
    either = share.within(max(share.value, 1 - share.value)) if undecided else share
    return _Taken(either, share)


def _branch(
    tape: Tape, source: Recorded, taken: _Taken, slope: Tracked | None = None
) -> list[tuple[Recorded, Slope]]:
    """The source of a branch: where that is not taken, slopes are multiplied by 0, or become 0."""
    share = taken.either
    decided = share.bound == 0
    if decided and share.value == 0 and tape.dialect.branch_slopes == "selected":
        return [(source, _NOTHING)]
    if decided and share.value == 1 and slope is None:
        return [(source, _SAME)]
    factors = [it if slope is None else slope * it for it in taken]
    return [(source, Slope(factors[0]) if decided else tape.at_kink(*factors))]


def largest(tape: Tape, numbers: Sequence[Recorded], peak: Tracked) -> Recorded:
    """The maximum of some numbers, whose slope those that are equal to it share."""
    if peak.isnan():
        return Recorded(peak, tape, [(number, Slope(peak)) for number in numbers])
    equal = [number.value == peak.value for number in numbers]
    near = [
        same or difference(peak.value, number.value) <= number.bound + peak.bound
        for same, number in zip(equal, numbers)
    ]
    share = tape.one / sum(equal)
    # Rounding alone may choose among those that are near.
    decided = sum(near) == 1 or not any(n.bound for n, is_near in zip(numbers, near) if is_near)
    sources = []
    for number, is_equal, is_near in zip(numbers, equal, near):
        slope = share if is_equal else tape.zero
        if is_near and not decided:
            either = slope.within(max(slope.value, 1 - slope.value))
            sources.append((number, tape.at_kink(either, slope)))
        else:
            sources.append((number, Slope(slope)))
    return Recorded(peak, tape, sources)


def select(tape: Tape | None, taken: Number, other: Number) -> Number:
    """The number that a `where` takes; the other one receives a slope of 0, which NaN survives."""
    if tape is None or not (isinstance(taken, Recorded) or isinstance(other, Recorded)):
        return taken
    number = taken.number if isinstance(taken, Recorded) else taken
    sources: list[tuple[Recorded, Slope]] = []
    if isinstance(taken, Recorded):
        sources.append((taken, _SAME))
    if isinstance(other, Recorded):
        sources.append((other, Slope(tape.zero)))
    return Recorded(number, tape, sources)
