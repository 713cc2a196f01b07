"""Cases of what people asked: `questions.json`, which `tools/fixtures add` writes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..case import Case
from ..fixture_json import array_of

QUESTIONS_SCHEMA = "loss-parity/questions/1"
QUESTIONS = Path(__file__).with_name("questions.json")
FLAG = "question"
"""What all these cases are flagged with."""


def questions(path: Path | None = None) -> list[dict[str, Any]]:
    """The questions as they stand in a file, that of this package by default."""
    document = json.loads((path or QUESTIONS).read_bytes())
    if document["schema"] != QUESTIONS_SCHEMA:
        raise ValueError(f"schema is {document['schema']}, expected {QUESTIONS_SCHEMA}")
    listed: list[dict[str, Any]] = document["questions"]
    return listed


def case_of(question: dict[str, Any]) -> Case:
    """The case that a question is."""
    return Case(
        id=id_of(question),
        comment=question["comment"],
        dtype=question["dtype"],
        form=question["form"],
        config=question["config"],
        flags=tuple(question["flags"]),
        **{
            name: array_of(it["values"], it["dtype"], tuple(it["shape"]))
            for name, it in question["inputs"].items()
        },
    )


def id_of(question: dict[str, Any]) -> str:
    """The id of the case that a question is."""
    words = (question["loss"], FLAG, *(question[name] for name in ("slug", "form", "dtype")))
    return ".".join(words)


def asked(loss: str) -> Iterator[Case]:
    """The cases of a loss."""
    yield from (case_of(it) for it in questions() if it["loss"] == loss)


def links(loss: str) -> list[str]:
    """Where the questions of a loss were asked."""
    return [link for it in questions() if it["loss"] == loss for link in it["links"]]
