"""Cases of the regression losses."""

from __future__ import annotations

from collections.abc import Iterator

from ..case import Case
from .builder import Builder
from .elementwise import SPECIAL, common, elementwise

_TRUE = [[1.0, 9.0, 2.0, -5.0], [-2.0, 6.0, 0.5, 0.0], [0.25, -1.5, 3.0, 7.0]]
_PRED = [[4.0, 8.0, 12.0, 8.0], [1.0, 3.0, 0.75, 0.5], [0.5, -1.25, 2.0, -4.0]]
_RANGE = (-4.0, 4.0)


def _plain(loss: str) -> Iterator[Case]:
    yield from common(loss, _TRUE, _PRED, _RANGE)
    yield from elementwise(
        loss, "special.pairs", "NaN, infinities, zeros.", SPECIAL, ("special_value",)
    )


def mean_squared_error() -> Iterator[Case]:
    """Cases of MeanSquaredError."""
    loss = "mean_squared_error"
    yield from _plain(loss)
    for name, comment in (
        (None, "No reduction, spelt None."),
        ("auto", "A reduction of tf.keras 2 alone."),
        ("average", "No reduction at all."),
    ):
        yield from Builder(loss).both(
            f"reduction_name.{str(name).lower()}",
            comment,
            _TRUE,
            _PRED,
            flags=("reduction",),
            reduction=name,
        )
    yield from elementwise(
        loss,
        "special.overflow",
        "Squares beyond the range of float32.",
        [(0.0, 1.7e19), (0.0, 2.0e19), (-2.0e19, 2.0e19)],
        ("special_value",),
    )
    yield from elementwise(
        loss,
        "special.underflow",
        "Squares below the normal numbers of float32.",
        [(0.0, 1e-18), (0.0, 1e-20), (0.0, 1e-40)],
        ("special_value",),
    )


def mean_absolute_error() -> Iterator[Case]:
    """Cases of MeanAbsoluteError."""
    loss = "mean_absolute_error"
    yield from _plain(loss)
    yield from Builder(loss).both(
        "special.nan.function",
        "NaN in the predictions and in the labels: the bare function.",
        [[0.5], [float("nan")]],
        [[float("nan")], [0.5]],
        flags=("special_value",),
        form="function",
    )


def mean_absolute_percentage_error() -> Iterator[Case]:
    """Cases of MeanAbsolutePercentageError."""
    loss = "mean_absolute_percentage_error"
    yield from _plain(loss)
    yield from elementwise(
        loss,
        "limit.small_labels",
        "Labels around epsilon, which the divisor does not fall below.",
        [(0.0, 1.0), (1e-7, 1.0), (-1e-7, 1.0), (5e-8, 0.0), (2e-7, 0.0), (1e-12, 1e-7)],
        ("saturated",),
    )
    yield from Builder(loss).both(
        "limit.small_labels.function",
        "Labels around epsilon: the bare function.",
        [[0.0], [1e-7], [-2e-7]],
        [[1.0], [1.0], [0.5]],
        flags=("saturated",),
        form="function",
    )


def mean_squared_logarithmic_error() -> Iterator[Case]:
    """Cases of MeanSquaredLogarithmicError."""
    loss = "mean_squared_logarithmic_error"
    yield from _plain(loss)
    yield from elementwise(
        loss,
        "limit.negative",
        "Everything up to epsilon costs what epsilon costs.",
        [(1.0, -5.0), (1.0, 0.0), (1.0, 1e-7), (1.0, 2e-7), (-3.0, 2.0), (0.0, 0.0), (-1.0, -2.0)],
        ("saturated",),
    )
    yield from elementwise(
        loss,
        "limit.large",
        "Large numbers.",
        [(1e6, 2e6), (1e30, 1.0), (3e38, 1e-3)],
        ("special_value",),
    )
    yield from Builder(loss).both(
        "limit.below_zero.function",
        "Numbers between -1 and 0 cost what epsilon costs, though they have a logarithm.",
        [[0.5, 1.0], [-0.25, 3.0]],
        [[-0.5, 3.0], [1.0, 2.0]],
        flags=("saturated",),
        form="function",
    )


