"""From cases to the bytes of fixture files: the same on every machine and NumPy version."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from decimal import ROUND_UP, Context, Decimal
from typing import Any

import numpy as np

from . import __version__
from .answer import Memory, answer, dtype_of
from .arithmetic import Array
from .case import Case
from .cases import CASES
from .cases.notes import NOTES
from .dialect import DEFAULT, DIALECTS, Dialect
from .number_format import NumberFormat, held_in
from .recorded import GRADIENT_ROUNDINGS
from .tracked import ELEMENTARY_ULP, ROUNDING_ULP, UnstableError

FIXTURES_SCHEMA = "loss-parity/fixtures/1"
MANIFEST_SCHEMA = "loss-parity/manifest/1"

LARGEST_IN_JSON = 65_536
"""Arrays of more elements stand in an NPY file beside the fixture file."""

LARGEST_GRADIENT = 4_096
"""Cases of more predictions than this have no golden gradient."""

_TOLERANCE_DIGITS = Context(prec=3, rounding=ROUND_UP)


def fixture_set() -> dict[str, bytes]:
    """Every file of the fixtures folder that is generated: path to bytes."""
    with ProcessPoolExecutor() as pool:
        of_losses = dict(zip(CASES, pool.map(_fixture_files, CASES)))
    files: dict[str, bytes] = {}
    entries = []
    for dialect in DIALECTS:
        for loss, of_dialects in of_losses.items():
            text, count, large = of_dialects[dialect]
            path = f"{dialect}/{loss}.json"
            files[path] = text.encode()
            files.update({f"{dialect}/{name}": array for name, array in large.items()})
            entries.append(
                {
                    "path": path,
                    "schema": FIXTURES_SCHEMA,
                    "loss": loss,
                    "dialect": dialect,
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


def _fixture_files(loss: str) -> dict[str, tuple[str, int, dict[str, bytes]]]:
    """The text of a loss's file, its case count and its NPY files, for each dialect."""
    cases = list(CASES[loss]())
    ids = [case.id for case in cases]
    repeated = sorted({id for id in ids if ids.count(id) > 1})
    if repeated:
        raise ValueError(f"case ids used twice: {', '.join(repeated)}")
    memory = Memory(_golden_answer)
    return {id: _fixture_file(loss, dialect, cases, memory) for id, dialect in DIALECTS.items()}


def _fixture_file(
    loss: str, dialect: Dialect, cases: list[Case], memory: Memory
) -> tuple[str, int, dict[str, bytes]]:
    header = {
        "schema": FIXTURES_SCHEMA,
        "loss": loss,
        "dialect": dialect.id,
        "tolerance_model": {
            "rounding_ulp": ROUNDING_ULP,
            "elementary_ulp": ELEMENTARY_ULP,
            "gradient_roundings": GRADIENT_ROUNDINGS,
            "summation_order": "any",
            "underflow": "flush_or_gradual",
        },
    }
    large: dict[str, bytes] = {}
    if dialect != DEFAULT:
        # The questions are those of the base: a dialect is read together with it.
        own = {case.id: (case, memory.recall(loss, dialect, case)) for case in cases}
        answers = {
            id: _expected(case, expected, large)
            for id, (case, expected) in own.items()
            if expected != _of_base(memory.recall(loss, DEFAULT, case), dialect)
        }
        gradients = {"gradients": "none"} if dialect.gradients == "none" else {}
        document = {**header, "base": DEFAULT.id, **gradients, "answers": answers}
        return _text(document) + "\n", len(answers), large
    used = {flag for case in cases for flag in case.flags}
    document = {
        **header,
        "notes": {flag: note for flag, note in NOTES.items() if flag in used},
        "cases": [_case(case, memory.recall(loss, dialect, case), large) for case in cases],
    }
    return _text(document) + "\n", len(cases), large


