"""What a dtype makes of whole arrays: their range and precision, held in a wider binary format."""

from __future__ import annotations

from typing import Any

import numpy as np

from .dialect import Dialect
from .number_format import NumberFormat, held_in
from .tracked import DIGITS, ELEMENTARY_ULP, ROUNDING_ULP, Rounding

Array = np.ndarray[Any, np.dtype[Any]]


class BoundedRounding:
    """A format whose numbers are computed with in a wider one.

    Values are float64, or long doubles for float64 itself; magnitudes and bounds are float64.
    """

    def __init__(self, format: NumberFormat, dialect: Dialect) -> None:
        self.format = format
        self.dialect = dialect
        self._is_wide = format.dtype == "float64"
        self._decimals = Rounding(format, dialect)
        self.kind: Any = np.longdouble if self._is_wide else np.float64
        """What holds values."""
        self.unit = float(format.unit_roundoff)
        """Half an ulp of 1."""
        self.one_rounding = 2 * ROUNDING_ULP * self.unit
        """The error of one rounding, as a share of what is rounded."""
        self.elementary = 2 * ELEMENTARY_ULP * self.unit
        """That of one exp, log, log1p, power or reciprocal square root."""
        self.slack = 2.0**-10 if self._is_wide else 2.0**-26
        """The share of a bound that the wider format's own errors, and those of bounds, are.

        An operation errs by less than that share of what it allows an implementation: a long double
        has 11 bits more than a float64, of which elementary functions lose one or two.
        """
        self.flushes = self._decimals.flushes
        """Whether subnormal numbers are zero."""
        self.tiny = float(format.smallest_normal)
        self.subnormal = float(format.smallest_subnormal)
        half = self.kind(self.subnormal) / 2
        has_digits = format.dtype == "float16"
        self.vanishing = half if has_digits else np.nextafter(half, self.kind(1))
        """Numbers below this are nearest to 0; half of the smallest is one with few digits."""
        self.least = float(np.finfo(np.float64).smallest_subnormal)
        """The smallest bound that is not 0."""
        self.overflow = self.kind(2.0) ** (format.max_exponent - 1) * self.kind(
            2 - 2.0**-format.precision
        )
        """Numbers of at least this magnitude are infinite."""
        self.safe = float(self.overflow / 4)
        """Numbers below this are not near overflow, whatever one rounding does."""
        self._spare_bits = np.int64(2 ** max(53 - format.precision, 0) - 1)
        self._numbers: dict[float, Any] = {}

    def number(self, value: float) -> Any:
        """A constant of the dtype, flushed where the dialect flushes subnormals."""
        found = self._numbers.get(value)
        if found is None:
            if value == 0:
                # Zeros of both signs are equal, as keys.
                return self.kind(value)
            found = self.kind(float(self._decimals.number(value).value))
            self._numbers[value] = found
        return found

    def cast(self, values: Array) -> Array:
        """An array cast to the dtype, flushed where the dialect flushes subnormals."""
        if values.dtype == held_in(self.format.dtype):
            numbers = values.astype(self.kind)
        else:
            numbers = self.nearest(values.astype(np.float64)).astype(self.kind)
        if self.flushes:
            subnormal = np.abs(numbers) < self.tiny
            if np.count_nonzero(subnormal):
                return np.where(subnormal, np.copysign(numbers * 0, numbers), numbers)
        return numbers

    def nearest(self, values: Array) -> Array:
        """The numbers of the dtype nearest to values, ties to even, as NumPy holds them."""
        if self.format.dtype != "bfloat16":
            return np.asarray(values).astype(self.format.dtype)
        exponents = np.maximum(np.frexp(values)[1], self.format.min_exponent)
        quanta = np.ldexp(1.0, exponents - self.format.precision)
        return np.asarray(np.rint(values / quanta) * quanta).astype(np.float32)

    def holds(self, values: Array) -> Array:
        """Whether the dtype has values exactly: NaN and infinities, and normal numbers."""
        if self._is_wide:
            return values.astype(np.float64) == values
        return (values.view(np.int64) & self._spare_bits) == 0

    def holds_small(self, values: Array) -> Array:
        """Whether the dtype has values exactly that are smaller than its normal numbers."""
        if self.flushes:
            return values == 0
        quantum = self.kind(self.subnormal)
        return np.rint(values / quantum) * quantum == values

    def loses_nothing(self, first: Array, second: Array, product: Array) -> Array:
        """Whether a product of numbers of the dtype, which that has too, is all there is.

        Two significands of at most 24 bits have a product of 48, which float64 has. For long
        doubles it is Dekker's product of halves that tells.
        """
        if not self._is_wide:
            return np.True_
        (a, b), (c, d) = _halves(first), _halves(second)
        return (((a * c - product) + a * d) + b * c) + b * d == 0

    def has_few_digits(self, values: Array, digits: int = DIGITS) -> Array:
        """Whether numbers of the dtype have no more digits than the exact arithmetic's decimals.

        m 2^-k, m being odd, has k digits after the point.
        """
        numbers = np.abs(values).astype(np.float64)
        # 2^e of p bits has p - 1 - e binary places, and so about p - 0.7 e digits.
        short_from = 2.0 ** -int((digits - self.format.precision - 1) / 0.7)
        few = ((numbers >= short_from) & (numbers < 1e50)) | (numbers == 0)
        if np.count_nonzero(few) == few.size:
            return few
        places = np.maximum(-_lowest_bits(numbers), 0)
        return few | (np.log10(numbers) + places < digits)

    def has_sums(self, values: Array, magnitude: Array, axis: int | None, keepdims: bool) -> Array:
        """Whether the dtype has what values add up to along an axis, in any order of summation.

        All of them are multiples of the lowest bit, and none exceeds the sum of the magnitudes.
        """
        bits = _lowest_bits(np.abs(values).astype(np.float64))
        bits = np.where(values == 0, np.inf, bits)
        lowest = np.minimum.reduce(bits, axis=axis, keepdims=keepdims, initial=np.inf)
        return magnitude <= np.ldexp(1.0, self.format.precision) * np.exp2(lowest)


def _lowest_bits(numbers: Array) -> Array:
    """The exponents of the lowest bits of positive numbers."""
    significands, exponents = np.frexp(numbers)
    integers = np.ldexp(significands, 53).astype(np.int64)
    lowest = np.frexp((integers & -integers).astype(np.float64))[1] - 1
    return exponents - 53 + lowest


def _halves(values: Array) -> tuple[Array, Array]:
    """Long doubles as sums of two of 32 bits each (Veltkamp)."""
    shifted = values * np.longdouble(2.0**32 + 1)
    high = shifted - (shifted - values)
    return high, values - high
