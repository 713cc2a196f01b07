"""Counts how often Keras's own losses are called, to know which tests call a loss."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import keras.src
from keras.src import losses as package
from keras.src.losses import loss as base
from keras.src.losses import losses as module


def count_losses() -> Callable[[], int]:
    """Counts the calls of Keras's losses from now on; returns what tells how many there were."""
    calls = 0
    known = package.ALL_OBJECTS_DICT

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def wrapper(*arguments: Any, **named: Any) -> Any:
            nonlocal calls
            calls += 1
            return function(*arguments, **named)

        return wrapper

    for name, function in vars(keras.losses).items():
        if inspect.isfunction(function) and hasattr(module, name):
            wrapper = counted(function)
            setattr(module, name, wrapper)
            setattr(package, name, wrapper)
            named = {key for key, loss in known.items() if loss is function}
            known.update(dict.fromkeys(named, wrapper))
    base.Loss.__call__ = counted(base.Loss.__call__)
    return lambda: calls
