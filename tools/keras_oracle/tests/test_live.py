"""Live answers: every case of the fixtures, with the goldens' values, tolerances and edges."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from keras_oracle.answer import dtype_of
from keras_oracle.case import Case
from keras_oracle.cases import CASES
from keras_oracle.dialect import DEFAULT, DIALECTS
from keras_oracle.live import answered
from keras_oracle.losses import LOSSES
from keras_oracle.number_format import NumberFormat, held_in

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"

UNDECIDED = {
    # The squares of a vector underflow: whether its norm is 0 decides what it is divided by.
    ("keras-3.15/numpy", "cosine_similarity.special.range.float32"),
}
"""Cases to which live answers are that rounding decides, where the exact arithmetic has one."""

DOUBTFUL = {
    # Infinity times what is 0, or not, for all that rounding tells; then times a slope or weight.
    ("tf-keras-2", "binary_focal_crossentropy.weight.zero_of_infinity.float32"),
    ("tf-keras-2", "binary_focal_crossentropy.weight.zero_of_infinity.float64"),
    ("keras-3.15/tensorflow", "sparse_categorical_crossentropy.special.saturated.float16"),
    ("tf-keras-2", "sparse_categorical_crossentropy.special.saturated.float16"),
    # Overflow in float16, of a sum or of a root's reciprocal: none where it is computed in float32.
    *(
        ("keras-3.15/jax", f"{name}.float16")
        for name in (
            "mean_absolute_percentage_error.reduction.none.unweighted",
            "mean_absolute_percentage_error.reduction.sum_over_batch_size.weight_per_sample",
            "mean_absolute_percentage_error.reduction.mean_with_sample_weight.mask_and_weight",
            "mean_absolute_percentage_error.form.function",
            "mean_absolute_percentage_error.dtype.int64_labels",
            "cosine_similarity.shape.rank_1.class",
            "cosine_similarity.shape.rank_1.function",
        )
    ),
    # Their sum may overflow on the way, and shares of it are slopes.
    *(
        (dialect, "categorical_crossentropy.question.labels_that_cancel.function.float32")
        for dialect in DIALECTS
    ),
}
"""Cases of which some elements have no bound, as rounding decides whether they are numbers."""

ROUNDED_UP = 1.01
"""Tolerances of goldens are rounded up to three digits: by less than this factor."""

SLACK = {"float64": 2.0**-10}
"""The share that a live bound has more, for what the wider format rounds; 2^-28 otherwise."""

MOST = 1.02
"""Live bounds by exact ones, at most.

They have `BoundedRounding.slack` more, which is far less, unless a limit is subtracted from them.
"""

LEAST = {"float64": 0.995}
"""Live bounds by exact ones, at least, where that is less than 1.

Bounds below 1e-308 are not float64s of all digits, or none: in CTC of the default dialect, products
of such numbers are terms that are rounded to the exact arithmetic, and no terms here.
"""


@cache
def _document(loss: str, dialect: str) -> dict[str, Any]:
    path = FIXTURES / dialect / f"{loss}.json"
    document: dict[str, Any] = json.loads(path.read_text())
    return document


def _own(loss: str, dialect: str) -> dict[str, Any]:
    """What cases expect that a dialect answers otherwise than the base, or all of the base's."""
    document = _document(loss, dialect)
    if dialect != DEFAULT.id:
        answers: dict[str, Any] = document["answers"]
        return answers
    return {case["id"]: case["expected"] for case in document["cases"]}


def _goldens(loss: str, dialect: str) -> dict[str, Any]:
    """What each case expects in a dialect."""
    return _own(loss, DEFAULT.id) | _own(loss, dialect)


def _live(loss: str, dialect: str, case: Case) -> dict[str, Any]:
    return answered(loss, dialect, case.form, case.dtype, case.config, case.inputs, case.gradient)


def _array(tensor: dict[str, Any], path: Path) -> np.ndarray[Any, Any]:
    if "file" in tensor:
        return np.load(path / tensor["file"])
    return np.array([float(it) for it in tensor["values"]]).reshape(tensor["shape"])


