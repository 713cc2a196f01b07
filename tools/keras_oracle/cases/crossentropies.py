"""Cases of the crossentropies: Keras's own test matrix, the seed questions, adversarial values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from ..case import Case, Generator
from ..wrapper import REDUCTIONS
from .builder import DTYPES, Builder

_NAN, _INF = np.nan, np.inf
_ONE_HOT = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
_QUESTION = [[0.9, 0.05, 0.05], [0.5, 0.89, 0.6], [0.05, 0.01, 0.94]]
_LOGITS = [[2.0, -1.0, 0.5], [-3.0, 4.0, 1.0], [0.0, 0.0, 8.0]]


def categorical() -> Iterator[Case]:
    """Cases of CategoricalCrossentropy."""
    build = Builder("categorical_crossentropy")
    both = build.both
    for form in ("class", "function"):
        config = {"reduction": "none"} if form == "class" else {}
        yield from both(
            f"question.row_sums_1_99.{form}",
            "Row 1 sums to 1.99: Keras divides it by that before the logarithm.",
            _ONE_HOT,
            _QUESTION,
            flags=("question", "unnormalised_rows"),
            form=form,
            **config,
        )
        yield from both(
            f"question.normalised_by_hand.{form}",
            "The rows of the question, normalised by hand.",
            _ONE_HOT,
            [[0.9, 0.05, 0.05], [0.2512563, 0.44723618, 0.30150756], [0.05, 0.01, 0.94]],
            flags=("question",),
            form=form,
            **config,
        )
        yield from both(
            f"question.saturated.{form}",
            "A probability of 1e-11 is clipped to 1e-7.",
            [[0, 1]],
            [[0.99999999999, 0.00000000001]],
            flags=("question", "saturated"),
            form=form,
            **config,
        )
    yield from build.matrix(_ONE_HOT, _QUESTION)
    for slug, comment, t, p in _SPECIAL_PROBABILITIES:
        yield from both(
            f"special.{slug}", comment, t, p, flags=("special_value",), reduction="none"
        )
    for slug, comment, t, x in _SPECIAL_LOGITS:
        yield from both(
            f"special.logits.{slug}",
            comment,
            t,
            x,
            flags=("special_value", "logits"),
            reduction="none",
            from_logits=True,
        )
    for smoothing in (0.1, 0.4, -0.5, 1.5):
        for from_logits in (False, True):
            yield from both(
                f"label_smoothing.{_slug(smoothing)}.{_kind(from_logits)}",
                "Label smoothing is not validated.",
                _ONE_HOT,
                _LOGITS if from_logits else _QUESTION,
                flags=("label_smoothing",),
                label_smoothing=smoothing,
                from_logits=from_logits,
            )
    yield from both(
        "label_smoothing.axis_0",
        "The class count is the last extent, 5, not that of the class axis, 4.",
        np.eye(4, 5),
        np.arange(1, 21).reshape(4, 5) / 8,
        flags=("label_smoothing", "axis"),
        label_smoothing=0.4,
        axis=0,
    )
    yield from both(
        "limit.above.function",
        "A prediction that rescales to 1 is clipped after that.",
        [[1, 0], [0.5, 0.25]],
        [[2.0, 0.0], [3.0, 0.0]],
        flags=("saturated",),
        form="function",
    )
    yield from _axes(build, lambda shape: np.eye(int(np.prod(shape)))[0].reshape(shape))
    yield from _shapes(build)
    yield from _random(build, sparse=False)


def binary() -> Iterator[Case]:
    """Cases of BinaryCrossentropy."""
    build = Builder("binary_crossentropy")
    both = build.both
    labels = [[1, 0], [0, 1], [1, 1]]
    probabilities = [[0.9, 0.2], [0.6, 0.5], [1.0, 0.0]]
    yield from build.matrix(labels, probabilities)
    yield from both(
        "form.function.features",
        "The bare function: a mean over the features, one loss for each sample.",
        labels,
        probabilities,
        form="function",
    )
    yield from both(
        "weight.zero_of_nan.logits",
        "A loss of NaN is not hidden by its weight of 0; a logit of NaN is never refused.",
        labels,
        [[_NAN, _NAN], [0.5, 3.0], [4.0, 0.0]],
        sample_weight=[0.0, 1.0, 2.0],
        flags=("weighted", "special_value", "logits"),
        from_logits=True,
    )
    pairs = {
        "t1_p0": (1, 0, "Clipped to epsilon: 16.118 for both dtypes."),
        "t0_p1": (0, 1, "Clipped to 1 - epsilon as the dtype holds it: 15.942 in float32."),
        "t1_p1": (1, 1, "A perfect prediction costs epsilon as the dtype holds it."),
        "t0_p0": (0, 0, "A perfect prediction costs epsilon as the dtype holds it."),
        "t1_half": (1, 0.5, "log 2."),
        "soft": (0.3, 0.6, "A soft label."),
        "above_1": (1, 1.5, "A probability above 1 is clipped."),
        "below_0": (1, -0.5, "A probability below 0 is clipped."),
        "label_2": (2, 0.25, "Labels are not validated."),
        "at_epsilon": (1, 1e-7, "Just at the limit of the clip."),
        "nan_p": (1, _NAN, "NaN passes the clip."),
        "nan_t": (_NAN, 0.5, "A NaN label."),
        "inf_p": (0, _INF, "An infinite probability is clipped."),
        "minus_inf_p": (0, -_INF, "An infinite probability is clipped."),
        "subnormal": (1, 1e-40, "A subnormal probability is clipped."),
    }
    for slug, (t, p, comment) in pairs.items():
        yield from both(
            f"special.{slug}",
            comment,
            [[t]],
            [[p]],
            flags=("special_value", "saturated"),
            reduction="none",
        )
        yield from both(
            f"special.{slug}.function",
            comment,
            [[t]],
            [[p]],
            flags=("special_value", "saturated"),
            form="function",
        )
    yield from both(
        "shape.function_of_logits_does_not_repair",
        "The bare function of logits refuses (3,) against (3, 1).",
        [1, 0, 1],
        [[0.7], [-0.2], [0.4]],
        form="function",
        flags=("rank_repair", "logits", "invalid_input"),
        from_logits=True,
    )
    for t in (0.0, 1.0, 0.25):
        for x in (0.0, 1.5, -1.5, 20.0, -20.0, 40.0, -100.0, 1000.0, -1000.0, _INF, -_INF, _NAN):
            yield from both(
                f"logits.t_{_slug(t)}.x_{_slug(x)}",
                "A logit stays a logit: no clip.",
                [[t]],
                [[x]],
                flags=("logits",),
                reduction="none",
                from_logits=True,
            )
    for smoothing in (0.1, 1.0, -0.5, 1.5):
        for from_logits in (False, True):
            yield from both(
                f"label_smoothing.{_slug(smoothing)}.{_kind(from_logits)}",
                "Labels move towards one half.",
                labels,
                [[1.0, -2.0], [0.5, 3.0], [4.0, 0.0]] if from_logits else probabilities,
                flags=("label_smoothing",),
                label_smoothing=smoothing,
                from_logits=from_logits,
            )
    for from_logits in (False, True):
        yield from both(
            f"label_smoothing.three_columns.{_kind(from_logits)}",
            "Labels move towards one half, not one third, with three columns.",
            [[1, 0, 1], [0, 0, 1]],
            [[0.5, -2.0, 3.0], [1.5, 0.25, -0.5]] if from_logits else [[0.6, 0.2, 0.9]] * 2,
            flags=("label_smoothing",),
            label_smoothing=0.3,
            from_logits=from_logits,
            reduction="none",
        )
    yield from _axes(build, lambda shape: np.arange(int(np.prod(shape))).reshape(shape) % 2)
    yield from _shapes(build)
    yield from _random(build, sparse=False)


def sparse() -> Iterator[Case]:
    """Cases of SparseCategoricalCrossentropy."""
    build = Builder("sparse_categorical_crossentropy")
    both = build.both
    yield from build.matrix([0, 1, 2], _QUESTION, label_dtype="int32")
    for form in ("class", "function"):
        config = {"reduction": "none"} if form == "class" else {}
        for slug, ids, comment in (
            ("ids", [0, 1, 2], "The question's rows, labelled by id."),
            ("column", [[0], [1], [2]], "Ids in a column: the axis of 1 is dropped."),
        ):
            yield from both(
                f"question.{slug}.{form}",
                comment,
                ids,
                _QUESTION,
                label_dtype="int64",
                flags=("question", "unnormalised_rows"),
                form=form,
                **config,
            )
    for id in (3, 7, -1, -100):
        for from_logits in (False, True):
            yield from both(
                f"out_of_range.{_slug(id)}.{_kind(from_logits)}",
                "An id that is no class costs 0.",
                [id],
                [[0.25, 0.5, 0.25]],
                label_dtype="int32",
                flags=("class_id_out_of_range",),
                reduction="none",
                from_logits=from_logits,
            )
        yield from both(
            f"out_of_range.{_slug(id)}.function",
            "An id that is no class costs 0.",
            [id],
            [[0.25, 0.5, 0.25]],
            label_dtype="int32",
            flags=("class_id_out_of_range",),
            form="function",
        )
    yield from both(
        "labels.fraction_alone",
        "Ids are truncated, not rounded: 1.6 is class 1.",
        [1.6],
        [[0.2, 0.5, 0.3]],
        flags=("special_value",),
        reduction="none",
    )
    for slug, comment, ids in (
        ("fraction", "Ids are truncated: 1.9 is class 1.", [1.9, 0.2, 2.0]),
        ("nan", "A NaN id is class 0.", [_NAN, 1, 2]),
    ):
        yield from both(
            f"labels.{slug}", comment, ids, _QUESTION, flags=("special_value",), reduction="none"
        )
    for slug, comment, p, id in (
        ("scaled", "Keras on JAX rescales before the clip.", [[3, 1]], 0),
        ("zero_row", "0/0: a row of zeros is NaN.", [[0, 0]], 1),
        ("above_1", "Entries above 1.", [[2.5, 4.5, 3]], 1),
        ("infinite", "inf/inf: a row with an infinity is NaN.", [[_INF, 1]], 1),
        ("one_class", "One class alone.", [[0.3]], 0),
        ("saturated", "Clipped at both ends.", [[1, 0]], 1),
        ("hit", "A perfect prediction.", [[1, 0]], 0),
    ):
        yield from both(
            f"special.{slug}",
            comment,
            [id],
            p,
            label_dtype="int32",
            flags=("special_value",),
            reduction="none",
        )
        yield from both(
            f"special.{slug}.function",
            comment,
            [id],
            p,
            label_dtype="int32",
            flags=("special_value",),
            form="function",
        )
    for slug, comment, x, id in (
        ("extreme", "The difference is beyond float32.", [[3e38, -3e38]], 0),
        ("extreme_miss", "The difference is beyond float32.", [[3e38, -3e38]], 1),
        ("infinite", "inf - inf is NaN.", [[_INF, 1]], 1),
        ("minus_infinite", "Another class has no probability.", [[1, -_INF]], 0),
        ("minus_infinite_miss", "The labelled class has no probability.", [[1, -_INF]], 1),
        ("nan", "NaN spreads over the row.", [[_NAN, 1]], 1),
    ):
        yield from both(
            f"special.logits.{slug}",
            comment,
            [id],
            x,
            label_dtype="int32",
            flags=("special_value", "logits"),
            reduction="none",
            from_logits=True,
        )
    for reduction in REDUCTIONS:
        for slug, ids in (("one", [0, 1, 2]), ("all", [1, 1, 1])):
            yield from both(
                f"ignore_class.{slug}.{reduction}",
                "The mean divides by the number of positions that count.",
                ids,
                _QUESTION,
                label_dtype="int32",
                flags=("ignore_class",),
                ignore_class=1,
                reduction=reduction,
            )
    yield from both(
        "ignore_class.nan_row",
        "An ignored row may hold NaN or zeros.",
        [-1, 0, -1],
        [[_NAN, 1, 1], [0.5, 0.25, 0.25], [0, 0, 0]],
        label_dtype="int32",
        flags=("ignore_class", "special_value"),
        ignore_class=-1,
    )
    yield from both(
        "ignore_class.fraction",
        "Labels are compared with ignore_class as they are, not as ids.",
        [1.5, 0, 1],
        _QUESTION,
        flags=("ignore_class",),
        ignore_class=1,
        reduction="none",
    )
    yield from both(
        "ignore_class.masked_weighted",
        "ignore_class, a mask and a weight together.",
        [0, 1, 2],
        _QUESTION,
        label_dtype="int32",
        flags=("ignore_class", "masked", "weighted"),
        ignore_class=1,
        mask=[True, True, False],
        sample_weight=[0.5, 2.0, 4.0],
    )
    yield from both(
        "shape.mismatch",
        "Two ids for three rows.",
        [0, 1],
        _QUESTION,
        label_dtype="int32",
        flags=("invalid_input",),
    )
    yield from both(
        "shape.empty",
        "No samples: an empty array, whatever the reduction.",
        np.zeros((0,)),
        np.zeros((0, 3)),
        label_dtype="int32",
        flags=("empty",),
    )
    for slug, comment, ids, p in (
        ("rank_1", "One row of classes, one id.", 1, [0.2, 0.5, 0.3]),
        ("rank_1_ids", "One row of classes, an array of one id.", [1], [0.2, 0.5, 0.3]),
        ("flat_ids", "Four ids for (2, 2) rows.", [0, 1, 1, 0], [[[0.2, 0.8], [0.6, 0.4]]] * 2),
        ("rank_4", "Ids (1, 2, 1).", [[[0], [1]]], [[[[0.2, 0.8]], [[0.6, 0.4]]]]),
    ):
        for form in ("class", "function"):
            config = {"reduction": "none"} if form == "class" else {}
            yield from both(
                f"shape.{slug}.{form}",
                comment,
                ids,
                p,
                label_dtype="int32",
                flags=("rank_repair",),
                form=form,
                **config,
            )
    yield from both(
        "axis.fits",
        "Classes on axis 1, ids of a shape that fits both ways.",
        [[0, 1]],
        [[[0.2, 0.7], [0.8, 0.3]]],
        label_dtype="int32",
        flags=("axis",),
        axis=1,
        reduction="none",
    )
    yield from both(
        "axis.mismatch",
        "Classes on axis 1: JAX wants ids of the leading axes' shape.",
        np.zeros((2, 4)),
        np.ones((2, 3, 4)),
        label_dtype="int32",
        flags=("axis", "invalid_input"),
        axis=1,
    )
    yield from both(
        "axis.mismatch.function",
        "Ids (2, 2) for (2, 3, 2): they fit the axis, and not the leading ones.",
        [[0, 2], [1, 0]],
        [[[0.1, 0.2], [0.4, 0.5], [0.3, 0.2]], [[0.7, 0.1], [0.2, 0.8], [0.6, 0.9]]],
        label_dtype="int32",
        flags=("axis", "invalid_input"),
        form="function",
        axis=1,
    )
    yield from _random(build, sparse=True)
    # More elements than stand in JSON: the predictions are an NPY file.
    yield _random_case(build, True, (257, 256), False, "float32")


_SPECIAL_PROBABILITIES = (
    ("missed", "Clipped to epsilon.", [[0, 1]], [[1, 0]]),
    ("hit", "A perfect prediction costs epsilon as the dtype holds it.", [[1, 0]], [[1, 0]]),
    ("zero_row", "0/0: a row of zeros is NaN.", [[0, 1]], [[0, 0]]),
    ("negative_sum", "A negative sum turns the signs.", [[0, 1, 0]], [[-1, -2, -3]]),
    ("negative_entry", "A negative entry is clipped.", [[0, 1, 0]], [[2, -1, 3]]),
    ("nan", "NaN in a row spreads over the row.", [[0, 1], [1, 0]], [[_NAN, 1], [0.5, 0.5]]),
    ("nan_label", "A NaN label.", [[_NAN, 0]], [[0.5, 0.5]]),
    ("infinite", "inf/inf is NaN.", [[0, 1]], [[_INF, 1]]),
    ("infinite_label", "An infinite label.", [[_INF, 0]], [[0.5, 0.5]]),
    ("subnormal", "Subnormal entries are zero: 0/0.", [[0, 1]], [[1e-310, 1e-310]]),
    ("soft", "Soft labels that do not sum to 1.", [[0.5, 0.7, 0.2]], [[0.2, 0.3, 0.5]]),
    ("large", "A row that sums far from 1.", [[0, 1, 0]], [[1e10, 2e10, 1e10]]),
    ("tiny", "A row of tiny entries.", [[0, 1, 0]], [[1e-20, 2e-20, 1e-20]]),
    ("one_class", "One class alone: 1 - epsilon.", [[1]], [[0.3]]),
    ("no_label", "A row without a label costs 0.", [[0, 0]], [[0.5, 0.5]]),
)

_SPECIAL_LOGITS = (
    ("confident", "A confident hit.", [[1, 0]], [[40, -40]]),
    ("confident_miss", "A confident miss: no clip.", [[0, 1]], [[40, -40]]),
    ("equal", "Equal logits: log 3.", [[0, 1, 0]], [[7, 7, 7]]),
    ("shifted", "A common shift changes nothing.", [[0, 1, 0]], [[1001, 1002, 1003]]),
    ("nan", "NaN spreads over the row.", [[0, 1]], [[_NAN, 1]]),
    ("infinite", "inf - inf is NaN.", [[0, 1]], [[_INF, 1]]),
    ("minus_infinite", "0 * -inf is NaN.", [[1, 0]], [[1, -_INF]]),
    ("extreme", "The difference is beyond float32.", [[1, 0]], [[3e38, -3e38]]),
    ("no_label", "A row without a label costs 0.", [[0, 0]], [[1, 0]]),
    ("two_labels", "Labels that sum to 2.", [[1, 1]], [[0, 0]]),
)


def _axes(build: Builder, labels: Any) -> Iterator[Case]:
    """Class axes other than the last, by either sign, on ranks 2 to 4."""
    for shape in ((3, 2), (2, 3, 2), (2, 2, 3, 2)):
        p = (np.arange(1, int(np.prod(shape)) + 1) / (int(np.prod(shape)) + 1)).reshape(shape)
        for axis in range(-len(shape), len(shape)):
            yield from build.both(
                f"axis.rank_{len(shape)}.{_slug(axis)}",
                "The axis of the classes.",
                labels(shape),
                p,
                flags=("axis",),
                axis=axis,
                reduction="none",
            )
        yield from build.both(
            f"axis.rank_{len(shape)}.out_of_range",
            "No such axis.",
            labels(shape),
            p,
            flags=("axis", "invalid_input"),
            axis=len(shape),
        )


def _shapes(build: Builder) -> Iterator[Case]:
    """Ranks, empty batches, and shapes that do not fit."""
    both = build.both
    yield from both(
        "shape.rank_1",
        "Rank 1: a scalar that no reduction touches.",
        [0, 1, 0],
        [0.2, 0.5, 0.3],
    )
    yield from both(
        "shape.rank_1_weighted",
        "A scalar loss with three weights: three losses, then the mean.",
        [0, 1, 0],
        [0.2, 0.5, 0.3],
        sample_weight=[1.0, 2.0, 3.0],
        flags=("weighted",),
    )
    yield from both(
        "shape.column_labels",
        "Labels (3,) and predictions (3, 1): the class makes both (3, 1).",
        [1, 0, 1],
        [[0.7], [0.2], [0.4]],
        flags=("rank_repair",),
        reduction="none",
    )
    yield from both(
        "shape.function_does_not_repair",
        "The bare function refuses (3,) against (3, 1).",
        [1, 0, 1],
        [[0.7], [0.2], [0.4]],
        form="function",
        flags=("rank_repair", "invalid_input"),
    )
    for reduction in REDUCTIONS:
        yield from both(
            f"shape.empty.{reduction}",
            "No samples: an empty array, whatever the reduction.",
            np.zeros((0, 3)),
            np.zeros((0, 3)),
            flags=("empty",),
            reduction=reduction,
        )
    yield from both(
        "shape.no_classes",
        "No classes.",
        np.zeros((2, 0)),
        np.zeros((2, 0)),
        flags=("empty",),
        reduction="none",
    )
    yield from both(
        "shape.mismatch",
        "Three columns of labels for two of predictions.",
        np.ones((2, 3)),
        np.ones((2, 2)),
        flags=("invalid_input",),
    )
    yield from both(
        "shape.weight_column_none",
        "A weight of (2, 1) makes the losses (2, 1).",
        [[1, 0], [0, 1]],
        [[0.6, 0.4], [0.3, 0.7]],
        sample_weight=[[1.0], [2.0]],
        flags=("weighted", "rank_repair"),
        reduction="none",
    )
    for case in both(
        "dtype.float64_inputs",
        "A class computes in its own dtype: float64 inputs are rounded first.",
        [[0, 1, 0]],
        [[0.1, 0.2, 0.7]],
        flags=("dtype",),
    ):
        yield replace(case, y_pred=np.array([[0.1, 0.2, 0.7]]))
    for label_dtype in ("int32", "uint8", "bool", "int64"):
        yield from both(
            f"dtype.labels_{label_dtype}",
            "Labels of another dtype.",
            [[0, 1, 0]],
            [[0.1, 0.2, 0.7]],
            label_dtype=label_dtype,
            flags=("dtype",),
        )


def _random(build: Builder, sparse: bool) -> Iterator[Case]:
    """Seeded cases over shapes, logits and probabilities."""
    for shape in ((4, 2), (3, 10), (2, 3, 5), (2, 33), (1, 100)):
        for from_logits in (False, True):
            for dtype in DTYPES:
                yield _random_case(build, sparse, shape, from_logits, dtype)


def _random_case(
    build: Builder, sparse: bool, shape: tuple[int, ...], from_logits: bool, dtype: str
) -> Case:
    """One seeded case: its numbers depend on its id alone."""
    id = build.id(f"random.{'x'.join(map(str, shape))}.{_kind(from_logits)}", dtype)
    draw = Generator(id)
    bounds = (-8.0, 8.0) if from_logits else (0.0, 1.0)
    y_pred = draw.uniform(shape, *bounds, dtype)
    if sparse:
        count = int(np.prod(shape[:-1]))
        drawn = [draw.below(shape[-1]) for _ in range(count)]
        y_true = np.array(drawn, dtype="int64").reshape(shape[:-1])
    else:
        y_true = draw.uniform(shape, 0.0, 1.0, dtype)
    return Case(
        id=id,
        comment="Seeded random numbers.",
        dtype=dtype,
        y_true=y_true,
        y_pred=y_pred,
        config={"from_logits": from_logits, "reduction": "none"},
        flags=("pseudorandom",) + (("logits",) if from_logits else ()),
    )


def _kind(from_logits: bool) -> str:
    return "logits" if from_logits else "probabilities"


def _slug(number: float) -> str:
    text = f"{number:g}".replace(".", "_")
    return text.replace("-", "minus_")
