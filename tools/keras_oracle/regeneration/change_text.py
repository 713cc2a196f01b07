"""Changes in words, and as JSON for other programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import numpy as np

from ..fixture_json import number
from .changes import Change, Kind, PartChange
from .suite import Suite
from .words import counted, few

DIFF_SCHEMA = "loss-parity/fixture-diff/1"

_NAMES = {
    Kind.QUESTION: "ANOTHER QUESTION under the same id: an id is never reused",
    Kind.RETURNED: "RETIRED IDS that are used again: an id is never reused",
    Kind.ANSWER: "answers changed",
    Kind.RETIRED: "cases retired",
    Kind.TOLERANCE: "tolerances changed, the numbers did not",
    Kind.ADDED: "cases added",
    Kind.EXPLANATION: "what mistakes answer, or stages, changed",
    Kind.TEXT: "text alone changed",
}


def report(changes: list[Change], old: Suite, new: Suite, limit: int) -> Iterator[str]:
    """The changes, the gravest first, then how many there are of which sort.

    At most `limit` of a sort and loss are shown; 0 shows all.
    """
    for kind in Kind:
        of_kind = [it for it in changes if it.kind is kind]
        if of_kind:
            yield f"{_NAMES[kind]}:"
        for loss in dict.fromkeys(it.loss for it in of_kind):
            listed = [it for it in of_kind if it.loss == loss]
            shown = listed[: limit or None]
            for change in shown:
                yield from (f"  {line}" for line in lines(change))
            if len(shown) < len(listed):
                more = len(listed) - len(shown)
                yield f"  ... {more} more of {loss or 'all losses'} (--limit 0 shows all)"
    yield from summary(changes, old, new)


def summary(changes: list[Change], old: Suite, new: Suite) -> Iterator[str]:
    """How many changes there are, by loss and dialect; the last line is about all."""
    if changes:
        yield from _table(changes)
    counts = {kind: len(_cases(changes, kind)) for kind in Kind}
    said = [f"{count} {_counted(kind)}" for kind, count in counts.items() if count]
    said += [
        f"{it.words[0]} {', '.join(it.dialects)} of {it.loss} {it.kind.value}"
        for it in changes
        if it.id is None and it.kind.is_of_meaning
    ]
    if said:
        yield f"{old.name} -> {new.name}: " + ", ".join(said)
    unchanged, whole = counts_of(changes, old, new)
    if any(it.kind.is_of_meaning for it in changes):
        yield f"{unchanged} of {whole} cases ask and answer the same"
    else:
        yield f"no change of meaning: all {whole} cases ask and answer the same"


def counts_of(changes: list[Change], old: Suite, new: Suite) -> tuple[int, int]:
    """How many cases ask the same and let the same pass, and how many there are."""
    changed = {it.id for it in changes if it.id is not None and it.kind.is_of_meaning}
    same = whole = 0
    for loss in dict.fromkeys([*old.losses, *new.losses]):
        if loss in old.losses and loss in new.losses and old.paths(loss) == new.paths(loss):
            # Files of the same bytes need not be read.
            same, whole = same + new.case_count(loss), whole + new.case_count(loss)
        else:
            sides = [
                set(it.of(loss).questions) if loss in it.losses else set() for it in (old, new)
            ]
            same += len((sides[0] & sides[1]) - changed)
            whole += len(sides[0] | sides[1])
    return same, whole


def lines(change: Change) -> Iterator[str]:
    """A change in words: a line that says where, and more where there is more to say."""
    where = change.id or change.loss or "the whole set"
    dialects = f"  [{few(change.dialects, 3)}]" if change.dialects else ""
    short = change.words if len(change.words) == 1 else ()
    yield f"{where}{dialects}" + (f"  {short[0]}" if short else "")
    if not short:
        yield from (f"  {it}" for it in change.words)
    yield from (f"  {part_text(it)}" for it in change.parts)
    if change.mistakes:
        yield f"  mistakes: {few(change.mistakes, 6)}"
    if change.stages:
        yield f"  stages: {few(change.stages, 6)}"
    if change.let_pass is None:
        yield "  whether mistakes pass now is not stored"
    elif change.let_pass:
        count = len(change.let_pass)
        yield f"  {counted(count, 'known mistake')} would pass now: {few(change.let_pass, 6)}"


def part_text(change: PartChange) -> str:
    """How a part changed, on one line."""
    if change.what in ("shape", "dtype", "error"):
        return f"{change.part}: {change.words}"
    if change.what in ("given", "left out"):
        return f"{change.part}: {change.what} now"
    said = f"{change.part}: {change.count} of {change.of}"
    if change.worst is not None:
        index = ", ".join(str(it) for it in change.worst.index)
        said += f", [{index}] {_shown(change.worst.old)} -> {_shown(change.worst.new)}"
    if change.what == "numbers" or change.ulps:
        known = np.isfinite(change.tolerances)
        said += f", up to {_shown(change.tolerances, 3)} tolerances" if known else ", none allowed"
        said += f", {change.ulps} ulp"
    factors = [
        f"up to {_shown(factor, 3)} times {word}"
        for factor, word in ((change.looser, "looser"), (1 / change.tighter, "tighter"))
        if factor > 1
    ]
    if factors:
        said += "; tolerance " + " and ".join(factors)
    return said + ("; edges" if change.what == "edges" else "")


def document(changes: list[Change], old: Suite, new: Suite) -> str:
    """The changes as JSON, with a newline at its end."""
    counts = {kind.value: len(_cases(changes, kind)) for kind in Kind}
    whole = {
        "schema": DIFF_SCHEMA,
        "old": old.name,
        "new": new.name,
        "meaning_changed": any(it.kind.is_of_meaning for it in changes),
        "cases": {**counts, "unchanged": counts_of(changes, old, new)[0]},
        "changes": [_json(it) for it in changes],
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _json(change: Change) -> dict[str, Any]:
    members: dict[str, Any] = {
        "kind": change.kind.value,
        "loss": change.loss or None,
        "id": change.id,
        "dialects": list(change.dialects),
        "parts": [_part_json(it) for it in change.parts],
        "mistakes": list(change.mistakes),
        "stages": list(change.stages),
        "let_pass": None if change.let_pass is None else list(change.let_pass),
        "words": list(change.words),
    }
    always = ("kind", "loss", "id", "let_pass")
    kept = {name: it for name, it in members.items() if it or name in always}
    if not (change.let_pass is None or change.let_pass):
        del kept["let_pass"]
    return kept


def _part_json(change: PartChange) -> dict[str, Any]:
    members: dict[str, Any] = {"part": change.part, "what": change.what}
    if change.words:
        members["words"] = change.words
    if change.of:
        members |= {"changed": change.count, "of": change.of}
    if change.worst is not None:
        members["worst"] = {
            "index": list(change.worst.index),
            "old": number(np.float64(change.worst.old)),
            "new": number(np.float64(change.worst.new)),
        }
    if change.what in ("numbers", "special"):
        members |= {"tolerances": number(np.float64(change.tolerances)), "ulp": change.ulps}
    if change.looser > 1 or change.tighter < 1:
        members |= {
            "looser": number(np.float64(change.looser)),
            "tighter": number(np.float64(change.tighter)),
        }
    return members


def _table(changes: list[Change]) -> Iterator[str]:
    """Counts of cases by loss and dialect; those of all dialects on a line of their own."""
    kinds = [kind for kind in Kind if any(it.kind is kind for it in changes)]
    rows: dict[tuple[str, str], dict[Kind, int]] = {}
    for change in changes:
        for dialect in change.dialects or ("all",):
            row = rows.setdefault((change.loss or "the whole set", dialect), {})
            row[change.kind] = row.get(change.kind, 0) + 1
    loss_width = max(len(loss) for loss, _ in rows)
    dialect_width = max(len(dialect) for _, dialect in rows)
    head = " ".join(f"{kind.value:>11}" for kind in kinds)
    yield f"{'':{loss_width}} {'':{dialect_width}} {head}"
    for loss, of_loss in groupby(sorted(rows.items()), key=lambda it: it[0][0]):
        for (_, dialect), row in of_loss:
            cells = " ".join(f"{row.get(kind) or '-':>11}" for kind in kinds)
            yield f"{loss:{loss_width}} {dialect:{dialect_width}} {cells}"


def _cases(changes: list[Change], kind: Kind) -> set[str]:
    """The ids of the cases that have a change of a kind."""
    return {it.id for it in changes if it.kind is kind and it.id is not None}


def _counted(kind: Kind) -> str:
    return {
        Kind.QUESTION: "ask another question",
        Kind.RETURNED: "came back",
        Kind.ANSWER: "answered otherwise",
        Kind.RETIRED: "retired",
        Kind.TOLERANCE: "with other tolerances",
        Kind.ADDED: "added",
        Kind.EXPLANATION: "explained otherwise",
        Kind.TEXT: "with another text",
    }[kind]


def _shown(value: float, digits: int = 9) -> str:
    return f"{value:.{digits}g}"
