"""The tracked arithmetic: exact values, and float32 results inside the bounds."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_oracle.arithmetic import ExactArithmetic
from keras_oracle.dialect import DIALECTS
from keras_oracle.number_format import NumberFormat
from keras_oracle.tracked import UnstableError

NUMBERS = ExactArithmetic("float32", DIALECTS["keras-3.15/jax"])
MODERATE = st.floats(2.0**-20, 2.0**20, width=32)


@given(MODERATE, MODERATE, MODERATE)
def test_float32_lies_within_the_bound(a: float, b: float, c: float) -> None:
    x, y, z = np.float32(a), np.float32(b), np.float32(c)
    computed = np.log((x * y + z) / z)
    tracked = (
        (NUMBERS.number(a) * NUMBERS.number(b) + NUMBERS.number(c)) / NUMBERS.number(c)
    ).log()
    assert abs(Decimal(float(computed)) - tracked.value) <= tracked.bound


@given(st.lists(MODERATE, min_size=1, max_size=20))
def test_every_order_of_summation_lies_within_the_bound(terms: list[float]) -> None:
    values = np.array(terms, np.float32)
    tracked = NUMBERS.sum(NUMBERS.array(values))[()]
    for order in (values, values[::-1], np.sort(values)):
        computed = np.float32(0)
        for value in order:
            computed = computed + value
        assert abs(Decimal(float(computed)) - tracked.value) <= tracked.bound


@given(st.floats(width=32, allow_nan=False))
def test_a_float32_rounds_to_itself(value: float) -> None:
    assert NumberFormat.of("float32").round(Decimal(value)) == np.float32(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.000000059604644775390625", 1.0),  # a tie, to even
        ("1.000000059604644775390626", 1.0000001192092896),
        ("3.4028236e38", np.inf),
        ("1e-46", 0.0),
    ],
)
def test_rounding_is_correct(text: str, expected: float) -> None:
    assert NumberFormat.of("float32").round(Decimal(text)) == np.float32(expected)


def test_nan_and_infinity_propagate() -> None:
    infinity, nan, zero = (NUMBERS.number(x) for x in (np.inf, np.nan, 0.0))
    assert (infinity - infinity).isnan()
    assert (zero / zero).isnan()
    assert (zero * infinity).isnan()
    assert nan.clipped(zero, NUMBERS.one).isnan()
    assert zero.log().value == Decimal("-Infinity")
    assert (NUMBERS.number(3e38) * NUMBERS.number(10)).value == Decimal("Infinity")


def test_subnormals_are_flushed() -> None:
    assert NUMBERS.number(1e-40).value == 0
    assert (NUMBERS.number(1e-30) * NUMBERS.number(1e-10)).value == 0


@pytest.mark.parametrize("exponent", [-5, -100, -300])
def test_a_logarithm_near_one_keeps_its_digits(exponent: int) -> None:
    tiny = Decimal(10) ** exponent
    numbers = ExactArithmetic("float64", DIALECTS["keras-3.15/jax"])
    number = numbers.number(float(tiny))
    series = number.value - number.value**2 / 2 + number.value**3 / 3
    nearly = [number.log1p(), numbers.sum(np.array([numbers.one, number]))[()].log()]
    for logarithm in nearly:
        assert abs(logarithm.value / series - 1) < Decimal("1e-14")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_error_of_an_exponent_passes(dtype: str) -> None:
    numbers = ExactArithmetic(dtype, DIALECTS["keras-3.15/jax"])
    # 0.1 * 300 is off by up to half an ulp of 30, its exponential relatively by as much.
    exponent = numbers.number(0.1) * numbers.number(300.0)
    assert exponent.bound > 0
    assert exponent.exp().bound >= exponent.exp().value * exponent.bound


# A subnormal number is 0 to the dialect, exactly: NumPy, which keeps it, is no witness there.
MODERATE_LISTS = st.lists(
    st.floats(-30, 30, width=32, allow_subnormal=False), min_size=1, max_size=6
)


@given(MODERATE_LISTS)
def test_a_logarithm_of_a_sum_of_exponentials_lies_within_the_bound(terms: list[float]) -> None:
    arithmetic = ExactArithmetic("float32", DIALECTS["keras-3.15/jax"], records=True)
    inputs = np.array(terms, np.float32)
    # Squares are rounded: the terms come with errors.
    exact = arithmetic.log_sum_exp(np.square(arithmetic.predictions(inputs)))
    slopes = arithmetic.tape.gradient([exact])
    squares = np.square(inputs)
    peak = np.max(squares)
    total = np.log(np.sum(np.exp(squares - peak))) + peak
    assert abs(Decimal(float(total)) - exact.value) <= exact.bound
    shares = (np.exp(squares - peak) / np.sum(np.exp(squares - peak)), np.exp(squares - total))
    for share in shares:
        for computed, slope in zip(share * 2 * inputs, slopes):
            assert abs(Decimal(float(computed)) - slope.value) <= slope.bound


def test_the_slope_of_a_term_that_outweighs_the_others_is_hardly_uncertain() -> None:
    arithmetic = ExactArithmetic("float32", DIALECTS["keras-3.15/jax"], records=True)
    # Both terms are off by up to 2^-10, but nothing makes the share of the first other than 1.
    noisy = [number.within(Decimal(2) ** -10) for number in map(NUMBERS.number, (100.0, 2.0))]
    row = np.array([arithmetic.tape.input(number) for number in noisy])
    for total in (arithmetic.log_sum_exp(row), row[0].log_add_exp(row[1]), row[0].softplus()):
        first = arithmetic.tape.gradient([total])[0]
        # The total, of magnitude 100, is rounded when an implementation subtracts it.
        assert abs(first.value - 1) < Decimal("1e-40") and first.bound < Decimal(2) ** -24 * 250


def test_a_divisor_that_underflowed_is_not_known_to_be_zero() -> None:
    tiny = NUMBERS.number(1e-30)
    with pytest.raises(UnstableError):
        NUMBERS.one / (tiny * tiny)
    assert (NUMBERS.one / NUMBERS.zero).value == Decimal("Infinity")
