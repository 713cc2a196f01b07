"""Medians, minima, ratios, and who is the best peer."""

from __future__ import annotations

import json

import pytest
from loss_benchmark.figures import Cell, Figure, figure
from loss_benchmark.table import digits, document, everybody, summary
from loss_benchmark.workloads import GRADIENT, Workload

WORKLOAD = Workload("mean_squared_error", False, 100, 10)
CELL = Cell(
    WORKLOAD,
    2,
    (
        Figure("streaming", (0.25, 0.2, 0.4)),
        Figure("spans", (0.5, 0.4, 1.0)),
        Figure("tensors", (0.1, 0.1, 0.1)),
        Figure("jax", (0.2, 0.1, 0.3), wrong_by=4e-5),
        Figure("torch", (2.0, 1.6, 1.8)),
        Figure("numpy", (1.7, 1.9, 1.7)),
    ),
    {"onnxruntime": "it has no gradients"},
    {"torch-compile": "RuntimeError: no compiler"},
)


def test_the_best_peer_is_the_fastest_one_whose_results_are_right() -> None:
    # jax is faster and wrong; ours and streaming are no peers; the minimum decides.
    assert CELL.best_peer is not None
    assert CELL.best_peer.competitor == "torch"


def test_ratios_are_of_minima_and_of_medians() -> None:
    assert CELL.ahead == (pytest.approx(1.6 / 0.4), pytest.approx(1.8 / 0.5))
    assert CELL.above_streaming == (pytest.approx(0.4 / 0.2), pytest.approx(0.5 / 0.25))


def test_wrong_results_have_no_ratio() -> None:
    wrong = Cell(WORKLOAD, 1, (Figure("spans", (1.0,), 1e-3), Figure("numpy", (2.0,))))
    assert wrong.ahead is None
    assert Cell(WORKLOAD, 1, (Figure("numpy", (2.0,)),)).ahead is None
    nobody = Cell(WORKLOAD, 1, (Figure("spans", (1.0,)), Figure("jax", (2.0,), 1.0)))
    assert nobody.best_peer is None
    assert nobody.ahead is None


def test_times_are_by_the_element_and_of_a_batch_by_the_call() -> None:
    assert figure("numpy", WORKLOAD, [2000, 3000], None).times == (2.0, 3.0)
    batch = Workload("mean_squared_error", False, 32, 10)
    assert figure("numpy", batch, [2000, 3000], None).times == (2.0, 3.0)
    assert figure("numpy", Workload("huber", False, 10, 10), [2000], None).times == (20.0,)


def test_json_holds_all_that_is_needed() -> None:
    given = json.loads(json.dumps(CELL.as_json()))
    assert Cell.from_json(given) == CELL
    assert given["unit"] == "ns/element"
    assert given["best_peer"] == "torch"
    assert given["figures"][1]["median"] == 0.5
    assert given["figures"][1]["minimum"] == 0.4


def test_a_table_says_what_is_wrong_and_what_failed() -> None:
    assert summary([CELL]).splitlines()[2] == (
        "| mean_squared_error | 100 x 10 | 0.400 (0.500) | 1.60 (1.80) torch | 4.0 (3.6)"
        " | 0.200 (0.250) | 2.0 (2.0) |"
    )
    row = everybody([CELL]).splitlines()[2]
    assert "| 0.100 (0.200) wrong by 4e-05 |" in row
    assert "| failed |" in row


def test_tables_are_by_quantity_and_threads() -> None:
    cells = [
        Cell(WORKLOAD.of(quantity), threads, CELL.figures)
        for threads in (1, 2)
        for quantity in ("value", GRADIENT)
    ]
    batch = Cell(Workload("mean_squared_error", False, 32, 10), 1, CELL.figures)
    about = dict.fromkeys(("cpu", "family_model", "cpus", "memory_gib", "python"), "x")
    text = document([*cells, batch], about | {"flags": []}, {"numpy": "NumPy 2"})
    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        "## Value, 1 thread, ns/element",
        "## Value and gradient, 1 thread, ns/element",
        "## Value, 2 threads, ns/element",
        "## Value and gradient, 2 threads, ns/element",
        "## A batch of 32 x 10, value, microseconds a call",
    ]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0123, "0.0123"),
        (0.5, "0.500"),
        (12.34, "12.3"),
        (123.4, "123"),
        (12345.0, "12345"),
        (2e-5, "2e-05"),
    ],
)
def test_numbers_have_three_digits(number: float, text: str) -> None:
    assert digits(number) == text
