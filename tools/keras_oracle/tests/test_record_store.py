"""Records of cases between runs: what is computed again, and what is not."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from keras_oracle import fixture_writing, sources
from keras_oracle.__main__ import main
from keras_oracle.case import Case
from keras_oracle.cases import CASES
from keras_oracle.fixture_writing import fixture_set
from keras_oracle.record_store import RecordStore, fingerprint, kept_records
from keras_oracle.regeneration import folder

LOSS, OTHER = "dice", "tversky"
FILE = f"keras-3.15/jax/{LOSS}.json"


@pytest.fixture
def cases(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Case]]:
    """The cases that there are: few of two losses."""
    few = {loss: list(CASES[loss]())[:5] for loss in (LOSS, OTHER)}
    of_losses = {loss: lambda it=it: it for loss, it in few.items()}
    monkeypatch.setattr(fixture_writing, "CASES", of_losses)
    monkeypatch.delenv("CI", raising=False)
    return few


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The oracle's modules, to be changed."""
    copy = tmp_path / "keras_oracle"
    shutil.copytree(sources.PACKAGE, copy)
    monkeypatch.setattr(sources, "PACKAGE", copy)
    sources.imported_by.cache_clear()
    yield copy
    sources.imported_by.cache_clear()


def generated(path: Path, afresh: bool = False) -> tuple[dict[str, bytes], RecordStore]:
    store = RecordStore(path, afresh)
    return fixture_set(store), store


def test_nothing_is_computed_twice(tmp_path: Path, cases: dict[str, list[Case]]) -> None:
    files, store = generated(tmp_path)
    assert store.computed == [case.id for loss in cases.values() for case in loss]
    again, store = generated(tmp_path)
    assert (again, store.computed, store.kept) == (files, [], 10)
    assert files == fixture_set()


def test_a_case_that_is_added_is_computed_alone(
    tmp_path: Path, cases: dict[str, list[Case]]
) -> None:
    generated(tmp_path)
    added = list(CASES[LOSS]())[40]
    cases[LOSS].insert(2, added)
    files, store = generated(tmp_path)
    assert (store.computed, store.kept) == ([added.id], 10)
    assert files == fixture_set()


def test_a_question_that_changes_is_answered_anew(
    tmp_path: Path, cases: dict[str, list[Case]]
) -> None:
    generated(tmp_path)
    first = cases[LOSS][0]
    cases[LOSS][0] = replace(first, y_pred=first.y_pred / 2, comment="Another comment.")
    cases[OTHER][0] = replace(cases[OTHER][0], comment="Another comment.")
    files, store = generated(tmp_path)
    assert store.computed == [first.id]
    assert files == fixture_set()
    assert len(kept_records(tmp_path, LOSS)) == 5, "what is no question any more is let go of"


def test_a_case_that_is_gone_takes_no_other_with_it(
    tmp_path: Path, cases: dict[str, list[Case]]
) -> None:
    generated(tmp_path)
    del cases[LOSS][1]
    files, store = generated(tmp_path)
    assert (store.computed, store.kept) == ([], 9)
    assert files == fixture_set()


@pytest.mark.parametrize(
    ("changed", "losses"),
    [
        ("losses/dice.py", {LOSS}),
        ("losses/_overlap.py", {LOSS, OTHER}),
        ("tracked.py", {LOSS, OTHER}),
        ("dialect.py", {LOSS, OTHER}),
        ("mistakes/overlap.py", {LOSS, OTHER}),
        ("losses/huber.py", set()),
        ("mistakes/sequences.py", set()),
        ("regeneration/review.py", set()),
    ],
)
def test_a_module_that_changes_has_its_losses_computed(
    changed: str, losses: set[str], tmp_path: Path, cases: dict[str, list[Case]], package: Path
) -> None:
    generated(tmp_path / "records")
    with (package / changed).open("a") as module:
        module.write("# Another line.\n")
    _, store = generated(tmp_path / "records")
    expected = [case.id for loss, of_loss in cases.items() if loss in losses for case in of_loss]
    assert store.computed == expected


def test_a_module_that_is_newly_imported_counts(package: Path) -> None:
    before = sources.digest_of(LOSS)
    (package / "new.py").write_text("VALUE = 1\n")
    assert sources.digest_of(LOSS) == before
    sources.imported_by.cache_clear()
    with (package / "losses/dice.py").open("a") as module:
        module.write("from ..new import VALUE\n")
    imported = sources.digest_of(LOSS)
    (package / "new.py").write_text("VALUE = 2\n")
    assert len({before, imported, sources.digest_of(LOSS)}) == 3


