"""Plants each mistake of the catalogue in a program's answers: does the verifier name it?

usage: planted.py [--dialect ID] [--pairs] [--sample N] [--loss NAME]...

The program computes in plain NumPy, so that answers carry rounding errors of their own; mistakes
of gradients and of bfloat16 are planted in exact answers, as NumPy has neither. Prints how the
mistakes of each kind were called. Exits with 1 where one was called by another's name, where it was
not caught, or where less than 95 % were named alone.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from oracle_cases import mistake_of

from keras_oracle.dialect import DIALECTS

ADAPTERS = Path(__file__).resolve().parent
ROOT = ADAPTERS.parents[1]
FIXTURES = ROOT / "fixtures"
VERDICTS = ("exact", "ambiguous", "partial", "wrong", "unexplained", "not caught")
REQUIRED = 0.95
"""The share of mistakes that have to be named alone."""

Planted = dict[str, str]
"""By loss, the id of the mistake that is made in it."""


def main() -> int:
    """Plants the mistakes and prints the table; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--dialect", default="keras-3.15/jax", help="the dialect that is asked")
    parser.add_argument("--pairs", action="store_true", help="plant pairs, not single mistakes")
    parser.add_argument(
        "--sample", type=int, default=1, metavar="N", help="plant one mistake of N (default: all)"
    )
    parser.add_argument("--loss", action="append", help="only this loss; repeatable")
    parser.add_argument(
        "--verifier", default=os.environ.get("LOSS_PARITY", ROOT / ".build/release/loss-parity")
    )
    arguments = parser.parse_args()
    called: Counter[tuple[str, str]] = Counter()
    notes = []
    kinds = _kinds()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        rounds = list(_rounds(arguments))
        runs = pool.map(lambda it: _verdicts(*it, arguments.dialect, arguments.verifier), rounds)
        for verdicts in runs:
            for loss, id, verdict, named in verdicts:
                called[kinds[id.split("+")[0]], verdict] += 1
                if verdict != "exact":
                    notes.append(f"{loss}: {id} is {verdict}: {named}")
    return _print(called, sorted(notes))


def _rounds(arguments: argparse.Namespace) -> Iterator[tuple[str, Planted]]:
    """Adapters with the mistakes that they make: one of each loss at a time."""
    queues: dict[tuple[str, str], list[str]] = {}
    for path in sorted((FIXTURES / arguments.dialect / "diagnosis").glob("*.json")):
        document = json.loads(path.read_text())
        loss = document["loss"]
        if arguments.loss and loss not in arguments.loss:
            continue
        of_values = _of_values(arguments.dialect, document)
        chosen = [id for id in document["mistakes"] if ("+" in id) == arguments.pairs]
        for id in chosen[:: arguments.sample]:
            plain = id in of_values and "computed_in_bfloat16" not in id.split("+")
            adapter = "numpy_adapter.py" if plain else "oracle_adapter.py"
            queues.setdefault((adapter, loss), []).append(id)
    for adapter in ("numpy_adapter.py", "oracle_adapter.py"):
        own = {loss: ids for (name, loss), ids in queues.items() if name == adapter}
        for turn in range(max(map(len, own.values()), default=0)):
            yield adapter, {loss: ids[turn] for loss, ids in own.items() if turn < len(ids)}


def _of_values(dialect: str, document: dict[str, Any]) -> set[str]:
    """The mistakes that show in values or errors; the others show in gradients alone."""
    answers = list(document["answers"].values())
    if "base" in document:
        base = FIXTURES / document["base"] / "diagnosis" / f"{document['loss']}.json"
        answers += json.loads(base.read_text())["answers"].values()
    named = {
        id for listed in answers for it in listed if "gradient" not in it for id in it["mistakes"]
    }
    # A pair may be named nowhere: then it gives what one of the two gives.
    return {id for id in document["mistakes"] if named & {id, *id.split("+")}}


