"""Dialects: every choice of a preset changes what some case expects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import pytest

from keras_oracle.answer import answer
from keras_oracle.arithmetic import Array
from keras_oracle.case import Case
from keras_oracle.cases import CASES
from keras_oracle.dialect import DEFAULT, DIALECTS, Dialect

LOSSES = {
    "absolute_value_of_nan": "mean_absolute_error",
    "absolute_value_at_zero": "mean_absolute_error",
    "binary_domain": "binary_crossentropy",
    "binary_focal_logits": "binary_focal_crossentropy",
    "binary_logits": "binary_crossentropy",
    "binary_logs": "binary_crossentropy",
    "binary_shapes": "binary_crossentropy",
    "branch_slopes": "binary_crossentropy",
    "categorical_shapes": "categorical_crossentropy",
    "class_dtype": "categorical_crossentropy",
    "class_ranks": "categorical_crossentropy",
    "clip_epsilon": "categorical_crossentropy",
    "clip_tie": "kl_divergence",
    "cosine_floor": "cosine_similarity",
    "cosine_norm": "cosine_similarity",
    "cosine_reduction": "cosine_similarity",
    "cosine_scalars": "cosine_similarity",
    "ctc_impossible": "ctc",
    "empty_losses": "mean_squared_error",
    "empty_maximum": "categorical_hinge",
    "epsilon_in_log": "binary_crossentropy",
    "focal_smoothing_class_count": "categorical_focal_crossentropy",
    "fully_masked": "mean_squared_error",
    "function_ranks": "mean_squared_error",
    "gradients": "mean_squared_error",
    "hinge_labels": "hinge",
    "ignore_class_compared": "sparse_categorical_crossentropy",
    "ignored_class_id": "sparse_categorical_crossentropy",
    "labels_cast": "cosine_similarity",
    "large_class_ids": "categorical_generalized_cross_entropy",
    "log_two": "log_cosh",
    "mask_and_weight": "circle",
    "maximum_tie": "hinge",
    "msle_epsilon": "mean_squared_logarithmic_error",
    "nan_class_id": "sparse_categorical_crossentropy",
    "ops_numbers": "kl_divergence",
    "probability_clip_tie": "binary_crossentropy",
    "reduction_names": "mean_squared_error",
    "scalars": "kl_divergence",
    "smoothing_class_count": "categorical_crossentropy",
    "softmax_slope": "categorical_crossentropy",
    "softplus": "log_cosh",
    "sparse_axis": "sparse_categorical_crossentropy",
    "sparse_class_ids": "sparse_categorical_crossentropy",
    "sparse_ids": "sparse_categorical_crossentropy",
    "sparse_rescale": "sparse_categorical_crossentropy",
    "sparse_selection": "sparse_categorical_crossentropy",
    "subnormals": "categorical_crossentropy",
    "tversky_alpha": "tversky",
    "vocabulary": "dice",
    "weight_ranks": "mean_squared_error",
    "zeroth_power_slope": "binary_focal_crossentropy",
}
"""A loss that each choice matters to."""


def _choices() -> Iterator[tuple[str, str]]:
    for dialect in DIALECTS.values():
        for field in fields(Dialect):
            if field.name != "id" and _of(dialect, field.name) != _of(DEFAULT, field.name):
                yield dialect.id, field.name


def _of(dialect: Dialect, choice: str) -> Any:
    return getattr(dialect, choice)


def _outcome(loss: str, dialect: Dialect, case: Case) -> Any:
    """The answer as goldens have it: rounded, with a tolerance."""
    exact = answer(loss, dialect, case)
    return exact.error, _texts(exact.value), _texts(exact.gradient)


def _texts(numbers: Array | None) -> Any:
    if numbers is None:
        return None
    return numbers.shape, [f"{number.value:.17g} {number.bound:.2e}" for number in numbers.ravel()]


@pytest.mark.parametrize(("dialect", "choice"), list(_choices()))
def test_every_choice_of_a_preset_changes_an_answer(dialect: str, choice: str) -> None:
    preset = DIALECTS[dialect]
    without: Dialect = replace(preset, **{choice: _of(DEFAULT, choice)})
    loss = LOSSES[choice]
    assert any(
        _outcome(loss, preset, case) != _outcome(loss, without, case)
        for case in CASES[loss]()
        if case.y_pred.size < 1000
    )


def test_every_other_dialect_differs_from_the_default() -> None:
    assert len(set(DIALECTS)) == len(DIALECTS)
    for dialect in DIALECTS.values():
        assert dialect is DEFAULT or replace(dialect, id=DEFAULT.id) != DEFAULT
