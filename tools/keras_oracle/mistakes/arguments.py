"""Mistakes about the arguments and the result of any loss: order, ranks and sign."""

from __future__ import annotations

from .families import ALL, but
from .mistake import Mistake

_NOTHING_OR_NAMED_OTHERWISE = (
    "mean_absolute_percentage_error",
    "tversky",
    "mean_squared_error",
    "mean_absolute_error",
    "mean_squared_logarithmic_error",
    "huber",
    "log_cosh",
    "cosine_similarity",
    "dice",
)
_IDS = (
    "sparse_categorical_crossentropy",
    "categorical_generalized_cross_entropy",
    "circle",
    "ctc",
)

ARGUMENTS = (
    Mistake(
        id="arguments_swapped",
        kind="arguments",
        title="y_true and y_pred swapped",
        explanation="Keras takes the labels first; this takes what comes first for predictions, "
        "as torch and Flux do.",
        fix="Pass (y_true, y_pred), in this order.",
        losses=but(ALL, *_NOTHING_OR_NAMED_OTHERWISE, *_IDS),
        choices={"arguments": "predictions_first"},
        links=(
            "https://github.com/FluxML/Flux.jl/issues/435",
            "https://github.com/kyle-dorman/bayesian-neural-network-blogpost/issues/12",
        ),
    ),
    Mistake(
        id="ranks_not_mended",
        kind="shapes",
        title="(n,) against (n, 1) broadcast",
        explanation="Keras gives (n,) and (n, 1) one rank before it compares them; "
        "this broadcasts them to (n, n), every label against every prediction.",
        fix="Reshape both to (n, 1) where the higher rank ends in 1.",
        losses=but(ALL, *_IDS),
        choices={"class_ranks": "as_given", "function_ranks": "as_given"},
        links=(
            "https://github.com/keras-team/keras/issues/14627",
            "https://github.com/keras-team/keras/issues/16836",
            "https://github.com/tensorflow/tensorflow/issues/37770",
            "https://github.com/manzilzaheer/DeepSets/pull/1",
        ),
    ),
    Mistake(
        id="sign_flipped",
        kind="sign",
        title="wrong sign",
        explanation="A loss is to be minimised: of a similarity or a likelihood it is the "
        "negative; this has the opposite sign.",
        fix="Negate the result.",
        losses=ALL,
        choices={"sign": "negated"},
        links=("https://errorhandle.ai/keras-cosinesimilarity-positive-or-negative",),
    ),
)
