"""The answers that mistakes would give to a case, where these are not what Keras does."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from .answer import Answer, dtype_of
from .arithmetic import Array
from .case import Case
from .case_answers import CaseAnswers
from .dialect import Dialect
from .fixture_json import Line
from .golden import Golden
from .memory import Memory, Read
from .mistakes import Mistake, mistakes_of
from .number_format import NumberFormat, held_in
from .shared import Shared, identity
from .stages import Stages, before_the_value, stages_of
from .tracked import UnstableError

Note = Callable[[Iterable[Read]], None]
"""Takes note of what is read of a dialect."""


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

    @property
    def numbers(self) -> Hashable:
        """What is answered, without names and tolerances."""
        return self.error, self.dtype, *(it and it.numbers for it in (self.value, self.gradient))


class _Made(NamedTuple):
    """A mistake as it is made in a dialect."""

    mistake: Mistake
    parts: frozenset[str]
    """Its id, or those of both where it is a pair."""
    dialect: Dialect | None
    """The dialect with the wrong choices; None where these are its own."""
    changed: frozenset[str]
    """The choices in which the two dialects differ."""


class Alternatives:
    """The answers of mistakes to the cases of a loss, computed once for dialects that agree."""

    def __init__(self, loss: str, mistakes: list[Mistake] | None = None) -> None:
        self.loss = loss
        self.mistakes = mistakes_of(loss) if mistakes is None else mistakes
        self.shared = Shared()
        self._made: dict[tuple[str, str], _Made] = {}
        self._cases: dict[str, CaseAlternatives] = {}
        self._goldens: dict[tuple[Any, ...], Golden] = {}

    def to(self, case: Case) -> CaseAlternatives:
        """The answers of mistakes to a case."""
        if case.id not in self._cases:
            self._cases[case.id] = CaseAlternatives(self, case)
        return self._cases[case.id]

    def forget(self, case: Case) -> None:
        """Lets go of what is known of a case."""
        self._cases.pop(case.id, None)

    def of(self, dialect: Dialect, case: Case) -> list[Alternative]:
        """What the mistakes answer that change the case's answer, those that agree as one."""
        return self.to(case).of(dialect)

    def made_in(self, dialect: Dialect, cases: Iterable[Case]) -> list[str]:
        """The mistakes that can be made in a dialect: some case meets them."""
        met = {id for case in cases for id in self.to(case).met(dialect)}
        return made_of(self.mistakes, met)

    def made(self, dialect: Dialect) -> list[_Made]:
        """Every mistake as it is made in a dialect."""
        for mistake in self.mistakes:
            key = (mistake.id, dialect.id)
            if key not in self._made:
                self._made[key] = _made(mistake, dialect)
        return [self._made[it.id, dialect.id] for it in self.mistakes]

    def golden(self, numbers: Array, dtype: str) -> Golden:
        """The golden of numbers in a dtype: answers have many in common."""
        key = (dtype, numbers.shape, *[number.serial for number in numbers.ravel().tolist()])
        found = self._goldens.get(key)
        if found is None:
            found = self._goldens[key] = Golden.of(numbers, dtype)
        return found


def made_of(mistakes: Iterable[Mistake], met: set[str]) -> list[str]:
    """Of the mistakes that cases meet the ids in their order: pairs where both can be made."""
    return [it.id for it in mistakes if met.issuperset({it.id, *it.id.split("+")})]


def _made(mistake: Mistake, dialect: Dialect) -> _Made:
    choices = mistake.choices.items()
    return _Made(
        mistake,
        frozenset(mistake.id.split("+")),
        mistake.in_dialect(dialect),
        frozenset(name for name, wrong in choices if getattr(dialect, name) != wrong),
    )


