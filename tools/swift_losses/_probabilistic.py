"""Probabilistic losses: predictions are distributions or rates."""

from __future__ import annotations

from typing import Any

from numpy.typing import ArrayLike

from ._arguments import Losses
from ._built_in import BuiltInLoss, losses
from ._loss import Reduction


def kl_divergence(y_true: ArrayLike, y_pred: ArrayLike) -> Losses:
    """The Kullback-Leibler divergence of predictions from labels.

        sum(t log(t / p)) over the last axis, t and p clipped to [1e-7, 1]

    Parameters:
        y_true: The labels.
        y_pred: The probabilities, of the same shape.
    """
    return losses("kl_divergence", y_true, y_pred)


def poisson(y_true: ArrayLike, y_pred: ArrayLike) -> Losses:
    """The Poisson loss of predicted rates.

        mean(p - t log(p + 1e-7)) over the last axis

    Parameters:
        y_true: The counts.
        y_pred: The rates, of the same shape.
    """
    return losses("poisson", y_true, y_pred)


class KLDivergence(BuiltInLoss):
    """Kullback-Leibler divergence of a batch."""

    function = staticmethod(kl_divergence)

    def __init__(
        self,
        reduction: Reduction = "sum_over_batch_size",
        name: str | None = "kl_divergence",
        dtype: Any = None,
        *,
        dialect: str | None = None,
    ) -> None:
        super().__init__(reduction, name, dtype, dialect)


class Poisson(BuiltInLoss):
    """Poisson loss of a batch."""

    function = staticmethod(poisson)

    def __init__(
        self,
        reduction: Reduction = "sum_over_batch_size",
        name: str | None = "poisson",
        dtype: Any = None,
        *,
        dialect: str | None = None,
    ) -> None:
        super().__init__(reduction, name, dtype, dialect)
