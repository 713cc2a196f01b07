"""Whole arrays with bounds: each operation against the exact arithmetic's, element by element."""

from __future__ import annotations

import os
from collections.abc import Callable
from decimal import DecimalException
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keras_oracle.arithmetic import ExactArithmetic
from keras_oracle.bounded import BoundedArray
from keras_oracle.bounded_arithmetic import BoundedArithmetic
from keras_oracle.bounded_rounding import BoundedRounding
from keras_oracle.dialect import DIALECTS
from keras_oracle.number_format import NumberFormat, cast
from keras_oracle.tracked import NO_BOUND, Tracked, UnstableError

JAX, TORCH = DIALECTS["keras-3.15/jax"], DIALECTS["keras-3.15/torch"]
DTYPES = ["float16", "bfloat16", "float32", "float64"]
ROUNDINGS = {
    (dtype, dialect.id): BoundedRounding(NumberFormat.of(dtype), dialect)
    for dtype in DTYPES
    for dialect in (JAX, TORCH)
}

EXAMPLES = int(os.environ.get("LOSS_PARITY_EXAMPLES", "25"))

Formula = Callable[[Any, Any, Any, Any], Any]
"""Of an arithmetic and three arrays."""

FORMULAS: dict[str, Formula] = {
    "sum of products": lambda a, x, y, z: x * y + z,
    "difference": lambda a, x, y, z: x - y * z,
    "quotient": lambda a, x, y, z: x / y,
    "quotient of products": lambda a, x, y, z: (x * y) / (y * z),
    "quotient by a difference": lambda a, x, y, z: x / (y - z),
    "exponential": lambda a, x, y, z: np.exp(x * y),
    "logarithm": lambda a, x, y, z: np.log(x * y + z),
    "logarithm near one": lambda a, x, y, z: np.log1p(x * y - z),
    "root": lambda a, x, y, z: np.sqrt(x * x + y),
    "reciprocal root": lambda a, x, y, z: a.reciprocal_root(x * y, a.number(1e7)),
    "power": lambda a, x, y, z: a.power(np.abs(x * y), 2.5),
    "whole power": lambda a, x, y, z: a.power(x - y, 3.0),
    "negative power": lambda a, x, y, z: a.power(np.abs(x * y), -0.5),
    "sigmoid": lambda a, x, y, z: a.sigmoid(x * y),
    "softplus": lambda a, x, y, z: a.log1p_exp(x * y - z),
    "logarithm of two exponentials": lambda a, x, y, z: a.log_add_exp(x * y, z),
    "larger": lambda a, x, y, z: a.larger(x * y - z, a.number(0.5)),
    "clipped": lambda a, x, y, z: a.clip(x * y + z, a.number(1e-7), a.number(1.0)),
    "absolute value": lambda a, x, y, z: np.abs(x * y - z),
    "sum": lambda a, x, y, z: a.sum(x * y - z, 0, keepdims=True) + x,
    "largest": lambda a, x, y, z: a.max(x * y, 0) + z,
    "log softmax": lambda a, x, y, z: a.log_softmax(x * y, 0),
}

PLAIN = [0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 3.0, 0.1, 0.2, 0.3, 1e-7, 1 - 1e-7, 20.0, 88.0, -104.0]
EXTREME = [np.inf, -np.inf, np.nan, 1e-30, 1e-38, 1e-40, -1e-45, 3e38, -1e30, 1e60, 65504]


def _pools() -> st.SearchStrategy[float]:
    moderate = st.floats(-8, 8, width=32)
    return st.one_of(st.sampled_from(PLAIN), moderate, moderate, st.sampled_from(EXTREME))


ARRAYS = st.tuples(*[st.lists(_pools(), min_size=3, max_size=3) for _ in range(3)])


def _exactly(formula: Formula, dtype: str, dialect: Any, inputs: list[Any]) -> Any:
    arithmetic = ExactArithmetic(dtype, dialect)
    return formula(arithmetic, *(arithmetic.array(values) for values in inputs))


def _whole(formula: Formula, dtype: str, dialect: Any, inputs: list[Any]) -> BoundedArray:
    arithmetic = BoundedArithmetic(ROUNDINGS[dtype, dialect.id])
    with np.errstate(all="ignore"):
        return formula(arithmetic, *(arithmetic.array(values) for values in inputs))


