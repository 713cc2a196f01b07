"""What changed in meaning between two sets of fixtures, and what did not."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keras_oracle.__main__ import main
from keras_oracle.fixture_json import npy
from keras_oracle.number_format import cast, held_in
from keras_oracle.regeneration import folder
from keras_oracle.regeneration.change_text import document, report
from keras_oracle.regeneration.changes import Change, Kind, changes, ordinals
from keras_oracle.regeneration.suite import Suite
from keras_oracle.tests.small_set import (
    BASE,
    KERAS_1,
    NUMPY,
    Documents,
    case,
    changed,
    documents,
    files,
    golden,
    validator,
    with_array,
)

A, B, C = (f"huber.{name}.float32" for name in "abc")
HUBER, DIAGNOSIS = f"{BASE}/huber.json", f"{BASE}/diagnosis/huber.json"


def _of(new: Suite, retired: list[str] | None = None) -> list[Change]:
    return changes(Suite("old", files(documents(), retired)), new)


def _expected(found: Documents, index: int = 0) -> dict[str, Any]:
    """What the base's case expects."""
    expected: dict[str, Any] = found[HUBER]["cases"][index]["expected"]
    return expected


def _only(new: Suite) -> Change:
    (change,) = _of(new)
    return change


def _text(found: list[Change], new: Suite) -> str:
    return "\n".join(report(found, Suite("old", files(documents())), new, 0))


def test_the_same_files_are_the_same() -> None:
    new = changed(lambda _: None)
    assert _of(new) == []
    assert _text([], new) == "no change of meaning: all 3 cases ask and answer the same"


def test_an_answer_that_moves_between_a_dialect_and_its_base_is_unchanged() -> None:
    def own(found: Documents) -> None:
        found[f"{KERAS_1}/huber.json"]["answers"][A] = _expected(found)
        del found[HUBER]["cases"][0]["expected"]
        found[HUBER]["cases"][0]["expected"] = found[f"{KERAS_1}/huber.json"]["answers"][A]
        value = {"value": _expected(found)["value"]}
        found[f"{NUMPY}/huber.json"]["answers"][A] = value

    assert _of(changed(own)) == []


def test_another_number_counts_in_tolerances_and_in_ulp() -> None:
    def change(found: Documents) -> None:
        _expected(found)["value"]["values"] = [1.0, 3.0]

    change_ = _only(changed(change))
    (part,) = change_.parts
    assert (change_.kind, change_.id) == (Kind.ANSWER, A)
    assert change_.dialects == (BASE, NUMPY, KERAS_1), "all that have it of the base"
    assert (part.part, part.what, part.count, part.of) == ("value", "numbers", 1, 2)
    assert part.tolerances == 2.0
    assert part.ulps == 2**22, "half of the floats from 2 to 4"
    assert part.worst is not None
    assert (part.worst.index, part.worst.old, part.worst.new) == ((1,), 4.0, 3.0)
    shown = _text([change_], changed(change))
    assert "value: 1 of 2, [1] 4 -> 3, up to 2 tolerances, 4194304 ulp" in shown
    assert "2 of 3 cases ask and answer the same" in shown


def test_a_number_that_had_no_tolerance_is_infinitely_off() -> None:
    def change(found: Documents) -> None:
        _expected(found)["gradient"]["values"] = [0.5, 0.2500001]

    change_ = _only(changed(change))
    assert change_.dialects == (BASE, KERAS_1), "NumPy has no gradients"
    assert change_.parts[0].tolerances == np.inf
    assert "[1] 0.25 -> 0.250000089, none allowed, 3 ulp" in _text([change_], changed(change))


def test_a_dialects_own_answer_changes_alone() -> None:
    def change(found: Documents) -> None:
        found[f"{KERAS_1}/huber.json"]["answers"][B] = {"error": "not_in_dialect"}

    change_ = _only(changed(change))
    assert (change_.id, change_.dialects) == (B, (KERAS_1,))
    assert change_.cause == "answer, answer: a value -> not_in_dialect"


@pytest.mark.parametrize(
    ("part", "member", "value", "what"),
    [
        ("value", "values", ["NaN", 4.0], "special"),
        ("value", "values", [1.0, "Infinity"], "special"),
        ("value", "shape", [2, 1], "shape"),
        ("value", "dtype", "float64", "dtype"),
        ("gradient", "edges", [1], "edges"),
    ],
)
def test_changes_are_named(part: str, member: str, value: Any, what: str) -> None:
    def change(found: Documents) -> None:
        _expected(found)[part][member] = value

    change_ = _only(changed(change))
    assert [(it.part, it.what) for it in change_.parts] == [(part, what)]
    assert change_.kind is (Kind.TOLERANCE if what == "edges" else Kind.ANSWER)


