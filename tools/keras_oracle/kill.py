"""The kill matrix: which case tells which mistake from Keras, by how many times the tolerance.

It is computed from the generated files alone: what they say is what a verifier has.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations
from typing import Any

import numpy as np

from .arithmetic import Array
from .dialect import DIALECTS
from .fixture_json import Line, number, text
from .mistakes import INDISTINGUISHABLE
from .number_format import NumberFormat

KILL_SCHEMA = "loss-parity/kill-matrix/1"

MARGIN = 10.0
"""How many tolerances apart two answers have to be somewhere, to count as told apart."""

Read = Callable[[str], bytes]
"""The bytes of a file of the fixtures folder."""


@dataclass(frozen=True, eq=False)
class Part:
    """A value or a gradient with a tolerance for each element."""

    shape: tuple[int, ...]
    values: Array
    tolerance: Array

    @staticmethod
    def of(json: dict[str, Any]) -> Part | None:
        """A part from JSON; None where it stands in a file of its own."""
        if "values" not in json:
            return None
        values = np.array([float(it) for it in json["values"]])
        return Part(tuple(json["shape"]), values, np.array(json["tolerance"], dtype=float))

    def separation(self, other: Part, allowed: Array) -> float:
        """The largest of |x - y| / allowed, infinite for other shapes and special values."""
        if self.shape != other.shape:
            return np.inf
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            apart = np.abs(self.values - other.values) / allowed
        same = (self.values == other.values) | (np.isnan(self.values) & np.isnan(other.values))
        special = ~(np.isfinite(self.values) & np.isfinite(other.values))
        return float(np.max(np.where(same, 0.0, np.where(special, np.inf, apart)), initial=0.0))

    def is_of(self, dtype: str | None) -> bool:
        """Whether all values are numbers of a dtype."""
        if dtype is None:
            return True
        format = NumberFormat.of(dtype)
        return all(
            not np.isfinite(value) or format.nearest(Decimal(value)) == value
            for value in self.values.tolist()
        )


@dataclass(frozen=True, eq=False)
class Given:
    """An answer: a value with its gradient if that is known, or an error."""

    value: Part | None = None
    gradient: Part | None = None
    error: str | None = None
    dtype: str | None = None
    """The dtype computed in, where it is narrower than the case's."""

    @staticmethod
    def of(json: dict[str, Any], right: Given | None = None) -> Given | None:
        """An answer from JSON, None where it is undecided; of a gradient alone, beside `right`."""
        if "error" in json:
            return Given(error=json["error"])
        parts = {name: Part.of(json[name]) for name in ("value", "gradient") if name in json}
        if not any(parts.values()):
            return None
        value = parts.get("value") or (right and right.value)
        return Given(value, parts.get("gradient"), dtype=json.get("dtype"))

    def from_right(self, right: Given) -> float:
        """By how many times the tolerance of Keras's answer this differs from it."""
        return self._separation(right, lambda mine, theirs: theirs.tolerance)

    def from_wrong(self, other: Given) -> float:
        """By how many times the larger tolerance this differs from another wrong answer."""
        if (
            self.value
            and other.value
            and self.dtype != other.dtype
            and not (self.value.is_of(other.dtype) and other.value.is_of(self.dtype))
        ):
            # Whoever computes in a dtype answers with its numbers.
            return np.inf
        return self._separation(
            other, lambda mine, theirs: np.maximum(mine.tolerance, theirs.tolerance)
        )

    def _separation(self, other: Given, allowed: Callable[[Part, Part], Array]) -> float:
        if self.error or other.error or self.value is None or other.value is None:
            return np.inf if self.error != other.error else 0.0
        return max(
            mine.separation(theirs, allowed(mine, theirs) if mine.shape == theirs.shape else _NONE)
            for mine, theirs in ((self.value, other.value), (self.gradient, other.gradient))
            if mine is not None and theirs is not None
        )


_NONE = np.zeros(0)


@dataclass
class Case:
    """A case with what Keras and the mistakes answer; a mistake not listed answers the same."""

    id: str
    right: Given
    wrong: list[tuple[tuple[str, ...], Given | None]]

    def answers_of(self, mistakes: list[str]) -> list[int]:
        """The position in `wrong` of each mistake's answer, -1 for Keras's own."""
        named = {id: index for index, (ids, _) in enumerate(self.wrong) for id in ids}

        def position(id: str) -> int:
            if id in named or "+" not in id:
                return named.get(id, -1)
            # A pair that is not named goes with the one of the two that matters here.
            return max(named.get(one, -1) for one in id.split("+"))

        return [position(id) for id in mistakes]


@dataclass
class Kills:
    """The cases that tell a mistake from Keras."""

    cases: int = 0
    best: str | None = None
    separation: float = 0.0
    """That of the best case; infinite where only special values tell it apart."""

    def add(self, id: str, separation: float) -> None:
        """Notes by how much a case tells it apart."""
        self.cases += separation >= MARGIN
        if self.best is None or _telling(id, separation) > _telling(self.best, self.separation):
            self.best, self.separation = id, separation


def _telling(id: str, separation: float) -> tuple[bool, bool, bool, float]:
    """How much a case says: numbers more than NaN against a number, float32 as most use it."""
    return separation >= MARGIN, bool(np.isfinite(separation)), id.endswith(".float32"), separation


