"""Bounds of results: rounding, underflow, overflow, and what errors of exponents amount to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .bounded_rounding import Array, BoundedRounding

Bound = Any
"""An array of float64, or None where all numbers are exact; NaN where there is no bound."""


def settled(
    rounding: BoundedRounding,
    value: Array,
    bound: Bound,
    own: float,
    is_exact: Callable[[], Array] | None,
    errors: tuple[Bound, ...],
    least: Callable[[], Array] | None = None,
    is_doubtful: Callable[[], Array] | None = None,
) -> tuple[Array, Bound, Array | None]:
    """Results, their bounds and, if at hand, magnitudes.

    Bounds are what the errors of operands amount to, and their own rounding, if there is one.

    `own` is the error of the operation itself as a share of the result; `is_exact` tells which
    results are exactly what the operation gives, where the dtype has them; `least` gives the least
    magnitude that an implementation may get, where that is more than the bound says; `is_doubtful`
    tells where rounding decides whether a result is infinite or no number.
    """
    magnitude = np.abs(value)
    if magnitude.dtype != np.float64:
        magnitude = magnitude.astype(np.float64)
    size = magnitude.size
    exact: Any = None
    if bound is None:
        reach = magnitude
        widened = own * magnitude
        exact = rounding.holds(value)
    else:
        reach = magnitude + bound
        widened = bound + own * reach
        certain = bound == 0
        if np.count_nonzero(certain):
            exact = certain & rounding.holds(value)
    if exact is not None:
        if is_exact is not None and np.count_nonzero(exact):
            exact = exact & is_exact()
        all_exact = np.count_nonzero(exact) == size
        widened = None if all_exact else np.where(exact, 0.0, widened)
    if np.count_nonzero(magnitude <= rounding.tiny):
        value, widened = _small(rounding, value, widened, own * reach, exact)
        if rounding.flushes and own > rounding.one_rounding:
            widened = _at_limit(rounding, value, widened, exact)
        magnitude = None
    if np.count_nonzero(reach < rounding.safe) != size:
        value, widened = _extreme(rounding, value, bound, widened, own, errors, least)
        if is_doubtful is not None:
            widened = np.where(is_doubtful(), np.nan, widened)
        magnitude = None
    return value, widened, magnitude


def _small(
    rounding: BoundedRounding, value: Array, bound: Bound, own: Array, exact: Any
) -> tuple[Array, Bound]:
    """Results of which some are smaller than normal numbers."""
    small = np.abs(value) < rounding.tiny
    if exact is not None:
        held = rounding.holds_small(value)
        if np.count_nonzero(small & ~held):
            bound = np.where(small & exact & ~held, own, 0.0 if bound is None else bound)
        small = small & ~(exact & held)
    if not np.count_nonzero(small):
        return value, bound
    bound = 0.0 if bound is None else bound
    if rounding.flushes:
        # Either flushed to zero or rounded gradually: both are sensible.
        lost, unit = small, rounding.tiny
    else:
        lost, unit = small & (np.abs(value) < rounding.vanishing), rounding.subnormal
    bound = np.where(small, bound + unit, bound)
    return np.where(lost, np.copysign(rounding.kind(0), value), value), bound


def _at_limit(rounding: BoundedRounding, value: Array, bound: Bound, exact: Any) -> Bound:
    """Bounds of elementary functions, of which some give the smallest normal number.

    Theirs is a little less or more, which the wider format does not tell: it may be lost.
    """
    limit = np.abs(value) == rounding.tiny
    if exact is not None:
        limit = limit & ~exact
    if not np.count_nonzero(limit):
        return bound
    bound = 0.0 if bound is None else bound
    return np.where(limit, bound + rounding.tiny, bound)


def _extreme(
    rounding: BoundedRounding,
    value: Array,
    bound: Bound,
    widened: Bound,
    own: float,
    errors: tuple[Bound, ...],
    least: Callable[[], Array] | None,
) -> tuple[Array, Bound]:
    """Results of which some are infinite, not numbers, near overflow or doubtful."""
    size = np.abs(value)
    # A correctly rounded operation overflows as its exact result says.
    reach = max(own - rounding.one_rounding, 0.0) * size
    if bound is not None:
        reach = reach + bound
    finite = np.isfinite(value)
    overflows = finite & (size >= rounding.overflow)
    undecided = finite & (
        ((size + reach >= rounding.overflow) & ~overflows)
        | (((size - reach if least is None else least()) < rounding.overflow) & overflows)
    )
    if rounding.format.dtype == "float16":
        # What computes in float32 and rounds at the end, as compiled programs do, does not.
        undecided = undecided | overflows
    doubtful = np.zeros(np.shape(value), dtype=bool)
    for error in errors:
        if error is not None:
            doubtful = doubtful | ~np.isfinite(error)
    value = np.where(overflows, np.copysign(rounding.kind(np.inf), value), value)
    widened = np.where(overflows | ~finite, 0.0, 0.0 if widened is None else widened)
    return value, np.where(undecided | doubtful, np.nan, widened)


def may_be_zero(values: Array, bound: Array) -> Array:
    """Whether rounding alone decides on which side of 0 values are."""
    return ~(np.abs(values) > bound) & (bound != 0) & ~np.isnan(values)


def growth(bound: Bound) -> Array:
    """At least exp(bound) - 1, without its cancellation: b + b^2 for b up to 1."""
    small = bound + bound * bound
    large = bound > 1
    if np.count_nonzero(large):
        return np.where(large, np.exp(bound) * (1 + 2.0**-40), small)
    return small


def grown(exponent: Array, power: Array, bound: Array) -> Array:
    """By how much exp(exponent), the power, grows with errors of the exponent."""
    growths = power.astype(np.float64) * growth(bound)
    large = bound > 1
    if np.count_nonzero(large):
        # The power may be too small for a float64, and its growth too large.
        sums = np.exp(exponent + bound).astype(np.float64) * (1 + 2.0**-40)
        return np.where(large, sums, growths)
    return growths
