"""A dialect: the choices in which Keras's versions, its backends and careless ports differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Dialect:
    """One setting of every named choice; a mistake is a dialect with one wrong choice."""

    id: str
    """The preset's name, the same in Python, JSON and Swift."""

    epsilon: float = 1e-7
    """Keras's fuzz factor, `keras.config.epsilon()`; quantised to the dtype where it is used."""

    rescale: Literal["before_clip", "after_clip", "skipped"] = "before_clip"
    """Whether, and when, categorical crossentropy divides each row of y_pred by its sum."""

    sparse_rescale: Literal["before_clip", "after_clip", "skipped"] = "before_clip"
    """The same for sparse categorical crossentropy (after the clip on TensorFlow)."""

    clip: Literal["both", "low_only", "skipped"] = "both"
    """Which limits of [epsilon, 1 - epsilon] probabilities are clipped to."""

    epsilon_in_log: bool = False
    """Whether binary crossentropy adds epsilon inside both logarithms as well (tf.keras 2)."""

    binary_logits: Literal["stable", "clipped_sigmoid"] = "stable"
    """Whether binary logits stay logits, or pass a sigmoid and the clip (NumPy backend)."""

    smoothing_class_count: Literal["last_axis", "class_axis"] = "last_axis"
    """Whose extent label smoothing divides by (the class axis from Keras 3.16 on)."""

    tversky_alpha: Literal["false_negatives", "false_positives"] = "false_negatives"
    """What Tversky's alpha weighs (the false positives from Keras 3.16 on)."""

    cosine_norm: Literal["floor", "divide"] = "floor"
    """Whether cosine similarity multiplies by min(1 / |x|, 1 / epsilon), or divides by |x| or 1.

    Dividing is what NumPy's backend does; it also takes axis 0 for the last one when it divides.
    """

    large_class_ids: Literal["no_class", "error"] = "no_class"
    """Whether an id of at least the class count matches no class, or is refused (NumPy)."""

    nan_class_id: Literal["first_class", "no_class"] = "first_class"
    """What NaN is as a class id: 0 (JAX), or no class (NumPy)."""

    scalars: Literal["refused", "accepted"] = "refused"
    """Whether sums and maxima along the last axis take a scalar (NumPy)."""

    mask_and_weight: Literal["broadcast", "in_place"] = "broadcast"
    """Whether a weight may have fewer axes than the mask that multiplies it (not in NumPy)."""

    subnormals: Literal["flush", "keep"] = "flush"
    """Whether subnormal numbers are zero (JAX and TensorFlow on CPU) or numbers."""

    gradients: Literal["computed", "none"] = "computed"
    """Whether the backend has gradients (NumPy has none)."""

    maximum_tie: Literal["half", "whole"] = "half"
    """The slope of max(x, y) by x where both are equal: 1/2 (JAX, torch) or 1 (TensorFlow)."""

    absolute_value_at_zero: Literal["one", "zero"] = "one"
    """The slope of |x| at 0: 1 (JAX) or 0 (TensorFlow, torch)."""

    clip_tie: Literal["half", "whole"] = "half"
    """The slope of a clip at its limits: 1/2 (JAX, torch) or 1 (TensorFlow)."""

    probability_clip_tie: Literal["half", "whole", "none"] = "half"
    """The same for the crossentropies' clip: torch's, whose limits are no tensors, has 0."""

    branch_slopes: Literal["multiplied", "selected"] = "multiplied"
    """Whether what a maximum or a clip leaves out is multiplied by 0 (JAX), or nothing at all.

    Infinity and NaN times 0 are NaN.
    """

    softmax_slope: Literal["formula", "labels_sum_to_one"] = "formula"
    """The gradient of categorical crossentropy from logits: sum(t) softmax - t, or softmax - t.

    The second is TensorFlow's, right only where the labels sum to 1.
    """

    zeroth_power_slope: Literal["formula", "zero"] = "formula"
    """The slope of x^0: 0 x^-1, which is NaN at 0, or 0 (torch)."""


DEFAULT = Dialect(id="keras-3.15/jax")
"""Keras 3.15.1 on JAX."""

DIALECTS: dict[str, Dialect] = {
    dialect.id: dialect
    for dialect in (
        DEFAULT,
        Dialect(
            id="keras-3.15/numpy",
            gradients="none",
            binary_logits="clipped_sigmoid",
            cosine_norm="divide",
            large_class_ids="error",
            nan_class_id="no_class",
            scalars="accepted",
            mask_and_weight="in_place",
            subnormals="keep",
        ),
        Dialect(
            id="keras-3.16-dev/jax",
            smoothing_class_count="class_axis",
            tversky_alpha="false_positives",
        ),
    )
}
"""The presets by id."""
