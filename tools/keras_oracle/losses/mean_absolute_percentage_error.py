"""keras.losses.mean_absolute_percentage_error (Keras 3.15.1)."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array
from ..unreduced import Unreduced
from ._regression import mended_rows


def mean_absolute_percentage_error(
    arithmetic: Arithmetic, y_true: Array, y_pred: Array
) -> Unreduced:
    """100 * mean(|(t - p) / max(|t|, epsilon)|) along the last axis."""
    labels, predictions = mended_rows(arithmetic, y_true, y_pred)
    dialect = arithmetic.dialect
    epsilon = arithmetic.rounded(dialect.epsilon, dialect.clip_epsilon)
    floor = arithmetic.larger(np.abs(labels), epsilon)
    shares = np.abs((labels - predictions) / floor)
    arithmetic.stage("per_element", shares)
    return Unreduced(arithmetic.number(100.0) * arithmetic.mean(shares, -1))
