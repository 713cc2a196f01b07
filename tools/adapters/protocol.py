"""The protocol loss-parity/answer/1 as adapters speak it: one line of JSON in, one line out."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

PROTOCOL = "loss-parity/answer/1"
Array = np.ndarray[Any, np.dtype[Any]]
Request = dict[str, Any]


class Losses(NamedTuple):
    """What a case asks for: the losses, and d(sum of the losses) / d(y_pred) if it is known."""

    value: Array
    gradient: Array | None = None
    stages: dict[str, Array] | None = None
    """Intermediate results by their names in the fixtures, if they are known."""


class RefusedError(Exception):
    """An error that the implementation names in the fixtures' codes."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class UnsupportedError(Exception):
    """The implementation cannot be asked this."""


def serve(compute: Callable[[Request], Losses]) -> None:
    """Answers each line of standard input, until it ends."""
    # Answers have standard output to themselves: what libraries print goes to standard error.
    output = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line), compute)), file=output, flush=True)


def answer(request: Request, compute: Callable[[Request], Losses]) -> dict[str, Any]:
    """The answer to a request: the losses, an error, or why there is none."""
    id = request.get("id")
    if request.get("protocol") != PROTOCOL:
        return {"id": id, "unsupported": f"expected protocol {PROTOCOL}"}
    try:
        losses = compute(request)
    except UnsupportedError as error:
        return {"id": id, "unsupported": str(error)}
    except RefusedError as error:
        return {"id": id, "error": {"code": error.code, "message": str(error)}}
    except Exception as error:  # whatever is raised is the answer
        # A foreign exception has no code of the fixtures: `unknown` matches any expected error.
        return {"id": id, "error": {"code": "unknown", "message": summary(error)}}
    answered = {"id": id, "value": tensor(losses.value)}
    if losses.gradient is not None:
        answered["gradient"] = tensor(losses.gradient)
    if losses.stages:
        answered["stages"] = {name: tensor(stage) for name, stage in losses.stages.items()}
    return answered


def summary(error: Exception) -> str:
    """An exception in one line."""
    return f"{type(error).__name__}: {str(error).strip().split(chr(10))[0][:300]}"


def arrays(request: Request) -> dict[str, Array]:
    """The inputs of a request by Keras's names."""
    return {name: array(value) for name, value in request["inputs"].items()}


def array(value: dict[str, Any]) -> Array:
    """A tensor of the protocol as an array."""
    if value["dtype"] == "bfloat16":
        try:
            import ml_dtypes  # noqa: F401  # gives NumPy the dtype
        except ModuleNotFoundError:
            raise UnsupportedError("NumPy has no bfloat16 without ml_dtypes") from None
    numbers = [float(number) if isinstance(number, str) else number for number in value["values"]]
    return np.array(numbers, dtype=value["dtype"]).reshape(value["shape"])


def tensor(losses: Any) -> dict[str, Any]:
    """An array as a tensor of the protocol."""
    losses = np.asarray(losses)
    return {
        "dtype": losses.dtype.name,
        "shape": list(losses.shape),
        "values": [number(value) for value in losses.ravel().tolist()],
    }


def number(value: float) -> float | str:
    """A number as JSON has it: non-finite ones are strings."""
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    return value
