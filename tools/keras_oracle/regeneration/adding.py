"""Making cases of questions: of what `loss-parity explain --json` and `live --json` say of them."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path
from typing import Any

from ..answer import answer, dtype_of
from ..ask import QuestionError
from ..ask import case_of as case_asked
from ..case import Case
from ..cases import CASES
from ..cases.notes import NOTES
from ..cases.questions import FLAG, QUESTIONS_SCHEMA, case_of, id_of, questions
from ..dialect import DIALECTS
from ..fixture_json import Line, tensor, text
from ..golden import Golden
from ..losses import LOSSES
from ..tracked import UnstableError
from .folder import UsageError, replace
from .ledger import Ledger
from .meaning import Question

EXPLANATION_SCHEMA = "loss-parity/explanation/1"
LIVE_SCHEMA = "loss-parity/live/1"

_SLUG = re.compile("[a-z0-9_]+")
_LINK = re.compile(r"https?://\S+")


def question_of(
    explanation: str, slug: str, comment: str, flags: list[str], links: list[str]
) -> dict[str, Any]:
    """The question of an explanation, as `questions.json` has it.

    What the asker's number was, and what explained it, is kept as the reason: it is no answer.
    Raises `UsageError` for what is no explanation, asks nothing that has an answer, or has no name.
    """
    _require_words(slug, comment, flags, links)
    return _question(_explanation(explanation), slug, comment, flags, links)


def questions_of_live(
    report: str, slug: str, comment: str | None, flags: list[str], links: list[str]
) -> list[dict[str, Any]]:
    """The questions that failed in a live comparison and that the exact oracle confirmed.

    One is called by the slug; several are numbered. Without a comment, theirs says how each was
    found. Raises `UsageError` as `question_of`, and where there is no such question.
    """
    document = _document(report, LIVE_SCHEMA, "loss-parity live --json")
    try:
        found = [it for it in document["findings"] if it["exact"] == "confirmed"]
        comments = [
            comment
            or f"Found by loss-parity live: seed {document['seed']}, question {it['index']}."
            for it in found
        ]
    except (KeyError, TypeError) as error:
        raise UsageError(f"the report is damaged: {error} is missing or wrong") from error
    if not found:
        raise UsageError("the report has no question that failed and that the oracle confirms")
    slugs = [slug] if len(found) == 1 else [f"{slug}_{number + 1}" for number in range(len(found))]
    made = []
    for it, name, words in zip(found, slugs, comments):
        _require_words(name, words, flags, links)
        made.append(_question(it, name, words, flags, links))
    return made


def _require_words(slug: str, comment: str, flags: list[str], links: list[str]) -> None:
    if not _SLUG.fullmatch(slug):
        raise UsageError(f"{slug!r} is not a name of the letters a-z, digits and _")
    if not comment.strip():
        raise UsageError("a case needs a comment")
    for flag in flags:
        if flag not in NOTES:
            raise UsageError(f"there is no flag {flag!r}; there are: {', '.join(NOTES)}")
    for link in links:
        if not _LINK.fullmatch(link):
            raise UsageError(f"{link!r} is not a link")


def _question(
    document: dict[str, Any], slug: str, comment: str, flags: list[str], links: list[str]
) -> dict[str, Any]:
    try:
        asked = document["question"]
        case = case_asked(
            {name: asked[name] for name in ("loss", "form", "dtype", "config", "inputs")}
        )
        reason = _reason(document)
    except QuestionError as error:
        raise UsageError(f"the question has no answer: {error}") from error
    except (AttributeError, KeyError, TypeError) as error:
        raise UsageError(f"the explanation is damaged: {error} is missing or wrong") from error
    return {
        "slug": slug,
        "loss": asked["loss"],
        "form": case.form,
        "dtype": case.dtype,
        "comment": comment,
        "flags": list(dict.fromkeys([FLAG, *flags])),
        "links": links,
        **reason,
        "config": _floats(asked["loss"], case.config),
        "inputs": {
            name: tensor(it, case.dtype_of(it), name, {}) for name, it in case.inputs.items()
        },
    }


def _document(content: str, expected: str, command: str) -> dict[str, Any]:
    """What a command printed, in its schema."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"what {command} printed is not JSON: {error}") from error
    schema = document.get("schema") if isinstance(document, dict) else None
    if schema != expected:
        raise UsageError(
            f"this is not what {command} prints: schema is {schema}, expected {expected}"
        )
    return dict(document)


