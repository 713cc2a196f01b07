"""Powers of whole arrays: which are exact, and how far the ends of an interval are apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from .bounded_results import Bound
from .bounded_rounding import Array, BoundedRounding


def is_exact_power(rounding: BoundedRounding, base: Array, value: Array, exponent: Any) -> Array:
    """Whether a power that the dtype has is that, and not only near to it."""
    special = (base == 1) | (base == 0) | np.isinf(base)
    exact = np.True_
    for _ in range(3):
        if exponent == np.rint(exponent):
            break
        root = np.sqrt(base)
        whole = (root * root == base) & rounding.loses_nothing(root, root, base)
        exact, base, exponent = exact & rounding.holds(root) & whole, root, 2 * exponent
    if exponent != np.rint(exponent) or abs(exponent) > 64:
        return special
    if exponent < 0:
        # Both are powers of 2, or one has digits without end.
        exact = exact & (np.frexp(value)[0] == 0.5)
        value = 1 / value
    product = base
    for _ in range(int(abs(exponent)) - 1):
        next_product = product * base
        exact = exact & rounding.loses_nothing(product, base, next_product)
        product = next_product
    return special | (exact & (product == value) & rounding.has_few_digits(value))


def spread_of(
    rounding: BoundedRounding, bound: Bound, value: Array, first: Array, second: Array
) -> Bound:
    """How far the ends of an interval are from a value, both of them rounded."""
    spread = np.maximum(np.abs(first - value), np.abs(second - value)).astype(np.float64)
    # The wider format's own error, which the difference brings out.
    noise = 4 * float(np.finfo(rounding.kind).eps)
    spread = np.where(spread > 0, spread + noise * np.abs(value).astype(np.float64), spread)
    unstable = ~(np.isfinite(first) & np.isfinite(second))
    spread = np.where(bound == 0, 0, spread)
    return np.where(unstable & (bound != 0), np.nan, spread)
