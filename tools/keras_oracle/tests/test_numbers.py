"""Remembered numbers: the same answers as without, in whatever dialects they are asked."""

from __future__ import annotations

from decimal import Context, Decimal

import numpy as np
import pytest

from keras_oracle.answer import Answer, answer
from keras_oracle.cases import CASES
from keras_oracle.dialect import DIALECTS
from keras_oracle.number_format import NumberFormat
from keras_oracle.shared import Shared
from keras_oracle.tracked import Numbers, UnstableError


def said(*arguments: object, **options: object) -> object:
    """An answer as plain values, or the error that stands in its place."""
    try:
        it: Answer = answer(*arguments, **options)
    except UnstableError as error:
        return str(error)
    parts = [part for part in (it.value, it.gradient) if part is not None]
    return it.error, [
        [(digits(number.value), digits(number.bound)) for number in part.ravel()] for part in parts
    ]


def digits(value: Decimal) -> str:
    """A number with all its digits, but for zeros at the end."""
    return str(Context(prec=1_000).normalize(value))


@pytest.mark.parametrize("loss", CASES)
def test_answers_are_the_same_with_numbers_of_other_dialects(loss: str) -> None:
    cases = [case for case in CASES[loss]() if case.y_pred.size <= 12][::37]
    assert cases
    shared = Shared()
    for case in cases:
        for dialect in DIALECTS.values():
            remembered = said(loss, dialect, case, shared=shared)
            assert remembered == said(loss, dialect, case), f"{case.id} in {dialect.id}"


def test_a_subnormal_number_is_that_of_the_dialect_that_asks() -> None:
    numbers, format = Numbers(), NumberFormat.of("float32")
    flushes, keeps = DIALECTS["keras-3.15/jax"], DIALECTS["keras-3.15/torch"]
    smallest = float(format.smallest_normal)
    for dialect, quarter in ((flushes, 0), (keeps, smallest / 4), (flushes, 0)):
        rounding = numbers.rounding(format, dialect)
        number = rounding.number(smallest) * rounding.exact(0.25)
        assert float(number.value) == quarter, dialect.id
        assert float(rounding.number(smallest / 4).value) == quarter, dialect.id


def test_the_same_operation_gives_the_same_number() -> None:
    rounding = Numbers().rounding(NumberFormat.of("float64"), DIALECTS["keras-3.15/jax"])
    first, second = rounding.number(0.1), rounding.number(0.1)
    assert first is second
    assert first * 3 is second * 3
    assert (first + second).log() is (second + first).log()
    assert rounding.number(-0.0) is not rounding.number(0.0)
    assert np.signbit(float(rounding.number(-0.0).value))
