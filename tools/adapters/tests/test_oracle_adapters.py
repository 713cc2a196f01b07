"""The oracle's adapters: exact or in plain NumPy, right or with a mistake made on purpose."""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np
import numpy_adapter
import oracle_adapter
import oracle_cases
import protocol
import pytest

ROWS = [[0.9, 0.05, 0.05], [0.5, 0.89, 0.6], [0.05, 0.01, 0.94]]
KERAS = [0.10536052, 0.80466845, 0.0618754]
UNSCALED = [0.10536052, 0.11653382, 0.0618754]
ANSWERING = {"oracle": oracle_adapter.compute, "numpy": numpy_adapter.compute}


def _request(dtype: str = "float32", **changes: Any) -> protocol.Request:
    def tensor(values: list[float]) -> dict[str, Any]:
        return {"dtype": dtype, "shape": [3, 3], "values": values}

    return {
        "protocol": protocol.PROTOCOL,
        "id": "a",
        "loss": "categorical_crossentropy",
        "dialect": "keras-3.15/jax",
        "form": "class",
        "config": {"reduction": "none"},
        "dtype": dtype,
        "inputs": {
            "y_true": tensor(np.eye(3).ravel().tolist()),
            "y_pred": tensor(np.ravel(ROWS).tolist()),
        },
        **changes,
    }


def _answer(adapter: str, mistake: str | None = None, **changes: Any) -> dict[str, Any]:
    made = None if mistake is None else oracle_cases.mistake_of(mistake)
    return protocol.answer(
        _request(**changes), lambda it: oracle_cases.losses_of(it, ANSWERING[adapter], made)
    )


@pytest.mark.parametrize("adapter", list(ANSWERING))
def test_a_mistake_is_made_where_it_is_asked_for(adapter: str) -> None:
    assert _answer(adapter)["value"]["values"] == pytest.approx(KERAS, rel=5e-7)
    wrong = _answer(adapter, "rescale_skipped")["value"]
    assert wrong["values"] == pytest.approx(UNSCALED, rel=5e-7)
    assert wrong["dtype"] == "float32"


@pytest.mark.parametrize("adapter", list(ANSWERING))
def test_two_mistakes_are_made_at_once(adapter: str) -> None:
    wrong = _answer(adapter, "rescale_skipped+sum_for_mean", config={})
    assert wrong["value"]["values"] == pytest.approx([sum(UNSCALED)], rel=5e-7)


@pytest.mark.parametrize("adapter", list(ANSWERING))
def test_a_loss_that_a_mistake_is_not_about_stays_right(adapter: str) -> None:
    right, still = (_answer(adapter, it, loss="hinge") for it in (None, "rescale_skipped"))
    assert still == right and "value" in right


@pytest.mark.parametrize("adapter", list(ANSWERING))
def test_stages_and_errors_are_answered(adapter: str) -> None:
    rescaled = _answer(adapter, stages=True)["stages"]["rescaled"]
    assert rescaled["values"][3] == pytest.approx(0.5 / 1.99)
    inputs = {**_request()["inputs"], "y_true": {"dtype": "float32", "shape": [1], "values": [1]}}
    assert _answer(adapter, inputs=inputs)["error"]["code"] == "shape_mismatch"
    assert "unsupported" in _answer(adapter, dialect="keras-0")
    assert "unsupported" in _answer(adapter, loss="none_such")


def test_the_exact_oracle_has_gradients_and_numpy_has_none() -> None:
    exact = _answer("oracle", gradient=True)["gradient"]
    assert exact["shape"] == [3, 3]
    wrong = _answer("oracle", "rescale_skipped", gradient=True)["gradient"]
    assert (
        wrong["values"][0] == pytest.approx(-1 / 0.9) and exact["values"][0] != wrong["values"][0]
    )
    assert "gradient" not in _answer("numpy", gradient=True)


def test_numpy_is_not_asked_for_bfloat16() -> None:
    assert "unsupported" in _answer("numpy", dtype="bfloat16")


@pytest.mark.parametrize("ids", ["none_such", "rescale_skipped+none_such", ""])
def test_an_unknown_mistake_is_refused(ids: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="no mistake"):
        oracle_cases.mistake_of(ids)
