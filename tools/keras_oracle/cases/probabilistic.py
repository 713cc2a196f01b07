"""Cases of the probability losses other than the crossentropies."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..case import Case, Generator
from ..wrapper import REDUCTIONS
from .builder import DTYPES, Builder
from .elementwise import SPECIAL, common, elementwise

_TRUE = [[0.5, 0.25, 0.25], [0.0, 1.0, 0.0], [0.125, 0.75, 0.125]]
_PRED = [[0.4, 0.5, 0.1], [0.05, 0.89, 0.06], [0.3, 0.1, 0.6]]
_ONE_HOT = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
_LOGITS = [[2.0, -1.0, 0.5], [-3.0, 4.0, 1.0], [0.0, 0.0, 8.0]]
_NAN, _INF = np.nan, np.inf


def kl_divergence() -> Iterator[Case]:
    """Cases of KLDivergence."""
    loss = "kl_divergence"
    yield from common(loss, _TRUE, _PRED, (0.0, 1.0))
    yield from elementwise(
        loss, "special.pairs", "NaN, infinities, zeros.", SPECIAL, ("special_value",)
    )
    yield from elementwise(
        loss,
        "limit.clip",
        "Both arrays are clipped to [epsilon, 1].",
        [(1.0, 0.0), (0.0, 1.0), (2.0, 0.5), (0.5, 2.0), (1e-7, 1e-7), (1e-8, 1.0), (0.5, -1.0)],
        ("saturated",),
    )
    yield from Builder(loss).both(
        "limit.clip.function",
        "Predictions at both limits, and beyond them: the bare function.",
        [[0.5, 0.25, 0.25, 1.0]] * 2,
        [[1.0, 1e-7, 0.5, 0.25], [2.0, 0.0, 1e-8, -1.0]],
        flags=("saturated",),
        form="function",
    )
    yield from Builder(loss).both(
        "question.zero_label",
        "A label of 0 still contributes epsilon log(epsilon / p).",
        [[1.0, 0.0]],
        [[0.0, 1.0]],
        flags=("saturated",),
    )


def poisson() -> Iterator[Case]:
    """Cases of Poisson."""
    loss = "poisson"
    yield from common(
        loss,
        [[1.0, 9.0, 2.0], [4.0, 8.0, 12.0], [0.0, 3.0, 1.0]],
        [[1.5, 6.0, 2.0], [8.0, 1.0, 3.0], [0.25, 4.0, 0.5]],
        (0.01, 8.0),
    )
    yield from elementwise(
        loss,
        "special.pairs",
        "NaN, infinities, zeros.",
        SPECIAL,
        ("special_value",),
    )
    yield from elementwise(
        loss,
        "limit.small",
        "Predictions around 0: epsilon is added inside the logarithm.",
        [(1.0, 0.0), (1.0, 1e-7), (0.0, 0.0), (2.0, -1.0), (0.0, -1.0), (3.0, 1e-12)],
        ("saturated",),
    )
    yield from Builder(loss).both(
        "limit.small.function",
        "Predictions around 0: the bare function.",
        [[1.0, 2.0], [1.0, 2.0], [1.0, 3.0]],
        [[0.0, 1.0], [1e-7, 1.0], [1.0, -1.0]],
        flags=("saturated",),
        form="function",
    )
    yield from Builder(loss).both(
        "limit.large.function",
        "Rates beyond float16, and a sum of them beyond float32.",
        [[1.0, 2.0], [1.0, 2.0]],
        [[1e5, 1e6], [2e38, 2.5e38]],
        flags=("edge_case",),
        form="function",
    )


def binary_focal_crossentropy() -> Iterator[Case]:
    """Cases of BinaryFocalCrossentropy."""
    loss = "binary_focal_crossentropy"
    build = Builder(loss)
    labels = [[1.0, 0.0, 1.0], [0.0, 0.0, 1.0], [1.0, 1.0, 0.0]]
    yield from _matrix_and_random(loss, labels, _PRED)
    yield from build.both(
        "weight.zero_of_infinity",
        "An infinite factor, 0 to the power of -1, is not hidden by its weight of 0.",
        [[1.0, 0.0], [0.0, 1.0]],
        [[1.0, 0.25], [0.5, 0.75]],
        sample_weight=[0.0, 1.0],
        flags=("weighted", "special_value"),
        gamma=-1.0,
    )
    for name, config in (
        ("gamma_0", {"gamma": 0.0}),
        ("gamma_1", {"gamma": 1.0}),
        ("gamma_half", {"gamma": 0.5}),
        ("gamma_5", {"gamma": 5.0}),
        ("balanced", {"apply_class_balancing": True}),
        ("alpha_without_balancing", {"alpha": 0.75}),
        ("balanced_alpha", {"apply_class_balancing": True, "alpha": 0.6}),
        ("smoothing", {"label_smoothing": 0.2}),
        ("smoothing_balanced", {"label_smoothing": 0.1, "apply_class_balancing": True}),
        ("axis_0", {"axis": 0}),
    ):
        for form in ("class", "function"):
            reduction = {"reduction": "none"} if form == "class" else {}
            yield from build.both(
                f"parameter.{name}.{form}",
                f"{name.replace('_', ' ')}.",
                labels,
                _PRED,
                flags=("parameter",),
                form=form,
                **config,
                **reduction,
            )
    yield from elementwise(
        loss,
        "limit.clip",
        "The crossentropy clips, the focal factor does not.",
        [(1.0, 0.0), (0.0, 1.0), (1.0, 1e-8), (0.0, 0.5), (0.0, 2.0), (1.0, -1.0)],
        ("saturated",),
    )
    yield from elementwise(
        loss,
        "limit.gamma_0",
        "The zeroth power of 0: a perfect prediction without a focal factor.",
        [(1.0, 1.0), (0.0, 0.0), (1.0, 0.5)],
        ("saturated", "parameter"),
        gamma=0.0,
    )
    yield from elementwise(
        loss,
        "logits",
        "Logits pass the sigmoid and are then clipped.",
        [(1.0, 0.0), (0.0, 0.0), (1.0, 2.0), (0.0, 2.0), (1.0, -3.0), (0.0, 5.0)],
        ("logits",),
        from_logits=True,
    )
    yield from elementwise(
        loss,
        "logits.confident_and_wrong",
        "Wrong by far: from probabilities the loss is cut at 15.94 and 16.12.",
        [(0.0, 40.0), (1.0, -40.0), (0.0, 100.0), (1.0, -100.0)],
        ("logits", "saturated"),
        from_logits=True,
    )
    yield from elementwise(
        loss,
        "logits.infinite",
        "Infinite logits.",
        [(0.0, _INF), (1.0, -_INF), (1.0, _INF), (0.0, -_INF)],
        ("logits", "special_value"),
        from_logits=True,
    )
    yield from elementwise(
        loss,
        "special.nan",
        "NaN passes.",
        [(0.5, _NAN), (_NAN, 0.5)],
        ("special_value",),
    )


def categorical_focal_crossentropy() -> Iterator[Case]:
    """Cases of CategoricalFocalCrossentropy."""
    loss = "categorical_focal_crossentropy"
    build = Builder(loss)
    yield from _matrix_and_random(loss, _ONE_HOT, _PRED)
    for name, config in (
        ("gamma_0", {"gamma": 0.0}),
        ("gamma_half", {"gamma": 0.5}),
        ("gamma_3", {"gamma": 3.0}),
        ("alpha_1", {"alpha": 1.0}),
        ("smoothing", {"label_smoothing": 0.2}),
        ("axis_0", {"axis": 0}),
        ("axis_0_smoothing", {"axis": 0, "label_smoothing": 0.3}),
        ("alphas", {"alpha": [0.1, 0.2, 0.7]}),
        ("alphas_of_one", {"alpha": [0.1]}),
        ("alphas_with_all", {"alpha": [0.1, 0.2, 0.7], "gamma": 1.5, "label_smoothing": 0.2}),
        ("alphas_axis_0", {"alpha": [0.1, 0.2, 0.7], "axis": 0, "label_smoothing": 0.3}),
    ):
        for form in ("class", "function"):
            reduction = {"reduction": "none"} if form == "class" else {}
            yield from build.both(
                f"parameter.{name}.{form}",
                f"{name.replace('_', ' ')}.",
                _ONE_HOT,
                _PRED,
                flags=("parameter",),
                form=form,
                **config,
                **reduction,
            )
    yield from build.both(
        "parameter.alphas.last_axis",
        "Classes on axis 0, of 3: a list of alphas runs along the last axis, of 2.",
        [[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]],
        [[0.5, 0.2], [0.3, 0.7], [0.2, 0.1]],
        flags=("parameter", "axis"),
        axis=0,
        alpha=[0.3, 0.6],
        reduction="none",
    )
    yield from build.both(
        "parameter.alphas.logits",
        "Logits, with a factor for each class.",
        _ONE_HOT,
        _LOGITS,
        flags=("parameter", "logits"),
        alpha=[0.1, 0.2, 0.7],
        from_logits=True,
        reduction="none",
    )
    for name, alphas in (("too_few", [0.1, 0.2]), ("too_many", [0.1, 0.2, 0.3, 0.4]), ("none", [])):
        yield from build.both(
            f"parameter.alphas.{name}",
            f"{len(alphas)} alphas for three classes.",
            _ONE_HOT,
            _PRED,
            flags=("parameter", "invalid_input"),
            alpha=alphas,
        )
    yield from build.both(
        "logits",
        "Logits pass softmax, rescale and clip.",
        [*_ONE_HOT, [0.0, 1.0, 0.0]],
        [*_LOGITS, [30.0, -30.0, 0.0]],
        flags=("logits", "saturated"),
        reduction="none",
        from_logits=True,
    )
    yield from build.both(
        "label_smoothing.four_classes",
        "Four classes share what smoothing takes away: a quarter each, not a third or a half.",
        np.eye(2, 4),
        [[0.4, 0.3, 0.2, 0.1], [0.1, 0.6, 0.1, 0.2]],
        flags=("label_smoothing",),
        label_smoothing=0.3,
        reduction="none",
    )
    yield from build.both(
        "label_smoothing.axis_0",
        "The class count is the last extent, 2, not that of the class axis, 3.",
        [[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]],
        [[0.5, 0.2], [0.3, 0.7], [0.2, 0.1]],
        flags=("label_smoothing", "axis"),
        axis=0,
        label_smoothing=0.3,
        reduction="none",
    )
    yield from build.both(
        "rescale",
        "Rows that do not sum to 1.",
        _ONE_HOT,
        [[0.9, 0.05, 0.05], [0.5, 0.89, 0.6], [5.0, 1.0, 2.0]],
        flags=("unnormalised_rows",),
        reduction="none",
    )
    yield from build.both(
        "limit.clip",
        "Rows of 0 and 1.",
        [[1.0, 0.0], [0.0, 1.0]],
        [[1.0, 0.0], [1.0, 0.0]],
        flags=("saturated",),
        reduction="none",
    )
    yield from build.both(
        "special.values",
        "NaN, infinities and a zero row.",
        [[1.0, 0.0]] * 4,
        [[_NAN, 0.5], [_INF, 1.0], [0.0, 0.0], [-1.0, 3.0]],
        flags=("special_value",),
        reduction="none",
    )


def _matrix_and_random(loss: str, labels: object, predictions: object) -> Iterator[Case]:
    """Keras's matrix and seeded numbers for a loss that wants arrays of one shape."""
    build = Builder(loss)
    yield from build.matrix(labels, predictions)
    yield from build.both(
        "shape.mismatch",
        "Labels (2, 3) and predictions (2, 2).",
        [[0.0] * 3] * 2,
        [[0.5] * 2] * 2,
        flags=("invalid_input",),
    )
    yield from build.both("shape.rank_1", "One axis: a scalar.", [0.0, 1.0, 0.0], [0.2, 0.7, 0.1])
    yield from build.both(
        "shape.vector_and_column",
        "Labels (3,) and predictions (3, 1): the class repairs the ranks.",
        [0.0, 1.0, 0.0],
        [[0.2], [0.7], [0.1]],
        flags=("rank_repair",),
    )
    yield from build.both("shape.scalar", "No axis at all.", 1.0, 0.5, flags=("invalid_input",))
    for shape in ((4, 2), (3, 17), (2, 3, 5), (1, 100)):
        for from_logits in (False, True):
            kind = "logits" if from_logits else "probabilities"
            for dtype in DTYPES:
                id = build.id(f"random.{'x'.join(map(str, shape))}.{kind}", dtype)
                draw = Generator(id)
                bounds = (-6.0, 6.0) if from_logits else (0.01, 0.99)
                yield Case(
                    id=id,
                    comment="Seeded random numbers.",
                    dtype=dtype,
                    y_true=draw.uniform(shape, 0.0, 1.0, dtype),
                    y_pred=draw.uniform(shape, *bounds, dtype),
                    config={"from_logits": from_logits, "reduction": "none"},
                    flags=("pseudorandom",) + (("logits",) if from_logits else ()),
                )


