"""The Keras that is followed: a version on a backend, and which one where nobody says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from ._native import LossError, native

_default: ContextVar[str] = ContextVar("swift_losses.dialect", default="keras-3.15/jax")


def dialects() -> list[str]:
    """The dialects that there are, such as `keras-3.15/jax`, the default, and `tf-keras-2`."""
    return native.dialects()


@contextmanager
def dialect(name: str) -> Iterator[None]:
    """Makes a dialect the default of the functions called, and of the classes made, in a block.

    ```python
    with swift_losses.dialect("keras-3.15/tensorflow"):
        value = swift_losses.binary_crossentropy(y_true, y_pred)
    ```

    It holds for the thread, or the asynchronous task, that entered the block.

    Raises:
        LossError: There is no such dialect.
    """
    token = _default.set(checked(name))
    try:
        yield
    finally:
        _default.reset(token)


def current() -> str:
    """The dialect where nobody names one."""
    return _default.get()


@cache
def classes_have_dtype(name: str) -> bool:
    """Whether classes compute in a dtype of their own; not so in tf.keras 2, in that of y_pred."""
    try:
        native.Loss("mean_squared_error", {"dtype": "float32"}, False, name, None)
    except LossError as error:
        if error.code == "not_in_dialect":
            return False
        raise
    return True


def checked(name: str | None) -> str:
    """A dialect, the default for None.

    Raises:
        LossError: There is no such dialect.
    """
    name = current() if name is None else name
    classes_have_dtype(name)
    return name
