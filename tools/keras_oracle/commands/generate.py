"""`tools/fixtures generate`: writes the fixtures, or checks them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from ..fixture_writing import fixture_set, golden_set
from ..record_store import RecordStore
from ..regeneration.change_text import summary
from ..regeneration.changes import changes
from ..regeneration.folder import (
    FIXTURES,
    LEDGER,
    MANIFEST,
    DamagedError,
    of_folder,
    read,
    require_no_ci,
    unknown,
    write,
)
from ..regeneration.keeping import kept, sealed
from ..regeneration.ledger import Ledger, Problem, Trouble, problem_lines
from ..regeneration.suite import Suite

_DESCRIPTION = """\
Writes the fixtures from the oracle, but for the ledger: what was accepted stays what it was. Files
that would have the same bytes are not touched. Then says what changed in meaning, and what is to
be reviewed. Answers that were rejected (see review) are not written; the accepted ones stay.

A case is computed where nothing is known of it in the folder .fixtures_cache beside the fixtures:
where its question changed, or a module that computes its answers. With --all, and for --check, all
cases are computed.

Nothing is written where an id asks another question than the ledger has for it, or is used again
after it was retired; nor in CI, which checks fixtures (--even-in-ci).
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    parser = commands.add_parser(
        "generate",
        help="write the fixtures, or check them",
        description=_DESCRIPTION,
        epilog="exit code: 0 done, 1 files, code and ledger disagree, 2 wrong usage, 3 damaged",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; compute all cases; fail where files, code and what was accepted "
        "disagree",
    )
    parser.add_argument(
        "--goldens",
        action="store_true",
        help="with --check: the goldens alone, not what mistakes would answer (much faster)",
    )
    parser.add_argument(
        "--all", action="store_true", help="compute all cases, whatever is known of them"
    )
    parser.add_argument("--output", type=Path, default=FIXTURES, help="the fixtures folder")
    add_ci_option(parser)

    def run(arguments: argparse.Namespace) -> int:
        folder: Path = arguments.output
        if arguments.goldens and not arguments.check:
            parser.error("--goldens is for --check: all files are written together")
        if arguments.all and arguments.check:
            parser.error("--check computes all cases: --all is for writing")
        if arguments.goldens:
            ledger = ledger_of(folder)
            return check_reviewed(Suite.of_goldens("the code", golden_set()), folder, ledger)
        store = None
        if not arguments.check:
            require_no_ci(arguments.even_in_ci)
            store = RecordStore.beside(folder, arguments.all)
        ledger = ledger_of(folder)
        generated = Suite("the code", sealed(fixture_set(store), read(folder / LEDGER)))
        if store is None:
            return check_reviewed(generated, folder, ledger)
        print(store.report())
        return write_generated(generated, folder, ledger)

    parser.set_defaults(run=run)


def add_ci_option(parser: argparse.ArgumentParser) -> None:
    """Adds the option that lets a command write where the environment says CI."""
    parser.add_argument(
        "--even-in-ci", action="store_true", help="write although the environment says CI"
    )


def ledger_of(folder: Path) -> Ledger | None:
    """The ledger of a folder; None where it has none."""
    content = read(folder / LEDGER)
    return None if content is None else Ledger.read(content)


def write_generated(generated: Suite, folder: Path, ledger: Ledger | None) -> int:
    """Writes what was generated, and says what that changed and what is to be done."""
    problems = _problems(generated, ledger)
    errors = [it for it in problems if it.trouble.is_error]
    if errors and ledger is not None:
        for line in problem_lines(errors, ledger, generated.all()):
            print(line, file=sys.stderr)
        print("nothing is written: give the cases ids of their own", file=sys.stderr)
        return 1
    present = of_folder(folder)
    files = without_rejected(generated, present, problems, ledger)
    try:
        before = Suite("before", present)
    except DamagedError:
        before = None
    changed = write(files, folder)
    print(f"{len(files)} files, {len(changed)} of them written anew, in {folder}")
    if before is not None and changed:
        after = Suite("now", files)
        for line in summary(changes(before, after), before, after):
            print(line)
    if ledger is None:
        print(f"there is no {LEDGER}: look at the cases, then run tools/fixtures review")
    elif problems:
        for line in problem_lines(problems, ledger, generated.all()):
            print(line)
        print("next: tools/fixtures diff shows what changed, tools/fixtures review accepts it")
    return 0


def check_reviewed(generated: Suite, folder: Path, ledger: Ledger | None) -> int:
    """Compares files, code and what was accepted: 0 where they agree, else 1."""
    problems = _problems(generated, ledger)
    files = without_rejected(generated, of_folder(folder), problems, ledger)
    whole = LEDGER in files or ledger is None
    if "mistakes" not in generated.manifest:
        # Goldens alone, which no manifest of a folder lists.
        files, whole = {path: it for path, it in files.items() if path != MANIFEST}, False
    code = check(files, folder, whole)
    if ledger is None:
        print(f"there is no {LEDGER}: run tools/fixtures review", file=sys.stderr)
        return 1
    for line in problem_lines(problems, ledger, generated.all()):
        print(line, file=sys.stderr)
    if any(it.trouble is Trouble.REJECTED for it in problems):
        print("the code has to give the accepted answers again", file=sys.stderr)
    if any(it.trouble is not Trouble.REJECTED and not it.trouble.is_error for it in problems):
        print("run tools/fixtures generate, then tools/fixtures review", file=sys.stderr)
    return 1 if problems else code


def check(files: Mapping[str, bytes], folder: Path, whole: bool = True) -> int:
    """Compares the folder with what the oracle generates: 0 where they agree, else 1.

    `whole` tells whether the files are all that the folder may have.
    """
    stale = [path for path, content in files.items() if read(folder / path) != content]
    others = unknown(files, folder) if whole else []
    for path in stale:
        print(f"{path}: is not what the oracle generates", file=sys.stderr)
    for path in others:
        print(f"{path}: no case generates this file", file=sys.stderr)
    if stale or others:
        print("run tools/fixtures generate, then look at the difference", file=sys.stderr)
        return 1
    print(f"{len(files)} files are what the oracle generates")
    return 0


def without_rejected(
    generated: Suite, present: Mapping[str, bytes], problems: list[Problem], ledger: Ledger | None
) -> dict[str, bytes]:
    """The files to be written: where an answer was rejected, the accepted one stays.

    It stays where the files that are present have it.
    """
    rejected = [it.id for it in problems if it.trouble is Trouble.REJECTED]
    if not rejected or ledger is None:
        return dict(generated.files)
    try:
        old = Suite("the folder", present)
    except DamagedError:
        return dict(generated.files)
    accepted = {id: it.digests for id, it in ledger.cases.items()}
    ids = [id for id in rejected if accepted.get(id) == old.digests(id) or id not in accepted]
    files = kept(old, generated, ids)
    return sealed(files, ledger.content()) if LEDGER in files else files


def _problems(generated: Suite, ledger: Ledger | None) -> list[Problem]:
    return [] if ledger is None else ledger.problems(generated.all().values())