@pytest.mark.parametrize("keep", [slice(0, 200), slice(0, 0), slice(20, None)])
def test_records_that_are_not_whole_are_not_taken(
    keep: slice, tmp_path: Path, cases: dict[str, list[Case]]
) -> None:
    files, _ = generated(tmp_path)
    path = tmp_path / f"{LOSS}.json"
    path.write_bytes(path.read_bytes()[keep])
    again, store = generated(tmp_path)
    assert (again, store.kept) == (files, 5)
    assert generated(tmp_path)[1].computed == []


def test_a_record_that_was_edited_is_not_taken(
    tmp_path: Path, cases: dict[str, list[Case]]
) -> None:
    files, _ = generated(tmp_path)
    path = tmp_path / f"{LOSS}.json"
    content = path.read_bytes()
    path.write_bytes(content.replace(b'"gradient"', b'"gradiemt"', 1))
    assert path.read_bytes() != content
    again, store = generated(tmp_path)
    assert again == files and len(store.computed) == 5


def test_afresh_all_is_computed(tmp_path: Path, cases: dict[str, list[Case]]) -> None:
    files, _ = generated(tmp_path)
    again, store = generated(tmp_path, afresh=True)
    assert (again, store.kept, len(store.computed)) == (files, 0, 10)


def test_the_command_says_what_it_computed(
    tmp_path: Path, cases: dict[str, list[Case]], capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["generate", "--output", str(tmp_path / "fixtures")]
    assert main(words) == 0
    assert capsys.readouterr().out.startswith("0 cases kept as they were computed before, 10 comp")
    before = folder.of_folder(tmp_path / "fixtures")
    stamp = (tmp_path / "fixtures" / FILE).stat().st_mtime_ns
    assert main(words) == 0
    said = capsys.readouterr().out
    assert said.startswith("10 cases kept as they were computed before, 0 computed\n")
    assert ", 0 of them written anew" in said
    assert (tmp_path / "fixtures" / FILE).stat().st_mtime_ns == stamp
    assert main([*words, "--all"]) == 0
    assert capsys.readouterr().out.startswith("0 cases kept as they were computed before, 10 comp")
    assert folder.of_folder(tmp_path / "fixtures") == before


@pytest.mark.parametrize("content", [b"", b"{}", None])
def test_a_fixture_file_that_was_changed_by_hand_is_written_again(
    content: bytes | None, tmp_path: Path, cases: dict[str, list[Case]]
) -> None:
    words = ["generate", "--output", str(tmp_path / "fixtures")]
    assert main(words) == 0
    before = folder.of_folder(tmp_path / "fixtures")
    path = tmp_path / "fixtures" / FILE
    if content is None:
        document = json.loads(path.read_bytes())
        document["cases"][0]["expected"] = {"error": "rank_too_low"}
        content = json.dumps(document).encode()
    path.write_bytes(content)
    assert main(words) == 0
    assert folder.of_folder(tmp_path / "fixtures") == before


def test_a_check_takes_no_record(
    tmp_path: Path, cases: dict[str, list[Case]], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["generate", "--output", str(tmp_path / "fixtures")]
    assert main(words) == 0
    monkeypatch.setattr(fixture_writing, "kept_records", None)
    assert main([*words, "--check"]) == 1, "nothing is accepted yet"
    with pytest.raises(SystemExit):
        main([*words, "--check", "--all"])


def test_fingerprints_tell_questions_apart() -> None:
    case = next(iter(CASES[LOSS]()))
    others = [
        replace(case, id="dice.other"),
        replace(case, form="function"),
        replace(case, dtype="bfloat16"),
        replace(case, config={**case.config, "axis": 1}),
        replace(case, gradient=not case.gradient),
        replace(case, y_pred=case.y_pred.astype("float16")),
        replace(case, y_pred=case.y_pred[::-1]),
        replace(case, y_pred=case.y_pred.reshape(1, *case.y_pred.shape)),
        replace(case, sample_weight=case.y_true),
        replace(case, mask=case.y_true),
    ]
    prints = [fingerprint(it, "sources") for it in (case, *others)]
    assert len({*prints, fingerprint(case, "other sources")}) == len(others) + 2
    assert fingerprint(replace(case, comment="", flags=()), "sources") == prints[0]
