"""Mistakes about sample weights: where they multiply, and what a weighted mean divides by."""

from __future__ import annotations

from dataclasses import replace

from ..case import Case
from .families import ALL, but
from .mistake import Mistake

_NONZERO = "https://github.com/tensorflow/tensorflow/issues/28763"
_BROADCAST = "https://github.com/tensorflow/tfjs/issues/466"
_EXPLAINED = "https://groups.google.com/g/keras-users/c/4ijDM-lnt1g"


def _unweighted(case: Case) -> Case | None:
    return None if case.sample_weight is None else replace(case, sample_weight=None)


WEIGHTS = (
    Mistake(
        id="weights_ignored",
        kind="weights",
        title="weights ignored",
        explanation="Keras multiplies each loss by its sample_weight; this leaves weights out.",
        fix="Multiply the losses by sample_weight before the reduction.",
        losses=ALL,
        question=_unweighted,
        links=("https://github.com/tensorflow/tensorflow/issues/28029",),
    ),
    Mistake(
        id="weights_squared",
        kind="weights",
        title="weights applied twice",
        explanation="Keras multiplies each loss by its weight once; this does so twice.",
        fix="Multiply by sample_weight once: in the loss or in the reduction, not in both.",
        losses=ALL,
        choices={"weighting": "squared"},
    ),
    Mistake(
        id="weights_after_reduction",
        kind="weights",
        title="weights applied after the reduction",
        explanation="Keras weights each loss, then reduces; this reduces first, weights the one "
        "number that is left and reduces again: mean(loss) * mean(w).",
        fix="Multiply the unreduced losses by the weights, then reduce once.",
        losses=ALL,
        choices={"weighting": "after_reduction"},
        links=(_EXPLAINED,),
    ),
    Mistake(
        id="weights_normalised",
        kind="weights",
        title="weights normalised first",
        explanation="Keras takes sample_weight as it is; this divides it by its sum before.",
        fix="Do not divide the weights by their sum.",
        losses=ALL,
        choices={"weighting": "normalised"},
    ),
    Mistake(
        id="divided_by_weights",
        kind="weights",
        title="divided by the sum of the weights",
        explanation="Keras divides by the number of losses, whatever their weights (unless the "
        'reduction is "mean_with_sample_weight"); this divides by the sum of the weights.',
        fix="Divide by the number of losses.",
        losses=ALL,
        choices={"divisor": "weights"},
        links=("https://github.com/keras-team/keras/issues/19740",),
    ),
    Mistake(
        id="divided_by_nonzero_weights",
        kind="weights",
        title="divided by the number of weights that are not 0",
        explanation="Keras divides by the number of losses, those of weight 0 included; "
        "TensorFlow.js and TensorFlow 1 (SUM_BY_NONZERO_WEIGHTS) leave these out.",
        fix="Divide by the number of all losses.",
        losses=ALL,
        choices={"divisor": "nonzero_weights"},
        links=(_NONZERO, _BROADCAST, _EXPLAINED),
    ),
    Mistake(
        id="weighted_mean_by_count",
        kind="weights",
        title="mean_with_sample_weight divided by the number",
        explanation='With reduction "mean_with_sample_weight" Keras divides by the sum of the '
        "weights; this divides by the number of losses.",
        fix="Divide by sum(sample_weight), as it is before broadcasting.",
        losses=ALL,
        choices={"weighted_divisor": "losses"},
    ),
    Mistake(
        id="weight_0_hides_nan",
        kind="weights",
        title="weight 0 hides NaN",
        explanation="Keras multiplies, and 0 times NaN or infinity is NaN; "
        "this leaves losses of weight 0 out, whatever they are.",
        fix="Multiply by the weight, also where it is 0.",
        losses=but(ALL, "circle", "ctc"),
        choices={"weight_of_zero": "selects"},
        links=("https://github.com/keras-team/keras/pull/592",),
    ),
    Mistake(
        id="weights_expanded",
        kind="weights",
        title="weights of samples given a trailing axis",
        explanation="Keras 3 aligns weights with the last axis of the losses, as broadcasting "
        "does; this takes a weight with one axis less for one of each sample, as tf.keras 2 did.",
        fix="Broadcast sample_weight as it is; pass (n, 1) to weight samples.",
        losses=but(ALL, "categorical_generalized_cross_entropy", "circle", "ctc"),
        choices={"weight_ranks": "per_sample"},
    ),
    Mistake(
        id="weight_column_broadcast",
        kind="weights",
        title="column of weights broadcast to a matrix",
        explanation="Keras mends the ranks of losses (n,) and weights (n, 1); "
        "this broadcasts them to (n, n).",
        fix="Give losses and weights the same rank before they are multiplied.",
        losses=ALL,
        choices={"weight_ranks": "as_given"},
    ),
    Mistake(
        id="gradient_not_weighted",
        kind="weights",
        title="gradient without the weights",
        explanation="Each loss is multiplied by its weight, and so is its gradient; "
        "this weights the value alone.",
        fix="Multiply the gradient of each loss by its weight.",
        losses=ALL,
        choices={"slopes": "without_weights"},
        slopes=True,
    ),
)
