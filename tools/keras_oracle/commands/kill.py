"""`tools/fixtures kill`: which cases tell which mistakes from Keras."""

from __future__ import annotations

import argparse
import gc
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from ..dialect import DEFAULT
from ..kill import Matrix, by_dialect, matrices
from ..regeneration.folder import FIXTURES


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    parser = commands.add_parser(
        "kill",
        help="show which cases tell which mistakes from Keras; fail where none does",
        description="Computes mistakes x cases from the fixtures: every mistake has to be at least "
        "10 tolerances away from Keras in some case, and from every other mistake.",
    )
    parser.add_argument("--loss", help="show each mistake of a loss, with the best case")
    parser.add_argument("--dialect", default=DEFAULT.id, help="the dialect that --loss is shown in")
    parser.add_argument("--fixtures", type=Path, default=FIXTURES, help="the fixtures folder")
    parser.set_defaults(run=lambda it: show_kills(it.fixtures, it.loss, it.dialect))


def show_kills(folder: Path, loss: str | None, dialect: str) -> int:
    """Prints the kill matrix, of one loss or a line for each: 1 where a mistake survives."""
    files = json.loads((folder / "manifest.json").read_bytes())["files"]
    losses = dict.fromkeys(entry["loss"] for entry in files)
    of_losses = [[entry for entry in files if entry["loss"] == it] for it in losses]
    with ProcessPoolExecutor(initializer=gc.disable) as pool:
        found = list(by_dialect(pool.map(partial(_matrices, folder), of_losses)))
    for matrix in found:
        if loss is None or (matrix.loss, matrix.dialect) == (loss, dialect):
            for line in kill_lines(matrix, whole=loss is not None):
                print(line)
    survivors = sum(len(matrix.survivors) for matrix in found)
    undivided = sum(len(matrix.unexplained) for matrix in found)
    mistakes, pairs = sum(len(it.kills) for it in found), sum(it.pairs for it in found)
    print(
        f"{mistakes - survivors} of {mistakes} mistakes are told from Keras, "
        f"{pairs - undivided} of {pairs} pairs of mistakes from each other"
    )
    if survivors or undivided:
        print("add cases that tell them apart, or prove that none can", file=sys.stderr)
        return 1
    return 0


def _matrices(folder: Path, files: list[dict[str, Any]]) -> list[Matrix]:
    return list(matrices(lambda path: (folder / path).read_bytes(), files))


def kill_lines(matrix: Matrix, whole: bool) -> Iterator[str]:
    """A matrix in words: a line, or one for each mistake; then what is not told apart."""
    if whole:
        for id, it in matrix.kills.items():
            yield f"{id:48} {it.cases:4} cases, best {it.separation:.3g} times: {it.best}"
    else:
        killed = [it.separation for it in matrix.kills.values() if it.cases]
        yield (
            f"{matrix.dialect:24} {matrix.loss:38} {len(killed):3} of {len(matrix.kills):3}, "
            f"at least {min(killed, default=0.0):.3g} times the tolerance"
        )
    for id in matrix.survivors:
        yield f"  {id} is not told from Keras (at most {matrix.kills[id].separation:.3g} times)"
    for first, second in matrix.unexplained:
        yield f"  {first} is not told from {second}"
