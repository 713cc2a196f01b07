"""The formulas and the inputs that everything is held against."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from loss_benchmark.accuracy import confident_losses, ulp_workloads
from loss_benchmark.inputs import CONFIDENT, inputs
from loss_benchmark.judging import worst_ulps
from loss_benchmark.reference import reference
from loss_benchmark.workloads import GRADIENT, Workload, all_workloads, made_small

WORKLOADS = made_small(replace(one, columns=7) for one in all_workloads("float64"))


@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda one: one.title)
def test_gradients_are_differences_of_values(workload: Workload) -> None:
    labels, predictions = inputs(workload)
    found = reference(workload.of(GRADIENT), labels, predictions).gradient
    assert found is not None
    step = 1e-6
    for place in [(0, 0), (1, 6), (20, 3), *_labelled(workload, labels)]:
        values = []
        for sign in (1, -1):
            moved = predictions.copy()
            moved[place] += sign * step
            values.append(reference(workload, labels, moved).value)
        difference = (values[0] - values[1]) / (2 * step)
        assert found[place] == pytest.approx(difference, rel=1e-4, abs=1e-9)


def _labelled(workload: Workload, labels: np.ndarray) -> list[tuple[int, int]]:
    if workload.is_sparse:
        return [(5, int(labels[5]))]
    return [(5, int(labels[5].argmax()))]


def test_blocks_of_rows_are_one_batch() -> None:
    # Rows of more elements than a block has, and several blocks with a rest.
    workload = Workload("categorical_crossentropy", True, 3, 50_257, quantity=GRADIENT)
    many = Workload("mean_squared_error", False, 2_001, 100, quantity=GRADIENT)
    for one in (workload, many):
        labels, predictions = inputs(one)
        whole = reference(one, labels, predictions)
        assert whole.gradient is not None
        for row in (0, 1, len(predictions) - 1):
            alone = reference(one, labels[row : row + 1], predictions[row : row + 1])
            assert whole.losses[row] == alone.losses[0]
            assert alone.gradient is not None
            np.testing.assert_allclose(whole.gradient[row] * one.rows, alone.gradient[0], 1e-15)


@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda one: one.title)
def test_inputs_avoid_what_definitions_differ_in(workload: Workload) -> None:
    labels, predictions = inputs(workload)
    assert (predictions != 0).all()
    again = inputs(workload)
    assert (labels == again[0]).all()
    assert (predictions == again[1]).all()
    if "categorical_crossentropy" in workload.loss and not workload.from_logits:
        np.testing.assert_allclose(predictions.sum(axis=-1), 1, 1e-6)


def test_confident_labels_are_ahead_and_their_losses_are_known_to_the_last_bit() -> None:
    confident = [one for one in ulp_workloads() if one.inputs == CONFIDENT]
    assert len(confident) == 3
    for workload in confident:
        few = replace(workload, rows=500)
        labels, predictions = inputs(few)
        losses = confident_losses(few, labels, predictions)
        assert losses.min() > 0
        assert losses.max() < 10 * np.exp(-9.0)
        # Where float64 still tells 1 + tiny from 1 by enough digits, both formulas agree.
        plain = reference(few, labels, predictions).losses
        clear = losses > 1e-7
        assert clear.any()
        np.testing.assert_allclose(plain[clear], losses[clear], 1e-8)
        assert worst_ulps(losses.astype(np.float32), losses, "float32") <= 0.5
