"""keras.losses.hinge (Keras 3.15.1)."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array
from ..unreduced import Unreduced
from ._hinges import excesses


def hinge(arithmetic: Arithmetic, y_true: Array, y_pred: Array) -> Unreduced:
    """mean(max(1 - t p, 0)) along the last axis."""
    losses = excesses(y_true, y_pred, arithmetic)
    if arithmetic.dialect.hinge_power == "two":
        losses = np.square(losses)
    arithmetic.stage("per_element", losses)
    return Unreduced(arithmetic.mean(losses, -1))
