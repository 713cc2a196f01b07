"""Keeping cases as they were: a set of fixtures with some cases of another set."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..fixture_json import Line, in_rows, sha256, text
from ..kill import kill_matrix_file
from .folder import LEDGER, MANIFEST
from .ledger import Ledger
from .suite import Document, LossCases, Suite

KILL_MATRIX = "kill_matrix.json"


def kept(old: Suite, new: Suite, ids: Iterable[str]) -> dict[str, bytes]:
    """The files of `new` with some cases as `old` has them, or without them where it has not.

    Each case keeps its bytes, in every dialect, with its diagnosis. The manifest is to be sealed.
    """
    files = dict(new.files)
    by_loss: dict[str, list[str]] = {}
    for id in ids:
        by_loss.setdefault(id.partition(".")[0], []).append(id)
    counts: dict[str, int] = {}
    for loss, named in by_loss.items():
        for path in new.paths(loss):
            del files[path]
        documents = _Keeping(old.of(loss), new.of(loss), named).documents()
        for document in documents:
            written = rendered(document.fixtures)
            files[document.path] = written.encode()
            counts[document.path] = len(_listed(document.fixtures))
            if document.diagnosis is not None and document.diagnosis_path is not None:
                files[document.diagnosis_path] = rendered_diagnosis(document.diagnosis).encode()
            folder = document.path.rpartition("/")[0]
            for name, hash in _arrays(document.fixtures):
                path = f"{folder}/{name}"
                files[path] = next(
                    it.files[path]
                    for it in (new, old)
                    if path in it.files and sha256(it.files[path]) == hash
                )
    manifest = json.loads(files[MANIFEST])
    for entry in manifest["files"]:
        entry["case_count"] = counts.get(entry["path"], entry["case_count"])
    files[MANIFEST] = _manifest(manifest)
    if KILL_MATRIX in files and by_loss:
        files[KILL_MATRIX] = _kill_matrix(files, list(by_loss))
    return files


def sealed(files: Mapping[str, bytes], ledger: bytes | None) -> dict[str, bytes]:
    """The files with a ledger, or without one, and a manifest that pins them all."""
    whole = {path: it for path, it in files.items() if path not in (MANIFEST, LEDGER)}
    manifest = json.loads(files[MANIFEST])
    entries = manifest["files"]
    listed = [*entries, *(it["diagnosis"] for it in entries if "diagnosis" in it)]
    listed += [manifest[name] for name in ("mistakes", "kill_matrix") if name in manifest]
    for entry in listed:
        entry["sha256"] = sha256(whole[entry["path"]])
    manifest["case_count"] = sum(it["case_count"] for it in entries)
    retired: list[str] = []
    for name in ("ledger", "retired_ids"):
        manifest.pop(name, None)
    if ledger is not None:
        whole[LEDGER] = ledger
        manifest["ledger"] = {"path": LEDGER, "sha256": sha256(ledger)}
        retired = sorted(Ledger.read(ledger).retired)
    manifest["retired_ids"] = retired
    whole[MANIFEST] = _manifest(manifest)
    return whole


def rendered(fixtures: dict[str, Any]) -> str:
    """A fixture file's text from its JSON: the bytes that it is generated with."""
    return text(in_rows(fixtures)) + "\n"


def rendered_diagnosis(diagnosis: dict[str, Any]) -> str:
    """A diagnosis file's text from its JSON: the bytes that it is generated with."""
    laid_out = dict(diagnosis)
    laid_out["mistakes"] = Line(diagnosis["mistakes"])
    for name in ("answers", "stages"):
        laid_out[name] = {id: [Line(it) for it in own] for id, own in diagnosis[name].items()}
    return text(laid_out) + "\n"


