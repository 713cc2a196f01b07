"""`tools/fixtures diff`: what changed in meaning between two sets of fixtures."""

from __future__ import annotations

import argparse
import sys

from ..regeneration import folder
from ..regeneration.change_text import document, report
from ..regeneration.changes import changes
from ..regeneration.folder import FIXTURES
from ..regeneration.suite import Suite

_DESCRIPTION = """\
Says what changed in meaning between two sets of fixtures, case by case, the gravest first: ids
that ask another question, answers (in units of the old tolerance, and in ulp), retired cases,
tolerances (by which factor, and which known mistakes would pass now), added cases, what mistakes
would answer, and text. What only moved, or is spelt otherwise, is no change.

OLD and NEW are folders, or revisions of this repository.
"""
_EPILOG = """\
exit code: 0 no change of what is asked or of what passes, 1 a change, 2 wrong usage,
3 fixtures missing or damaged

examples:
  tools/fixtures diff                   # what is committed against the folder
  tools/fixtures diff main              # another branch against the folder
  tools/fixtures diff v1 v2 --json      # two tags, for another program
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    parser = commands.add_parser(
        "diff",
        help="say what changed in meaning between two sets of fixtures",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("old", nargs="?", default="HEAD", metavar="OLD", help="default: HEAD")
    parser.add_argument(
        "new", nargs="?", default=str(FIXTURES), metavar="NEW", help="default: the fixtures folder"
    )
    parser.add_argument("--json", action="store_true", help="print JSON, all changes")
    parser.add_argument(
        "--limit", type=int, default=12, help="changes shown of a sort and loss; 0 shows all"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Runs the command; returns its exit code."""
    old, new = (suite(name) for name in (arguments.old, arguments.new))
    found = changes(old, new)
    if arguments.json:
        sys.stdout.write(document(found, old, new))
    else:
        for line in report(found, old, new, arguments.limit):
            print(line)
    return int(any(it.kind.is_of_meaning for it in found))


def suite(name: str) -> Suite:
    """The fixtures of a folder or a revision."""
    called = "the folder" if name == str(FIXTURES) else name
    return Suite(called, folder.of(name))
