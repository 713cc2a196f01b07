"""From cases to the bytes of fixture files: the same on every machine and NumPy version."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from . import __version__
from .alternatives import Alternatives
from .case import Case
from .case_record import CaseRecord, case_record, expected_json
from .cases import CASES
from .cases.notes import notes
from .diagnosis_writing import catalogue_file, diagnosis_file
from .dialect import DEFAULT, DIALECTS, Dialect
from .fixture_json import sha256, tensor, text
from .golden import Golden
from .kill import kill_matrix_file
from .recorded import GRADIENT_ROUNDINGS
from .tracked import ELEMENTARY_ULP, ROUNDING_ULP

FIXTURES_SCHEMA = "loss-parity/fixtures/1"
MANIFEST_SCHEMA = "loss-parity/manifest/1"
CATALOGUE = "mistakes.json"
KILL_MATRIX = "kill_matrix.json"


def golden_set() -> dict[str, bytes]:
    """The files that hold goldens: path to bytes, without what diagnoses and manifests need."""
    with ProcessPoolExecutor() as pool:
        of_losses = zip(CASES, pool.map(_golden_files, CASES))
    files: dict[str, bytes] = {}
    for loss, of_dialects in of_losses:
        for dialect, (fixtures, _, large) in of_dialects.items():
            files[f"{dialect}/{loss}.json"] = fixtures.encode()
            files.update({f"{dialect}/{name}": array for name, array in large.items()})
    return files


def fixture_set() -> dict[str, bytes]:
    """Every file of the fixtures folder that is generated: path to bytes."""
    with ProcessPoolExecutor() as pool:
        of_losses = dict(zip(CASES, pool.map(_fixture_files, CASES)))
    files: dict[str, bytes] = {}
    entries = []
    for dialect in DIALECTS:
        for loss, of_dialects in of_losses.items():
            fixtures, count, large, diagnosis = of_dialects[dialect]
            path = f"{dialect}/{loss}.json"
            files[path] = fixtures.encode()
            diagnosis_path = f"{dialect}/diagnosis/{loss}.json"
            files[diagnosis_path] = diagnosis.encode()
            files.update({f"{dialect}/{name}": array for name, array in large.items()})
            entries.append(
                {
                    "path": path,
                    "schema": FIXTURES_SCHEMA,
                    "loss": loss,
                    "dialect": dialect,
                    "case_count": count,
                    "sha256": sha256(files[path]),
                    "diagnosis": {
                        "path": diagnosis_path,
                        "sha256": sha256(files[diagnosis_path]),
                    },
                }
            )
    files[CATALOGUE] = catalogue_file().encode()
    files[KILL_MATRIX] = kill_matrix_file(files.__getitem__, entries).encode()
    manifest = {
        "schema": MANIFEST_SCHEMA,
        "generator": {"name": "keras_oracle", "version": __version__},
        "case_count": sum(entry["case_count"] for entry in entries),
        "files": entries,
        "mistakes": {"path": CATALOGUE, "sha256": sha256(files[CATALOGUE])},
        "kill_matrix": {"path": KILL_MATRIX, "sha256": sha256(files[KILL_MATRIX])},
        "retired_ids": [],
    }
    files["manifest.json"] = (json.dumps(manifest, indent=2) + "\n").encode()
    return files


def _fixture_files(loss: str) -> dict[str, tuple[str, int, dict[str, bytes], str]]:
    """As `_golden_files`, with the text of the diagnosis file."""
    cases = list(CASES[loss]())
    records = _records(loss, cases)
    return {
        id: (*_fixture_file(loss, dialect, cases, records), diagnosis_file(loss, dialect, records))
        for id, dialect in DIALECTS.items()
    }


def _golden_files(loss: str) -> dict[str, tuple[str, int, dict[str, bytes]]]:
    """The text of a loss's file, its case count and its NPY files, by dialect."""
    cases = list(CASES[loss]())
    records = _records(loss, cases, diagnosed=False)
    return {id: _fixture_file(loss, dialect, cases, records) for id, dialect in DIALECTS.items()}


def _records(loss: str, cases: list[Case], diagnosed: bool = True) -> dict[str, CaseRecord]:
    ids = [case.id for case in cases]
    repeated = sorted({id for id in ids if ids.count(id) > 1})
    if repeated:
        raise ValueError(f"case ids used twice: {', '.join(repeated)}")
    alternatives = Alternatives(loss)
    records = {}
    for case in cases:
        records[case.id] = case_record(case, alternatives, diagnosed)
        alternatives.forget(case)
    return records


def _fixture_file(
    loss: str, dialect: Dialect, cases: list[Case], records: Mapping[str, CaseRecord]
) -> tuple[str, int, dict[str, bytes]]:
    header = _header(loss, dialect)
    expected = {
        id: it.expected[dialect.id] for id, it in records.items() if dialect.id in it.expected
    }
    large: dict[str, bytes] = {}
    for id in expected:
        large.update(records[id].arrays.get(dialect.id, {}))
    if dialect != DEFAULT:
        # The questions are those of the base: a dialect is read together with it.
        gradients = {"gradients": "none"} if dialect.gradients == "none" else {}
        document = {**header, "base": DEFAULT.id, **gradients, "answers": expected}
        return text(document) + "\n", len(expected), large
    used = {flag for case in cases for flag in case.flags}
    document = {
        **header,
        "notes": notes(loss, used),
        "cases": [_case(case, expected[case.id], large) for case in cases],
    }
    return text(document) + "\n", len(cases), large


def question_file(
    loss: str, dialect: Dialect, case: Case, expected: dict[str, Golden | str]
) -> dict[str, Any]:
    """A fixture file of one case, which nobody wrote down."""
    return {
        **_header(loss, dialect),
        "notes": {},
        "cases": [_case(case, expected_json(case, expected, {}), {})],
    }


def _header(loss: str, dialect: Dialect) -> dict[str, Any]:
    return {
        "schema": FIXTURES_SCHEMA,
        "loss": loss,
        "dialect": dialect.id,
        "tolerance_model": {
            "rounding_ulp": ROUNDING_ULP,
            "elementary_ulp": ELEMENTARY_ULP,
            "gradient_roundings": GRADIENT_ROUNDINGS,
            "summation_order": "any",
            "underflow": "flush_or_gradual",
        },
    }


def _case(case: Case, expected: dict[str, Any], large: dict[str, bytes]) -> dict[str, Any]:
    return {
        "id": case.id,
        "comment": case.comment,
        "flags": list(case.flags),
        "form": case.form,
        "config": case.config,
        "dtype": case.dtype,
        "inputs": {
            name: tensor(array, case.dtype_of(array), f"{case.id}.{name}.npy", large)
            for name, array in case.inputs.items()
        },
        "expected": expected,
    }