class _Keeping:
    """The documents of a loss in `new` with some cases as `old` has them."""

    def __init__(self, old: LossCases, new: LossCases, ids: list[str]) -> None:
        self._old = old
        self._new = new
        self._kept = {id for id in ids if id in old.cases}
        self._dropped = {id for id in ids if id not in old.cases}
        self._order = self._ids()

    def _ids(self) -> list[str]:
        """The cases in the order of the new file, those that it lacks after their neighbours."""
        ids = [id for id in self._new.cases if id not in self._dropped]
        before = ""
        for id in self._old.cases:
            if id in self._kept and id not in self._new.cases:
                ids.insert(ids.index(before) + 1 if before in ids else 0, id)
            before = id
        return ids

    def documents(self) -> Iterator[Document]:
        """The fixture and diagnosis files of every dialect of the new set."""
        for dialect, new in self._new.documents.items():
            old = self._old.documents.get(dialect)
            fixtures = self._of_base() if new.base is None else self._of_dialect(dialect, new, old)
            yield Document(
                new.path, fixtures, new.diagnosis_path, self._diagnosis(new.diagnosis, old)
            )

    def _of_base(self) -> dict[str, Any]:
        cases = self._merged(self._old.cases, self._new.cases)
        sides = [it.documents[it.base].fixtures["notes"] for it in (self._new, self._old)]
        used = {flag for case in cases.values() for flag in case["flags"]}
        notes = {flag: it for flag, it in (sides[1] | sides[0]).items() if flag in used}
        order = dict.fromkeys([*sides[0], *sides[1]])
        fixtures = dict(self._new.documents[self._new.base].fixtures)
        fixtures["notes"] = {flag: notes[flag] for flag in order if flag in notes}
        fixtures["cases"] = list(cases.values())
        return fixtures

    def _of_dialect(self, dialect: str, new: Document, old: Document | None) -> dict[str, Any]:
        own = {} if old is None else old.fixtures["answers"]
        if old is None:
            # Nobody rejected what a new dialect says: it is said apart from the old base.
            own = {id: self._said(dialect, id) for id in self._kept & self._new.cases.keys()}
        return {**new.fixtures, "answers": self._merged(own, new.fixtures["answers"])}

    def _said(self, dialect: str, id: str) -> dict[str, Any]:
        document = self._new.documents[dialect]
        expected: dict[str, Any] = document.fixtures["answers"].get(id)
        if expected is None:
            whole = self._new.cases[id]["expected"]
            without = () if document.has_gradients else ("gradient",)
            expected = {name: it for name, it in whole.items() if name not in without}
        return expected

    def _diagnosis(self, new: dict[str, Any] | None, old: Document | None) -> dict[str, Any] | None:
        if new is None or old is None or old.diagnosis is None:
            return new
        known = set(new["mistakes"])
        answers = {
            id: [
                {**it, "mistakes": [name for name in it["mistakes"] if name in known]}
                for it in listed
                if known & set(it["mistakes"])
            ]
            for id, listed in old.diagnosis["answers"].items()
        }
        return {
            **new,
            "answers": self._merged(answers, new["answers"]),
            "stages": self._merged(old.diagnosis["stages"], new["stages"]),
        }

    def _merged(self, old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
        """Members by id: the kept ones of the old, the others of the new."""
        sides = {id: old if id in self._kept else new for id in self._order}
        return {id: side[id] for id, side in sides.items() if id in side}


def _listed(fixtures: dict[str, Any]) -> Any:
    return fixtures["answers"] if "base" in fixtures else fixtures["cases"]


def _arrays(value: Any) -> Iterator[tuple[str, str]]:
    """The NPY files that a document names, with their SHA-256."""
    if isinstance(value, dict):
        if "file" in value and "sha256" in value:
            yield value["file"], value["sha256"]
        value = value.values()
    elif not isinstance(value, list):
        return
    for it in value:
        yield from _arrays(it)


def _kill_matrix(files: Mapping[str, bytes], losses: list[str]) -> bytes:
    """The kill matrix with some losses computed again."""
    entries = [it for it in json.loads(files[MANIFEST])["files"] if it["loss"] in losses]
    matrix = json.loads(files[KILL_MATRIX])
    again = json.loads(kill_matrix_file(files.__getitem__, entries))
    for dialect, of_losses in again["kills"].items():
        matrix["kills"].setdefault(dialect, {}).update(of_losses)
    laid_out = {
        dialect: {
            loss: {id: Line(it) for id, it in kills.items()} for loss, kills in of_losses.items()
        }
        for dialect, of_losses in matrix["kills"].items()
    }
    return (text({**matrix, "kills": laid_out}) + "\n").encode()


def _manifest(manifest: dict[str, Any]) -> bytes:
    return (json.dumps(manifest, indent=2) + "\n").encode()