def _of_base(expected: dict[str, Golden | str], dialect: Dialect) -> dict[str, Golden | str]:
    """What a case of the base says of another dialect: nothing of gradients where it has none."""
    without = dialect.gradients == "none"
    return {part: it for part, it in expected.items() if not (without and part == "gradient")}


@dataclass(frozen=True)
class Golden:
    """Numbers rounded once to a dtype, each with its tolerance."""

    dtype: str
    values: Array
    tolerance: Array

    @staticmethod
    def of(numbers: Array, dtype: str) -> Golden:
        """The golden of exact numbers; the tolerances include its own rounding."""
        format = NumberFormat.of(dtype)
        values = [format.round(number.value) for number in numbers.ravel()]
        tolerances = []
        for number, value in zip(numbers.ravel(), values):
            rounding = Decimal(0)
            if np.isfinite(value) and number.value.is_finite():
                rounding = abs(Decimal(float(value)) - number.value)
            tolerance = float(_TOLERANCE_DIGITS.add(number.bound, rounding))
            if not np.isfinite(tolerance):
                raise UnstableError("a bound is not finite")
            tolerances.append(tolerance)
        return Golden(
            dtype,
            np.array(values, dtype=held_in(dtype)).reshape(numbers.shape),
            np.array(tolerances, dtype=np.float64).reshape(numbers.shape),
        )

    def __eq__(self, other: object) -> bool:
        """Whether both are the same numbers of one shape, NaN included."""
        return isinstance(other, Golden) and all(
            mine.shape == theirs.shape and mine.tobytes() == theirs.tobytes()
            for mine, theirs in ((self.values, other.values), (self.tolerance, other.tolerance))
        )

    def json(self, file: str, large: dict[str, bytes]) -> dict[str, Any]:
        """The golden as JSON has it; large arrays are added to `large` by name."""
        tolerance = _tensor(self.tolerance, "float64", f"{file}_tolerance.npy", large)
        return {
            **_tensor(self.values, self.dtype, f"{file}.npy", large),
            "tolerance": tolerance.get("values")
            or {key: tolerance[key] for key in ("file", "sha256")},
        }


def _golden_answer(loss: str, dialect: Dialect, case: Case) -> dict[str, Golden | str]:
    """What a case expects in a dialect: goldens of value and gradient, or the code of an error."""
    try:
        exact = answer(
            loss, dialect, case, gradient=case.gradient and case.y_pred.size <= LARGEST_GRADIENT
        )
        if exact.error:
            return {"error": exact.error}
        dtype = dtype_of(case)
        parts = {"value": exact.value, "gradient": exact.gradient}
        return {part: Golden.of(it, dtype) for part, it in parts.items() if it is not None}
    except UnstableError as error:
        raise ValueError(f"{case.id} in {dialect.id}: {error}") from error


def _case(case: Case, expected: dict[str, Golden | str], large: dict[str, bytes]) -> dict[str, Any]:
    return {
        "id": case.id,
        "comment": case.comment,
        "flags": list(case.flags),
        "form": case.form,
        "config": case.config,
        "dtype": case.dtype,
        "inputs": {
            name: _tensor(array, case.dtype_of(array), f"{case.id}.{name}.npy", large)
            for name, array in case.inputs.items()
        },
        "expected": _expected(case, expected, large),
    }


def _expected(
    case: Case, expected: dict[str, Golden | str], large: dict[str, bytes]
) -> dict[str, Any]:
    return {
        part: it if isinstance(it, str) else it.json(f"{case.id}.{part}", large)
        for part, it in expected.items()
    }


class _Rows:
    """Numbers to be written one innermost row a line."""

    def __init__(self, values: list[Any], width: int) -> None:
        self.values = values
        self.width = width


def _tensor(array: Array, dtype: str, file: str, large: dict[str, bytes]) -> dict[str, Any]:
    """An array as JSON has it; a large one is added to `large` and named."""
    tensor: dict[str, Any] = {"dtype": dtype, "shape": list(array.shape)}
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
