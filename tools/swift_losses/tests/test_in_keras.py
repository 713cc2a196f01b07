"""swift_losses beside Keras: tools/keras-tests runs these, on the NumPy backend.

They are skipped where Keras is not installed.
"""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

os.environ.setdefault("KERAS_BACKEND", "numpy")
keras = pytest.importorskip("keras")

from batches import PARAMETERS, Arrays, batch  # noqa: E402

import swift_losses  # noqa: E402
from swift_losses._lookup import ALIASES, CLASSES, FUNCTIONS  # noqa: E402

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"


def parameters(function: Any) -> list[tuple[str, Any]]:
    """The parameters that can be given by position, with their defaults."""
    found = inspect.signature(function).parameters.values()
    return [(p.name, p.default) for p in found if p.kind is p.POSITIONAL_OR_KEYWORD]


def test_names_are_those_of_keras_losses() -> None:
    names = {name for name in dir(keras.losses) if not name.startswith("_")}
    beyond = {"LossError", "dialect", "dialects", "value_and_gradient"}
    aliases = set(ALIASES)
    assert set(swift_losses.__all__) == names | aliases | beyond
    for name in aliases:
        assert keras.losses.get(name).__name__ == getattr(swift_losses, name).__name__


@pytest.mark.parametrize("name", [*CLASSES, *FUNCTIONS, "Loss"])
def test_parameters_positions_and_defaults_are_those_of_keras(name: str) -> None:
    theirs, ours = getattr(keras.losses, name), getattr(swift_losses, name)
    assert parameters(ours) == parameters(theirs)


@pytest.mark.parametrize("name", CLASSES)
def test_configs_and_attributes_are_those_of_keras(name: str) -> None:
    for given in [{}, *PARAMETERS.get(name, [])]:
        theirs = getattr(keras.losses, name)(**given)
        ours = CLASSES[name](**given)
        config = ours.get_config()
        assert config == theirs.get_config()
        assert {key: type(value) for key, value in config.items()} == {
            key: type(value) for key, value in theirs.get_config().items()
        }
        for attribute, value in vars(theirs).items():
            if not attribute.startswith("_") and attribute != "fn":
                assert getattr(ours, attribute) == value


@pytest.mark.parametrize("name", CLASSES)
def test_what_keras_saves_is_read(name: str) -> None:
    for given in [{}, *PARAMETERS.get(name, [])]:
        theirs = getattr(keras.losses, name)(**given)
        ours = swift_losses.deserialize(keras.losses.serialize(theirs))
        assert (type(ours), ours.get_config()) == (CLASSES[name], theirs.get_config())


@pytest.mark.parametrize("name", CLASSES)
def test_values_are_those_of_keras(name: str) -> None:
    y_true, y_pred = batch(name)
    for given in [{}, *PARAMETERS.get(name, [])]:
        if given == {"axis": 0} and name == "CosineSimilarity":
            continue  # Keras on NumPy divides along another axis, and refuses the shape.
        with swift_losses.dialect("keras-3.15/numpy"):
            ours = CLASSES[name](**given)(y_true, y_pred)
        np.testing.assert_allclose(
            ours, getattr(keras.losses, name)(**given)(y_true, y_pred), rtol=2e-6
        )


@pytest.mark.parametrize(
    ("y_true", "y_pred"),
    [
        ([[0.0, 1.0]], [[0.1, 0.7]]),
        ([[0.5, 1.7]], [[1, 3]]),
        (np.array([[0.5, 1.7]]), np.array([[1, 3]])),
        ([[True, False]], [[0.1, 0.7]]),
        (np.float64([[0, 1]]), np.float16([[0.5, 0.25]])),
    ],
)
def test_functions_convert_as_keras_does(y_true: Any, y_pred: Any) -> None:
    theirs = keras.losses.mean_squared_error(y_true, y_pred)
    with swift_losses.dialect("keras-3.15/numpy"):
        ours = swift_losses.mean_squared_error(y_true, y_pred)
    assert ours.dtype == theirs.dtype
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)


def masked(y_pred: np.ndarray[Any, Any], mask: Any) -> np.ndarray[Any, Any]:
    """Predictions as a masking layer hands them on."""
    y_pred = y_pred.copy()
    keras.src.backend.set_keras_mask(y_pred, mask)
    return y_pred


def test_masks_that_keras_attached_count(digits: Arrays) -> None:
    y_true, y_pred = digits
    first, second = np.array([True, False, True, True]), np.array([True, True, False, True])
    for name in ("MeanSquaredError", "CategoricalCrossentropy"):
        theirs = getattr(keras.losses, name)()(y_true, masked(y_pred, first))
        ours = CLASSES[name]()
        np.testing.assert_allclose(ours(y_true, masked(y_pred, first)), theirs, rtol=1e-6)
        both = ours(y_true, y_pred, mask=first & second)
        assert ours(y_true, masked(y_pred, first), mask=second) == both
        value, gradient = ours.value_and_gradient(y_true, masked(y_pred, first), mask=second)
        assert value == both
        assert not gradient[~(first & second)].any()