def test_a_gradient_may_come_and_go() -> None:
    def left_out(found: Documents) -> None:
        del _expected(found)["gradient"]

    def given_(found: Documents) -> None:
        _expected(found, 1)["gradient"] = golden([0.0, 0.0], [0.0, 0.0])

    assert [it.what for it in _only(changed(left_out)).parts] == ["left out"]
    assert _only(changed(left_out)).dialects == (BASE, KERAS_1)
    assert [it.what for it in _only(changed(given_)).parts] == ["given"]


def test_an_error_of_another_code() -> None:
    def change(found: Documents) -> None:
        _expected(found, 2)["error"] = "invalid_shape"

    assert _only(changed(change)).parts[0].words == "rank_too_low -> invalid_shape"


def test_a_looser_tolerance_names_the_mistakes_that_pass() -> None:
    def change(found: Documents) -> None:
        _expected(found)["value"]["tolerance"] = [1.25, 0.25]

    change_ = _only(changed(change))
    assert change_.kind is Kind.TOLERANCE
    (part,) = change_.parts
    assert (part.count, part.looser, part.tighter) == (2, 10.0, 0.5)
    assert change_.let_pass == ("squared",), "2 is no more than 1.25 from 1"
    shown = _text([change_], changed(change))
    assert "tolerance up to 10 times looser and up to 2 times tighter" in shown
    assert "1 known mistake would pass now: squared" in shown


def test_a_tighter_tolerance_lets_nothing_pass() -> None:
    def change(found: Documents) -> None:
        _expected(found)["value"]["tolerance"] = [0.0625, 0.5]

    assert _only(changed(change)).let_pass == ()


def test_whether_mistakes_pass_is_not_known_of_a_case_without_their_answers() -> None:
    def change(found: Documents) -> None:
        _expected(found, 1)["value"]["tolerance"] = [1.0]

    (change_,) = _of(changed(change))
    assert change_.let_pass is None and change_.dialects == (BASE, NUMPY)


def test_a_case_that_is_new_one_that_is_gone_and_one_that_came_back() -> None:
    def change(found: Documents) -> None:
        del found[HUBER]["cases"][2]
        found[HUBER]["cases"].append(case("d", {"error": "rank_too_low"}))

    new = changed(change)
    kinds = {it.id: it.kind for it in _of(new)}
    assert kinds == {C: Kind.RETIRED, "huber.d.float32": Kind.ADDED}
    kinds = {it.id: it.kind for it in _of(new, retired=["huber.d.float32"])}
    assert kinds["huber.d.float32"] is Kind.RETURNED


@pytest.mark.parametrize(
    ("member", "value", "words"),
    [
        ("form", "function", "form: class -> function"),
        ("dtype", "float64", "dtype: float32 -> float64"),
        ("config", {"delta": 3.0}, "config: {'delta': 2.0} -> {'delta': 3.0}"),
    ],
)
def test_an_id_never_asks_another_question(member: str, value: Any, words: str) -> None:
    def change(found: Documents) -> None:
        found[HUBER]["cases"][0][member] = value

    change_ = _only(changed(change))
    assert (change_.kind, change_.words) == (Kind.QUESTION, (words,))
    assert change_.kind.is_error


def test_other_inputs_are_another_question() -> None:
    def number(found: Documents) -> None:
        found[HUBER]["cases"][0]["inputs"]["y_pred"]["values"][0] = 0.75

    def dtype(found: Documents) -> None:
        found[HUBER]["cases"][0]["inputs"]["y_true"]["dtype"] = "int32"

    def weight(found: Documents) -> None:
        inputs = found[HUBER]["cases"][0]["inputs"]
        inputs["sample_weight"] = inputs["y_true"]

    words = [_only(changed(it)).words for it in (number, dtype, weight)]
    assert words == [
        ("y_pred: 1 of 2 numbers",),
        ("y_true: float32 [2] -> int32 [2]",),
        ("sample_weight: given",),
    ]


def test_the_same_number_written_otherwise_is_the_same() -> None:
    def change(found: Documents) -> None:
        asked = found[HUBER]["cases"][0]
        asked["config"] = {"delta": 2}
        asked["inputs"]["y_true"]["values"] = [0, 1]
        _expected(found)["value"]["values"] = [1, 4.0000000001]

    assert _of(changed(change)) == []


