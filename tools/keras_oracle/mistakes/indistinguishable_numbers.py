"""Mistakes in the losses of numbers that no input tells from each other, or from Keras."""

from __future__ import annotations

from .families import ALL, SQUARES
from .indistinguishable import Indistinguishable

INDISTINGUISHABLE_NUMBERS = (
    Indistinguishable(
        losses=ALL,
        mistakes=("gradient_not_divided",),
        proof="Only its gradient is wrong, and NumPy has none.",
        dialects=("keras-3.15/numpy",),
    ),
    Indistinguishable(
        losses=ALL,
        mistakes=("gradient_not_weighted",),
        proof="Only its gradient is wrong, and NumPy has none.",
        dialects=("keras-3.15/numpy",),
    ),
    Indistinguishable(
        losses=(*SQUARES, "squared_hinge"),
        mistakes=("gradient_without_2",),
        proof="Only its gradient is wrong, and NumPy has none.",
        dialects=("keras-3.15/numpy",),
    ),
    Indistinguishable(
        losses=("circle",),
        mistakes=("circle_weights_constant",),
        proof="Only its gradient is wrong, and NumPy has none.",
        dialects=("keras-3.15/numpy",),
    ),
    Indistinguishable(
        losses=("hinge", "squared_hinge"),
        mistakes=("arguments_swapped",),
        proof="Keras 1 does not convert labels, and t p is p t.",
        dialects=("keras-1",),
    ),
)