def test_a_mask_is_found_wherever_keras_keeps_it(digits: Arrays) -> None:
    y_true, y_pred = digits
    kept = np.array([True, False, True, True])
    loss = CLASSES["MeanSquaredError"]()
    expected, everything = loss(y_true, y_pred, mask=kept), loss(y_true, y_pred)
    assert expected != everything

    def both() -> tuple[Any, Any]:
        # Another array's mask is not this one's.
        with_mask = masked(y_pred, kept)
        return loss(y_true, y_pred=with_mask), loss(y_true, y_pred)

    assert both() == (expected, everything)
    # Each thread has a table of its own, and this forgets it.
    keras.utils.clear_session(free_memory=False)
    assert loss(y_true, y_pred) == everything
    assert both() == (expected, everything)
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(loss, y_true, y_pred).result() == everything
        assert thread.submit(both).result() == (expected, everything)


def test_a_mask_that_a_loss_of_ones_own_attaches_counts(digits: Arrays) -> None:
    kept = np.array([True, False, True, False])

    def losses(y_true: Any, y_pred: Any) -> Any:
        return masked(abs(y_true - y_pred).mean(axis=-1), kept)

    class Theirs(keras.losses.Loss):
        def call(self, y_true: Any, y_pred: Any) -> Any:
            return losses(y_true, y_pred)

    class Ours(swift_losses.Loss):
        def call(self, y_true: Any, y_pred: Any) -> Any:
            return losses(y_true, y_pred)

    np.testing.assert_allclose(Ours()(*digits), Theirs()(*digits), rtol=1e-6)


def test_the_default_dtype_is_that_of_keras(digits: Arrays) -> None:
    try:
        keras.config.set_floatx("float16")
        assert swift_losses.MeanSquaredError()(*digits).dtype == np.float16
        assert swift_losses.mse([[0.5]], [[1.0]]).dtype == np.float16
    finally:
        keras.config.set_floatx("float32")
    policy = keras.DTypePolicy("mixed_bfloat16")
    assert swift_losses.MeanSquaredError(dtype=policy).dtype == "bfloat16"
    assert swift_losses.MeanSquaredError(dtype=policy)(*digits).dtype.name == "bfloat16"


def test_a_compiled_model_weighs_as_with_keras_own_loss() -> None:
    from swift_losses.in_keras import SwiftLoss

    chance = np.random.default_rng(5)
    x = chance.normal(size=(64, 3)).astype("float32")
    y = chance.uniform(size=(64, 2)).astype("float32")
    weights = chance.uniform(size=64).astype("float32")
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    found = []
    for loss in (
        keras.losses.Huber(0.3),
        SwiftLoss(swift_losses.Huber(0.3)),
        lambda t, p: swift_losses.huber(t, p, 0.3),
    ):
        model.compile(loss=loss)
        found.append(model.evaluate(x, y, sample_weight=weights, batch_size=16, verbose=0))
    np.testing.assert_allclose(found, found[0], rtol=1e-6)
    assert found[0] != model.evaluate(x, y, batch_size=16, verbose=0)


def test_keras_saves_and_reads_the_loss_of_a_model() -> None:
    from swift_losses.in_keras import SwiftLoss

    loss = SwiftLoss(swift_losses.Tversky(alpha=0.25, name="mine"))
    again = keras.losses.deserialize(keras.losses.serialize(loss))
    assert type(again) is SwiftLoss
    assert again.loss.get_config() == loss.loss.get_config()


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.name)
def test_an_example_runs(example: Path) -> None:
    environment = os.environ | {"KERAS_BACKEND": "jax", "PYTHONPATH": str(EXAMPLES.parents[1])}
    done = subprocess.run(
        [sys.executable, str(example)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "epoch 8: Keras 0." in done.stdout


def test_unreduced_losses_are_refused_on_jax(digits: Arrays) -> None:
    from swift_losses.in_keras import differentiable_in_jax

    with pytest.raises(ValueError, match="expected a reduced loss"):
        differentiable_in_jax(swift_losses.Huber(reduction=None))(*digits)


def test_gradients_in_jax_are_those_of_swift(digits: Arrays) -> None:
    import jax

    from swift_losses.in_keras import differentiable_in_jax

    loss = swift_losses.Huber(delta=0.3)
    weights, mask = np.float32([1, 2, 3, 4]), np.array([True, False, True, True])
    computed = jax.jit(jax.value_and_grad(differentiable_in_jax(loss), argnums=1))
    value, gradient = computed(*digits, weights, mask)
    expected = loss.value_and_gradient(*digits, weights, mask)
    assert value == expected[0]
    np.testing.assert_array_equal(gradient, expected[1])
    doubled = jax.grad(lambda p: 2 * differentiable_in_jax(loss)(digits[0], p))(digits[1])
    np.testing.assert_allclose(doubled, 2 * loss.value_and_gradient(*digits)[1])