def _explanation(content: str) -> dict[str, Any]:
    document = _document(content, EXPLANATION_SCHEMA, "loss-parity explain --json")
    asked = document.get("question")
    if not isinstance(asked, dict) or not {"inputs", "config"} <= set(asked):
        raise UsageError("the explanation does not say what was asked: ask this loss-parity again")
    return document


def _reason(document: dict[str, Any]) -> dict[str, Any]:
    """The number that was asked about, and what explained it."""
    actual = document.get("actual")
    if actual is None:
        return {}
    return {
        "asked": {
            "dialect": str(document["question"]["dialect"]),
            "shape": [int(it) for it in actual["shape"]],
            "values": Line([it if isinstance(it, str) else float(it) for it in actual["values"]]),
            "verdict": str(document["verdict"]),
            "causes": [str(it) for it in document["causes"]],
        }
    }


def _floats(loss: str, config: dict[str, Any]) -> dict[str, Any]:
    """Parameters that Keras has as floats as such: 0 in JSON may be 0.0."""
    parameters = inspect.signature(LOSSES[loss]).parameters

    def is_float(name: str) -> bool:
        return name in parameters and isinstance(parameters[name].default, float)

    return {
        name: float(it) if is_float(name) and isinstance(it, int) else it
        for name, it in config.items()
    }


def add_all(asked: list[dict[str, Any]], ledger: Ledger | None, path: Path) -> list[Case]:
    """Writes questions into a file of questions, all or none; returns the cases that they are.

    Those that ask the same are one. Raises `UsageError` where an id is in use or retired, where
    another case asks the same, and where rounding decides what Keras answers in some dialect.
    """
    new: dict[str, tuple[Case, dict[str, Any]]] = {}
    for question in asked:
        plain = json.loads(text(question))
        case = case_of(plain)
        _require_new(plain["loss"], case, ledger or Ledger())
        problem = _unstable(plain["loss"], case)
        if problem:
            which = f" to {case.id}" if len(asked) > 1 else ""
            raise UsageError(f"rounding decides what Keras answers{which} {problem}")
        new.setdefault(Question.of(plain["loss"], case).fingerprint, (case, question))
    listed = [*(_laid_out(it) for it in questions(path)), *(it for _, it in new.values())]
    document = {"schema": QUESTIONS_SCHEMA, "questions": sorted(listed, key=id_of)}
    replace(path, (text(document) + "\n").encode())
    return [case for case, _ in new.values()]


def _require_new(loss: str, case: Case, ledger: Ledger) -> None:
    known = list(CASES[loss]())
    if any(it.id == case.id for it in known) or case.id in ledger.cases:
        raise UsageError(f"there is a case {case.id}: name another --id")
    if case.id in ledger.retired:
        raise UsageError(f"{case.id} is retired, and an id is never reused: name another --id")
    fingerprint = Question.of(loss, case).fingerprint
    same = [it.id for it in known if Question.of(loss, it).fingerprint == fingerprint]
    other = same[0] if same else ledger.asking(fingerprint)
    if other is not None:
        raise UsageError(f"{other} asks the same already")


def _unstable(loss: str, case: Case) -> str | None:
    """In which dialect rounding decides the answer, and why; None where it does in none."""
    dtype = dtype_of(case)
    for dialect in DIALECTS.values():
        try:
            exact = answer(loss, dialect, case)
            for part in (exact.value, exact.gradient):
                if part is not None:
                    Golden.of(part, dtype)
        except UnstableError as error:
            return f"in {dialect.id}: {error}"
    return None


def _laid_out(question: dict[str, Any]) -> dict[str, Any]:
    """A question of a file, to be written with the same bytes."""
    case = case_of(question)
    laid_out = dict(question)
    if "asked" in question:
        asked = question["asked"]
        laid_out["asked"] = {**asked, "values": Line(asked["values"])}
    laid_out["inputs"] = {
        name: tensor(it, case.dtype_of(it), name, {}) for name, it in case.inputs.items()
    }
    return laid_out
