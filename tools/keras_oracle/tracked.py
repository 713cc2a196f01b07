"""The exact arithmetic of the goldens: decimals with a bound on what a dtype's rounding may do.

A `Tracked` holds a value of some 50 digits and a bound on the distance at which any sensible
implementation, computing in the case's dtype, may be from it. Its value becomes the golden,
rounded once; its bound becomes the element's tolerance. What is assumed of an implementation
stands in ROUNDING_ULP, ELEMENTARY_ULP and `total`, nowhere else.
"""

from __future__ import annotations

import decimal
import functools
import itertools
import operator
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from .dialect import Dialect
from .number_format import NumberFormat

ROUNDING_ULP = 0.5
"""The error of one addition, subtraction, multiplication, division or square root."""

ELEMENTARY_ULP = 2
"""The error of one exp, log, log1p, power or reciprocal square root."""

DIGITS = 50
"""How many digits values have, but for sums."""

SUM_DIGITS = 400
"""How many digits sums have: all that a float64 can bring in, so that 1 + 4e-44 stays that."""

# The same as multiples of the unit roundoff, which is half an ulp of 1.
_ROUNDING = Decimal(2 * ROUNDING_ULP)
_ELEMENTARY = Decimal(2 * ELEMENTARY_ULP)

_CONTEXT = decimal.Context(prec=DIGITS, Emax=10**9, Emin=-(10**9), traps=[])
_SUM = decimal.Context(prec=SUM_DIGITS, Emax=10**9, Emin=-(10**9), traps=[])
_BOUND = decimal.Context(prec=12, rounding=decimal.ROUND_UP, Emax=10**9, Emin=-(10**9), traps=[])
_ZERO = Decimal(0)
_ONE = Decimal(1)


_remembered = functools.lru_cache(maxsize=1 << 17)
"""For what takes long and is asked again, by other cases as well."""

NO_BOUND = "a number without a bound"
"""What an operation says that needs the bound of such a number."""

_Operation = Callable[..., "Tracked"]

next_serial = itertools.count().__next__
"""Names numbers, and arrays of them, for good."""


def _once(operation: _Operation) -> _Operation:
    """An operation on numbers that a `Rounding` which remembers does once for the same numbers."""
    name = operation.__name__

    @functools.wraps(operation)
    def recalled(self: Tracked, *operands: Tracked) -> Tracked:
        known = self.rounding.known
        if known is None:
            return operation(self, *operands)
        if operands:
            key = (name, self.serial, *[operand.serial for operand in operands])
        else:
            key = (name, self.serial)
        found = known.get(key)
        if type(found) is Tracked:
            return found
        return self.rounding.settled(known, key, found, operation, self, *operands)

    return recalled


def _between_numbers(operation: _Operation) -> Callable[[Tracked, object], Tracked]:
    """As `_once`, lifts the other operand.

    Leaves arrays to NumPy, which comes back for each element.
    """
    name = operation.__name__

    def lifted(self: Tracked, other: object) -> Tracked:
        if type(other) is not Tracked:
            if not isinstance(other, (int, float)):
                return NotImplemented
            other = self.rounding.exact(other)
        known = self.rounding.known
        if known is None:
            return operation(self, other)
        key = (name, self.serial, other.serial)
        found = known.get(key)
        if type(found) is Tracked:
            return found
        return self.rounding.settled(known, key, found, operation, self, other)

    return lifted