@dataclass
class Matrix:
    """What the cases of a loss tell apart in a dialect."""

    loss: str
    dialect: str
    kills: dict[str, Kills] = field(default_factory=dict)
    """Of each mistake that can be made."""
    undivided: list[tuple[str, str]] = field(default_factory=list)
    """Pairs of mistakes that no case tells apart: single ones, and pairs with their parts."""
    pairs: int = 0
    """How many pairs had to be told apart."""

    @property
    def survivors(self) -> list[str]:
        """Mistakes that no case tells from Keras, and that are not proven to be the same."""
        return [id for id, it in self.kills.items() if not it.cases and not self._excused({id})]

    @property
    def unexplained(self) -> list[tuple[str, str]]:
        """Pairs that no case tells apart, and that are not proven to be the same."""
        return [
            pair
            for pair in self.undivided
            if not self._excused(set(pair)) and not all(self._excused({id}) for id in pair)
        ]

    def _excused(self, mistakes: set[str]) -> bool:
        return any(
            self.loss in it.losses
            and (not it.dialects or self.dialect in it.dialects)
            and mistakes <= set(it.mistakes)
            and (len(mistakes) > 1 or len(it.mistakes) == 1)
            for it in INDISTINGUISHABLE
        )


def matrices(read: Read, files: list[dict[str, Any]]) -> Iterator[Matrix]:
    """The kill matrix of each loss in each dialect that has it; `files` are the manifest's."""
    entries = {(entry["dialect"], entry["loss"]): entry for entry in files}
    for dialect in DIALECTS:
        for loss in dict.fromkeys(loss for _, loss in entries):
            mistakes, cases = _cases(read, entries, dialect, loss)
            if mistakes:
                yield _matrix(loss, dialect, mistakes, cases)


def kill_matrix_file(read: Read, files: list[dict[str, Any]]) -> str:
    """The kill matrix as reports have it: by dialect and loss, the best case of each mistake."""
    by_dialect: dict[str, dict[str, Any]] = {}
    for matrix in matrices(read, files):
        by_dialect.setdefault(matrix.dialect, {})[matrix.loss] = {
            id: Line(
                {
                    "cases": it.cases,
                    **({"best": it.best} if it.best else {}),
                    "times_tolerance": number(np.float64(f"{it.separation:.3g}")),
                }
            )
            for id, it in matrix.kills.items()
        }
    return text({"schema": KILL_SCHEMA, "kills": by_dialect}) + "\n"


def _cases(
    read: Read, entries: dict[tuple[str, str], Any], dialect: str, loss: str
) -> tuple[list[str], list[Case]]:
    """The mistakes that a dialect can be answered with, and its cases."""
    entry = entries[dialect, loss]
    golden, diagnosis = (
        json.loads(read(path)) for path in (entry["path"], entry["diagnosis"]["path"])
    )
    expected, answers = golden.get("answers", {}), diagnosis["answers"]
    questions = golden.get("cases", [])
    if "base" in golden:
        base = entries[golden["base"], loss]
        questions = json.loads(read(base["path"]))["cases"]
        answers = json.loads(read(base["diagnosis"]["path"]))["answers"] | answers
    cases = []
    for question in questions:
        right = Given.of(expected.get(question["id"], question["expected"]))
        if question["id"] not in answers or right is None:
            continue
        if golden.get("gradients") == "none":
            right = Given(right.value, None, right.error)
        wrong = [(tuple(it["mistakes"]), Given.of(it, right)) for it in answers[question["id"]]]
        cases.append(Case(question["id"], right, wrong))
    return diagnosis["mistakes"], cases


def _matrix(loss: str, dialect: str, mistakes: list[str], cases: list[Case]) -> Matrix:
    matrix = Matrix(loss, dialect, {id: Kills() for id in mistakes})
    places = [case.answers_of(mistakes) for case in cases]
    # Single mistakes are told from each other, and pairs from both their parts.
    undivided = [
        (first, second)
        for first, second in combinations(range(len(mistakes)), 2)
        if "+" not in mistakes[second] or mistakes[first] in mistakes[second].split("+")
    ]
    matrix.pairs = len(undivided)
    for case, place in zip(cases, places):
        apart = [0.0 if given is None else given.from_right(case.right) for _, given in case.wrong]
        for id, index in zip(mistakes, place):
            if index >= 0 and apart[index] > 0:
                matrix.kills[id].add(case.id, apart[index])
        undivided = _undivided(case, place, undivided)
    matrix.undivided = [(mistakes[first], mistakes[second]) for first, second in undivided]
    return matrix


def _undivided(case: Case, place: list[int], pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The pairs of mistakes that a case does not tell apart."""
    known: dict[tuple[int, int], bool] = {}

    def divided(first: int, second: int) -> bool:
        if first == second:
            return False
        key = (min(first, second), max(first, second))
        if key not in known:
            low, high = (case.right if index < 0 else case.wrong[index][1] for index in key)
            known[key] = bool(low and high and low.from_wrong(high) >= MARGIN)
        return known[key]

    return [pair for pair in pairs if not divided(place[pair[0]], place[pair[1]])]
