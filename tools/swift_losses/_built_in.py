"""The classes and functions of Keras, computed by the extension module."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import lru_cache
from typing import Any, ClassVar

from numpy.typing import ArrayLike

from . import _dialects
from ._arguments import Losses, as_function_takes, plain
from ._keras import attached_mask
from ._loss import Loss, Reduction, in_words_of_keras, merged
from ._native import LossError, native


class BuiltInLoss(native.MaskedLoss, Loss):
    """A class of Keras: the batch of a function of Keras.

    It is called by `native.MaskedLoss`.
    """

    function: ClassVar[Callable[..., Losses]]
    """The function of the samples' losses."""

    left_out: ClassVar[frozenset[str]] = frozenset()
    """The parameters that Keras forgets when it saves the loss."""

    def __init_subclass__(cls, **options: Any) -> None:
        """Lets parameters be read, and a method `call` of a subclass be called."""
        super().__init_subclass__(**options)
        if "function" in vars(cls):
            for name in inspect.signature(cls.__init__).parameters:
                if not hasattr(cls, name) and name not in ("self", "name"):
                    setattr(cls, name, _parameter(name))
            cls.__doc__ = _documentation(cls)
        if "call" in vars(cls):
            for name in ("__call__", "value_and_gradient"):
                setattr(cls, name, getattr(Loss, name))

    def __init__(
        self,
        reduction: Reduction,
        name: str | None,
        dtype: Any,
        dialect: str | None,
        **parameters: Any,
    ) -> None:
        super().__init__(name or self.function.__name__, reduction, dtype, dialect=dialect)
        self._parameters = parameters
        self._native = self._made(self._reduction)

    def _call_with_mask(
        self,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        sample_weight: ArrayLike | None = None,
        mask: ArrayLike | None = None,
    ) -> Losses:
        """The loss of a batch whose predictions may have a mask that Keras attached."""
        mask = merged(attached_mask(y_pred), mask)
        return self._native(y_true, y_pred, sample_weight, mask)

    def _value_and_gradient_with_mask(
        self,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        sample_weight: ArrayLike | None = None,
        mask: ArrayLike | None = None,
    ) -> tuple[Losses, Losses]:
        """As `_call_with_mask`, with the gradient."""
        mask = merged(attached_mask(y_pred), mask)
        return self._native.value_and_gradient(y_true, y_pred, sample_weight, mask)

    def call(self, y_true: ArrayLike, y_pred: ArrayLike) -> Losses:
        """The losses of the samples, before weights and reduction."""
        return self._made("none")(y_true, y_pred)

    def get_config(self) -> dict[str, Any]:
        """What Keras saves of the loss, and the dialect where one was given."""
        saved = {n: v for n, v in self._parameters.items() if n not in self.left_out}
        return super().get_config() | saved

    def __repr__(self) -> str:
        config = super().get_config() | self._parameters
        return f"{type(self).__name__}({', '.join(f'{n}={v!r}' for n, v in config.items())})"

    def __getstate__(self) -> dict[str, Any]:
        return dict(vars(self))

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._native = self._made(self._reduction)

    def _made(self, reduction: Reduction) -> native.Loss:
        """The loss of the extension module."""
        config = {name: plain(value) for name, value in self._parameters.items()}
        config["reduction"] = reduction
        try:
            return native.Loss(self.function.__name__, config, False, self._dialect, self._dtype)
        except LossError as error:
            raise in_words_of_keras(error) from None


def losses(
    function: str,
    y_true: ArrayLike,
    y_pred: ArrayLike,
    references: dict[str, ArrayLike | None] | None = None,
    **parameters: Any,
) -> Losses:
    """What a function of Keras returns: the losses of the samples."""
    loss = _function(function, **parameters)
    y_true, y_pred = as_function_takes(y_true, y_pred)
    return loss(y_true, y_pred, **(references or {}))


def losses_and_gradient(
    function: str,
    y_true: ArrayLike,
    y_pred: ArrayLike,
    references: dict[str, ArrayLike | None] | None = None,
    **parameters: Any,
) -> tuple[Losses, Losses]:
    """As `losses`, with the gradient of their sum."""
    loss = _function(function, **parameters)
    y_true, y_pred = as_function_takes(y_true, y_pred)
    return loss.value_and_gradient(y_true, y_pred, **(references or {}))


def _function(function: str, **parameters: Any) -> native.Loss:
    """The loss of the extension module for a function in the current dialect."""
    dialect = _dialects.current()
    try:
        return _made_function(function, dialect, **parameters)
    except TypeError:
        # A list or an array is no key to remember a loss by.
        hashable = {name: plain(value) for name, value in parameters.items()}
    return _made_function(function, dialect, **hashable)


@lru_cache(maxsize=1024, typed=True)
def _made_function(function: str, dialect: str, **parameters: Any) -> native.Loss:
    config = {name: plain(value) for name, value in parameters.items()}
    return native.Loss(function, config, True, dialect, None)


def _parameter(name: str) -> property:
    return property(lambda self: self._parameters[name], doc="As it was given.")


def _documentation(cls: type[BuiltInLoss]) -> str:
    """What the class says of itself, then what its function says, then the other parameters."""
    own, formula = inspect.cleandoc(cls.__doc__ or ""), inspect.getdoc(cls.function) or ""
    _, _, rest = formula.partition("\n\n")
    left_out = ", ".join(sorted(cls.left_out))
    saved = f" Keras saves no {left_out}, and reads the default." if left_out else ""
    return f"{own}\n\n{rest}\n\nFor reduction, name, dtype and dialect see `Loss`.{saved}"
