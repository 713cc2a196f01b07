"""Making a case of somebody's question, from the explanation to the accepted fixture."""

from __future__ import annotations

import copy
import json
import os
import subprocess
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from keras_oracle import cases, fixture_writing
from keras_oracle.__main__ import main
from keras_oracle.cases import questions
from keras_oracle.fixture_json import text
from keras_oracle.regeneration import folder
from keras_oracle.regeneration.adding import add_all, question_of, questions_of_live
from keras_oracle.regeneration.folder import LEDGER, UsageError
from keras_oracle.regeneration.ledger import Decision, Ledger
from keras_oracle.regeneration.meaning import Question
from keras_oracle.regeneration.suite import Digests
from keras_oracle.tests.small_set import validator

LOSS = "categorical_crossentropy"
LINK = "https://example.org/question"
COMMITTED = questions.QUESTIONS.read_bytes()
EMPTY = (text({"schema": questions.QUESTIONS_SCHEMA, "questions": []}) + "\n").encode()


def _tensor(dtype: str, shape: list[int], values: list[Any]) -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "values": values}


EXPLANATION: dict[str, Any] = {
    "schema": "loss-parity/explanation/1",
    "verdict": "family",
    "question": {
        "loss": LOSS,
        "dialect": "keras-3.15/jax",
        "form": "function",
        "dtype": "float64",
        "config": {"label_smoothing": 0},
        "inputs": {
            "y_true": _tensor("float64", [1, 2], [0, 1]),
            "y_pred": _tensor("float64", [1, 2], [0.99999999999, 1e-11]),
        },
    },
    "keras": {"shape": [1], "values": [16.11809565095832]},
    "actual": {"shape": [1], "values": [25.32843602]},
    "causes": ["clip_skipped"],
    "candidates": [],
}
"""What explain says of the README's second question, asked with its default spelt out."""


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of questions of its own."""
    path = tmp_path / "questions.json"
    path.write_bytes(EMPTY)
    monkeypatch.setattr(questions, "QUESTIONS", path)
    monkeypatch.setattr("keras_oracle.commands.add.QUESTIONS", path)
    monkeypatch.delenv("CI", raising=False)
    return path


def _with(change: dict[str, Any]) -> str:
    explanation = copy.deepcopy(EXPLANATION)
    explanation["question"].update(change)
    return json.dumps(explanation)


def _question(explanation: str | None = None, slug: str = "a_row", **others: Any) -> dict[str, Any]:
    words = {"comment": "A confident miss.", "flags": ["saturated"], "links": [LINK], **others}
    return question_of(explanation or json.dumps(EXPLANATION), slug, **words)


def test_the_committed_questions_follow_their_schema() -> None:
    here = Path(questions.__file__).parent
    validator("questions", here).validate(json.loads(COMMITTED))


def test_an_explanation_becomes_an_accepted_case(
    file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    explanation, fixtures = tmp_path / "explained.json", tmp_path / "fixtures"
    explanation.write_text(json.dumps(EXPLANATION))
    fixtures.mkdir()
    words = ["--id", "a_row", "--comment", "A confident miss.", "--flag", "saturated"]
    words += ["--link", LINK, "--fixtures", str(fixtures)]
    assert main(["add", "--from-explain", str(explanation), *words]) == 0
    said = capsys.readouterr().out
    id = f"{LOSS}.question.a_row.function.float64"
    assert said.startswith(f"{id}: added") and "tools/fixtures generate" in said
    validator("questions", Path(questions.__file__).parent).validate(json.loads(file.read_bytes()))

    # The loss has this case alone, so that generating is quick.
    monkeypatch.setattr(fixture_writing, "CASES", {LOSS: partial(questions.asked, LOSS)})
    assert main(["generate", "--output", str(fixtures)]) == 0
    reviewed = ["review", "--fixtures", str(fixtures), "--against", str(fixtures)]
    assert main([*reviewed, "--accept", "*", "--reason", "Asked."]) == 0
    assert main(["generate", "--check", "--output", str(fixtures)]) == 0
    document = json.loads((fixtures / f"keras-3.15/jax/{LOSS}.json").read_bytes())
    (case,) = document["cases"]
    assert (case["id"], case["flags"]) == (id, ["question", "saturated"])
    assert case["config"] == {"label_smoothing": 0.0}
    assert case["expected"]["value"]["values"] == [16.11809565095832], "Keras's, not the asker's"
    assert document["notes"]["question"]["links"][-1] == LINK
    diagnosis = json.loads((fixtures / f"keras-3.15/jax/diagnosis/{LOSS}.json").read_bytes())
    answers = {
        id: it["value"]["values"][0]
        for it in diagnosis["answers"][id]
        for id in it["mistakes"]
        if "value" in it
    }
    assert answers["clip_skipped"] == pytest.approx(25.32843602, rel=1e-9)
    assert list(Ledger.read((fixtures / LEDGER).read_bytes()).cases) == [id]


def test_the_number_that_was_asked_about_is_kept_as_the_reason() -> None:
    add_all([_question()], None, questions.QUESTIONS)
    (question,) = questions.questions()
    assert question["asked"] == {
        "dialect": "keras-3.15/jax",
        "shape": [1],
        "values": [25.32843602],
        "verdict": "family",
        "causes": ["clip_skipped"],
    }
    without = json.loads(json.dumps(EXPLANATION))
    del without["actual"]
    assert "asked" not in _question(json.dumps(without))


def test_questions_are_sorted_and_keep_their_bytes(file: Path) -> None:
    add_all([_question(slug="b")], None, file)
    first = file.read_text()
    add_all([_question(_with({"dtype": "float32"}), slug="a")], None, file)
    both = file.read_text()
    assert [it["slug"] for it in questions.questions()] == ["a", "b"]
    entry = first.split("[\n", 1)[1].removesuffix("\n  ]\n}\n")
    assert entry in both
    assert {case.id for case in cases.CASES[LOSS]()} >= {
        f"{LOSS}.question.a.function.float32",
        f"{LOSS}.question.b.function.float64",
    }
    assert not list(cases.CASES["huber"]())[-1].id.startswith(f"{LOSS}.")


def test_a_class_is_asked_with_its_weights_and_ids() -> None:
    inputs = {
        "y_true": _tensor("int64", [2], [1, 0]),
        "y_pred": _tensor("float32", [2, 2], [0.1, 0.9, 0.25, 0.75]),
        "sample_weight": _tensor("float32", [2], [2.0, 0.5]),
    }
    change = {
        "loss": "sparse_categorical_crossentropy",
        "form": "class",
        "dtype": "float32",
        "config": {"reduction": "sum", "ignore_class": None},
        "inputs": inputs,
    }
    (case,) = add_all([_question(_with(change))], None, questions.QUESTIONS)
    assert case.id == "sparse_categorical_crossentropy.question.a_row.class.float32"
    assert case.y_true.dtype == "int64" and case.sample_weight is not None
    assert case.config == {"reduction": "sum", "ignore_class": None}


@pytest.mark.parametrize(
    ("explanation", "message"),
    [
        ("{", "is not JSON"),
        ("[]", "is not what loss-parity explain --json prints"),
        ('{"schema": "loss-parity/report/4"}', "schema is loss-parity/report/4"),
        ('{"schema": "loss-parity/explanation/1"}', "does not say what was asked"),
        (_with({"loss": "huper"}), "did you mean huber?"),
        (_with({"config": {"label_smothing": 0}}), "did you mean label_smoothing?"),
        (_with({"dtype": "float8"}), "no dtype is called 'float8'"),
        (_with({"inputs": {"y_true": _tensor("float64", [1], [0])}}), "has no y_pred"),
        (_with({"inputs": {"y_true": 1, "y_pred": 2}}), "y_true is no tensor"),
        (_with({"inputs": []}), "damaged"),
        (json.dumps({**EXPLANATION, "actual": 25.3}), "damaged"),
    ],
)
def test_what_is_no_explanation_is_refused(explanation: str, message: str) -> None:
    with pytest.raises(UsageError, match=message.replace("?", r"\?")):
        _question(explanation)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"slug": "A-row"}, "is not a name"),
        ({"comment": " "}, "needs a comment"),
        ({"flags": ["saturation"]}, "there is no flag 'saturation'; there are: "),
        ({"links": ["example.org"]}, "'example.org' is not a link"),
    ],
)
def test_what_people_add_is_checked(words: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        _question(**words)


def _refused(question: dict[str, Any], ledger: Ledger | None = None) -> str:
    before = questions.QUESTIONS.read_bytes()
    with pytest.raises(UsageError) as error:
        add_all([question], ledger, questions.QUESTIONS)
    assert questions.QUESTIONS.read_bytes() == before
    return str(error.value)


def test_an_id_is_used_once() -> None:
    add_all([_question()], None, questions.QUESTIONS)
    other = _question(_with({"config": {}, "inputs": {**EXPLANATION["question"]["inputs"]}}))
    assert "there is a case" in _refused(other)


def test_an_id_of_the_ledger_is_not_used_again() -> None:
    id = f"{LOSS}.question.a_row.function.float64"
    why = Decision("accepted", "R.", "", "2025-01-02")
    ledger = Ledger()
    ledger.accept({id: Digests("0" * 16, "0" * 16)}, [], why)
    assert "there is a case" in _refused(_question(), ledger)
    ledger.accept({}, [id], why)
    assert f"{id} is retired, and an id is never reused" in _refused(_question(), ledger)


def test_a_question_is_asked_once() -> None:
    same = _question(_with({"config": {}}))
    known = f"{LOSS}.question.saturated.function.float64"
    assert _refused(same) == f"{known} asks the same already"
    (case,) = add_all([_question()], None, questions.QUESTIONS)
    questions.QUESTIONS.write_bytes(EMPTY)
    ledger = Ledger()
    digests = Digests(Question.of(LOSS, case).fingerprint, "0" * 16)
    ledger.accept({f"{LOSS}.x": digests}, [], Decision("accepted", "R.", "", "2025-01-02"))
    assert _refused(_question(), ledger) == f"{LOSS}.x asks the same already"


def test_a_question_that_rounding_decides_is_refused() -> None:
    change = {
        "loss": "binary_crossentropy",
        "dtype": "bfloat16",
        "config": {"from_logits": True},
        "inputs": {
            "y_true": _tensor("bfloat16", [1, 2], [0, 1]),
            "y_pred": _tensor("bfloat16", [1, 2], [8, -8]),
        },
    }
    assert _refused(_question(_with(change))) == (
        "rounding decides what Keras answers in keras-3.15/numpy: "
        "the argument of a logarithm may round to zero"
    )


def test_ci_adds_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CI", "true")
    path = tmp_path / "explained.json"
    path.write_text(json.dumps(EXPLANATION))
    words = ["add", "--from-explain", str(path), "--id", "a", "--comment", "B."]
    before = questions.QUESTIONS.read_bytes()
    assert main(words) == 2
    assert questions.QUESTIONS.read_bytes() == before


@pytest.mark.skipif("LOSS_PARITY" not in os.environ, reason="needs the built verifier")
def test_what_explain_prints_can_be_added(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The README's first question in other numbers, from the executable."""
    words = ["explain", LOSS, "--y-true", "[[1,0,0],[0,1,0]]", "--json"]
    words += ["--y-pred", "[[.9,.05,.05],[.5,.89,.7]]", "--actual", "[0.10536052 0.11653382]"]
    root = folder.FIXTURES.parent
    ran = subprocess.run(
        [root / os.environ["LOSS_PARITY"], *words], cwd=root, capture_output=True, check=True
    )
    (case,) = add_all([_question(ran.stdout.decode())], None, questions.QUESTIONS)
    (question,) = questions.questions()
    assert case.y_pred.tolist() == [[0.9, 0.05, 0.05], [0.5, 0.89, 0.7]]
    assert question["asked"]["causes"] == ["rescale_skipped"]


