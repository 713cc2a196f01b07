"""Answers cases with the losses in Swift through the extension module of Python.

usage: swift_losses_adapter.py
"""

from __future__ import annotations

from protocol import Losses, RefusedError, Request, arrays, serve

from swift_losses._native import LossError, native


def compute(request: Request) -> Losses:
    """The losses and, where it is asked for, the gradient."""
    is_function = request["form"] == "function"
    inputs = arrays(request)
    try:
        loss = native.Loss(
            request["loss"],
            request["config"],
            is_function,
            request["dialect"],
            None if is_function else request["dtype"],
        )
        if request.get("gradient"):
            return Losses(*loss.value_and_gradient(**inputs))
        return Losses(loss(**inputs))
    except LossError as error:
        raise RefusedError(error.code, str(error)) from error


if __name__ == "__main__":
    serve(compute)
