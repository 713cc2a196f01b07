"""keras.losses.kl_divergence (Keras 3.15.1)."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array
from ..unreduced import Unreduced
from ._shapes import rows


def kl_divergence(arithmetic: Arithmetic, y_true: Array, y_pred: Array) -> Unreduced:
    """sum(t log(t / p)) along the last axis, both clipped to [epsilon, 1]."""
    labels, predictions = arithmetic.array(y_true), arithmetic.predictions(y_pred)
    labels, predictions = rows(labels, predictions, arithmetic.dialect, mean=False)
    epsilon = arithmetic.rounded(arithmetic.dialect.epsilon, arithmetic.dialect.ops_numbers)
    labels = arithmetic.clip(labels, epsilon, arithmetic.one)
    predictions = arithmetic.clip(predictions, epsilon, arithmetic.one)
    arithmetic.stage("labels", labels)
    arithmetic.stage("clipped", predictions)
    logs = np.log(labels / predictions)
    arithmetic.stage("log", logs)
    losses = labels * logs
    arithmetic.stage("per_element", losses)
    return Unreduced(arithmetic.sum(losses, -1))
