"""Steps that the crossentropies share."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array


def clip(probabilities: Array, arithmetic: Arithmetic, by_ops: bool = False) -> Array:
    """Probabilities cut to [epsilon, 1 - epsilon], the limits quantised to the dtype.

    By `keras.ops.clip` or by the backend's own function: they may differ.
    """
    dialect = arithmetic.dialect
    if dialect.clip == "skipped":
        return probabilities
    epsilon = dialect.epsilon
    if dialect.clip_epsilon == "float32":
        epsilon = float(np.float32(epsilon))
    rounding = dialect.ops_numbers if by_ops else "dtype"
    low = arithmetic.rounded(epsilon, rounding)
    high = arithmetic.rounded(1.0 - epsilon if dialect.clip == "both" else np.inf, rounding)
    tie = dialect.clip_tie if by_ops else dialect.probability_clip_tie
    clipped = arithmetic.clip(probabilities, low, high, tie)
    arithmetic.stage("clipped", clipped)
    return clipped


def rescale_and_clip(
    probabilities: Array, rule: str, axis: int, arithmetic: Arithmetic, by_ops: bool = False
) -> Array:
    """p / sum(p) and the clip, in the order that the rule says."""
    if rule == "before_clip":
        probabilities = rescaled(probabilities, axis, arithmetic)
    probabilities = clip(probabilities, arithmetic, by_ops)
    if rule == "after_clip":
        probabilities = rescaled(probabilities, axis, arithmetic)
    return probabilities


def rescaled(probabilities: Array, axis: int, arithmetic: Arithmetic) -> Array:
    """p / sum(p) along an axis."""
    sums = arithmetic.sum(probabilities, axis, keepdims=True)
    arithmetic.stage("row_sums", sums)
    probabilities = probabilities / sums
    arithmetic.stage("rescaled", probabilities)
    return probabilities
