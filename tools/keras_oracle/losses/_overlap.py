"""What the overlap losses share: sums over some axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arithmetic import Arithmetic, Array, as_array, normalised_axis
from ..errors import LossError

Axes = int | list[int] | tuple[int, ...] | None


def sum_over(values: Array, axes: Axes, arithmetic: Arithmetic) -> Array:
    """The sum over some axes, or over all of them where these are None."""
    if axes is None:
        return arithmetic.sum(values)
    listed: list[Any] = [axes] if isinstance(axes, int) else list(axes)
    summed = sorted(normalised_axis(axis, values.ndim) for axis in listed)
    if len(set(summed)) < len(summed):
        raise LossError("invalid_parameter", f"axis {axes} names an axis twice")
    kept = [axis for axis in range(values.ndim) if axis not in summed]
    shape = tuple(values.shape[axis] for axis in kept)
    moved = np.transpose(values, kept + summed)
    count = int(np.prod([values.shape[axis] for axis in summed], dtype=np.int64))
    return arithmetic.sum(moved.reshape((*shape, count)), -1)


def complement(shared: Array, total: Array, arithmetic: Arithmetic) -> Array:
    """1 - shared / (total + epsilon)."""
    dialect, one = arithmetic.dialect, arithmetic.one
    smoothing = one if dialect.overlap_smoothing == "ones" else arithmetic.epsilon
    if dialect.overlap_smoothing in ("both", "ones"):
        shared = shared + smoothing
    if dialect.overlap_smoothing != "none":
        total = total + smoothing
    try:
        coefficient = as_array(shared / total)
    except ValueError as error:
        raise LossError("weight_not_broadcastable", f"the sums: {error}") from None
    match dialect.overlap_form:
        case "coefficient":
            return coefficient
        case "negative":
            return as_array(-coefficient)
        case "focal":
            return arithmetic.power(as_array(one - coefficient), 0.75)
    return as_array(one - coefficient)
