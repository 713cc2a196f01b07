"""Mistakes of reductions and of the losses of numbers: each is told from Keras by some case."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from keras_oracle.answer import answer, dtype_of
from keras_oracle.case import Case
from keras_oracle.cases import CASES
from keras_oracle.diagnosis_writing import LARGEST_DIAGNOSED, Alternatives
from keras_oracle.dialect import DEFAULT
from keras_oracle.golden import Golden
from keras_oracle.losses import LOSSES
from keras_oracle.mistakes import MISTAKES
from keras_oracle.mistakes.arguments import ARGUMENTS
from keras_oracle.mistakes.hinges import HINGES
from keras_oracle.mistakes.masks import MASKS
from keras_oracle.mistakes.metric import METRIC
from keras_oracle.mistakes.overlap import OVERLAP
from keras_oracle.mistakes.reductions import REDUCTIONS
from keras_oracle.mistakes.regression import REGRESSION
from keras_oracle.mistakes.sequences import SEQUENCES
from keras_oracle.mistakes.weights import WEIGHTS

GROUPS = (
    REDUCTIONS,
    WEIGHTS,
    MASKS,
    ARGUMENTS,
    REGRESSION,
    HINGES,
    OVERLAP,
    METRIC,
    SEQUENCES,
)
OURS = {mistake.id: mistake for group in GROUPS for mistake in group}
MARGIN = 10
"""By how many times the tolerance a mistake differs from Keras in some case."""


@pytest.mark.parametrize("loss", LOSSES)
def test_each_mistake_is_told_from_keras(loss: str) -> None:
    missed = {id for id, mistake in OURS.items() if loss in mistake.losses}
    alternatives = Alternatives(loss)
    for case in CASES[loss]():
        if not missed:
            break
        if case.dtype != "float32" or case.y_pred.size > LARGEST_DIAGNOSED:
            continue
        alternatives.mistakes = [MISTAKES[id] for id in missed]
        missed -= set(_told(alternatives, case))
    assert not missed


def _told(alternatives: Alternatives, case: Case) -> Iterator[str]:
    """The mistakes whose answer to a case is far from Keras's, or of another kind."""
    for it in alternatives.of(DEFAULT, case):
        of_gradient = it.gradient is not None
        right = answer(alternatives.loss, DEFAULT, case, gradient=of_gradient)
        numbers, wrong = (right.gradient if of_gradient else right.value), it.gradient or it.value
        if it.error is not None or (
            wrong is not None
            and (numbers is None or _is_far(Golden.of(numbers, dtype_of(case)), wrong))
        ):
            yield from it.mistakes


def _is_far(right: Golden, wrong: Golden) -> bool:
    if right.values.shape != wrong.values.shape:
        return True
    first, second = right.values.astype(np.float64), wrong.values.astype(np.float64)
    finite = np.isfinite(first) & np.isfinite(second)
    if not np.array_equal(first[~finite], second[~finite], equal_nan=True):
        return True
    tolerance = np.maximum(right.tolerance, wrong.tolerance)[finite]
    return bool(np.any(np.abs(first[finite] - second[finite]) > MARGIN * tolerance))
