"""What the regression losses share: both arrays as numbers of one rank."""

from __future__ import annotations

from ..arithmetic import Arithmetic, Array
from ._shapes import require_broadcastable, rows, same_rank


def mended(arithmetic: Arithmetic, y_true: Array, y_pred: Array) -> tuple[Array, Array]:
    """Labels and predictions as numbers, ranks mended where the dialect does; they broadcast."""
    predictions, labels = arithmetic.predictions(y_pred), arithmetic.array(y_true)
    if arithmetic.dialect.function_ranks == "mended":
        predictions, labels = same_rank(predictions, labels)
    require_broadcastable(labels, predictions, minimum_rank=0)
    return labels, predictions


def mended_rows(arithmetic: Arithmetic, y_true: Array, y_pred: Array) -> tuple[Array, Array]:
    """The same, with a last axis for a mean."""
    return rows(*mended(arithmetic, y_true, y_pred), arithmetic.dialect)