class Rounding:
    """What a dtype makes of numbers: its format, and what the dialect does with subnormal ones.

    One that remembers gives the same number for the same operation on the same numbers: mistakes
    and dialects differ in few steps, and share the others.
    """

    __slots__ = ("_questions", "_same", "_units", "dialect", "format", "known")

    def __init__(self, format: NumberFormat, dialect: Dialect, remembers: bool = False) -> None:
        self.format = format
        self.dialect = dialect
        """The dialect that asks now."""
        self.known: dict[tuple[Any, ...], Any] | None = {} if remembers else None
        """Numbers by what they come from; by `flushes` as well, where that was asked."""
        self._questions = 0
        self._same: dict[tuple[Decimal, Decimal, bool], Tracked] = {}
        self._units: dict[Decimal, Decimal] = {}

    @property
    def flushes(self) -> bool:
        """Whether subnormal numbers are zero; asked only where there is one.

        Those of float16 are none to the CPU, which computes in float32.
        """
        self._questions += 1
        return self.format.dtype != "float16" and self.dialect.subnormals == "flush"

    def forget(self) -> None:
        """Remembers nothing of what was computed up to here."""
        if self.known is not None:
            self.known.clear()
        self._same.clear()

    def recall(self, known: dict[Any, Any], key: Any, compute: Callable[..., Any], *of: Any) -> Any:
        """What is computed of numbers, other than a dictionary, done once for a key."""
        found = known.get(key)
        if found is not None and type(found) is not dict:
            return found
        return self.settled(known, key, found, compute, *of)

    def settled(
        self, known: dict[Any, Any], key: Any, found: Any, compute: Callable[..., Any], *of: Any
    ) -> Any:
        """The same where nothing is found, or what depends on `flushes`."""
        if found is not None and (settled := found.get(self.flushes)) is not None:
            return settled
        before = self._questions
        result = compute(*of)
        if type(result) is Tracked:
            result = self._known_as(result)
        if self._questions == before:
            known[key] = result
        else:
            known.setdefault(key, {})[self.flushes] = result
        return result

    def _known_as(self, number: Tracked) -> Tracked:
        """The first number that was the same, so that what follows from it is the same as well."""
        value = number.value
        if value.is_nan():
            return number
        return self._same.setdefault((value, number.bound, value.is_signed()), number)

    def exact(self, value: int | float | str | Decimal) -> Tracked:
        """A number that every implementation has exactly."""
        if self.known is None:
            return self._exact(value)
        number: Tracked = self.recall(
            self.known, ("exact", type(value), str(value)), self._exact, value
        )
        return number

    def number(self, value: float) -> Tracked:
        """A number of the dtype, flushed where the dialect flushes subnormals."""
        if self.known is None:
            return self._number(value)
        # Zeros and NaN are not told by their equality.
        key = value if value and value == value else ("number", value.hex())
        number: Tracked = self.recall(self.known, key, self._number, value)
        return number

    def unit(self, roundoffs: Decimal) -> Decimal:
        """Some times the unit roundoff."""
        found = self._units.get(roundoffs)
        if found is None:
            found = self._units[roundoffs] = self.format.unit_roundoff * roundoffs
        return found

    def _exact(self, value: int | float | str | Decimal) -> Tracked:
        return Tracked(Decimal(value), self)

    def _number(self, value: float) -> Tracked:
        rounded = Decimal(self.format.nearest(Decimal(value)))
        if (
            rounded.is_finite()
            and 0 < rounded.copy_abs() < self.format.smallest_normal
            and self.flushes
        ):
            rounded = _ZERO.copy_sign(rounded)
        return Tracked(rounded, self)


class Numbers:
    """The numbers of some answers, which share the operations that they do alike.

    The answers are computed one after the other: a number's dialect is that of the last one.
    """

    MOST = 1 << 20
    """How many numbers are remembered of a format, before all are forgotten."""

    def __init__(self) -> None:
        self._roundings: dict[str, Rounding] = {}

    def rounding(self, format: NumberFormat, dialect: Dialect) -> Rounding:
        """The rounding of a format, which remembers, for a dialect."""
        if format.dtype not in self._roundings:
            self._roundings[format.dtype] = Rounding(format, dialect, remembers=True)
        rounding = self._roundings[format.dtype]
        rounding.dialect = dialect
        if rounding.known is not None and len(rounding.known) > self.MOST:
            rounding.forget()
        return rounding

    def forget(self) -> None:
        """Lets go of all numbers, which refer to what remembers them."""
        for rounding in self._roundings.values():
            rounding.forget()


