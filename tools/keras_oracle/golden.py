"""A golden: exact numbers rounded once to a dtype, each with its tolerance."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_UP, Context, Decimal
from functools import cached_property
from typing import Any

import numpy as np

from .arithmetic import Array
from .fixture_json import numbers, tensor
from .number_format import NumberFormat, held_in
from .tracked import UnstableError

_TOLERANCE_DIGITS = Context(prec=3, rounding=ROUND_UP)


@dataclass(frozen=True)
class Golden:
    """Numbers rounded once to a dtype, each with its tolerance."""

    dtype: str
    values: Array
    tolerance: Array
    edges: tuple[int, ...] = ()
    """Flat indices of elements at a kink, where the tolerance covers both sides."""

    @staticmethod
    def of(numbers: Array, dtype: str, edges: Array | None = None) -> Golden:
        """The golden of exact numbers; the tolerances include its own rounding."""
        format = NumberFormat.of(dtype)
        exact = numbers.ravel().tolist()
        values = [format.nearest(it.value) for it in exact]
        tolerances = []
        for it, value in zip(exact, values):
            bound = it.bound
            if math.isfinite(value):
                bound = _TOLERANCE_DIGITS.add(bound, abs(Decimal(value) - it.value))
            tolerance = float(_TOLERANCE_DIGITS.plus(bound))
            if not math.isfinite(tolerance):
                raise UnstableError("a bound is not finite")
            tolerances.append(tolerance)
        return Golden(
            dtype,
            np.array(values, dtype=held_in(dtype)).reshape(numbers.shape),
            np.array(tolerances, dtype=np.float64).reshape(numbers.shape),
            () if edges is None else tuple(np.flatnonzero(edges).tolist()),
        )

    def __eq__(self, other: object) -> bool:
        """Whether both are the same numbers of one shape, NaN included."""
        return (
            isinstance(other, Golden)
            and self.edges == other.edges
            and all(
                mine.shape == theirs.shape and mine.tobytes() == theirs.tobytes()
                for mine, theirs in ((self.values, other.values), (self.tolerance, other.tolerance))
            )
        )

    def has_numbers_of(self, other: Golden) -> bool:
        """Whether both say the same numbers of one shape, NaN and zeros of either sign too."""
        return self is other or self.numbers == other.numbers

    @cached_property
    def numbers(self) -> tuple[tuple[int, ...], bytes]:
        """The shape and the numbers, with one NaN and one zero."""
        numbers = np.where(np.isnan(self.values), np.nan, self.values) + 0.0
        return self.values.shape, numbers.tobytes()

    def json(self, file: str, large: dict[str, bytes]) -> dict[str, Any]:
        """The golden as JSON has it; large arrays are added to `large` by name."""
        tolerance = tensor(self.tolerance, "float64", f"{file}_tolerance.npy", large)
        return {
            **tensor(self.values, self.dtype, f"{file}.npy", large),
            "tolerance": tolerance.get("values")
            or {key: tolerance[key] for key in ("file", "sha256")},
            **({"edges": list(self.edges)} if self.edges else {}),
        }

    def rounded(self) -> Golden:
        """These numbers as those have them who compute in a wider dtype and round at the end."""
        format = NumberFormat.of(self.dtype)
        magnitudes = np.nan_to_num(np.abs(self.values.astype(np.float64)), posinf=0.0)
        least = float(format.smallest_subnormal) / 2
        rounding = np.maximum(magnitudes * float(format.unit_roundoff), least)
        tolerance = [
            float(_TOLERANCE_DIGITS.add(Decimal(own), Decimal(more)))
            for own, more in zip(self.tolerance.ravel().tolist(), rounding.ravel().tolist())
        ]
        return Golden(self.dtype, self.values, np.reshape(tolerance, self.values.shape))

    def looser(self, other: Golden) -> Golden:
        """These numbers with the larger of both tolerances."""
        if self is other:
            return self
        return Golden(self.dtype, self.values, np.maximum(self.tolerance, other.tolerance))

    def compact(self) -> dict[str, Any]:
        """The golden as JSON without its dtype, to be written on one line."""
        return {
            "shape": list(self.values.shape),
            "values": numbers(self.values),
            "tolerance": numbers(self.tolerance),
        }
