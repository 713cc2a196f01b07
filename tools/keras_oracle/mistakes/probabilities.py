"""Mistakes about probabilities: the rescaling and the clip of crossentropies, and epsilon."""

from __future__ import annotations

from .losses_of import BINARY, CATEGORICAL, CROSSENTROPIES, KL, POISSON
from .mistake import Mistake

_QUESTION = "https://stackoverflow.com/questions/68427532"
_TWO_EPSILONS = (
    "https://github.com/keras-team/keras/issues/15249",
    "https://github.com/tensorflow/tensorflow/pull/41595",
)
_CLIPPED_TO_ONE = (
    "https://github.com/keras-team/keras/issues/377",
    "https://github.com/snipsco/ntm-lasagne/issues/20",
    "https://github.com/scikit-learn/scikit-learn/issues/24315",
)

_RESCALE = (
    Mistake(
        id="rescale_skipped",
        kind="rescale",
        title="rescale skipped",
        explanation="Keras divides each row of y_pred by its sum before it clips; "
        "this takes the rows as they are.",
        fix="Divide p by sum(p) along the class axis, then clip.",
        losses=CATEGORICAL,
        choices={"rescale": "skipped"},
        links=(_QUESTION,),
    ),
    Mistake(
        id="rescale_after_clip",
        kind="rescale",
        title="rescale after the clip",
        explanation="Keras divides each row by its sum and then clips; "
        "this clips first, so that the sum is that of clipped numbers and limits move.",
        fix="Divide by the sum first, then clip.",
        losses=("categorical_crossentropy", "categorical_focal_crossentropy"),
        choices={"rescale": "after_clip"},
    ),
    Mistake(
        id="sparse_rescale_after_clip",
        kind="rescale",
        title="rescale after the clip, as on TensorFlow",
        explanation="Keras on JAX, NumPy and torch divides each row by its sum and then clips; "
        "this clips first, as Keras does on TensorFlow alone.",
        fix="Divide by the sum first, then clip; or compare with the dialect of TensorFlow.",
        losses=("sparse_categorical_crossentropy",),
        choices={"sparse_rescale": "after_clip"},
        links=("https://github.com/keras-team/keras/issues/11801",),
    ),
    Mistake(
        id="rescale_by_norm",
        kind="rescale",
        title="rescale by the L2 norm",
        explanation="Keras divides each row of y_pred by the sum of its entries; "
        "this divides by the root of the sum of their squares.",
        fix="Divide by sum(p), not by sqrt(sum(p^2)).",
        losses=CATEGORICAL,
        choices={"rescale": "by_norm"},
    ),
    Mistake(
        id="epsilon_in_rescale",
        kind="rescale",
        title="epsilon in the divisor of the rescale",
        explanation="Keras divides each row by its sum alone, so that a row of zeros is NaN and "
        "one of tiny entries counts; this divides by the sum and epsilon.",
        fix="Divide by sum(p) without an epsilon.",
        losses=CATEGORICAL,
        choices={"rescale": "by_padded_sum"},
    ),
)

_CLIP = (
    Mistake(
        id="clip_skipped",
        kind="clip",
        title="clip skipped",
        explanation="Keras clips probabilities to [1e-7, 1 - 1e-7], KL divergence to [1e-7, 1]; "
        "this takes the logarithm of any probability.",
        fix="Clip probabilities before the logarithm, after any rescaling.",
        losses=(*CROSSENTROPIES, *KL),
        choices={"clip": "skipped"},
        slopes=True,
        links=(_QUESTION,),
    ),
    Mistake(
        id="clip_low_only",
        kind="clip",
        title="clip at the low end only",
        explanation="Keras clips at both ends, so that a perfect prediction costs about 1e-7; "
        "this has no upper limit.",
        fix="Clip to both limits: max(p, epsilon) is not enough.",
        losses=(*CROSSENTROPIES, *KL),
        choices={"clip": "low_only"},
        slopes=True,
    ),
    *(
        Mistake(
            id=f"clip_epsilon_{slug}",
            kind="epsilon",
            title=f"clip at {text}",
            explanation=f"Keras's epsilon is 1e-7; this clips to {text} instead. {note}".strip(),
            fix=f"Clip with epsilon = 1e-7, not {text}.",
            losses=(*CROSSENTROPIES, *KL),
            choices={"epsilon": epsilon},
            slopes=True,
            links=links,
        )
        for slug, text, epsilon, note, links in (
            ("1e_6", "1e-6", 1e-6, "", ()),
            ("1e_8", "1e-8", 1e-8, "In float32 1 - 1e-8 is 1.", _CLIPPED_TO_ONE[:2]),
            ("1e_12", "1e-12", 1e-12, "In float32 1 - 1e-12 is 1.", _CLIPPED_TO_ONE[:2]),
            ("1e_15", "1e-15", 1e-15, "In float32 1 - 1e-15 is 1.", _CLIPPED_TO_ONE[2:]),
        )
    ),
    Mistake(
        id="machine_epsilon",
        kind="epsilon",
        title="clip at the machine epsilon",
        explanation="Keras's epsilon is 1e-7 in every dtype; this clips to the distance from 1 to "
        "the next number of the dtype, 1.19e-7 in float32, as scikit-learn does.",
        fix="Clip with epsilon = 1e-7.",
        losses=(*CROSSENTROPIES, *KL),
        choices={"epsilon": "machine"},
        slopes=True,
        links=("https://github.com/scikit-learn/scikit-learn/pull/24354",),
    ),
    Mistake(
        id="limits_not_rounded",
        kind="epsilon",
        title="limits of the clip not rounded to the dtype",
        explanation="Keras clips in the dtype of y_pred, where 1 - 1e-7 is 0.99999988 in float32 "
        "and a perfect prediction costs 1.19e-7; this clips at the limits of float64, and it "
        "costs 1.00e-7.",
        fix="Round epsilon and 1 - epsilon to the dtype before the clip.",
        losses=CROSSENTROPIES,
        choices={"clip_limits": "float64"},
    ),
    Mistake(
        id="clip_passes_gradient",
        kind="gradient",
        title="clip passes the gradient on",
        explanation="In Keras a clipped probability has no gradient; "
        "this passes it on as if the clip were not there (straight through).",
        fix="Multiply the gradient by 0 where the probability was clipped.",
        losses=(*CROSSENTROPIES, *KL),
        choices={"clip_slope": "straight_through"},
        slopes=True,
        links=("https://github.com/keras-team/keras/issues/9664",),
    ),
    Mistake(
        id="rescale_has_no_gradient",
        kind="gradient",
        title="no gradient through the rescale",
        explanation="In Keras the gradient passes through the division by the sum, also where the "
        "sum is 1; this takes the sum for a constant.",
        fix="Add sum(t) / sum(p) to each entry of the gradient: differentiate the division.",
        losses=CATEGORICAL,
        choices={"rescale_slope": "constant"},
        slopes=True,
    ),
)

