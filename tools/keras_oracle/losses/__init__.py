"""The bare functions of keras.losses, one file each, and the table of their names."""

from __future__ import annotations

from collections.abc import Callable

from ..unreduced import Unreduced
from .binary_crossentropy import binary_crossentropy
from .categorical_crossentropy import categorical_crossentropy
from .sparse_categorical_crossentropy import sparse_categorical_crossentropy

LOSSES: dict[str, Callable[..., Unreduced]] = {
    "binary_crossentropy": binary_crossentropy,
    "categorical_crossentropy": categorical_crossentropy,
    "sparse_categorical_crossentropy": sparse_categorical_crossentropy,
}
"""Every loss by Keras's name of its function."""
