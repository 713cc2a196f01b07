"""Questions that every loss on two arrays of one shape is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..case import Case, Generator
from ..wrapper import REDUCTIONS
from .builder import DTYPES, Builder

_NAN, _INF = np.nan, np.inf


def common(
    loss: str,
    y_true: Any,
    y_pred: Any,
    bounds: tuple[float, float],
    labels: tuple[float, float] | None = None,
) -> Iterator[Case]:
    """Keras's matrix on three samples, forms, ranks, empty arrays, label dtypes, random numbers.

    `bounds` and `labels` are the ranges of random predictions and labels.
    """
    build = Builder(loss)
    yield from build.matrix(y_true, y_pred)
    yield from _timesteps(build, bounds, labels or bounds)
    yield from _forms(build, y_true, y_pred)
    yield from _shapes(build, bounds, labels or bounds)
    for dtype in ("int64", "int32", "uint8", "bool"):
        yield from build.both(
            f"dtype.{dtype}_labels",
            f"Labels of dtype {dtype}.",
            [[0, 1, 1], [1, 0, 1]],
            [[0.25, 0.5, 0.75], [0.5, 0.125, 1.0]],
            label_dtype=dtype,
            flags=("dtype",),
        )
    yield from build.both(
        "dtype.int64_labels.function",
        "Labels of dtype int64, the bare function.",
        [[0, 1, 1], [1, 0, 1]],
        [[0.25, 0.5, 0.75], [0.5, 0.125, 1.0]],
        label_dtype="int64",
        flags=("dtype",),
        form="function",
    )
    yield from _random(build, bounds, labels or bounds)


def _forms(build: Builder, y_true: Any, y_pred: Any) -> Iterator[Case]:
    yield from build.both("form.function", "The bare function.", y_true, y_pred, form="function")
    yield from build.both(
        "form.defaults", "The class with its defaults.", y_true, y_pred, flags=("reduction",)
    )


def _timesteps(
    build: Builder, bounds: tuple[float, float], labels: tuple[float, float]
) -> Iterator[Case]:
    """Weights of each timestep, and of each sample of a batch with timesteps."""
    for reduction in REDUCTIONS:
        for name, shape in (("timestep", (2, 3)), ("sample_column", (2, 1)), ("last_axis", (3,))):
            for dtype in DTYPES:
                id = build.id(f"timesteps.{reduction}.weight_{name}", dtype)
                draw = Generator(id)
                yield Case(
                    id=id,
                    comment=f"Losses of shape (2, 3), sample_weight of shape {shape}.",
                    dtype=dtype,
                    y_true=draw.uniform((2, 3, 2), *labels, dtype),
                    y_pred=draw.uniform((2, 3, 2), *bounds, dtype),
                    sample_weight=draw.uniform(shape, 0.0, 2.0, dtype),
                    config={"reduction": reduction},
                    flags=("weighted", "reduction"),
                )
    yield from build.both(
        "timesteps.weight_per_sample",
        "A weight for each sample of (2, 3) losses: Keras 3 does not expand it.",
        [[[1.0], [0.0], [1.0]]] * 2,
        [[[0.5], [0.25], [0.75]]] * 2,
        sample_weight=[1.0, 2.0],
        flags=("weighted", "invalid_input"),
    )


def _shapes(
    build: Builder, bounds: tuple[float, float], labels: tuple[float, float]
) -> Iterator[Case]:
    middle = (bounds[0] + bounds[1]) / 2
    label = (labels[0] + labels[1]) / 2
    for form in ("class", "function"):
        yield from build.both(
            f"shape.rank_1.{form}",
            "One axis: the loss is a scalar that no reduction touches.",
            [label, label / 2, label / 4],
            [middle, middle / 2, middle / 8],
            form=form,
        )
        yield from build.both(
            f"shape.vector_and_column.{form}",
            "Labels (3,) and predictions (3, 1).",
            [label, label / 2, label / 4],
            [[middle], [middle / 2], [middle / 8]],
            flags=("rank_repair",),
            form=form,
        )
        yield from build.both(
            f"shape.column_and_vector.{form}",
            "Labels (3, 1) and predictions (3,).",
            [[label], [label / 2], [label / 4]],
            [middle, middle / 2, middle / 8],
            flags=("rank_repair",),
            form=form,
        )
        yield from build.both(
            f"shape.trailing_one.{form}",
            "Labels (2, 2) and predictions (2, 2, 1).",
            [[label, label / 2], [label / 4, label]],
            [[[middle], [middle / 2]], [[middle / 4], [middle / 8]]],
            flags=("rank_repair",),
            form=form,
        )
        yield from build.both(
            f"shape.mismatch.{form}",
            "Labels (2, 3) and predictions (2, 2).",
            [[label] * 3] * 2,
            [[middle] * 2] * 2,
            flags=("invalid_input",),
            form=form,
        )
        yield from build.both(
            f"shape.scalar.{form}",
            "No axis at all.",
            label,
            middle,
            flags=("invalid_input",),
            form=form,
        )
    for form in ("class", "function"):
        yield from build.both(
            f"shape.vector_and_column.apart.{form}",
            "Labels (3,) and predictions (3, 1): broadcast to (3, 3) they have another mean.",
            [labels[0] + (labels[1] - labels[0]) * part for part in (0.875, 0.125, 0.75)],
            [[bounds[0] + (bounds[1] - bounds[0]) * part] for part in (0.25, 0.375, 0.9375)],
            flags=("rank_repair",),
            form=form,
        )
    yield from build.both(
        "shape.broadcast_labels",
        "Labels (1, 2) for predictions (3, 2).",
        [[label, label / 2]],
        [[middle, middle / 2], [middle / 4, middle], [middle / 2, middle]],
        flags=("rank_repair",),
        reduction="none",
    )
    for reduction in ("none", "sum", "sum_over_batch_size"):
        yield from build.both(
            f"shape.empty.{reduction}",
            "No samples.",
            np.zeros((0, 3)),
            np.zeros((0, 3)),
            flags=("empty",),
            reduction=reduction,
        )


def _random(
    build: Builder, bounds: tuple[float, float], labels: tuple[float, float]
) -> Iterator[Case]:
    for shape in ((4, 2), (3, 17), (2, 3, 5), (2, 2, 3, 2), (1, 100)):
        for dtype in DTYPES:
            id = build.id(f"random.{'x'.join(map(str, shape))}", dtype)
            draw = Generator(id)
            yield Case(
                id=id,
                comment="Seeded random numbers.",
                dtype=dtype,
                y_true=draw.uniform(shape, *labels, dtype),
                y_pred=draw.uniform(shape, *bounds, dtype),
                config={"reduction": "none"},
                flags=("pseudorandom",),
            )


def elementwise(
    loss: str, slug: str, comment: str, pairs: Any, flags: tuple[str, ...], **config: Any
) -> Iterator[Case]:
    """One case whose rows are single pairs of a label and a prediction, not reduced."""
    yield from Builder(loss).both(
        slug,
        comment,
        [[pair[0]] for pair in pairs],
        [[pair[1]] for pair in pairs],
        flags=flags,
        reduction="none",
        **config,
    )


SPECIAL = [
    (0.5, _NAN),
    (_NAN, 0.5),
    (0.5, _INF),
    (0.5, -_INF),
    (_INF, 0.5),
    (-_INF, 0.5),
    (_INF, _INF),
    (0.0, _INF),
    (0.0, 0.0),
    (1.0, 1.0),
    (0.0, -0.0),
]
"""Pairs of labels and predictions that are not finite, or nothing."""
