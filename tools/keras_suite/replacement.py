"""Puts the losses of swift_losses in the place of Keras's own, for this process."""

from __future__ import annotations

import keras.src
from keras.src import api_export
from keras.src import losses as package
from keras.src.losses import loss as base
from keras.src.losses import losses as module

import swift_losses


def replace_losses() -> list[str]:
    """Replaces the public classes and functions of `keras.losses`; returns their names.

    Raises:
        AttributeError: swift_losses lacks one.
    """
    names = [name for name in dir(keras.losses) if not name.startswith("_")]
    for name in names:
        ours = getattr(swift_losses, name)
        for place in (package, module, base):
            if hasattr(place, name):
                setattr(place, name, ours)
        # Configs that Keras saves name its public classes: it finds ours by those names.
        api_export.register_internal_serializable(f"keras.losses.{name}", ours)
    return names
