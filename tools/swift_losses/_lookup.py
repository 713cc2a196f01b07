"""Losses by their names, and as the dictionaries that Keras saves."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from . import (
    _binary,
    _categorical,
    _hinge,
    _metric,
    _overlap,
    _probabilistic,
    _regression,
    _sequence,
)
from ._built_in import BuiltInLoss
from ._loss import Loss
from ._native import native

_FAMILIES = (
    _regression,
    _hinge,
    _probabilistic,
    _binary,
    _categorical,
    _overlap,
    _metric,
    _sequence,
)

CLASSES: dict[str, type[BuiltInLoss]] = {
    name: member
    for family in _FAMILIES
    for name, member in vars(family).items()
    if inspect.isclass(member) and issubclass(member, BuiltInLoss) and member is not BuiltInLoss
}
"""Every class of `keras.losses` but `Loss`."""

FUNCTIONS: dict[str, Callable[..., Any]] = {
    loss.function.__name__: loss.function for loss in CLASSES.values()
}
"""Every function of `keras.losses` that computes a loss."""

ALIASES: dict[str, Callable[..., Any]] = {
    alias: FUNCTIONS[loss["function"]] for loss in native.catalogue() for alias in loss["aliases"]
}
"""The functions by the names that `get` takes besides, such as mse."""

_KNOWN: dict[str, Any] = {"Loss": Loss} | CLASSES | FUNCTIONS | ALIASES


def get(identifier: Any) -> Any:
    """A loss from what Keras takes for one.

    Parameters:
        identifier: The name of a function, a class or an alias such as mse; a dictionary of
            `serialize`; a function, a class or a `Loss`, which is returned; None.

    Returns:
        The function, or an instance of the class, made with its defaults.

    Raises:
        ValueError: It is nothing of that.
    """
    if identifier is None:
        return None
    if isinstance(identifier, dict):
        found = deserialize(identifier)
    elif isinstance(identifier, str):
        found = _KNOWN.get(identifier)
    else:
        found = identifier
    if not callable(found):
        raise ValueError(f"Could not interpret loss identifier: {identifier}")
    return found() if inspect.isclass(found) else found


def serialize(loss: Any) -> dict[str, Any]:
    """A loss as a dictionary of the form that Keras saves.

    Parameters:
        loss: A function, or a `Loss`.

    Returns:
        What `deserialize` reads, here and in Keras, if it is told of the module swift_losses.
    """
    if inspect.isfunction(loss):
        config, kind, module = loss.__name__, "function", "builtins"
    else:
        config, kind, module = loss.get_config(), type(loss).__name__, type(loss).__module__
    return {"module": module, "class_name": kind, "config": config, "registered_name": None}


def deserialize(name: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The loss that a dictionary of `serialize`, or of `keras.losses.serialize`, describes.

    Parameters:
        name: The dictionary, or the name of a function or a class.
        custom_objects: Functions and classes besides, by their names.

    Returns:
        The function, or an instance of the class.

    Raises:
        ValueError: There is no such function or class.
        LossError: The class does not take a value in the dictionary.
    """
    saved = name if isinstance(name, dict) else {"class_name": name}
    kind, config = saved.get("class_name"), saved.get("config", {})
    if kind == "function":
        kind = config
    known: dict[Any, Any] = _KNOWN | (custom_objects or {})
    found = known.get(kind) if isinstance(kind, str) else None
    if found is None:
        raise ValueError(f"Could not interpret loss identifier: {name}")
    return found.from_config(dict(config or {})) if inspect.isclass(found) else found
