"""Gradients of the functions of Keras."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

from numpy.typing import ArrayLike

from . import _built_in
from ._arguments import Losses
from ._lookup import ALIASES, FUNCTIONS


def value_and_gradient(
    function: str | Callable[..., Any], y_true: ArrayLike, y_pred: ArrayLike, **parameters: Any
) -> tuple[Losses, Losses]:
    """What a function returns, and the gradient of its sum: d(sum(losses))/d(y_pred).

    ```python
    losses, gradient = swift_losses.value_and_gradient("huber", y_true, y_pred, delta=2.0)
    ```

    Parameters:
        function: The function, its name or its alias, such as mse.
        y_true: The labels.
        y_pred: The predictions.
        parameters: The function's parameters.

    Returns:
        The losses of the samples, and an array of the shape of `y_pred`.

    Raises:
        ValueError: There is no such function.
        TypeError: It has no such parameter, or an argument is no array of numbers.
        LossError: The arguments do not fit each other, or the dialect has no gradients.
    """
    name = function if isinstance(function, str) else getattr(function, "__name__", "")
    found = FUNCTIONS.get(name) or ALIASES.get(name)
    if found is None:
        raise ValueError(f"function is {function!r}: expected one of {', '.join(FUNCTIONS)}")
    bound = _signature(found).bind(y_true, y_pred, **parameters)
    bound.apply_defaults()
    given = dict(list(bound.arguments.items())[2:])
    references = {name: given.pop(name) for name in list(given) if name.startswith("ref_")}
    return _built_in.losses_and_gradient(found.__name__, y_true, y_pred, references, **given)


@cache
def _signature(function: Callable[..., Any]) -> inspect.Signature:
    return inspect.signature(function)