def _agree(exact: Tracked, value: Any, bound: float, dtype: str) -> bool:
    """Whether a value with its bound is an exact number with its own, as both are computed."""
    if np.isnan(bound) or exact.bound.is_nan():
        # Doubtful: where rounding decides whether a result overflows, or is 0; or where an
        # exponential is 0 and its bound grows without limit, which is NaN to the decimals.
        return True
    if not exact.value.is_finite():
        return bool(np.isnan(value)) if exact.isnan() else value == float(exact.value)
    rounding = ROUNDINGS[dtype, JAX.id]
    slack, least = rounding.slack, float(rounding.least)
    known = float(exact.bound)
    if abs(value) == rounding.tiny:
        # The exact number is a little less or more: it is lost, or it is not.
        return bool(bound >= known * (1 - 1e-6))
    distance = abs(float(rounding.kind(str(exact.value)) - value))
    # Differences between a number and its bound lose digits of the bound.
    most = 1.5 if known > abs(value) / 4 else 1.01
    fewest = 0.99 if dtype == "float64" else 1 - 1e-9
    return (
        distance <= slack * bound + rounding.subnormal
        and known * fewest - 2 * least <= bound <= known * most + 2 * least
    )


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", FORMULAS)
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
@given(dialect=st.sampled_from([JAX.id, TORCH.id]), arrays=ARRAYS)
def test_an_operation_has_the_exact_bounds(
    name: str, dtype: str, dialect: str, arrays: tuple[list[float], ...]
) -> None:
    dialect = DIALECTS[dialect]
    with np.errstate(over="ignore"):
        inputs = [cast(np.array(values), dtype) for values in arrays]
    whole = _whole(FORMULAS[name], dtype, dialect, inputs)
    for index in range(whole.size):
        # Each element alone: one without a bound is an error to the exact arithmetic.
        apart = name in ("sum", "largest", "log softmax")
        alone = inputs if apart else [values[index : index + 1] for values in inputs]
        try:
            exact = _exactly(FORMULAS[name], dtype, dialect, alone).ravel()[index if apart else 0]
        except UnstableError as error:
            # Exponentials of bounds, beyond the range of the default decimals.
            if str(error) == NO_BOUND:
                continue
            # Of a base that is 0 but for rounding it is assumed here that it is not negative.
            base_is_zero = name == "power" and whole.value[index] == 0
            assert base_is_zero or np.isnan(whole.distance.ravel()[index]), (name, alone)
            continue
        except DecimalException:
            # Exponentials of bounds, beyond the range of the default decimals.
            continue
        value = np.ravel(whole.value)[index]
        bound = np.broadcast_to(whole.distance, whole.shape).ravel()[index]
        assert _agree(exact, value, bound, dtype), (name, alone, exact.value, exact.bound)


def _array(values: list[float], dtype: str = "float32") -> BoundedArray:
    return BoundedArithmetic(ROUNDINGS[dtype, JAX.id]).array(cast(np.array(values), dtype))


@pytest.mark.parametrize(("dtype", "large"), [("float16", 65504.0), ("float64", 1.7e308)])
def test_rounding_decides_whether_a_number_near_the_largest_overflows(
    dtype: str, large: float
) -> None:
    # 0.1 + 0.2 is rounded: 0.3 times what is 1 / 0.3 of the largest number overflows, or does not.
    parts = _array([0.1], dtype) + _array([0.2], dtype)
    with np.errstate(over="ignore"):
        factors = _array([1.0, 3.0, 3.338, 4.0], dtype)
        products = parts * factors * _array([large], dtype)
    # In float16 what computes in float32 does not overflow.
    assert np.isnan(products.distance).tolist()[::3] == [False, dtype == "float16"]
    assert np.isinf(products.value).tolist()[::3] == [False, True]
    assert dtype == "float16" or products.distance[3] == 0


def test_the_order_decides_what_a_sum_is_that_may_overflow_both_ways() -> None:
    arithmetic = BoundedArithmetic(ROUNDINGS["float32", JAX.id])
    rows = [[1, 1, 1, -1, -1], [1, 1, 1, -1, 0], [-1, -1, -1, 1, 1], [1, 1, -1, -1, 0]]
    with np.errstate(all="ignore"):
        sums = arithmetic.sum(_array([*np.ravel(rows)]).reshape(4, 5) * 3e38, -1)
    # Of the first, +infinity and -infinity may come first, and their sum is NaN; of the second not.
    assert np.isnan(sums.distance).tolist() == [True, False, True, True]


