"""Cases of the losses on pairs of embeddings and on sequences."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..case import Case, Generator
from ..wrapper import REDUCTIONS
from .builder import DTYPES, Builder

_EMBEDDINGS = [[0.6, 0.8, 0.0], [0.8, 0.6, 0.0], [0.0, 0.6, 0.8]]
_LOGITS = [
    [[1.0, 2.0, 0.5], [0.5, -1.0, 2.0], [3.0, 0.0, 0.0], [0.0, 1.0, 1.0], [2.0, 0.25, -0.5]],
    [[0.0, 0.0, 0.0], [1.0, 1.0, -1.0], [2.0, -2.0, 0.5], [0.5, 0.5, 0.5], [1.0, 3.0, 0.0]],
    [[-1.0, 0.5, 1.5], [0.0, 2.0, 1.0], [1.0, 1.0, 1.0], [0.25, 0.0, 4.0], [2.0, 2.0, -1.0]],
]


def circle() -> Iterator[Case]:
    """Cases of Circle."""
    loss = "circle"
    build = Builder(loss)
    # The third sample has no partner: its loss is 0, and it does not count in the mean.
    yield from build.matrix([0, 0, 1], _EMBEDDINGS, "int64", rows=False)
    pairs = {
        "labels.two_pairs": [0, 1, 0, 1],
        "labels.all_the_same": [3, 3, 3, 3],
        "labels.all_different": [0, 1, 2, 3],
        "labels.column": [[5], [5], [7], [7]],
    }
    for slug, labels in pairs.items():
        for form in ("class", "function"):
            for dtype in DTYPES:
                id = build.id(f"{slug}.{form}", dtype)
                yield _circle_case(id, labels, dtype, form, {})
    for name, config in (
        ("gamma_2", {"gamma": 2.0}),
        ("gamma_256", {"gamma": 256.0}),
        ("margin_0_25", {"margin": 0.25}),
        ("with_diagonal", {"remove_diagonal": False}),
        ("all", {"gamma": 16.0, "margin": 0.1, "remove_diagonal": False}),
    ):
        for form in ("class", "function"):
            for dtype in DTYPES:
                id = build.id(f"parameter.{name}.{form}", dtype)
                yield _circle_case(id, [0, 0, 1, 1, 1], dtype, form, config)
    yield from build.both(
        "limit.long",
        "Embeddings longer than 1: distances are cut at 0.",
        [0, 0, 1],
        [[1.25, 0.0], [1.0, 0.5], [1.5, -0.25]],
        label_dtype="int64",
        flags=("saturated",),
        reduction="none",
        gamma=2.0,
    )
    yield from build.both(
        "shape.mismatch",
        "Two labels for three embeddings.",
        [0, 1],
        _EMBEDDINGS,
        label_dtype="int64",
        flags=("invalid_input",),
    )
    for form in ("class", "function"):
        yield from build.both(
            f"labels.fractional.{form}",
            "Labels are truncated: the first and the third are one.",
            [0.25, 1.0, 0.75],
            _EMBEDDINGS,
            flags=("dtype",),
            form=form,
            **({"reduction": "none"} if form == "class" else {}),
        )
    yield from _circle_references()


def _circle_references() -> Iterator[Case]:
    """The function against other embeddings than the batch's own."""
    build = Builder("circle")
    with_diagonal: dict[str, object] = {"remove_diagonal": False}
    five = [0, 1, 1, 0, 2]
    for slug, comment, labels, count, config in (
        ("more", "More references than samples.", five, 5, with_diagonal),
        ("more_without_diagonal", "Reference i is taken for sample i itself.", five, 5, {}),
        ("fewer", "Fewer references than samples.", [0, 1], 2, with_diagonal),
        ("fewer_without_diagonal", "The third sample has no diagonal.", [0, 1], 2, {}),
        ("one", "One reference.", [1], 1, with_diagonal),
        ("none", "No references: nothing to be near to or far from.", [], 0, with_diagonal),
        ("column", "Labels of references (m, 1).", [[0], [1], [1], [0], [2]], 5, {}),
        ("all", "Every parameter.", five, 5, {"gamma": 16.0, "margin": 0.1} | with_diagonal),
        ("labels_alone", "The batch's own embeddings with other labels.", [1, 1, 0], None, {}),
        ("embeddings_alone", "Other embeddings with the batch's own labels.", None, 3, {}),
    ):
        for dtype in DTYPES:
            id = build.id(f"references.{slug}", dtype)
            draw = Generator(id)
            y_pred = draw.uniform((3, 4), -0.5, 0.5, dtype)
            yield Case(
                id=id,
                comment=comment,
                dtype=dtype,
                y_true=np.array([0, 1, 0], dtype="int64"),
                y_pred=y_pred,
                form="function",
                config=config,
                flags=("references", "pseudorandom"),
                ref_labels=None if labels is None else np.array(labels, dtype="int64"),
                ref_embeddings=None
                if count is None
                else draw.uniform((count, 4), -0.5, 0.5, dtype),
            )
    for slug, comment, labels, shape in (
        ("wider", "References of another width.", five, (5, 3)),
        ("too_few_labels", "Two labels for five references.", [0, 1], (5, 4)),
        ("no_labels", "Five references with the batch's three labels.", None, (5, 4)),
        ("no_embeddings", "Five labels with the batch's three embeddings.", five, None),
    ):
        for dtype in DTYPES:
            yield Case(
                id=build.id(f"references.{slug}", dtype),
                comment=comment,
                dtype=dtype,
                y_true=np.array([0, 1, 0], dtype="int64"),
                y_pred=np.full((3, 4), 0.25, dtype=dtype),
                form="function",
                flags=("references", "invalid_input"),
                ref_labels=None if labels is None else np.array(labels, dtype="int64"),
                ref_embeddings=None if shape is None else np.full(shape, 0.25, dtype=dtype),
            )


