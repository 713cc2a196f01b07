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

from keras_oracle.dialect import DIALECTS
from keras_oracle.errors import LossError
from keras_oracle.losses import LOSSES
from keras_oracle.number_format import NumberFormat
from keras_oracle.tracked import UnstableError
from keras_oracle.wrapper import call_class, call_function


def compute(request: Request) -> Losses:
    """The oracle's losses in the dialect of the request."""
    loss, dtype, config = request["loss"], request["dtype"], request["config"]
    dialect = DIALECTS.get(request["dialect"])
    if dialect is None:
        raise UnsupportedError(f"the oracle has no dialect {request['dialect']}")
    if loss not in LOSSES:
        raise UnsupportedError(f"the oracle has no loss {loss}")
    inputs = arrays(request)
    try:
        if request["form"] == "function":
            losses = call_function(loss, dialect, config, **inputs)
        else:
            losses = call_class(loss, dialect, config, dtype, **inputs)
    except LossError as error:
        raise RefusedError(error.code, str(error)) from error
    except UnstableError as error:
        raise UnsupportedError(f"rounding decides the answer: {error}") from error
    return Losses(rounded(losses, dtype))


def rounded(losses: Any, dtype: str) -> Array:
    """Exact numbers, each as the nearest of the dtype."""
    losses = np.asarray(losses, dtype=object)
    format = NumberFormat.of(dtype)
    numbers = [format.round(number.value) for number in losses.ravel()]
    return np.array(numbers, dtype=dtype).reshape(losses.shape)


if __name__ == "__main__":
    serve(compute)
