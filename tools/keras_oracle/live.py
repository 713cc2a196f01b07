"""Answers for a comparison in the same process: Keras's losses with a tolerance each, at once."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from .answer import call, dtype_of
from .arithmetic import Array
from .bounded import BoundedArray
from .bounded_arithmetic import BoundedArithmetic
from .bounded_recorded import RecordedArray, numbers_of
from .bounded_rounding import BoundedRounding
from .case import Case
from .dialect import DIALECTS
from .errors import LossError
from .losses import parameters_of
from .number_format import NumberFormat
from .tracked import UnstableError

_INTEGERS = ("axis", "ignore_class")
"""Parameters that are integers, or lists of them; JSON and Swift have floats alone."""


def answered(
    loss: str,
    dialect: str,
    form: str,
    dtype: str,
    config: dict[str, Any],
    inputs: dict[str, Array],
    gradient: bool = True,
) -> dict[str, Any]:
    """What Keras gives to a call, and how far an implementation may be from it.

    `inputs` are arrays by Keras's names, numbers of bfloat16 held in float32. The answer has
    `value`, rounded once to the dtype, and `tolerance`, a float64 for each element, which is
    infinite where rounding decides what Keras gives; where a gradient is asked for and exists, also
    `gradient`, `gradient_tolerance` and `edges`, which elements are at a kink that rounding decides
    the side of. Otherwise these three are None. A refused call gives `error`, a code, and
    `message`; `undecided` says why there is nothing to compare at all.

    - Complexity: a few dozen operations on whole arrays.
    """
    with np.errstate(all="ignore"):
        try:
            case = Case(
                id="live.asked",
                comment="",
                dtype=dtype,
                form=form,
                config=parameters(config),
                **inputs,
            )
            return _answered(loss, dialect, case, gradient)
        except LossError as error:
            return {"error": error.code, "message": str(error)}
        except UnstableError as error:
            return {"undecided": str(error)}


def _answered(loss: str, dialect: str, case: Case, gradient: bool) -> dict[str, Any]:
    _require_parameters(loss, case.form, case.config)
    preset = DIALECTS[dialect]
    dtype = dtype_of(case)
    records = gradient and preset.gradients == "computed"
    arithmetic = BoundedArithmetic(_rounding(dtype, dialect), records)
    losses = call(loss, preset, case, arithmetic)
    value, tolerance = _rounded(numbers_of(losses))
    answer = {"value": value, "tolerance": tolerance}
    if arithmetic.tape is None:
        return answer | {"gradient": None, "gradient_tolerance": None, "edges": None}
    result = losses.node if isinstance(losses, RecordedArray) else None
    slopes = arithmetic.tape.gradient(result)
    edges = arithmetic.tape.edges(result, slopes)
    shape = case.y_pred.shape
    values, tolerances = _rounded(slopes.reshape(shape))
    # Which factor of a slope comes first decides whether it overflows: 2 x / n, or 2 (x / n); in
    # float16 also whether it is computed in float32.
    most = float(NumberFormat.of(dtype).overflow) / (8 * max(case.y_pred.size, 1))
    overflows = np.abs(values) > most
    if dtype != "float16":
        overflows &= np.isfinite(values)
    else:
        overflows |= np.isnan(values)
    tolerances = np.where(overflows, np.inf, tolerances)
    return answer | {
        "gradient": values,
        "gradient_tolerance": tolerances,
        "edges": edges.reshape(shape),
    }


@cache
def _rounding(dtype: str, dialect: str) -> BoundedRounding:
    return BoundedRounding(NumberFormat.of(dtype), DIALECTS[dialect])


def _rounded(numbers: BoundedArray) -> tuple[Array, Array]:
    """Numbers rounded once to their dtype, and their bounds with that rounding, upwards."""
    rounding = numbers.rounding
    exact = np.ascontiguousarray(numbers.value).reshape(numbers.shape)
    value = rounding.nearest(exact)
    tolerance = np.abs(value - exact)
    tolerance = np.where(np.isfinite(tolerance), tolerance, 0)
    if numbers.bound is not None:
        tolerance = tolerance + numbers.bound * (1 + rounding.slack)
    upwards = np.asarray(tolerance, dtype=np.float64)
    if tolerance.dtype != np.float64:
        upwards = np.where(upwards < tolerance, np.nextafter(upwards, np.inf), upwards)
    if rounding.flushes:
        # A number within reach of the smallest normal one may be below it, and lost.
        size = np.abs(exact).astype(np.float64)
        may_be_lost = (size >= rounding.tiny) & (size - upwards < rounding.tiny) & (upwards > 0)
        upwards = np.where(may_be_lost & (upwards < size), upwards + rounding.tiny, upwards)
    return value, np.where(np.isnan(upwards), np.inf, upwards)


def parameters(config: dict[str, Any]) -> dict[str, Any]:
    """The parameters, integers where they must be."""
    return {
        name: _integers(name, value) if name in _INTEGERS else value
        for name, value in config.items()
    }


def _integers(name: str, value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_integers(name, it) for it in value]
    if not isinstance(value, float):
        return value
    if not value.is_integer():
        raise LossError("invalid_parameter", f"{name} is {value}, expected an integer")
    return int(value)


def _require_parameters(loss: str, form: str, config: dict[str, Any]) -> None:
    parameters = parameters_of(loss, form)
    for name in config.keys() - parameters.keys():
        raise LossError("invalid_parameter", f"the {form} of {loss} has no parameter {name}")
    for name, is_needed in parameters.items():
        if is_needed and name not in config:
            raise LossError("invalid_parameter", f"{loss} needs the parameter {name}")
