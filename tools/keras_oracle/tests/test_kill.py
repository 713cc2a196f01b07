"""The catalogue, the answers of mistakes, and the matrix of what tells them apart."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource

from keras_oracle.arithmetic import STAGES
from keras_oracle.fixture_writing import CATALOGUE, KILL_MATRIX
from keras_oracle.kill import MARGIN, Read, kill_matrix_file, matrices

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"
DIAGNOSES = sorted(FIXTURES.glob("**/diagnosis/*.json"))
LOSS, DIALECT = "categorical_crossentropy", "keras-3.15/jax"


def _load(path: Path) -> Any:
    return json.loads(path.read_text())


def _validator(name: str) -> jsonschema.Draft202012Validator:
    schemas = {path.name: _load(path) for path in (FIXTURES / "schema").glob("*.json")}
    resources = [(key, Resource.from_contents(schema)) for key, schema in schemas.items()]
    return jsonschema.Draft202012Validator(
        schemas[f"{name}.schema.json"], registry=Registry().with_resources(resources)
    )


def _manifest_files() -> list[dict[str, Any]]:
    files: list[dict[str, Any]] = _load(FIXTURES / "manifest.json")["files"]
    return files


def test_every_loss_and_dialect_has_a_diagnosis() -> None:
    assert {entry["diagnosis"]["path"] for entry in _manifest_files()} == {
        str(path.relative_to(FIXTURES)) for path in DIAGNOSES
    }


@pytest.mark.parametrize("path", DIAGNOSES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_a_diagnosis_follows_the_schema(path: Path) -> None:
    document = _load(path)
    _validator("diagnosis").validate(document)
    named = {
        id for listed in document["answers"].values() for it in listed for id in it["mistakes"]
    }
    assert named <= set(document["mistakes"])


def test_the_schema_knows_the_stages() -> None:
    schema = _load(FIXTURES / "schema/diagnosis.schema.json")
    assert tuple(schema["$defs"]["stage"]["properties"]["name"]["enum"]) == STAGES


@pytest.mark.parametrize(("name", "file"), [("mistakes", CATALOGUE), ("kill_matrix", KILL_MATRIX)])
def test_what_holds_for_all_losses_follows_its_schema(name: str, file: str) -> None:
    _validator(name).validate(_load(FIXTURES / file))


def test_every_mistake_is_told_from_keras_and_from_every_other() -> None:
    for matrix in matrices(lambda path: (FIXTURES / path).read_bytes(), _manifest_files()):
        assert (matrix.survivors, matrix.unexplained) == ([], []), (matrix.loss, matrix.dialect)


def _with_answers(change: Callable[[str, list[Any]], list[Any]]) -> Read:
    """The fixtures, with other answers of mistakes to categorical crossentropy."""
    changed = f"{DIALECT}/diagnosis/{LOSS}.json"

    def read(path: str) -> bytes:
        document = _load(FIXTURES / path)
        if path == changed:
            answers = document["answers"]
            document["answers"] = {id: change(id, listed) for id, listed in answers.items()}
        return json.dumps(document).encode()

    return read


def _only(read: Read) -> Any:
    files = [entry for entry in _manifest_files() if entry["loss"] == LOSS]
    (matrix,) = (it for it in matrices(read, files) if it.dialect == DIALECT)
    return matrix


def test_a_mistake_survives_where_no_case_has_its_answer() -> None:
    def without(_: str, listed: list[Any]) -> list[Any]:
        return [it for it in listed if "rescale_skipped" not in it["mistakes"]]

    matrix = _only(_with_answers(without))
    assert "rescale_skipped" in matrix.survivors


def test_a_tolerance_so_wide_that_a_mistake_passes_is_found() -> None:
    read = _with_answers(lambda _, listed: listed)
    golden = f"{DIALECT}/{LOSS}.json"

    def wide(path: str) -> bytes:
        document = json.loads(read(path))
        if path == golden:
            for case in document["cases"]:
                value = case["expected"].get("value", {})
                value["tolerance"] = [1e9 for _ in value.get("values", [])]
        return json.dumps(document).encode()

    survivors = _only(wide).survivors
    assert "clip_skipped" not in survivors, "infinities tell it still"
    assert {"clip_low_only", "smoothing_ignored"} <= set(survivors)


def test_two_mistakes_with_one_answer_are_not_told_apart() -> None:
    def joined(_: str, listed: list[Any]) -> list[Any]:
        kept = [it for it in listed if "clip_skipped" not in it["mistakes"]]
        return [
            {**it, "mistakes": [*it["mistakes"], "clip_skipped"]}
            if "rescale_skipped" in it["mistakes"]
            else it
            for it in kept
        ]

    assert ("rescale_skipped", "clip_skipped") in _only(_with_answers(joined)).unexplained


def test_the_matrix_names_a_case_that_tells() -> None:
    files = _manifest_files()
    document = json.loads(kill_matrix_file(lambda path: (FIXTURES / path).read_bytes(), files))
    kills = document["kills"][DIALECT][LOSS]["clip_skipped"]
    assert kills["cases"] > 0
    assert kills["times_tolerance"] == "Infinity" or kills["times_tolerance"] >= MARGIN
    answers = _load(FIXTURES / f"{DIALECT}/diagnosis/{LOSS}.json")["answers"]
    assert any("clip_skipped" in it["mistakes"] for it in answers[kills["best"]])