def test_the_sign_of_a_zero_is_no_change() -> None:
    def change(sign: str) -> Suite:
        def set_(found: Documents) -> None:
            _expected(found)["gradient"]["values"] = [0.5, float(f"{sign}0.0")]

        return changed(set_)

    assert changes(change(""), change("-")) == []


def test_a_tensor_may_move_into_a_file() -> None:
    found = documents()
    path = f"{BASE}/huber.a.npy"
    extra: dict[str, bytes] = {}
    name, hash = with_array(extra, path, npy(np.array([1.0, 4.0], dtype=np.float32)))
    value = _expected(found)["value"]
    del value["values"]
    value |= {"file": name, "sha256": hash}
    new = Suite("new", {**files(found), **extra})
    assert _of(new) == []
    with pytest.raises(folder.DamagedError, match=r"huber.a.npy is missing or not the one"):
        _of(Suite("new", {**files(found), path: b""}))


def test_text_is_no_change_of_meaning() -> None:
    def change(found: Documents) -> None:
        asked = found[HUBER]["cases"][0]
        asked["comment"] = "Said better."
        found[HUBER]["notes"]["basic"]["description"] = "Plain."
        found[HUBER]["cases"].reverse()

    found = _of(changed(change))
    assert {it.kind for it in found} == {Kind.TEXT}
    assert {word for it in found for word in it.words} == {
        "comment: 'Case a.' -> 'Said better.'",
        "the order of cases",
        "notes",
    }
    shown = _text(found, changed(change))
    assert "no change of meaning: all 3 cases" in shown and "1 with another text" in shown


def test_explanations_are_compared_by_mistake_and_stage() -> None:
    def change(found: Documents) -> None:
        diagnosis = found[DIAGNOSIS]
        entry = diagnosis["answers"][A][0]
        # Two mistakes that answer the same stand in one entry: that alone is no change.
        diagnosis["answers"][A] = [{**entry, "mistakes": ["halved"], "error": "rank_too_low"}]
        diagnosis["answers"][A].append(entry)
        diagnosis["stages"][A][0]["values"] = [0.25]

    change_ = _only(changed(change))
    assert change_.kind is Kind.EXPLANATION
    assert (change_.mistakes, change_.stages) == (("halved",), ("error",))
    assert change_.dialects == (BASE, NUMPY, KERAS_1)
    assert not change_.kind.is_of_meaning


def test_what_can_be_made_is_part_of_the_explanations() -> None:
    def change(found: Documents) -> None:
        found[f"{KERAS_1}/diagnosis/huber.json"]["mistakes"] = ["halved", "doubled"]

    change_ = _only(changed(change))
    assert change_.mistakes == ("doubled", "squared") and change_.dialects == (KERAS_1,)


def test_a_dialect_that_is_new() -> None:
    def without(found: Documents) -> None:
        del found[f"{KERAS_1}/huber.json"], found[f"{KERAS_1}/diagnosis/huber.json"]

    change_ = _only(changed(without))
    assert (change_.kind, change_.id, change_.dialects) == (Kind.RETIRED, None, (KERAS_1,))
    assert "the dialect keras-1 of huber retired" in _text([change_], changed(without))


def test_the_gravest_comes_first_and_the_json_follows_its_schema() -> None:
    def change(found: Documents) -> None:
        cases = found[HUBER]["cases"]
        cases[0]["comment"] = "Else."
        _expected(found)["value"]["tolerance"] = [100, 0.5]
        _expected(found, 1)["value"]["values"] = ["NaN"]
        cases[2]["form"] = "function"
        cases.append(case("d", {"error": "rank_too_low"}))
        found[DIAGNOSIS]["stages"][A][0]["values"] = [0.25]

    new = changed(change)
    found = _of(new)
    kinds = [it.kind for it in found]
    assert kinds == sorted(kinds, key=list(Kind).index)
    assert len(set(kinds)) == 6
    written = json.loads(document(found, Suite("old", files(documents())), new))
    validator("diff").validate(written)
    assert written["meaning_changed"] is True
    assert written["cases"] | {"unchanged": 0} == written["cases"]
    assert [it["kind"] for it in written["changes"]] == [kind.value for kind in kinds]


def test_no_more_is_shown_than_asked_for() -> None:
    def change(found: Documents) -> None:
        for index in (0, 1):
            _expected(found, index)["value"]["values"][0] = 9.0

    new = changed(change)
    shown = list(report(_of(new), Suite("old", files(documents())), new, 1))
    assert "  ... 1 more of huber (--limit 0 shows all)" in shown