def _verdicts(
    adapter: str, planted: Planted, dialect: str, verifier: str
) -> list[tuple[str, str, str, str]]:
    """Loss, mistake, verdict and what the verifier said, of one run."""
    program = [sys.executable, "-W", "ignore", str(ADAPTERS / adapter)]
    program += [f"--mistake={loss}={id}" for loss, id in planted.items()]
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [verifier, "verify", "--fixtures", FIXTURES, "--dialect", dialect]
        command += [f"--loss={loss}" for loss in planted]
        command += ["--command", shlex.join(program), "--report", f"json={report}"]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        if ran.returncode > 1:
            raise SystemExit(f"{shlex.join(map(str, command))}\n{ran.stderr}")
        diagnoses = {it["loss"]: it for it in json.loads(report.read_text())["diagnoses"]}
    return [
        (loss, id, *_verdict(id, diagnoses.get(loss), _dialects)) for loss, id in planted.items()
    ]


def _dialects(id: str) -> set[str]:
    """The dialects that choose what a mistake chooses: they are other names for it."""
    mistake = mistake_of(id)
    if mistake.question is not None:
        return set()
    choices = mistake.choices.items()
    return {
        dialect.id
        for dialect in DIALECTS.values()
        if all(getattr(dialect, name) == setting for name, setting in choices)
    }


def _verdict(
    id: str, diagnosis: dict[str, Any] | None, dialects: Callable[[str], Collection[str]]
) -> tuple[str, str]:
    """How a diagnosis calls the mistakes that were made, and its words.

    `dialects` tells which ones choose what a mistake chooses.
    """
    mistakes = set(id.split("+"))
    if diagnosis is None:
        return "not caught", "every case passed"
    causes = diagnosis["causes"]
    words = "; ".join(f"{cause['verdict']} {_names(cause)}" for cause in causes)
    named = [
        it.get("mistakes") for cause in causes for it in cause["candidates"] if "mistakes" in it
    ]
    first = causes[0]
    as_dialect = any(it.get("dialect") in dialects(id) for it in first["candidates"])
    right = any(set(it) == mistakes for it in named) or as_dialect
    if len(causes) == 1 and first["verdict"] == "explained":
        # A dialect beside it says nothing else.
        return ("exact" if right and len(named) <= 1 else "ambiguous" if right else "wrong"), words
    if right:
        return ("partial" if first["verdict"] == "partial" else "ambiguous"), words
    if all(cause["verdict"] == "explained" for cause in causes) and all(
        any(
            mistakes.issuperset(it.get("mistakes", mistakes | {""}))
            or any(it.get("dialect") in dialects(one) for one in mistakes)
            for it in cause["candidates"]
        )
        for cause in causes
    ):
        # Each of a pair by itself, in the cases that meet it alone.
        return "partial", words
    if named and any(cause["verdict"] in ("explained", "ambiguous") for cause in causes):
        return "wrong", words
    return "unexplained", words


def _names(cause: dict[str, Any]) -> str:
    return ", ".join("+".join(it.get("mistakes") or [it["dialect"]]) for it in cause["candidates"])


def _kinds() -> dict[str, str]:
    catalogue = json.loads((FIXTURES / "mistakes.json").read_text())
    return {it["id"]: it["kind"] for it in catalogue["mistakes"]}


def _print(called: Counter[tuple[str, str]], notes: list[str]) -> int:
    kinds = sorted({kind for kind, _ in called})
    rows = [["kind", *VERDICTS]]
    rows += [[kind, *(str(called[kind, verdict]) for verdict in VERDICTS)] for kind in kinds]
    sums = {verdict: sum(called[kind, verdict] for kind in kinds) for verdict in VERDICTS}
    rows.append(["all", *(str(sums[verdict]) for verdict in VERDICTS)])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        first, *others = row
        cells = (cell.rjust(width) for cell, width in zip(others, widths[1:]))
        print(first.ljust(widths[0]), *cells, sep="  ")
    for note in notes:
        print(note)
    total = sum(sums.values())
    exact = sums["exact"] / max(total, 1)
    print(f"{sums['exact']} of {total} planted mistakes are named alone ({exact:.1%})")
    failed = sums["wrong"] + sums["not caught"]
    return 0 if total and not failed and exact >= REQUIRED else 1


if __name__ == "__main__":
    sys.exit(main())
