"""Mistakes about logits and probabilities: which of them y_pred holds."""

from __future__ import annotations

from ..case import Case
from .losses_of import BINARY, CROSSENTROPIES
from .mistake import Mistake
from .questions import configured


def _ignored(case: Case) -> Case | None:
    return configured(case, from_logits=False) if case.config.get("from_logits") else None


def _assumed(case: Case) -> Case | None:
    return None if case.config.get("from_logits") else configured(case, from_logits=True)


LOGITS = (
    Mistake(
        id="logits_as_probabilities",
        kind="logits",
        title="logits taken for probabilities",
        explanation="With from_logits=True Keras applies a softmax, or a sigmoid; "
        "this treats the logits as probabilities: rescaled, clipped, logarithm.",
        fix="Set from_logits=True, or apply the softmax or sigmoid first.",
        losses=CROSSENTROPIES,
        question=_ignored,
        links=(
            "https://github.com/MITDeepLearning/introtodeeplearning/issues/122",
            "https://github.com/xiph/LPCNet/issues/97",
            "https://github.com/keras-team/keras/issues/4744",
        ),
    ),
    Mistake(
        id="probabilities_as_logits",
        kind="logits",
        title="probabilities taken for logits",
        explanation="y_pred holds probabilities already (from_logits=False); "
        "this applies a softmax, or a sigmoid, to them, as a loss of logits does.",
        fix="Set from_logits=False, or leave out the softmax or sigmoid of the last layer.",
        losses=CROSSENTROPIES,
        question=_assumed,
        links=(
            "https://github.com/nfmcclure/tensorflow_cookbook/issues/87",
            "https://github.com/keras-team/keras-io/pull/494",
            "https://github.com/keras-team/keras/issues/6587",
        ),
    ),
    Mistake(
        id="activation_twice",
        kind="logits",
        title="softmax or sigmoid applied twice",
        explanation="Keras applies a softmax or sigmoid once, and only to logits; "
        "this applies it once more, before everything else.",
        fix="Leave out one of the two: that of the model's last layer, or that before the loss.",
        losses=CROSSENTROPIES,
        choices={"activations": "twice"},
        links=(
            "https://github.com/nfmcclure/tensorflow_cookbook/issues/87",
            "https://github.com/keras-team/keras/issues/6587",
        ),
    ),
    Mistake(
        id="softmax_then_clip",
        kind="logits",
        title="softmax, then clip, for log-softmax",
        explanation="From logits Keras takes the logarithm of the softmax without a clip; "
        "this clips the softmax as if it were given, so that losses end at 16.12.",
        fix="Take log_softmax(x) = x - max(x) - log(sum(exp(x - max(x)))).",
        losses=("categorical_crossentropy", "sparse_categorical_crossentropy"),
        choices={"softmax_logs": "clipped_softmax"},
        slopes=True,
        links=("https://github.com/tensorflow/tensorflow/issues/32869",),
    ),
    Mistake(
        id="sigmoid_then_clip",
        kind="logits",
        title="sigmoid, then clip, for the stable form",
        explanation="From logits Keras computes max(x, 0) - t x + log(1 + exp(-|x|)), without a "
        "clip; this clips the sigmoid, so that losses end at 15.94 and 16.12 (Keras on NumPy).",
        fix="Compute max(x, 0) - t x + log1p(exp(-|x|)).",
        losses=("binary_crossentropy",),
        choices={"binary_logits": "clipped_sigmoid"},
        slopes=True,
        links=("https://github.com/keras-team/keras/issues/9247",),
    ),
    Mistake(
        id="focal_sigmoid_not_clipped",
        kind="logits",
        title="sigmoid not clipped",
        explanation="From logits Keras takes the focal loss of the sigmoid, which it clips; "
        "this takes the crossentropy of the logits themselves, as Keras on TensorFlow does.",
        fix="Apply the sigmoid, clip it, then take the crossentropy.",
        losses=("binary_focal_crossentropy",),
        choices={"binary_focal_logits": "logits"},
        slopes=True,
    ),
    Mistake(
        id="focal_softmax_not_clipped",
        kind="logits",
        title="softmax not clipped",
        explanation="From logits Keras takes the focal loss of the softmax, which it clips; "
        "this takes log_softmax(x), without a clip.",
        fix="Apply the softmax, clip it, then take the crossentropy.",
        losses=("categorical_focal_crossentropy",),
        choices={"categorical_focal_logits": "log_softmax"},
        slopes=True,
    ),
    Mistake(
        id="softmax_minus_labels",
        kind="gradient",
        title="gradient softmax - t for labels that do not sum to 1",
        explanation="The gradient from logits is sum(t) softmax(x) - t; "
        "this leaves out sum(t), as Keras on TensorFlow does.",
        fix="Multiply the softmax by sum(t).",
        losses=("categorical_crossentropy",),
        choices={"softmax_slope": "labels_sum_to_one"},
        slopes=True,
    ),
    Mistake(
        id="positive_term_only",
        kind="terms",
        title="only the term of the positive class",
        explanation="Binary crossentropy is -(t log q + (1 - t) log(1 - q)); "
        "this is -t log q, so that a label of 0 costs nothing.",
        fix="Add -(1 - t) log(1 - q).",
        losses=BINARY,
        choices={"binary_terms": "positive", "binary_logs": "logs"},
    ),
)