# The command.


def _written(path: Path, found: dict[str, bytes]) -> str:
    folder.write(found, path)
    return str(path)


def test_the_exit_code_says_whether_the_meaning_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = _written(tmp_path / "old", files(documents()))
    found = documents()
    found[HUBER]["cases"][0]["comment"] = "Else."
    text = _written(tmp_path / "text", files(found))
    _expected(found)["value"]["values"][0] = 1.5
    answer = _written(tmp_path / "answer", files(found))
    assert main(["diff", old, old]) == 0
    assert main(["diff", old, text]) == 0
    assert main(["diff", old, answer]) == 1
    capsys.readouterr()
    assert main(["diff", old, answer, "--json"]) == 1
    validator("diff").validate(json.loads(capsys.readouterr().out))
    assert main(["diff", old, str(tmp_path / "nowhere")]) == 2
    assert "is neither a folder nor a git revision" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("path", "content", "message"),
    [
        (HUBER, b"{", "huber.json: its SHA-256 is not that of manifest.json"),
        (folder.MANIFEST, b"{", "manifest.json: it is not JSON"),
        (folder.MANIFEST, b"[]", "manifest.json: it is not a JSON object"),
        (folder.MANIFEST, b"{}", "manifest.json: 'files' is missing"),
        (folder.MANIFEST, None, "there is no manifest.json"),
        (HUBER, None, "lists it, but it is not there"),
    ],
)
def test_damage_is_named(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    path: str,
    content: bytes | None,
    message: str,
) -> None:
    old = _written(tmp_path / "old", files(documents()))
    new = _written(tmp_path / "new", files(documents()))
    if content is None:
        (tmp_path / "new" / path).unlink()
    else:
        (tmp_path / "new" / path).write_bytes(content)
    assert main(["diff", old, new]) == 3
    assert message in capsys.readouterr().err


def test_a_damaged_case_is_named() -> None:
    def shape(found: Documents) -> None:
        _expected(found)["value"]["shape"] = [3]

    def missing(found: Documents) -> None:
        del found[HUBER]["cases"][1]["inputs"]["y_pred"]["dtype"]

    def unknown(found: Documents) -> None:
        found[f"{KERAS_1}/huber.json"]["answers"]["huber.z"] = {"error": "x"}

    for change, message in (
        (shape, f"{HUBER}: case {A}: cannot reshape"),
        (missing, f"{HUBER}: case {B}: 'dtype' is missing"),
        (unknown, f"{KERAS_1}/huber.json: case huber.z: its base {BASE} has no case"),
    ):
        with pytest.raises(folder.DamagedError, match=message):
            _of(changed(change))


def test_a_revision_is_read_from_git(tmp_path: Path) -> None:
    fixtures = tmp_path / "fixtures"
    folder.write(files(documents()), fixtures)
    (fixtures / "schema").mkdir()
    (fixtures / "schema/x.json").write_text("{}")

    def git(*words: str) -> None:
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(["git", "-C", tmp_path, *identity, *words], check=True, capture_output=True)

    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "First")
    (fixtures / HUBER).write_bytes(b"changed since")
    assert folder.of_revision("HEAD", fixtures) == files(documents())
    with pytest.raises(folder.UsageError):
        folder.of_revision("HEAD~7", fixtures)
    git("rm", "-q", "-r", "-f", "fixtures")
    git("commit", "-q", "-m", "Second")
    fixtures.mkdir(exist_ok=True)
    with pytest.raises(folder.DamagedError, match="it has no folder fixtures"):
        folder.of_revision("HEAD", fixtures)


# Counting in numbers of a dtype.


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@given(st.floats(allow_nan=False, width=16))
def test_neighbours_are_one_apart(dtype: str, value: float) -> None:
    kind = np.dtype(dtype).type
    pair = np.array([value, np.nextafter(kind(value), kind(np.inf))], dtype=dtype)
    low, high = ordinals(pair, dtype)
    assert high - low == (0 if value == np.inf else 1)


def test_bfloat16_counts_in_its_own_numbers() -> None:
    values = cast(np.array([1.0, 1.0078125, -0.0, 0.0, -1.0]), "bfloat16")
    one, next_, minus_zero, zero, minus_one = ordinals(
        values.astype(held_in("bfloat16")), "bfloat16"
    )
    assert (next_ - one, minus_zero, zero, one + minus_one) == (1, 0, 0, 0)
