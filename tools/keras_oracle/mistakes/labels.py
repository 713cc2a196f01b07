"""Mistakes about labels: smoothing, class ids, and the order of the arguments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ..arithmetic import Array
from ..case import Case
from .losses_of import BINARY, DENSE, GENERALIZED, SPARSE
from .mistake import Mistake, Question
from .questions import configured, without

_CATEGORICAL = ("categorical_crossentropy", "categorical_focal_crossentropy")
_IDS = (*SPARSE, *GENERALIZED)


def _hard(case: Case) -> Case | None:
    if not case.y_true.size or case.y_true.ndim < 1:
        return None
    axis = case.config.get("axis", -1)
    if not -case.y_true.ndim <= axis < case.y_true.ndim:
        return None
    best = np.expand_dims(case.y_true.argmax(axis), axis)
    places = np.arange(case.y_true.shape[axis])
    places = places.reshape(
        [-1 if it == axis % case.y_true.ndim else 1 for it in range(case.y_true.ndim)]
    )
    hard = (places == best).astype(case.y_true.dtype)
    return None if np.array_equal(hard, case.y_true) else replace(case, y_true=hard)


def _is_float(array: Array) -> bool:
    return array.dtype.kind == "f"


def _by_ids(change: Callable[[Array, int], Array]) -> Question:
    """Other class ids, made of integers or whole numbers and the class count."""

    def asked(case: Case) -> Case | None:
        if case.y_pred.ndim < 1:
            return None
        axis = case.config.get("axis", -1)
        if not -case.y_pred.ndim <= axis < case.y_pred.ndim:
            return None
        ids = case.y_true if _is_float(case.y_true) else case.y_true.astype(np.int64)
        changed = change(ids, case.y_pred.shape[axis])
        same = np.array_equal(changed, ids, equal_nan=_is_float(ids))
        return None if same else replace(case, y_true=changed)

    return asked


def _column_squeezed(case: Case) -> Case | None:
    ids = case.y_true
    if ids.ndim != case.y_pred.ndim or ids.ndim < 2 or ids.shape[-1] != 1:
        return None
    return replace(case, y_true=ids.squeeze(-1))


LABELS = (
    Mistake(
        id="smoothing_ignored",
        kind="smoothing",
        title="label smoothing ignored",
        explanation="Keras smooths labels by label_smoothing; this takes them as they are.",
        fix="Smooth the labels first: t (1 - s) + s / n, or t (1 - s) + s / 2 for binary losses.",
        losses=DENSE,
        question=without("label_smoothing", 0.0),
    ),
    Mistake(
        id="smoothing_over_other_classes",
        kind="smoothing",
        title="smoothing spread over the other classes",
        explanation="Keras adds s / n to all n classes; this adds s / (n - 1) to the n - 1 that "
        "are not labelled, so that the labelled one keeps 1 - s.",
        fix="Use t (1 - s) + s / n for every class.",
        losses=_CATEGORICAL,
        choices={"smoothing_share": "others"},
        links=(
            "https://github.com/mindspore-ai/mindspore/issues/73",
            "https://github.com/pytorch/pytorch/issues/7455",
        ),
    ),
    Mistake(
        id="smoothing_by_one_class_less",
        kind="smoothing",
        title="n - 1 for n classes in the smoothing",
        explanation="Keras adds s / n to all n classes; this adds s / (n - 1) to all of them.",
        fix="Divide the smoothing by the number of classes.",
        losses=_CATEGORICAL,
        choices={"smoothing_share": "all_but_one"},
        links=(
            "https://github.com/pytorch/pytorch/issues/7455",
            "https://github.com/MuQiuJun-AI/bert4pytorch/issues/4",
        ),
    ),
    Mistake(
        id="binary_smoothing_for_categorical",
        kind="smoothing",
        title="binary smoothing for categorical labels",
        explanation="Keras adds s / n to n classes; this adds s / 2, as binary losses do.",
        fix="Divide the smoothing by the number of classes.",
        losses=_CATEGORICAL,
        choices={"smoothing_share": "two"},
    ),
    Mistake(
        id="categorical_smoothing_for_binary",
        kind="smoothing",
        title="categorical smoothing for binary labels",
        explanation="Keras moves binary labels towards one half, t (1 - s) + s / 2; "
        "this divides the smoothing by the extent of the last axis.",
        fix="Add s / 2.",
        losses=BINARY,
        choices={"binary_smoothing": "last_axis"},
    ),
    Mistake(
        id="soft_labels_hardened",
        kind="labels",
        title="soft labels made hard",
        explanation="Keras weighs every class by its label; "
        "this takes the largest label of a row for 1 and the others for 0.",
        fix="Sum t log q over all classes; do not take the argmax of y_true.",
        losses=_CATEGORICAL,
        question=_hard,
    ),
    Mistake(
        id="class_ids_from_one",
        kind="class_ids",
        title="class ids counted from 1",
        explanation="Keras's class ids begin with 0; this takes 1 for the first class, and 0 for "
        "none.",
        fix="Take id k for the class at index k, counted from 0.",
        losses=_IDS,
        question=_by_ids(lambda ids, classes: ids - 1),
    ),
    Mistake(
        id="class_ids_one_too_high",
        kind="class_ids",
        title="class ids one too high",
        explanation="Keras takes id k for the class at index k; this takes the class after it.",
        fix="Do not add 1 to class ids.",
        losses=_IDS,
        question=_by_ids(lambda ids, classes: ids + 1),
    ),
    Mistake(
        id="class_ids_wrapped",
        kind="class_ids",
        title="negative class ids counted from the end",
        explanation="To Keras a negative id is no class; "
        "this indexes from the end, as NumPy and Python do.",
        fix="Give an id below 0 no class: a one-hot label of zeros.",
        losses=_IDS,
        question=_by_ids(
            lambda ids, classes: np.where((ids < 0) & (ids >= -classes), ids + classes, ids)
        ),
    ),
    Mistake(
        id="class_ids_clamped",
        kind="class_ids",
        title="class ids clamped to the classes",
        explanation="To Keras an id outside of 0 ..< n is no class; "
        "this takes the nearest class, as a gather in JAX does.",
        fix="Give such an id no class: a one-hot label of zeros.",
        losses=_IDS,
        question=_by_ids(lambda ids, classes: np.clip(ids, 0, max(classes - 1, 0))),
    ),
    Mistake(
        id="class_ids_rounded",
        kind="class_ids",
        title="class ids rounded",
        explanation="Keras truncates labels to ids: 1.9 is class 1; this rounds them: class 2.",
        fix="Truncate towards 0.",
        losses=SPARSE,
        question=_by_ids(lambda ids, classes: np.round(ids)),
    ),
    Mistake(
        id="column_of_ids_squeezed",
        kind="class_ids",
        title="column of class ids squeezed",
        explanation="Generalized crossentropy does not squeeze ids of shape (n, 1), and gives "
        "(n, n) losses; this gives n.",
        fix="Leave the column as it is, and let it broadcast.",
        losses=GENERALIZED,
        question=_column_squeezed,
    ),
    Mistake(
        id="ignore_class_ignored",
        kind="class_ids",
        title="ignore_class ignored",
        explanation="Keras leaves out positions of ignore_class; this counts them like others.",
        fix="Make the losses of these positions 0, and leave them out of the mean's divisor.",
        losses=SPARSE,
        question=lambda case: (
            None if case.config.get("ignore_class") is None else configured(case, ignore_class=None)
        ),
    ),
)
