"""Mistakes about the reduction: what the losses of a batch are divided by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..case import Case
from .families import ALL, OVERLAPS, ROW_MEANS, ROW_SUMS, but
from .mistake import Mistake

_MEANS = ("mean", "sum_over_batch_size", "mean_with_sample_weight")


def _reduced_by(*asked: str | None, instead: str) -> Callable[[Case], Case | None]:
    """The question with another reduction, where it is one of those."""

    def question(case: Case) -> Case | None:
        reduction = case.config.get("reduction", "sum_over_batch_size")
        if case.form != "class" or reduction not in asked:
            return None
        return replace(case, config={**case.config, "reduction": instead})

    return question


REDUCTIONS = (
    Mistake(
        id="sum_for_mean",
        kind="reduction",
        title="sum for mean",
        explanation="Keras divides the sum of the losses by their number; this gives the sum.",
        fix="Divide by the number of losses.",
        losses=ALL,
        question=_reduced_by(*_MEANS, instead="sum"),
        links=("https://github.com/jcjohnson/pytorch-examples/issues/26",),
    ),
    Mistake(
        id="mean_for_sum",
        kind="reduction",
        title="mean for sum",
        explanation='With reduction "sum" Keras adds the losses; this divides by their number.',
        fix='Do not divide where the reduction is "sum".',
        losses=ALL,
        question=_reduced_by("sum", instead="sum_over_batch_size"),
    ),
    Mistake(
        id="reduction_skipped",
        kind="reduction",
        title="not reduced",
        explanation="A loss class of Keras reduces the losses of a batch to one number; "
        "this returns one for each sample, as the bare function does.",
        fix="Take the mean (or the sum) of the losses.",
        losses=ALL,
        question=_reduced_by(*_MEANS, "sum", instead="none"),
        links=("https://github.com/tensorflow/tensorflow/issues/27190",),
    ),
    Mistake(
        id="mean_for_none",
        kind="reduction",
        title="reduced nonetheless",
        explanation='With reduction "none" Keras returns the losses as they are; '
        "this returns their mean.",
        fix='Return the losses where the reduction is "none" or None.',
        losses=ALL,
        question=_reduced_by("none", None, instead="sum_over_batch_size"),
        links=("https://github.com/keras-team/keras/issues/9307",),
    ),
    Mistake(
        id="mean_over_predictions",
        kind="reduction",
        title="mean over all elements",
        explanation="Keras has one loss for each row of classes and divides by their number; "
        "this divides by the number of all predictions, batch times classes.",
        fix="Divide by the number of rows, not by that of the elements.",
        losses=ROW_SUMS,
        choices={"divisor": "predictions"},
    ),
    Mistake(
        id="divided_by_n_minus_1",
        kind="reduction",
        title="divided by N - 1",
        explanation="Keras divides the sum of N losses by N; this divides by N - 1.",
        fix="Divide by N, as of a population, not by N - 1, as of a sample.",
        losses=ALL,
        choices={"divisor": "losses_minus_one"},
    ),
    Mistake(
        id="divided_by_batch_size",
        kind="reduction",
        title="divided by the batch size alone",
        explanation="Keras divides by the number of losses, batch times time steps; "
        "this divides by the extent of the first axis.",
        fix="Divide by the number of losses, over all their axes.",
        losses=but(
            (*ROW_MEANS, *ROW_SUMS, *OVERLAPS), "categorical_generalized_cross_entropy", "ctc"
        ),
        choices={"divisor": "samples"},
        links=("https://github.com/keras-team/keras/issues/4071",),
    ),
    Mistake(
        id="sum_over_features",
        kind="reduction",
        title="sum over the features for their mean",
        explanation="Keras takes the mean along the last axis before anything is reduced; "
        "this takes the sum.",
        fix="Divide each row's sum by the extent of its axis.",
        losses=ROW_MEANS,
        choices={"features": "sum"},
        links=("https://github.com/keras-team/keras/issues/4071",),
    ),
    Mistake(
        id="mean_along_batch",
        kind="reduction",
        title="mean along the batch axis",
        explanation="Keras takes the mean along the last axis, so that each sample has a loss; "
        "this takes it along the first one, so that each feature has.",
        fix="Take the mean along axis -1.",
        losses=ROW_MEANS,
        choices={"features": "batch_mean"},
        links=("https://github.com/keras-team/keras/issues/9307",),
    ),
    Mistake(
        id="gradient_not_divided",
        kind="reduction",
        title="gradient of the sum",
        explanation="The mean divides the losses by their number, and so their gradient; "
        "this divides the value alone.",
        fix="Divide the gradient by what the value is divided by.",
        losses=ALL,
        choices={"slopes": "of_sum"},
        slopes=True,
        links=(
            "https://github.com/jxgu1016/MNIST_center_loss_pytorch/issues/9",
            "https://github.com/hunkim/DeepLearningZeroToAll/issues/173",
        ),
    ),
)
