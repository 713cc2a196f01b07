"""Mistakes about vectors: cosine similarity and circle."""

from __future__ import annotations

from dataclasses import replace

from ..case import Case
from .mistake import Mistake

_COSINE = ("cosine_similarity",)
_CIRCLE = ("circle",)
_STOPPED = "https://github.com/tensorflow/ranking/issues/182"


def _last_axis(case: Case) -> Case | None:
    if case.config.get("axis", -1) == -1:
        return None
    return replace(case, config={**case.config, "axis": -1})


def _first_axis(case: Case) -> Case | None:
    if case.config.get("axis", -1) != -1:
        return None
    return replace(case, config={**case.config, "axis": 0})


def _default_gamma(case: Case) -> Case | None:
    return replace(case, config={**case.config, "gamma": 80.0}) if "gamma" in case.config else None


def _unit_gamma(case: Case) -> Case | None:
    return replace(case, config={**case.config, "gamma": 1.0})


def _negative_margin(case: Case) -> Case | None:
    return replace(case, config={**case.config, "margin": -case.config.get("margin", 0.4)})


def _default_margin(case: Case) -> Case | None:
    return replace(case, config={**case.config, "margin": 0.4}) if "margin" in case.config else None


def _with_diagonal(case: Case) -> Case | None:
    if not case.config.get("remove_diagonal", True):
        return None
    return replace(case, config={**case.config, "remove_diagonal": False})