class Tracked:
    """A number of a format, exact, with a bound on an implementation's error.

    Infinities, NaN, overflow and (where subnormals are flushed) underflow behave as in the format;
    precision does not run out.
    """

    __slots__ = ("bound", "rounding", "serial", "value")

    def __init__(self, value: Decimal, rounding: Rounding, bound: Decimal = _ZERO) -> None:
        self.value = value
        self.bound = bound if value.is_finite() else _ZERO
        self.rounding = rounding
        self.serial = next_serial()
        """Its name among the numbers that operations are remembered for."""

    @property
    def format(self) -> NumberFormat:
        """The format whose range and precision an implementation has."""
        return self.rounding.format

    def within(self, distance: Decimal | int) -> Tracked:
        """This number, known only to some distance."""
        return Tracked(self.value, self.rounding, max(self.bound, Decimal(distance)))

    @_once
    def without_error(self) -> Tracked:
        """This number as an implementation has it that made no error up to here."""
        return Tracked(self.value, self.rounding)

    def rounded(self, times: int) -> Tracked:
        """This number rounded some times more."""
        if not self.value.is_finite():
            return self
        magnitude = _BOUND.add(self.value.copy_abs(), self.bound)
        roundings = _BOUND.multiply(self.rounding.unit(_ROUNDING) * times, magnitude)
        return Tracked(self.value, self.rounding, _BOUND.add(self.bound, roundings))

    def _new(self, value: Decimal, bound: Decimal, roundoff: Decimal = _ROUNDING) -> Tracked:
        """A result: what its operands' errors amount to, and its own rounding."""
        if not value.is_finite():
            return Tracked(value, self.rounding)
        rounding = self.rounding
        format = rounding.format
        magnitude = value.copy_abs()
        if magnitude >= format.overflow:
            return Tracked(Decimal("Infinity").copy_sign(value), rounding)
        if not bound and self._is_representable(value, magnitude):
            return Tracked(value, rounding)
        own = _BOUND.multiply(rounding.unit(roundoff), _BOUND.add(magnitude, bound))
        bound = _BOUND.add(bound, own)
        if magnitude < format.smallest_normal:
            if rounding.flushes:
                # Either flushed to zero or rounded gradually: both are sensible.
                bound = _BOUND.add(bound, format.smallest_normal)
                value = _ZERO.copy_sign(value)
            else:
                bound = _BOUND.add(bound, format.smallest_subnormal)
                if magnitude * 2 < format.smallest_subnormal:
                    value = _ZERO.copy_sign(value)
        return Tracked(value, rounding, bound)

    def _is_representable(self, value: Decimal, magnitude: Decimal) -> bool:
        rounding = self.rounding
        if magnitude and magnitude < rounding.format.smallest_normal and rounding.flushes:
            return False
        return Decimal(rounding.format.nearest(value)) == value

    # MARK: arithmetic

    @_between_numbers
    def __add__(self, other: Tracked) -> Tracked:
        value = _SUM.add(self.value, other.value)
        return self._new(value, _BOUND.add(self.bound, other.bound))

    __radd__ = __add__

    @_once
    def __neg__(self) -> Tracked:
        return Tracked(self.value.copy_negate(), self.rounding, self.bound)

    @_between_numbers
    def __sub__(self, other: Tracked) -> Tracked:
        return self + -other

    @_between_numbers
    def __rsub__(self, other: Tracked) -> Tracked:
        return other + -self

    @_between_numbers
    def __mul__(self, other: Tracked) -> Tracked:
        value = _CONTEXT.multiply(self.value, other.value)
        if not value.is_finite():
            return self._new(value, _ZERO)
        bound = _BOUND.add(
            _BOUND.add(
                _BOUND.multiply(self.value.copy_abs(), other.bound),
                _BOUND.multiply(other.value.copy_abs(), self.bound),
            ),
            _BOUND.multiply(self.bound, other.bound),
        )
        return self._new(value, bound)

    __rmul__ = __mul__

    @_between_numbers
    def __truediv__(self, other: Tracked) -> Tracked:
        value = _CONTEXT.divide(self.value, other.value)
        if not (self.value.is_finite() and other.value.is_finite()) or (
            not value.is_finite() and not other.bound
        ):
            return self._new(value, _ZERO)
        room = other.value.copy_abs() - other.bound
        if room.is_nan():
            raise UnstableError(NO_BOUND)
        if room <= 0:
            raise UnstableError("a divisor may round to zero")
        spread = _BOUND.add(self.bound, _BOUND.multiply(value.copy_abs(), other.bound))
        return self._new(value, _BOUND.divide(spread, room))

    @_between_numbers
    def __rtruediv__(self, other: Tracked) -> Tracked:
        return other / self

    @_once
    def __abs__(self) -> Tracked:
        return Tracked(self.value.copy_abs(), self.rounding, self.bound)

    # MARK: elementary functions; NumPy calls these on the elements of an object array

    @_once
    def exp(self) -> Tracked:
        """e to the power of this number."""
        value = _CONTEXT.exp(self.value)
        if not self.value.is_finite():
            return self._new(value, _ZERO)
        growth = _growth(self.bound)
        if value.is_zero() and not growth.is_finite():
            # 0 times what no decimal holds: the largest that it may be.
            return self._new(value, _CONTEXT.exp(_BOUND.add(self.value, self.bound)), _ELEMENTARY)
        return self._new(value, _BOUND.multiply(value, growth), _ELEMENTARY)

    @_once
    def log(self) -> Tracked:
        """The natural logarithm."""
        value = _logarithm(self.value)
        if not value.is_finite() or (self.value == _ONE and not self.bound):
            return self._new(value, _ZERO)
        room = self.value - self.bound
        if room.is_nan():
            raise UnstableError(NO_BOUND)
        if room <= 0:
            raise UnstableError("the argument of a logarithm may round to zero")
        return self._new(value, _BOUND.divide(self.bound, room), _ELEMENTARY)

    @_once
    def log1p(self) -> Tracked:
        """log(1 + this number)."""
        value = _logarithm(_SUM.add(_ONE, self.value))
        if not value.is_finite():
            return self._new(value, _ZERO)
        room = _ONE + self.value - self.bound
        if room.is_nan():
            raise UnstableError(NO_BOUND)
        if room <= 0:
            raise UnstableError("the argument of log1p may round to -1")
        return self._new(value, _BOUND.divide(self.bound, room), _ELEMENTARY)

    @_once
    def softplus(self) -> Tracked:
        """log(1 + exp(x)) = max(x, 0) + log1p(exp(-|x|))."""
        return self.larger(self.rounding.exact(0)) + (-abs(self)).exp().log1p()

    @_once
    def sigmoid(self) -> Tracked:
        """1 / (1 + exp(-x))."""
        one = self.rounding.exact(1)
        return one / (one + (-self).exp())

    @_once
    def log_add_exp(self, other: Tracked) -> Tracked:
        """log(exp(a) + exp(b)) = max(a, b) + log1p(exp(-|a - b|)), as one step.

        The weights of its derivatives sum to 1, so that the larger error of the two passes; exp,
        log1p of at most log 2, and the difference add what their roundings amount to.
        """
        if self.isnan() or other.isnan():
            return self if self.isnan() else other
        high, low = (other, self) if self.value < other.value else (self, other)
        difference = _SUM.subtract(low.value, high.value)
        if not difference.is_finite():
            return self._new(
                _SUM.add(high.value, _ZERO) if low.value != high.value else low.value, _ZERO
            )
        value = _SUM.add(high.value, _logarithm(_SUM.add(_ONE, _CONTEXT.exp(difference))))
        steps = self.format.unit_roundoff * (2 * _ELEMENTARY + _ROUNDING)
        share = _BOUND.exp(difference)
        spread = _BOUND.add(_growth(high.bound), _BOUND.multiply(share, _growth(low.bound)))
        spread = min(max(high.bound, low.bound), spread)
        return self._new(value, _BOUND.add(spread, steps))

    @_once
    def sqrt(self) -> Tracked:
        """The square root, correctly rounded by every implementation."""
        value = _CONTEXT.sqrt(self.value)
        if not value.is_finite() or value == 0:
            bound = _BOUND.sqrt(self.bound) if value.is_finite() else _ZERO
            return self._new(value, bound)
        # |sqrt(x + e) - sqrt(x)| <= e / sqrt(x), and never more than sqrt(e).
        spread = min(_BOUND.divide(self.bound, value), _BOUND.sqrt(self.bound))
        return self._new(value, spread)

    @_once
    def reciprocal_root(self, limit: Tracked) -> Tracked:
        """min(1 / sqrt(x), limit), as one step: near 0 the limit keeps it from being unstable."""
        if self.isnan() or self.value < 0:
            return self._new(Decimal("NaN"), _ZERO)

        def root(value: Decimal) -> Decimal:
            if value <= 0:
                return limit.value
            return min(_CONTEXT.divide(_ONE, _CONTEXT.sqrt(value)), limit.value)

        value = root(self.value)
        if not value.is_finite():
            return self._new(value, _ZERO)
        ends = (root(self.value - self.bound), root(self.value + self.bound))
        if not all(end.is_finite() for end in ends):
            raise UnstableError("the argument of a reciprocal root may round to zero")
        spread = max(_BOUND.abs(_BOUND.subtract(end, value)) for end in ends)
        return self._new(value, spread, _ELEMENTARY)

    @_once
    def power(self, exponent: Tracked) -> Tracked:
        """This number to the power of another, which is exact; as C's pow for special values."""
        if exponent.value == 0:
            return self._new(_ONE, _ZERO)
        if self.isnan() or exponent.isnan():
            return self._new(Decimal("NaN"), _ZERO)
        is_integer = exponent.value == exponent.value.to_integral_value()
        base = self.value
        if base < 0 and not is_integer:
            if base.is_finite():
                return self._new(Decimal("NaN"), _ZERO)
            base = base.copy_abs()
        value = _power(base, exponent.value)
        if not value.is_finite():
            return self._new(value, _ZERO)
        reach = self.bound
        if reach:
            ends = [
                _power(_ZERO if end < 0 < self.value else end, exponent.value)
                for end in (self.value - reach, self.value + reach)
            ]
            if not all(end.is_finite() for end in ends):
                raise UnstableError("the base of a power may round to zero")
            spread = max(_BOUND.abs(_BOUND.subtract(end, value)) for end in ends)
        else:
            spread = _ZERO
        return self._new(value, spread, _ELEMENTARY)

    # MARK: comparison: by value, NaN unordered

    def isnan(self) -> bool:
        """Whether this is not a number."""
        return self.value.is_nan()

    def __eq__(self, other: object) -> bool:
        return self._compares(operator.eq, other)

    def __lt__(self, other: object) -> bool:
        return self._compares(operator.lt, other)

    def __gt__(self, other: object) -> bool:
        return self._compares(operator.gt, other)

    def __le__(self, other: object) -> bool:
        return self._compares(operator.le, other)

    def __ge__(self, other: object) -> bool:
        return self._compares(operator.ge, other)

    def _compares(self, order: Callable[[Decimal, Decimal], bool], other: object) -> bool:
        value = Decimal(other) if isinstance(other, (int, float)) else getattr(other, "value", None)
        if value is None:
            return NotImplemented
        return not self.isnan() and not value.is_nan() and order(self.value, value)

    @_once
    def larger(self, other: Tracked) -> Tracked:
        """The larger of two numbers; NaN passes."""
        if self.isnan() or other.isnan():
            return self if self.isnan() else other
        best, least = (other, self) if self.value < other.value else (self, other)
        bound = best.bound
        if best.value.is_finite() and best.value - best.bound < least.value + least.bound:
            # An implementation may take the other one; it is no further off than either bound.
            bound = max(best.bound, least.bound)
        return Tracked(best.value, self.rounding, bound)

    @_once
    def clipped(self, low: Tracked, high: Tracked) -> Tracked:
        """This number cut to [low, high]; NaN passes."""
        if self.isnan():
            return self
        if self.value <= low.value:
            near = low
        elif self.value >= high.value:
            near = high
        else:
            return self
        # Within reach of the limit, an implementation may still be inside the interval.
        reach = _BOUND.subtract(self.bound, abs(self.value - near.value)) if self.bound else _ZERO
        return Tracked(near.value, self.rounding, max(reach, _ZERO))


