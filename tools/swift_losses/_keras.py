"""What is asked of Keras where the process has imported it; nothing here imports it."""

from __future__ import annotations

import sys
from typing import Any


def floatx() -> str:
    """`keras.config.floatx()`; float32 without Keras."""
    asked = getattr(sys.modules.get("keras.src.backend"), "floatx", None)
    return "float32" if asked is None else asked()


def attached_mask(tensor: Any) -> Any:
    """The mask that Keras attached to a tensor, as its layers do; None where it has none."""
    # Arrays take no attributes: Keras keeps their masks in a table, which it alone can read.
    asked = getattr(sys.modules.get("keras.src.backend"), "get_keras_mask", None)
    return getattr(tensor, "_keras_mask", None) if asked is None else asked(tensor)