def _misfits(
    golden: dict[str, Any], path: Path, value: Any, tolerance: Any, least: float, doubtful: bool
) -> Iterator[str]:
    """What is wrong with live numbers, by a golden; nothing, as a rule."""
    dtype = golden["dtype"]
    format = NumberFormat.of(dtype)
    expected = _array(golden, path)
    if value.shape != expected.shape or value.dtype != held_in(dtype):
        yield f"{value.dtype} {value.shape} instead of {dtype} {expected.shape}"
        return
    known = golden["tolerance"]
    if isinstance(known, dict):
        known = np.load(path / known["file"])
    known = np.array([float(it) for it in np.ravel(known)]).reshape(expected.shape)
    slack = SLACK.get(dtype, 2.0**-28)
    sizes = np.abs(np.where(np.isfinite(expected), expected, 0.0))
    ulp = np.maximum(2 * float(format.unit_roundoff) * sizes, float(format.smallest_subnormal))
    wide = value.astype(np.float64)
    if doubtful:
        known = np.where(np.isinf(tolerance), np.inf, known)
        wide = np.where(np.isinf(tolerance), expected, wide)
    same = (wide == expected) | (np.isnan(wide) & np.isnan(expected))
    # Where the exact number is near a tie, the other neighbour of it is nearest, or nearly so.
    with np.errstate(invalid="ignore"):
        near = np.abs(wide - expected) <= ulp * (1 + 2.0**-20) + 2 * slack * known
    if not np.all(same | near):
        yield f"values {value[~(same | near)]} instead of {expected[~(same | near)]}"
    low = tolerance < known * (least / ROUNDED_UP) * (1 - 1e-9)
    if np.any(low):
        yield f"tolerances {tolerance[low]} below {known[low]}"
    high = tolerance > known * MOST + np.where(same, 1e-6, 2 * slack) * ulp
    if np.any(high):
        yield f"tolerances {tolerance[high]} above {known[high]}"


def _wrong(loss: str, dialect: str, case: Case, expected: dict[str, Any]) -> Iterator[str]:
    live = _live(loss, dialect, case)
    if "error" in expected or "error" in live:
        if live.get("error") != expected.get("error"):
            yield f"{live.get('error')} instead of {expected.get('error')}"
        return
    if "undecided" in live:
        if (dialect, case.id) not in UNDECIDED:
            yield live["undecided"]
        return
    if (dialect, case.id) in UNDECIDED:
        yield "decided"
    path = FIXTURES / DEFAULT.id
    options = {"least": LEAST.get(dtype_of(case), 1.0), "doubtful": (dialect, case.id) in DOUBTFUL}
    yield from _misfits(expected["value"], path, live["value"], live["tolerance"], **options)
    if DIALECTS[dialect].gradients == "none":
        assert live["gradient"] is None and live["edges"] is None
    elif "gradient" in expected:
        golden = expected["gradient"]
        found = live["gradient"], live["gradient_tolerance"]
        yield from _misfits(golden, path, *found, **options)
        if np.flatnonzero(live["edges"]).tolist() != golden.get("edges", []):
            yield f"edges {np.flatnonzero(live['edges'])} instead of {golden.get('edges')}"


@pytest.mark.parametrize("loss", list(LOSSES))
def test_every_case_has_the_golden_answer(loss: str) -> None:
    misfits = []
    cases = list(CASES[loss]())
    for dialect in DIALECTS:
        goldens, own = _goldens(loss, dialect), _own(loss, dialect)
        for index, case in enumerate(cases):
            # Of those that a dialect answers as the base does, some are enough.
            if case.id in own or (dialect, case.id) in UNDECIDED or index % 4 == 0:
                wrong = _wrong(loss, dialect, case, goldens[case.id])
                misfits += [(dialect, case.id, it) for it in wrong]
    assert not misfits, (len(misfits), misfits[:5])


def _answered(loss: str, **options: Any) -> dict[str, Any]:
    """The answer to a float32 call of the default dialect with labels and predictions of 1, 2."""
    numbers = np.array([[1.0, 2.0]], np.float32)
    question = {
        "dialect": DEFAULT.id,
        "form": "class",
        "dtype": "float32",
        "config": {},
        "inputs": {"y_true": numbers, "y_pred": numbers},
        "gradient": True,
    }
    return answered(loss, **{**question, **options})


