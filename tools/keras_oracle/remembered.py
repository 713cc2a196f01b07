"""Exact arithmetic on arrays that are known by their numbers: the same operation is done once.

Formulas of dialects and mistakes differ in few steps. A step that changes nothing gives the array
that it was given, and what follows is known; also where a choice was read that made no difference.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from .arithmetic import Array, ExactArithmetic
from .array_of_numbers import ArrayOfNumbers
from .dialect import Dialect
from .memory import Memory
from .recorded import Recorded, Tape
from .tracked import Numbers, Rounding, Tracked, next_serial


class ArrayMemory:
    """What operations on arrays of numbers gave; there is one array for the same numbers."""

    MOST = 1 << 18
    """How many operations are remembered, before all are forgotten."""

    def __init__(self, rounding: Rounding) -> None:
        self.rounding = rounding
        self.tape: Tape | None = None
        self._known: dict[Hashable, Any] = {}
        self._arrays: dict[Hashable, RememberedArray] = {}

    def recall(self, key: Hashable, compute: Callable[..., Any], *inputs: Any) -> Any:
        """What is computed of arrays and other arguments, done once for a key."""
        return self.rounding.recall(
            self._known, key, lambda: self.known_as(compute(*map(_plain, inputs)))
        )

    def known_as(self, result: Any) -> Any:
        """The array of a result's numbers that is known; a result of truth values as it is."""
        if isinstance(result, (Tracked, Recorded)):
            array = np.empty((), dtype=object)
            array[()] = result
        elif isinstance(result, np.ndarray) and result.dtype == object:
            array = result
        elif isinstance(result, (list, tuple)):
            return [self.known_as(it) for it in result]
        else:
            return result
        key = (array.shape, *[number.serial for number in array.ravel().tolist()])
        known = self._arrays.get(key)
        if known is None:
            known = self._arrays[key] = RememberedArray(array, self)
        return known

    def shrink(self) -> None:
        """Forgets all where that is much."""
        if len(self._known) > self.MOST:
            self.forget()

    def forget(self) -> None:
        """Lets go of all arrays, which refer to what remembers them."""
        self._known.clear()
        self._arrays.clear()


class _Step(NamedTuple):
    """What an operation gave, and what it recorded for that."""

    result: Any
    numbers: list[Recorded]
    inputs: list[Recorded]
    has_kinks: bool


class State(NamedTuple):
    """How far a computation is."""

    numbers: list[Recorded]
    inputs: list[Recorded]
    has_kinks: bool
    times: dict[Hashable, int]


class TapeMemory(ArrayMemory):
    """What operations gave on one tape, on which one computation after the other is recorded.

    A computation has the numbers of its steps in their order, whoever took a step first. A step
    that it takes twice is recorded twice.
    """

    def __init__(self, rounding: Rounding) -> None:
        super().__init__(rounding)
        self.tape: Tape = Tape(rounding, remembers=True)
        self._steps = Memory()
        self._times: dict[Hashable, int] = {}

    def begin(self) -> None:
        """Begins a computation."""
        self.resume(State([], [], False, {}))

    def state(self) -> State:
        """How far the computation is, to be resumed."""
        tape = self.tape
        return State(list(tape.numbers), list(tape.inputs), tape.has_kinks, dict(self._times))

    def resume(self, state: State) -> None:
        """Goes on where a computation was."""
        tape = self.tape
        tape.numbers, tape.inputs = list(state.numbers), list(state.inputs)
        tape.has_kinks, self._times = state.has_kinks, dict(state.times)

    def recall(self, key: Hashable, compute: Callable[..., Any], *inputs: Any) -> Any:
        """The same on the tape: slopes depend on choices, which the rounding's dialect has."""
        time = self._times.get(key, 0)
        self._times[key] = time + 1
        rounding, tape = self.rounding, self.tape
        asking = rounding.dialect

        def taken(dialect: Dialect) -> _Step:
            before = tape.numbers, tape.inputs, tape.has_kinks
            tape.numbers, tape.inputs, tape.has_kinks = [], [], False
            rounding.dialect = dialect
            try:
                result = self.known_as(compute(*map(_plain, inputs)))
                return _Step(result, tape.numbers, tape.inputs, tape.has_kinks)
            finally:
                rounding.dialect = asking
                tape.numbers, tape.inputs, tape.has_kinks = before

        step: _Step = self._steps.recall((key, time), asking, taken)
        tape.numbers += step.numbers
        tape.inputs += step.inputs
        tape.has_kinks = tape.has_kinks or step.has_kinks
        return step.result

    def forget(self) -> None:
        """Lets go of all arrays, and of what is recorded."""
        super().forget()
        self._steps = Memory()
        self.tape.forget()


