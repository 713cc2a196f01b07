"""keras.losses.kl_divergence (Keras 3.15.1)."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array
from ..unreduced import Unreduced
from ._probabilities import rescaled
from ._shapes import rows


def kl_divergence(arithmetic: Arithmetic, y_true: Array, y_pred: Array) -> Unreduced:
    """sum(t log(t / p)) along the last axis, both clipped to [epsilon, 1]."""
    labels, predictions = arithmetic.array(y_true), arithmetic.predictions(y_pred)
    dialect = arithmetic.dialect
    labels, predictions = rows(labels, predictions, dialect, mean=False)
    if dialect.kl_rescale:
        labels = rescaled(labels, -1, arithmetic)
        predictions = rescaled(predictions, -1, arithmetic)
    if dialect.clip != "skipped":
        low = arithmetic.rounded(arithmetic.fuzz, "ops_numbers")
        high = arithmetic.one if dialect.clip == "both" else arithmetic.number(np.inf)
        if dialect.kl_clip != "predictions":
            labels = arithmetic.clip(labels, low, high)
        if dialect.kl_clip != "labels":
            predictions = arithmetic.clip(predictions, low, high)
    arithmetic.stage("labels", labels)
    arithmetic.stage("clipped", predictions)
    if dialect.epsilon_in_logs:
        labels = labels + arithmetic.epsilon
        predictions = predictions + arithmetic.epsilon
    losses = _terms(labels, predictions, arithmetic)
    arithmetic.stage("per_element", losses)
    return Unreduced(arithmetic.class_sum(losses, -1))


def _terms(labels: Array, predictions: Array, arithmetic: Arithmetic) -> Array:
    """t log(t / p)."""
    rule, zero, one = arithmetic.dialect.kl_terms, arithmetic.zero, arithmetic.one
    if rule == "without_entropy":
        return np.negative(labels * arithmetic.log(predictions))
    if rule == "difference":
        known = arithmetic.where(labels == zero, one, labels)
        return known * arithmetic.log(known) - labels * arithmetic.log(predictions)
    logs = arithmetic.log(labels / predictions)
    arithmetic.stage("log", logs)
    terms = labels * logs
    return arithmetic.where(labels == zero, zero, terms) if rule == "zero_for_zero" else terms
