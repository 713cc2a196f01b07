"""Questions of float32 asked again in float16 and bfloat16."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase

import numpy as np

from ..arithmetic import Array
from ..case import Case
from ..number_format import cast

DTYPES = ("float16", "bfloat16")

_ASKED = (
    "*.reduction.none.unweighted",
    "*.reduction.sum_over_batch_size.weight_per_sample",
    "*.reduction.mean_with_sample_weight.mask_and_weight",
    "*.reduction.sum.per_sample_weighted",
    "*.random.4x2*",
    "*.form.function",
    "*.question.row_sums_1_99.*",
    "*.shape.rank_1*",
    "*.dtype.int64_labels",
)
"""Cases in the middle of the range, with their gradients."""

_ASKED_FOR_VALUES = (
    "*.special.t?_p?",
    "*.special.missed",
    "*.special.hit",
    "*.special.saturated",
    "*.special.scaled",
    "*.question.saturated.*",
    "*.limit.zeros",
)
"""Cases where the quantised constants show: in float16 1 - epsilon is 1."""

_WITHOUT_GRADIENT = (
    "binary_crossentropy.reduction.*.float16",
    "mean_absolute_percentage_error.*.float16",
    "kl_divergence.*.float16",
)
"""Their derivatives, 1 / epsilon, leave the range of float16 on the way."""

_WITHOUT_BOUND = (
    "circle.*.bfloat16",
    "binary_*crossentropy.*logits*.bfloat16",
    "ctc.*",
)
"""Left out: rounding to so few bits may change the loss without limit.

Circle rounds exponents of 80 (1 - cos); where a dialect clips sigmoids, 1 - sigmoid(8) rounds to 0;
CTC's logarithm of 0, -100000, is out of the range of float16 and off by 256 in bfloat16.
"""


def halves(cases: Iterable[Case]) -> Iterator[Case]:
    """The cases, and those that are asked in the half-precision dtypes as well."""
    for case in cases:
        yield case
        question, _, dtype = case.id.rpartition(".")
        if dtype != "float32":
            continue
        if not _matches(question, _ASKED + _ASKED_FOR_VALUES):
            continue
        for half in DTYPES:
            id = f"{question}.{half}"
            if not _matches(id, _WITHOUT_BOUND):
                gradient = not _matches(question, _ASKED_FOR_VALUES)
                yield _in(case, id, half, gradient and not _matches(id, _WITHOUT_GRADIENT))


def _matches(id: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(id, pattern) for pattern in patterns)


def _in(case: Case, id: str, dtype: str, gradient: bool) -> Case:
    def converted(array: Array | None) -> Array | None:
        if array is None or array.dtype != np.float32:
            return array
        return cast(array, dtype)

    y_true, y_pred = converted(case.y_true), converted(case.y_pred)
    assert y_true is not None and y_pred is not None
    return replace(
        case,
        id=id,
        dtype=dtype,
        y_true=y_true,
        y_pred=y_pred,
        sample_weight=converted(case.sample_weight),
        ref_embeddings=converted(case.ref_embeddings),
        flags=(*case.flags, "half_precision"),
        gradient=gradient,
    )
