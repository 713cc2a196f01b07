"""Fixture files read as the verifier reads them: every dialect's answer to every case."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..arithmetic import Array
from ..fixture_json import array_of, sha256
from ..golden import Golden
from ..number_format import held_in
from .folder import MANIFEST, DamagedError
from .meaning import Expected, Question, Tensor, answers_digest, digest

FIXTURES_SCHEMA = "loss-parity/fixtures/1"
CATALOGUE = "mistakes.json"


@dataclass(frozen=True)
class Digests:
    """What a ledger records of a case."""

    question: str
    answers: str


@dataclass(frozen=True)
class Document:
    """A fixture file and its diagnosis file as JSON."""

    path: str
    fixtures: dict[str, Any]
    diagnosis_path: str | None
    diagnosis: dict[str, Any] | None

    @property
    def base(self) -> str | None:
        """The dialect whose cases are asked."""
        return self.fixtures.get("base")

    @property
    def has_gradients(self) -> bool:
        """Whether gradients of the base hold."""
        return "gradients" not in self.fixtures


class LossCases:
    """The cases of a loss, with the answers of every dialect to all of them."""

    def __init__(
        self, loss: str, documents: dict[str, Document], files: Mapping[str, bytes]
    ) -> None:
        self.loss = loss
        self._explanations: dict[str, Explanations | None] = {}
        self.documents = documents
        """By dialect."""
        bases = [dialect for dialect, it in documents.items() if it.base is None]
        if len(bases) != 1:
            raise DamagedError(loss, f"{len(bases)} dialects have cases of it, expected one")
        self.base = bases[0]
        reader = _Reader(documents[self.base].path, files)
        self.cases: dict[str, dict[str, Any]] = {}
        """The cases as JSON, in the file's order."""
        self.questions: dict[str, Question] = {}
        of_base: dict[str, Expected] = {}
        with reader.reading():
            self.cases = {str(it["id"]): it for it in documents[self.base].fixtures["cases"]}
        for id, case in self.cases.items():
            with reader.reading(id):
                self.questions[id] = reader.question(loss, case)
                of_base[id] = reader.expected(case["expected"])
        self.answers: dict[str, dict[str, Expected]] = {self.base: of_base}
        """By dialect and id: what the base answers, where a dialect has nothing of its own."""
        for dialect, document in documents.items():
            if dialect != self.base:
                self.answers[dialect] = self._expanded(document, of_base, files)

    def _expanded(
        self, document: Document, base: dict[str, Expected], files: Mapping[str, bytes]
    ) -> dict[str, Expected]:
        reader = _Reader(document.path, files)
        if document.base != self.base:
            raise DamagedError(document.path, f"there is no {self.loss} of its base")
        own: dict[str, Expected] = {}
        with reader.reading():
            answers = dict(document.fixtures["answers"])
        for id, answer in answers.items():
            with reader.reading(id):
                if id not in base:
                    raise ValueError(f"its base {self.base} has no case of this id")
                own[id] = reader.expected(answer)
        return {
            id: own.get(id) or (it if document.has_gradients else it.without_gradient)
            for id, it in base.items()
        }

    @cached_property
    def digests(self) -> dict[str, Digests]:
        """By id, what the case asks and what all dialects answer."""
        return {
            id: Digests(question.fingerprint, self._answers_digest(id))
            for id, question in self.questions.items()
        }

    def answer_digests(self, dialect: str) -> dict[str, str]:
        """By id, the digest of a dialect's answer."""
        return {id: it.digest for id, it in self.answers[dialect].items()}

    def _answers_digest(self, id: str) -> str:
        base = self.answers[self.base][id]
        others = {}
        for dialect, answers in self.answers.items():
            of_base = base if self.documents[dialect].has_gradients else base.without_gradient
            if answers[id].digest != of_base.digest:
                others[dialect] = answers[id]
        return answers_digest(base, others)

    def explanations(self, dialect: str) -> Explanations | None:
        """What the diagnosis files say of a dialect; None where there are none."""
        if dialect not in self._explanations:
            self._explanations[dialect] = self._explained(dialect)
        return self._explanations[dialect]

    def _explained(self, dialect: str) -> Explanations | None:
        document, base = self.documents[dialect], self.documents[self.base]
        if document.diagnosis is None or base.diagnosis is None:
            return None
        with _Reader(document.diagnosis_path or "", {}).reading():
            return Explanations.of(document, base)


