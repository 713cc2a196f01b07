"""A small set of fixtures, made by hand, to be changed by tests."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
from referencing import Registry, Resource

from keras_oracle.fixture_json import sha256
from keras_oracle.regeneration.folder import MANIFEST
from keras_oracle.regeneration.keeping import rendered, rendered_diagnosis, sealed
from keras_oracle.regeneration.suite import Suite

BASE, NUMPY, KERAS_1 = "keras-3.15/jax", "keras-3.15/numpy", "keras-1"
SCHEMAS = Path(__file__).resolve().parents[3] / "fixtures/schema"

Documents = dict[str, Any]
"""JSON documents by path."""


def golden(values: list[Any], tolerance: list[float], **members: Any) -> dict[str, Any]:
    return {
        "dtype": "float32",
        "shape": [len(values)],
        "values": values,
        "tolerance": tolerance,
        **members,
    }


def case(name: str, expected: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"huber.{name}.float32",
        "comment": f"Case {name}.",
        "flags": ["basic"],
        "form": "class",
        "config": {"delta": 2.0},
        "dtype": "float32",
        "inputs": {
            "y_true": {"dtype": "float32", "shape": [2], "values": [0.0, 1.0]},
            "y_pred": {"dtype": "float32", "shape": [2], "values": [0.5, ord(name[0]) / 64]},
        },
        "expected": expected,
    }


def documents() -> Documents:
    """Three cases of huber: numbers with a gradient, numbers, an error; keras-1 answers one."""
    numbers = {"value": golden([1.0, 4.0], [0.125, 0.5]), "gradient": golden([0.5, 0.25], [0.1, 0])}
    base = {
        "schema": "loss-parity/fixtures/1",
        "loss": "huber",
        "dialect": BASE,
        "tolerance_model": {
            "rounding_ulp": 0.5,
            "elementary_ulp": 2,
            "gradient_roundings": 2,
            "summation_order": "any",
            "underflow": "flush_or_gradual",
        },
        "notes": {"basic": {"kind": "basic", "description": "Nothing special.", "links": []}},
        "cases": [
            case("a", numbers),
            case("b", {"value": golden([1.5], [0.25])}),
            case("c", {"error": "rank_too_low"}),
        ],
    }
    head = {name: base[name] for name in ("schema", "loss", "tolerance_model")}
    numpy = {**head, "dialect": NUMPY, "base": BASE, "gradients": "none", "answers": {}}
    own = {"huber.b.float32": {"value": golden([2.5], [0.25])}}
    keras_1 = {**head, "dialect": KERAS_1, "base": BASE, "answers": own}
    found: Documents = {}
    for dialect, file in ((BASE, base), (NUMPY, numpy), (KERAS_1, keras_1)):
        diagnosis: dict[str, Any] = {
            "schema": "loss-parity/diagnosis/1",
            "loss": "huber",
            "dialect": dialect,
            "mistakes": ["squared", "halved"],
            "answers": {},
            "stages": {},
        }
        if dialect == BASE:
            value = {"shape": [2], "values": [2.0, 4.0], "tolerance": [0.1, 0.1]}
            diagnosis["answers"]["huber.a.float32"] = [{"mistakes": ["squared"], "value": value}]
            stage = {"name": "error", "shape": [1], "values": [0.5], "tolerance": [0.0]}
            diagnosis["stages"]["huber.a.float32"] = [stage]
        else:
            diagnosis["base"] = BASE
        found[f"{dialect}/huber.json"] = file
        found[f"{dialect}/diagnosis/huber.json"] = diagnosis
    return found


def files(documents: Documents, retired: list[str] | None = None) -> dict[str, bytes]:
    """The bytes of documents, with a manifest."""
    found, entries = {}, []
    for path, document in documents.items():
        if "/diagnosis/" in path:
            found[path] = rendered_diagnosis(document).encode()
            continue
        found[path] = rendered(document).encode()
        diagnosis = path.replace("/huber.json", "/diagnosis/huber.json")
        entries.append(
            {
                "path": path,
                "schema": "loss-parity/fixtures/1",
                "loss": "huber",
                "dialect": document["dialect"],
                "case_count": len(document.get("cases", document.get("answers"))),
                "diagnosis": {"path": diagnosis},
            }
        )
    manifest = {"files": entries}
    found[MANIFEST] = json.dumps(manifest).encode()
    found = sealed(found, None)
    if retired:
        manifest = {**json.loads(found[MANIFEST]), "retired_ids": retired}
        found[MANIFEST] = json.dumps(manifest).encode()
    return found


def changed(change: Callable[[Documents], None]) -> Suite:
    """The small set with something changed."""
    found = copy.deepcopy(documents())
    change(found)
    return Suite("new", files(found))


def with_array(found: dict[str, bytes], path: str, content: bytes) -> tuple[str, str]:
    """Adds an NPY file beside a fixture file; returns its name and its SHA-256."""
    name = path.rpartition("/")[2]
    found[path] = content
    return name, sha256(content)


def validator(name: str, folder: Path = SCHEMAS) -> jsonschema.Draft202012Validator:
    """The validator of a schema."""
    schemas = {path.name: json.loads(path.read_text()) for path in folder.glob("*.schema.json")}
    resources = [(key, Resource.from_contents(schema)) for key, schema in schemas.items()]
    return jsonschema.Draft202012Validator(
        schemas[f"{name}.schema.json"], registry=Registry().with_resources(resources)
    )