def huber() -> Iterator[Case]:
    """Cases of Huber."""
    loss = "huber"
    yield from _plain(loss)
    pairs = [(0.0, 0.5), (0.0, 1.0), (0.0, 1.0000001), (0.0, -1.5), (2.0, -2.0), (0.0, 3.0)]
    for delta in (0.5, 1.0, 2.5, 0.1):
        yield from elementwise(
            loss,
            f"delta.{str(delta).replace('.', '_')}",
            f"Differences around delta = {delta}.",
            [*pairs, (0.0, delta), (delta, 0.0)],
            ("parameter",),
            delta=delta,
        )
    yield from elementwise(
        loss, "delta.negative", "A delta of -1 is not refused.", pairs, ("parameter",), delta=-1.0
    )
    yield from elementwise(
        loss,
        "delta.zero",
        "A delta of 0.",
        pairs,
        ("parameter",),
        delta=0.0,
    )
    yield from Builder(loss).both(
        "delta.function",
        "The bare function takes delta.",
        _TRUE,
        _PRED,
        flags=("parameter",),
        form="function",
        delta=2.0,
    )


def log_cosh() -> Iterator[Case]:
    """Cases of LogCosh."""
    loss = "log_cosh"
    yield from _plain(loss)
    yield from elementwise(
        loss,
        "limit.small",
        "Differences whose loss is far below 1: it is the difference of larger numbers.",
        [(0.0, 1e-1), (0.0, 1e-2), (0.0, 1e-3), (0.0, 1e-4), (0.0, -1e-3), (1.0, 1.0)],
        ("cancellation",),
    )
    yield from elementwise(
        loss,
        "limit.large",
        "Large differences cost |d| - log 2.",
        [(0.0, 20.0), (0.0, -20.0), (0.0, 100.0), (0.0, -100.0), (0.0, 1e6), (0.0, -1e6)],
        ("special_value",),
    )


def cosine_similarity() -> Iterator[Case]:
    """Cases of CosineSimilarity."""
    loss = "cosine_similarity"
    build = Builder(loss)
    yield from common(loss, _TRUE, _PRED, _RANGE)
    labels, predictions = [[1.0, 2.0], [3.0, 4.0]], [[1.0, 1.0], [0.0, 1.0]]
    for axis in (0, 1, -1, -2):
        yield from build.both(
            f"axis.{str(axis).replace('-', 'minus_')}",
            f"axis={axis}.",
            labels,
            predictions,
            flags=("axis",),
            axis=axis,
            reduction="none",
        )
    for axis in (2, -3):
        yield from build.both(
            f"axis.{str(axis).replace('-', 'minus_')}",
            f"axis={axis} of an array of rank 2.",
            labels,
            predictions,
            flags=("axis", "invalid_input"),
            axis=axis,
        )
    yield from build.both(
        "limit.short",
        "Vectors shorter than epsilon are multiplied by 1e7, not normalised.",
        [[1.0, 0.0]] * 6,
        [[1e-8, 0.0], [1e-7, 0.0], [2e-7, 0.0], [0.0, 0.0], [-1e-8, 0.0], [1e-6, 1e-6]],
        flags=("saturated",),
        reduction="none",
    )
    yield from build.both(
        "limit.short.function",
        "Vectors shorter than epsilon, and just above: the bare function.",
        [[1.0, 0.0]] * 4,
        [[1e-8, 0.0], [2e-7, 0.0], [2e-6, 0.0], [0.0, 0.0]],
        flags=("saturated",),
        form="function",
    )
    yield from build.both(
        "special.range",
        "Squares out of the range of float32.",
        [[1.0, 1.0]] * 4,
        [[1e18, 1e18], [2e19, 1.0], [1e-20, 1e-20], [1e-30, 0.0]],
        flags=("special_value",),
        reduction="none",
    )
    yield from build.both(
        "special.values",
        "NaN and infinities.",
        [[1.0, 2.0]] * 3,
        [[float("nan"), 1.0], [float("inf"), 1.0], [float("-inf"), 0.0]],
        flags=("special_value",),
        reduction="none",
    )
    yield from build.both(
        "directions",
        "The same, the opposite, a right angle, and another length.",
        [[3.0, 4.0]] * 4,
        [[3.0, 4.0], [-3.0, -4.0], [4.0, -3.0], [300.0, 400.0]],
        flags=("basic",),
        reduction="none",
    )