def categorical_generalized_cross_entropy() -> Iterator[Case]:
    """Cases of CategoricalGeneralizedCrossEntropy."""
    loss = "categorical_generalized_cross_entropy"
    build = Builder(loss)
    yield from build.matrix([0, 1, 2], _PRED, "int64")
    for exponent in (0.1, 0.5, 0.75):
        slug = str(exponent).replace(".", "_")
        yield from build.both(
            f"q.{slug}.class",
            f"q={exponent}.",
            [0, 1, 2],
            _PRED,
            label_dtype="int64",
            flags=("parameter",),
            reduction="none",
            q=exponent,
        )
        yield from build.both(
            f"q.{slug}.function",
            f"q={exponent}, the bare function.",
            [0, 1, 2],
            _PRED,
            label_dtype="int64",
            flags=("parameter",),
            form="function",
            q=exponent,
        )
    for exponent in (0.0, 1.0, -0.5, 2.0):
        slug = str(exponent).replace(".", "_").replace("-", "minus_")
        yield from build.both(
            f"q.{slug}.refused",
            f"q={exponent}: the class wants 0 < q < 1.",
            [0, 1, 2],
            _PRED,
            label_dtype="int64",
            flags=("parameter", "invalid_input"),
            q=exponent,
        )
    yield from build.both(
        "q.2_0.function",
        "The bare function takes any q.",
        [0, 1, 2],
        _PRED,
        label_dtype="int64",
        flags=("parameter",),
        form="function",
        q=2.0,
    )
    yield from build.both(
        "not_rescaled",
        "Rows that do not sum to 1 are taken as they are.",
        [0, 1, 2],
        [[0.9, 0.05, 0.05], [0.5, 0.89, 0.6], [5.0, 1.0, 2.0]],
        label_dtype="int64",
        flags=("unnormalised_rows",),
        reduction="none",
    )
    yield from build.both(
        "class_id.out_of_range",
        "Ids that are no class: p_t is 0.",
        [3, -1, 100],
        _PRED,
        label_dtype="int64",
        flags=("class_id_out_of_range",),
        reduction="none",
    )
    yield from build.both(
        "class_id.negative",
        "Negative ids are no class.",
        [-2, -100, 1],
        _PRED,
        label_dtype="int64",
        flags=("class_id_out_of_range",),
        reduction="none",
    )
    yield from build.both(
        "class_id.nan",
        "A NaN id is class 0.",
        [_NAN, 1.0, 2.0],
        _PRED,
        flags=("special_value",),
        reduction="none",
    )
    yield from build.both(
        "shape.column_of_ids",
        "Ids (3, 1) are not squeezed: the result is (3, 3).",
        [[0], [1], [2]],
        _PRED,
        label_dtype="int64",
        flags=("rank_repair",),
        reduction="none",
    )
    yield from build.both(
        "special.values",
        "Zero, negative and missing predictions.",
        [0, 0, 0, 0],
        [[0.0, 1.0], [-0.5, 1.0], [_NAN, 1.0], [_INF, 1.0]],
        label_dtype="int64",
        flags=("special_value",),
        reduction="none",
    )
    for reduction in REDUCTIONS:
        yield from build.both(
            f"timesteps.{reduction}",
            "Ids (2, 2), predictions (2, 2, 3).",
            [[0, 1], [2, 1]],
            [_PRED[:2], _PRED[1:]],
            label_dtype="int64",
            flags=("reduction",),
            reduction=reduction,
        )
