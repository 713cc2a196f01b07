"""Hinge losses: labels are -1 or 1; where all are 0 or 1, they are taken to be -1 or 1."""

from __future__ import annotations

from typing import Any

from numpy.typing import ArrayLike

from ._arguments import Losses
from ._built_in import BuiltInLoss, losses
from ._loss import Reduction


def hinge(y_true: ArrayLike, y_pred: ArrayLike) -> Losses:
    """How far predictions fall short of a margin of 1.

        mean(max(1 - t p, 0))

    Parameters:
        y_true: The labels, -1 or 1, or all of them 0 or 1.
        y_pred: The predictions, of the same shape.
    """
    return losses("hinge", y_true, y_pred)


def squared_hinge(y_true: ArrayLike, y_pred: ArrayLike) -> Losses:
    """The square of how far predictions fall short of a margin of 1.

        mean(max(1 - t p, 0)^2)

    Parameters:
        y_true: The labels, -1 or 1, or all of them 0 or 1.
        y_pred: The predictions, of the same shape.
    """
    return losses("squared_hinge", y_true, y_pred)


def categorical_hinge(y_true: ArrayLike, y_pred: ArrayLike) -> Losses:
    """How far the true class falls short of the others by a margin of 1.

        max(max((1 - t) p) - sum(t p) + 1, 0), over the last axis

    Parameters:
        y_true: The labels, 0 or 1.
        y_pred: The predictions, of the same shape.
    """
    return losses("categorical_hinge", y_true, y_pred)


class Hinge(BuiltInLoss):
    """Hinge loss of a batch."""

    function = staticmethod(hinge)

    def __init__(
        self,
        reduction: Reduction = "sum_over_batch_size",
        name: str | None = "hinge",
        dtype: Any = None,
        *,
        dialect: str | None = None,
    ) -> None:
        super().__init__(reduction, name, dtype, dialect)


class SquaredHinge(BuiltInLoss):
    """Squared hinge loss of a batch."""

    function = staticmethod(squared_hinge)

    def __init__(
        self,
        reduction: Reduction = "sum_over_batch_size",
        name: str | None = "squared_hinge",
        dtype: Any = None,
        *,
        dialect: str | None = None,
    ) -> None:
        super().__init__(reduction, name, dtype, dialect)


class CategoricalHinge(BuiltInLoss):
    """Categorical hinge loss of a batch."""

    function = staticmethod(categorical_hinge)

    def __init__(
        self,
        reduction: Reduction = "sum_over_batch_size",
        name: str | None = "categorical_hinge",
        dtype: Any = None,
        *,
        dialect: str | None = None,
    ) -> None:
        super().__init__(reduction, name, dtype, dialect)
