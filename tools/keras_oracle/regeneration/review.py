"""A review: what is new since the ledger was written is accepted or rejected, case by case."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Set
from typing import Any

import numpy as np

from ..arithmetic import Array
from .change_text import part_text
from .changes import Change, changes
from .folder import UsageError
from .keeping import kept, sealed
from .ledger import GONE, Decision, Ledger, Problem, Trouble
from .meaning import Expected, Question
from .suite import Suite
from .words import few

_SHOWN = 8
"""How many numbers of an array are shown."""


class Review:
    """What is to be decided, and what was."""

    def __init__(self, ledger: Ledger | None, old: Suite, new: Suite) -> None:
        """Finds what `new` has and the ledger has not.

        `old` are the fixtures to show changes against, and to put rejected cases back to.
        """
        self.ledger = ledger or Ledger()
        self.old = old
        self.new = new
        problems = self.ledger.problems(new.all().values())
        self.errors = [it for it in problems if it.trouble.is_error]
        """What nobody can accept."""
        self.open = [it for it in problems if not it.trouble.is_error]
        self.changes: dict[str, list[Change]] = {}
        """How the cases differ from the old ones."""
        for change in changes(old, new) if self.open else []:
            if change.id is not None and change.kind.is_of_meaning:
                self.changes.setdefault(change.id, []).append(change)
        order = {id: index for index, id in enumerate(self.changes)}
        self.open.sort(key=lambda it: order.get(it.id, len(order)))
        self._decided: dict[Decision, list[Problem]] = {}

    @property
    def count(self) -> int:
        """How many decisions were made."""
        return sum(len(it) for it in self._decided.values())

    def decide(self, problem: Problem, why: Decision) -> None:
        """Accepts or rejects.

        Raises `UsageError` where a case is rejected, and what was accepted is not known.
        """
        if why.decision == "rejected":
            self._require_old(problem)
        self._decided.setdefault(why, []).append(problem)
        self.open.remove(problem)

    def kind(self, problem: Problem) -> tuple[Any, ...]:
        """What it has in common with others of its loss and cause."""
        causes = {it.cause for it in self.changes.get(problem.id, [])}
        return problem.loss, problem.trouble, frozenset(causes)

    def files(self) -> dict[str, bytes]:
        """The fixtures after the decisions: rejected cases as they were, and the new ledger."""
        ledger = copy.deepcopy(self.ledger)
        back: list[str] = []
        losses: dict[str, None] = {}
        for why, problems in self._decided.items():
            found = {it.id: self.new.digests(it.id) for it in problems}
            losses |= dict.fromkeys(it.loss for it in problems)
            if why.decision == "rejected":
                back += found
                ledger.reject({id: it or GONE for id, it in found.items()}, why)
            else:
                here = {id: it for id, it in found.items() if it is not None}
                gone = [id for id, it in found.items() if it is None and id in ledger.cases]
                ledger.accept(here, gone, why)
        for loss in losses:
            sources = [it.of(loss) for it in (self.new, self.old) if loss in it.losses]
            ledger.record_dialects(loss, sources)
        files = kept(self.old, self.new, back) if back else self.new.files
        return sealed(files, ledger.content())

    def _require_old(self, problem: Problem) -> None:
        if problem.trouble is Trouble.DIALECTS:
            raise UsageError(f"dialects of {problem.loss} are taken back in the code alone")
        accepted = self.ledger.cases.get(problem.id)
        if accepted and self.old.digests(problem.id) != accepted.digests:
            raise UsageError(
                f"{problem.id} cannot go back: {self.old.name} does not have what was accepted; "
                "name fixtures that have it with --against"
            )

    # In words.

    def shown(self, problem: Problem) -> Iterator[str]:
        """A case to be decided: what it asks, and the old and the new answer."""
        rejection = self.ledger.rejected.get(problem.id)
        yield f"{problem.id}: {problem.trouble}"
        if problem.trouble is Trouble.DIALECTS:
            yield f"  now: {', '.join(self.new.of(problem.loss).answers)}"
            return
        if rejection is not None:
            yield f"  rejected before: {self.ledger.decisions[rejection.decision]}"
        source = self.new if self.new.digests(problem.id) else self.old
        if source.digests(problem.id) is None:
            return
        question = source.of(problem.loss).questions[problem.id]
        yield from (f"  {line}" for line in question_lines(question))
        found = self.changes.get(problem.id, [])
        for change in found:
            dialect = change.dialects[0] if change.dialects else source.of(problem.loss).base
            yield f"  {change.kind.value} {few(change.dialects, 3)}".rstrip()
            yield from (f"    {part_text(it)}" for it in change.parts)
            parts = {it.part for it in change.parts}
            for suite, word in ((self.old, "was"), (self.new, "is")):
                answers = suite.of(problem.loss).answers.get(dialect, {})
                if problem.id in answers:
                    shown = answer_lines(answers[problem.id], word, parts)
                    yield from (f"    {it}" for it in shown)
            if change.let_pass:
                yield f"    would pass now: {few(change.let_pass, 6)}"
        if not found and self.new.digests(problem.id):
            cases = self.new.of(problem.loss)
            yield f"  {self.old.name} has the same, but it was not accepted"
            yield from answer_lines(cases.answers[cases.base][problem.id], "  is")


class Session:
    """A review on a terminal."""

    _CHOICES = (
        "[a]ccept, [r]eject, [A]ccept or [R]eject all of this loss and cause, [s]kip, [q]uit? "
    )

    def __init__(
        self,
        review: Review,
        decision: Callable[[str, str], Decision],
        ask: Callable[[str], str],
        say: Callable[[str], None],
    ) -> None:
        """`decision` makes one of its word and a reason; `ask` raises `EOFError` at the end."""
        self._review = review
        self._decision = decision
        self._ask = ask
        self._say = say
        self._reason = ""

    def run(self) -> None:
        """Goes through what is open, until the end or until it is left."""
        whole, number = len(self._review.open), 0
        for problem in list(self._review.open):
            number += 1
            if problem not in self._review.open:
                continue
            self._say("")
            lines = self._review.shown(problem)
            self._say(f"({number} of {whole}) {next(lines)}")
            for line in lines:
                self._say(line)
            try:
                if not self._decide(problem):
                    return
            except EOFError:
                return

    def _decide(self, problem: Problem) -> bool:
        """Asks about one case until there is an answer; whether to go on."""
        while True:
            answer = self._ask(self._CHOICES).strip()
            if answer in ("s", "q"):
                return answer == "s"
            if answer not in ("a", "r", "A", "R"):
                continue
            prompt = f"reason [{self._reason}]: " if self._reason else "reason: "
            reason = self._ask(prompt).strip() or self._reason
            if not reason:
                self._say("a decision needs a reason")
                continue
            self._reason = reason
            why = self._decision("accepted" if answer in "aA" else "rejected", reason)
            kind = self._review.kind(problem)
            taken = [
                it
                for it in self._review.open
                if it is problem or (answer in "AR" and self._review.kind(it) == kind)
            ]
            try:
                for it in taken:
                    self._review.decide(it, why)
            except UsageError as error:
                self._say(str(error))
                continue
            return True


def question_lines(question: Question) -> Iterator[str]:
    """A question in short: how it is called, and the first numbers of its arrays."""
    parameters = ", ".join(f"{name}={it!r}" for name, it in question.config.items())
    yield f"{question.comment}  [{', '.join(question.flags)}]"
    yield f"{question.loss}({parameters}), the {question.form} in {question.dtype}"
    for name, tensor in question.inputs.items():
        shape = list(tensor.values.shape)
        yield f"{name:13} {tensor.dtype} {shape}: {_numbers(tensor.values)}"


def answer_lines(expected: Expected, word: str, only: Set[str] = frozenset()) -> Iterator[str]:
    """An answer in short: the parts that are named, or all where none of it is."""
    if expected.error:
        yield f"{word:4} error {expected.error}"
    parts = {name: it for name, it in expected.parts.items() if name in only} or expected.parts
    for name, golden in parts.items():
        yield f"{word:4} {name} {list(golden.values.shape)}: {_numbers(golden.values)}"
        yield f"{'':4} {'allowed':{len(name)}} {_numbers(golden.tolerance, 3)}"


def _numbers(array: Array, digits: int = 9) -> str:
    first = array.ravel()[:_SHOWN]
    shown = [
        f"{it:.{digits}g}" if np.issubdtype(array.dtype, np.floating) else str(it) for it in first
    ]
    return " ".join(shown) + (" ..." if array.size > _SHOWN else "")
