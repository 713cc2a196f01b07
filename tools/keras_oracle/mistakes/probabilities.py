"""Mistakes about probabilities: the rescaling, the clip and the logarithm of crossentropies."""

from __future__ import annotations

from .mistake import Mistake

_QUESTION = "https://stackoverflow.com/questions/68427532"

PROBABILITIES = (
    Mistake(
        id="rescale_skipped",
        kind="rescale",
        title="rescale skipped",
        explanation="Keras divides each row of y_pred by its sum before it clips; "
        "this takes the rows as they are.",
        fix="Divide p by sum(p) along the class axis, then clip.",
        losses=("categorical_crossentropy",),
        choices={"rescale": "skipped"},
        links=(_QUESTION,),
    ),
    Mistake(
        id="clip_skipped",
        kind="clip",
        title="clip skipped",
        explanation="Keras clips probabilities to [1e-7, 1 - 1e-7] after rescaling; "
        "this takes the logarithm of any probability.",
        fix="Clip probabilities to [1e-7, 1 - 1e-7] before the logarithm.",
        losses=("categorical_crossentropy", "binary_crossentropy"),
        choices={"clip": "skipped"},
        slopes=True,
        links=(_QUESTION,),
    ),
)
