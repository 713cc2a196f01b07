"""Exact arithmetic on arrays that are known by their numbers: the same operation is done once.

Formulas of dialects and mistakes differ in few steps. A step that changes nothing gives the array
that it was given, and what follows is known; also where a choice was read that made no difference.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from .arithmetic import Array, ExactArithmetic
from .array_of_numbers import ArrayOfNumbers
from .dialect import Dialect
from .tracked import Numbers, Rounding, Tracked, next_serial


class RememberedArray(NDArrayOperatorsMixin, ArrayOfNumbers):
    """An array of numbers of a `Rounding` that remembers: there is one for the same numbers."""

    __slots__ = ("numbers", "rounding", "serial")

    def __init__(self, numbers: Array, rounding: Rounding) -> None:
        self.numbers = numbers
        self.rounding = rounding
        self.serial = next_serial()
        """Its name among the arrays and numbers that operations are remembered for."""

    @property
    def shape(self) -> tuple[int, ...]:
        """The extents of the array."""
        return self.numbers.shape

    @property
    def ndim(self) -> int:
        """How many axes the array has."""
        return self.numbers.ndim

    @property
    def size(self) -> int:
        """How many elements the array has."""
        return self.numbers.size

    def reshape(self, *shape: Any) -> RememberedArray:
        """The elements in another shape."""
        return remembered(self.numbers.reshape(*shape), self.rounding)

    def __getitem__(self, index: Any) -> Any:
        return remembered(self.numbers[index], self.rounding)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return self.numbers

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        if method != "__call__" or options:
            return NotImplemented
        key = (ufunc, *[_name(it) for it in inputs])
        return recalled(self.rounding, key, ufunc, *inputs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        key = (function, _name(args), *[(name, _name(it)) for name, it in kwargs.items()])
        return recalled(self.rounding, key, lambda *args: function(*args, **kwargs), *args)


def remembered(result: Any, rounding: Rounding) -> Any:
    """The array of a result's numbers that is known; a result of truth values as it is."""
    if isinstance(result, RememberedArray):
        return result
    if isinstance(result, Tracked):
        array = np.empty((), dtype=object)
        array[()] = result
    elif isinstance(result, np.ndarray) and result.dtype == object:
        array = result
    elif isinstance(result, (list, tuple)):
        return [remembered(it, rounding) for it in result]
    else:
        return result
    key = (array.shape, *[number.serial for number in array.ravel().tolist()])
    known = rounding.arrays
    if key not in known:
        known[key] = RememberedArray(array, rounding)
    return known[key]


def recalled(rounding: Rounding, key: Hashable, compute: Callable[..., Any], *inputs: Any) -> Any:
    """What is computed with arrays, done once for a key."""
    return rounding.recall(
        rounding.arrays, key, lambda: remembered(compute(*map(_plain, inputs)), rounding)
    )


def _plain(argument: Any) -> Any:
    """An argument as arrays of NumPy's."""
    if isinstance(argument, RememberedArray):
        return argument.numbers
    if isinstance(argument, (list, tuple)):
        return type(argument)(map(_plain, argument))
    return argument


def _name(argument: Any) -> Hashable:
    """What tells an argument from others."""
    if isinstance(argument, (RememberedArray, Tracked)):
        return argument.serial
    if isinstance(argument, np.ndarray):
        if argument.dtype == object:
            return argument.shape, *[number.serial for number in argument.ravel().tolist()]
        return argument.shape, argument.dtype.char, argument.tobytes()
    if isinstance(argument, (list, tuple)):
        return tuple(map(_name, argument))
    return repr(argument)


class RememberedArithmetic(ExactArithmetic):
    """Exact arithmetic without a tape that takes, and gives, arrays that are known."""

    @cached_property
    def _exact(self) -> ExactArithmetic:
        """The arithmetic that computes what is not known."""
        return ExactArithmetic(self.rounding.format.dtype, self.dialect, numbers=self._numbers)

    def __init__(self, dtype: str, dialect: Dialect, numbers: Numbers) -> None:
        self._numbers = numbers
        super().__init__(dtype, dialect, numbers=numbers)

    def power(self, values: Array, exponent: float) -> Array:
        """x ** exponent, the exponent rounded to the dtype, or to float32 before."""
        number = self.rounded(exponent, "ops_numbers")
        key = ("power", _name(values), _name(number))
        return recalled(self.rounding, key, lambda it: self._exact.power(it, exponent), values)


def _remembering(name: str) -> Any:
    """A method that reads no choice of the dialect: for the same arguments it is done once."""

    def once(self: RememberedArithmetic, *arguments: Any, **options: Any) -> Any:
        key = (name, *map(_name, arguments), *[(it, _name(of)) for it, of in options.items()])
        return recalled(
            self.rounding, key, lambda *it: getattr(self._exact, name)(*it, **options), *arguments
        )

    return once


for _method in (
    "array",
    "predictions",
    "full",
    "stack",
    "clip",
    "larger",
    "may_be_at_most",
    "log1p_exp",
    "sigmoid",
    "log_add_exp",
    "sum",
    "max",
    "peak",
    "where",
    "reciprocal_root",
    "log_sum_exp",
    "log_sum_exp_of",
    "constants",
    "with_slopes",
):
    setattr(RememberedArithmetic, _method, _remembering(_method))
