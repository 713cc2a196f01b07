"""Tensors as fixture files have them: shortest decimals, one innermost row a line, NPY beside."""

from __future__ import annotations

import hashlib
import json
import math
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from .arithmetic import Array
from .number_format import cast, held_in

LARGEST_IN_JSON = 65_536
"""Arrays of more elements stand in an NPY file beside the fixture file."""


class Rows:
    """Numbers to be written one innermost row a line."""

    def __init__(self, values: list[Any], width: int) -> None:
        self.values = values
        self.width = width


class Line:
    """A value to be written on one line, whatever it holds."""

    def __init__(self, value: Any) -> None:
        self.value = value

    @cached_property
    def text(self) -> str:
        """The line."""
        return json.dumps(self.value, ensure_ascii=False, separators=(",", ":"))


def tensor(array: Array, dtype: str, file: str, large: dict[str, bytes]) -> dict[str, Any]:
    """An array as JSON has it; a large one is added to `large` and named."""
    tensor: dict[str, Any] = {"dtype": dtype, "shape": list(array.shape)}
    if array.size > LARGEST_IN_JSON:
        large[file] = npy(array)
        return {**tensor, "file": file, "sha256": sha256(large[file])}
    return {**tensor, "values": Rows(numbers(array), _width(array.shape))}


def array_of(values: list[Any], dtype: str, shape: tuple[int, ...]) -> Array:
    """The array of a tensor in JSON: decimals are read as the nearest of the dtype.

    Raises `ValueError`, `TypeError` or `OverflowError` for what is no such tensor.
    """
    numbers = [float(it) if isinstance(it, str) else it for it in values]
    array = np.array(numbers, dtype=held_in(dtype)).reshape(shape)
    return cast(array, dtype) if dtype == "bfloat16" else array


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


def _width(shape: tuple[int, ...]) -> int:
    return max(shape[-1], 1) if shape else 1


def number(value: Any) -> Any:
    """A JSON value: shortest decimal of the value's dtype, non-finite numbers as strings."""
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, np.integer):
        return int(value)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, float):
        # The shortest decimal of a float64 is read as itself.
        return float(value)
    return float(np.format_float_scientific(value, unique=True, trim="0"))


def numbers(array: Array) -> list[Any]:
    """The JSON values of an array's elements."""
    if array.dtype.kind != "f":
        return [number(value) for value in array.ravel()]
    values = array.ravel().tolist()
    if array.dtype == np.float64:
        return [value if math.isfinite(value) else number(value) for value in values]
    return [_shortest(value, array.dtype) if value else value for value in values]


@lru_cache(maxsize=1 << 16)
def _shortest(value: float, dtype: np.dtype[Any]) -> Any:
    """The JSON value of a number of a dtype; not of zeros, which are equal whatever their sign."""
    return number(dtype.type(value))


def text(value: Any, indent: str = "") -> str:
    """JSON with two spaces of indent; short lists on one line, rows of numbers a line each."""
    inner = indent + "  "
    if isinstance(value, Rows):
        if not value.values:
            return "[]"
        rows = [
            json.dumps(value.values[start : start + value.width])[1:-1]
            for start in range(0, len(value.values), value.width)
        ]
        return "[\n" + ",\n".join(inner + row for row in rows) + f"\n{indent}]"
    if isinstance(value, Line):
        return value.text
    if isinstance(value, dict) and value:
        members = [f"{inner}{json.dumps(key)}: {text(item, inner)}" for key, item in value.items()]
        return "{\n" + ",\n".join(members) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(item, (dict, Line)) for item in value):
        return "[\n" + ",\n".join(inner + text(item, inner) for item in value) + f"\n{indent}]"
    return json.dumps(value, ensure_ascii=False)


def in_rows(value: Any) -> Any:
    """JSON with the numbers of tensors laid out in rows, as fixture files have them."""
    if isinstance(value, list):
        return [in_rows(it) for it in value]
    if not isinstance(value, dict):
        return value
    laid_out = {name: in_rows(it) for name, it in value.items()}
    if "shape" in value:
        shape = value["shape"]
        width = max(shape[-1], 1) if shape else 1
        for name in ("values", "tolerance"):
            if isinstance(value.get(name), list):
                laid_out[name] = Rows(value[name], width)
    return laid_out


def sha256(content: bytes) -> str:
    """The digest that manifests have, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
