"""The base class of losses: what Keras does around the losses of a batch."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from . import _dialects
from ._arguments import Losses, as_array, dtype_name
from ._keras import attached_mask
from ._native import LossError, native

Reduction: TypeAlias = (
    Literal["sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none"] | str | None
)


class Loss:
    """A loss of a batch: write `call(y_true, y_pred)` in a subclass for one of your own.

    Labels and predictions are cast to `dtype`, ranks that differ by one are mended, the losses
    are multiplied by weights and mask, and reduced: with v = losses * weights

        none, None               v
        sum                      sum(v)
        sum_over_batch_size      sum(v) / size(v), over the kept ones where there is a mask
        mean                     the same
        mean_with_sample_weight  sum(v) / sum(weights)

    Parameters:
        name: What the loss is called; by default after its class.
        reduction: How the losses of the batch become one number.
        dtype: What is computed in: float16, bfloat16, float32 or float64, also as a dtype of NumPy
            or a dtype policy of Keras; by default `keras.config.floatx()`, which is float32.
        dialect: The Keras that is followed, one of `swift_losses.dialects()`; by default that of
            the block `with swift_losses.dialect(...)`, keras-3.15/jax outside of one.

    Raises:
        LossError: A parameter has a value that Keras does not take.
    """

    def __init__(
        self,
        name: str | None = None,
        reduction: Reduction = "sum_over_batch_size",
        dtype: Any = None,
        *,
        dialect: str | None = None,
    ) -> None:
        self.name = name or _automatic_name(type(self).__name__)
        self._dialect = _dialects.checked(dialect)
        self._given_dialect = dialect
        self._reduction = reduction
        self._dtype = _class_dtype(dtype, self._dialect)
        _require({"reduction": reduction}, self._dialect)

    @property
    def reduction(self) -> Reduction:
        """How the losses of the batch become one number."""
        return self._reduction

    @property
    def dtype(self) -> str | None:
        """What is computed in, by its name; None where it is that of y_pred, as in tf-keras-2."""
        return self._dtype

    @property
    def dialect(self) -> str:
        """The Keras that is followed."""
        return self._dialect

    def __call__(
        self,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        sample_weight: ArrayLike | None = None,
        mask: ArrayLike | None = None,
    ) -> Losses:
        """The loss of a batch.

        Parameters:
            y_true: The labels.
            y_pred: The predictions; a mask that Keras attached to them counts.
            sample_weight: A weight for each loss, or one for all.
            mask: Which losses count.

        Returns:
            A number of NumPy, of the loss's dtype; an array where it is not reduced.

        Raises:
            LossError: The arguments do not fit each other.
            TypeError: An argument is no array of numbers.
        """
        mask = merged(attached_mask(y_pred), mask)
        y_pred = as_array(y_pred, self._dtype)
        losses = self.call(as_array(y_true, y_pred.dtype), y_pred)
        mask = merged(mask, attached_mask(losses))
        return native.reduce(
            losses, sample_weight, mask, self._reduction, self._dialect, self._dtype
        )

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The losses of the samples, before weights and reduction."""
        raise NotImplementedError(f"{type(self).__name__} has no method call(y_true, y_pred)")

    def value_and_gradient(
        self,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        sample_weight: ArrayLike | None = None,
        mask: ArrayLike | None = None,
    ) -> tuple[Losses, Losses]:
        """The loss of a batch, and d(loss)/d(y_pred); of the loss's sum where it is an array."""
        raise NotImplementedError(f"{type(self).__name__} has no gradient: its losses are Python's")

    def get_config(self) -> dict[str, Any]:
        """What Keras saves of the loss, and the dialect where one was given."""
        config = {"name": self.name, "reduction": self._reduction}
        return config if self._given_dialect is None else config | {"dialect": self._given_dialect}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Loss:
        """The loss that `get_config` describes."""
        return cls(**config)

    def _obj_type(self) -> str:
        """What Keras's saving takes it for."""
        return "Loss"


def merged(first: ArrayLike | None, second: ArrayLike | None) -> ArrayLike | None:
    """What both masks keep."""
    if first is None or second is None:
        return second if first is None else first
    return np.logical_and(first, second)


def _class_dtype(dtype: Any, dialect: str) -> str | None:
    """The dtype of a class: the one given, or the default, where there is one."""
    if _dialects.classes_have_dtype(dialect):
        return dtype_name(dtype)
    if dtype is not None:
        _require({"dtype": dtype_name(dtype)}, dialect)
    return None


def _require(parameters: dict[str, Any], dialect: str) -> None:
    """Raises where a class of the dialect does not take parameters that all classes have."""
    try:
        native.Loss("mean_squared_error", parameters, False, dialect, None)
    except LossError as error:
        raise in_words_of_keras(error) from None


def in_words_of_keras(error: LossError) -> LossError:
    """An error of the extension module, as Keras would begin it."""
    if not str(error).startswith("reduction "):
        return error
    told = type(error)(f"Invalid value for argument `reduction`: {error}")
    told.code = error.code
    return told


_named: Counter[str] = Counter()


def _automatic_name(class_name: str) -> str:
    """The class's name in snake case, numbered from the second loss on."""
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", class_name).lower()
    _named[name] += 1
    return name if _named[name] == 1 else f"{name}_{_named[name] - 1}"
