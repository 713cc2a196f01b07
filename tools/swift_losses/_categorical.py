"""Crossentropies of classes that exclude each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.typing import ArrayLike

from ._arguments import Losses
from ._built_in import BuiltInLoss, losses
from ._loss import Reduction


def categorical_crossentropy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Losses:
    """The crossentropy of classes, labels being probabilities.

        -sum(t log q), q = p / sum(p) clipped to [1e-7, 1 - 1e-7]

    Parameters:
        y_true: The labels, a probability for each class.
        y_pred: The probabilities or logits, of the same shape.
        from_logits: Whether predictions are logits, not probabilities.
        label_smoothing: s; of C classes, a label t becomes t (1 - s) + s / C.
        axis: The axis of the classes.
    """
    return losses(
        "categorical_crossentropy",
        y_true,
        y_pred,
        from_logits=from_logits,
        label_smoothing=label_smoothing,
        axis=axis,
    )


def categorical_focal_crossentropy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    alpha: float | Sequence[float] = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Losses:
    """The crossentropy of classes, with less weight on those predicted well.

        sum(alpha (1 - q)^gamma (-t log q)), q as in `categorical_crossentropy`

    Parameters:
        y_true: The labels, a probability for each class.
        y_pred: The probabilities or logits, of the same shape.
        alpha: The weight of every class, or one for each.
        gamma: How fast classes predicted well lose weight.
        from_logits: Whether predictions are logits, not probabilities.
        label_smoothing: s; of C classes, a label t becomes t (1 - s) + s / C.
        axis: The axis of the classes.
    """
    return losses(
        "categorical_focal_crossentropy",
        y_true,
        y_pred,
        alpha=alpha,
        gamma=gamma,
        from_logits=from_logits,
        label_smoothing=label_smoothing,
        axis=axis,
    )


def sparse_categorical_crossentropy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    from_logits: bool = False,
    ignore_class: int | None = None,
    axis: int = -1,
) -> Losses:
    """The crossentropy of classes, labels being class ids.

        -log q[t], q = p / sum(p) clipped to [1e-7, 1 - 1e-7]

    Parameters:
        y_true: The class ids.
        y_pred: The probabilities or logits, with an axis of classes more.
        from_logits: Whether predictions are logits, not probabilities.
        ignore_class: A class id whose samples do not count.
        axis: The axis of the classes.
    """
    return losses(
        "sparse_categorical_crossentropy",
        y_true,
        y_pred,
        from_logits=from_logits,
        ignore_class=ignore_class,
        axis=axis,
    )


def categorical_generalized_cross_entropy(y_true: ArrayLike, y_pred: ArrayLike, q: float) -> Losses:
    """The generalised crossentropy of classes, for labels that may be wrong.

        (1 - p[t]^q) / q

    Parameters:
        y_true: The class ids.
        y_pred: The probabilities, with an axis of classes more.
        q: From 0, near the crossentropy, to 1, near the absolute error.
    """
    return losses("categorical_generalized_cross_entropy", y_true, y_pred, q=q)


class CategoricalCrossentropy(BuiltInLoss):
    """Categorical crossentropy of a batch."""

    function = staticmethod(categorical_crossentropy)

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: Reduction = "sum_over_batch_size",
        name: str | None = "categorical_crossentropy",
        dtype: Any = None,
        *,
        dialect: str | None = None,
    ) -> None:
        super().__init__(
            reduction,
            name,
            dtype,
            dialect,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )


class CategoricalFocalCrossentropy(BuiltInLoss):
    """Categorical focal crossentropy of a batch."""

    function = staticmethod(categorical_focal_crossentropy)

    def __init__(
        self,
        alpha: float | Sequence[float] = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: Reduction = "sum_over_batch_size",
        name: str | None = "categorical_focal_crossentropy",
        dtype: Any = None,
        *,
        dialect: str | None = None,
    ) -> None:
        super().__init__(
            reduction,
            name,
            dtype,
            dialect,
            alpha=alpha,
            gamma=gamma,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )


class SparseCategoricalCrossentropy(BuiltInLoss):
    """Sparse categorical crossentropy of a batch."""

    function = staticmethod(sparse_categorical_crossentropy)
    left_out = frozenset({"axis"})

    def __init__(
        self,
        from_logits: bool = False,
        ignore_class: int | None = None,
        reduction: Reduction = "sum_over_batch_size",
        axis: int = -1,
        name: str | None = "sparse_categorical_crossentropy",
        dtype: Any = None,
        *,
        dialect: str | None = None,
    ) -> None:
        super().__init__(
            reduction,
            name,
            dtype,
            dialect,
            from_logits=from_logits,
            ignore_class=ignore_class,
            axis=axis,
        )


class CategoricalGeneralizedCrossEntropy(BuiltInLoss):
    """Generalised crossentropy of a batch; 0 < q < 1."""

    function = staticmethod(categorical_generalized_cross_entropy)

    def __init__(
        self,
        q: float = 0.5,
        reduction: Reduction = "sum_over_batch_size",
        name: str | None = "categorical_generalized_cross_entropy",
        dtype: Any = None,
        *,
        dialect: str | None = None,
    ) -> None:
        super().__init__(reduction, name, dtype, dialect, q=q)
