"""The command `tools/fixtures`."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from .choices import explanation
from .fixture_writing import fixture_set

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
    generate.add_argument("--output", type=Path, default=FIXTURES, help="the fixtures folder")
    commands.add_parser(
        "choices", help="explain what dialects differ in, each choice by the smallest case"
    )
    arguments = parser.parse_args()
    if arguments.command == "choices":
        for line in explanation():
            print(line)
        return 0
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


def check(files: dict[str, bytes], folder: Path) -> int:
    """Compares the folder with what the oracle generates: 0 where they agree, else 1."""
    stale = [path for path, content in files.items() if _read(folder / path) != content]
    unknown = _others(files, folder)
    for path in stale:
        print(f"{path}: is not what the oracle generates", file=sys.stderr)
    for path in unknown:
        print(f"{path}: no case generates this file", file=sys.stderr)
    if stale or unknown:
        print("run tools/fixtures generate, then look at the difference", file=sys.stderr)
        return 1
    print(f"{len(files)} files are what the oracle generates")
    return 0


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
