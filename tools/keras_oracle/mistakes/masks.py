"""Mistakes about masks: what they keep, and what the mean divides by."""

from __future__ import annotations

from dataclasses import replace

from ..case import Case
from .families import ALL
from .mistake import Mistake


def _unmasked(case: Case) -> Case | None:
    return None if case.mask is None else replace(case, mask=None)


def _inverted(case: Case) -> Case | None:
    return None if case.mask is None else replace(case, mask=~case.mask)


MASKS = (
    Mistake(
        id="mask_ignored",
        kind="mask",
        title="mask ignored",
        explanation="Keras leaves masked positions out; this counts them like any other.",
        fix="Multiply the losses by the mask before the reduction.",
        losses=ALL,
        question=_unmasked,
        links=("https://github.com/keras-team/keras/issues/14987",),
    ),
    Mistake(
        id="mask_inverted",
        kind="mask",
        title="mask the wrong way round",
        explanation="In Keras True marks what counts; this leaves out what is True, "
        "as padding masks of other libraries do.",
        fix="Keep the positions whose mask is True.",
        losses=ALL,
        question=_inverted,
        links=("https://github.com/facebookresearch/detr/issues/96",),
    ),
    Mistake(
        id="masked_mean_over_all",
        kind="mask",
        title="mean over masked positions as well",
        explanation="Keras 3 divides the sum of the kept losses by their number; "
        "this divides it by the number of all positions.",
        fix="Divide by the number of positions that the mask keeps.",
        losses=ALL,
        choices={"mask_scale": "one"},
        links=(
            "https://github.com/tensorflow/tensorflow/issues/39146",
            "https://github.com/tensorflow/tensorflow/issues/34158",
            "https://github.com/tensorflow/tensorflow/issues/26784",
            "https://github.com/keras-team/keras/issues/3086",
            "https://github.com/keras-team/keras/issues/15323",
        ),
    ),
    Mistake(
        id="own_mask_dropped",
        kind="mask",
        title="mean over samples that the loss leaves out",
        explanation="Where the loss itself masks samples (those of ignore_class; in circle those "
        "without a positive loss) Keras divides by the number of the others; "
        "this divides by the number of all.",
        fix="Divide by the number of samples that the loss keeps.",
        losses=("sparse_categorical_crossentropy", "circle"),
        choices={"own_mask": "dropped"},
    ),
)
