"""Mistakes that no input tells apart, each with the proof."""

from __future__ import annotations

from dataclasses import dataclass

from .families import ALL, SQUARES
from .losses_of import CATEGORICAL, CROSSENTROPIES, FOCAL, KL, SPARSE


@dataclass(frozen=True)
class Indistinguishable:
    """Mistakes that give the same on every input; a single one gives what Keras gives."""

    losses: tuple[str, ...]
    mistakes: tuple[str, ...]
    proof: str
    dialects: tuple[str, ...] = ()
    """Where this holds; everywhere if there are none."""


_NO_GRADIENTS = "Only its gradient is wrong, and there are no gradients on NumPy."

_OF_NUMBERS = (
    *(
        Indistinguishable(losses, (mistake,), _NO_GRADIENTS, ("keras-3.15/numpy",))
        for mistake, losses in (
            ("gradient_not_divided", ALL),
            ("gradient_not_weighted", ALL),
            ("gradient_without_2", (*SQUARES, "squared_hinge")),
            ("circle_weights_constant", ("circle",)),
        )
    ),
    Indistinguishable(
        losses=("hinge", "squared_hinge"),
        mistakes=("arguments_swapped",),
        proof="Keras 1 does not convert labels, and t p is p t.",
        dialects=("keras-1",),
    ),
)

_BINARY = ("binary_crossentropy", "binary_focal_crossentropy")

_AFTER_CLIP = ("keras-3.15/tensorflow", "tf-keras-2", "keras-1")

_OF_PROBABILITIES = (
    *(
        Indistinguishable(losses, (mistake,), _NO_GRADIENTS, ("keras-3.15/numpy",))
        for mistake, losses in (
            ("clip_passes_gradient", (*CROSSENTROPIES, *KL)),
            ("rescale_has_no_gradient", CATEGORICAL),
            ("softmax_minus_labels", ("categorical_crossentropy",)),
            ("focal_factor_has_no_gradient", FOCAL),
        )
    ),
    Indistinguishable(
        losses=("binary_focal_crossentropy",),
        mistakes=("focal_sigmoid_not_clipped",),
        proof="On NumPy the crossentropy of logits clips their sigmoid itself.",
        dialects=("keras-3.15/numpy",),
    ),
    Indistinguishable(
        losses=_BINARY,
        mistakes=("clip_skipped", "torch_log_floor"),
        proof="torch ends logarithms at -100, whether probabilities are clipped or not.",
        dialects=("keras-3.15/torch",),
    ),
    Indistinguishable(
        losses=_BINARY,
        mistakes=("clip_skipped", "epsilon_in_log_for_clip"),
        proof="tf.keras 2 adds epsilon inside the logarithms beside its clip.",
        dialects=("tf-keras-2",),
    ),
    Indistinguishable(
        losses=("binary_crossentropy",),
        mistakes=("sigmoid_then_clip",),
        proof="Keras 1 takes probabilities alone; the logits that it makes of them lie within the "
        "limits of the clip.",
        dialects=("keras-1",),
    ),
    Indistinguishable(
        losses=("binary_crossentropy", "categorical_crossentropy"),
        mistakes=("limits_not_rounded", "computed_in_float64"),
        proof="Keras 1 takes float32's 1e-7 in every dtype, so that both differ from it in "
        "1 - 1e-7 alone, which neither rounds.",
        dialects=("keras-1",),
    ),
    Indistinguishable(
        losses=SPARSE,
        mistakes=("machine_epsilon", "scikit_learn_log_loss"),
        proof="These dialects rescale after the clip themselves.",
        dialects=_AFTER_CLIP,
    ),
    Indistinguishable(
        losses=SPARSE,
        mistakes=("limits_not_rounded",),
        proof="These dialects divide by the row's sum after the clip, so that 1 - 1e-7 cancels "
        "and log(1 + sum of the others / q) is left: rounding a limit changes it by half an ulp, "
        "as the division itself may.",
        dialects=_AFTER_CLIP,
    ),
    Indistinguishable(
        losses=SPARSE,
        mistakes=("computed_in_float64",),
        proof="As for limits that are not rounded; Keras 1 has bare functions alone, and after "
        "the clip nothing leaves the range of float32.",
        dialects=("keras-1",),
    ),
    Indistinguishable(
        losses=(*KL, "mean_squared_logarithmic_error"),
        mistakes=("computed_in_float64",),
        proof="Keras 1 takes float32's 1e-7 in every dtype, and has bare functions alone: no "
        "logarithm leaves the range of float32.",
        dialects=("keras-1",),
    ),
)

INDISTINGUISHABLE: tuple[Indistinguishable, ...] = (*_OF_NUMBERS, *_OF_PROBABILITIES)
"""Every entry."""
