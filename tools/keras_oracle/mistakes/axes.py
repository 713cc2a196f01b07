"""Mistakes about axes: which one is reduced, and how."""

from __future__ import annotations

from dataclasses import replace

from ..case import Case
from .losses_of import CATEGORICAL, DENSE, KL, SPARSE
from .mistake import Mistake
from .questions import configured, without


def _first_axis(case: Case) -> Case | None:
    rank = case.y_pred.ndim
    if rank < 2 or case.config.get("axis", -1) not in (-1, rank - 1):
        return None
    return configured(case, axis=0)


def _transposed(case: Case) -> Case | None:
    if case.y_pred.ndim < 2 or case.y_true.ndim < 2:
        return None
    return replace(case, y_true=case.y_true.swapaxes(0, -1), y_pred=case.y_pred.swapaxes(0, -1))


AXES = (
    Mistake(
        id="axis_ignored",
        kind="axis",
        title="axis ignored",
        explanation="Keras takes the classes along `axis`; this always takes the last one.",
        fix="Reduce along the axis that is given.",
        losses=(*DENSE, *SPARSE),
        question=without("axis", -1),
    ),
    Mistake(
        id="first_axis",
        kind="axis",
        title="first axis for the last",
        explanation="Keras takes the classes along the last axis unless told otherwise; this "
        "takes them along the first, which is that of the batch.",
        fix="Rescale and sum along the last axis.",
        losses=("categorical_crossentropy", "categorical_focal_crossentropy"),
        question=_first_axis,
    ),
    Mistake(
        id="first_axis_reduced",
        kind="axis",
        title="first axis for the last",
        explanation="Keras reduces the last axis; this reduces the first, that of the batch.",
        fix="Reduce the last axis.",
        losses=KL,
        question=_transposed,
    ),
    Mistake(
        id="mean_over_classes",
        kind="axis",
        title="mean over the classes",
        explanation="Keras sums along the axis of the classes; this takes the mean, which is "
        "smaller by the number of classes (torch's kl_div with reduction='mean' does so).",
        fix="Sum over the classes, and take the mean over the batch alone.",
        losses=(*CATEGORICAL, *KL),
        choices={"class_sums": "mean"},
        links=(
            "https://github.com/pytorch/pytorch/issues/2259",
            "https://github.com/pytorch/pytorch/pull/7006",
            "https://github.com/HikariTJU/LD/issues/74",
        ),
    ),
)
