"""`tools/fixtures review`: accepts or rejects what a regeneration changed, with a reason."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

from ..fixture_writing import fixture_set
from ..record_store import RecordStore
from ..regeneration import folder
from ..regeneration.folder import FIXTURES, LEDGER, UsageError, read, require_no_ci, write
from ..regeneration.keeping import sealed
from ..regeneration.ledger import Decision, Problem, problem_lines
from ..regeneration.review import Review, Session
from ..regeneration.suite import Suite
from ..regeneration.words import counted
from .generate import add_ci_option, ledger_of, without_rejected

_DESCRIPTION = """\
Goes through the cases whose question or answer is not the one that the ledger has accepted, and
asks about each. Accepted ones are recorded in the ledger, with the reason; the ids of cases that
are gone are retired. Rejected ones keep the bytes that they had (in --against), and the reason is
recorded: `generate` does not write that answer again, and `generate --check` fails until the code
gives the accepted one. What only moved, explanations and text need no review.

Without a terminal, and without --accept and --reject, it lists what is to be reviewed.
"""
_EPILOG = """\
exit code: 0 nothing is left to be reviewed, 1 something is, 2 wrong usage, 3 damaged

examples:
  tools/fixtures review
  tools/fixtures review --accept 'huber.*' --reason 'delta is now rounded to the dtype'
  tools/fixtures review --reject '*.float16' --reason 'the constant has to be rounded first'
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    parser = commands.add_parser(
        "review",
        help="accept or reject what changed, with a reason",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--against",
        metavar="OLD",
        help="the fixtures that were accepted, a folder or a revision (default: HEAD)",
    )
    parser.add_argument("--fixtures", type=Path, default=FIXTURES, help="the fixtures folder")
    parser.add_argument("--fresh", action="store_true", help="generate the fixtures first")
    for name in ("accept", "reject"):
        parser.add_argument(
            f"--{name}",
            action="append",
            default=[],
            metavar="PATTERN",
            help=f"{name} the cases whose ids match, without asking",
        )
    parser.add_argument("--reason", default="", help="why; for --accept and --reject")
    parser.add_argument("--by", help="who decides (default: git's user.name)")
    add_ci_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Runs the command; returns its exit code."""
    patterns = {"accepted": arguments.accept, "rejected": arguments.reject}
    silent = bool(arguments.accept or arguments.reject)
    if silent and not arguments.reason.strip():
        raise UsageError("--accept and --reject need a --reason")
    asks = not silent and sys.stdin.isatty()
    if silent or asks or arguments.fresh:
        require_no_ci(arguments.even_in_ci)
    review = _review(arguments)
    by = folder.user() if arguments.by is None else arguments.by
    today = date.today().isoformat()

    def decision(word: str, reason: str) -> Decision:
        return Decision(word, " ".join(reason.split()), by, today)

    if silent:
        for word, listed in patterns.items():
            taken = [it for it in review.open if any(_matches(it, pattern) for pattern in listed)]
            for problem in taken:
                review.decide(problem, decision(word, arguments.reason))
    elif asks:
        try:
            Session(review, decision, input, print).run()
        except KeyboardInterrupt:
            print("\nnothing is written", file=sys.stderr)
            return 1
    if review.count or arguments.fresh:
        files = review.files() if review.count else dict(review.new.files)
        changed = write(files, arguments.fixtures)
        print(f"{counted(review.count, 'case')} decided, {counted(len(changed), 'file')} written")
    left = review.errors + review.open
    for line in problem_lines(left, review.ledger, review.new.all()):
        print(line)
    if not left:
        print("nothing is left to be reviewed")
    return int(bool(left))


def _review(arguments: argparse.Namespace) -> Review:
    """The review of what is in the folder, or freshly generated."""
    ledger = ledger_of(arguments.fixtures)
    present = folder.of_folder(arguments.fixtures)
    new = Suite("the folder", present) if not arguments.fresh else None
    try:
        old = Suite(arguments.against or "HEAD", folder.of(arguments.against or "HEAD"))
    except UsageError:
        if arguments.against is not None:
            raise
        # Without a history, what is there is all that is known.
        old = new or Suite("the folder", present)
    if new is None:
        content = read(arguments.fixtures / LEDGER)
        new = Suite(
            "the code", sealed(fixture_set(RecordStore.beside(arguments.fixtures)), content)
        )
        problems = [] if ledger is None else ledger.problems(new.all().values())
        new = Suite("the code", without_rejected(new, present, problems, ledger))
    return Review(ledger, old, new)


def _matches(problem: Problem, pattern: str) -> bool:
    return fnmatchcase(problem.id, pattern) or fnmatchcase(f"{problem.id}.", pattern)
