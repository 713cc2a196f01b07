"""Whether a competitor's results are right: only then does its time count."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .reference import Reference
from .workloads import Workload

Array = np.ndarray[Any, np.dtype[Any]]
# Of a value, relative to it; cosines are sums of numbers of both signs.
VALUE_BOUNDS = {"float32": 1e-6, "float64": 1e-10}
COSINE_BOUND = 1e-4
# Of every element of a gradient, relative to the larger of it and the elements' root mean square.
GRADIENT_BOUNDS = {"float32": 1e-5, "float64": 1e-9}


def error_beyond_bounds(
    workload: Workload, expected: Reference, value: float, gradient: Array | None
) -> float | None:
    """By how much results are wrong, relative; `None` where they are right."""
    by_value = value_error(value, expected.value)
    bound = VALUE_BOUNDS[workload.dtype]
    if workload.loss == "cosine_similarity":
        bound = max(bound, COSINE_BOUND)
    if not by_value <= bound:
        return by_value
    if expected.gradient is None:
        return None
    if gradient is None or gradient.shape != expected.gradient.shape:
        return math.inf
    by_gradient = gradient_error(gradient, expected.gradient)
    return None if by_gradient <= GRADIENT_BOUNDS[workload.dtype] else by_gradient


def value_error(actual: float, expected: float) -> float:
    """The relative error of a value; infinite where it is NaN."""
    if not math.isfinite(actual):
        return math.inf
    return abs(actual - expected) / abs(expected) if expected else abs(actual)


def gradient_error(actual: Array, expected: Array) -> float:
    """The worst error of an element; infinite where one is NaN."""
    size = math.sqrt(float(np.mean(np.square(expected))))
    errors = np.abs(actual - expected)
    errors /= np.maximum(np.abs(expected), size or 1)
    worst = float(errors.max())
    return worst if math.isfinite(worst) else math.inf


def worst_ulps(actual: Array, expected: Array, dtype: str) -> float:
    """The worst error of an element in ulp of the expected number, subnormal ones included."""
    size = np.spacing(np.abs(expected).astype(dtype)).astype(np.float64)
    worst = float((np.abs(actual.astype(np.float64) - expected) / size).max())
    return worst if math.isfinite(worst) else math.inf
