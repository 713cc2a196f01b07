"""Floating-point formats: range, unit roundoff, and correct rounding of a decimal into them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np


@dataclass(frozen=True)
class NumberFormat:
    """A binary floating-point format that losses compute in."""

    dtype: str
    precision: int
    """How many bits a significand has."""
    min_exponent: int
    """The smallest normal number is 2 to the power of this, less 1."""
    max_exponent: int
    """The largest number is below 2 to the power of this."""
    unit_roundoff: Decimal
    """Half an ulp of 1: the largest relative error of one rounding."""
    smallest_normal: Decimal
    smallest_subnormal: Decimal
    overflow: Decimal
    """Numbers of at least this magnitude round to infinity."""

    @staticmethod
    def of(dtype: str) -> NumberFormat:
        """The format of a NumPy dtype's name."""
        return _FORMATS[dtype]

    def round(self, value: Decimal) -> np.floating:
        """The number of this format nearest to a decimal, ties to even, rounded once."""
        return held_in(self.dtype).type(self.nearest(value))

    def nearest(self, value: Decimal) -> float:
        """As `round`, a float64 that has the number."""
        if not value.is_finite():
            return float(value)
        if value.copy_abs() >= self.overflow:
            return -math.inf if value.is_signed() else math.inf
        wide = float(value)
        if self.dtype == "float64":
            return wide
        # By way of the nearest float64, which is exact in quanta of this format.
        quantum = max(math.frexp(wide)[1], self.min_exponent) - self.precision
        count = math.ldexp(wide, -quantum)
        nearest = round(count)
        if abs(count - nearest) == 0.5 and (exact := Decimal(wide)) != value:
            # A tie of the float64 alone: the decimal is on one side.
            nearest = math.floor(count) if value < exact else math.ceil(count)
        return math.copysign(math.ldexp(nearest, quantum), wide)


def held_in(dtype: str) -> np.dtype[Any]:
    """The NumPy dtype that holds numbers of a dtype: NumPy has no bfloat16, float32 holds them."""
    return np.dtype("float32" if dtype == "bfloat16" else dtype)


def cast(array: np.ndarray[Any, Any], dtype: str) -> np.ndarray[Any, Any]:
    """The array rounded to a dtype, as NumPy holds it."""
    if dtype != "bfloat16":
        return array.astype(dtype)
    # A float32 is a bfloat16 and 16 bits more, which are rounded off, ties to even.
    wide = np.atleast_1d(array.astype(np.float32))
    bits = wide.view(np.uint32).astype(np.uint64)
    bits = (bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000
    rounded = bits.astype(np.uint32).view(np.float32)
    return np.where(np.isnan(wide), wide, rounded).reshape(array.shape)


def _format(dtype: str, mantissa_bits: int, max_exponent: int) -> NumberFormat:
    two = Decimal(2)
    roundoff = Decimal(float(two ** -(mantissa_bits + 1)))
    smallest_normal = Decimal(2.0 ** (2 - max_exponent))
    return NumberFormat(
        dtype=dtype,
        precision=mantissa_bits + 1,
        min_exponent=3 - max_exponent,
        max_exponent=max_exponent,
        unit_roundoff=roundoff,
        smallest_normal=smallest_normal,
        smallest_subnormal=Decimal(2.0 ** (2 - max_exponent - mantissa_bits)),
        # Half an ulp above the largest finite number.
        overflow=Decimal(2**max_exponent - 2 ** (max_exponent - mantissa_bits - 2)),
    )


_FORMATS = {
    "float16": _format("float16", 10, 16),
    "bfloat16": _format("bfloat16", 7, 128),
    "float32": _format("float32", 23, 128),
    "float64": _format("float64", 52, 1024),
}