@pytest.mark.parametrize("order", [np.equal, np.less, np.greater_equal])
def test_a_comparison_that_rounding_decides_is_an_error(order: Any) -> None:
    sums = _array([0.1, 0.5]) + _array([0.2, 0.5])
    assert order(sums, _array([1.0, 0.5])).tolist() == order([0.3, 1.0], [1.0, 0.5]).tolist()
    with pytest.raises(UnstableError):
        order(sums, _array([0.3, 0.5]))


def test_what_is_doubtful_stays_so() -> None:
    arithmetic = BoundedArithmetic(ROUNDINGS["float32", JAX.id])
    # The first of them is divided by what is 0, or nearly so.
    differences = _array([0.1, 2.0]) + _array([0.2, 1.0]) - _array([0.3, 1.0])
    with np.errstate(all="ignore"):
        quotients = _array([1.0, 1.0]) / differences
        for result in (np.exp(quotients), quotients * 0, np.sqrt(quotients), quotients + 1):
            assert np.isnan(result.distance).tolist() == [True, False]
        assert np.isnan(arithmetic.sum(quotients).distance)


def test_arrays_of_numbers_are_as_numpys_in_shape() -> None:
    arithmetic = BoundedArithmetic(ROUNDINGS["float32", JAX.id], records=True)
    plain = np.arange(6, dtype=np.float32).reshape(2, 3)
    inputs = arithmetic.predictions(plain)
    views: list[Callable[[Any], Any]] = [
        lambda a: np.expand_dims(a, 1),
        lambda a: np.squeeze(a[:1], 0),
        lambda a: np.moveaxis(a, 0, -1),
        lambda a: np.transpose(a, (1, 0)),
        lambda a: np.broadcast_to(a, (4, 2, 3)),
        lambda a: a.reshape(-1),
        lambda a: a[:, np.array([2, 0, 0])],
        lambda a: np.concatenate((a, a[:, :1]), axis=1),
        lambda a: np.where(plain > 2, a, np.negative(a)),
    ]
    for view in views:
        expected = view(plain)
        numbers = view(inputs)
        assert numbers.shape == expected.shape and np.array_equal(numbers.value, expected)
        # Each element's slope is how often it occurs, or what it is multiplied by.
        counts = np.zeros(plain.size)
        np.add.at(counts, np.abs(expected).astype(int).ravel(), 1)
        signs = np.where((plain > 2) | (expected.min() >= 0), 1, -1)
        slopes = arithmetic.tape.gradient(numbers.node).value
        assert np.array_equal(slopes, counts.reshape(plain.shape) * signs), view


def test_infinity_times_what_may_be_0_is_doubtful() -> None:
    near = _array([0.1, 0.25]) + _array([0.2, 0.25]) - _array([0.3, 0.5])
    with np.errstate(invalid="ignore"):
        products = near * _array([np.inf, np.inf])
    # The first is rounded, the second is 0.
    assert np.isnan(products.distance).tolist() == [True, False]
    assert np.isnan(products.value[1])


def test_nothing_arrives_where_nothing_was_taken() -> None:
    arithmetic = BoundedArithmetic(ROUNDINGS["float32", JAX.id], records=True)
    inputs = arithmetic.predictions(np.array([[0.0, 1.0], [2.0, 1.0]], np.float32))
    mask = np.array([[False, True], [True, True]])
    with np.errstate(all="ignore"):
        # 1 / 0 is infinite, and so is its slope: times 0, it would be NaN.
        sums = arithmetic.log_sum_exp_of(1 / inputs, mask)
        chosen = np.where(mask, 1 / inputs, arithmetic.zero)
        by_sums = arithmetic.tape.gradient(sums.node).value
        by_chosen = arithmetic.tape.gradient(chosen.node).value
        multiplied = arithmetic.where(mask, 1 / inputs, arithmetic.zero)
        by_multiplied = arithmetic.tape.gradient(multiplied.node).value
    assert by_sums[0].tolist() == [0, -1] and np.all(by_sums[1] < 0)
    assert by_chosen.tolist() == [[0, -1], [-0.25, -1]]
    assert np.isnan(by_multiplied[0, 0]) and by_multiplied[0, 1] == -1
