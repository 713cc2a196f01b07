"""The losses of swift_losses as losses of Keras, for `model.compile`: on NumPy, and on JAX."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

import swift_losses

from ._keras import attached_mask


@keras.saving.register_keras_serializable("swift_losses")
class SwiftLoss(keras.losses.Loss):
    """A loss of `swift_losses` that models compile with; on JAX with its gradient.

    ```python
    model.compile(loss=SwiftLoss(swift_losses.Huber(delta=2.0)))
    ```

    Keras takes a function of `swift_losses` as it is, on NumPy. It takes an instance of a class
    for a function as well, and so weighs what is reduced already: hence this class.

    Parameters:
        loss: The loss, reduced where a model is trained.

    Raises:
        NotImplementedError: The backend of Keras is another.
    """

    def __init__(self, loss: swift_losses.Loss) -> None:
        backend = keras.backend.backend()
        if backend not in ("numpy", "jax"):
            raise NotImplementedError(f"SwiftLoss runs in Keras on numpy and on jax, not {backend}")
        super().__init__(loss.name, loss.reduction, loss.dtype)
        self.loss = loss
        self._computed = loss if backend == "numpy" else differentiable_in_jax(loss)

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """The loss of a batch."""
        mask = attached_mask(y_pred)
        return self._computed(y_true, y_pred, sample_weight, mask)

    def get_config(self) -> dict[str, Any]:
        """What Keras saves."""
        return {"loss": swift_losses.serialize(self.loss)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> SwiftLoss:
        """The loss that `get_config` describes."""
        return cls(swift_losses.deserialize(config["loss"]))


def differentiable_in_jax(loss: swift_losses.Loss) -> Callable[..., Any]:
    """A function of JAX: `loss(y_true, y_pred, sample_weight=None, mask=None)`.

    It may be compiled and differentiated by `y_pred`; the loss itself is computed on the host.

    Raises:
        ValueError: In a call, the loss is not reduced: its gradient is that of a sum.
    """
    import jax

    def result(*arrays: Any) -> tuple[jax.ShapeDtypeStruct, jax.ShapeDtypeStruct]:
        zeros = [None if array is None else np.zeros(array.shape, array.dtype) for array in arrays]
        value = loss(*zeros)
        if np.shape(value) != ():
            raise ValueError(
                f"{loss.name} has the shape {np.shape(value)}: expected a reduced loss"
            )
        dtype = np.asarray(value).dtype
        return jax.ShapeDtypeStruct((), dtype), jax.ShapeDtypeStruct(arrays[1].shape, dtype)

    def on_host(*arrays: Any) -> tuple[Any, Any]:
        return loss.value_and_gradient(*[None if a is None else np.asarray(a) for a in arrays])

    def forward(*arrays: Any) -> tuple[Any, Any]:
        value, gradient = jax.pure_callback(
            on_host, result(*arrays), *arrays, vmap_method="sequential"
        )
        return value, gradient.astype(arrays[1].dtype)

    def backward(gradient: Any, slope: Any) -> tuple[Any, ...]:
        return None, slope.astype(gradient.dtype) * gradient, None, None

    @jax.custom_vjp
    def computed(y_true: Any, y_pred: Any, sample_weight: Any, mask: Any) -> Any:
        return forward(y_true, y_pred, sample_weight, mask)[0]

    computed.defvjp(forward, backward)

    def called(y_true: Any, y_pred: Any, sample_weight: Any = None, mask: Any = None) -> Any:
        arrays = (y_true, y_pred, sample_weight, mask)
        return computed(*[None if array is None else jax.numpy.asarray(array) for array in arrays])

    return called
