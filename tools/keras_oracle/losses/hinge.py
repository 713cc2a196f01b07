"""keras.losses.hinge (Keras 3.15.1)."""

from __future__ import annotations

from ..arithmetic import Arithmetic, Array
from ..unreduced import Unreduced
from ._hinges import signed_labels
from ._shapes import rows


def hinge(arithmetic: Arithmetic, y_true: Array, y_pred: Array) -> Unreduced:
    """mean(max(1 - t p, 0)) along the last axis."""
    labels, predictions = arithmetic.array(y_true), arithmetic.predictions(y_pred)
    labels, predictions = rows(labels, predictions, arithmetic.dialect)
    margins = arithmetic.one - signed_labels(labels, arithmetic) * predictions
    losses = arithmetic.positive_part(margins)
    arithmetic.stage("per_element", losses)
    return Unreduced(arithmetic.mean(losses, -1))
