"""Floating-point formats: range, unit roundoff, and correct rounding of a decimal into them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal

import numpy as np

_WIDE = Context(prec=2000)
"""Holds every float64, and the difference of two, exactly."""


@dataclass(frozen=True)
class NumberFormat:
    """A binary floating-point format that losses compute in."""

    dtype: str
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
        kind = np.dtype(self.dtype).type
        if not value.is_finite():
            return kind(float(value))
        if value.copy_abs() >= self.overflow:
            return kind(-np.inf if value.is_signed() else np.inf)
        near = kind(float(value))
        if self.dtype == "float64" or not np.isfinite(near):
            # float(Decimal) is correctly rounded; below the overflow bound the largest number is.
            return near if np.isfinite(near) else np.copysign(np.finfo(kind).max, near)
        with np.errstate(over="ignore"):
            around = (near, np.nextafter(near, kind(-np.inf)), np.nextafter(near, kind(np.inf)))
        candidates = [c for c in around if np.isfinite(c)]
        bits = np.uint32 if self.dtype == "float32" else np.uint16
        return min(
            candidates,
            key=lambda c: (
                _WIDE.subtract(Decimal(float(c)), value).copy_abs(),
                int(c.view(bits)) & 1,
            ),
        )


def _format(dtype: str, mantissa_bits: int, max_exponent: int) -> NumberFormat:
    two = Decimal(2)
    roundoff = Decimal(float(two ** -(mantissa_bits + 1)))
    smallest_normal = Decimal(float(2.0 ** (2 - max_exponent)))
    return NumberFormat(
        dtype=dtype,
        unit_roundoff=roundoff,
        smallest_normal=smallest_normal,
        smallest_subnormal=Decimal(float(np.finfo(dtype).smallest_subnormal)),
        # Half an ulp above the largest finite number.
        overflow=Decimal(2**max_exponent - 2 ** (max_exponent - mantissa_bits - 2)),
    )


_FORMATS = {
    "float32": _format("float32", 23, 128),
    "float64": _format("float64", 52, 1024),
}
