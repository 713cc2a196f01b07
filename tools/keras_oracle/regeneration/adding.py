"""Making a case of somebody's question: from what `loss-parity explain --json` says of it."""

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

_SLUG = re.compile("[a-z0-9_]+")
_LINK = re.compile(r"https?://\S+")


def question_of(
    explanation: str, slug: str, comment: str, flags: list[str], links: list[str]
) -> dict[str, Any]:
    """The question of an explanation, as `questions.json` has it.

    What the asker's number was, and what explained it, is kept as the reason: it is no answer.
    Raises `UsageError` for what is no explanation, asks nothing that has an answer, or has no name.
    """
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
    document = _explanation(explanation)
    asked = document["question"]
    try:
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


def _explanation(content: str) -> dict[str, Any]:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"the explanation is not JSON: {error}") from error
    schema = document.get("schema") if isinstance(document, dict) else None
    if schema != EXPLANATION_SCHEMA:
        raise UsageError(
            "this is not what loss-parity explain --json prints: "
            f"schema is {schema}, expected {EXPLANATION_SCHEMA}"
        )
    asked = document.get("question")
    if not isinstance(asked, dict) or not {"inputs", "config"} <= set(asked):
        raise UsageError("the explanation does not say what was asked: ask this loss-parity again")
    return dict(document)


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


def add(question: dict[str, Any], ledger: Ledger | None, path: Path) -> Case:
    """Writes a question into a file of questions; returns the case that it is.

    Raises `UsageError` where the id is in use or retired, where another case asks the same, and
    where rounding decides what Keras answers in some dialect.
    """
    plain = json.loads(text(question))
    case = case_of(plain)
    _require_new(plain["loss"], case, ledger or Ledger())
    problem = _unstable(plain["loss"], case)
    if problem:
        raise UsageError(f"rounding decides what Keras answers {problem}")
    listed = [*(_laid_out(it) for it in questions(path)), question]
    document = {"schema": QUESTIONS_SCHEMA, "questions": sorted(listed, key=id_of)}
    replace(path, (text(document) + "\n").encode())
    return case


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
