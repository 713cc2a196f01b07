"""Answers cases with the oracle itself, live: exact losses, rounded once (loss-parity/answer/1).

usage: oracle_adapter.py [--mistake [LOSS=]ID]...
"""

from __future__ import annotations

import numpy as np
from oracle_cases import main
from protocol import Array, UnsupportedError

from keras_oracle.answer import Answer, answer, dtype_of
from keras_oracle.case import Case
from keras_oracle.dialect import Dialect
from keras_oracle.number_format import NumberFormat, held_in
from keras_oracle.tracked import UnstableError


def compute(loss: str, dialect: Dialect, case: Case, gradient: bool, stages: bool) -> Answer:
    """The oracle's losses and, where they are asked for, gradient and stages."""
    try:
        exact = answer(loss, dialect, case, gradient, stages)
    except UnstableError as error:
        raise UnsupportedError(f"rounding decides the answer: {error}") from error
    if exact.value is None:
        return exact
    dtype = dtype_of(case)
    return Answer(
        rounded(exact.value, dtype),
        None if exact.gradient is None else rounded(exact.gradient, dtype),
        stages={name: rounded(stage, dtype) for name, stage in (exact.stages or {}).items()},
    )


def rounded(numbers: Array, dtype: str) -> Array:
    """Exact numbers, each as the nearest of the dtype, as NumPy holds that."""
    format = NumberFormat.of(dtype)
    nearest = [format.round(number.value) for number in numbers.ravel()]
    return np.array(nearest, dtype=held_in(dtype)).reshape(numbers.shape)


if __name__ == "__main__":
    main("Answers cases with the oracle itself: exact losses, rounded once.", compute)
