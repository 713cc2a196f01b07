"""What answers share: numbers, and the losses that reductions and weights have in common."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from .arithmetic import Array, ExactArithmetic
from .dialect import Dialect
from .errors import LossError
from .memory import Memory
from .recorded import Tape
from .remembered import RememberedArithmetic
from .tracked import Numbers, UnstableError

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
        self._formulas: dict[Hashable, Memory] = {}

    def arithmetic(
        self, dtype: str, dialect: Dialect, records: bool = False, stages: bool = False
    ) -> ExactArithmetic:
        """An arithmetic for one answer; with stages, which a formula notes, it shares numbers."""
        if stages:
            return ExactArithmetic(dtype, dialect, records, stages, self.numbers)
        if records:
            return _Recording(self, dtype, dialect, records=True, numbers=self.numbers)
        return _Remembered(self, dtype, dialect, numbers=self.numbers)

    def formula(self, key: Hashable) -> Memory:
        """What is known of a formula's losses for some arrays."""
        if key not in self._formulas and len(self._formulas) >= self.MOST:
            self._forget_formulas()
        return self._formulas.setdefault(key, Memory())

    def forget(self) -> None:
        """Lets go of everything, at once: numbers and tapes refer to each other."""
        self._forget_formulas()
        self.numbers.forget()

    def _forget_formulas(self) -> None:
        for formula in self._formulas.values():
            for applied in formula.results():
                if isinstance(applied, _Applied) and applied.tape is not None:
                    applied.tape.forget()
        self._formulas.clear()


class _Sharing(ExactArithmetic):
    """Exact arithmetic that applies a formula once for all dialects that cannot differ in it."""

    def __init__(self, shared: Shared, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._shared = shared

    def within(self, dialect: Dialect) -> ExactArithmetic:
        """An arithmetic for a formula in a dialect."""
        raise NotImplementedError

    def applied(
        self, formula: Callable[..., Losses], y_true: Array, y_pred: Array, **parameters: Any
    ) -> Losses:
        """What a formula gives to labels, predictions and parameters."""

        def compute(dialect: Dialect) -> _Applied | Exception:
            within = self.within(dialect)
            try:
                losses = formula(within, y_true, y_pred, **parameters)
            except (LossError, UnstableError) as error:
                return error
            if within.tape is not None:
                within.tape.keep()
            return _Applied(losses, within.tape)

        dtype = self.rounding.format.dtype
        arguments = {"y_true": y_true, "y_pred": y_pred, **parameters}
        key = (
            formula,
            dtype,
            self.records,
            *((name, identity(it)) for name, it in arguments.items()),
        )
        applied = self._shared.formula(key).recall((), self.dialect, compute)
        self.rounding.dialect = self.dialect
        if isinstance(applied, Exception):
            raise applied.with_traceback(None)
        if applied.tape is not None:
            applied.tape.rewind()
            self.tape = applied.tape
        return applied.losses


class _Recording(_Sharing):
    """One that records slopes."""

    def within(self, dialect: Dialect) -> ExactArithmetic:
        numbers = self._shared.numbers
        return ExactArithmetic(self.rounding.format.dtype, dialect, records=True, numbers=numbers)


class _Remembered(_Sharing, RememberedArithmetic):
    """One that remembers arrays."""

    def within(self, dialect: Dialect) -> ExactArithmetic:
        return RememberedArithmetic(self.rounding.format.dtype, dialect, self._shared.numbers)


@dataclass(frozen=True)
class _Applied:
    """What a formula gave, with the tape that its gradient is recorded on."""

    losses: Any
    tape: Tape | None


def identity(argument: Any) -> Hashable:
    """What tells an argument from others."""
    if isinstance(argument, np.ndarray):
        return argument.shape, argument.dtype.str, argument.tobytes()
    return repr(argument)
