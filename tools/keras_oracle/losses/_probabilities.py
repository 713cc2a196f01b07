"""Steps that the crossentropies share."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array


def clip(probabilities: Array, arithmetic: Arithmetic) -> Array:
    """Probabilities cut to [epsilon, 1 - epsilon], the limits quantised to the dtype."""
    dialect = arithmetic.dialect
    if dialect.clip == "skipped":
        return probabilities
    low = arithmetic.number(dialect.epsilon)
    high = 1.0 - dialect.epsilon if dialect.clip == "both" else np.inf
    tie = dialect.probability_clip_tie
    return arithmetic.clip(probabilities, low, arithmetic.number(high), tie)


def rescale_and_clip(probabilities: Array, rule: str, axis: int, arithmetic: Arithmetic) -> Array:
    """p / sum(p) and the clip, in the order that the rule says."""
    if rule == "before_clip":
        probabilities = probabilities / arithmetic.sum(probabilities, axis, keepdims=True)
    probabilities = clip(probabilities, arithmetic)
    if rule == "after_clip":
        probabilities = probabilities / arithmetic.sum(probabilities, axis, keepdims=True)
    return probabilities
