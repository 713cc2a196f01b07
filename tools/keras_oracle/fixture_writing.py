"""From cases to the bytes of fixture files: the same on every machine and NumPy version."""

from __future__ import annotations

import hashlib
import json
from decimal import ROUND_UP, Context, Decimal
from typing import Any

import numpy as np

from . import __version__
from .arithmetic import Array
from .case import Case
from .cases import CASES
from .cases.notes import NOTES
from .dialect import DIALECTS, Dialect
from .errors import LossError
from .number_format import NumberFormat
from .tracked import ELEMENTARY_ULP, ROUNDING_ULP, UnstableError
from .wrapper import call_class, call_function

FIXTURES_SCHEMA = "loss-parity/fixtures/1"
MANIFEST_SCHEMA = "loss-parity/manifest/1"

_TOLERANCE_DIGITS = Context(prec=3, rounding=ROUND_UP)


def fixture_set() -> dict[str, str]:
    """Every file of the fixtures folder that is generated: path to text."""
    files: dict[str, str] = {}
    entries = []
    for dialect in DIALECTS.values():
        for loss in CASES:
            text, count = fixture_file(loss, dialect)
            path = f"{dialect.id}/{loss}.json"
            files[path] = text
            entries.append(
                {
                    "path": path,
                    "schema": FIXTURES_SCHEMA,
                    "loss": loss,
                    "dialect": dialect.id,
                    "case_count": count,
                    "sha256": hashlib.sha256(text.encode()).hexdigest(),
                }
            )
    manifest = {
        "schema": MANIFEST_SCHEMA,
        "generator": {"name": "keras_oracle", "version": __version__},
        "case_count": sum(entry["case_count"] for entry in entries),
        "files": entries,
        "retired_ids": [],
    }
    files["manifest.json"] = json.dumps(manifest, indent=2) + "\n"
    return files


def fixture_file(loss: str, dialect: Dialect) -> tuple[str, int]:
    """The text of a loss's fixture file, and how many cases it holds."""
    cases = list(CASES[loss]())
    ids = [case.id for case in cases]
    repeated = sorted({id for id in ids if ids.count(id) > 1})
    if repeated:
        raise ValueError(f"case ids used twice: {', '.join(repeated)}")
    used = {flag for case in cases for flag in case.flags}
    document = {
        "schema": FIXTURES_SCHEMA,
        "loss": loss,
        "dialect": dialect.id,
        "tolerance_model": {
            "rounding_ulp": ROUNDING_ULP,
            "elementary_ulp": ELEMENTARY_ULP,
            "summation_order": "any",
            "underflow": "flush_or_gradual",
        },
        "notes": {flag: note for flag, note in NOTES.items() if flag in used},
        "cases": [_case(loss, dialect, case) for case in cases],
    }
    return _text(document) + "\n", len(cases)


def answer(loss: str, dialect: Dialect, case: Case) -> Array:
    """The exact losses of a case."""
    if case.form == "function":
        return call_function(loss, dialect, case.config, case.y_true, case.y_pred)
    return call_class(
        loss,
        dialect,
        case.config,
        case.dtype,
        case.y_true,
        case.y_pred,
        case.sample_weight,
        case.mask,
    )


def _case(loss: str, dialect: Dialect, case: Case) -> dict[str, Any]:
    try:
        expected: dict[str, Any] = {"value": _golden(answer(loss, dialect, case), case.dtype)}
    except LossError as error:
        expected = {"error": error.code}
    except UnstableError as error:
        raise ValueError(f"{case.id}: {error}") from error
    return {
        "id": case.id,
        "comment": case.comment,
        "flags": list(case.flags),
        "form": case.form,
        "config": case.config,
        "dtype": case.dtype,
        "inputs": {name: _tensor(array) for name, array in case.inputs.items()},
        "expected": expected,
    }


def _golden(losses: Array, dtype: str) -> dict[str, Any]:
    """The exact losses rounded once; the tolerance includes that rounding."""
    format = NumberFormat.of(dtype)
    losses = np.asarray(losses, dtype=object)
    values = [format.round(number.value) for number in losses.ravel()]
    tolerances = []
    for number, value in zip(losses.ravel(), values):
        rounding = Decimal(0)
        if np.isfinite(value) and number.value.is_finite():
            rounding = abs(Decimal(float(value)) - number.value)
        tolerances.append(float(_TOLERANCE_DIGITS.add(number.bound, rounding)))
    rounded = np.array(values, dtype=dtype).reshape(losses.shape)
    return {**_tensor(rounded), "tolerance": _Rows(tolerances, _width(losses.shape))}


class _Rows:
    """Numbers to be written one innermost row a line."""

    def __init__(self, values: list[Any], width: int) -> None:
        self.values = values
        self.width = width


def _tensor(array: Array) -> dict[str, Any]:
    values = [_number(value) for value in array.ravel()]
    return {
        "dtype": array.dtype.name,
        "shape": list(array.shape),
        "values": _Rows(values, _width(array.shape)),
    }


def _width(shape: tuple[int, ...]) -> int:
    return max(shape[-1], 1) if shape else 1


def _number(value: Any) -> Any:
    """A JSON value: shortest decimal of the value's dtype, non-finite numbers as strings."""
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, np.integer):
        return int(value)
    if np.isnan(value):
        return "NaN"
    if np.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return float(np.format_float_scientific(value, unique=True, trim="0"))


def _text(value: Any, indent: str = "") -> str:
    """JSON with two spaces of indent; short lists on one line, rows of numbers a line each."""
    inner = indent + "  "
    if isinstance(value, _Rows):
        if not value.values:
            return "[]"
        rows = [
            ", ".join(json.dumps(number) for number in value.values[start : start + value.width])
            for start in range(0, len(value.values), value.width)
        ]
        return "[\n" + ",\n".join(inner + row for row in rows) + f"\n{indent}]"
    if isinstance(value, dict) and value:
        members = [f"{inner}{json.dumps(key)}: {_text(item, inner)}" for key, item in value.items()]
        return "{\n" + ",\n".join(members) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        return "[\n" + ",\n".join(inner + _text(item, inner) for item in value) + f"\n{indent}]"
    return json.dumps(value, ensure_ascii=False)
