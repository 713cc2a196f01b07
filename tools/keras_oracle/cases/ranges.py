"""Cases that tell what range a loss is computed in: weights as large as its dtype takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ..case import Case
from .builder import Builder

_CROSSED = ([[1, 0], [0, 1]], [[0, 1], [1, 0]])
_IDS = [0, 1]
_ZEROS = [[0, 0], [0, 0]]

_ABOUT_ONE: dict[str, tuple[Any, Any]] = {
    "mean_squared_error": _CROSSED,
    "mean_absolute_error": _CROSSED,
    "mean_absolute_percentage_error": ([[100, 50], [100, 200]], [[101, 50.5], [99, 202]]),
    "mean_squared_logarithmic_error": (_ZEROS, [[1.75, 1.75], [1.5, 2]]),
    "huber": (_ZEROS, [[1.5, 1.5], [1.75, 1.25]]),
    "log_cosh": (_ZEROS, [[1.75, 1.5], [1.5, 1.75]]),
    "cosine_similarity": ([[1, 0], [0, 1]], [[2, 0], [0, 3]]),
    "hinge": ([[1, -1], [-1, 1]], _ZEROS),
    "squared_hinge": ([[1, -1], [-1, 1]], _ZEROS),
    "categorical_hinge": ([[1, 0], [0, 1]], [[0.25, 0.125], [0.125, 0.25]]),
    "kl_divergence": ([[0.75, 0.25], [0.25, 0.75]], [[0.125, 0.875], [0.875, 0.125]]),
    "poisson": ([[1, 2], [3, 0]], [[1.5, 1], [1, 1]]),
    "binary_crossentropy": ([[1, 0], [0, 1]], [[0.375, 0.625], [0.625, 0.375]]),
    "binary_focal_crossentropy": ([[1, 0], [0, 1]], [[0.1875, 0.75], [0.75, 0.1875]]),
    "categorical_crossentropy": ([[1, 0], [0, 1]], [[0.375, 0.625], [0.625, 0.375]]),
    "categorical_focal_crossentropy": ([[1, 0], [0, 1]], [[0.01, 0.99], [0.99, 0.01]]),
    "sparse_categorical_crossentropy": (_IDS, [[0.375, 0.625], [0.625, 0.375]]),
    "categorical_generalized_cross_entropy": (_IDS, [[0.25, 0.75], [0.75, 0.25]]),
    "dice": ([[1, 0], [0, 1]], [[0.125, 0.875], [0.875, 0.125]]),
    "tversky": ([[1, 0], [0, 1]], [[0.125, 0.875], [0.875, 0.125]]),
    "circle": ([0, 0, 1, 1], [[1, 0], [0, 1], [1, 0], [0, 1]]),
    "ctc": ([[1], [2]], [[[0, 0, 0]], [[0, 0, 0]]]),
}
"""Labels and predictions of which each sample costs about 1, but for the sign."""

_CONFIG: dict[str, dict[str, Any]] = {"circle": {"gamma": 0.5}}

_WITH_IDS = (
    "sparse_categorical_crossentropy",
    "categorical_generalized_cross_entropy",
    "circle",
    "ctc",
)


_LARGE_ROWS: dict[str, tuple[Any, Any]] = {
    "mean_squared_error": ([[0, 0]], [[1.5e19, 1.5e19]]),
    "mean_absolute_error": ([[0, 0]], [[2e38, 2.5e38]]),
    "mean_absolute_percentage_error": ([[-2e38, 1]], [[2e38, 1]]),
    "cosine_similarity": ([[1, 0]], [[1e20, 1e20]]),
    "hinge": ([[-1, -1]], [[2e38, 2.5e38]]),
    "squared_hinge": ([[-1, -1]], [[1.5e19, 1.5e19]]),
}
"""Rows of which the sum, or a difference, is beyond float32, but not the loss."""


def ranges(loss: str) -> Iterator[Case]:
    """Weighted losses beyond float16, and a sum of them beyond float32."""
    y_true, y_pred = _ABOUT_ONE[loss]
    build, count = Builder(loss), len(y_pred)
    label_dtype = "int32" if loss in _WITH_IDS else None
    for case in build.both(
        "range.sum_of_weighted",
        "The sum of the weighted losses is beyond float32, their mean is not.",
        y_true,
        y_pred,
        label_dtype=label_dtype,
        sample_weight=[2e38] * count,
        flags=("weighted", "edge_case"),
        **_CONFIG.get(loss, {}),
    ):
        # Its gradient would be as large, and then depend on what is multiplied first.
        yield replace(case, gradient=False)
    yield from build.both(
        "range.weighted",
        "Weighted losses beyond float16.",
        y_true,
        y_pred,
        label_dtype=label_dtype,
        sample_weight=[1e6] * count,
        flags=("weighted", "edge_case"),
        reduction="none",
        **_CONFIG.get(loss, {}),
    )
    if loss in _LARGE_ROWS:
        for case in build.both(
            "range.row.function",
            "An intermediate result is beyond float32, the loss of float64 is not.",
            *_LARGE_ROWS[loss],
            flags=("edge_case",),
            form="function",
        ):
            yield replace(case, gradient=False)