def _growth(bound: Decimal) -> Decimal:
    """At least exp(bound) - 1, without its cancellation: b + b^2 for b up to 1."""
    if bound <= 1:
        return _BOUND.add(bound, _BOUND.multiply(bound, bound))
    # exp rounds to nearest: one unit in its last digit is added.
    return _BOUND.next_plus(_BOUND.exp(bound))


@_remembered
def _power(base: Decimal, exponent: Decimal) -> Decimal:
    """base ** exponent to some 50 digits; 0 to a negative power is infinite."""
    if base == 0:
        return _ZERO if exponent > 0 else Decimal("Infinity")
    if base.is_infinite():
        power = Decimal("Infinity") if exponent > 0 else _ZERO
        return power.copy_sign(base) if exponent % 2 in (1, -1) else power
    return _CONTEXT.power(base, exponent)


@_remembered
def _logarithm(value: Decimal) -> Decimal:
    """ln(value) to some 50 digits, however near value is to 1.

    ln(1 + x) is about x: the digits before those of x are worked out for nothing.
    """
    distance = _SUM.subtract(value, _ONE)
    if not distance.is_finite() or distance == 0 or distance.adjusted() >= -1:
        return _CONTEXT.ln(value)
    context = _CONTEXT.copy()
    context.prec -= distance.adjusted()
    return _CONTEXT.plus(context.ln(value))


