"""What the regression losses share: both arrays as numbers of one rank."""

from __future__ import annotations

from ..arithmetic import Arithmetic, Array
from ._shapes import require_broadcastable, same_rank


def of_same_rank(
    arithmetic: Arithmetic, y_true: Array, y_pred: Array, minimum_rank: int = 1
) -> tuple[Array, Array]:
    """Labels and predictions as numbers, ranks repaired; shapes that broadcast."""
    predictions, labels = same_rank(arithmetic.predictions(y_pred), arithmetic.array(y_true))
    require_broadcastable(labels, predictions, minimum_rank)
    return labels, predictions
