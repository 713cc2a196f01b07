"""Answers questions that nobody wrote down as a case: `tools/fixtures ask`, one a line."""

from __future__ import annotations

import difflib
import itertools
import json
from collections.abc import Iterable
from typing import Any, TextIO

from .alternatives import Alternatives
from .answer import answer
from .arithmetic import Array
from .case import Case
from .case_record import expected_json, expected_of, stage_lines
from .diagnosis_writing import DIAGNOSIS_SCHEMA, catalogue
from .dialect import DIALECTS, Dialect
from .fixture_json import array_of, text
from .fixture_writing import question_file
from .golden import Golden
from .losses import LOSSES, parameters_of
from .mistakes import MISTAKES, PAIRS, Mistake, mistakes_of
from .stages import stages_of
from .tracked import UnstableError

ANSWER_SCHEMA = "loss-parity/question-answer/1"

LARGEST_ASKED = 4_096
"""Exact arithmetic is slow: more predictions than this are refused."""

_FLOATS = ("float16", "bfloat16", "float32", "float64")
_INPUTS = ("y_true", "y_pred", "sample_weight", "mask", "ref_labels", "ref_embeddings")
_REQUIRED = ("loss", "inputs")
_DEFAULTS = {
    "dialect": "keras-3.15/jax",
    "form": "function",
    "dtype": "float64",
    "config": {},
    "gradient": False,
    "pairs": False,
    "mistake": None,
}


class QuestionError(Exception):
    """What is wrong with a question: a code, of the fixtures where it has one, and a sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def serve(questions: Iterable[str], answers: TextIO) -> int:
    """Answers each line with a line; returns the exit code: 0, or 1 where one had no answer."""
    failed = False
    for line in questions:
        if not line.strip():
            continue
        document = answered(line)
        failed = failed or "error" in document
        print(json.dumps(document, ensure_ascii=False), file=answers, flush=True)
    return int(failed)


def answered(question: str) -> dict[str, Any]:
    """What `ask` gives to a question in JSON, or `{"error": {"code": ..., "message": ...}}`."""
    try:
        document: dict[str, Any] = json.loads(text(ask(_parsed(question))))
        return document
    except QuestionError as error:
        return {"error": {"code": error.code, "message": str(error)}}


def ask(question: dict[str, Any]) -> dict[str, Any]:
    """Keras's answer to a question with its stages, and what mistakes and other dialects give.

    A question has `loss` and `inputs`, tensors as in fixtures, and may have `dialect`, `form`,
    `dtype` and `config`; `gradient` asks for the gradient as well; `pairs` asks for every two
    mistakes that can be made at once, not only for those that people make together; `mistake` asks
    for the stages of a mistake by its id.

    The document holds a fixture file of one case and its diagnosis file, with the stages up to the
    value. Where the question names a mistake, the stages are of that one, and nothing else is of
    interest. Raises `QuestionError` where the question has no answer.
    """
    asked = {**_DEFAULTS, **question}
    loss, dialect = asked["loss"], DIALECTS[asked["dialect"]]
    case = _case(asked)
    right = _expected(loss, dialect, case)
    pairs = list(PAIRS)
    alternatives = []
    if asked["mistake"] is None:
        singles = [mistake for mistake in mistakes_of(loss) if mistake.id in MISTAKES]
        made = set(Alternatives(loss, singles).made_in(dialect, [case]))
        every = compatible_pairs(loss) if asked["pairs"] else pairs
        # Of two mistakes of which one changes nothing here, the other is enough.
        pairs = [pair for pair in every if made.issuperset(pair)]
        both = [MISTAKES[first].then(MISTAKES[second]) for first, second in pairs]
        mistakes = singles + [pair for pair in both if loss in pair.losses]
        found = Alternatives(loss, mistakes)
        alternatives = [it.json() for it in found.of(dialect, case)]
        stages = stages_of(loss, dialect, case)
    else:
        mistake = _mistake(loss, asked["mistake"])
        wrong, other = mistake.in_dialect(dialect), mistake.of(case)
        if wrong is None or other is None:
            raise QuestionError("invalid_mistake", f"{mistake.id} changes nothing here")
        mistakes = [mistake]
        stages = stages_of(loss, wrong, other)
    return {
        "schema": ANSWER_SCHEMA,
        "fixtures": question_file(loss, dialect, case, right),
        "diagnosis": {
            "schema": DIAGNOSIS_SCHEMA,
            "loss": loss,
            "dialect": dialect.id,
            "mistakes": [it.id for it in mistakes],
            "answers": {case.id: alternatives},
            "stages": {case.id: stage_lines(stages)},
        },
        "catalogue": catalogue(pairs),
        "dialects": {} if asked["mistake"] else _of_others(loss, dialect, case),
    }


def compatible_pairs(loss: str) -> list[tuple[str, str]]:
    """Every two mistakes of a loss that can be made at once: they do not set the same choice."""
    singles = [mistake for mistake in MISTAKES.values() if loss in mistake.losses]
    known = {frozenset(pair): pair for pair in PAIRS}
    return [
        known.get(frozenset((first.id, second.id)), (first.id, second.id))
        for first, second in itertools.combinations(singles, 2)
        if not set(first.choices) & set(second.choices)
    ]


def _mistake(loss: str, id: str) -> Mistake:
    parts = [_named(part, list(MISTAKES), "mistake") for part in id.split("+")]
    mistake = MISTAKES[parts[0]]
    for part in parts[1:]:
        mistake = mistake.then(MISTAKES[part])
    if loss not in mistake.losses:
        raise QuestionError("invalid_mistake", f"{id} cannot be made in {loss}")
    return mistake


def _expected(loss: str, dialect: Dialect, case: Case) -> dict[str, Golden | str]:
    """Keras's answer; where it has none, a `QuestionError` that says why."""
    try:
        exact = answer(loss, dialect, case, gradient=case.gradient)
        if exact.error is not None:
            raise QuestionError(exact.error, exact.message)
        return expected_of(exact, case)
    except UnstableError as error:
        raise QuestionError("unstable", f"rounding decides what Keras gives: {error}") from error
    except (TypeError, ValueError) as error:
        raise QuestionError("invalid_parameter", str(error)) from error