def difference(first: Decimal, second: Decimal | int) -> Decimal:
    """How far a value is above another; NaN for infinities of one sign."""
    return _SUM.subtract(first, second)


class UnstableError(ArithmeticError):
    """No finite tolerance exists: rounding alone may change the answer without limit."""


def total(terms: Iterable[Tracked], zero: Tracked) -> Tracked:
    """The sum of some numbers, in any order of summation.

    n terms meet at most n - 1 roundings, each of at most the sum of the magnitudes.
    """
    return _total(zero, *terms)


@_once
def _total(zero: Tracked, *terms: Tracked) -> Tracked:
    value, bound, magnitude, count = _ZERO, _ZERO, _ZERO, 0
    for term in terms:
        value = _SUM.add(value, term.value)
        bound = _BOUND.add(bound, term.bound)
        if term.value != 0 or term.bound != 0:
            magnitude = _BOUND.add(magnitude, _BOUND.add(term.value.copy_abs(), term.bound))
            count += 1
    if count > 1 and value.is_finite():
        roundings = zero.format.unit_roundoff * _ROUNDING * (count - 1)
        bound = _BOUND.add(bound, _BOUND.multiply(roundings, magnitude))
    return zero._new(value, bound, _ZERO)


def log_sum_exp(terms: Sequence[Tracked], zero: Tracked) -> Tracked:
    """log(sum(exp(x))) of finite numbers, as one step: max(x) + log(sum(exp(x - max(x)))).

    The weights p = exp(x) / sum(exp(x)) of its derivatives sum to 1: errors of the terms amount to
    sum(p (exp(e) - 1)), and never more than the largest. The differences, exponentials and their
    sum add what their roundings are of the sum; the largest term's exponential, exp(0), has none.
    """
    peak = max(term.value for term in terms)
    distances = [difference(term.value, peak) for term in terms]
    powers = [_CONTEXT.exp(distance) for distance in distances]
    sum = _ZERO
    for power in powers:
        sum = _SUM.add(sum, power)
    spread = steps = _ZERO
    for term, distance, power in zip(terms, distances, powers):
        spread = _BOUND.add(spread, _BOUND.multiply(power, _growth(term.bound)))
        if distance:
            rounded = _BOUND.add(_ROUNDING * distance.copy_abs(), _ELEMENTARY)
            steps = _BOUND.add(steps, _BOUND.multiply(power, rounded))
    spread = min(_BOUND.divide(spread, sum), max(term.bound for term in terms))
    steps = _BOUND.add(_BOUND.divide(steps, sum), _ROUNDING * (len(terms) - 1))
    unit = zero.format.unit_roundoff
    logarithm = _logarithm(sum)
    bound = _BOUND.add(spread, _growth(_BOUND.multiply(unit, steps)))
    bound = _BOUND.add(bound, _BOUND.multiply(unit * _ELEMENTARY, logarithm))
    return zero._new(_SUM.add(peak, logarithm), bound)


def share(term: Tracked, total: Tracked, reach: Decimal) -> Tracked:
    """exp(x - total), the share p that exp(x) has of the sum of which the total is the logarithm.

    It is the slope of the total by x. The total is the one that follows from terms without error:
    implementations take the total of the terms that they have, so that an error of x does not count
    twice. By `reach`, the terms' errors change x against the others; that changes the odds
    p / (1 - p) by its exponential, and p by at most min(p, 1 - p) times what that is above 1.
    """
    own = (term.without_error() - total).exp().rounded(1)
    if not own.value.is_finite():
        return own
    others = max(_BOUND.subtract(_ONE, own.value), _ZERO)
    excess = _growth(reach)
    spread = _BOUND.multiply(min(own.value, others), excess)
    return own.within(_BOUND.add(_BOUND.add(own.bound, spread), _BOUND.multiply(own.bound, excess)))
