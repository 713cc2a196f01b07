"""The conventions of other libraries that people compare Keras with."""

from __future__ import annotations

from .losses_of import BINARY, KL
from .mistake import Mistake

_CATEGORICAL = ("categorical_crossentropy", "sparse_categorical_crossentropy")

NEIGHBOURS = (
    Mistake(
        id="torch_log_floor",
        kind="neighbour",
        title="torch's binary_cross_entropy: logarithms end at -100",
        explanation="Keras clips probabilities, so that losses end at 16.12 and 15.94; torch does "
        "not clip them, and takes max(log p, -100).",
        fix="Clip p to [1e-7, 1 - 1e-7] before torch's loss.",
        losses=BINARY,
        choices={"clip": "skipped", "binary_logs": "log1p"},
        slopes=True,
        links=(
            "https://github.com/pytorch/pytorch/issues/103316",
            "https://github.com/ml-explore/mlx/pull/1280",
        ),
    ),
    Mistake(
        id="scikit_learn_log_loss",
        kind="neighbour",
        title="scikit-learn's log_loss: clip at the machine epsilon, then rescale",
        explanation="Keras divides rows by their sums and clips at 1e-7; scikit-learn (up to 1.4) "
        "clips at the dtype's machine epsilon and divides by the sums afterwards.",
        fix="Divide by the sum, then clip to [1e-7, 1 - 1e-7].",
        losses=_CATEGORICAL,
        choices={"epsilon": "machine", "rescale": "after_clip"},
        slopes=True,
        links=(
            "https://github.com/scikit-learn/scikit-learn/issues/24515",
            "https://github.com/scikit-learn/scikit-learn/pull/24354",
        ),
    ),
    Mistake(
        id="flux_crossentropy",
        kind="neighbour",
        title="Flux's crossentropy: log(p + eps), nothing rescaled or clipped",
        explanation="Keras divides rows by their sums and clips at 1e-7; Flux adds the dtype's "
        "machine epsilon inside the logarithm.",
        fix="Divide by the sum, clip to [1e-7, 1 - 1e-7], and take log(p).",
        losses=_CATEGORICAL,
        choices={
            "epsilon": "machine",
            "rescale": "skipped",
            "clip": "skipped",
            "epsilon_in_logs": True,
        },
        slopes=True,
    ),
    Mistake(
        id="flux_binarycrossentropy",
        kind="neighbour",
        title="Flux's binarycrossentropy: log(p + eps), nothing clipped",
        explanation="Keras clips probabilities at 1e-7; Flux adds the dtype's machine epsilon "
        "inside both logarithms.",
        fix="Clip p to [1e-7, 1 - 1e-7], and take log(p).",
        losses=("binary_crossentropy",),
        choices={
            "epsilon": "machine",
            "clip": "skipped",
            "epsilon_in_log": True,
            "binary_logs": "logs",
        },
        slopes=True,
    ),
    Mistake(
        id="torch_kl_div",
        kind="neighbour",
        title="torch's kl_div: nothing clipped, 0 log 0 = 0",
        explanation="Keras clips labels and predictions to [1e-7, 1]; torch's kl_div of log p "
        "takes t log t - t log p of what is given, 0 for t log t at 0.",
        fix="Clip both arrays to [1e-7, 1] first.",
        losses=KL,
        choices={"clip": "skipped", "kl_terms": "difference"},
        slopes=True,
        links=("https://github.com/pytorch/pytorch/pull/14457",),
    ),
    Mistake(
        id="scipy_entropy",
        kind="neighbour",
        title="SciPy's entropy: both arrays rescaled, nothing clipped",
        explanation="Keras clips both arrays to [1e-7, 1] and rescales neither; SciPy's "
        "entropy(t, p) divides each by its sum, and takes 0 log 0 for 0.",
        fix="Clip both arrays to [1e-7, 1], and do not rescale.",
        losses=KL,
        choices={"clip": "skipped", "kl_rescale": True, "kl_terms": "zero_for_zero"},
        slopes=True,
    ),
)
