"""The protocol as adapters speak it."""

from __future__ import annotations

import io
import json
import os
import sys
from typing import Any

import numpy as np
import protocol
import pytest

REQUEST = {
    "protocol": protocol.PROTOCOL,
    "id": "huber.a",
    "inputs": {"y_pred": {"dtype": "float32", "shape": [2, 1], "values": [0.1, "-Infinity"]}},
}


def test_tensors_are_read_and_written_in_their_dtype() -> None:
    read = protocol.arrays(REQUEST)["y_pred"]
    assert read.dtype == np.float32
    np.testing.assert_array_equal(read, np.array([[0.1], [-np.inf]], np.float32))
    written = protocol.tensor(np.array([[np.nan, np.inf, -0.5]], np.float16))
    assert written == {"dtype": "float16", "shape": [1, 3], "values": ["NaN", "Infinity", -0.5]}
    assert protocol.tensor(np.float64(2)) == {"dtype": "float64", "shape": [], "values": [2.0]}


def test_a_gradient_stands_beside_its_value() -> None:
    losses = protocol.Losses(np.float32(1), np.zeros(2, np.float32))
    answer = protocol.answer(REQUEST, lambda _: losses)
    assert list(answer) == ["id", "value", "gradient"]
    assert answer["gradient"]["shape"] == [2]
    assert list(protocol.answer(REQUEST, lambda _: losses._replace(gradient=None))) == [
        "id",
        "value",
    ]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (protocol.UnsupportedError("no"), {"unsupported": "no"}),
        (
            protocol.RefusedError("rank_too_low", "a scalar"),
            {"error": {"code": "rank_too_low", "message": "a scalar"}},
        ),
        (
            ValueError("first\nsecond"),
            {"error": {"code": "unknown", "message": "ValueError: first"}},
        ),
    ],
)
def test_what_is_raised_is_the_answer(error: Exception, expected: dict[str, Any]) -> None:
    def compute(_: protocol.Request) -> protocol.Losses:
        raise error

    assert protocol.answer(REQUEST, compute) == {"id": "huber.a", **expected}


def test_stages_stand_beside_the_value() -> None:
    losses = protocol.Losses(np.float32(1), stages={"clipped": np.full((1, 2), 0.5)})
    answer = protocol.answer(REQUEST, lambda _: losses)
    assert list(answer) == ["id", "value", "stages"]
    assert answer["stages"]["clipped"]["shape"] == [1, 2]


def test_another_protocol_is_unsupported() -> None:
    answer = protocol.answer({**REQUEST, "protocol": "x"}, lambda _: protocol.Losses(np.zeros(1)))
    assert answer == {"id": "huber.a", "unsupported": f"expected protocol {protocol.PROTOCOL}"}


def test_answers_have_standard_output_to_themselves(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def compute(_: protocol.Request) -> protocol.Losses:
        os.write(1, b"a library says something\n")
        return protocol.Losses(np.float32(1))

    monkeypatch.setattr(sys, "stdin", io.StringIO((json.dumps(REQUEST) + "\n") * 2))
    kept = os.dup(1)
    try:
        protocol.serve(compute)
    finally:
        os.dup2(kept, 1)
        os.close(kept)
    output, errors = capfd.readouterr()
    assert [json.loads(line)["id"] for line in output.splitlines()] == ["huber.a"] * 2
    assert errors.count("a library says something") == 2
