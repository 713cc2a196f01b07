"""The command `tools/fixtures`."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .ask import serve
from .choices import explanation
from .dialect import DEFAULT, DIALECTS
from .fixture_writing import fixture_set, golden_set
from .float_arithmetic import DTYPES
from .kill import Matrix, matrices
from .tolerances import lines

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


def main() -> int:
    """Runs the command; returns its exit code."""
    parser = argparse.ArgumentParser(
        prog="tools/fixtures",
        description="Writes the golden fixtures from the NumPy oracle.",
        epilog="example: tools/fixtures generate --check",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    generate = commands.add_parser("generate", help="write the fixtures")
    generate.add_argument(
        "--check", action="store_true", help="write nothing; fail where files and code disagree"
    )
    generate.add_argument(
        "--goldens",
        action="store_true",
        help="with --check: the goldens alone, not what mistakes would answer (much faster)",
    )
    generate.add_argument("--output", type=Path, default=FIXTURES, help="the fixtures folder")
    commands.add_parser(
        "choices", help="explain what dialects differ in, each choice by the smallest case"
    )
    kill = commands.add_parser(
        "kill",
        help="show which cases tell which mistakes from Keras; fail where none does",
        description="Computes mistakes x cases from the fixtures: every mistake has to be at least "
        "10 tolerances away from Keras in some case, and from every other mistake.",
    )
    kill.add_argument("--loss", help="show each mistake of a loss, with the best case")
    kill.add_argument("--dialect", default=DEFAULT.id, help="the dialect that --loss is shown in")
    kill.add_argument("--fixtures", type=Path, default=FIXTURES, help="the fixtures folder")
    commands.add_parser(
        "ask",
        help="answer questions from standard input, one JSON object a line, with one line each",
    )
    tolerances = commands.add_parser(
        "tolerances", help="show how much of the tolerances plain NumPy needs: error / allowed"
    )
    tolerances.add_argument("--dialect", default="keras-3.15/numpy", choices=list(DIALECTS))
    tolerances.add_argument("--dtype", default="float32", choices=list(DTYPES))
    arguments = parser.parse_args()
    if arguments.command == "ask":
        return serve(sys.stdin, sys.stdout)
    if arguments.command == "choices":
        for line in explanation():
            print(line)
        return 0
    if arguments.command == "tolerances":
        for line in lines(DIALECTS[arguments.dialect], arguments.dtype):
            print(line)
        return 0
    if arguments.command == "kill":
        return show_kills(arguments.fixtures, arguments.loss, arguments.dialect)
    if arguments.goldens and not arguments.check:
        generate.error("--goldens is for --check: all files are written together")
    if arguments.goldens:
        return check(golden_set(), arguments.output, whole=False)
    files = fixture_set()
    if arguments.check:
        return check(files, arguments.output)
    for path, content in files.items():
        replace(arguments.output / path, content)
    for path in _others(files, arguments.output):
        print(f"{path}: removed, as no case generates it")
        (arguments.output / path).unlink()
    print(f"{len(files)} files written to {arguments.output}")
    return 0


def check(files: dict[str, bytes], folder: Path, whole: bool = True) -> int:
    """Compares the folder with what the oracle generates: 0 where they agree, else 1.

    `whole` tells whether the files are all that the folder may have.
    """
    stale = [path for path, content in files.items() if _read(folder / path) != content]
    unknown = _others(files, folder) if whole else []
    for path in stale:
        print(f"{path}: is not what the oracle generates", file=sys.stderr)
    for path in unknown:
        print(f"{path}: no case generates this file", file=sys.stderr)
    if stale or unknown:
        print("run tools/fixtures generate, then look at the difference", file=sys.stderr)
        return 1
    print(f"{len(files)} files are what the oracle generates")
    return 0


def show_kills(folder: Path, loss: str | None, dialect: str) -> int:
    """Prints the kill matrix, of one loss or a line for each: 1 where a mistake survives."""
    files = json.loads((folder / "manifest.json").read_bytes())["files"]
    found = list(matrices(lambda path: (folder / path).read_bytes(), files))
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


def replace(path: Path, content: bytes) -> None:
    """Writes a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    os.chmod(temporary, 0o644)
    os.replace(temporary, path)


def _others(files: dict[str, bytes], folder: Path) -> list[str]:
    """JSON and NPY files of the folder, other than schemas, that are not among the files."""
    present = {
        str(path.relative_to(folder))
        for pattern in ("*.json", "*.npy")
        for path in folder.rglob(pattern)
        if "schema" not in path.relative_to(folder).parts
    }
    return sorted(present - set(files))


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


if __name__ == "__main__":
    sys.exit(main())
