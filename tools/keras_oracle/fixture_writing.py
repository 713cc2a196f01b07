"""From cases to the bytes of fixture files: the same on every machine and NumPy version."""

from __future__ import annotations

import json
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from . import __version__
from .answer import Answer, answer, dtype_of
from .case import Case
from .cases import CASES
from .cases.notes import notes
from .diagnosis_writing import catalogue_file, diagnosis_files
from .dialect import DEFAULT, DIALECTS, Dialect
from .fixture_json import sha256, tensor, text
from .golden import Golden
from .kill import kill_matrix_file
from .memory import Memory
from .recorded import GRADIENT_ROUNDINGS
from .shared import Shared
from .tracked import ELEMENTARY_ULP, ROUNDING_ULP, UnstableError

FIXTURES_SCHEMA = "loss-parity/fixtures/1"
MANIFEST_SCHEMA = "loss-parity/manifest/1"
CATALOGUE = "mistakes.json"
KILL_MATRIX = "kill_matrix.json"

LARGEST_GRADIENT = 4_096
"""Cases of more predictions than this have no golden gradient."""


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
    diagnoses = diagnosis_files(loss, list(CASES[loss]()))
    return {id: (*goldens, diagnoses[id]) for id, goldens in _golden_files(loss).items()}


def _golden_files(loss: str) -> dict[str, tuple[str, int, dict[str, bytes]]]:
    """The text of a loss's file, its case count and its NPY files, by dialect."""
    cases = list(CASES[loss]())
    ids = [case.id for case in cases]
    repeated = sorted({id for id in ids if ids.count(id) > 1})
    if repeated:
        raise ValueError(f"case ids used twice: {', '.join(repeated)}")
    answers = GoldenAnswers(loss)
    # Case by case, as dialects share what they remember of one.
    for case in cases:
        for dialect in DIALECTS.values():
            answers.of(dialect, case)
    return {id: _fixture_file(dialect, cases, answers) for id, dialect in DIALECTS.items()}


def _fixture_file(
    dialect: Dialect, cases: list[Case], answers: GoldenAnswers
) -> tuple[str, int, dict[str, bytes]]:
    header = _header(answers.loss, dialect)
    large: dict[str, bytes] = {}
    if dialect != DEFAULT:
        # The questions are those of the base: a dialect is read together with it.
        own = {case.id: (case, answers.of(dialect, case)) for case in cases}
        differing = {
            id: expected_json(case, expected, large)
            for id, (case, expected) in own.items()
            if expected != _of_base(answers.of(DEFAULT, case), dialect)
        }
        gradients = {"gradients": "none"} if dialect.gradients == "none" else {}
        document = {**header, "base": DEFAULT.id, **gradients, "answers": differing}
        return text(document) + "\n", len(differing), large
    used = {flag for case in cases for flag in case.flags}
    document = {
        **header,
        "notes": notes(answers.loss, used),
        "cases": [_case(case, answers.of(dialect, case), large) for case in cases],
    }
    return text(document) + "\n", len(cases), large


def question_file(
    loss: str, dialect: Dialect, case: Case, expected: dict[str, Golden | str]
) -> dict[str, Any]:
    """A fixture file of one case, which nobody wrote down."""
    return {
        **_header(loss, dialect),
        "notes": {},
        "cases": [_case(case, expected, {})],
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


def _of_base(expected: dict[str, Golden | str], dialect: Dialect) -> dict[str, Golden | str]:
    """What a case of the base says of another dialect: nothing of gradients where it has none."""
    without = dialect.gradients == "none"
    return {part: it for part, it in expected.items() if not (without and part == "gradient")}


class GoldenAnswers:
    """What the cases of a loss expect, computed once for dialects that agree."""

    def __init__(self, loss: str) -> None:
        self.loss = loss
        self._memory = Memory()
        self._shared = Shared()

    def of(self, dialect: Dialect, case: Case) -> dict[str, Golden | str]:
        """The goldens of value and gradient, or the code of an error."""
        expected: dict[str, Golden | str] = self._memory.recall(
            case.id, dialect, lambda dialect: self._computed(dialect, case)
        )
        return expected

    def _computed(self, dialect: Dialect, case: Case) -> dict[str, Golden | str]:
        has_gradient = case.gradient and case.y_pred.size <= LARGEST_GRADIENT
        try:
            exact = answer(self.loss, dialect, case, has_gradient, shared=self._shared)
            return expected_of(exact, case)
        except UnstableError as error:
            raise ValueError(f"{case.id} in {dialect.id}: {error}") from error


def _case(case: Case, expected: dict[str, Golden | str], large: dict[str, bytes]) -> dict[str, Any]:
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
        "expected": expected_json(case, expected, large),
    }


def expected_of(exact: Answer, case: Case) -> dict[str, Golden | str]:
    """What a case expects by an answer: goldens of value and gradient, or the code of an error.

    Raises `UnstableError` where there is no finite tolerance.
    """
    if exact.error:
        return {"error": exact.error}
    dtype = dtype_of(case)
    expected: dict[str, Golden | str] = {"value": Golden.of(exact.value, dtype)}
    if exact.gradient is not None:
        expected["gradient"] = Golden.of(exact.gradient, dtype, exact.edges)
    return expected


def expected_json(
    case: Case, expected: dict[str, Golden | str], large: dict[str, bytes]
) -> dict[str, Any]:
    """What a case expects as JSON has it; large arrays are added to `large` by name."""
    return {
        part: it if isinstance(it, str) else it.json(f"{case.id}.{part}", large)
        for part, it in expected.items()
    }
