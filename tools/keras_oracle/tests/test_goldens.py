"""The goldens: the seed's answers, the schema, and float arithmetic inside the tolerances."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from keras_oracle.dialect import DIALECTS
from keras_oracle.fixture_json import LARGEST_IN_JSON
from keras_oracle.wrapper import call_class, call_function

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"
JAX = DIALECTS["keras-3.15/jax"]
FILES = sorted(
    path
    for path in FIXTURES.glob("*/**/*.json")
    if "schema" not in path.parts and "diagnosis" not in path.parts
)
ROWS = [[0.9, 0.05, 0.05], [0.5, 0.89, 0.6], [0.05, 0.01, 0.94]]


def _numbers(losses: Any) -> list[float]:
    return [float(number.value) for number in np.asarray(losses, dtype=object).ravel()]


def _load(path: Path) -> Any:
    return json.loads(path.read_text())


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_rows_are_rescaled(dtype: str) -> None:
    losses = call_function(
        "categorical_crossentropy", JAX, {}, np.eye(3, dtype=dtype), np.array(ROWS, dtype)
    )
    assert _numbers(losses) == pytest.approx([0.10536052, 0.80466845, 0.0618754], rel=5e-7)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_probabilities_are_clipped(dtype: str) -> None:
    losses = call_class(
        "categorical_crossentropy",
        JAX,
        {},
        dtype,
        np.array([[0, 1]]),
        np.array([[0.99999999999, 0.00000000001]]),
    )
    assert _numbers(losses) == pytest.approx([16.11809565], rel=1e-7)


def test_there_are_fixtures() -> None:
    assert len(FILES) == len(_load(FIXTURES / "manifest.json")["files"]) > 0


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_follows_the_schema(path: Path) -> None:
    document = _load(path)
    jsonschema.validate(document, _load(FIXTURES / "schema/fixtures.schema.json"))
    used = {flag for case in document.get("cases", []) for flag in case["flags"]}
    assert used == set(document.get("notes", []))


def test_the_manifest_follows_the_schema() -> None:
    manifest = _load(FIXTURES / "manifest.json")
    jsonschema.validate(manifest, _load(FIXTURES / "schema/manifest.schema.json"))
    assert manifest["case_count"] == sum(entry["case_count"] for entry in manifest["files"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_shapes_count_the_values(path: Path) -> None:
    document = _load(path)
    cases = document.get("cases", [])
    answers = [case["expected"] for case in cases] + list(document.get("answers", {}).values())
    for tensors in [*(case["inputs"] for case in cases), *answers]:
        for tensor in (tensor for tensor in tensors.values() if isinstance(tensor, dict)):
            count = np.prod(tensor["shape"], dtype=int)
            if "file" in tensor:
                array = np.load(path.parent / tensor["file"])
                assert array.dtype == tensor["dtype"] and list(array.shape) == tensor["shape"]
                assert count > LARGEST_IN_JSON
            else:
                assert len(tensor["values"]) == count <= LARGEST_IN_JSON


def test_skipping_the_rescale_lies_outside_the_tolerance() -> None:
    document = _load(FIXTURES / "keras-3.15/jax/categorical_crossentropy.json")
    id = "categorical_crossentropy.question.row_sums_1_99.class.float32"
    (case,) = (case for case in document["cases"] if case["id"] == id)
    expected = case["expected"]["value"]
    distance = abs(-np.log(0.89) - expected["values"][1])
    assert distance > 10 * expected["tolerance"][1]