METRIC = (
    Mistake(
        id="cosine_distance",
        kind="sign",
        title="cosine distance",
        explanation="Keras gives minus the similarity, from -1 to 1; "
        "this gives 1 minus the similarity, from 0 to 2.",
        fix="Subtract 1.",
        losses=_COSINE,
        choices={"cosine_form": "distance"},
        links=("https://errorhandle.ai/keras-cosinesimilarity-positive-or-negative",),
    ),
    Mistake(
        id="cosine_mean",
        kind="reduction",
        title="mean of the products for their sum",
        explanation="Keras 3 adds the products of the normalised vectors; "
        "this takes their mean, as Keras 1 did.",
        fix="Take the sum along the axis.",
        losses=_COSINE,
        choices={"cosine_reduction": "mean"},
    ),
    Mistake(
        id="cosine_not_normalised",
        kind="norm",
        title="vectors not normalised",
        explanation="Keras divides both vectors by their lengths; this takes the dot product.",
        fix="Divide each vector by its length.",
        losses=_COSINE,
        choices={"cosine_norm": "none"},
        links=("https://github.com/alinlab/CSI/issues/23",),
    ),
    Mistake(
        id="cosine_epsilon_added",
        kind="epsilon",
        title="epsilon added to the length",
        explanation="Keras divides by max(|x|, 1e-7); this divides by |x| + 1e-7.",
        fix="Take the larger of |x| and 1e-7.",
        losses=_COSINE,
        choices={"cosine_norm": "added", "cosine_floor": 1e-7},
        links=("https://github.com/pytorch/pytorch/pull/860",),
    ),
    Mistake(
        id="cosine_floor_of_torch",
        kind="epsilon",
        title="the floor of torch",
        explanation="Keras divides each vector by at least 1e-7; "
        "torch divides by the product of both lengths, at least 1e-8.",
        fix="Divide each vector by max(|x|, 1e-7).",
        losses=_COSINE,
        choices={"cosine_norm": "floor_of_product", "cosine_floor": 1e-8},
        links=("https://github.com/pytorch/pytorch/pull/31378",),
    ),
    Mistake(
        id="cosine_without_floor",
        kind="epsilon",
        title="no floor of the length",
        explanation="Keras multiplies vectors shorter than 1e-7 by 1e7; "
        "this divides them by their length as well, unless that is 0.",
        fix="Divide each vector by max(|x|, 1e-7).",
        losses=_COSINE,
        choices={"cosine_norm": "divide"},
    ),
    Mistake(
        id="cosine_floor_of_squares",
        kind="epsilon",
        title="the floor of tf.math.l2_normalize",
        explanation="Keras 3 divides by max(|x|, 1e-7); tf.math.l2_normalize, and so tf.keras 2, "
        "takes the root of max(|x|^2, 1e-12), which is at least 1e-6.",
        fix="Divide each vector by max(|x|, 1e-7).",
        losses=_COSINE,
        choices={"cosine_norm": "floor_of_square", "cosine_floor": 1e-6},
        links=("https://github.com/google-deepmind/optax/pull/1703",),
    ),
    Mistake(
        id="cosine_axis_ignored",
        kind="axis",
        title="axis ignored",
        explanation="Keras takes vectors along axis; this takes them along the last one.",
        fix="Pass axis on.",
        losses=_COSINE,
        question=_last_axis,
    ),
    Mistake(
        id="cosine_along_batch",
        kind="axis",
        title="vectors along the batch axis",
        explanation="Keras takes vectors along the last axis, this along the first one.",
        fix="Take norms and sums along axis -1.",
        losses=_COSINE,
        question=_first_axis,
    ),
    Mistake(
        id="circle_gamma_ignored",
        kind="parameter",
        title="gamma ignored",
        explanation="Keras takes gamma as given; this takes 80, the default.",
        fix="Pass gamma on.",
        losses=_CIRCLE,
        question=_default_gamma,
        links=("https://github.com/KevinMusgrave/pytorch-metric-learning/issues/173",),
    ),
    Mistake(
        id="circle_without_gamma",
        kind="factor",
        title="exponents not multiplied by gamma",
        explanation="Keras multiplies the exponents of all pairs by gamma; this does not.",
        fix="Multiply both exponents by gamma.",
        losses=_CIRCLE,
        question=_unit_gamma,
    ),
    Mistake(
        id="circle_gamma_once",
        kind="factor",
        title="gamma on the pairs of other labels alone",
        explanation="Keras multiplies the exponents of all pairs by gamma; "
        "this leaves it out for pairs of one label.",
        fix="Multiply both exponents by gamma.",
        losses=_CIRCLE,
        choices={"circle_gamma": "negatives"},
    ),
    Mistake(
        id="circle_margin_ignored",
        kind="parameter",
        title="margin ignored",
        explanation="Keras takes margin as given; this takes 0.4, the default.",
        fix="Pass margin on.",
        losses=_CIRCLE,
        question=_default_margin,
    ),
    Mistake(
        id="circle_margin_negated",
        kind="sign",
        title="margin of the wrong sign",
        explanation="Keras wants pairs of one label nearer than margin, and others further than "
        "1 - margin; this has -margin in both places.",
        fix="Negate margin.",
        losses=_CIRCLE,
        question=_negative_margin,
    ),
    Mistake(
        id="circle_with_diagonal",
        kind="pairs",
        title="each sample paired with itself",
        explanation="Keras leaves a sample's pair with itself out (remove_diagonal); "
        "this counts it as a pair of one label.",
        fix="Leave the diagonal out where remove_diagonal is True.",
        losses=_CIRCLE,
        question=_with_diagonal,
    ),
    Mistake(
        id="circle_weights_constant",
        kind="pairs",
        title="gradient that takes the pairs' weights for constants",
        explanation="Keras differentiates w_p and w_n with the rest; "
        "this stops their gradient, as the paper and other libraries do.",
        fix="Let the gradient pass through the weights of the pairs.",
        losses=_CIRCLE,
        choices={"circle_weights": "detached"},
        slopes=True,
        links=(_STOPPED,),
    ),
    Mistake(
        id="circle_unweighted_pairs",
        kind="pairs",
        title="pairs not weighted",
        explanation="Keras weighs each pair by how far it is from its optimum; "
        "this gives each pair the weight 1.",
        fix="Multiply the exponents by margin + D and max(1 + margin - D, 0).",
        losses=_CIRCLE,
        choices={"circle_weights": "one"},
    ),
    Mistake(
        id="circle_similarity_for_distance",
        kind="sign",
        title="similarity taken for distance",
        explanation="Keras takes the distance 1 - p r; this takes p r itself.",
        fix="Subtract the product from 1.",
        losses=_CIRCLE,
        choices={"circle_distance": "product"},
    ),
    Mistake(
        id="circle_distance_not_cut",
        kind="pairs",
        title="negative distances",
        explanation="Keras cuts distances at 0; "
        "this lets them be negative where a product exceeds 1.",
        fix="Take max(1 - p r, 0).",
        losses=_CIRCLE,
        choices={"circle_distance": "uncut"},
    ),
    Mistake(
        id="circle_normalised",
        kind="norm",
        title="embeddings normalised",
        explanation="Keras takes embeddings as they are; this divides them by their lengths.",
        fix="Do not normalise: that is for the model to do.",
        losses=_CIRCLE,
        choices={"circle_embeddings": "normalised"},
        links=("https://github.com/keras-team/keras/pull/20452",),
    ),
)