@dataclass(frozen=True)
class Explanations:
    """What mistakes would answer in a dialect, and the stages, with those of its base."""

    mistakes: list[str]
    answers: dict[str, list[dict[str, Any]]]
    stages: dict[str, list[dict[str, Any]]]

    @staticmethod
    def of(document: Document, base: Document) -> Explanations:
        """What a dialect's diagnosis file says together with its base's."""
        assert document.diagnosis is not None and base.diagnosis is not None
        mistakes, answers = document.diagnosis["mistakes"], document.diagnosis["answers"]
        known = set(mistakes)
        if document is not base:
            of_base = {
                id: [it for it in listed if document.has_gradients or "gradient" not in it]
                for id, listed in base.diagnosis["answers"].items()
            }
            answers = of_base | answers
        return Explanations(
            mistakes,
            {id: _about(known, listed) for id, listed in answers.items()},
            # Files of earlier revisions have none.
            base.diagnosis.get("stages", {}) | document.diagnosis.get("stages", {}),
        )

    def of_mistakes(self, id: str) -> dict[str, dict[str, Any]]:
        """By mistake, what it answers to a case, where that is not what Keras does."""
        return {
            mistake: {name: part for name, part in it.items() if name != "mistakes"}
            for it in self.answers.get(id, [])
            for mistake in it["mistakes"]
        }

    def of_stages(self, id: str) -> dict[str, dict[str, Any]]:
        """By name, the stages of a case."""
        return {it["name"]: it for it in self.stages.get(id, [])}


class Suite:
    """A set of fixture files; the cases of a loss are read when they are asked for.

    Everything is untrusted: what is not as the manifest says raises `DamagedError`.
    """

    def __init__(self, name: str, files: Mapping[str, bytes]) -> None:
        self.name = name
        """What people call it: a folder or a revision."""
        self.files = files
        self._losses: dict[str, LossCases] = {}
        if MANIFEST not in files:
            raise DamagedError(name, f"there is no {MANIFEST}: these are no fixtures")
        reader = _Reader(MANIFEST, files)
        self.manifest = reader.json(MANIFEST)
        with reader.reading():
            self.entries = self._listed()

    @staticmethod
    def of_goldens(name: str, files: Mapping[str, bytes]) -> Suite:
        """The suite of files without a manifest and diagnosis files."""
        entries = []
        for path, content in files.items():
            if path.endswith(".json"):
                document = json.loads(content)
                listed = document["answers"] if "base" in document else document["cases"]
                dialect, _, loss = path.removesuffix(".json").rpartition("/")
                entries.append(
                    {
                        "path": path,
                        "loss": loss,
                        "dialect": dialect,
                        "case_count": len(listed),
                        "sha256": sha256(content),
                    }
                )
        return Suite(name, {**files, MANIFEST: json.dumps({"files": entries}).encode()})

    def _listed(self) -> dict[str, dict[str, dict[str, Any]]]:
        entries: dict[str, dict[str, dict[str, Any]]] = {}
        for entry in self.manifest["files"]:
            entries.setdefault(entry["loss"], {})[entry["dialect"]] = entry
            for it in (entry, entry.get("diagnosis")):
                if it is not None:
                    self._require(it["path"], it["sha256"])
        return entries

    def _require(self, path: str, hash: str) -> None:
        if path not in self.files:
            raise DamagedError(path, f"{MANIFEST} of {self.name} lists it, but it is not there")
        if sha256(self.files[path]) != hash:
            raise DamagedError(path, f"its SHA-256 is not that of {MANIFEST} of {self.name}")

    @property
    def catalogue(self) -> dict[str, dict[str, Any]]:
        """The known mistakes by id; none where there is no catalogue."""
        if CATALOGUE not in self.files:
            return {}
        reader = _Reader(CATALOGUE, self.files)
        document = reader.json(CATALOGUE)
        with reader.reading():
            return {it["id"]: it for it in document["mistakes"]}

    @property
    def losses(self) -> list[str]:
        """The losses by name, in the manifest's order."""
        return list(self.entries)

    @property
    def retired(self) -> set[str]:
        """The ids that must not be used again."""
        return set(self.manifest.get("retired_ids", []))

    def of(self, loss: str) -> LossCases:
        """The cases of a loss."""
        if loss not in self._losses:
            documents = {
                dialect: self._document(entry) for dialect, entry in self.entries[loss].items()
            }
            self._losses[loss] = LossCases(loss, documents, self.files)
        return self._losses[loss]

    def all(self) -> dict[str, LossCases]:
        """The cases of every loss."""
        return {loss: self.of(loss) for loss in self.losses}

    def digests(self, id: str) -> Digests | None:
        """What a case asks and answers; None where there is none of the id."""
        loss = id.partition(".")[0]
        return self.of(loss).digests.get(id) if loss in self.losses else None

    def case_count(self, loss: str) -> int:
        """How many cases a loss has."""
        return max(int(it["case_count"]) for it in self.entries[loss].values())

    def paths(self, loss: str) -> dict[str, bytes]:
        """The files that hold a loss: path to bytes."""
        return {
            path: content
            for path, content in self.files.items()
            if path.rpartition("/")[2].startswith(f"{loss}.")
        }

    def _document(self, entry: dict[str, Any]) -> Document:
        path = entry["path"]
        reader = _Reader(path, self.files)
        fixtures = reader.json(path)
        with reader.reading():
            if fixtures["schema"] != FIXTURES_SCHEMA:
                raise ValueError(f"schema is {fixtures['schema']}, expected {FIXTURES_SCHEMA}")
        diagnosis = entry["diagnosis"]["path"] if "diagnosis" in entry else None
        return Document(path, fixtures, diagnosis, diagnosis and reader.json(diagnosis))


