"""Slopes at kinks of whole arrays: those of the dialect, and what rounding makes of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from .bounded import BoundedArray
from .bounded_rounding import Array
from .bounded_tape import BoundedTape


def array_like(like: BoundedArray, values: Array, bound: Any) -> BoundedArray:
    """Values and bounds as an array of the rounding of another."""
    kind = like.rounding.kind
    return BoundedArray(np.asarray(values, dtype=kind), bound, like.rounding)


def reach_of(tape: BoundedTape, near: Array, distance: Any, bound: Array) -> Any:
    """How uncertain slopes are: by a distance where rounding decides on the side of a kink."""
    unknown = np.isnan(bound)
    if np.count_nonzero(near):
        tape.has_kinks = True
    elif not np.count_nonzero(unknown):
        return None
    return np.where(unknown, np.nan, np.where(near, distance, 0.0))


Taken = tuple[Array, Any]
"""The share of a branch's slope that is passed on, and how uncertain that is, None for nowhere."""


def share_taken(tape: BoundedTape, number: BoundedArray, excess: Array, is_whole: bool) -> Taken:
    """The share of a branch that is taken where `excess` is positive, and shared where it is 0."""
    shares = (excess > 0).astype(np.float64)
    tied = excess == 0
    if np.count_nonzero(tied):
        shares = np.where(tied, 1.0 if is_whole else 0.5, shares)
    if number.bound is None:
        return shares, None
    near = np.abs(excess) < number.bound
    return shares, reach_of(tape, near, np.maximum(shares, 1 - shares), number.bound)


def share_of_nan(taken: Taken, number: BoundedArray, share: float) -> Taken:
    """The same, but for NaN another share, which rounding has no part in."""
    unknown = np.isnan(number.value)
    if not np.count_nonzero(unknown):
        return taken
    shares, reach = taken
    if reach is not None:
        reach = np.where(unknown & ~np.isnan(reach), 0.0, reach)
    return np.where(unknown, share, shares), reach


def branch(
    tape: BoundedTape, slope: BoundedArray, taken: Taken, factor: BoundedArray | None = None
) -> BoundedArray:
    """What passes a branch: where that is not taken, slopes are multiplied by 0, or become 0."""
    shares, reach = taken
    decided = np.True_ if reach is None else reach == 0
    passed = array_like(slope, shares, None if tape.one_sided else reach)
    product = slope * (passed if factor is None else factor * passed)
    if factor is None:
        product = np.where(decided & (shares == 1), slope, product)
    if tape.rounding.dialect.branch_slopes == "selected":
        product = np.where(decided & (shares == 0), slope.exact(0), product)
    return product
