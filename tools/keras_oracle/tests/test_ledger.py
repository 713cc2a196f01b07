"""The ledger: what it accepts, what it finds, and what it is not."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from keras_oracle.cases import CASES
from keras_oracle.regeneration.folder import FIXTURES, LEDGER, DamagedError, UsageError, of_folder
from keras_oracle.regeneration.ledger import Decision, Ledger, Trouble, problem_lines
from keras_oracle.regeneration.meaning import Question
from keras_oracle.regeneration.suite import Suite
from keras_oracle.tests.small_set import BASE, KERAS_1, Documents, case, changed, validator

A, B, C = (f"huber.{name}.float32" for name in "abc")
WHY = Decision("accepted", "The first.", "somebody", "2025-01-02")
HUBER = f"{BASE}/huber.json"


def _accepted(suite: Suite) -> Ledger:
    """A ledger that accepted all of a suite."""
    ledger = Ledger()
    for loss, cases in suite.all().items():
        ledger.accept(cases.digests, [], WHY)
        ledger.record_dialects(loss, [cases])
    return ledger


def _found(ledger: Ledger, suite: Suite) -> list[tuple[Trouble, str]]:
    return [(it.trouble, it.id) for it in ledger.problems(suite.all().values())]


def _same(_: Documents) -> None:
    pass


def test_what_was_accepted_is_no_problem() -> None:
    suite = changed(_same)
    ledger = _accepted(suite)
    assert _found(ledger, suite) == []
    assert _found(Ledger(), suite) == [(Trouble.NEW, id) for id in (A, B, C)]


def test_the_file_has_a_line_an_id_and_is_read_as_it_was_written() -> None:
    ledger = _accepted(changed(_same))
    ledger.reject({A: ledger.cases[B].digests}, Decision("rejected", "No.", "", "2025-01-03"))
    content = ledger.content()
    assert Ledger.read(content) == ledger and Ledger.read(content).content() == content
    lines = content.decode().splitlines()
    ids = [line.split('"')[1] for line in lines if line.startswith('    "huber.')]
    assert ids == [A, B, C, A], "the cases in their order, then what was rejected"
    validator("ledger").validate(json.loads(content))


def _answer(found: Documents) -> None:
    found[HUBER]["cases"][0]["expected"]["value"]["values"][0] = 1.5


def _own(found: Documents) -> None:
    found[f"{KERAS_1}/huber.json"]["answers"][B] = {"error": "not_in_dialect"}


def _tolerance(found: Documents) -> None:
    found[HUBER]["cases"][0]["expected"]["value"]["tolerance"][0] = 0.25


def _question(found: Documents) -> None:
    found[HUBER]["cases"][0]["config"] = {}


def _gone(found: Documents) -> None:
    del found[HUBER]["cases"][2]


def _new(found: Documents) -> None:
    found[HUBER]["cases"].append(case("d", {"error": "rank_too_low"}))


def _dialect(found: Documents) -> None:
    del found[f"{BASE[:-4]}/numpy/huber.json"], found[f"{BASE[:-4]}/numpy/diagnosis/huber.json"]


@pytest.mark.parametrize(
    ("change", "trouble", "id"),
    [
        (_answer, Trouble.CHANGED, A),
        (_own, Trouble.CHANGED, B),
        (_tolerance, Trouble.CHANGED, A),
        (_question, Trouble.QUESTION, A),
        (_gone, Trouble.GONE, C),
        (_new, Trouble.NEW, "huber.d.float32"),
        (_dialect, Trouble.DIALECTS, "huber"),
    ],
)
def test_every_change_of_meaning_is_found(change: Any, trouble: Trouble, id: str) -> None:
    ledger = _accepted(changed(_same))
    assert _found(ledger, changed(change)) == [(trouble, id)]
    assert _found(_accepted(changed(change)), changed(change)) == []


def test_text_and_where_an_answer_stands_are_no_change() -> None:
    def text(found: Documents) -> None:
        asked = found[HUBER]["cases"][0]
        asked["comment"] = "Else."
        found[f"{KERAS_1}/huber.json"]["answers"][A] = asked["expected"]

    assert _found(_accepted(changed(_same)), changed(text)) == []


def test_a_retired_id_must_not_come_back() -> None:
    ledger, without = _accepted(changed(_same)), changed(_gone)
    ledger.accept({}, [C], WHY)
    ledger.record_dialects("huber", [without.of("huber")])
    assert _found(ledger, without) == []
    assert _found(ledger, changed(_same)) == [(Trouble.RETURNED, C)]
    assert ledger.asking(ledger.retired[C].digests.question) == C


def test_what_was_rejected_is_known_again() -> None:
    ledger, no = _accepted(changed(_same)), Decision("rejected", "Wrong.", "me", "2025-01-03")
    wrong = changed(_answer)
    ledger.reject({A: wrong.digests(A)}, no)
    (problem,) = ledger.problems(wrong.all().values())
    assert (problem.trouble, problem.rejection) == (Trouble.REJECTED, no)
    assert list(problem_lines([problem], ledger, wrong.all())) == [
        f"{A} was rejected: Wrong. (me, 2025-01-03)"
    ]
    two = [problem, replace(problem, id=B)]
    assert list(problem_lines(two, ledger, wrong.all())) == [
        f"2 cases of huber were rejected: Wrong. (me, 2025-01-03): {A}, {B}"
    ]
    assert _found(ledger, changed(_tolerance)) == [(Trouble.CHANGED, A)], "it is another answer"
    ledger.accept({A: wrong.digests(A)}, [], WHY)
    assert ledger.rejected == {}


def test_problems_are_counted_by_loss_with_the_dialects_that_differ() -> None:
    ledger = _accepted(changed(_same))
    new = changed(_own)
    assert list(problem_lines(ledger.problems(new.all().values()), ledger, new.all())) == [
        f"1 case of huber changed without a review (in keras-1): {B}"
    ]


def test_dialects_are_recorded_from_where_each_case_is_as_accepted() -> None:
    def both(found: Documents) -> None:
        _answer(found)
        _own(found)

    old, new = changed(_same), changed(both)
    ledger = _accepted(old)
    ledger.accept({A: new.digests(A)}, [], WHY)
    ledger.record_dialects("huber", [new.of("huber"), old.of("huber")])
    assert _found(ledger, changed(_answer)) == []
    with pytest.raises(UsageError, match=f"{B} is not as it was accepted"):
        ledger.record_dialects("huber", [new.of("huber")])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("ledger/1", "ledger/2", "expected loss-parity/ledger/1"),
        ('"answers"', '"replies"', "its members are not"),
        ("The first.", "Another.", "was changed: its key would be"),
        ('"somebody", ', '"somebody", "at": 1, ', "unexpected keyword argument"),
        (f'"{C}"', f'"{B}"', f"{B} stands twice"),
        (f'"{A}": ["', f'"{A}": ["x', "is not a digest of 16 hexadecimal digits"),
        (f'"{WHY.key}"]', '"00000000"]', "there is no decision 00000000"),
        (f'"{WHY.key}"]', f'"{WHY.key}", ""]', "too many values"),
        ("{", "", "Extra data"),
    ],
)
def test_a_damaged_ledger_is_refused(old: str, new: str, message: str) -> None:
    content = _accepted(changed(_same)).content().decode()
    assert old in content
    with pytest.raises(DamagedError, match=message):
        Ledger.read(content.replace(old, new, 1).encode())


def test_a_case_of_the_code_has_the_fingerprint_of_its_fixture() -> None:
    """All ids that there are: what the code asks is what the committed files ask."""
    suite = Suite("the folder", of_folder(FIXTURES))
    for loss, cases in CASES.items():
        here = {it.id: Question.of(loss, it).fingerprint for it in cases()}
        there = {id: it.fingerprint for id, it in suite.of(loss).questions.items()}
        assert here == there, loss


def test_the_committed_ledger_is_that_of_the_committed_fixtures() -> None:
    files = of_folder(FIXTURES)
    suite = Suite("the folder", files)
    ledger = Ledger.read(files[LEDGER])
    validator("ledger").validate(json.loads(files[LEDGER]))
    assert ledger.problems(suite.all().values()) == []
    assert suite.retired == set(ledger.retired)
