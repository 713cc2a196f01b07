"""Puts the losses of swift_losses in the place of Keras's own, for this process."""

from __future__ import annotations

import keras.src
from keras.src import api_export
from keras.src import losses as package
from keras.src.losses import loss as base
from keras.src.losses import losses as module

import swift_losses

PLACES = (package, module, base)


def replace_losses() -> None:
    """Replaces the public classes and functions of `keras.losses`, wherever tests find them.

    Raises:
        AttributeError: swift_losses lacks one.
        RuntimeError: One of Keras's own is still to be found.
    """
    for name in _public():
        ours = getattr(swift_losses, name)
        for place in PLACES:
            if hasattr(place, name):
                setattr(place, name, ours)
        # Configs that Keras saves name its public classes: it finds ours by those names.
        api_export.register_internal_serializable(f"keras.losses.{name}", ours)
    left = [name for name in _public() for place in PLACES if _is_keras_own(place, name)]
    if left:
        raise RuntimeError(f"Keras's own losses are left in place: {', '.join(left)}")


def _public() -> list[str]:
    return [name for name in dir(keras.losses) if not name.startswith("_")]


def _is_keras_own(place: object, name: str) -> bool:
    return getattr(getattr(place, name, None), "__module__", "").startswith("keras.")
