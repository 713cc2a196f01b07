"""pytest on golden cases, a test each: nothing is computed, goldens are held against themselves.

So it costs what pytest and numpy.testing cost alone. usage: LOSSES=a,b pytest verifier_cases.py
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

FIXTURES = Path(__file__).parents[2] / "fixtures" / "keras-3.15" / "jax"
HALVES = {"bfloat16": "float32"}


def cases() -> Iterator[Any]:
    """The cases of the losses, by their ids."""
    for loss in os.environ["LOSSES"].split(","):
        for case in json.loads((FIXTURES / f"{loss}.json").read_text())["cases"]:
            yield pytest.param(case, id=case["id"])


def array(tensor: dict[str, Any]) -> np.ndarray[Any, Any]:
    """The array of a tensor."""
    if "file" in tensor:
        return np.load(FIXTURES / tensor["file"])
    dtype = HALVES.get(tensor["dtype"], tensor["dtype"])
    return np.array(tensor["values"], dtype=dtype).reshape(tensor["shape"])


@pytest.mark.parametrize("case", cases())
def test_case(case: dict[str, Any]) -> None:
    """Reads what a loss would be asked, and compares an answer."""
    for tensor in case["inputs"].values():
        array(tensor)
    for part, golden in case["expected"].items():
        if part != "error":
            np.testing.assert_allclose(array(golden), array(golden), rtol=1e-6)
