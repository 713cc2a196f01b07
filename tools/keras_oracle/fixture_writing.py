"""From cases to the bytes of fixture files: the same on every machine and NumPy version."""

from __future__ import annotations

import functools
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
from .dialect import DEFAULT, DIALECTS, Dialect
from .errors import LossError
from .number_format import NumberFormat
from .tracked import ELEMENTARY_ULP, ROUNDING_ULP, UnstableError
from .wrapper import call_class, call_function

FIXTURES_SCHEMA = "loss-parity/fixtures/1"
MANIFEST_SCHEMA = "loss-parity/manifest/1"

LARGEST_IN_JSON = 65_536
"""Arrays of more elements stand in an NPY file beside the fixture file."""

_TOLERANCE_DIGITS = Context(prec=3, rounding=ROUND_UP)


def fixture_set() -> dict[str, bytes]:
    """Every file of the fixtures folder that is generated: path to bytes."""
    files: dict[str, bytes] = {}
    entries = []
    for dialect in DIALECTS.values():
        for loss in CASES:
            large: dict[str, bytes] = {}
            text, count = fixture_file(loss, dialect, large)
            path = f"{dialect.id}/{loss}.json"
            files[path] = text.encode()
            files.update({f"{dialect.id}/{name}": array for name, array in large.items()})
            entries.append(
                {
                    "path": path,
                    "schema": FIXTURES_SCHEMA,
                    "loss": loss,
                    "dialect": dialect.id,
                    "case_count": count,
                    "sha256": _sha256(files[path]),
                }
            )
    manifest = {
        "schema": MANIFEST_SCHEMA,
        "generator": {"name": "keras_oracle", "version": __version__},
        "case_count": sum(entry["case_count"] for entry in entries),
        "files": entries,
        "retired_ids": [],
    }
    files["manifest.json"] = (json.dumps(manifest, indent=2) + "\n").encode()
    return files


def fixture_file(loss: str, dialect: Dialect, large: dict[str, bytes]) -> tuple[str, int]:
    """The text of a loss's fixture file, and how many cases it holds; fills in the NPY files."""
    cases = list(CASES[loss]())
    ids = [case.id for case in cases]
    repeated = sorted({id for id in ids if ids.count(id) > 1})
    if repeated:
        raise ValueError(f"case ids used twice: {', '.join(repeated)}")
    written = [(case, _case(loss, dialect, case, large)) for case in cases]
    base: dict[str, Any] = {}
    if dialect != DEFAULT:
        # The other cases are those of the base: a dialect is read together with it.
        base = {"base": DEFAULT.id}
        written = [
            (case, text)
            for case, text in written
            if _text(text["expected"]) != _base_answer(loss, case.id)
        ]
        large.clear()
    used = {flag for case, _ in written for flag in case.flags}
    document = {
        "schema": FIXTURES_SCHEMA,
        "loss": loss,
        "dialect": dialect.id,
        **base,
        "tolerance_model": {
            "rounding_ulp": ROUNDING_ULP,
            "elementary_ulp": ELEMENTARY_ULP,
            "summation_order": "any",
            "underflow": "flush_or_gradual",
        },
        "notes": {flag: note for flag, note in NOTES.items() if flag in used},
        "cases": [text for _, text in written],
    }
    return _text(document) + "\n", len(written)


@functools.cache
def _base_answers(loss: str) -> dict[str, str]:
    """What the default dialect expects of each case, as text."""
    return {case.id: _text(_case(loss, DEFAULT, case, {})["expected"]) for case in CASES[loss]()}


def _base_answer(loss: str, id: str) -> str:
    return _base_answers(loss)[id]


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


def _case(loss: str, dialect: Dialect, case: Case, large: dict[str, bytes]) -> dict[str, Any]:
    def tensor(name: str, array: Array) -> dict[str, Any]:
        return _tensor(array, f"{case.id}.{name}.npy", large)

    try:
        rounded, tolerance = _golden(answer(loss, dialect, case), case.dtype)
        expected: dict[str, Any] = {"value": tensor("expected", rounded)}
        stored = tensor("tolerance", tolerance)
        expected["value"]["tolerance"] = stored.get("values") or {
            key: stored[key] for key in ("file", "sha256")
        }
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
        "inputs": {name: tensor(name, array) for name, array in case.inputs.items()},
        "expected": expected,
    }


def _golden(losses: Array, dtype: str) -> tuple[Array, Array]:
    """The exact losses rounded once, and the tolerances, which include that rounding."""
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
    return rounded, np.array(tolerances, dtype=np.float64).reshape(losses.shape)


class _Rows:
    """Numbers to be written one innermost row a line."""

    def __init__(self, values: list[Any], width: int) -> None:
        self.values = values
        self.width = width


def _tensor(array: Array, file: str, large: dict[str, bytes]) -> dict[str, Any]:
    """An array as JSON has it; a large one is added to `large` and named."""
    tensor: dict[str, Any] = {"dtype": array.dtype.name, "shape": list(array.shape)}
    if array.size > LARGEST_IN_JSON:
        large[file] = npy(array)
        return {**tensor, "file": file, "sha256": _sha256(large[file])}
    values = [_number(value) for value in array.ravel()]
    return {**tensor, "values": _Rows(values, _width(array.shape))}


def npy(array: Array) -> bytes:
    """An array in the NPY format 1.0, little-endian and in C order.

    Written here, not by NumPy, so that the header does not depend on its version.
    """
    little = array.astype(array.dtype.newbyteorder("<"))
    shape = "".join(f"{extent}, " for extent in array.shape).strip()
    if array.ndim > 1:
        shape = shape.rstrip(",")
    header = f"{{'descr': '{little.dtype.str}', 'fortran_order': False, 'shape': ({shape}), }}"
    padded = header + " " * (-(len(header) + 11) % 64) + "\n"
    length = len(padded).to_bytes(2, "little")
    return b"\x93NUMPY\x01\x00" + length + padded.encode() + little.tobytes()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


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
