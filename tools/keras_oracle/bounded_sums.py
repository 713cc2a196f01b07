"""Sums of whole arrays with bounds, in any order of summation, and those of exponentials."""

from __future__ import annotations

from typing import Any

import numpy as np

from .bounded import BoundedArray
from .bounded_results import grown, growth
from .bounded_rounding import Array
from .tracked import ELEMENTARY_ULP, ROUNDING_ULP, SUM_DIGITS


def total(values: BoundedArray, axis: int | None, keepdims: bool) -> BoundedArray:
    """The sum along an axis, in any order of summation."""

    def add(array: Any) -> Any:
        return np.add.reduce(array, axis=axis, keepdims=keepdims)

    rounding = values.rounding
    value = add(values.value)
    reach = values.magnitude if values.bound is None else values.magnitude + values.bound
    magnitude = add(reach)
    roundings = np.maximum(add(reach != 0) - 1, 0)
    bound = rounding.one_rounding * roundings * magnitude
    errors = None if values.bound is None else add(values.bound)
    if errors is not None:
        bound = bound + errors
    result = values.result(
        value,
        bound,
        0.0,
        lambda: (roundings == 0) & rounding.has_few_digits(value, SUM_DIGITS),
        (errors,),
    )
    if result.bound is not None:
        # Of the smallest float64s, half an ulp is no float64.
        lost = (result.bound == 0) & (roundings != 0) & np.isfinite(value)
        if np.count_nonzero(lost):
            result.bound = np.where(lost, rounding.least, result.bound)
    result = undecided_sum(result, magnitude)
    if not np.isfinite(result.value).all():
        most = rounding.overflow
        positive, negative = (add(np.maximum(it, 0)) for it in (values.value, -values.value))
        # Both overflow on the way, if they come first: their sum is NaN then, or either infinity.
        result = result.doubtful((positive >= most) & (negative >= most) & ~np.isnan(result.value))
    if values.bound is None:
        result.is_certain = lambda *_: rounding.has_sums(values.value, magnitude, axis, keepdims)
    return result


def log_sum_exp(values: BoundedArray, mask: Array) -> BoundedArray:
    """log(sum(exp(x))) of the masked numbers of each row, all finite, as one step.

    As `tracked.log_sum_exp`: what its errors amount to is explained there.
    """
    rounding = values.rounding
    peak = np.maximum.reduce(values.value, axis=-1, keepdims=True, initial=-np.inf, where=mask)
    distances = np.where(mask, values.value - peak, -np.inf)
    powers = np.exp(distances)
    sums = np.add.reduce(powers, axis=-1)
    shares = powers.astype(np.float64)
    errors = np.where(mask, values.distance, 0.0)
    spread = np.add.reduce(grown(distances, powers, errors), axis=-1)
    rounded = 2 * ROUNDING_ULP * np.where(mask, -distances, 0.0) + 2 * ELEMENTARY_ULP
    # The exponential of the largest term, exp(0), has no rounding: that of one of the largest, as
    # others may be smaller, for all that this format tells.
    largest = distances == 0
    largest = largest & (np.cumsum(largest, axis=-1) == 1)
    steps = np.add.reduce(np.where(largest, 0.0, shares * rounded), axis=-1)
    whole = sums.astype(np.float64)
    spread = np.minimum(spread / whole, np.maximum.reduce(errors, axis=-1, initial=0))
    count = np.add.reduce(mask, axis=-1)
    steps = steps / whole + 2 * ROUNDING_ULP * (count - 1)
    logarithms = np.log(sums)
    bound = spread + growth(rounding.unit * steps)
    bound = bound + rounding.elementary * logarithms.astype(np.float64)
    value = np.squeeze(peak, -1) + logarithms
    return values.result(value, bound, rounding.one_rounding, None, (spread,))


def share(term: BoundedArray, total: BoundedArray, reach: Array) -> BoundedArray:
    """exp(x - total), the share that exp(x) has of the sum of which the total is the logarithm.

    As `tracked.share`: why its error is what it is stands there.
    """
    exponent = term.without_error() - total
    own = exponent.exp().rounded(1)
    others = np.maximum(1 - own.magnitude, 0)
    # No share is larger than 1: finite numbers, which 0 can multiply, are as good as infinity.
    excess = np.minimum(growth(reach), 2.0**100)
    of_own = np.where(own.magnitude == 0, 0.0, grown(exponent.value, own.magnitude, reach))
    spread = np.minimum(of_own, others * excess)
    bound = own.distance + spread + own.distance * excess
    finite = np.isfinite(own.value)
    return BoundedArray(own.value, np.where(finite, bound, own.distance), own.rounding)


def undecided_sum(total: BoundedArray, magnitude: Array) -> BoundedArray:
    """A total of terms that add up to a magnitude: where some overflow, their order decides."""
    over = ~(magnitude < float(total.rounding.overflow))
    if not np.count_nonzero(over):
        return total
    # The sum of the positive terms, or of the negative ones, whichever is larger.
    largest = magnitude / 2 + total.magnitude / 2
    over = ~(largest < float(total.rounding.overflow)) & np.isfinite(total.value)
    return total.doubtful(over)
