"""What is asked of Keras where the process has imported it; nothing here imports it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np

from ._native import native


def floatx() -> str:
    """`keras.config.floatx()`; float32 without Keras."""
    backend = sys.modules.get("keras.src.backend")
    return "float32" if backend is None else backend.floatx()


def attached_mask(tensor: Any) -> Any:
    """The mask that Keras attached to a tensor, as its layers do; None where it has none."""
    backend = sys.modules.get("keras.src.backend")
    if backend is None:
        return getattr(tensor, "_keras_mask", None)
    return _masks(backend)(tensor)


@cache
def _masks(backend: ModuleType) -> Callable[[Any], Any]:
    """What knows the masks of arrays: they take no attributes, so Keras keeps a table of them.

    As long as it has no table it looks for one, which takes longer than a small loss. A first mask
    makes it.
    """
    first = np.zeros(1)
    backend.set_keras_mask(first, first)
    state = sys.modules.get("keras.src.backend.common.global_state")
    tracker = getattr(state, "GLOBAL_STATE_TRACKER", None)
    table = getattr(tracker, "_keras_mask_dict", {})
    if isinstance(state, ModuleType) and table.get(id(first)) is first:
        # Keras of this version keeps them here: a call looks there itself, with no frame of Python.
        native.know_masks(backend, state)
    known: Callable[[Any], Any] = backend.get_keras_mask
    return known