def _of_others(loss: str, dialect: Dialect, case: Case) -> dict[str, Any]:
    """What the other dialects answer; those of which rounding decides are left out."""
    answers: dict[str, Any] = {}
    for other in DIALECTS.values():
        if other == dialect:
            continue
        try:
            expected = _expected(loss, other, case)
            answers[other.id] = expected_json(case, expected, {})
        except QuestionError as error:
            if error.code != "unstable":
                answers[other.id] = {"error": error.code}
    return answers


# What a question may be.


def case_of(question: dict[str, Any]) -> Case:
    """The case that a question asks; raises `QuestionError` where it asks none."""
    return _case({**_DEFAULTS, **_parsed(json.dumps(question))})


def _parsed(line: str) -> dict[str, Any]:
    try:
        question = json.loads(line)
    except json.JSONDecodeError as error:
        raise QuestionError("invalid_question", f"the question is not JSON: {error}") from error
    if not isinstance(question, dict):
        raise QuestionError("invalid_question", "the question is not a JSON object")
    for name in question:
        _named(name, [*_REQUIRED, *_DEFAULTS], "field")
    for name in _REQUIRED:
        if name not in question:
            raise QuestionError("invalid_question", f"the question has no {name}")
    _named(question["loss"], list(LOSSES), "loss")
    _named(question.get("dialect", "keras-3.15/jax"), list(DIALECTS), "dialect")
    _named(question.get("form", "class"), ["class", "function"], "form")
    _named(question.get("dtype", "float64"), list(_FLOATS), "dtype")
    return question


def _case(question: dict[str, Any]) -> Case:
    """The case that a question asks; its arrays may be of any size up to the largest."""
    loss, form, dtype = question["loss"], question["form"], question["dtype"]
    arrays = {
        _named(name, list(_INPUTS), "input"): _array(name, value)
        for name, value in question["inputs"].items()
    }
    for name in ("y_true", "y_pred"):
        if name not in arrays:
            raise QuestionError("invalid_question", f"the question has no {name}")
    if form == "function" and {"sample_weight", "mask"} & set(arrays):
        raise QuestionError("invalid_question", "a bare function takes no weights and no mask")
    if arrays["y_pred"].size > LARGEST_ASKED:
        raise QuestionError(
            "too_large",
            f"y_pred has {arrays['y_pred'].size} elements; at most {LARGEST_ASKED} are explained: "
            "pick the samples that differ",
        )
    parameters = parameters_of(loss, form)
    for name in question["config"]:
        _named(name, list(parameters), f"parameter of {loss}")
    missing = [name for name, required in parameters.items() if required]
    for name in missing:
        if name not in question["config"]:
            raise QuestionError("invalid_parameter", f"{loss} needs the parameter {name}")
    return Case(
        id=f"{loss}.asked",
        comment="asked with one's own numbers",
        dtype=dtype,
        form=form,
        config=question["config"],
        gradient=question["gradient"],
        **arrays,
    )


def _array(name: str, value: Any) -> Array:
    try:
        return array_of(value["values"], value["dtype"], value["shape"])
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise QuestionError("invalid_question", f"{name} is no tensor: {error}") from error


def _named(name: Any, known: list[str], kind: str) -> str:
    if name in known:
        return str(name)
    near = difflib.get_close_matches(str(name), known, 1)
    hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}"
    code = "invalid_parameter" if kind.startswith("parameter") else "invalid_question"
    raise QuestionError(code, f"no {kind} is called {name!r}; {hint}")
