"""What a diagnosis needs beside the goldens: the answers that each mistake would give."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from .answer import Answer, answer, dtype_of
from .arithmetic import Array
from .case import Case
from .dialect import DEFAULT, DIALECTS, Dialect
from .fixture_json import Line, text
from .golden import Golden
from .memory import Memory
from .mistakes import MISTAKES, PAIRS, Mistake, mistakes_of
from .number_format import NumberFormat, held_in
from .shared import Shared
from .stages import Stages, before_the_value, stages_of
from .tracked import UnstableError

DIAGNOSIS_SCHEMA = "loss-parity/diagnosis/1"
MISTAKES_SCHEMA = "loss-parity/mistakes/1"

LARGEST_DIAGNOSED = 64
"""Cases of more predictions than this have no answers of mistakes."""


@dataclass(frozen=True)
class Alternative:
    """What one or more mistakes answer to a case, where that is not what Keras does.

    Without any answer, rounding decides what they would give. A pair that is not named gives what
    the one of both gives that is, or the entry that names both; and where none is, what Keras does.
    """

    mistakes: tuple[str, ...]
    value: Golden | None = None
    gradient: Golden | None = None
    """Given only where the value is Keras's."""
    error: str | None = None
    dtype: str | None = None
    """The dtype computed in, where it is narrower than the case's: the numbers are of it."""

    def json(self) -> Line:
        """The alternative as JSON has it, on one line."""
        entry: dict[str, Any] = {"mistakes": list(self.mistakes)}
        for name, word in (("error", self.error), ("dtype", self.dtype)):
            if word is not None:
                entry[name] = word
        for name, golden in (("value", self.value), ("gradient", self.gradient)):
            if golden is not None:
                entry[name] = golden.compact()
        return Line(entry)


class _Made(NamedTuple):
    """A mistake made: what is asked of which dialect, and what that answers, if it can."""

    name: str
    """What its answers are remembered by, with those of the same question."""
    dialect: Dialect
    asked: Case
    answer: Answer | None