def dialect_digest(of_cases: Mapping[str, str]) -> str:
    """The digest of the answers of a dialect to the cases of a loss: `of_cases` has theirs."""
    return digest(*(f"{id} {it}".encode() for id, it in sorted(of_cases.items())))


class _Reader:
    """Reads what stands in a file; says where, if it is not what it should be."""

    def __init__(self, path: str, files: Mapping[str, bytes]) -> None:
        self._path = path
        self._files = files

    @contextmanager
    def reading(self, id: str = "") -> Iterator[None]:
        """Turns what goes wrong while a case, or the file as a whole, is read into its damage."""
        try:
            yield
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
            what = f"{error} is missing" if isinstance(error, KeyError) else str(error)
            raise DamagedError(self._path, f"case {id}: {what}" if id else what) from error

    def json(self, path: str) -> Any:
        try:
            document = json.loads(self._files[path])
        except (ValueError, RecursionError) as error:
            raise DamagedError(path, f"it is not JSON: {error}") from error
        if not isinstance(document, dict):
            raise DamagedError(path, "it is not a JSON object")
        return document

    def question(self, loss: str, case: dict[str, Any]) -> Question:
        inputs = {
            name: Tensor(it["dtype"], self._array(it, it["dtype"], tuple(it["shape"])))
            for name, it in case["inputs"].items()
        }
        return Question(
            case["id"],
            loss,
            case["form"],
            dict(case["config"]),
            case["dtype"],
            inputs,
            case["comment"],
            tuple(case["flags"]),
        )

    def expected(self, json: dict[str, Any]) -> Expected:
        if "error" in json:
            return Expected(error=str(json["error"]))
        gradient = json.get("gradient")
        return Expected(self._golden(json["value"]), gradient and self._golden(gradient))

    def _golden(self, json: dict[str, Any]) -> Golden:
        dtype, shape, tolerance = json["dtype"], tuple(json["shape"]), json["tolerance"]
        bounds = {"values": tolerance} if isinstance(tolerance, list) else tolerance
        return Golden(
            dtype,
            self._array(json, dtype, shape),
            self._array(bounds, "float64", shape),
            tuple(json.get("edges", ())),
        )

    def _array(self, json: dict[str, Any], dtype: str, shape: tuple[int, ...]) -> Array:
        if "file" in json:
            path = f"{self._path.rpartition('/')[0]}/{json['file']}"
            content = self._files.get(path)
            if content is None or sha256(content) != json["sha256"]:
                raise ValueError(f"{json['file']} is missing or not the one of the SHA-256")
            array = np.load(io.BytesIO(content), allow_pickle=False)
            if array.dtype != held_in(dtype) or array.shape != shape:
                raise ValueError(f"{json['file']} is not of {dtype} and shape {shape}")
            return np.asarray(array)
        return array_of(json["values"], dtype, shape)


def _about(known: set[str], listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is said of the mistakes that are known."""
    kept = []
    for it in listed:
        named = [id for id in it["mistakes"] if id in known]
        if named:
            kept.append({**it, "mistakes": named})
    return kept
