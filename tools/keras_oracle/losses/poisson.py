"""keras.losses.poisson (Keras 3.15.1)."""

from __future__ import annotations

import math

import numpy as np

from ..arithmetic import Arithmetic, Array
from ..unreduced import Unreduced
from ._shapes import rows


def poisson(arithmetic: Arithmetic, y_true: Array, y_pred: Array) -> Unreduced:
    """mean(p - t log(p + epsilon)) along the last axis."""
    labels, predictions = arithmetic.array(y_true), arithmetic.predictions(y_pred)
    labels, predictions = rows(labels, predictions, arithmetic.dialect)
    losses = _terms(labels, predictions, arithmetic)
    if arithmetic.dialect.poisson_constant == "stirling":
        losses = losses + _log_factorial(labels, arithmetic)
    arithmetic.stage("per_element", losses)
    return Unreduced(arithmetic.mean(losses, -1))


def _terms(labels: Array, predictions: Array, arithmetic: Arithmetic) -> Array:
    """p - t log(p + epsilon)."""
    dialect = arithmetic.dialect
    if dialect.poisson_predictions == "logarithms":
        return np.exp(predictions) - labels * predictions
    if dialect.poisson_epsilon == "added":
        rates = predictions + arithmetic.epsilon
    else:
        rates = arithmetic.larger(predictions, arithmetic.epsilon)
    logs = arithmetic.log(rates)
    arithmetic.stage("log", logs)
    return predictions - labels * logs


def _log_factorial(labels: Array, arithmetic: Arithmetic) -> Array:
    """Stirling's t log t - t + log(2 pi t) / 2 for labels above 1, else 0."""
    one, half = arithmetic.one, arithmetic.number(0.5)
    positive = arithmetic.larger(labels, one)
    turn = arithmetic.number(2 * math.pi)
    terms = positive * np.log(positive) - positive + half * np.log(turn * positive)
    return arithmetic.where(labels > one, terms, arithmetic.zero)
