"""The stages of a loss: what stands between y_pred and the value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from keras_oracle.answer import answer, dtype_of
from keras_oracle.case import Case
from keras_oracle.cases import CASES
from keras_oracle.dialect import DEFAULT, DIALECTS
from keras_oracle.golden import Golden
from keras_oracle.mistakes import MISTAKES
from keras_oracle.stages import before_the_value, stages_of

ROWS = [[0.9, 0.05, 0.05], [0.5, 0.89, 0.6], [0.05, 0.01, 0.94]]


def _case(**parts: Any) -> Case:
    settings = {"form": "class", "config": {}, "y_true": np.eye(3), "y_pred": np.array(ROWS)}
    return Case(id="", comment="", dtype="float64", **{**settings, **parts})


def test_the_stages_of_the_question() -> None:
    stages = stages_of("categorical_crossentropy", DEFAULT, _case())
    assert list(stages) == [
        "row_sums",
        "rescaled",
        "clipped",
        "log",
        "per_element",
        "per_sample",
        "reduced",
    ]
    assert stages["row_sums"].values.tolist() == pytest.approx(np.array([[1.0], [1.99], [1.0]]))
    np.testing.assert_allclose(stages["rescaled"].values[1], np.array(ROWS[1]) / 1.99)
    np.testing.assert_array_equal(stages["rescaled"].values, stages["clipped"].values)
    assert stages["per_element"].values[0, 1] == 0
    assert list(before_the_value(stages))[-1] == "per_sample"


def test_a_mistake_has_other_stages() -> None:
    wrong = MISTAKES["rescale_skipped"].in_dialect(DEFAULT)
    assert wrong is not None
    stages = stages_of("categorical_crossentropy", wrong, _case())
    assert list(stages)[:2] == ["clipped", "log"]
    np.testing.assert_array_equal(stages["clipped"].values, ROWS)


def test_weights_have_the_mask_in_them() -> None:
    case = _case(sample_weight=np.array([2.0, 1.0, 1.0]), mask=np.array([True, False, True]))
    stages = stages_of("categorical_crossentropy", DEFAULT, case)
    assert list(stages)[-3:] == ["weights", "weighted", "reduced"]
    assert stages["weights"].values.tolist() == [3.0, 0.0, 1.5]


def test_a_function_has_nothing_after_its_samples() -> None:
    stages = stages_of("huber", DEFAULT, _case(form="function"))
    assert list(stages) == ["per_element", "per_sample"]
    assert list(before_the_value(stages)) == ["per_element"]


def test_what_is_refused_has_no_stages() -> None:
    assert stages_of("huber", DEFAULT, _case(y_true=np.zeros((2, 2)))) == {}


@pytest.mark.parametrize("loss", list(CASES))
def test_the_last_stage_is_the_value(loss: str) -> None:
    # The first cases of each loss ask for its forms and its reductions.
    for case in list(CASES[loss]())[:12]:
        for dialect in (DEFAULT, DIALECTS["tf-keras-2"]):
            exact = answer(loss, dialect, case, gradient=False)
            stages = stages_of(loss, dialect, case)
            if exact.value is None:
                assert not stages
            else:
                assert list(stages.values())[-1] == Golden.of(exact.value, dtype_of(case))
