"""Arrays of an arithmetic's own numbers, to which NumPy's functions apply."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np


class ArrayOfNumbers:
    """What formulas take for an array: it has a shape, and NumPy leaves its functions to it."""

    __slots__ = ()

    def viewed(self, view: Callable[[Any], Any]) -> Any:
        """The elements elsewhere, or some of them."""
        raise NotImplementedError

    def lifted(self, other: Any) -> Any:
        """Another array, or a number that is exact in every dtype, as one; else None."""
        raise NotImplementedError

    def chosen(self, condition: Any, taken: Any, other: Any) -> Any:
        """Numbers of one array where a condition holds, else of the other."""
        raise NotImplementedError

    def joined(self, parts: Sequence[Any], axis: int) -> Any:
        """Arrays one after the other."""
        raise NotImplementedError

    @property
    def size(self) -> int:
        """How many elements the array has."""
        count = 1
        for extent in self.shape:
            count *= extent
        return count

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, index: Any) -> Any:
        return self.viewed(lambda array: array[index])

    def reshape(self, *shape: Any) -> Any:
        """The elements in another shape."""
        return self.viewed(lambda array: array.reshape(*shape))

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        function = _UFUNCS.get(ufunc)
        if function is None or method != "__call__" or options:
            return NotImplemented
        return function(*map(self.lifted, inputs))

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if function in _VIEWS:
            return args[0].viewed(lambda array: function(array, *args[1:], **kwargs))
        if function is np.where:
            condition, taken, other = args
            return self.chosen(condition, self.lifted(taken), self.lifted(other))
        if function is np.broadcast_arrays:
            shape = np.broadcast_shapes(*(array.shape for array in args))
            return [np.broadcast_to(array, shape) for array in args]
        if function is np.concatenate:
            return self.joined(args[0], kwargs.get("axis", args[1] if len(args) > 1 else 0))
        return NotImplemented


_VIEWS = (
    np.expand_dims,
    np.squeeze,
    np.transpose,
    np.moveaxis,
    np.broadcast_to,
    np.atleast_1d,
    np.reshape,
)

_UFUNCS: dict[Any, Callable[..., Any]] = {
    np.add: operator.add,
    np.subtract: operator.sub,
    np.multiply: operator.mul,
    np.true_divide: operator.truediv,
    np.negative: operator.neg,
    np.absolute: operator.abs,
    np.square: lambda numbers: numbers * numbers,
    np.equal: operator.eq,
    np.not_equal: operator.ne,
    np.less: operator.lt,
    np.greater: operator.gt,
    np.less_equal: operator.le,
    np.greater_equal: operator.ge,
    np.exp: lambda numbers: numbers.exp(),
    np.log: lambda numbers: numbers.log(),
    np.log1p: lambda numbers: numbers.log1p(),
    np.sqrt: lambda numbers: numbers.sqrt(),
}
