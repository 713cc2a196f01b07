"""Crossentropies of independent labels, each of which is true or not."""

from __future__ import annotations

from typing import Any

from numpy.typing import ArrayLike

from ._arguments import Losses
from ._built_in import BuiltInLoss, losses
from ._loss import Reduction


def binary_crossentropy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Losses:
    """The crossentropy of independent labels.

        mean(-t log q - (1 - t) log(1 - q)), q = p clipped to [1e-7, 1 - 1e-7]

    Parameters:
        y_true: The labels, from 0 to 1.
        y_pred: The probabilities or logits, of the same shape.
        from_logits: Whether predictions are logits, not probabilities.
        label_smoothing: s; a label t becomes t (1 - s) + s / 2.
        axis: The axis whose mean is taken.
    """
    return losses(
        "binary_crossentropy",
        y_true,
        y_pred,
        from_logits=from_logits,
        label_smoothing=label_smoothing,
        axis=axis,
    )


def binary_focal_crossentropy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Losses:
    """The crossentropy of independent labels, with less weight on those predicted well.

        mean((1 - r)^gamma BCE), r = t p + (1 - t)(1 - p), BCE as in `binary_crossentropy`

    Parameters:
        y_true: The labels, from 0 to 1.
        y_pred: The probabilities or logits, of the same shape.
        apply_class_balancing: Whether true labels weigh alpha, and others 1 - alpha.
        alpha: The weight of true labels.
        gamma: How fast labels predicted well lose weight.
        from_logits: Whether predictions are logits, not probabilities.
        label_smoothing: s; a label t becomes t (1 - s) + s / 2.
        axis: The axis whose mean is taken.
    """
    return losses(
        "binary_focal_crossentropy",
        y_true,
        y_pred,
        apply_class_balancing=apply_class_balancing,
        alpha=alpha,
        gamma=gamma,
        from_logits=from_logits,
        label_smoothing=label_smoothing,
        axis=axis,
    )


class BinaryCrossentropy(BuiltInLoss):
    """Binary crossentropy of a batch."""

    function = staticmethod(binary_crossentropy)

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: Reduction = "sum_over_batch_size",
        name: str | None = "binary_crossentropy",
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


class BinaryFocalCrossentropy(BuiltInLoss):
    """Binary focal crossentropy of a batch."""

    function = staticmethod(binary_focal_crossentropy)

    def __init__(
        self,
        apply_class_balancing: bool = False,
        alpha: float = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: Reduction = "sum_over_batch_size",
        name: str | None = "binary_focal_crossentropy",
        dtype: Any = None,
        *,
        dialect: str | None = None,
    ) -> None:
        super().__init__(
            reduction,
            name,
            dtype,
            dialect,
            apply_class_balancing=apply_class_balancing,
            alpha=alpha,
            gamma=gamma,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )
