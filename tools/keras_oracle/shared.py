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
        return _SharingArithmetic(dtype, dialect, records, self)

    def formula(self, key: Hashable) -> Memory:
        """What is known of a formula's losses for some arrays."""
        if key not in self._formulas and len(self._formulas) >= self.MOST:
            self._formulas.clear()
        return self._formulas.setdefault(key, Memory())


class _SharingArithmetic(ExactArithmetic):
    """Exact arithmetic that applies a formula once for all dialects that cannot differ in it."""

    def __init__(self, dtype: str, dialect: Dialect, records: bool, shared: Shared) -> None:
        super().__init__(dtype, dialect, records, numbers=shared.numbers)
        self._shared = shared

    def applied(
        self, formula: Callable[..., Losses], y_true: Array, y_pred: Array, **parameters: Any
    ) -> Losses:
        """What a formula gives to labels, predictions and parameters."""
        dtype = self.rounding.format.dtype

        def compute(dialect: Dialect) -> _Applied | Exception:
            within = ExactArithmetic(dtype, dialect, self.records, numbers=self._shared.numbers)
            try:
                losses = formula(within, y_true, y_pred, **parameters)
            except (LossError, UnstableError) as error:
                return error
            if within.tape is not None:
                within.tape.keep()
            return _Applied(losses, within.tape)

        arguments = {"y_true": y_true, "y_pred": y_pred, **parameters}
        key = (formula, dtype, self.records, *((name, identity(it)) for name, it in arguments.items()))
        applied = self._shared.formula(key).recall((), self.dialect, compute)
        self.rounding.dialect = self.dialect
        if isinstance(applied, Exception):
            raise applied.with_traceback(None)
        if applied.tape is not None:
            applied.tape.rewind()
            self.tape = applied.tape
        return applied.losses


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
