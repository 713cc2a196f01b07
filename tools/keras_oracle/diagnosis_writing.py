"""What a diagnosis needs beside the goldens: files of the answers that each mistake would give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .alternatives import made_of
from .case_record import CaseRecord
from .dialect import DEFAULT, Dialect
from .fixture_json import Line, text
from .mistakes import MISTAKES, PAIRS, mistakes_of

DIAGNOSIS_SCHEMA = "loss-parity/diagnosis/1"
MISTAKES_SCHEMA = "loss-parity/mistakes/1"


def diagnosis_file(loss: str, dialect: Dialect, records: Mapping[str, CaseRecord]) -> str:
    """The diagnosis file of a loss in a dialect: by case, what mistakes would answer.

    A dialect other than the default has the cases that it answers otherwise than that one does.
    What the default's file says of mistakes that cannot be made in the dialect does not hold
    there, nor, where that has no gradients, what it says of gradients.
    """
    diagnosed = {case: it for case, it in records.items() if it.alternatives}
    met = {mistake for it in diagnosed.values() for mistake in it.met[dialect.id]}
    made = made_of(mistakes_of(loss), met)
    known = frozenset(made)
    answers = {case: _about(it.alternatives[dialect.id], known) for case, it in diagnosed.items()}
    stages = {case: it.stages[dialect.id] for case, it in diagnosed.items() if it.stages}
    document: dict[str, Any] = {
        "schema": DIAGNOSIS_SCHEMA,
        "loss": loss,
        "dialect": dialect.id,
    }
    if dialect == DEFAULT:
        stages = {case: own for case, own in stages.items() if own}
    else:
        without = dialect.gradients == "none"
        of_base = {
            case: [
                line
                for line in _about(it.alternatives[DEFAULT.id], known)
                if not (without and "gradient" in line.value)
            ]
            for case, it in diagnosed.items()
        }
        document["base"] = DEFAULT.id
        answers = {case: own for case, own in answers.items() if not _same(own, of_base[case])}
        of_base = {case: it.stages[DEFAULT.id] for case, it in diagnosed.items() if it.stages}
        stages = {case: own for case, own in stages.items() if not _same(own, of_base[case])}
    document["mistakes"] = Line(made)
    document["answers"] = answers
    document["stages"] = stages
    return text(document) + "\n"


def _about(lines: list[Line], mistakes: frozenset[str]) -> list[Line]:
    """What is said of some mistakes."""
    kept = []
    for line in lines:
        named = line.value["mistakes"]
        if mistakes.issuperset(named):
            kept.append(line)
        elif not mistakes.isdisjoint(named):
            named = [id for id in named if id in mistakes]
            kept.append(Line({**line.value, "mistakes": named}))
    return kept


def _same(lines: list[Line], others: list[Line]) -> bool:
    """Whether both are written alike."""
    return lines is others or [it.text for it in lines] == [it.text for it in others]


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
