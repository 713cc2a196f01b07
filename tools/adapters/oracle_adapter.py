"""Answers cases with the oracle itself, live: exact losses, rounded once (loss-parity/answer/1).

usage: oracle_adapter.py
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from protocol import Array, Losses, RefusedError, Request, UnsupportedError, arrays, serve

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from keras_oracle.answer import answer, dtype_of
from keras_oracle.case import Case
from keras_oracle.dialect import DIALECTS
from keras_oracle.losses import LOSSES
from keras_oracle.number_format import NumberFormat
from keras_oracle.tracked import UnstableError


def compute(request: Request) -> Losses:
    """The oracle's losses in the dialect and, where they are asked for, gradient and stages."""
    loss = request["loss"]
    dialect = DIALECTS.get(request["dialect"])
    if dialect is None:
        raise UnsupportedError(f"the oracle has no dialect {request['dialect']}")
    if loss not in LOSSES:
        raise UnsupportedError(f"the oracle has no loss {loss}")
    case = Case(
        id=request["id"],
        comment="",
        dtype=request["dtype"],
        form=request["form"],
        config=request["config"],
        **arrays(request),
    )
    try:
        exact = answer(
            loss,
            dialect,
            case,
            gradient=request.get("gradient", False),
            stages=request.get("stages", False),
        )
    except UnstableError as error:
        raise UnsupportedError(f"rounding decides the answer: {error}") from error
    if exact.error is not None:
        raise RefusedError(exact.error, f"{dialect.id} has no answer")
    dtype = dtype_of(case)
    gradient = None if exact.gradient is None else rounded(exact.gradient, dtype)
    stages = {name: rounded(stage, dtype) for name, stage in (exact.stages or {}).items()}
    return Losses(rounded(exact.value, dtype), gradient, stages)


def rounded(numbers: Any, dtype: str) -> Array:
    """Exact numbers, each as the nearest of the dtype."""
    numbers = np.asarray(numbers, dtype=object)
    format = NumberFormat.of(dtype)
    nearest = [format.round(number.value) for number in numbers.ravel()]
    return np.array(nearest, dtype=dtype).reshape(numbers.shape)


if __name__ == "__main__":
    serve(compute)
