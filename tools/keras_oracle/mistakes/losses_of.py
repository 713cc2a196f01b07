"""The losses that mistakes are about, by what they have in common."""

from __future__ import annotations

CATEGORICAL = (
    "categorical_crossentropy",
    "sparse_categorical_crossentropy",
    "categorical_focal_crossentropy",
)
BINARY = ("binary_crossentropy", "binary_focal_crossentropy")
CROSSENTROPIES = CATEGORICAL + BINARY
FOCAL = ("binary_focal_crossentropy", "categorical_focal_crossentropy")
DENSE = (
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "binary_crossentropy",
    "binary_focal_crossentropy",
)
"""Those whose labels have the shape of the predictions."""
GENERALIZED = ("categorical_generalized_cross_entropy",)
SPARSE = ("sparse_categorical_crossentropy",)
KL = ("kl_divergence",)
POISSON = ("poisson",)
