"""What the regression losses share: both arrays as numbers of one rank."""

from __future__ import annotations

import numpy as np

from ..arithmetic import Arithmetic, Array, as_array
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


def mean_of_squares(differences: Array, arithmetic: Arithmetic) -> Array:
    """mean(d^2) along the last axis."""
    rule = arithmetic.dialect.squares
    squares = np.abs(differences) if rule == "absolute" else np.square(differences)
    if rule == "halved":
        squares = arithmetic.number(0.5) * squares
    if rule == "half_slope":
        slopes = arithmetic.constants(differences)
        squares = arithmetic.with_elementwise_slopes(squares, differences, slopes)
    arithmetic.stage("per_element", squares)
    means = arithmetic.mean(squares, -1)
    return as_array(np.sqrt(means) if arithmetic.dialect.row_root else means)
