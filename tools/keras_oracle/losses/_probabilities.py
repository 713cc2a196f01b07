"""Steps that the crossentropies share."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array
from ..steps import Rescale


def clip(probabilities: Array, arithmetic: Arithmetic, by_ops: bool = False) -> Array:
    """Probabilities cut to [epsilon, 1 - epsilon], the limits quantised to the dtype.

    By `keras.ops.clip` or by the backend's own function: they may differ.
    """
    dialect = arithmetic.dialect
    if dialect.clip == "skipped":
        return probabilities
    epsilon = arithmetic.fuzz
    if dialect.clip_epsilon == "float32":
        epsilon = float(np.float32(epsilon))
    limits = (epsilon, 1.0 - epsilon if dialect.clip == "both" else np.inf)
    if dialect.clip_limits == "rounded":
        low, high = (
            arithmetic.rounded(limit, "ops_numbers") if by_ops else arithmetic.number(limit)
            for limit in limits
        )
    else:
        low, high = (arithmetic.constant(limit) for limit in limits)
    tie = None
    if arithmetic.records:
        tie = dialect.clip_tie if by_ops else dialect.probability_clip_tie
    clipped = arithmetic.clip(probabilities, low, high, tie)
    arithmetic.stage("clipped", clipped)
    return clipped


def rescaled(
    probabilities: Array, axis: int, arithmetic: Arithmetic, rule: Rescale = "before_clip"
) -> Array:
    """p / sum(p), or p by what else the rule says."""
    if rule == "by_norm":
        divisors = np.sqrt(arithmetic.sum(probabilities * probabilities, axis, keepdims=True))
    else:
        divisors = arithmetic.sum(probabilities, axis, keepdims=True)
    if rule == "by_padded_sum":
        divisors = divisors + arithmetic.epsilon
    arithmetic.stage("row_sums", divisors)
    if arithmetic.dialect.rescale_slope == "constant":
        divisors = arithmetic.constants(divisors)
    probabilities = probabilities / divisors
    arithmetic.stage("rescaled", probabilities)
    return probabilities


def rescale_and_clip(
    probabilities: Array, rule: Rescale, axis: int, arithmetic: Arithmetic, by_ops: bool = False
) -> Array:
    """p / sum(p) and the clip, in the order that the rule says."""
    if rule not in ("after_clip", "skipped"):
        probabilities = rescaled(probabilities, axis, arithmetic, rule)
    probabilities = clip(probabilities, arithmetic, by_ops)
    if rule == "after_clip":
        probabilities = rescaled(probabilities, axis, arithmetic)
    return probabilities


def logarithms(probabilities: Array, arithmetic: Arithmetic) -> Array:
    """log q."""
    if arithmetic.dialect.epsilon_in_logs:
        probabilities = probabilities + arithmetic.epsilon
    logs = arithmetic.log(probabilities)
    arithmetic.stage("log", logs)
    return logs


def softmax_again(predictions: Array, axis: int, arithmetic: Arithmetic) -> Array:
    """The predictions as they are: what they still need of a softmax comes later."""
    if arithmetic.dialect.activations == "once":
        return predictions
    return arithmetic.softmax(predictions, axis)


def log_probabilities(
    predictions: Array, from_logits: bool, rule: Rescale, axis: int, arithmetic: Arithmetic
) -> Array:
    """The log softmax of logits, or log q for q = clip(p / sum(p))."""
    predictions = softmax_again(predictions, axis, arithmetic)
    if from_logits and arithmetic.dialect.softmax_logs == "log_softmax":
        log_q = arithmetic.log_softmax(predictions, axis)
        arithmetic.stage("log", log_q)
        return log_q
    if from_logits:
        predictions = arithmetic.softmax(predictions, axis)
    return logarithms(rescale_and_clip(predictions, rule, axis, arithmetic), arithmetic)
