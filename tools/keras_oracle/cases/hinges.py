"""Cases of the hinge losses."""

from __future__ import annotations

from collections.abc import Iterator

from ..case import Case
from .builder import Builder
from .elementwise import SPECIAL, common, elementwise

_SIGNED = [[-1.0, 1.0, -1.0, 1.0], [-1.0, -1.0, 1.0, 1.0], [1.0, -1.0, 1.0, -1.0]]
_PREDICTIONS = [[-0.3, 0.2, -0.1, 1.6], [-0.25, -1.0, 0.5, 0.6], [0.4, 2.0, -0.75, -1.25]]
_ONE_HOT = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]


def hinge() -> Iterator[Case]:
    """Cases of Hinge."""
    yield from _binary("hinge")


def squared_hinge() -> Iterator[Case]:
    """Cases of SquaredHinge."""
    yield from _binary("squared_hinge")


def _binary(loss: str) -> Iterator[Case]:
    build = Builder(loss)
    yield from common(loss, _SIGNED, _PREDICTIONS, (-2.0, 2.0), (-1.0, 1.0))
    yield from elementwise(
        loss,
        "limit.kink",
        "Margins around 1, where the loss begins.",
        [(1.0, 1.0), (1.0, 0.9999999), (1.0, 1.0000001), (-1.0, -1.0), (-1.0, 2.0), (1.0, 3.0)],
        ("saturated",),
    )
    for slug, comment, labels in (
        ("zero_one", "Labels of 0 and 1 become -1 and 1.", [[0.0, 1.0], [1.0, 0.0]]),
        ("all_one", "All labels 1: they stay.", [[1.0, 1.0], [1.0, 1.0]]),
        ("all_zero", "All labels 0: they become -1.", [[0.0, 0.0], [0.0, 0.0]]),
        ("zero_and_minus_one", "0 and -1 are not converted.", [[0.0, -1.0], [-1.0, 0.0]]),
        ("one_soft", "One label of 0.5 in the batch: none is converted.", [[0.0, 1.0], [0.5, 0.0]]),
    ):
        for form in ("class", "function"):
            config = {"reduction": "none"} if form == "class" else {}
            yield from build.both(
                f"labels.{slug}.{form}",
                comment,
                labels,
                [[0.5, 0.5], [-0.25, 2.0]],
                flags=("hinge_labels",),
                form=form,
                **config,
            )
    for form in ("class", "function"):
        config = {"reduction": "none"} if form == "class" else {}
        yield from build.both(
            f"labels.of_predictions_too.{form}",
            "Predictions of 0 and 1: the labels alone become -1 and 1.",
            [[0.0, 1.0], [1.0, 0.0]],
            [[1.0, 1.0], [0.0, 0.0]],
            flags=("hinge_labels",),
            form=form,
            **config,
        )
    yield from elementwise(
        loss,
        "special.pairs",
        "NaN, infinities, zeros; the labels are not all 0 or 1.",
        SPECIAL,
        ("special_value",),
    )


def categorical_hinge() -> Iterator[Case]:
    """Cases of CategoricalHinge."""
    loss = "categorical_hinge"
    build = Builder(loss)
    predictions = [[0.3, 0.2, 0.1], [0.25, 0.5, 0.75], [-1.0, 2.0, 4.0]]
    yield from common(loss, _ONE_HOT, predictions, (-2.0, 2.0), (0.0, 1.0))
    yield from build.both(
        "limit.own_class",
        "The largest other product takes in the labelled class's own product, 0.",
        [[1.0, 0.0, 0.0], [1.0, 0.0, 0.0], [1.0, 0.0, 0.0]],
        [[-1.0, -2.0, -2.0], [3.0, 1.0, 2.0], [3.0, 2.0, 2.0]],
        flags=("saturated",),
        reduction="none",
    )
    yield from build.both(
        "shape.no_classes",
        "No classes: nothing to take the maximum of.",
        [[], []],
        [[], []],
        flags=("empty", "invalid_input"),
        reduction="none",
    )
    yield from build.both(
        "special.values",
        "NaN and infinities: 0 times an infinity is NaN.",
        [[1.0, 0.0]] * 5,
        [
            [float("inf"), 0.0],
            [float("-inf"), 0.0],
            [0.0, float("inf")],
            [0.0, float("-inf")],
            [float("nan"), 1.0],
        ],
        flags=("special_value",),
        reduction="none",
    )
