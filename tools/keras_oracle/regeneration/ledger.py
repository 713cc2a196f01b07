"""The ledger: which questions there are, and which answers to them people accepted, and why.

It makes reviews enforceable without any history: whatever the fixtures say that it does not is new.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from .folder import LEDGER, DamagedError, UsageError
from .meaning import DIGITS
from .suite import Digests, LossCases, dialect_digest
from .words import counted, few

LEDGER_SCHEMA = "loss-parity/ledger/1"

_KEY_DIGITS = 8
_DIGEST = re.compile(f"[0-9a-f]{{{DIGITS}}}")


@dataclass(frozen=True)
class Decision:
    """What somebody decided, and why."""

    decision: str
    """`accepted` or `rejected`."""
    reason: str
    by: str
    """Who; empty where nobody says."""
    date: str

    @property
    def key(self) -> str:
        """What entries call it by: branches that decide apart do not take the same."""
        words = json.dumps([self.decision, self.reason, self.by, self.date])
        return hashlib.sha256(words.encode()).hexdigest()[:_KEY_DIGITS]

    def __str__(self) -> str:
        said = f" ({', '.join(it for it in (self.by, self.date) if it)})"
        return self.reason + (said if said != " ()" else "")


@dataclass(frozen=True)
class Entry:
    """What is recorded of an id, and the key of the decision that it was recorded by."""

    digests: Digests
    decision: str


class Trouble(StrEnum):
    """Why what the code generates is not what the ledger accepted."""

    QUESTION = "asks another question under an id that is in use: an id is never reused"
    RETURNED = "uses an id that is retired: an id is never reused"
    REJECTED = "was rejected"
    CHANGED = "changed without a review"
    GONE = "vanished without being retired"
    NEW = "new without a review"
    DIALECTS = "has other dialects than were accepted"

    @property
    def is_error(self) -> bool:
        """Whether nobody can accept it."""
        return self in (Trouble.QUESTION, Trouble.RETURNED)


@dataclass(frozen=True)
class Problem:
    """A case that is not as it was accepted, or of `DIALECTS` a loss."""

    trouble: Trouble
    loss: str
    id: str
    rejection: Decision | None = None


@dataclass
class Ledger:
    """The decisions, and by id what was accepted, what was rejected, and what is retired."""

    decisions: dict[str, Decision] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    """By `dialect/loss`, the digest of the accepted answers to all cases."""
    cases: dict[str, Entry] = field(default_factory=dict)
    rejected: dict[str, Entry] = field(default_factory=dict)
    """What was rejected last; without digests, that the case vanished."""
    retired: dict[str, Entry] = field(default_factory=dict)
    """What the ids asked that must not be used again."""

    # The file.

    @staticmethod
    def read(content: bytes) -> Ledger:
        """Reads a ledger; raises `DamagedError` for whatever it should not be."""
        try:
            document = json.loads(content, object_pairs_hook=_without_repetition)
            if document["schema"] != LEDGER_SCHEMA:
                raise ValueError(f"schema is {document['schema']}, expected {LEDGER_SCHEMA}")
            members = ("schema", "decisions", "answers", "cases", "rejected", "retired")
            if set(document) != set(members):
                raise ValueError(f"its members are not {', '.join(members)}")
            ledger = Ledger(
                {key: Decision(**it) for key, it in document["decisions"].items()},
                {path: _digest(it) for path, it in document["answers"].items()},
                *(
                    {id: _entry(it) for id, it in document[name].items()}
                    for name in ("cases", "rejected", "retired")
                ),
            )
            ledger._require_sound()
            return ledger
        except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
            what = f"{error} is missing" if isinstance(error, KeyError) else str(error)
            raise DamagedError(LEDGER, what) from error

    def _require_sound(self) -> None:
        for key, decision in self.decisions.items():
            if key != decision.key:
                raise ValueError(f"decision {key} was changed: its key would be {decision.key}")
        for entries in (self.cases, self.rejected, self.retired):
            for id, entry in entries.items():
                if entry.decision not in self.decisions:
                    raise ValueError(f"{id}: there is no decision {entry.decision}")
        for id in self.cases:
            if id in self.retired:
                raise ValueError(f"{id} is both a case and retired")

    def content(self) -> bytes:
        """The file: one line for each decision, dialect and id, sorted."""

        def lines(members: Mapping[str, Any]) -> str:
            listed = [
                f"    {json.dumps(key)}: {json.dumps(it, ensure_ascii=False)}"
                for key, it in members.items()
            ]
            return "{\n" + ",\n".join(listed) + "\n  }" if listed else "{}"

        decisions = sorted(self.decisions.items(), key=lambda it: (it[1].date, it[0]))
        sections = {
            "decisions": {key: vars(it) for key, it in decisions},
            "answers": dict(sorted(self.answers.items())),
            **{
                name: {
                    id: [it.digests.question, it.digests.answers, it.decision]
                    for id, it in sorted(entries.items())
                }
                for name, entries in (
                    ("cases", self.cases),
                    ("rejected", self.rejected),
                    ("retired", self.retired),
                )
            },
        }
        members = [f'  "schema": {json.dumps(LEDGER_SCHEMA)}']
        members += [f'  "{name}": {lines(it)}' for name, it in sections.items()]
        return ("{\n" + ",\n".join(members) + "\n}\n").encode()

    # What it says of fixtures.

    def problems(self, losses: Iterable[LossCases]) -> list[Problem]:
        """Where the fixtures of all losses are not as accepted, the gravest first."""
        found: list[Problem] = []
        seen: set[str] = set()
        for loss in losses:
            seen |= loss.digests.keys()
            listed = list(self._of_loss(loss))
            found += listed
            gone = self._of(loss.loss) - loss.digests.keys()
            if not listed and not gone and self._dialects(loss.loss) != _dialects(loss):
                found.append(Problem(Trouble.DIALECTS, loss.loss, loss.loss))
        for id in self.cases.keys() - seen:
            found.append(self._problem(Trouble.GONE, id.partition(".")[0], id, GONE))
        order = list(Trouble)
        return sorted(found, key=lambda it: (order.index(it.trouble), it.loss, it.id))

    def _of_loss(self, loss: LossCases) -> Iterator[Problem]:
        for id, digests in loss.digests.items():
            accepted = self.cases.get(id)
            if id in self.retired:
                yield Problem(Trouble.RETURNED, loss.loss, id)
            elif accepted is None:
                yield self._problem(Trouble.NEW, loss.loss, id, digests)
            elif accepted.digests.question != digests.question:
                yield Problem(Trouble.QUESTION, loss.loss, id)
            elif accepted.digests != digests:
                yield self._problem(Trouble.CHANGED, loss.loss, id, digests)

    def _problem(self, trouble: Trouble, loss: str, id: str, found: Digests) -> Problem:
        rejection = self.rejection(id, found)
        return Problem(Trouble.REJECTED if rejection else trouble, loss, id, rejection)

    def rejection(self, id: str, found: Digests) -> Decision | None:
        """Why this very question and answer was rejected; None where it was not."""
        entry = self.rejected.get(id)
        return self.decisions[entry.decision] if entry and entry.digests == found else None

    def asking(self, fingerprint: str) -> str | None:
        """An id, in use or retired, that asks a question."""
        for entries in (self.cases, self.retired):
            for id, entry in entries.items():
                if entry.digests.question == fingerprint:
                    return id
        return None

    # Decisions.

    def accept(self, cases: Mapping[str, Digests], gone: Iterable[str], why: Decision) -> None:
        """Accepts what cases ask and answer, and retires those that are gone."""
        entries = {id: Entry(it, why.key) for id, it in cases.items()}
        self.cases |= entries
        for id in gone:
            self.retired[id] = Entry(self.cases.pop(id).digests, why.key)
            entries[id] = self.retired[id]
        if entries:
            self.decisions[why.key] = why
        for id in entries:
            self.rejected.pop(id, None)

    def reject(self, found: Mapping[str, Digests], why: Decision) -> None:
        """Records what must not come again; `GONE` that a case must not vanish."""
        if found:
            self.decisions[why.key] = why
        self.rejected |= {id: Entry(it, why.key) for id, it in found.items()}

    def record_dialects(self, loss: str, sources: list[LossCases]) -> None:
        """Records the digests of a loss's dialects: of each case from a source that has it so.

        Raises `UsageError` where none has.
        """
        digests: dict[str, dict[str, str]] = {}
        of_sources = [
            (source, {dialect: source.answer_digests(dialect) for dialect in source.answers})
            for source in sources
        ]
        for id in self._of(loss):
            accepted = self.cases[id].digests
            for source, answers in of_sources:
                if source.digests.get(id) == accepted:
                    for dialect, of_cases in answers.items():
                        digests.setdefault(dialect, {})[id] = of_cases[id]
                    break
            else:
                raise UsageError(
                    f"{id} is not as it was accepted in any of these fixtures: review it as well, "
                    "or name those that have it with --against"
                )
        for dialect in self._dialects(loss):
            del self.answers[f"{dialect}/{loss}"]
        for dialect, of_cases in digests.items():
            self.answers[f"{dialect}/{loss}"] = dialect_digest(of_cases)

    def where(self, loss: LossCases) -> str:
        """In which dialects a loss is not as accepted, where it is in some; else nothing."""
        accepted = self._dialects(loss.loss)
        known = self._of(loss.loss)
        changed = [
            dialect
            for dialect in loss.answers
            if accepted.get(dialect)
            != dialect_digest(
                {id: it for id, it in loss.answer_digests(dialect).items() if id in known}
            )
        ]
        some = 0 < len(changed) < len(loss.answers)
        return f" (in {few(changed, 3)})" if some else ""

    def _of(self, loss: str) -> set[str]:
        return {id for id in self.cases if id.startswith(f"{loss}.")}

    def _dialects(self, loss: str) -> dict[str, str]:
        """By dialect, the accepted digest of a loss."""
        found = {}
        for path, it in self.answers.items():
            dialect, _, name = path.rpartition("/")
            if name == loss:
                found[dialect] = it
        return found


GONE = Digests("", "")
"""That a case is not there."""


def problem_lines(
    problems: list[Problem], ledger: Ledger, losses: Mapping[str, LossCases]
) -> Iterator[str]:
    """What is wrong, a line for each sort and loss."""
    for trouble in Trouble:
        of_losses: dict[str, list[Problem]] = {}
        for problem in problems:
            if problem.trouble is trouble:
                of_losses.setdefault(problem.loss, []).append(problem)
        for loss, listed in of_losses.items():
            if trouble is Trouble.REJECTED:
                yield from _rejection_lines(loss, listed)
            elif trouble is Trouble.DIALECTS:
                yield f"{loss} {trouble}"
            else:
                where = ledger.where(losses[loss]) if trouble is Trouble.CHANGED else ""
                cases = counted(len(listed), "case")
                yield f"{cases} of {loss} {trouble}{where}: {_ids(listed)}"


def _rejection_lines(loss: str, problems: list[Problem]) -> Iterator[str]:
    """Why cases of a loss were rejected, those of one decision together."""
    for rejection in dict.fromkeys(it.rejection for it in problems):
        listed = [it for it in problems if it.rejection == rejection]
        if len(listed) == 1:
            yield f"{listed[0].id} was rejected: {rejection}"
        else:
            yield f"{len(listed)} cases of {loss} were rejected: {rejection}: {_ids(listed)}"


def _dialects(loss: LossCases) -> dict[str, str]:
    return {dialect: dialect_digest(loss.answer_digests(dialect)) for dialect in loss.answers}


def _entry(words: Any) -> Entry:
    question, answers, decision = words
    if not isinstance(decision, str):
        raise ValueError(f"{decision} is not the key of a decision")
    return Entry(Digests(_digest(question), _digest(answers)), decision)


def _digest(word: Any) -> str:
    """A digest, or nothing in the entry of a case that is not there."""
    if not isinstance(word, str) or (word and not _DIGEST.fullmatch(word)):
        raise ValueError(f"{word!r} is not a digest of {DIGITS} hexadecimal digits")
    return word


def _without_repetition(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) < len(members):
        names = [name for name, _ in members]
        raise ValueError(f"{next(it for it in names if names.count(it) > 1)} stands twice")
    return found


def _ids(problems: list[Problem]) -> str:
    return few((it.id for it in problems), 3)
