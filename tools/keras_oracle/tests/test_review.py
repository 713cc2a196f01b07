"""Regenerating under review: what is written, what is accepted, and what stays as it was."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from keras_oracle import fixture_writing
from keras_oracle.__main__ import main
from keras_oracle.cases import CASES
from keras_oracle.commands import generate, review
from keras_oracle.kill import kill_matrix_file
from keras_oracle.regeneration import folder
from keras_oracle.regeneration.folder import LEDGER, MANIFEST, UsageError
from keras_oracle.regeneration.keeping import (
    KILL_MATRIX,
    kept,
    rendered,
    rendered_diagnosis,
    sealed,
)
from keras_oracle.regeneration.ledger import Decision, Ledger
from keras_oracle.regeneration.review import Review, Session
from keras_oracle.regeneration.suite import Suite

LOSS, BASE, TORCH = "dice", "keras-3.15/jax", "keras-3.15/torch"
FILE = f"{BASE}/{LOSS}.json"

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def generated() -> Files:
    """What the oracle generates for one loss."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fixture_writing, "CASES", {LOSS: CASES[LOSS]})
        return fixture_writing.fixture_set()


@pytest.fixture(autouse=True)
def outside_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)


class Desk:
    """A folder of fixtures, and code that generates whatever a test wants."""

    def __init__(self, path: Path, files: Files, patch: pytest.MonkeyPatch) -> None:
        self.path = path / "fixtures"
        self.old = path / "old"
        self.code = files
        for module in (generate, review):
            patch.setattr(module, "fixture_set", lambda store=None: dict(self.code))

    def run(self, command: str, *words: str) -> int:
        option = "--output" if command == "generate" else "--fixtures"
        more = ["--against", str(self.old)] if command == "review" else []
        return main([command, option, str(self.path), *more, *words])

    def accept(self, pattern: str = "*", reason: str = "Because.") -> int:
        return self.run("review", "--accept", pattern, "--reason", reason, "--by", "me")

    def commit(self) -> None:
        """What is in the folder is what later changes are held against."""
        folder.write(self.files, self.old)

    @property
    def files(self) -> Files:
        return folder.of_folder(self.path)

    @property
    def ledger(self) -> Ledger:
        return Ledger.read(self.files[LEDGER])


