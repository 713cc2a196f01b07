"""The kill matrix: which case tells which mistake from Keras, by how many times the tolerance.

It is computed from the generated files alone: what they say is what a verifier has.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import combinations
from typing import Any, NamedTuple

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
    values: list[float]
    tolerance: list[float]

    @staticmethod
    def of(json: dict[str, Any]) -> Part | None:
        """A part from JSON; None where it stands in a file of its own."""
        if "values" not in json:
            return None
        values = [float(it) for it in json["values"]]
        return Part(tuple(json["shape"]), values, [float(it) for it in json["tolerance"]])

    def separation(self, other: Part, allowed: Iterable[float]) -> float:
        """The largest of |x - y| / allowed, infinite for other shapes and special values."""
        if self.shape != other.shape:
            return math.inf
        largest = 0.0
        for mine, theirs, most in zip(self.values, other.values, allowed):
            if mine == theirs or (math.isnan(mine) and math.isnan(theirs)):
                continue
            if not (math.isfinite(mine) and math.isfinite(theirs) and most):
                return math.inf
            largest = max(largest, abs(mine - theirs) / most)
        return largest

    def is_of(self, dtype: str | None) -> bool:
        """Whether all values are numbers of a dtype."""
        if dtype is None:
            return True
        format = NumberFormat.of(dtype)
        return all(
            not math.isfinite(value) or format.nearest(Decimal(value)) == value
            for value in self.values
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
            return math.inf
        return self._separation(
            other, lambda mine, theirs: map(max, mine.tolerance, theirs.tolerance)
        )

    def _separation(self, other: Given, allowed: Callable[[Part, Part], Iterable[float]]) -> float:
        if self.error or other.error or self.value is None or other.value is None:
            return math.inf if self.error != other.error else 0.0
        return max(
            mine.separation(theirs, allowed(mine, theirs))
            for mine, theirs in ((self.value, other.value), (self.gradient, other.gradient))
            if mine is not None and theirs is not None
        )


@dataclass(eq=False)
class Case:
    """A case with what Keras and the mistakes answer; a mistake not listed answers the same."""

    id: str
    right: Given
    wrong: list[tuple[tuple[str, ...], Given | None]]
    _divided: dict[tuple[int, int], bool] = field(default_factory=dict)

    def answers_of(self, mistakes: list[str]) -> list[int]:
        """The position in `wrong` of each mistake's answer, -1 for Keras's own."""
        named = self._named

        def position(id: str) -> int:
            if id in named or "+" not in id:
                return named.get(id, -1)
            # A pair that is not named goes with the one of the two that matters here.
            return max(named.get(one, -1) for one in id.split("+"))

        return [position(id) for id in mistakes]

    @cached_property
    def _named(self) -> dict[str, int]:
        return {id: index for index, (ids, _) in enumerate(self.wrong) for id in ids}

    @cached_property
    def apart(self) -> list[float]:
        """By how many times the tolerance each answer in `wrong` differs from Keras's."""
        return [0.0 if it is None else it.from_right(self.right) for _, it in self.wrong]

    def divides(self, first: int, second: int) -> bool:
        """Whether it tells two answers apart: positions in `wrong`, -1 for Keras's own."""
        if first == second:
            return False
        key = (min(first, second), max(first, second))
        if key not in self._divided:
            low, high = (self.right if index < 0 else self.wrong[index][1] for index in key)
            self._divided[key] = bool(low and high and low.from_wrong(high) >= MARGIN)
        return self._divided[key]


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
    return separation >= MARGIN, math.isfinite(separation), id.endswith(".float32"), separation


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
    entries: dict[str, dict[str, Any]] = {}
    for entry in files:
        entries.setdefault(entry["loss"], {})[entry["dialect"]] = entry
    return by_dialect(_of_loss(read, loss, it).values() for loss, it in entries.items())


