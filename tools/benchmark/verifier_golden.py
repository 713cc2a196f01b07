"""A folder of fixtures whose one file is large: a case of millions of random numbers in float64."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

LOSS = "mean_absolute_error"
DIALECT = "keras-3.15/jax"
CASE = f"{LOSS}.large.float64"
ROW = 100
NUMBER_BYTES = 20
"""About as many bytes has a number of 17 digits, with what is between it and the next."""

Array = np.ndarray[Any, np.dtype[np.float64]]


def write_folder(folder: Path, byte_count: int) -> Path:
    """Writes fixtures of one case, its file of about `byte_count` bytes; returns that file."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = max(1, byte_count // (2 * ROW * NUMBER_BYTES))
    chance = np.random.default_rng(7)
    y_true, y_pred = chance.normal(size=(2, rows, ROW))
    golden = folder / f"{LOSS}.json"
    golden.write_text(_file(y_true, y_pred))
    listed = {
        "mistakes": {"schema": "loss-parity/mistakes/1", "mistakes": [], "pairs": []},
        "kill_matrix": {"schema": "loss-parity/kill-matrix/1", "kills": {}},
        "diagnosis": {},
    }
    for name, content in listed.items():
        (folder / f"{name}.json").write_text(json.dumps(content))
    pinned = {name: _listed(folder / f"{name}.json") for name in listed}
    entry = {"schema": "loss-parity/fixtures/1", "loss": LOSS, "dialect": DIALECT, "case_count": 1}
    manifest = {
        "schema": "loss-parity/manifest/1",
        "generator": {"name": "tools/benchmark", "version": "1"},
        "case_count": 1,
        "files": [entry | _listed(golden) | {"diagnosis": pinned.pop("diagnosis")}],
        **pinned,
        "retired_ids": [],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return golden


def _listed(file: Path) -> dict[str, str]:
    """A file as a manifest lists it."""
    return {"path": file.name, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}


def _file(y_true: Array, y_pred: Array) -> str:
    """The fixture file of a case: its losses are those of the rows."""
    losses = np.abs(y_true - y_pred).mean(axis=-1)
    # Sums of other orders differ by less.
    tolerance = losses * ROW * 2.0**-52
    return f"""{{
  "schema": "loss-parity/fixtures/1",
  "loss": "{LOSS}",
  "dialect": "{DIALECT}",
  "tolerance_model": {{}},
  "notes": {{}},
  "cases": [
    {{
      "id": "{CASE}",
      "comment": "Random numbers.",
      "flags": [],
      "form": "function",
      "config": {{}},
      "dtype": "float64",
      "inputs": {{
        "y_true": {{{_numbers(y_true)}}},
        "y_pred": {{{_numbers(y_pred)}}}
      }},
      "expected": {{
        "value": {{{_numbers(losses)}, "tolerance": {_list(tolerance)}}}
      }}
    }}
  ]
}}
"""


def _numbers(array: Array) -> str:
    """Dtype, shape and values, as fixtures have them."""
    return f'"dtype": "float64", "shape": {list(array.shape)}, "values": {_list(array)}'


def _list(array: Array) -> str:
    """All numbers, each the shortest that gives it back, a row a line."""
    rows = np.atleast_2d(array).tolist()
    return "[\n" + ",\n".join(", ".join(map(repr, row)) for row in rows) + "\n]"