class CaseAlternatives:
    """The answers of mistakes to one case."""

    def __init__(self, loss: Alternatives, case: Case) -> None:
        self.case = case
        self.answers = CaseAnswers(loss.loss, case, loss.shared)
        """What Keras answers."""
        self._loss = loss
        self._dtype = dtype_of(case)
        self._questions: dict[Hashable, CaseAnswers] = {_question(case): self.answers}
        self._asked: dict[str, CaseAnswers | None] = {}
        self._values: dict[tuple[int, int, str], Alternative | None] = {}
        self._gradients: dict[tuple[int, int, str], Alternative | None] = {}
        self._both: dict[int, Alternative] = {}
        self._changed = Memory()
        self._lines: dict[tuple[tuple[str, int], ...], list[Line]] = {}
        self._stages = Memory()

    def of(self, dialect: Dialect) -> list[Alternative]:
        """What the mistakes answer that change the answer, those that agree as one."""
        return _joined(self._changes(dialect))

    def lines(self, dialect: Dialect) -> list[Line]:
        """The same as JSON has it, each on one line; one list for dialects that agree."""
        changes = self._changes(dialect)
        key = tuple((mistake, id(it)) for mistake, it in changes)
        if key not in self._lines:
            self._lines[key] = [it.json() for it in _joined(changes)]
        return self._lines[key]

    def _changes(self, dialect: Dialect) -> list[tuple[str, Alternative]]:
        """Each mistake that changes the answer, with what it answers."""
        found: list[tuple[str, Alternative]] = self._changed.recall(
            (), dialect, lambda observed: self._computed_changes(dialect, observed.note)
        )
        return found

    def _computed_changes(self, dialect: Dialect, note: Note) -> list[tuple[str, Alternative]]:
        """The same; the choices are noted that it depends on."""
        right = self._right(dialect)
        read = self.answers.read(dialect)
        note(self.answers.reads(dialect))
        found = []
        changed: set[str] = set()
        for made in self._loss.made(dialect):
            alternative = self._of(made, dialect, right, read, note)
            if alternative is None:
                if changed.isdisjoint(made.parts):
                    continue
                alternative = self._of_both(right)
            changed.add(made.mistake.id)
            found.append((made.mistake.id, alternative))
        return found

    def met(self, dialect: Dialect) -> list[str]:
        """The mistakes that the case meets in a dialect, of which it has to have an answer."""
        right = self._right(dialect)
        if right.error is not None:
            return []
        # The gradient reads choices of its own: which way it goes through a clip.
        read = self.answers.read(dialect) | self.answers.read(dialect, gradient=True)

        def is_met(made: _Made) -> bool:
            if not read.isdisjoint(made.changed):
                return True
            if made.mistake.question is None or made.dialect is None:
                return False
            asked = self._question(made.mistake)
            return asked is not None and not _is_missing(asked.value(made.dialect))

        return [it.mistake.id for it in self._loss.made(dialect) if is_met(it)]

    def stages(self, dialect: Dialect) -> Stages:
        """The stages of the case before its value."""
        stages: Stages = self._stages.recall(
            (),
            dialect,
            lambda dialect: stages_of(self._loss.loss, dialect, self.case, self._loss.shared),
        )
        return before_the_value(stages)

    def _question(self, mistake: Mistake) -> CaseAnswers | None:
        """The answers to what is asked where a mistake is made; None where it cannot be made."""
        if mistake.question is None:
            return self.answers
        if mistake.id not in self._asked:
            asked = mistake.of(self.case)
            self._asked[mistake.id] = asked and self._questions.setdefault(
                _question(asked), CaseAnswers(self._loss.loss, asked, self._loss.shared)
            )
        return self._asked[mistake.id]

    def _of(
        self, made: _Made, dialect: Dialect, right: Answer, read: frozenset[str], note: Note
    ) -> Alternative | None:
        """What a mistake answers, without its name; None where that is what Keras does."""
        if made.dialect is None:
            note(made.mistake.choices)
            return None
        asked = self._question(made.mistake)
        if asked is None:
            return None
        own = asked is self.answers
        # What does not read a wrong choice answers as it does with the right one.
        if own and read.isdisjoint(made.changed):
            it: Answer | UnstableError = right
        else:
            it = asked.value(made.dialect)
            note(asked.reads(made.dialect))
        if it is not right:
            if _is_missing(it):
                return None
            alternative = self._of_value(asked, it, right)
            if alternative is not None:
                return alternative
        if right.value is None or not (made.mistake.slopes and self.case.gradient):
            return None
        note(("gradients",))
        if dialect.gradients == "none":
            return None
        slopes = self.answers.with_gradient(dialect)
        note(self.answers.reads(dialect, gradient=True))
        if own and self.answers.read(dialect, gradient=True).isdisjoint(made.changed):
            return None
        gradient = asked.with_gradient(made.dialect)
        note(asked.reads(made.dialect, gradient=True))
        return self._of_gradient(asked, gradient, slopes)

    def _of_value(
        self, asked: CaseAnswers, made: Answer | UnstableError, right: Answer
    ) -> Alternative | None:
        """What the value of a mistake is, where it is not Keras's."""
        key = (id(made), id(right), dtype_of(asked.case))
        if key not in self._values:
            self._values[key] = self._compared(asked, made, right)
        return self._values[key]

    def _compared(
        self, asked: CaseAnswers, made: Answer | UnstableError, right: Answer
    ) -> Alternative | None:
        if isinstance(made, UnstableError):
            return Alternative(())
        if made.value is None or right.value is None:
            if made.error == right.error:
                return None
            if made.value is None:
                return Alternative((), error=made.error)
        value, computed = self._seen(made.value, dtype_of(asked.case))
        if right.value is not None and value.has_numbers_of(self._golden(right.value)):
            return None
        return Alternative((), value=value, dtype=computed if computed != self._dtype else None)

    def _of_gradient(
        self, asked: CaseAnswers, made: Answer | UnstableError, right: Answer | UnstableError
    ) -> Alternative | None:
        """What the gradient of a mistake is, where it is not Keras's."""
        key = (id(made), id(right), dtype_of(asked.case))
        if key not in self._gradients:
            parts = [None if isinstance(it, UnstableError) else it.gradient for it in (made, right)]
            alternative = None
            if parts[0] is not None and parts[1] is not None:
                gradient, _ = self._seen(parts[0], dtype_of(asked.case))
                if not gradient.has_numbers_of(self._golden(parts[1])):
                    alternative = Alternative((), gradient=gradient)
            self._gradients[key] = alternative
        return self._gradients[key]

    def _of_both(self, right: Answer) -> Alternative:
        """A pair of which one undoes the other: it gives what Keras gives."""
        if id(right) not in self._both:
            value = None if right.value is None else self._golden(right.value)
            self._both[id(right)] = Alternative((), value=value, error=right.error)
        return self._both[id(right)]

    def _seen(self, numbers: Array, dtype: str) -> tuple[Golden, str]:
        """Numbers computed in a dtype as who asked the case sees them, and the narrower dtype."""
        computed = _narrower(dtype, self._dtype)
        golden = _held(self._loss.golden(numbers, computed), self._dtype)
        return golden if computed == dtype else golden.rounded(), computed

    def _golden(self, numbers: Array) -> Golden:
        return self._loss.golden(numbers, self._dtype)

    def _right(self, dialect: Dialect) -> Answer:
        right = self.answers.value(dialect)
        if isinstance(right, UnstableError):
            raise ValueError(f"{self.case.id} in {dialect.id} has no finite tolerance")
        return right


def _question(case: Case) -> Hashable:
    """What a case asks, whatever it is called."""
    arrays = tuple((name, identity(array)) for name, array in case.inputs.items())
    return case.form, case.dtype, repr(case.config), arrays


def _is_missing(answer: Answer | UnstableError) -> bool:
    """Whether a dialect has no such loss, form or parameter."""
    return isinstance(answer, Answer) and answer.error == "not_in_dialect"


def _joined(changes: Iterable[tuple[str, Alternative]]) -> list[Alternative]:
    """What mistakes answer, those that agree as one."""
    found: dict[Hashable, Alternative] = {}
    for mistake, new in changes:
        old = found.get(new.numbers, new)
        found[new.numbers] = Alternative(
            (*old.mistakes, mistake),
            old.value and new.value and old.value.looser(new.value),
            old.gradient and new.gradient and old.gradient.looser(new.gradient),
            old.error,
            old.dtype,
        )
    return _without_implied(list(found.values()))


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
