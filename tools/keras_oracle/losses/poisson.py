"""keras.losses.poisson (Keras 3.15.1)."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array
from ..unreduced import Unreduced
from ._shapes import rows


def poisson(arithmetic: Arithmetic, y_true: Array, y_pred: Array) -> Unreduced:
    """mean(p - t log(p + epsilon)) along the last axis."""
    labels, predictions = arithmetic.array(y_true), arithmetic.predictions(y_pred)
    labels, predictions = rows(labels, predictions, arithmetic.dialect)
    logs = np.log(predictions + arithmetic.epsilon)
    arithmetic.stage("log", logs)
    losses = predictions - labels * logs
    arithmetic.stage("per_element", losses)
    return Unreduced(arithmetic.mean(losses, -1))
