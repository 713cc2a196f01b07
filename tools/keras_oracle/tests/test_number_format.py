"""Rounding into a format: once, to nearest, ties to even."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_oracle.number_format import NumberFormat

DTYPES = ("float16", "bfloat16", "float32", "float64")


def _nearest(value: Fraction, format: NumberFormat) -> Fraction:
    """The nearest number by exact division, without floats."""
    quantum = Fraction(format.smallest_subnormal)
    while abs(value) >= quantum * 2**format.precision:
        quantum *= 2
    return round(value / quantum) * quantum


@pytest.mark.parametrize("dtype", DTYPES)
@given(
    count=st.integers(2, 2**53),
    exponent=st.integers(-300, 300),
    nudge=st.sampled_from(["0", "1e-17", "-1e-17", "1e-40", "-1e-40"]),
)
def test_numbers_at_and_beside_ties(dtype: str, count: int, exponent: int, nudge: str) -> None:
    format = NumberFormat.of(dtype)
    whole = count % 2**format.precision
    tie = (Fraction(whole) + Fraction(1, 2)) * Fraction(2) ** exponent
    value = tie * (1 + Fraction(nudge))
    if abs(value) >= Fraction(format.overflow):
        return
    with localcontext(prec=1500):  # enough for every digit
        number = Decimal(value.numerator) / Decimal(value.denominator)
    assert Fraction(float(format.round(number))) == _nearest(Fraction(number), format)
