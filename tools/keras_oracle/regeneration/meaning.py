"""What a case means, apart from how files spell it: what is asked, and what passes as an answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..arithmetic import Array
from ..case import Case
from ..golden import Golden

DIGITS = 16
"""How many hexadecimal digits of a SHA-256 a digest has."""


@dataclass(frozen=True, eq=False)
class Tensor:
    """An array with the name of its dtype: float32 holds bfloat16."""

    dtype: str
    values: Array


@dataclass(frozen=True, eq=False)
class Question:
    """A case without its answer."""

    id: str
    loss: str
    form: str
    config: dict[str, Any]
    dtype: str
    inputs: dict[str, Tensor]
    comment: str = ""
    flags: tuple[str, ...] = ()

    @staticmethod
    def of(loss: str, case: Case) -> Question:
        """What a case of the code asks."""
        inputs = {name: Tensor(case.dtype_of(it), it) for name, it in case.inputs.items()}
        return Question(
            case.id, loss, case.form, case.config, case.dtype, inputs, case.comment, case.flags
        )

    @cached_property
    def fingerprint(self) -> str:
        """The digest of what is asked: the same for all ids that ask the same.

        Numbers count as they are, not as they are written; comments and flags do not count.
        """
        parts: list[bytes] = [_words(self.loss, self.form, self.dtype, _plain(self.config))]
        for name, tensor in sorted(self.inputs.items()):
            parts += [_words(name, tensor.dtype, tensor.values.shape), _bits(tensor.values)]
        return digest(*parts)


@dataclass(frozen=True, eq=False)
class Expected:
    """What passes as an answer: numbers with their tolerances, or the code of an error."""

    value: Golden | None = None
    gradient: Golden | None = None
    error: str | None = None

    @property
    def parts(self) -> dict[str, Golden]:
        """The goldens by name, those that are given."""
        parts = {"value": self.value, "gradient": self.gradient}
        return {name: it for name, it in parts.items() if it is not None}

    @cached_property
    def without_gradient(self) -> Expected:
        """The value alone."""
        return Expected(self.value, None, self.error) if self.gradient else self

    @cached_property
    def digests(self) -> dict[str, str]:
        """The digest of each part, the same where the same passes: a zero has no sign."""
        found = {} if self.error is None else {"error": digest(self.error.encode())}
        for name, golden in self.parts.items():
            found[name] = digest(
                _words(golden.dtype, golden.values.shape, golden.edges),
                _bits(golden.values + golden.values.dtype.type(0)),
                _bits(golden.tolerance + 0.0),
            )
        return found

    @cached_property
    def digest(self) -> str:
        """The same for answers that let the same pass."""
        return digest(*(f"{name} {it}".encode() for name, it in self.digests.items()))


def answers_digest(base: Expected, others: Mapping[str, Expected]) -> str:
    """The digest of all dialects' answers to a case: `others` are those unlike the base's."""
    parts = [base.digest, *(f"{dialect} {it.digest}" for dialect, it in sorted(others.items()))]
    return digest(*(it.encode() for it in parts))


def digest(*parts: bytes) -> str:
    """The digest of parts, of which each says how long it is."""
    hash = hashlib.sha256()
    for part in parts:
        hash.update(len(part).to_bytes(8, "little") + part)
    return hash.hexdigest()[:DIGITS]


def _words(*words: Any) -> bytes:
    return json.dumps(words, sort_keys=True).encode()


def _plain(value: Any) -> Any:
    """A parameter with every number as a float, so that 2 and 2.0 are the same."""
    if isinstance(value, dict):
        return {name: _plain(it) for name, it in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(it) for it in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _bits(array: Array) -> bytes:
    """The bits of an array, little-endian, every NaN the same."""
    if array.dtype.kind == "f":
        array = np.where(np.isnan(array), array.dtype.type(np.nan), array)
    return array.astype(array.dtype.newbyteorder("<")).tobytes()
