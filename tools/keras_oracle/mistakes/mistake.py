"""A mistake: one wrong choice, or another question than the one that was asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..case import Case
from ..dialect import Dialect

Question = Callable[[Case], Case | None]
"""The case that a port answers instead of the one asked; None where it cannot go wrong."""


@dataclass(frozen=True)
class Mistake:
    """What ports of losses are known to get wrong, as other settings or another question."""

    id: str
    """Its name in fixtures and reports, never used for another one."""
    kind: str
    """What it is about: mistakes of one kind are listed together."""
    title: str
    """A few words, without a full stop: the head of a diagnosis."""
    explanation: str
    """What Keras does, and what this does instead."""
    fix: str
    """What to do, in one line."""
    losses: tuple[str, ...]
    """The losses in which it can be made."""
    choices: Mapping[str, Any] = field(default_factory=dict)
    """Settings of `Dialect` that differ from the right ones."""
    question: Question | None = None
    slopes: bool = False
    """Whether its gradient may be wrong where its value is right."""
    links: tuple[str, ...] = ()
    """Where people met it."""

    def in_dialect(self, dialect: Dialect) -> Dialect | None:
        """The dialect with the wrong choices; None where these are its own."""
        settings: dict[str, Any] = dict(self.choices)
        wrong: Dialect = replace(dialect, **settings)
        return None if wrong == dialect and self.question is None else wrong

    def of(self, case: Case) -> Case | None:
        """The question that is answered instead; None where that is the right one."""
        return case if self.question is None else self.question(case)

    def then(self, other: Mistake) -> Mistake:
        """Both mistakes at once, as one."""

        def asked(case: Case) -> Case | None:
            first = self.of(case)
            return other.of(case if first is None else first) or first

        return Mistake(
            id=f"{self.id}+{other.id}",
            kind="pair",
            title=f"{self.title}, and {other.title}",
            explanation=f"{self.explanation} {other.explanation}",
            fix=f"{self.fix} {other.fix}",
            losses=tuple(loss for loss in self.losses if loss in other.losses),
            choices={**self.choices, **other.choices},
            question=asked if self.question or other.question else None,
            slopes=self.slopes or other.slopes,
            links=self.links + tuple(link for link in other.links if link not in self.links),
        )