class Alternatives:
    """The answers of mistakes to the cases of a loss, computed once for dialects that agree."""

    def __init__(self, loss: str, mistakes: list[Mistake] | None = None) -> None:
        self.loss = loss
        self.mistakes = mistakes_of(loss) if mistakes is None else mistakes
        self._values: dict[str, Memory] = {}
        self._gradients: dict[str, Memory] = {}
        self._dialects: dict[tuple[str, str], Dialect | None] = {}
        self._stages = Memory()
        self._goldens: dict[tuple[Any, ...], Golden] = {}
        self._lines: dict[tuple[str, str], list[Line]] = {}
        self._shared = Shared()

    def lines(self, dialect: Dialect, case: Case) -> list[Line]:
        """The answers of mistakes to a case as JSON has them, each on one line."""
        key = (dialect.id, case.id)
        if key not in self._lines:
            self._lines[key] = [it.json() for it in self.of(dialect, case)]
        return self._lines[key]

    def of(self, dialect: Dialect, case: Case) -> list[Alternative]:
        """What the mistakes answer that change the case's answer, those that agree as one."""
        found: list[Alternative] = []
        changed: set[str] = set()
        for mistake in self.mistakes:
            alternative = self._of(mistake, dialect, case)
            if alternative is None and changed & set(mistake.id.split("+")):
                alternative = self._of_both(mistake, dialect, case)
            if alternative is not None:
                changed.add(mistake.id)
                _add(found, alternative)
        return _without_implied(found)

    def made_in(self, dialect: Dialect, cases: Iterable[Case]) -> list[str]:
        """The mistakes that can be made in a dialect: some case meets them."""
        known = [case for case in cases if self._right(dialect, case).error is None]
        # The gradient reads choices of its own: which way it goes through a clip.
        memories = [answers[""] for answers in (self._values, self._gradients) if "" in answers]
        read = {name for it in memories for case in known for name in it.read(case.id, dialect)}

        def can_be_made(mistake: Mistake) -> bool:
            if mistake.question is not None and any(
                self._made(mistake, dialect, case) is not None for case in known
            ):
                return True
            choices = mistake.choices.items()
            return any(name in read and getattr(dialect, name) != wrong for name, wrong in choices)

        made = {mistake.id for mistake in self.mistakes if can_be_made(mistake)}
        return [it.id for it in self.mistakes if made.issuperset({it.id, *it.id.split("+")})]

    def stages(self, dialect: Dialect, case: Case) -> Stages:
        """The stages of a case before its value."""
        stages: Stages = self._stages.recall(
            case.id, dialect, lambda dialect: stages_of(self.loss, dialect, case)
        )
        return before_the_value(stages)

    def _made(self, mistake: Mistake, dialect: Dialect, case: Case) -> _Made | None:
        """The mistake in a case; None where it cannot be made."""
        key = (mistake.id, dialect.id)
        if key not in self._dialects:
            self._dialects[key] = mistake.in_dialect(dialect)
        wrong, asked = self._dialects[key], mistake.of(case)
        if wrong is None or asked is None:
            return None
        # Without another question it is a dialect like others: all share what they agree on.
        name = "" if asked is case else mistake.id
        answer = self._recall(self._values, name, wrong, asked, gradient=False)
        if answer is not None and answer.error == "not_in_dialect":
            return None
        return _Made(name, wrong, asked, answer)

    def _of(self, mistake: Mistake, dialect: Dialect, case: Case) -> Alternative | None:
        it = self._made(mistake, dialect, case)
        if it is None:
            return None
        right, made, asked = self._right(dialect, case), it.answer, it.asked
        if made is None:
            return Alternative((mistake.id,))
        dtype = dtype_of(case)
        computed = _narrower(dtype_of(asked), dtype)
        if made.value is None or right.value is None:
            if made.error == right.error:
                return None
            if made.value is None:
                return Alternative((mistake.id,), error=made.error)
        value = _held(self._golden(made.value, computed), dtype)
        is_wider = computed != dtype_of(asked)
        if is_wider:
            value = value.rounded()
        if right.value is None or not _agree(value, self._golden(right.value, dtype)):
            return Alternative(
                (mistake.id,), value=value, dtype=computed if computed != dtype else None
            )
        if not (mistake.slopes and case.gradient):
            return None
        slopes = self._recall(self._gradients, "", dialect, case, gradient=True)
        made = self._recall(self._gradients, it.name, it.dialect, asked, gradient=True)
        if slopes is None or slopes.gradient is None or made is None or made.gradient is None:
            return None
        gradient = _held(self._golden(made.gradient, computed), dtype)
        if is_wider:
            gradient = gradient.rounded()
        if _agree(gradient, self._golden(slopes.gradient, dtype)):
            return None
        return Alternative((mistake.id,), gradient=gradient)

    def _of_both(self, pair: Mistake, dialect: Dialect, case: Case) -> Alternative:
        """A pair of which one undoes the other: it gives what Keras gives."""
        right = self._right(dialect, case)
        if right.value is None:
            return Alternative((pair.id,), error=right.error)
        return Alternative((pair.id,), value=self._golden(right.value, dtype_of(case)))

    def _golden(self, numbers: Array, dtype: str) -> Golden:
        """The golden of numbers in a dtype: answers have many in common."""
        key = (dtype, numbers.shape, *[number.serial for number in numbers.ravel().tolist()])
        if key not in self._goldens:
            self._goldens[key] = Golden.of(numbers, dtype)
        return self._goldens[key]

    def _right(self, dialect: Dialect, case: Case) -> Answer:
        right = self._recall(self._values, "", dialect, case, gradient=False)
        if right is None:
            raise ValueError(f"{case.id} in {dialect.id} has no finite tolerance")
        return right

    def _recall(
        self,
        memories: dict[str, Memory],
        mistake: str,
        dialect: Dialect,
        case: Case,
        gradient: bool,
    ) -> Answer | None:
        def compute(dialect: Dialect) -> Answer | None:
            try:
                return answer(self.loss, dialect, case, gradient, shared=self._shared)
            except UnstableError:
                return None

        memory = memories.setdefault(mistake, Memory())
        recalled: Answer | None = memory.recall(case.id, dialect, compute)
        return recalled


def diagnosis_files(loss: str, cases: list[Case]) -> dict[str, str]:
    """The diagnosis files of a loss by dialect."""
    alternatives = Alternatives(loss)
    # Case by case, as dialects share what they remember of one.
    for case in _small(cases):
        for dialect in DIALECTS.values():
            alternatives.lines(dialect, case)
    return {id: diagnosis_file(alternatives, dialect, cases) for id, dialect in DIALECTS.items()}


def _small(cases: Iterable[Case]) -> list[Case]:
    return [case for case in cases if case.y_pred.size <= LARGEST_DIAGNOSED]