class RememberedArray(NDArrayOperatorsMixin, ArrayOfNumbers):
    """An array of numbers that are remembered: there is one for the same numbers."""

    __slots__ = ("memory", "numbers", "serial")

    def __init__(self, numbers: Array, memory: ArrayMemory) -> None:
        self.numbers = numbers
        self.memory = memory
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
        return self.memory.known_as(self.numbers.reshape(*shape))

    def __getitem__(self, index: Any) -> Any:
        return self.memory.known_as(self.numbers[index])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return self.numbers

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        if method != "__call__" or options:
            return NotImplemented
        key = (ufunc, *[_name(it) for it in inputs])
        return self.memory.recall(key, ufunc, *inputs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        key = (function, _name(args), *[(name, _name(it)) for name, it in kwargs.items()])
        return self.memory.recall(key, lambda *args: function(*args, **kwargs), *args)


def _plain(argument: Any) -> Any:
    """An argument as arrays of NumPy's."""
    if isinstance(argument, RememberedArray):
        return argument.numbers
    if isinstance(argument, (list, tuple)):
        return type(argument)(map(_plain, argument))
    return argument


def _name(argument: Any) -> Hashable:
    """What tells an argument from others."""
    if isinstance(argument, (RememberedArray, Tracked, Recorded)):
        return argument.serial
    if isinstance(argument, np.ndarray):
        if argument.dtype == object:
            return argument.shape, *[number.serial for number in argument.ravel().tolist()]
        return argument.shape, argument.dtype.char, argument.tobytes()
    if isinstance(argument, (list, tuple)):
        return tuple(map(_name, argument))
    return repr(argument)


class RememberedArithmetic(ExactArithmetic):
    """Exact arithmetic that takes, and gives, arrays that are known; on a tape where one has it."""

    def __init__(self, dtype: str, dialect: Dialect, numbers: Numbers, memory: ArrayMemory) -> None:
        super().__init__(dtype, dialect, numbers=numbers)
        self._numbers = numbers
        self.memory = memory
        self.tape = memory.tape

    @cached_property
    def _exact(self) -> ExactArithmetic:
        """The arithmetic that computes what is not known."""
        asking = self.rounding.dialect
        exact = ExactArithmetic(self.rounding.format.dtype, self.dialect, numbers=self._numbers)
        exact.tape, self.rounding.dialect = self.tape, asking
        return exact

    def power(self, values: Array, exponent: float) -> Array:
        """x ** exponent, the exponent rounded to the dtype, or to float32 before."""
        number = self.rounded(exponent, "ops_numbers")
        key = ("power", _name(values), _name(number))
        return self.memory.recall(key, lambda it: self._exact.power(it, exponent), values)


def _remembering(name: str) -> Any:
    """A method that reads no choice of the dialect: for the same arguments it is done once."""

    def once(self: RememberedArithmetic, *arguments: Any, **options: Any) -> Any:
        key = (name, *map(_name, arguments), *[(it, _name(of)) for it, of in options.items()])
        return self.memory.recall(
            key, lambda *it: getattr(self._exact, name)(*it, **options), *arguments
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
