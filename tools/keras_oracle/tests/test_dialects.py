"""Dialects: every choice of a preset changes what some case expects."""

from __future__ import annotations

from dataclasses import replace

import pytest

from keras_oracle.choices import TOLD_BY, choices, difference, differing, explanation
from keras_oracle.dialect import DEFAULT, DIALECTS


@pytest.mark.parametrize(("dialect", "choice"), list(differing()))
def test_every_choice_of_a_preset_changes_an_answer(dialect: str, choice: str) -> None:
    assert difference(dialect, choice) is not None


def test_every_choice_is_explained_by_a_case() -> None:
    assert set(TOLD_BY) == set(choices())
    text = "\n".join(explanation())
    for choice in choices():
        assert f"\n{choice}: " in f"\n{text}"
    assert "binary_crossentropy, class, float32: y_true=[[0.0]], y_pred=[[20.0]]" in text
    assert "value [15.942385" in text


def test_every_other_dialect_differs_from_the_default() -> None:
    assert len(set(DIALECTS)) == len(DIALECTS)
    for dialect in DIALECTS.values():
        assert dialect is DEFAULT or replace(dialect, id=DEFAULT.id) != DEFAULT