def diagnosis_file(alternatives: Alternatives, dialect: Dialect, cases: list[Case]) -> str:
    """The diagnosis file of a loss in a dialect: by case, what mistakes would answer.

    A dialect other than the default has the cases that it answers otherwise than that one does.
    What the default's file says of mistakes that cannot be made in the dialect does not hold
    there, nor, where that has no gradients, what it says of gradients.
    """
    small = _small(cases)
    own = {case.id: alternatives.lines(dialect, case) for case in small}
    # What can be made is known once every case was answered, values and gradients.
    made = alternatives.made_in(dialect, small)
    answers = {id: _about(lines, made) for id, lines in own.items()}
    stages = _stages(alternatives, dialect, small)
    document: dict[str, Any] = {
        "schema": DIAGNOSIS_SCHEMA,
        "loss": alternatives.loss,
        "dialect": dialect.id,
    }
    if dialect != DEFAULT:
        without = dialect.gradients == "none"
        of_base = {
            case.id: [
                line
                for line in _about(alternatives.lines(DEFAULT, case), made)
                if not (without and "gradient" in line.value)
            ]
            for case in small
        }
        document["base"] = DEFAULT.id
        answers = {id: own for id, own in answers.items() if text(own) != text(of_base[id])}
        of_base = _stages(alternatives, DEFAULT, small)
        stages = {id: own for id, own in stages.items() if text(own) != text(of_base[id])}
    document["mistakes"] = Line(made)
    document["answers"] = answers
    document["stages"] = {id: own for id, own in stages.items() if own or dialect != DEFAULT}
    return text(document) + "\n"


def _about(lines: list[Line], mistakes: list[str]) -> list[Line]:
    """What is said of some mistakes."""
    kept = []
    for line in lines:
        named = [id for id in line.value["mistakes"] if id in mistakes]
        if named:
            kept.append(Line({**line.value, "mistakes": named}))
    return kept


def _stages(
    alternatives: Alternatives, dialect: Dialect, cases: Iterable[Case]
) -> dict[str, list[Line]]:
    """The stages of the cases that have some, each on one line."""
    stages = {
        case.id: alternatives.stages(dialect, case)
        for case in cases
        if dtype_of(case) in ("float32", "float64")
    }
    return {id: stage_lines(it) for id, it in stages.items()}


def stage_lines(stages: Stages) -> list[Line]:
    """Stages as JSON has them, each on one line."""
    return [Line({"name": name, **golden.compact()}) for name, golden in stages.items()]


def catalogue_file() -> str:
    """The catalogue of mistakes, for reports."""
    return text(catalogue(PAIRS)) + "\n"


def catalogue(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The catalogue of mistakes with some pairs of them."""
    return {
        "schema": MISTAKES_SCHEMA,
        "mistakes": [
            {
                "id": mistake.id,
                "kind": mistake.kind,
                "title": mistake.title,
                "explanation": mistake.explanation,
                "fix": mistake.fix,
                "losses": list(mistake.losses),
                "links": list(mistake.links),
            }
            for mistake in MISTAKES.values()
        ],
        "pairs": [Line(list(pair)) for pair in pairs],
    }


def _without_implied(found: list[Alternative]) -> list[Alternative]:
    """Without pairs that give what goes without saying: the answer of the one that matters."""
    entry_of = {id: index for index, it in enumerate(found) for id in it.mistakes}

    def implied(pair: str) -> int | None:
        entries = {entry_of[id] for id in pair.split("+") if id in entry_of}
        return entries.pop() if len(entries) == 1 else None

    stated = []
    for index, alternative in enumerate(found):
        kept = tuple(id for id in alternative.mistakes if "+" not in id or implied(id) != index)
        if kept:
            stated.append(replace(alternative, mistakes=kept))
    return stated


def _narrower(dtype: str, other: str) -> str:
    """The dtype of less precision."""
    return max(dtype, other, key=lambda name: NumberFormat.of(name).unit_roundoff)


def _held(golden: Golden, dtype: str) -> Golden:
    """Numbers of a narrower dtype, or of the same, as numbers of the case's dtype."""
    if golden.dtype == dtype:
        return golden
    return Golden(dtype, golden.values.astype(held_in(dtype)), golden.tolerance)


def _agree(first: Golden | None, second: Golden | None) -> bool:
    if first is None or second is None:
        return first is second
    return first.has_numbers_of(second)


def _add(found: list[Alternative], new: Alternative) -> None:
    """Joins an alternative to the one that answers the same, if there is one."""
    for index, old in enumerate(found):
        if (
            (old.error, old.dtype) == (new.error, new.dtype)
            and _agree(old.value, new.value)
            and _agree(old.gradient, new.gradient)
        ):
            found[index] = Alternative(
                old.mistakes + new.mistakes,
                old.value and new.value and old.value.looser(new.value),
                old.gradient and new.gradient and old.gradient.looser(new.gradient),
                old.error,
                old.dtype,
            )
            return
    found.append(new)
