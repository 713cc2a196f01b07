"""Overlap losses: how much of two sets is not common to both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.typing import ArrayLike

from ._arguments import Losses
from ._built_in import BuiltInLoss, losses
from ._loss import Reduction


def dice(y_true: ArrayLike, y_pred: ArrayLike, axis: int | Sequence[int] | None = None) -> Losses:
    """One minus the Dice coefficient.

        1 - 2 sum(t p) / (sum(t) + sum(p) + 1e-7)

    Parameters:
        y_true: The labels, 0 or 1.
        y_pred: The probabilities, of the same shape.
        axis: The axes that are summed over; all of them for None.
    """
    return losses("dice", y_true, y_pred, axis=axis)


def tversky(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    alpha: float = 0.5,
    beta: float = 0.5,
    axis: int | Sequence[int] | None = None,
) -> Losses:
    """One minus the Tversky index.

        1 - I / (I + alpha sum(t (1 - p)) + beta sum(p (1 - t)) + 1e-7), I = sum(t p)

    Parameters:
        y_true: The labels, 0 or 1.
        y_pred: The probabilities, of the same shape.
        alpha: The weight of false negatives; of false positives from Keras 3.16 on.
        beta: The weight of the others.
        axis: The axes that are summed over; all of them for None.
    """
    return losses("tversky", y_true, y_pred, alpha=alpha, beta=beta, axis=axis)


class Dice(BuiltInLoss):
    """Dice loss of a batch."""

    function = staticmethod(dice)

    def __init__(
        self,
        reduction: Reduction = "sum_over_batch_size",
        name: str | None = "dice",
        axis: int | Sequence[int] | None = None,
        dtype: Any = None,
        *,
        dialect: str | None = None,
    ) -> None:
        super().__init__(reduction, name, dtype, dialect, axis=axis)


class Tversky(BuiltInLoss):
    """Tversky loss of a batch."""

    function = staticmethod(tversky)

    def __init__(
        self,
        alpha: float = 0.5,
        beta: float = 0.5,
        reduction: Reduction = "sum_over_batch_size",
        name: str | None = "tversky",
        axis: int | Sequence[int] | None = None,
        dtype: Any = None,
        *,
        dialect: str | None = None,
    ) -> None:
        super().__init__(reduction, name, dtype, dialect, alpha=alpha, beta=beta, axis=axis)