def _circle_case(id: str, labels: object, dtype: str, form: str, config: dict[str, object]) -> Case:
    y_true = np.array(labels, dtype="int64")
    draw = Generator(id)
    reduction = {"reduction": "none"} if form == "class" else {}
    return Case(
        id=id,
        comment="Seeded embeddings of length below 1.",
        dtype=dtype,
        y_true=y_true,
        y_pred=draw.uniform((len(y_true), 4), -0.5, 0.5, dtype),
        form=form,
        config={**config, **reduction},
        flags=("pseudorandom",),
    )


def ctc() -> Iterator[Case]:
    """Cases of CTC."""
    loss = "ctc"
    build = Builder(loss)
    # Of one sample of NaN, TensorFlow makes gradients of NaN for all.
    yield from build.matrix([[1, 2], [1, 1], [2, 0]], _LOGITS, "int32", rows=False)
    for slug, comment, labels in (
        ("empty", "No labels: all blanks.", [[0, 0], [0, 0], [0, 0]]),
        ("one", "One label.", [[1, 0], [2, 0], [1, 0]]),
        ("repeated", "The same label twice needs a blank between.", [[1, 1], [2, 2], [1, 1]]),
        ("zero_inside", "A 0 inside the labels shortens the tail.", [[0, 1], [0, 2], [1, 0]]),
        ("full", "As many labels as time steps.", [[1, 2, 1, 2, 1]] * 3),
        ("infeasible", "More labels than time steps.", [[1, 2, 1, 2, 1, 2]] * 3),
        ("infeasible_repeats", "Repeats that do not fit.", [[1, 1, 1, 1]] * 3),
        ("no_class", "Ids that are no class.", [[5, 1], [1, 7], [3, 0]]),
    ):
        for form in ("class", "function"):
            config = {"reduction": "none"} if form == "class" else {}
            yield from build.both(
                f"labels.{slug}.{form}",
                comment,
                labels,
                _LOGITS,
                label_dtype="int32",
                flags=("edge_case",),
                form=form,
                **config,
            )
    yield from build.both(
        "shape.one_axis_of_labels",
        "Labels (3,): refused.",
        [1, 2, 1],
        _LOGITS,
        label_dtype="int32",
        flags=("invalid_input",),
    )
    for reduction in REDUCTIONS:
        for dtype in DTYPES:
            id = build.id(f"random.{reduction}", dtype)
            draw = Generator(id)
            y_true = np.array(
                [[1 + draw.below(4) for _ in range(3)] for _ in range(2)], dtype="int32"
            )
            yield Case(
                id=id,
                comment="Seeded logits.",
                dtype=dtype,
                y_true=y_true,
                y_pred=draw.uniform((2, 8, 5), -3.0, 3.0, dtype),
                config={"reduction": reduction},
                flags=("pseudorandom",),
            )
