"""Which Keras is followed, and for whom."""

from __future__ import annotations

import threading

import numpy as np
import pytest

import swift_losses

IDS, ODDS = np.array([0]), np.array([[3.0, 1.0]])
JAX, TENSORFLOW = 0.2876821, 0.6931472
"""What sparse categorical crossentropy makes of IDS and ODDS: see its rescaling."""


def followed() -> float:
    return float(swift_losses.sparse_categorical_crossentropy(IDS, ODDS)[0])


def test_a_block_sets_the_default() -> None:
    assert followed() == pytest.approx(JAX)
    with swift_losses.dialect("keras-3.15/tensorflow"):
        assert followed() == pytest.approx(TENSORFLOW)
        loss = swift_losses.SparseCategoricalCrossentropy()
        with swift_losses.dialect("keras-3.15/torch"):
            assert followed() == pytest.approx(JAX)
        assert followed() == pytest.approx(TENSORFLOW)
    assert followed() == pytest.approx(JAX)
    assert loss.dialect == "keras-3.15/tensorflow"
    assert loss(IDS, ODDS) == pytest.approx(TENSORFLOW)


def test_a_class_takes_one_of_its_own() -> None:
    loss = swift_losses.SparseCategoricalCrossentropy(dialect="keras-3.15/tensorflow")
    assert loss(IDS, ODDS) == pytest.approx(TENSORFLOW)
    assert loss.get_config()["dialect"] == "keras-3.15/tensorflow"
    assert "dialect" not in swift_losses.SparseCategoricalCrossentropy().get_config()


def test_a_block_ends_with_an_exception() -> None:
    with pytest.raises(RuntimeError), swift_losses.dialect("keras-3.15/tensorflow"):
        raise RuntimeError
    assert followed() == pytest.approx(JAX)


def test_a_block_is_one_threads() -> None:
    found = []
    with swift_losses.dialect("keras-3.15/tensorflow"):
        thread = threading.Thread(target=lambda: found.append(followed()))
        thread.start()
        thread.join()
        assert followed() == pytest.approx(TENSORFLOW)
    assert found == [pytest.approx(JAX)]


def test_there_is_a_default_among_the_dialects() -> None:
    assert swift_losses.Huber().dialect in swift_losses.dialects()


@pytest.mark.parametrize("name", ["keras", "", "KERAS-3.15/JAX"])
def test_others_are_refused(name: str) -> None:
    with pytest.raises(swift_losses.LossError, match="expected one of") as refused:
        swift_losses.Loss(dialect=name)
    assert refused.value.code == "invalid_parameter"
    with pytest.raises(swift_losses.LossError, match="expected one of"), swift_losses.dialect(name):
        raise AssertionError("the block was entered")


def test_tf_keras_has_no_dtype_of_classes() -> None:
    loss = swift_losses.Huber(dialect="tf-keras-2")
    assert loss.dtype is None
    assert loss(np.zeros((1, 2)), np.ones((1, 2))).dtype == np.float64
    with pytest.raises(swift_losses.LossError, match="no dtype") as refused:
        swift_losses.Huber(dialect="tf-keras-2", dtype="float32")
    assert refused.value.code == "not_in_dialect"


def test_keras_1_has_functions_alone() -> None:
    with swift_losses.dialect("keras-1"):
        assert swift_losses.hinge([[0.0, 1.0]], [[0.5, 0.5]]) == pytest.approx(0.75)
        with pytest.raises(swift_losses.LossError, match="keras-1"):
            swift_losses.Hinge()