# What a live comparison finds.


def _live(*findings: dict[str, Any]) -> str:
    return json.dumps(
        {"schema": "loss-parity/live/1", "seed": "7", "findings": list(findings), "verdict": ""}
    )


def _finding(index: str, exact: str = "confirmed", p: float = 1e-11) -> dict[str, Any]:
    explanation = copy.deepcopy(EXPLANATION)
    explanation["question"]["inputs"]["y_pred"]["values"][1] = p
    return {
        "index": index,
        "exact": exact,
        **{name: explanation[name] for name in ("question", "actual", "verdict", "causes")},
    }


def test_what_was_found_becomes_cases_all_at_once(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "live.json"
    report.write_text(_live(_finding("3"), _finding("5", "refuted"), _finding("9", p=2e-11)))
    words = ["--from-live", str(report), "--id", "found", "--fixtures", str(tmp_path)]
    assert main(["add", *words]) == 0
    said = capsys.readouterr().out
    added = [it for it in json.loads(file.read_bytes())["questions"] if "found" in it["slug"]]
    assert [it["slug"] for it in added] == ["found_1", "found_2"]
    assert added[1]["comment"] == "Found by loss-parity live: seed 7, question 9."
    assert all(f"{LOSS}.question.{it['slug']}.function.float64: added" in said for it in added)
    validator("questions", Path(questions.__file__).parent).validate(json.loads(file.read_bytes()))


def test_one_question_keeps_the_name_and_twins_are_one(file: Path) -> None:
    (question,) = questions_of_live(_live(_finding("3")), "found", "A miss.", [], [])
    assert (question["slug"], question["comment"]) == ("found", "A miss.")
    twins = questions_of_live(_live(_finding("3"), _finding("4")), "found", None, [], [])
    assert [it.id for it in add_all(twins, None, file)] == [
        f"{LOSS}.question.found_1.function.float64"
    ]


def test_nothing_is_written_where_one_question_is_refused(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_all([_question(slug="known")], None, file)
    before = file.read_bytes()
    monkeypatch.setitem(cases.CASES, LOSS, lambda: questions.asked(LOSS))
    found = questions_of_live(_live(_finding("3", p=3e-11), _finding("4")), "found", None, [], [])
    with pytest.raises(UsageError, match=r"known.* asks the same already"):
        add_all(found, None, file)
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("report", "why"),
    [
        ("{", "not JSON"),
        (json.dumps(EXPLANATION), "expected loss-parity/live/1"),
        (_live(), "no question that failed"),
        (_live(_finding("3", "refuted")), "no question that failed"),
        (_live({"exact": "confirmed", "index": "3"}), "damaged"),
    ],
)
def test_a_report_without_questions_is_refused(report: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        questions_of_live(report, "found", None, [], [])


def test_a_question_that_was_explained_needs_a_comment(tmp_path: Path) -> None:
    explanation = tmp_path / "explained.json"
    explanation.write_text(json.dumps(EXPLANATION))
    assert main(["add", "--from-explain", str(explanation), "--id", "a_row"]) == 2
