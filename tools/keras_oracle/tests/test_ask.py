"""Questions that nobody wrote down: what is answered, and what is refused."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from keras_oracle.ask import answered, compatible_pairs, serve
from keras_oracle.cases import CASES
from keras_oracle.dialect import DEFAULT, DIALECTS
from keras_oracle.losses import LOSSES
from keras_oracle.mistakes import MISTAKES

SATURATED = [[0.99999999999, 0.00000000001]]
ROWS = [[0.9, 0.05, 0.05], [0.5, 0.89, 0.6], [0.05, 0.01, 0.94]]


def _tensor(values: Any, dtype: str = "float64") -> dict[str, Any]:
    array = np.asarray(values)
    return {"dtype": dtype, "shape": list(array.shape), "values": array.ravel().tolist()}


def _question(y_true: Any, y_pred: Any, **fields: Any) -> dict[str, Any]:
    inputs = {"y_true": _tensor(y_true), "y_pred": _tensor(y_pred)}
    return {"loss": "categorical_crossentropy", "inputs": inputs, **fields}


def _asked(question: dict[str, Any]) -> dict[str, Any]:
    return answered(json.dumps(question))


def _error(question: dict[str, Any]) -> tuple[str, str]:
    error = _asked(question)["error"]
    return error["code"], error["message"]


def _alternatives(document: dict[str, Any]) -> dict[str, list[float]]:
    """The values of mistakes by their ids."""
    (answers,) = document["diagnosis"]["answers"].values()
    return {id: it["value"]["values"] for it in answers for id in it["mistakes"] if "value" in it}


def test_the_saturated_question() -> None:
    document = _asked(_question([[0, 1]], SATURATED))
    (case,) = document["fixtures"]["cases"]
    assert case["expected"]["value"]["values"] == pytest.approx([16.11809565], rel=1e-9)
    assert _alternatives(document)["clip_skipped"] == pytest.approx([25.32843602], rel=1e-9)
    (stages,) = document["diagnosis"]["stages"].values()
    assert [stage["name"] for stage in stages][:3] == ["row_sums", "rescaled", "clipped"]
    assert set(document["dialects"]) == set(DIALECTS) - {DEFAULT.id}
    # Keras 1 clips to 1e-7 as a float32.
    keras_1 = document["dialects"]["keras-1"]["value"]["values"]
    assert keras_1 == pytest.approx([16.11809564], rel=1e-9)


def test_the_pairs_are_asked_for() -> None:
    question = _question(np.eye(3), ROWS, form="class")
    few, all = _asked(question), _asked({**question, "pairs": True})
    assert _alternatives(few)["rescale_skipped+sum_for_mean"] == pytest.approx([0.28377], rel=1e-4)
    pairs = {tuple(pair) for pair in all["catalogue"]["pairs"]}
    assert pairs <= set(compatible_pairs("categorical_crossentropy"))
    assert {tuple(pair) for pair in few["catalogue"]["pairs"]} <= pairs
    assert len(pairs) > len(few["catalogue"]["pairs"])
    assert set(few["diagnosis"]["mistakes"]) <= set(all["diagnosis"]["mistakes"])


def test_pairs_set_different_choices() -> None:
    for loss in LOSSES:
        for first, second in compatible_pairs(loss):
            assert not set(MISTAKES[first].choices) & set(MISTAKES[second].choices)


def test_a_mistake_has_stages_of_its_own() -> None:
    question = _question([[0, 1]], SATURATED, mistake="clip_skipped")
    (stages,) = _asked(question)["diagnosis"]["stages"].values()
    assert "clipped" not in [stage["name"] for stage in stages]
    assert stages[-1]["values"] == pytest.approx([25.32843602], rel=1e-9)
    both = _asked({**question, "mistake": "rescale_skipped+clip_skipped"})
    (stages,) = both["diagnosis"]["stages"].values()
    assert stages[0]["name"] == "log"


@pytest.mark.parametrize(
    ("question", "code", "message"),
    [
        ({"loss": "hubert", "inputs": {}}, "invalid_question", "did you mean huber?"),
        ({"inputs": {}}, "invalid_question", "the question has no loss"),
        ({"loss": "huber", "inputs": {}}, "invalid_question", "the question has no y_true"),
        (_question([[0, 1]], [[1, 2, 3]]), "shape_mismatch", "(1, 2) and (1, 3)"),
        (_question([[0, 1]], [[1, 2]], config={"axes": 1}), "invalid_parameter", "mean axis?"),
        (_question([[0, 1]], [[1, 2]], config={"axis": "x"}), "invalid_parameter", ""),
        (_question([[0, 1]], [[1, 2]], config={"axis": 2}), "axis_out_of_range", "axis 2"),
        (_question([[0, 1]], [[1, 2]], dialect="jax"), "invalid_question", "no dialect is"),
        (_question([[0, 1]], [[1, 2]], mistake="huber_without_half"), "invalid", ""),
        (_question(np.eye(100), np.eye(100)), "too_large", "at most 4096"),
        ({**_question([0], [1]), "weights": 1}, "invalid_question", "no field is called"),
        (
            {"loss": "huber", "inputs": {"y_true": _tensor([0]), "y_pred": {"dtype": "float32"}}},
            "invalid_question",
            "y_pred is no tensor",
        ),
        (
            {**_question([0], [1]), "loss": "categorical_generalized_cross_entropy"},
            "invalid_parameter",
            "needs the parameter q",
        ),
    ],
)
def test_what_is_wrong_with_a_question(question: dict[str, Any], code: str, message: str) -> None:
    found = _error(question)
    assert found[0].startswith(code) and message in found[1], found


def test_weights_are_for_classes() -> None:
    question = _question(np.eye(3), ROWS, form="function")
    question["inputs"]["sample_weight"] = _tensor([1, 2, 3])
    assert _error(question)[0] == "invalid_question"
    assert "error" not in _asked({**question, "form": "class"})


def test_questions_are_answered_line_by_line() -> None:
    output = io.StringIO()
    lines = [json.dumps(_question([[0, 1]], SATURATED)), "", "no JSON"]
    assert serve(lines[:2], output) == 0
    assert serve(lines, output) == 1
    answers = [json.loads(line) for line in output.getvalue().splitlines()]
    assert ["error" in it for it in answers] == [False, False, True]


@pytest.mark.parametrize("loss", list(CASES))
def test_a_case_of_the_fixtures_is_answered_as_there(loss: str) -> None:
    folder = Path(__file__).resolve().parents[3] / "fixtures" / DEFAULT.id
    cases = json.loads((folder / f"{loss}.json").read_text())["cases"]
    diagnosed = json.loads((folder / "diagnosis" / f"{loss}.json").read_text())
    for case in [it for it in cases if it["dtype"] == "float64" and "value" in it["expected"]][:4]:
        names = ("form", "dtype", "config", "inputs")
        document = _asked({"loss": loss, **{name: case[name] for name in names}})
        (own,) = document["fixtures"]["cases"]
        assert own["expected"]["value"] == case["expected"]["value"]
        (answers,) = document["diagnosis"]["answers"].values()
        stored = diagnosed["answers"].get(case["id"], [])
        assert [it for it in answers if "value" in it] == [it for it in stored if "value" in it]
