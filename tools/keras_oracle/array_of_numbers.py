"""Arrays of an arithmetic's own numbers, to which NumPy's functions apply."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np


class ArrayOfNumbers:
    """What formulas take for an array: it has a shape, and NumPy leaves its functions to it."""

    __slots__ = ()

    mixes: tuple[type, ...] = ()
    """The kinds of arrays that NumPy's functions take together with these."""

    def rearranged(self, view: Callable[[Any], Any], back: Callable[[Any], Any]) -> Any:
        """All elements in another shape or order; `back` undoes the `view` of an array."""
        raise NotImplementedError

    def broadcast(self, shape: tuple[int, ...]) -> Any:
        """The elements broadcast to a shape."""
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

    def reshape(self, *shape: Any) -> Any:
        """The elements in another shape."""
        own = self.shape
        return self.rearranged(lambda array: array.reshape(*shape), lambda a: a.reshape(own))

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        function = _UFUNCS.get(ufunc)
        numbers = [self.lifted(it) for it in inputs]
        if function is None or method != "__call__" or options or any(it is None for it in numbers):
            return NotImplemented
        return function(*numbers)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if any(issubclass(other, ArrayOfNumbers) and other not in self.mixes for other in types):
            return NotImplemented
        array, *more = args
        if function in _RESHAPES:
            own = array.shape
            return array.rearranged(
                lambda values: function(values, *more, **kwargs), lambda a: a.reshape(own)
            )
        match function:
            case np.broadcast_to:
                return array.broadcast(more[0])
            case np.moveaxis:
                source, destination = more
                return array.rearranged(
                    lambda values: np.moveaxis(values, source, destination),
                    lambda values: np.moveaxis(values, destination, source),
                )
            case np.transpose:
                order = more[0]
                return array.rearranged(
                    lambda values: np.transpose(values, order),
                    lambda values: np.transpose(values, np.argsort(order)),
                )
            case np.where:
                return self.chosen(array, *map(self.lifted, more))
            case np.broadcast_arrays:
                shape = np.broadcast_shapes(*(it.shape for it in args))
                return [np.broadcast_to(it, shape) for it in args]
            case np.concatenate:
                return self.joined(array, kwargs["axis"])
        return NotImplemented


_RESHAPES = (np.expand_dims, np.squeeze, np.atleast_1d, np.reshape)

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
