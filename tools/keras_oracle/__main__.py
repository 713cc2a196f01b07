"""The command `tools/fixtures`."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Iterable

from .ask import serve
from .choices import explanation
from .commands import add, diff, generate, kill, review
from .dialect import DIALECTS
from .float_arithmetic import DTYPES
from .regeneration.folder import DamagedError, UsageError
from .tolerances import lines

WRONG_USAGE = 2
DAMAGED = 3


def main(words: list[str] | None = None) -> int:
    """Runs the command; returns its exit code."""
    arguments = _parser().parse_args(words)
    try:
        code: int = arguments.run(arguments)
        return code
    except UsageError as error:
        print(f"tools/fixtures: {error}", file=sys.stderr)
        return WRONG_USAGE
    except DamagedError as error:
        print(error, file=sys.stderr)
        return DAMAGED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tools/fixtures",
        description="Writes the golden fixtures from the NumPy oracle.",
        epilog="example: tools/fixtures generate --check",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for module in (generate, diff, review, add, kill):
        module.add_parser(commands)
    choices = commands.add_parser(
        "choices", help="explain what dialects differ in, each choice by the smallest case"
    )
    choices.set_defaults(run=lambda _: _print(explanation()))
    ask = commands.add_parser(
        "ask",
        help="answer questions from standard input, one JSON object a line, with one line each",
    )
    ask.set_defaults(run=lambda _: serve(sys.stdin, sys.stdout))
    tolerances = commands.add_parser(
        "tolerances", help="show how much of the tolerances plain NumPy needs: error / allowed"
    )
    tolerances.add_argument("--dialect", default="keras-3.15/numpy", choices=list(DIALECTS))
    tolerances.add_argument("--dtype", default="float32", choices=list(DTYPES))
    tolerances.set_defaults(run=lambda it: _print(lines(DIALECTS[it.dialect], it.dtype)))
    return parser


def _print(lines: Iterable[str]) -> int:
    for line in lines:
        print(line)
    return 0


if __name__ == "__main__":
    # Documents and numbers are many, and few of them refer to each other.
    gc.set_threshold(100_000, 20, 20)
    sys.exit(main())
