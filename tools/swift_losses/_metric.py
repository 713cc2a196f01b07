"""Metric learning: embeddings of one class are to be near each other."""

from __future__ import annotations

from typing import Any

from numpy.typing import ArrayLike

from ._arguments import Losses
from ._built_in import BuiltInLoss, losses
from ._loss import Reduction


def circle(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    ref_labels: ArrayLike | None = None,
    ref_embeddings: ArrayLike | None = None,
    remove_diagonal: bool = True,
    gamma: float = 80.0,
    margin: float = 0.4,
) -> Losses:
    """The circle loss of embeddings, each against all references.

        log(1 + sum_n exp(gamma w_n (1 - margin - d_n)) sum_p exp(-gamma w_p (margin - d_p))),
        d = max(1 - p r, 0), w_p = margin + d_p, w_n = max(1 + margin - d_n, 0)

    Parameters:
        y_true: The class ids.
        y_pred: The embeddings, of length 1: (n, d).
        ref_labels: The class ids of the references; those of the batch for None.
        ref_embeddings: The references, of length 1; the batch itself for None.
        remove_diagonal: Whether a sample is no reference for itself.
        gamma: The scale of the similarities.
        margin: How much nearer the same class is to be.
    """
    return losses(
        "circle",
        y_true,
        y_pred,
        {"ref_labels": ref_labels, "ref_embeddings": ref_embeddings},
        remove_diagonal=remove_diagonal,
        gamma=gamma,
        margin=margin,
    )


class Circle(BuiltInLoss):
    """Circle loss of a batch: its mean is over the samples whose loss is more than 0."""

    function = staticmethod(circle)

    def __init__(
        self,
        gamma: float = 80.0,
        margin: float = 0.4,
        remove_diagonal: bool = True,
        reduction: Reduction = "sum_over_batch_size",
        name: str | None = "circle",
        dtype: Any = None,
        *,
        dialect: str | None = None,
    ) -> None:
        super().__init__(
            reduction,
            name,
            dtype,
            dialect,
            gamma=gamma,
            margin=margin,
            remove_diagonal=remove_diagonal,
        )
