"""What a dialect answers to a case: exact losses and their gradient, with bounds."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .arithmetic import Arithmetic, Array, ExactArithmetic
from .case import Case
from .dialect import Dialect
from .errors import LossError
from .float_arithmetic import FloatArithmetic
from .shared import Shared
from .wrapper import call_class, call_function


@dataclass
class Answer:
    """Losses with the gradient of their sum by y_pred, or the code of an error."""

    value: Array | None = None
    gradient: Array | None = None
    """Of the shape of y_pred; None where it was not asked for or the dialect has no gradients."""
    edges: Array | None = None
    """Which elements of the gradient are on an edge: rounding decides which side of a kink."""
    error: str | None = None
    message: str = field(default="", compare=False)
    """What is wrong, beside the code of an error."""
    stages: dict[str, Array] | None = None
    """Intermediate results in the order of the computation; None where they were not asked for."""


def answer(
    loss: str,
    dialect: Dialect,
    case: Case,
    gradient: bool = True,
    stages: bool = False,
    shared: Shared | None = None,
) -> Answer:
    """The exact answer of a dialect to a case, from what answers before it `shared`."""
    arithmetic = (shared.arithmetic if shared else ExactArithmetic)(
        dtype_of(case),
        dialect,
        records=gradient and dialect.gradients == "computed",
        stages=stages,
    )
    try:
        value = call(loss, dialect, case, arithmetic)
    except LossError as error:
        return Answer(error=error.code, message=str(error))
    losses = np.asarray(value)
    tape = arithmetic.tape
    if tape is None:
        return Answer(losses, stages=arithmetic.stages)
    results = losses.ravel().tolist()
    gradient = tape.gradient(results)
    slopes = np.empty(len(tape.inputs), dtype=object)
    slopes[:] = gradient
    return Answer(
        np.asarray(arithmetic.constants(losses)),
        slopes.reshape(case.y_pred.shape),
        np.array(tape.edges(results, gradient), dtype=bool).reshape(case.y_pred.shape),
        stages=arithmetic.stages,
    )


def plain_answer(loss: str, dialect: Dialect, case: Case, stages: bool = False) -> Answer:
    """The answer that NumPy computes in the case's dtype, with its rounding noise; no gradient.

    The numbers are arrays of the dtype, unless a mistake brings in numbers of a wider one.
    Raises `ValueError` for bfloat16, which NumPy has not.
    """
    arithmetic = FloatArithmetic(dtype_of(case), dialect, stages)
    with np.errstate(all="ignore"):
        try:
            value = call(loss, dialect, case, arithmetic)
        except LossError as error:
            return Answer(error=error.code, message=str(error))
    return Answer(np.asarray(value), stages=arithmetic.stages)


def dtype_of(case: Case) -> str:
    """The dtype that the loss computes in: a bare function's is that of y_pred."""
    return case.dtype_of(case.y_pred) if case.form == "function" else case.dtype


def call(loss: str, dialect: Dialect, case: Case, arithmetic: Arithmetic) -> Array:
    """What the loss gives to a case in an arithmetic."""
    if case.form == "function":
        return call_function(
            loss,
            dialect,
            case.config,
            case.y_true,
            case.y_pred,
            arithmetic,
            **case.references,
        )
    return call_class(
        loss,
        dialect,
        case.config,
        case.dtype,
        case.y_true,
        case.y_pred,
        case.sample_weight,
        case.mask,
        arithmetic,
    )
