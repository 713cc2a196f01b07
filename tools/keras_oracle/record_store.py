"""Records of cases kept between runs, each for as long as what decides it stays what it is.

A file of a loss holds its records by fingerprint: what the case asks, and the modules that compute
the answers. Of a file that is damaged, or of another format, nothing is taken.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .case import Case
from .case_record import CaseRecord
from .fixture_json import Line, Rows, in_rows, sha256
from .regeneration.folder import read, replace

CACHE = ".fixtures_cache"
"""The folder of records, beside the folder of the fixtures."""

_FORMAT = b"loss-parity/case-records/1"


@dataclass
class RecordStore:
    """The folder that keeps records, and what came of it."""

    folder: Path
    afresh: bool = False
    """Whether nothing is taken that was kept."""
    kept: int = 0
    """How many records were taken."""
    computed: list[str] = field(default_factory=list)
    """The cases of which a record was computed."""

    @staticmethod
    def beside(fixtures: Path, afresh: bool = False) -> RecordStore:
        """The records that belong to a folder of fixtures."""
        return RecordStore(fixtures.resolve().parent / CACHE, afresh)

    def report(self) -> str:
        """What was computed, in a line."""
        named = ", ".join(self.computed[:3]) + (", ..." if len(self.computed) > 3 else "")
        return (
            f"{self.kept} cases kept as they were computed before, {len(self.computed)} computed"
            + (f": {named}" if named else "")
        )


def fingerprint(case: Case, sources: str) -> str:
    """The digest of all that decides a case's record: its question, its id and the sources."""
    digest = hashlib.sha256(sources.encode())
    digest.update(repr((case.id, case.form, case.dtype, case.config, case.gradient)).encode())
    for name, array in case.inputs.items():
        digest.update(repr((name, array.dtype.str, array.shape)).encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def kept_records(folder: Path, loss: str) -> dict[str, CaseRecord]:
    """The records of a loss by fingerprint; none where the file is not whole."""
    format, _, content = (read(folder / f"{loss}.json") or b"").partition(b"\n")
    hash, _, document = content.partition(b"\n")
    if format != _FORMAT or hash != sha256(document).encode():
        return {}
    return {print: _record(json) for print, json in json.loads(document).items()}


def keep_records(folder: Path, loss: str, records: Mapping[str, CaseRecord]) -> None:
    """Keeps the records of a loss, and no others; those with arrays of their own are left out."""
    kept = [f'"{print}":{_text(it)}' for print, it in records.items() if not it.arrays]
    document = f"{{{','.join(kept)}}}".encode()
    replace(folder / f"{loss}.json", b"\n".join((_FORMAT, sha256(document).encode(), document)))


_PARTS: dict[str, Callable[[Any], Any]] = {
    "expected": in_rows,
    "alternatives": lambda listed: [Line(it) for it in listed],
    "met": lambda listed: listed,
    "stages": lambda listed: [Line(it) for it in listed],
}
"""What records hold by dialect, and what makes it of JSON."""


def _text(record: CaseRecord) -> str:
    """A record as JSON: of each part what dialects have, and which of it is whose."""
    parts = []
    for name in _PARTS:
        places: dict[str, int] = {}
        texts: dict[str, int] = {}
        for dialect, it in getattr(record, name).items():
            text = json.dumps(it, ensure_ascii=False, separators=(",", ":"), default=_plain)
            places[dialect] = texts.setdefault(text, len(texts))
        parts.append(f'"{name}":[[{",".join(texts)}],{json.dumps(places)}]')
    return f"{{{','.join(parts)}}}"


def _plain(value: Rows | Line) -> Any:
    return value.values if isinstance(value, Rows) else value.value


def _record(json: dict[str, Any]) -> CaseRecord:
    parts = {}
    for name, made in _PARTS.items():
        listed, places = json[name]
        shared = [made(it) for it in listed]
        parts[name] = {dialect: shared[place] for dialect, place in places.items()}
    return CaseRecord(**parts)