@pytest.fixture(scope="module")
def accepted(generated: Files, tmp_path_factory: pytest.TempPathFactory) -> Files:
    """What is in the folder after all of it was accepted."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("CI", raising=False)
        desk = Desk(tmp_path_factory.mktemp("accepted"), generated, patch)
        desk.path.mkdir()
        assert desk.run("generate") == 0
        desk.commit()
        assert desk.accept() == 0
        return desk.files


@pytest.fixture
def desk(
    tmp_path: Path, generated: Files, accepted: Files, monkeypatch: pytest.MonkeyPatch
) -> Desk:
    """A folder whose fixtures were accepted."""
    desk = Desk(tmp_path, generated, monkeypatch)
    folder.write(accepted, desk.path)
    desk.commit()
    return desk


def _edited(files: Files, path: str, change: Callable[[dict[str, Any]], None]) -> Files:
    """The files with one document changed, as the oracle would write them."""
    document = json.loads(files[path])
    change(document)
    render = rendered_diagnosis if "/diagnosis/" in path else rendered
    found = {**files, path: render(document).encode()}
    manifest = json.loads(found[MANIFEST])
    for entry in manifest["files"]:
        if entry["path"] == path:
            entry["case_count"] = len(document.get("cases", document.get("answers")))
    found[MANIFEST] = json.dumps(manifest).encode()
    return sealed(found, None)


def _cases(files: Files) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(files[FILE])["cases"]
    return listed


def _case_with_numbers(files: Files) -> int:
    """The place of a case that every Keras 3 answers as the base does."""
    own = {
        id
        for path, it in files.items()
        if path.startswith("keras-3") and path.endswith(f"/{LOSS}.json") and "/diag" not in path
        for id in json.loads(it).get("answers", {})
    }
    return next(
        place
        for place, it in enumerate(_cases(files))
        if it["id"] not in own and "value" in it["expected"] and it["expected"]["value"]["values"]
    )


def _other_number(files: Files, place: int, by: float = 1.0) -> Files:
    def change(document: dict[str, Any]) -> None:
        document["cases"][place]["expected"]["value"]["values"][0] += by

    return _edited(files, FILE, change)


def _without(files: Files, place: int) -> Files:
    """The files of an oracle that does not know a case."""
    id = _cases(files)[place]["id"]

    def change(document: dict[str, Any]) -> None:
        document.get("cases", []).__delitem__(slice(place, place + 1))
        for name in ("answers", "stages"):
            document.get(name, {}).pop(id, None)

    for path in list(files):
        if path.endswith(f"/{LOSS}.json"):
            files = _edited(files, path, change)
    return files


def _times(path: Path) -> dict[str, int]:
    return {str(it): it.stat().st_mtime_ns for it in path.rglob("*") if it.is_file()}


@pytest.fixture
def changed(desk: Desk) -> Iterator[tuple[Desk, str]]:
    """A desk whose code gives another number in one case, and its id."""
    place = _case_with_numbers(desk.code)
    desk.code = _other_number(desk.code, place)
    yield desk, _cases(desk.code)[place]["id"]


# Bytes.


def test_files_are_rendered_with_the_bytes_that_they_are_generated_with(generated: Files) -> None:
    for path, content in generated.items():
        if path.endswith(f"diagnosis/{LOSS}.json"):
            assert rendered_diagnosis(json.loads(content)).encode() == content, path
        elif path.endswith(f"{LOSS}.json"):
            assert rendered(json.loads(content)).encode() == content, path


def test_the_committed_files_are_rendered_with_their_bytes() -> None:
    files = folder.of_folder(folder.FIXTURES)
    suite = Suite("the folder", files)
    for loss in ("sparse_categorical_crossentropy", "huber"):
        for it in suite.of(loss).documents.values():
            assert rendered(it.fixtures).encode() == files[it.path], it.path
            assert it.diagnosis is not None and it.diagnosis_path is not None
            assert rendered_diagnosis(it.diagnosis).encode() == files[it.diagnosis_path]


def test_nothing_is_touched_where_nothing_changed(desk: Desk) -> None:
    before, times = desk.files, _times(desk.path)
    assert desk.run("generate") == 0
    assert desk.run("generate", "--check") == 0
    assert (desk.files, _times(desk.path)) == (before, times)


def test_another_comment_changes_its_file_and_the_manifest_alone(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    times = _times(desk.path)

    def change(document: dict[str, Any]) -> None:
        document["cases"][0]["comment"] = "Said better."

    desk.code = _edited(desk.code, FILE, change)
    capsys.readouterr()
    assert desk.run("generate") == 0
    said = capsys.readouterr().out
    assert "2 of them written anew" in said and "no change of meaning" in said
    now = _times(desk.path)
    assert {it for it in now if now[it] != times.get(it)} == {
        str(desk.path / FILE),
        str(desk.path / MANIFEST),
    }
    assert desk.run("generate", "--check") == 0, "no review is needed"
    assert desk.run("review") == 0


def test_an_interrupted_write_leaves_whole_files(
    changed: tuple[Desk, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, _ = changed
    before = desk.files

    def fails(source: str, target: Path) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", fails)
        with pytest.raises(OSError, match="full"):
            desk.run("generate")
    assert desk.files == before
    assert sorted(it.name for it in desk.path.iterdir()) == sorted(
        {path.split("/")[0] for path in before}
    ), "no temporary file stays"


# Accepting.


def test_without_a_ledger_nothing_was_accepted(
    tmp_path: Path,
    generated: Files,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    desk = Desk(tmp_path, generated, monkeypatch)
    desk.path.mkdir()
    assert desk.run("generate") == 0
    assert "there is no ledger.json" in capsys.readouterr().out
    assert "ledger" not in json.loads(desk.files[MANIFEST])
    assert desk.run("generate", "--check") == 1
    assert "there is no ledger.json: run tools/fixtures review" in capsys.readouterr().err


def test_a_change_fails_until_it_is_accepted(
    changed: tuple[Desk, str], capsys: pytest.CaptureFixture[str]
) -> None:
    desk, id = changed
    ledger = desk.files[LEDGER]
    assert desk.run("generate", "--check") == 1
    assert f"{FILE}: is not what the oracle generates" in capsys.readouterr().err
    assert desk.run("generate") == 0
    assert desk.files[LEDGER] == ledger, "generating accepts nothing"
    said = capsys.readouterr().out
    assert f"1 case of {LOSS} changed without a review (in keras-3.15/jax, " in said
    assert "1 answered otherwise" in said
    assert desk.run("generate", "--check") == 1
    said = capsys.readouterr().err
    assert f"1 case of {LOSS} changed without a review (in keras-3.15/jax, " in said
    assert "is not what the oracle generates" not in said
    assert desk.run("review") == 1, "without a terminal it lists"
    assert id in capsys.readouterr().out
    assert desk.accept(id, "Measured anew.") == 0
    assert desk.run("generate", "--check") == 0
    entry = desk.ledger.cases[id]
    assert desk.ledger.decisions[entry.decision].reason == "Measured anew."
    lines = [it.decode().splitlines() for it in (ledger, desk.files[LEDGER])]
    assert len(set(lines[1]) - set(lines[0])) < 12, "the id, its dialects, and the decision"


def test_the_goldens_alone_are_checked_as_well(
    changed: tuple[Desk, str],
    generated: Files,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    desk, id = changed

    def goldens(files: Files) -> Files:
        return {path: it for path, it in files.items() if "/" in path and "/diagnosis/" not in path}

    monkeypatch.setattr(generate, "golden_set", lambda: goldens(generated))
    assert desk.run("generate", "--check", "--goldens") == 0
    monkeypatch.setattr(generate, "golden_set", lambda: goldens(desk.code))
    assert desk.run("generate", "--check", "--goldens") == 1
    assert f"and 2 more): {id}\n" in capsys.readouterr().err


def test_a_decision_needs_a_reason(changed: tuple[Desk, str]) -> None:
    desk, id = changed
    assert desk.run("generate") == 0
    assert desk.run("review", "--accept", id) == 2
    assert desk.run("review", "--accept", id, "--reason", " ") == 2


# Rejecting.


def test_what_is_rejected_stays_as_it_was(
    changed: tuple[Desk, str], generated: Files, capsys: pytest.CaptureFixture[str]
) -> None:
    desk, id = changed
    before = desk.files
    assert desk.run("generate") == 0
    assert desk.run("review", "--reject", id, "--reason", "Dice is not that.", "--by", "me") == 0
    after = desk.files
    assert {path for path in before if after[path] != before[path]} == {LEDGER, MANIFEST}
    capsys.readouterr()
    assert desk.run("generate", "--check") == 1
    said = capsys.readouterr().err
    assert f"{id} was rejected: Dice is not that. (me, " in said
    assert "the code has to give the accepted answers again" in said
    assert "is not what the oracle generates" not in said
    assert desk.run("generate") == 0
    assert desk.files == after, "it is not written again"
    desk.code = generated
    assert desk.run("generate", "--check") == 0, "the code gives the accepted answer"
    desk.code = _other_number(generated, _case_with_numbers(generated), by=2.0)
    assert desk.run("generate") == 0
    assert desk.run("generate", "--check") == 1
    assert "changed without a review" in capsys.readouterr().err, "it is another answer"


def test_a_case_keeps_the_bytes_of_all_its_dialects_and_explanations(generated: Files) -> None:
    """Of a set in which everything of some cases is another, nothing is left."""
    old = Suite("old", generated)
    ids = [it["id"] for it in _cases(generated)[::5]]
    files = generated
    for document in old.of(LOSS).documents.values():

        def change(found: dict[str, Any]) -> None:
            for case in found.get("cases", []):
                if case["id"] in ids:
                    case.update(comment="Else.", expected={"error": "rank_too_low"})
            for id in ids:
                if "answers" in found and "base" in found and "mistakes" not in found:
                    found["answers"][id] = {"error": "invalid_shape"}
                if "mistakes" in found:
                    found["answers"][id] = [{"mistakes": found["mistakes"][:1]}]
                    found["stages"].pop(id, None)

        assert document.diagnosis_path is not None
        for path in (document.path, document.diagnosis_path):
            files = _edited(files, path, change)
    matrix = kill_matrix_file(files.__getitem__, json.loads(files[MANIFEST])["files"])
    files = sealed({**files, KILL_MATRIX: matrix.encode()}, None)
    assert all(files[path] != generated[path] for path in (FILE, KILL_MATRIX, MANIFEST))
    back = sealed(kept(old, Suite("new", files), ids), None)
    assert [path for path in generated if back.get(path) != generated[path]] == []
    assert set(back) == set(generated)


def test_what_cannot_go_back_is_said(changed: tuple[Desk, str]) -> None:
    desk, id = changed
    assert desk.run("generate") == 0
    desk.commit()
    before = desk.files
    assert desk.run("review", "--reject", id, "--reason", "No.") == 2
    assert desk.files == before


# Ids.


def test_a_case_that_is_gone_is_retired_for_good(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = desk.code
    place = _case_with_numbers(whole)
    id = _cases(whole)[place]["id"]
    desk.code = _without(whole, place)
    assert desk.run("generate") == 0
    assert desk.run("generate", "--check") == 1
    assert f"vanished without being retired: {id}" in capsys.readouterr().err
    assert desk.accept(id, "Asked twice.") == 0
    assert json.loads(desk.files[MANIFEST])["retired_ids"] == [id]
    assert desk.run("generate", "--check") == 0
    before = desk.files
    desk.code = whole
    assert desk.run("generate") == 1
    assert "uses an id that is retired" in capsys.readouterr().err
    assert desk.files == before, "nothing is written"
    assert desk.run("generate", "--check") == 1


def test_that_a_case_vanishes_can_be_rejected(desk: Desk) -> None:
    whole, before = desk.code, desk.files
    place = _case_with_numbers(whole)
    id = _cases(whole)[place]["id"]
    desk.code = _without(whole, place)
    assert desk.run("generate") == 0
    assert desk.run("review", "--reject", id, "--reason", "It is needed.") == 0
    assert desk.files[FILE] == before[FILE]
    assert desk.run("generate", "--check") == 1
    assert desk.run("generate") == 0
    assert desk.files[FILE] == before[FILE]
    desk.code = whole
    assert desk.run("generate", "--check") == 0


def test_a_new_case_is_accepted_or_left_out(desk: Desk) -> None:
    before = desk.files

    def add(document: dict[str, Any]) -> None:
        case = copy.deepcopy(document["cases"][0])
        case["id"] = f"{LOSS}.new.float32"
        case["inputs"]["y_pred"]["values"][0] += 0.125
        document["cases"].append(case)

    desk.code = _edited(desk.code, FILE, add)
    assert desk.run("generate") == 0
    assert desk.run("generate", "--check") == 1
    assert desk.run("review", "--reject", f"{LOSS}.new.*", "--reason", "Asked already.") == 0
    assert desk.files[FILE] == before[FILE]
    assert desk.run("generate", "--check") == 1
    assert desk.run("review") == 0, "of what is in the folder nothing is left"


def test_another_question_is_not_written(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    before = desk.files

    def change(document: dict[str, Any]) -> None:
        document["cases"][0]["inputs"]["y_pred"]["values"][0] += 0.125

    desk.code = _edited(desk.code, FILE, change)
    assert desk.run("generate") == 1
    said = capsys.readouterr().err
    assert "asks another question under an id that is in use" in said
    assert "give the cases ids of their own" in said
    assert desk.files == before
    assert desk.run("generate", "--check") == 1
    assert "asks another question" in capsys.readouterr().err
    folder.write(sealed(desk.code, desk.files[LEDGER]), desk.path)
    assert desk.accept("*") == 1, "nobody can accept it"


# CI.


@pytest.mark.parametrize("value", ["true", "1", "TRUE"])
def test_ci_writes_nothing(
    changed: tuple[Desk, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    value: str,
) -> None:
    desk, id = changed
    before = desk.files
    monkeypatch.setenv("CI", value)
    assert desk.run("generate") == 2
    assert "CI checks the fixtures" in capsys.readouterr().err
    assert desk.accept(id) == 2
    assert desk.run("generate", "--check") == 1, "it checks"
    assert desk.files == before
    assert desk.run("generate", "--even-in-ci") == 0
    assert desk.files != before


# On a terminal.


class Terminal:
    """Answers in turn, then the end of the input; and what was said."""

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)
        self.said: list[str] = []

    def ask(self, prompt: str) -> str:
        self.said.append(prompt)
        if not self._answers:
            raise EOFError
        return self._answers.pop(0)


def _reviewed(desk: Desk, *answers: str) -> tuple[Review, str]:
    """A session in which three cases changed alike, and one otherwise."""
    new = Suite("the folder", desk.files)
    review = Review(desk.ledger, Suite("old", folder.of_folder(desk.old)), new)
    terminal = Terminal(*answers)
    decide = Session(
        review, lambda *it: Decision(*it, "me", "2025-01-02"), terminal.ask, terminal.said.append
    )
    decide.run()
    return review, "\n".join(terminal.said)


@pytest.fixture
def three(desk: Desk) -> Desk:
    """A desk with two numbers that changed, and one tolerance."""

    def change(document: dict[str, Any]) -> None:
        listed = [it for it in document["cases"] if it["expected"].get("value", {}).get("values")]
        for case in listed[:2]:
            case["expected"]["value"]["values"][0] += 1.0
        listed[2]["expected"]["value"]["tolerance"][0] *= 4

    desk.code = _edited(desk.code, FILE, change)
    assert desk.run("generate") == 0
    return desk


def test_a_case_is_shown_with_its_question_and_both_answers(three: Desk) -> None:
    review, said = _reviewed(three, "q")
    assert (review.count, len(review.open)) == (0, 3)
    assert "(1 of 3)" in said and "changed without a review" in said
    for words in (f"{LOSS}(", "y_pred ", " tolerances, ", "was  value", "is   value", "allowed"):
        assert words in said, words
    assert "gradient" not in said, "it is what it was"


def test_all_of_a_cause_are_accepted_at_once(three: Desk) -> None:
    review, said = _reviewed(three, "x", "A", "", "A", "Since.", "r", "")
    assert review.open == [] and review.count == 3
    assert "a decision needs a reason" in said and "reason [Since.]: " in said
    assert "(2 of 3)" not in said and "(3 of 3)" in said
    files = review.files()
    folder.write(files, three.path)
    ledger = three.ledger
    assert sorted(it.decision for it in ledger.decisions.values()) == [
        "accepted",
        "accepted",
        "rejected",
    ]
    (rejected,) = ledger.rejected
    old = {it["id"]: it for it in _cases(folder.of_folder(three.old))}
    assert {it["id"]: it for it in _cases(files)}[rejected] == old[rejected]


def test_what_is_left_at_the_end_stays_open(three: Desk) -> None:
    review, _ = _reviewed(three, "a", "Since.", "s")
    assert (review.count, len(review.open)) == (1, 2)
    folder.write(review.files(), three.path)
    assert three.run("generate", "--check") == 1
    assert three.run("review") == 1


def test_what_was_rejected_before_is_said(changed: tuple[Desk, str]) -> None:
    desk, id = changed
    assert desk.run("generate") == 0
    assert desk.run("review", "--reject", id, "--reason", "Not that.") == 0
    desk.code = _other_number(desk.code, _case_with_numbers(desk.code))
    assert desk.run("generate") == 0
    _, said = _reviewed(desk, "q")
    assert "rejected before: Not that." in said


def test_dialects_cannot_be_rejected(desk: Desk) -> None:
    ledger = desk.ledger
    ledger.answers = {path: it for path, it in ledger.answers.items() if "keras-1" not in path}
    suite = Suite("the folder", desk.files)
    review = Review(ledger, suite, suite)
    (problem,) = review.open
    assert f"{LOSS}: has other dialects" in next(review.shown(problem))
    with pytest.raises(UsageError, match="in the code alone"):
        review.decide(problem, Decision("rejected", "No.", "", "2025-01-02"))
    review.decide(problem, Decision("accepted", "Yes.", "", "2025-01-02"))
    assert Ledger.read(review.files()[LEDGER]).answers == desk.ledger.answers