def by_dialect(of_losses: Iterable[Iterable[Matrix]]) -> Iterator[Matrix]:
    """The matrices of losses, dialect by dialect."""
    found = [{it.dialect: it for it in of_loss} for of_loss in of_losses]
    for dialect in DIALECTS:
        yield from (it[dialect] for it in found if dialect in it)


def kill_matrix_file(read: Read, files: list[dict[str, Any]]) -> str:
    """The kill matrix as reports have it: by dialect and loss, the best case of each mistake."""
    return kill_matrix_text(matrices(read, files))


def kill_matrix_text(found: Iterable[Matrix]) -> str:
    """The same of matrices that are known, in their order."""
    by_dialect: dict[str, dict[str, Any]] = {}
    for matrix in found:
        by_dialect.setdefault(matrix.dialect, {})[matrix.loss] = {
            id: Line(
                {
                    "cases": it.cases,
                    **({"best": it.best} if it.best else {}),
                    "times_tolerance": number(float(f"{it.separation:.3g}")),
                }
            )
            for id, it in matrix.kills.items()
        }
    return text({"schema": KILL_SCHEMA, "kills": by_dialect}) + "\n"


def _of_loss(read: Read, loss: str, entries: dict[str, Any]) -> dict[str, Matrix]:
    """The kill matrices of a loss by dialect, of those that can be answered with mistakes."""
    documents = {
        dialect: _Documents(json.loads(read(it["path"])), json.loads(read(it["diagnosis"]["path"])))
        for dialect, it in entries.items()
    }
    cases = {dialect: _Cases(it) for dialect, it in documents.items() if "base" not in it.goldens}
    return {
        dialect: _matrix(
            loss, dialect, mistakes, cases[it.goldens.get("base", dialect)].in_dialect(it)
        )
        for dialect, it in documents.items()
        if (mistakes := it.diagnosis["mistakes"])
    }


class _Documents(NamedTuple):
    """What the files of a loss say in a dialect."""

    goldens: dict[str, Any]
    diagnosis: dict[str, Any]


class _Cases:
    """The cases of a base; dialects that answer to one as the base does share it."""

    def __init__(self, base: _Documents) -> None:
        self._expected = {it["id"]: it["expected"] for it in base.goldens["cases"]}
        self._answers = base.diagnosis["answers"]
        self._shared: dict[tuple[str, bool], Case | None] = {}

    def in_dialect(self, documents: _Documents) -> list[Case]:
        """The cases that mistakes answer, with the answers of a dialect where it has its own."""
        expected = documents.goldens.get("answers", {})
        answers = documents.diagnosis["answers"]
        has_gradients = documents.goldens.get("gradients") != "none"
        cases = []
        for id, of_base in self._expected.items():
            listed = answers.get(id, self._answers.get(id))
            if listed is None:
                continue
            if id in expected or (id in answers and answers is not self._answers):
                case = _case(id, expected.get(id, of_base), listed, has_gradients)
            else:
                key = (id, has_gradients)
                if key not in self._shared:
                    self._shared[key] = _case(id, of_base, listed, has_gradients)
                case = self._shared[key]
            if case is not None:
                cases.append(case)
        return cases


def _case(
    id: str, expected: dict[str, Any], answers: list[dict[str, Any]], has_gradients: bool
) -> Case | None:
    """A case from JSON; None where nothing is known of Keras's own answer."""
    right = Given.of(expected)
    if right is None:
        return None
    if not has_gradients:
        right = Given(right.value, None, right.error)
    return Case(id, right, [(tuple(it["mistakes"]), Given.of(it, right)) for it in answers])


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
        for id, index in zip(mistakes, place):
            if index >= 0 and case.apart[index] > 0:
                matrix.kills[id].add(case.id, case.apart[index])
        undivided = [pair for pair in undivided if not case.divides(place[pair[0]], place[pair[1]])]
    matrix.undivided = [(mistakes[first], mistakes[second]) for first, second in undivided]
    return matrix