_EPSILON_IN_LOG = (
    Mistake(
        id="epsilon_in_log",
        kind="epsilon",
        title="epsilon inside the logarithm, after the clip",
        explanation="Keras 3 clips and takes the logarithm; this adds epsilon inside it as well, "
        "as tf.keras 2 does: 15.42 and 15.33 where Keras 3 gives 16.12 and 15.94.",
        fix="Take log(q) of the clipped q, without another epsilon.",
        losses=BINARY,
        choices={"epsilon_in_log": True},
        links=_TWO_EPSILONS,
    ),
    Mistake(
        id="epsilon_in_log_for_clip",
        kind="epsilon",
        title="epsilon inside the logarithm in place of the clip",
        explanation="Keras clips to [1e-7, 1 - 1e-7]; this takes log(p + 1e-7) and "
        "log(1 - p + 1e-7) of what is not clipped.",
        fix="Clip p to [1e-7, 1 - 1e-7], and take log(p).",
        losses=BINARY,
        choices={"clip": "skipped", "epsilon_in_log": True, "binary_logs": "logs"},
        slopes=True,
        links=_TWO_EPSILONS[:1],
    ),
    Mistake(
        id="epsilon_in_class_logs",
        kind="epsilon",
        title="epsilon inside the logarithm, after the clip",
        explanation="Keras clips and takes the logarithm; this adds 1e-7 inside it as well, so "
        "that a probability of 0 costs log(2e-7).",
        fix="Take log(q) of the clipped q, without another epsilon.",
        losses=(*CATEGORICAL, *KL),
        choices={"epsilon_in_logs": True},
        slopes=True,
        links=_TWO_EPSILONS[:1],
    ),
    Mistake(
        id="epsilon_in_class_logs_for_clip",
        kind="epsilon",
        title="epsilon inside the logarithm in place of the clip",
        explanation="Keras clips to [1e-7, 1 - 1e-7]; this takes log(p + 1e-7) of what is not "
        "clipped.",
        fix="Clip p to [1e-7, 1 - 1e-7], and take log(p).",
        losses=(*CATEGORICAL, *KL),
        choices={"clip": "skipped", "epsilon_in_logs": True},
        slopes=True,
    ),
    Mistake(
        id="epsilon_missing",
        kind="epsilon",
        title="epsilon missing",
        explanation="Keras takes log(p + 1e-7); this takes log(p), which is infinite at 0.",
        fix="Add 1e-7 inside the logarithm.",
        losses=POISSON,
        choices={"epsilon": 0.0},
        slopes=True,
    ),
    Mistake(
        id="epsilon_1e_8",
        kind="epsilon",
        title="epsilon of 1e-8",
        explanation="Keras takes log(p + 1e-7); this takes log(p + 1e-8), as torch does.",
        fix="Add 1e-7 inside the logarithm, not 1e-8.",
        losses=POISSON,
        choices={"epsilon": 1e-8},
        slopes=True,
        links=("https://pytorch.org/docs/stable/generated/torch.nn.PoissonNLLLoss",),
    ),
    Mistake(
        id="epsilon_as_floor",
        kind="epsilon",
        title="epsilon as a floor",
        explanation="Keras takes log(p + 1e-7), which is NaN below -1e-7; "
        "this takes log(max(p, 1e-7)).",
        fix="Add epsilon to p; do not clip p to it.",
        losses=POISSON,
        choices={"poisson_epsilon": "floor"},
        slopes=True,
    ),
)

PROBABILITIES = (*_RESCALE, *_CLIP, *_EPSILON_IN_LOG)
