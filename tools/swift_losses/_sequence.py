"""Losses of sequences."""

from __future__ import annotations

from typing import Any

from numpy.typing import ArrayLike

from ._arguments import Losses
from ._built_in import BuiltInLoss, losses
from ._loss import Reduction


def ctc(y_true: ArrayLike, y_pred: ArrayLike) -> Losses:
    """Connectionist temporal classification: labels without alignment.

        -log(sum of the probabilities of all alignments of t)

    Parameters:
        y_true: The class ids (b, l), 0 being padding and blank.
        y_pred: The logits (b, t, c).
    """
    return losses("ctc", y_true, y_pred)


class CTC(BuiltInLoss):
    """CTC loss of a batch."""

    function = staticmethod(ctc)

    def __init__(
        self,
        reduction: Reduction = "sum_over_batch_size",
        name: str | None = "ctc",
        dtype: Any = None,
        *,
        dialect: str | None = None,
    ) -> None:
        super().__init__(reduction, name, dtype, dialect)
