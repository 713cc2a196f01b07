"""Cases of the overlap losses."""

from __future__ import annotations

from collections.abc import Iterator

from ..case import Case, Generator
from ..wrapper import REDUCTIONS
from .builder import DTYPES, Builder

_TRUE = [[1.0, 0.0, 1.0], [0.0, 1.0, 1.0], [1.0, 1.0, 0.0]]
_PRED = [[0.9, 0.2, 0.6], [0.1, 0.7, 0.4], [0.3, 0.8, 0.5]]


def dice() -> Iterator[Case]:
    """Cases of Dice."""
    yield from _common("dice")


def tversky() -> Iterator[Case]:
    """Cases of Tversky."""
    loss = "tversky"
    yield from _common(loss)
    build = Builder(loss)
    for name, alpha, beta in (
        ("alpha", 0.75, 0.25),
        ("alpha_only", 1.0, 0.0),
        ("beta_only", 0.0, 1.0),
        ("neither", 0.0, 0.0),
        ("both_1", 1.0, 1.0),
    ):
        for form in ("class", "function"):
            yield from build.both(
                f"parameter.{name}.{form}",
                f"alpha={alpha}, beta={beta}.",
                [[1.0, 1.0, 0.0, 0.0]],
                [[1.0, 0.0, 1.0, 1.0]],
                flags=("parameter",),
                form=form,
                alpha=alpha,
                beta=beta,
            )


def _common(loss: str) -> Iterator[Case]:
    build = Builder(loss)
    for axis in (None, 0, 1, -1):
        slug = str(axis).replace("-", "minus_").lower()
        config = {} if axis is None else {"axis": axis}
        for form in ("class", "function"):
            reduction = {"reduction": "none"} if form == "class" else {}
            yield from build.both(
                f"axis.{slug}.{form}",
                f"axis={axis}.",
                _TRUE,
                _PRED,
                flags=("axis",),
                form=form,
                **config,
                **reduction,
            )
    for axes in ([0, 1], [1, 2], [0, 2], [-1]):
        slug = "_".join(str(axis).replace("-", "minus_") for axis in axes)
        for dtype in DTYPES:
            id = build.id(f"axes.{slug}", dtype)
            draw = Generator(id)
            yield Case(
                id=id,
                comment=f"axis={tuple(axes)} of (2, 3, 2).",
                dtype=dtype,
                y_true=draw.uniform((2, 3, 2), 0.0, 1.0, dtype),
                y_pred=draw.uniform((2, 3, 2), 0.0, 1.0, dtype),
                config={"axis": axes, "reduction": "none"},
                flags=("axis",),
            )
    for axis in (2, -3):
        yield from build.both(
            f"axis.{str(axis).replace('-', 'minus_')}.refused",
            f"axis={axis} of an array of rank 2.",
            _TRUE,
            _PRED,
            flags=("axis", "invalid_input"),
            axis=axis,
        )
    for reduction in REDUCTIONS:
        yield from build.both(
            f"reduction.{reduction}.batch",
            "The whole batch is one loss.",
            _TRUE,
            _PRED,
            flags=("reduction",),
            reduction=reduction,
        )
        yield from build.both(
            f"reduction.{reduction}.per_sample",
            "One loss for each sample.",
            _TRUE,
            _PRED,
            flags=("reduction",),
            reduction=reduction,
            axis=-1,
        )
        yield from build.both(
            f"reduction.{reduction}.per_sample_weighted",
            "One loss for each sample, weighted.",
            _TRUE,
            _PRED,
            sample_weight=[1.2, 0.0, 2.0],
            flags=("reduction", "weighted"),
            reduction=reduction,
            axis=-1,
        )
        yield from build.both(
            f"reduction.{reduction}.batch_weighted",
            "A scalar loss with three weights has three elements.",
            _TRUE,
            _PRED,
            sample_weight=[1.2, 0.0, 2.0],
            flags=("reduction", "weighted"),
            reduction=reduction,
        )
        yield from build.both(
            f"reduction.{reduction}.per_sample_masked",
            "One loss for each sample, one masked.",
            _TRUE,
            _PRED,
            mask=[True, False, True],
            flags=("reduction", "masked"),
            reduction=reduction,
            axis=-1,
        )
        yield from build.both(
            f"reduction.{reduction}.per_sample_weighted_column",
            "One loss for each sample, weights (3, 1).",
            _TRUE,
            _PRED,
            sample_weight=[[1.2], [0.0], [2.0]],
            flags=("reduction", "weighted"),
            reduction=reduction,
            axis=-1,
        )
    yield from build.both(
        "reduction.mean.per_row",
        "Losses of shape (2, 2).",
        [[[1.0, 0.0], [0.0, 1.0]], [[1.0, 1.0], [0.0, 1.0]]],
        [[[0.9, 0.2], [0.6, 0.1]], [[0.7, 0.4], [0.3, 0.8]]],
        flags=("reduction",),
        reduction="mean",
        axis=-1,
    )
    yield from build.both(
        "weight.zero_of_nan",
        "A loss of NaN is not hidden by its weight of 0.",
        _TRUE,
        [[float("nan")] * 3, *_PRED[1:]],
        sample_weight=[0.0, 1.0, 2.0],
        flags=("weighted", "special_value"),
        axis=-1,
    )
    yield from build.both(
        "limit.zeros", "All zero: 1.", [[0.0, 0.0]], [[0.0, 0.0]], flags=("saturated",)
    )
    yield from build.both("limit.perfect", "The same sets.", [[1.0, 0.0, 1.0]], [[1.0, 0.0, 1.0]])
    yield from build.both("limit.disjoint", "Disjoint sets.", [[1.0, 0.0]], [[0.0, 1.0]])
    yield from build.both(
        "shape.scalar", "No axis: still a loss.", 1.0, 0.5, flags=("rank_repair",)
    )
    yield from build.both(
        "shape.vector_and_column",
        "Labels (3,) and predictions (3, 1): the class repairs the ranks.",
        [1.0, 0.0, 1.0],
        [[0.9], [0.2], [0.6]],
        flags=("rank_repair",),
    )
    yield from build.both(
        "shape.vector_and_column.function",
        "Labels (3,) and predictions (3, 1): the function broadcasts the products.",
        [1.0, 0.0, 1.0],
        [[0.9], [0.2], [0.6]],
        flags=("rank_repair",),
        form="function",
    )
    yield from build.both(
        "shape.mismatch",
        "Labels (2, 3) and predictions (2, 2).",
        [[1.0] * 3] * 2,
        [[0.5] * 2] * 2,
        flags=("invalid_input",),
    )
    yield from build.both("shape.empty", "No samples: 1.", [[]], [[]], flags=("empty",))
    yield from build.both(
        "special.values",
        "NaN and infinities.",
        [[1.0, 0.0]] * 3,
        [[float("nan"), 0.5], [float("inf"), 0.5], [0.5, float("inf")]],
        flags=("special_value",),
        axis=-1,
        reduction="none",
    )
    for shape in ((4, 2), (3, 17), (2, 3, 5)):
        for dtype in DTYPES:
            id = build.id(f"random.{'x'.join(map(str, shape))}", dtype)
            draw = Generator(id)
            yield Case(
                id=id,
                comment="Seeded random numbers.",
                dtype=dtype,
                y_true=draw.uniform(shape, 0.0, 1.0, dtype),
                y_pred=draw.uniform(shape, 0.0, 1.0, dtype),
                config={"axis": -1, "reduction": "none"},
                flags=("pseudorandom",),
            )
