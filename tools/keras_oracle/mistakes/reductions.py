"""Mistakes about the reduction: what the losses of a batch are divided by."""

from __future__ import annotations

from dataclasses import replace

from ..case import Case
from ..losses import LOSSES
from .mistake import Mistake

_MEANS = ("mean", "sum_over_batch_size", "mean_with_sample_weight")


def _summed(case: Case) -> Case | None:
    reduction = case.config.get("reduction", "sum_over_batch_size")
    if case.form != "class" or reduction not in _MEANS:
        return None
    return replace(case, config={**case.config, "reduction": "sum"})


REDUCTIONS = (
    Mistake(
        id="sum_for_mean",
        kind="reduction",
        title="sum for mean",
        explanation="Keras divides the sum of the losses by their number; this gives the sum.",
        fix="Divide by the number of losses.",
        losses=tuple(LOSSES),
        question=_summed,
    ),
)
