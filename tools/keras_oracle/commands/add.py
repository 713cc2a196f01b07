"""`tools/fixtures add`: makes cases of questions that were asked, or found by chance."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ..cases.questions import QUESTIONS
from ..regeneration.adding import add_all, question_of, questions_of_live
from ..regeneration.folder import FIXTURES, UsageError, require_no_ci
from .generate import add_ci_option, ledger_of

_DESCRIPTION = """\
Makes a case of a question that `loss-parity explain --json` explained: its inputs, parameters,
form and dtype, named loss.question.ID.form.dtype. Keras's answer is computed when the fixtures are
generated; the number that was asked about is kept as the reason, not as an answer.

Of what `loss-parity live --json` printed, each question becomes a case that failed and that the
exact oracle confirms; several are named ID_1, ID_2 and so on.

Refused are ids that are in use or retired, questions that another case asks already, and those
where rounding decides what Keras answers.
"""
_EPILOG = """\
example:
  loss-parity explain categorical_crossentropy --y-true '[[0, 1]]' \\
    --y-pred '[[0.99999999999, 0.00000000001]]' --actual '[25.32843602]' --json |
  tools/fixtures add --from-explain - --id saturated_row --flag saturated \\
    --comment 'A confident miss: Keras clips 1e-11 to 1e-7.' \\
    --link https://stackoverflow.com/questions/68427532
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    parser = commands.add_parser(
        "add",
        help="make a case of somebody's question",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    source = parser.add_mutually_exclusive_group(required=True)
    for name in ("explain", "live"):
        source.add_argument(
            f"--from-{name}",
            metavar="FILE",
            help=f"what loss-parity {name} --json printed; - reads standard input",
        )
    parser.add_argument("--id", required=True, help="the name of the question, of a-z, 0-9 and _")
    parser.add_argument(
        "--comment", help="what it shows, in a sentence; of live, how it was found by default"
    )
    parser.add_argument("--flag", action="append", default=[], help="a flag of the case")
    parser.add_argument("--link", action="append", default=[], help="where it was asked")
    parser.add_argument("--fixtures", type=Path, default=FIXTURES, help="the fixtures folder")
    add_ci_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Runs the command; returns its exit code."""
    require_no_ci(arguments.even_in_ci)
    live = arguments.from_live is not None
    content = _content(arguments.from_live if live else arguments.from_explain)
    words = (arguments.id, arguments.comment, arguments.flag, arguments.link)
    if live:
        asked = questions_of_live(content, *words)
    elif arguments.comment is None:
        raise UsageError("a case needs a --comment")
    else:
        asked = [question_of(content, *words)]
    for case in add_all(asked, ledger_of(arguments.fixtures), QUESTIONS):
        print(f"{case.id}: added to {QUESTIONS.name} of the cases")
    print("next: tools/fixtures generate, then tools/fixtures review")
    return 0


def _content(source: str) -> str:
    try:
        return sys.stdin.read() if source == "-" else Path(source).read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{source} cannot be read: {error}") from error
