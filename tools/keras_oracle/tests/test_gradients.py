"""Gradients: the reference values, difference quotients, ties, and the chain rule's laws."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from keras_oracle.answer import answer
from keras_oracle.case import Case
from keras_oracle.cases import CASES
from keras_oracle.dialect import DEFAULT, Dialect
from keras_oracle.golden import Golden
from keras_oracle.losses import LOSSES


def _case(t: Any, p: Any, form: str = "function", dtype: str = "float64", **config: Any) -> Case:
    return Case(
        id="a.b",
        comment="-",
        dtype=dtype,
        y_true=np.array(t, dtype),
        y_pred=np.array(p, dtype),
        form=form,
        config=config,
    )


def _gradient(loss: str, case: Case, dialect: Dialect = DEFAULT) -> list[float]:
    gradient = answer(loss, dialect, case).gradient
    assert gradient is not None
    assert gradient.shape == case.y_pred.shape
    return [float(number.value) for number in gradient.ravel()]


@pytest.mark.parametrize(
    ("scale", "expected"),
    [
        (0.5, [2, -2.4444444444444446, 2]),
        (1.0, [1, -1.2222222222222223, 1]),
        (2.0, [0.5, -0.6111111111111112, 0.5]),
        (10.0, [0.1, -0.12222222222222223, 0.1]),
    ],
)
def test_the_gradient_passes_through_the_rescale(scale: float, expected: list[float]) -> None:
    case = _case([[0, 1, 0]], np.array([[0.25, 0.45, 0.3]]) * scale)
    assert _gradient("categorical_crossentropy", case) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("loss", "t", "p", "config", "choice", "settings"),
    [
        ("hinge", 1, 1, {}, "maximum_tie", {"half": -0.5, "whole": -1}),
        ("mean_absolute_error", 2, 2, {}, "absolute_value_at_zero", {"one": -1, "zero": 0}),
        ("kl_divergence", 0.5, 1, {}, "clip_tie", {"half": -0.25, "whole": -0.5}),
        (
            "binary_crossentropy",
            1,
            1e-7,
            {},
            "probability_clip_tie",
            {"half": -5e6, "whole": -1e7, "none": 0},
        ),
    ],
)
def test_a_tie_has_the_slope_of_the_dialect(
    loss: str, t: float, p: float, config: dict[str, Any], choice: str, settings: dict[str, float]
) -> None:
    for setting, expected in settings.items():
        dialect = replace(DEFAULT, **{choice: setting})
        assert _gradient(loss, _case([t], [p], **config), dialect) == [pytest.approx(expected)]


def test_a_softmax_may_take_the_labels_to_sum_to_one() -> None:
    case = _case([[1, 1]], [[0, 0]], from_logits=True)
    assert _gradient("categorical_crossentropy", case) == [0, 0]
    dialect = replace(DEFAULT, softmax_slope="labels_sum_to_one")
    assert _gradient("categorical_crossentropy", case, dialect) == [-0.5, -0.5]


def test_what_is_left_out_is_multiplied_or_selected() -> None:
    case = _case([[1.0]], [[np.nan]])
    assert np.isnan(_gradient("binary_crossentropy", case)).all()
    dialect = replace(DEFAULT, branch_slopes="selected")
    assert _gradient("binary_crossentropy", case, dialect) == [0]


def test_a_weight_of_zero_does_not_hide_an_infinite_slope() -> None:
    case = replace(_case([[0.0]], [[np.inf]], "class"), sample_weight=np.array([0.0]))
    assert np.isnan(_gradient("mean_squared_error", case)).all()


STEP = 2.0**-20


@pytest.mark.parametrize("loss", list(LOSSES))
def test_gradients_are_difference_quotients(loss: str) -> None:
    """The exact arithmetic leaves nothing but the quotient's own error, of the order STEP^2."""
    compared = 0
    for case in CASES[loss]():
        smooth = "random" in case.id or "unweighted" in case.id or "mask_and_weight" in case.id
        if not smooth or case.dtype != "float64" or case.y_pred.size > 120:
            continue
        gradient = _gradient(loss, case)
        index = int(np.argmax(np.abs(gradient)))
        around = []
        for step in (STEP, -STEP):
            moved = case.y_pred.copy()
            moved.ravel()[index] += step
            value = answer(loss, DEFAULT, replace(case, y_pred=moved), gradient=False).value
            assert value is not None
            around.append(sum(float(number.value) for number in value.ravel()))
        quotient = (around[0] - around[1]) / (2 * STEP)
        assert gradient[index] == pytest.approx(quotient, rel=1e-5, abs=1e-7), case.id
        compared += 1
    assert compared >= 2


def test_rounding_at_a_kink_may_take_either_side() -> None:
    # In float32 0.1 * 10 is 1 but for half an ulp: the margin is 0 or a little below.
    gradient = answer("hinge", DEFAULT, _case([0.1, 0.5], [10.0, 0.5], dtype="float32")).gradient
    assert gradient is not None
    at_kink, smooth = gradient
    assert at_kink.value == 0 and at_kink.bound >= 0.05
    assert smooth.value == -0.25 and smooth.bound < 1e-6


@pytest.mark.parametrize(
    ("loss", "t", "p", "config", "edges"),
    [
        # In float32 0.1 * 10 is 1 but for half an ulp; 2 * 0.5 is 1 in any case.
        ("hinge", [0.1, 0.5], [10.0, 0.5], {}, [True, False]),
        ("hinge", [2.0, 0.5], [0.5, 0.5], {}, [False, False]),
        # |t - p| that is 0 without any rounding has the dialect's slope.
        ("mean_absolute_error", [0.5, 0.25], [0.5, 0.5], {}, [False, False]),
        # The largest of the others' scores: 0.9 * 10 / 9 and 1.
        ("categorical_hinge", [0.1, 0.0, 1.0], [10.0 / 9.0, 1.0, 0.5], {}, [True, True, False]),
        # On both sides of delta the slope is the same.
        ("huber", [0.0, 0.0], [0.1, 1.0], {"delta": 0.1}, [False, False]),
        # A row sum is rounded, but a clip far away is not in reach.
        ("categorical_crossentropy", [0.0, 1.0], [0.1, 0.7], {}, [False, False]),
        # 1e-7 / (1e-7 + 1) is at the clip's limit but for rounding.
        ("categorical_crossentropy", [1.0, 0.0], [1e-7, 1.0], {}, [True, True]),
    ],
)
def test_elements_are_on_an_edge_where_rounding_decides_on_the_side_of_a_kink(
    loss: str, t: list[float], p: list[float], config: dict[str, Any], edges: list[bool]
) -> None:
    case = _case([t], [p], dtype="float32", **config)
    given = answer(loss, DEFAULT, case)
    assert given.edges is not None and given.edges.tolist() == [edges]
    golden = Golden.of(given.gradient, "float32", given.edges)
    assert golden.edges == tuple(i for i, is_on_edge in enumerate(edges) if is_on_edge)
    assert golden.json("", {}).get("edges", []) == list(golden.edges)
