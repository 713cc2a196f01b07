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
    "binary_logits": "binary_crossentropy",
    "cosine_norm": "cosine_similarity",
    "large_class_ids": "sparse_categorical_crossentropy",
    "nan_class_id": "sparse_categorical_crossentropy",
    "scalars": "kl_divergence",
    "mask_and_weight": "circle",
    "subnormals": "categorical_crossentropy",
    "smoothing_class_count": "categorical_crossentropy",
    "tversky_alpha": "tversky",
    "gradients": "mean_squared_error",
}
"""A loss that each choice matters to."""


def _choices() -> Iterator[tuple[str, str, Any]]:
    for dialect in DIALECTS.values():
        for field in fields(Dialect):
            value = getattr(dialect, field.name)
            if field.name != "id" and value != getattr(DEFAULT, field.name):
                yield dialect.id, field.name, value


def _outcome(loss: str, dialect: Dialect, case: Case) -> Any:
    exact = answer(loss, dialect, case)
    return exact.error, _texts(exact.value), _texts(exact.gradient)


def _texts(numbers: Array | None) -> Any:
    if numbers is None:
        return None
    return numbers.shape, [str(number.value) for number in numbers.ravel()]


@pytest.mark.parametrize(("dialect", "choice", "value"), list(_choices()))
def test_a_choice_changes_an_answer(dialect: str, choice: str, value: Any) -> None:
    loss = LOSSES[choice]
    changed: Dialect = replace(DEFAULT, **{choice: value})
    different = [
        case.id
        for case in CASES[loss]()
        if case.y_pred.size < 1000
        and _outcome(loss, changed, case) != _outcome(loss, DEFAULT, case)
    ]
    assert different


def test_every_other_dialect_differs_from_the_default() -> None:
    assert len(set(DIALECTS)) == len(DIALECTS)
    for dialect in DIALECTS.values():
        assert dialect is DEFAULT or replace(dialect, id=DEFAULT.id) != DEFAULT
