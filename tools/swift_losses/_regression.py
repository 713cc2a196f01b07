"""Regression losses: how far predictions are from labels; means over the last axis."""

from __future__ import annotations

from typing import Any

from numpy.typing import ArrayLike

from ._arguments import Losses
from ._built_in import BuiltInLoss, losses
from ._loss import Reduction


def mean_squared_error(y_true: ArrayLike, y_pred: ArrayLike) -> Losses:
    """The mean of squared differences.

        mean((t - p)^2)

    Parameters:
        y_true: The labels.
        y_pred: The predictions, of the same shape.
    """
    return losses("mean_squared_error", y_true, y_pred)


def mean_absolute_error(y_true: ArrayLike, y_pred: ArrayLike) -> Losses:
    """The mean of absolute differences.

        mean(|t - p|)

    Parameters:
        y_true: The labels.
        y_pred: The predictions, of the same shape.
    """
    return losses("mean_absolute_error", y_true, y_pred)


def mean_absolute_percentage_error(y_true: ArrayLike, y_pred: ArrayLike) -> Losses:
    """The mean of absolute differences, in percent of the labels.

        100 mean(|t - p| / max(|t|, 1e-7))

    Parameters:
        y_true: The labels.
        y_pred: The predictions, of the same shape.
    """
    return losses("mean_absolute_percentage_error", y_true, y_pred)


def mean_squared_logarithmic_error(y_true: ArrayLike, y_pred: ArrayLike) -> Losses:
    """The mean of squared differences of logarithms.

        mean((log(1 + max(t, 1e-7)) - log(1 + max(p, 1e-7)))^2)

    Parameters:
        y_true: The labels.
        y_pred: The predictions, of the same shape.
    """
    return losses("mean_squared_logarithmic_error", y_true, y_pred)


def huber(y_true: ArrayLike, y_pred: ArrayLike, delta: float = 1.0) -> Losses:
    """Half the square of small differences; large ones count linearly.

        mean(a^2 / 2 where a <= delta, else delta a - delta^2 / 2), a = |t - p|

    Parameters:
        y_true: The labels.
        y_pred: The predictions, of the same shape.
        delta: Where the square ends.
    """
    return losses("huber", y_true, y_pred, delta=delta)


def log_cosh(y_true: ArrayLike, y_pred: ArrayLike) -> Losses:
    """The mean logarithm of the hyperbolic cosine of differences.

        mean(d + log(1 + exp(-2 d)) - log 2), d = p - t

    Parameters:
        y_true: The labels.
        y_pred: The predictions, of the same shape.
    """
    return losses("log_cosh", y_true, y_pred)


def cosine_similarity(y_true: ArrayLike, y_pred: ArrayLike, axis: int = -1) -> Losses:
    """Minus the cosine of the angle between labels and predictions.

        -sum(t p) / (|t| |p|)

    Parameters:
        y_true: The vectors of labels.
        y_pred: The vectors of predictions, of the same shape.
        axis: The axis of the vectors' elements.
    """
    return losses("cosine_similarity", y_true, y_pred, axis=axis)


class MeanSquaredError(BuiltInLoss):
    """Mean squared error of a batch."""

    function = staticmethod(mean_squared_error)

    def __init__(
        self,
        reduction: Reduction = "sum_over_batch_size",
        name: str | None = "mean_squared_error",
        dtype: Any = None,
        *,
        dialect: str | None = None,
    ) -> None:
        super().__init__(reduction, name, dtype, dialect)


class MeanAbsoluteError(BuiltInLoss):
    """Mean absolute error of a batch."""

    function = staticmethod(mean_absolute_error)

    def __init__(
        self,
        reduction: Reduction = "sum_over_batch_size",
        name: str | None = "mean_absolute_error",
        dtype: Any = None,
        *,
        dialect: str | None = None,
    ) -> None:
        super().__init__(reduction, name, dtype, dialect)


class MeanAbsolutePercentageError(BuiltInLoss):
    """Mean absolute percentage error of a batch."""

    function = staticmethod(mean_absolute_percentage_error)

    def __init__(
        self,
        reduction: Reduction = "sum_over_batch_size",
        name: str | None = "mean_absolute_percentage_error",
        dtype: Any = None,
        *,
        dialect: str | None = None,
    ) -> None:
        super().__init__(reduction, name, dtype, dialect)


class MeanSquaredLogarithmicError(BuiltInLoss):
    """Mean squared logarithmic error of a batch."""

    function = staticmethod(mean_squared_logarithmic_error)

    def __init__(
        self,
        reduction: Reduction = "sum_over_batch_size",
        name: str | None = "mean_squared_logarithmic_error",
        dtype: Any = None,
        *,
        dialect: str | None = None,
    ) -> None:
        super().__init__(reduction, name, dtype, dialect)


class Huber(BuiltInLoss):
    """Huber loss of a batch."""

    function = staticmethod(huber)
    left_out = frozenset({"delta"})

    def __init__(
        self,
        delta: float = 1.0,
        reduction: Reduction = "sum_over_batch_size",
        name: str | None = "huber_loss",
        dtype: Any = None,
        *,
        dialect: str | None = None,
    ) -> None:
        super().__init__(reduction, name, dtype, dialect, delta=delta)


class LogCosh(BuiltInLoss):
    """Log-cosh loss of a batch."""

    function = staticmethod(log_cosh)

    def __init__(
        self,
        reduction: Reduction = "sum_over_batch_size",
        name: str | None = "log_cosh",
        dtype: Any = None,
        *,
        dialect: str | None = None,
    ) -> None:
        super().__init__(reduction, name, dtype, dialect)


class CosineSimilarity(BuiltInLoss):
    """Cosine similarity of a batch, negated: -1 where labels and predictions point the same way."""

    function = staticmethod(cosine_similarity)
    left_out = frozenset({"axis"})

    def __init__(
        self,
        axis: int = -1,
        reduction: Reduction = "sum_over_batch_size",
        name: str | None = "cosine_similarity",
        dtype: Any = None,
        *,
        dialect: str | None = None,
    ) -> None:
        super().__init__(reduction, name, dtype, dialect, axis=axis)
