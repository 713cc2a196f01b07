"""What answers share: numbers, and the losses that reductions and weights have in common."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, NamedTuple, TypeVar

import numpy as np

from .arithmetic import Array, ExactArithmetic
from .dialect import Dialect
from .errors import LossError
from .memory import Memory
from .number_format import NumberFormat
from .remembered import ArrayMemory, RememberedArithmetic, State, TapeMemory
from .tracked import Numbers, Rounding, UnstableError

Losses = TypeVar("Losses")


class Shared:
    """The work that some answers share, computed one after the other.

    They share the numbers that they compute alike, and what a formula gives to the same arrays:
    mistakes and dialects that differ in weights and reduction alone do not compute it again.
    """

    MOST = 512
    """How many questions to formulas are remembered, before all are forgotten."""

    def __init__(self) -> None:
        self.numbers = Numbers()
        self._arrays: dict[str, ArrayMemory] = {}
        self._formulas: dict[Hashable, _Formula] = {}

    def arithmetic(
        self, dtype: str, dialect: Dialect, records: bool = False, stages: bool = False
    ) -> ExactArithmetic:
        """An arithmetic for one answer; with stages, which a formula notes, it shares numbers."""
        if stages:
            return ExactArithmetic(dtype, dialect, records, stages, self.numbers)
        return _SharingArithmetic(self, dtype, dialect, records)

    def arrays(self, rounding: Rounding) -> ArrayMemory:
        """What is known of the arrays of a dtype."""
        dtype = rounding.format.dtype
        if dtype not in self._arrays:
            self._arrays[dtype] = ArrayMemory(rounding)
        self._arrays[dtype].shrink()
        return self._arrays[dtype]

    def formula(self, key: Hashable) -> _Formula:
        """What is known of a formula's losses for some arrays."""
        if key not in self._formulas:
            if len(self._formulas) >= self.MOST:
                self._forget_formulas()
            self._formulas[key] = _Formula()
        return self._formulas[key]

    def forget(self) -> None:
        """Lets go of everything, at once: what is remembered refers to what remembers it."""
        self._forget_formulas()
        for arrays in self._arrays.values():
            arrays.forget()
        self.numbers.forget()

    def _forget_formulas(self) -> None:
        for formula in self._formulas.values():
            if formula.tape is not None:
                formula.tape.forget()
        self._formulas.clear()


class _Formula:
    """What a formula gave to some arrays, and the tape that this is recorded on."""

    def __init__(self) -> None:
        self.losses = Memory()
        self.tape: TapeMemory | None = None


class _Applied(NamedTuple):
    """What a formula gave, and how far its computation was then."""

    losses: Any
    state: State | None


class _SharingArithmetic(RememberedArithmetic):
    """Exact arithmetic that applies a formula once for all dialects that cannot differ in it."""

    def __init__(self, shared: Shared, dtype: str, dialect: Dialect, records: bool) -> None:
        self._shared = shared
        self._records = records
        rounding = shared.numbers.rounding(NumberFormat.of(dtype), dialect)
        super().__init__(dtype, dialect, shared.numbers, shared.arrays(rounding))

    @property
    def records(self) -> bool:
        """Whether slopes are asked for; the tape is that of the formula which is applied."""
        return self._records

    def applied(
        self, formula: Callable[..., Losses], y_true: Array, y_pred: Array, **parameters: Any
    ) -> Losses:
        """What a formula gives to labels, predictions and parameters."""
        dtype = self.rounding.format.dtype
        arguments = {"y_true": y_true, "y_pred": y_pred, **parameters}
        asked = tuple((name, identity(it)) for name, it in arguments.items())
        known = self._shared.formula((formula, dtype, self.records, asked))
        if self.records:
            if known.tape is None:
                known.tape = TapeMemory(self.rounding)
            self.memory, self.tape = known.tape, known.tape.tape

        def compute(dialect: Dialect) -> _Applied | Exception:
            within = RememberedArithmetic(dtype, dialect, self._shared.numbers, self.memory)
            if known.tape is not None:
                known.tape.begin()
            try:
                losses = formula(within, y_true, y_pred, **parameters)
            except (LossError, UnstableError) as error:
                return error
            return _Applied(losses, known.tape and known.tape.state())

        applied = known.losses.recall((), self.dialect, compute)
        self.rounding.dialect = self.dialect
        if isinstance(applied, Exception):
            raise applied.with_traceback(None)
        if known.tape is not None:
            known.tape.resume(applied.state)
        losses: Losses = applied.losses
        return losses


def identity(argument: Any) -> Hashable:
    """What tells an argument from others."""
    if isinstance(argument, np.ndarray):
        return argument.shape, argument.dtype.str, argument.tobytes()
    return repr(argument)
