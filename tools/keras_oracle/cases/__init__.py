"""The cases of each loss, and the notes that explain their flags."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from ..case import Case
from . import crossentropies, hinges, overlap, probabilistic, regression, sequences
from .halves import halves
from .questions import asked
from .ranges import ranges

_QUESTIONS: dict[str, Callable[[], Iterator[Case]]] = {
    "binary_crossentropy": crossentropies.binary,
    "categorical_crossentropy": crossentropies.categorical,
    "sparse_categorical_crossentropy": crossentropies.sparse,
    **{
        cases.__name__: cases
        for cases in (
            regression.mean_squared_error,
            regression.mean_absolute_error,
            regression.mean_absolute_percentage_error,
            regression.mean_squared_logarithmic_error,
            regression.huber,
            regression.log_cosh,
            regression.cosine_similarity,
            hinges.hinge,
            hinges.squared_hinge,
            hinges.categorical_hinge,
            probabilistic.kl_divergence,
            probabilistic.poisson,
            probabilistic.binary_focal_crossentropy,
            probabilistic.categorical_focal_crossentropy,
            probabilistic.categorical_generalized_cross_entropy,
            overlap.dice,
            overlap.tversky,
            sequences.circle,
            sequences.ctc,
        )
    },
}


def _cases(loss: str, questions: Callable[[], Iterator[Case]]) -> Iterator[Case]:
    yield from halves(questions())
    yield from ranges(loss)
    yield from asked(loss)


CASES: dict[str, Callable[[], Iterator[Case]]] = {
    loss: partial(_cases, loss, questions) for loss, questions in _QUESTIONS.items()
}
"""The cases of a loss by its name."""
