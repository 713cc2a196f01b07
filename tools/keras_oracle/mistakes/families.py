"""Losses that meet the same mistakes."""

from __future__ import annotations

from ..losses import LOSSES

ALL = tuple(LOSSES)
"""Every loss."""

SQUARES = ("mean_squared_error", "mean_squared_logarithmic_error")
"""Means of squared differences."""

REGRESSION = (
    *SQUARES,
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "huber",
    "log_cosh",
)
"""Means over the elements of a row, of numbers."""

HINGES = ("hinge", "squared_hinge", "categorical_hinge")
"""Losses of margins."""

ROW_MEANS = (
    *REGRESSION,
    "hinge",
    "squared_hinge",
    "poisson",
    "binary_crossentropy",
    "binary_focal_crossentropy",
)
"""Losses that are a mean over the elements of a row."""

ROW_SUMS = (
    "cosine_similarity",
    "categorical_hinge",
    "kl_divergence",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "sparse_categorical_crossentropy",
    "categorical_generalized_cross_entropy",
    "ctc",
)
"""Losses that have one number for each row of classes, whatever their count."""

OVERLAPS = ("dice", "tversky")
"""Losses of sums over whole batches, or some axes."""


def but(losses: tuple[str, ...], *others: str) -> tuple[str, ...]:
    """The losses without some."""
    return tuple(loss for loss in losses if loss not in others)
