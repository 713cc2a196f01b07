"""The catalogue of mistakes: what each is about, and that some case tells it from the truth."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from keras_oracle.alternatives import Alternative, Alternatives
from keras_oracle.answer import Answer, answer, dtype_of
from keras_oracle.arithmetic import Array
from keras_oracle.case import Case
from keras_oracle.case_record import LARGEST_DIAGNOSED
from keras_oracle.cases import CASES
from keras_oracle.dialect import DEFAULT, Dialect
from keras_oracle.golden import Golden
from keras_oracle.losses import LOSSES
from keras_oracle.mistakes import MISTAKES, PAIRS, Mistake, mistakes_of
from keras_oracle.mistakes.indistinguishable import INDISTINGUISHABLE

FACTOR = 10
"""By how many times the tolerance a mistake has to miss the truth in some case."""

SINGLE = list(MISTAKES.values())


@pytest.mark.parametrize("mistake", SINGLE, ids=lambda mistake: mistake.id)
def test_a_mistake_is_about_losses_and_choices_that_there_are(mistake: Mistake) -> None:
    assert mistake.losses and set(mistake.losses) <= set(LOSSES)
    assert len(set(mistake.losses)) == len(mistake.losses)
    assert set(mistake.choices) <= {field.name for field in fields(Dialect)} - {"id"}
    assert mistake.choices or mistake.question


@pytest.mark.parametrize("mistake", SINGLE, ids=lambda mistake: mistake.id)
def test_a_mistake_is_described(mistake: Mistake) -> None:
    assert mistake.id.replace("_", "").isalnum() and mistake.id == mistake.id.lower()
    assert "+" not in mistake.id
    assert not mistake.title.endswith(".") and len(mistake.title) <= 80
    for sentence in (mistake.explanation, mistake.fix):
        assert sentence.endswith(".") and "\n" not in sentence
    assert all(link.startswith("https://") for link in mistake.links)


@pytest.mark.parametrize("loss", list(LOSSES))
def test_no_mistake_has_two_names(loss: str) -> None:
    titles = [mistake.title for mistake in mistakes_of(loss)]
    assert sorted(set(titles)) == sorted(titles)
    choices = [mistake.choices for mistake in SINGLE if loss in mistake.losses and mistake.choices]
    assert all(one != other for i, one in enumerate(choices) for other in choices[:i])


@pytest.mark.parametrize("pair", PAIRS, ids="+".join)
def test_a_pair_is_of_mistakes_that_one_loss_has(pair: tuple[str, str]) -> None:
    first, second = (MISTAKES[id] for id in pair)
    assert set(first.losses) & set(second.losses)
    assert not set(first.choices) & set(second.choices)


def test_pairs_are_listed_once() -> None:
    assert len({frozenset(pair) for pair in PAIRS}) == len(PAIRS)


@pytest.mark.parametrize("loss", list(LOSSES))
def test_every_mistake_is_told_from_the_truth(loss: str) -> None:
    """Cases of float32 do, but for mistakes that only wider cases can meet."""
    alternatives = Alternatives(loss)
    same = {it.mistakes for it in INDISTINGUISHABLE if loss in it.losses and not it.dialects}
    left = [it for it in alternatives.mistakes if "+" not in it.id and (it.id,) not in same]
    for case in _small_cases(loss):
        if not left:
            return
        alternatives.mistakes = left
        right = answer(loss, DEFAULT, case)
        told = {
            id
            for alternative in alternatives.of(DEFAULT, case)
            if _is_told(right, case, alternative)
            for id in alternative.mistakes
        }
        left = [mistake for mistake in left if mistake.id not in told]
    assert [mistake.id for mistake in left] == []


def _small_cases(loss: str) -> list[Case]:
    small = [case for case in CASES[loss]() if case.y_pred.size <= LARGEST_DIAGNOSED]
    return sorted(small, key=lambda case: case.dtype != "float32")


def _is_told(right: Answer, case: Case, alternative: Alternative) -> bool:
    """Whether an alternative is at least FACTOR times the tolerance from what Keras gives."""
    if alternative.error:
        return True
    if alternative.value is not None:
        return _misses(alternative.value, right.value, case)
    if alternative.gradient is not None:
        return _misses(alternative.gradient, right.gradient, case)
    return False


def _misses(made: Golden, exact: Array | None, case: Case) -> bool:
    if exact is None:
        return True
    right = Golden.of(exact, dtype_of(case))
    if made.values.shape != right.values.shape:
        return True
    ours, theirs = (golden.values.astype(np.float64) for golden in (right, made))
    with np.errstate(invalid="ignore"):
        near = np.abs(ours - theirs) < FACTOR * right.tolerance
    same = (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
    return not (near | same).all()


def test_mistakes_of_gradients_are_among_those_that_can_be_made() -> None:
    # Through a clip goes another gradient; the value knows nothing of it.
    alternatives = Alternatives("categorical_crossentropy")
    cases = [case for case in CASES[alternatives.loss]() if "question.saturated" in case.id]
    named = {id for case in cases for it in alternatives.of(DEFAULT, case) for id in it.mistakes}
    assert "clip_passes_gradient" in named
    assert named <= set(alternatives.made_in(DEFAULT, cases))
