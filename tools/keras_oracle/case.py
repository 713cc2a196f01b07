"""A case: what is asked of an implementation, before its answer is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .arithmetic import Array
from .number_format import cast


@dataclass(frozen=True)
class Case:
    """One question, named for good: an id is never reused for another question."""

    id: str
    comment: str
    dtype: str
    y_true: Array
    y_pred: Array
    form: str = "class"
    config: dict[str, Any] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    sample_weight: Array | None = None
    mask: Array | None = None
    ref_labels: Array | None = None
    ref_embeddings: Array | None = None
    gradient: bool = True
    """Whether the gradient is asked for as well."""

    def dtype_of(self, array: Array) -> str:
        """The dtype of one of its arrays: in a case of bfloat16, float32 holds bfloat16."""
        halved = self.dtype == "bfloat16" and array.dtype == np.float32
        return self.dtype if halved else array.dtype.name

    @property
    def inputs(self) -> dict[str, Array]:
        """The arrays by Keras's names, those that are given."""
        arrays = {
            "y_true": self.y_true,
            "y_pred": self.y_pred,
            "sample_weight": self.sample_weight,
            "mask": self.mask,
        }
        given = {name: array for name, array in arrays.items() if array is not None}
        return given | self.references

    @property
    def references(self) -> dict[str, Array]:
        """What the function of circle takes besides, those that are given."""
        arrays = {"ref_labels": self.ref_labels, "ref_embeddings": self.ref_embeddings}
        return {name: array for name, array in arrays.items() if array is not None}


class Generator:
    """Random numbers from integers alone (SplitMix64), so that every machine draws the same.

    The seed is the case's id: adding a case moves no other.
    """

    def __init__(self, id: str) -> None:
        self._state = 0xCBF29CE484222325
        for byte in id.encode():
            self._state = ((self._state ^ byte) * 0x100000001B3) % 2**64

    def next(self) -> int:
        """The next 64 bits."""
        self._state = (self._state + 0x9E3779B97F4A7C15) % 2**64
        bits = self._state
        bits = ((bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9) % 2**64
        bits = ((bits ^ (bits >> 27)) * 0x94D049BB133111EB) % 2**64
        return bits ^ (bits >> 31)

    def below(self, bound: int) -> int:
        """An integer from 0 to bound - 1."""
        return self.next() % bound

    def uniform(self, shape: tuple[int, ...], low: float, high: float, dtype: str) -> Array:
        """Numbers on a grid of 2^20 steps between low and high."""
        count = int(np.prod(shape, dtype=np.int64))
        steps = np.array([self.below(2**20) + 0.5 for _ in range(count)], dtype=np.float64)
        return cast(low + (high - low) * (steps / 2.0**20), dtype).reshape(shape)
