"""What counts as right."""

from __future__ import annotations

import math

import numpy as np
import pytest
from loss_benchmark.judging import error_beyond_bounds, worst_ulps
from loss_benchmark.reference import Reference
from loss_benchmark.workloads import GRADIENT, Workload

MSE = Workload("mean_squared_error", False, 1, 4)
EXPECTED = Reference(np.array([2.0]), 2.0, None)
SLOPES = Reference(np.array([2.0]), 2.0, np.array([[1.0, -1.0, 1.0, 0.0]]))


@pytest.mark.parametrize(
    ("workload", "value", "wrong_by"),
    [
        (MSE, 2.0, None),
        (MSE, 2.0 * (1 + 9e-7), None),
        (MSE, 2.0 * (1 - 3e-6), 3e-6),
        (MSE, math.nan, math.inf),
        (MSE, -math.inf, math.inf),
        # A cosine may be further off, a result in float64 less far.
        (Workload("cosine_similarity", False, 1, 4), 2.0 * (1 + 5e-5), None),
        (Workload("cosine_similarity", False, 1, 4), 2.0 * (1 + 5e-4), 5e-4),
        (Workload("mean_squared_error", False, 1, 4, "float64"), 2.0 * (1 + 9e-7), 9e-7),
    ],
)
def test_a_value_is_right_within_its_bound(
    workload: Workload, value: float, wrong_by: float | None
) -> None:
    found = error_beyond_bounds(workload, EXPECTED, value, None)
    assert found == (None if wrong_by is None else pytest.approx(wrong_by, rel=1e-3))


def test_one_wrong_element_makes_a_gradient_wrong() -> None:
    asked = MSE.of(GRADIENT)
    right = SLOPES.gradient
    assert right is not None
    assert error_beyond_bounds(asked, SLOPES, 2.0, right.astype(np.float32)) is None
    # An element near 0 is measured by the others: their root mean square is 0.87.
    near = right + np.array([[0, 0, 0, 8e-6]])
    assert error_beyond_bounds(asked, SLOPES, 2.0, near) is None
    far = right + np.array([[0, 0, 0, 2e-5]])
    assert error_beyond_bounds(asked, SLOPES, 2.0, far) == pytest.approx(2.31e-5, rel=1e-2)
    unwritten = right + np.array([[0, math.nan, 0, 0]])
    assert error_beyond_bounds(asked, SLOPES, 2.0, unwritten) == math.inf


def test_a_gradient_that_is_missing_or_of_another_shape_is_wrong() -> None:
    asked = MSE.of(GRADIENT)
    assert error_beyond_bounds(asked, SLOPES, 2.0, None) == math.inf
    assert error_beyond_bounds(asked, SLOPES, 2.0, np.zeros((1, 3))) == math.inf


def test_ulps_are_those_of_the_expected_number() -> None:
    expected = np.array([1.0, 2.0**-140])
    actual = np.array([1 + 3 * 2.0**-23, 2.0**-140 + 2.0**-148], np.float32)
    assert worst_ulps(actual[:1], expected[:1], "float32") == 3
    # Subnormal numbers are 2^-149 apart.
    assert worst_ulps(actual[1:], expected[1:], "float32") == 2
    assert worst_ulps(np.array([0.0, np.nan]), expected, "float32") == math.inf
