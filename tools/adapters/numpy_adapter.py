"""Answers cases with the oracle's formulas on NumPy's own numbers (loss-parity/answer/1).

usage: numpy_adapter.py [--mistake [LOSS=]ID]...

It rounds as any implementation does, and has no gradients.
"""

from __future__ import annotations

from oracle_cases import main
from protocol import UnsupportedError

from keras_oracle.answer import Answer, dtype_of, plain_answer
from keras_oracle.case import Case
from keras_oracle.dialect import Dialect
from keras_oracle.float_arithmetic import DTYPES


def compute(loss: str, dialect: Dialect, case: Case, gradient: bool, stages: bool) -> Answer:
    """What NumPy computes in the case's dtype; the gradient is not among it."""
    if dtype_of(case) not in DTYPES:
        raise UnsupportedError(f"NumPy has no {dtype_of(case)}")
    return plain_answer(loss, dialect, case, stages)


if __name__ == "__main__":
    main("Answers cases with the oracle's formulas on NumPy's own numbers.", compute)
