"""From cases to the bytes of fixture files: the same on every machine and NumPy version."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

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
from .kill import Matrix, by_dialect, kill_matrix_text, matrices
from .mistakes import mistakes_of
from .record_store import RecordStore, fingerprint, keep_records, kept_records
from .recorded import GRADIENT_ROUNDINGS
from .sources import digest_of
from .tracked import ELEMENTARY_ULP, ROUNDING_ULP

FIXTURES_SCHEMA = "loss-parity/fixtures/1"
MANIFEST_SCHEMA = "loss-parity/manifest/1"
CATALOGUE = "mistakes.json"
KILL_MATRIX = "kill_matrix.json"


def golden_set() -> dict[str, bytes]:
    """The files that hold goldens: path to bytes, without what diagnoses and manifests need."""
    of_losses = _of_losses(partial(_of_loss, diagnosed=False), {loss: (loss,) for loss in CASES})
    return {path: it for of_loss in of_losses.values() for path, it in of_loss.files.items()}


def fixture_set(store: RecordStore | None = None) -> dict[str, bytes]:
    """Every file of the fixtures folder that is generated: path to bytes.

    With a store, only the cases are computed of which it has no record; it has them all after.
    """
    tasks = {loss: (loss, store and store.folder, store and store.afresh) for loss in CASES}
    of_losses = _of_losses(_of_loss, tasks)
    if store is not None:
        store.kept += sum(it.kept for it in of_losses.values())
        store.computed += [id for it in of_losses.values() for id in it.computed]
    files = {path: it for of_loss in of_losses.values() for path, it in of_loss.files.items()}
    entries = [it.entries[dialect] for dialect in DIALECTS for it in of_losses.values()]
    files[CATALOGUE] = catalogue_file().encode()
    kills = by_dialect(it.kills for it in of_losses.values())
    files[KILL_MATRIX] = kill_matrix_text(kills).encode()
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


class _OfLoss(NamedTuple):
    """What is generated of a loss."""

    files: dict[str, bytes]
    entries: dict[str, dict[str, Any]]
    """By dialect, what the manifest says of its files."""
    kills: list[Matrix]
    kept: int
    computed: list[str]


def _of_losses(
    generate: Callable[..., _OfLoss], tasks: Mapping[str, tuple[Any, ...]]
) -> dict[str, _OfLoss]:
    """What is generated of losses, in their order; those that take long are begun first."""
    work = {loss: len(list(CASES[loss]())) * len(mistakes_of(loss)) for loss in tasks}
    # Numbers come and go by the million: those that refer to each other are let go of by name.
    with ProcessPoolExecutor(initializer=gc.disable) as pool:
        longest_first = sorted(tasks, key=lambda loss: -work[loss])
        found = {loss: pool.submit(generate, *tasks[loss]) for loss in longest_first}
        return {loss: found[loss].result() for loss in tasks}


def _of_loss(
    loss: str, folder: Path | None = None, afresh: bool | None = False, diagnosed: bool = True
) -> _OfLoss:
    """What is generated of a loss, with the records that a folder keeps."""
    cases = list(CASES[loss]())
    ids = [case.id for case in cases]
    repeated = sorted({id for id in ids if ids.count(id) > 1})
    if repeated:
        raise ValueError(f"case ids used twice: {', '.join(repeated)}")
    known: dict[str, CaseRecord] = {}
    prints = {}
    if folder is not None:
        sources = digest_of(loss)
        prints = {case.id: fingerprint(case, sources) for case in cases}
        known = {} if afresh else kept_records(folder, loss)
    alternatives = Alternatives(loss)
    records, computed = {}, []
    for case in cases:
        record = known.get(prints.get(case.id, ""))
        if record is None:
            record = case_record(case, alternatives, diagnosed)
            alternatives.forget(case)
            computed.append(case.id)
        records[case.id] = record
    alternatives.shared.forget()
    if folder is not None and (computed or len(known) != len(cases)):
        keep_records(folder, loss, {prints[id]: record for id, record in records.items()})
    return _written(loss, cases, records, computed, diagnosed)


def _written(
    loss: str,
    cases: list[Case],
    records: Mapping[str, CaseRecord],
    computed: list[str],
    diagnosed: bool,
) -> _OfLoss:
    files: dict[str, bytes] = {}
    entries = {}
    for id, dialect in DIALECTS.items():
        path, diagnosis_path = f"{id}/{loss}.json", f"{id}/diagnosis/{loss}.json"
        written, count, large = _fixture_file(loss, dialect, cases, records)
        files[path] = written.encode()
        files.update({f"{id}/{name}": array for name, array in large.items()})
        if diagnosed:
            files[diagnosis_path] = diagnosis_file(loss, dialect, records).encode()
            entries[id] = {
                "path": path,
                "schema": FIXTURES_SCHEMA,
                "loss": loss,
                "dialect": id,
                "case_count": count,
                "sha256": sha256(files[path]),
                "diagnosis": {"path": diagnosis_path, "sha256": sha256(files[diagnosis_path])},
            }
    kills = list(matrices(files.__getitem__, list(entries.values())))
    return _OfLoss(files, entries, kills, len(cases) - len(computed), computed)


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