def test_integers_may_come_as_floats() -> None:
    assert _answered("cosine_similarity", config={"axis": -1.0})["value"] == np.float32(-1)
    axes = _answered("dice", config={"axis": [0.0, 1.0]})
    assert axes["value"] == _answered("dice", config={"axis": None})["value"]
    halves = _answered("cosine_similarity", config={"axis": 0.5})
    assert halves == {"error": "invalid_parameter", "message": "axis is 0.5, expected an integer"}


@pytest.mark.parametrize(
    ("loss", "config", "code"),
    [
        ("huber", {"delta": 1.0, "reduction": "median"}, "invalid_parameter"),
        ("huber", {"dleta": 1.0}, "invalid_parameter"),
        ("categorical_crossentropy", {"axis": 2.0}, "axis_out_of_range"),
    ],
)
def test_a_refused_call_says_why(loss: str, config: dict[str, Any], code: str) -> None:
    refused = _answered(loss, config=config)
    assert refused["error"] == code and refused["message"]


def test_a_function_needs_its_parameters() -> None:
    ids = {"y_true": np.array([1]), "y_pred": np.array([[0.25, 0.75]], np.float32)}
    loss = "categorical_generalized_cross_entropy"
    refused = _answered(loss, form="function", inputs=ids)
    assert refused["error"] == "invalid_parameter" and "q" in refused["message"]


def test_a_call_that_rounding_decides_is_undecided() -> None:
    # 0.1 + 0.2 - 0.3 is 0 or not, and what a mean divides by.
    weights = np.array([0.1, 0.2, -0.3], np.float32)
    numbers = np.array([[1.0], [2.0], [4.0]], np.float32)
    inputs = {"y_true": numbers, "y_pred": numbers + 1, "sample_weight": weights}
    config = {"reduction": "mean_with_sample_weight"}
    assert "undecided" in _answered("mean_squared_error", config=config, inputs=inputs)
    # 0.25 + 0.5 - 0.75 is 0, in any order of summation.
    inputs["sample_weight"] = np.array([0.25, 0.5, -0.75], np.float32)
    assert _answered("mean_squared_error", config=config, inputs=inputs)["value"] == 0


def test_an_element_that_rounding_decides_has_an_infinite_tolerance() -> None:
    # The terms overflow or not, as they are added; the other row is as it is.
    large = np.float32(2e38)
    inputs = {
        "y_true": np.array([[large, large, -large, -large], [1, 1, 1, 1]], np.float32),
        "y_pred": np.ones((2, 4), np.float32),
    }
    config = {"from_logits": False}
    live = _answered("categorical_crossentropy", form="function", config=config, inputs=inputs)
    assert np.isinf(live["tolerance"][0]) and np.isfinite(live["tolerance"][1])


def test_no_gradient_is_given_where_none_is_asked_for() -> None:
    live = _answered("huber", gradient=False)
    assert (live["gradient"], live["gradient_tolerance"], live["edges"]) == (None, None, None)


def test_numbers_of_bfloat16_are_rounded_once() -> None:
    # Halfway between two numbers of bfloat16, but for less than a float32 tells.
    inputs = {"y_true": np.float32(0), "y_pred": np.float32(1.0 + 2.0**-7)}
    live = _answered("mean_absolute_error", dtype="bfloat16", inputs=_rows(inputs))
    assert live["value"] == np.float32(1.0078125) and live["value"].dtype == np.float32


def _rows(inputs: dict[str, Any]) -> dict[str, Any]:
    return {name: np.array([value]) for name, value in inputs.items()}


def test_arrays_are_left_as_they_are() -> None:
    inputs = {name: np.array([[0.2, 0.8]], np.float32) for name in ("y_true", "y_pred")}
    for array in inputs.values():
        array.setflags(write=False)
    live = _answered("categorical_crossentropy", inputs=inputs)
    assert live["value"].flags.c_contiguous and live["gradient"].flags.c_contiguous
    assert not any(np.shares_memory(live["gradient"], array) for array in inputs.values())
